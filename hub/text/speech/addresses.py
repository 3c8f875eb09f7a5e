"""Web and e-mail addresses as a person would dictate them."""

from __future__ import annotations

import re
from typing import Final

from hub.text.speech.voice import LATIN_VOWELS, Voice
from hub.text.speech.words import LONGEST_SPELLED

_DOMAINS: Final = "dk|de|com|org|net|eu|info|gov|int|edu|uk|pl|ro|ua|se|no|nu|io|app|at|ch|fr|es|nl|fi|be|it|eg|sa"
_LABEL: Final = r"[^\W_](?:[\w-]*[^\W_])?"
_REST: Final = r"(?:[/?#][^\s<>\"“”«»]*)?"
_ADDRESS: Final = re.compile(
    rf"""
    (?<![\w@/.-])
    (?:
        (?P<mail>[\w.+%-]+@(?:{_LABEL}\.)+[^\W\d_]{{2,}})
      | (?:https?://|ftp://)(?P<full>[^\s<>"“”«»]+)
      | (?P<bare>(?:www\.(?:{_LABEL}\.)+[^\W\d_]{{2,}}|(?:{_LABEL}\.)+(?:{_DOMAINS}))
         (?![\w@-]|\.\w) (?::\d+)? {_REST})
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TRAILING: Final = ".,;:!?'*_~-"


def address_pattern() -> re.Pattern[str]:
    """What counts as a web or e-mail address."""
    return _ADDRESS


def say_addresses(text: str, voice: Voice) -> str:
    """`www.eksempel.dk/vand` as "eksempel punkt d k skråstreg vand".

    `https://` and `www.` are left out: every browser finds its way without, and a listener who
    writes down less writes it down right. A bare address is known by a usual top-level domain, so
    a forgotten space after a full stop (`lukket.Kog`) is no address.
    """

    def words(match: re.Match[str]) -> str:
        address = match["mail"] or match["full"] or match["bare"]
        stripped = address.rstrip(_TRAILING)
        while stripped.endswith((")", "]", "}")) and _unbalanced(stripped):
            stripped = stripped[:-1].rstrip(_TRAILING)
        tail = address[len(stripped) :]
        spoken = _dictated(stripped, voice)
        return f" {spoken} {tail}" if spoken else tail

    def bare_sentence(match: re.Match[str]) -> str:
        bare = match["bare"]
        if bare and not bare.lower().startswith("www.") and _two_sentences(bare):
            return match[0]
        return words(match)

    return _ADDRESS.sub(bare_sentence, text)


def _unbalanced(address: str) -> bool:
    return any(address.count(right) > address.count(left) for left, right in ("()", "[]", "{}"))


def _two_sentences(bare: str) -> bool:
    """`lukket.De` is two sentences that lack a space; `AABENRAA.DK` and `Aabenraa.dk` are not."""
    domain = re.split(r"[/?#:]", bare)[0].rsplit(".", 1)
    return domain[1][:1].isupper() and not domain[0].isupper()


def _dictated(address: str, voice: Voice) -> str:
    person, at, rest = address.rpartition("@")
    host, path = _host_and_path(rest)
    host = re.sub(r"^www\.", "", host, flags=re.IGNORECASE)
    said = [_labels(person, voice), voice.web["@"]] if at else []
    domain = host.split(".")
    if len(domain) > 1 and domain[-1].isalpha():
        top = domain.pop()
        said += [_labels(".".join(domain), voice), voice.web["."], _top(top.lower(), voice)]
    else:
        said.append(_labels(host, voice))
    said.append(_labels(path.rstrip("/"), voice))
    return " ".join(" ".join(said).split())


def _host_and_path(rest: str) -> tuple[str, str]:
    match = re.match(r"[^/?#:]*", rest)
    end = match.end() if match else 0
    return rest[:end], rest[end:]


def _top(domain: str, voice: Voice) -> str:
    return domain if domain in voice.said_domains else " ".join(domain)


def _labels(text: str, voice: Voice) -> str:
    """Each mark as its word, digits one by one, and what has no vowel letter by letter."""
    said: list[str] = []
    for piece in re.findall(r"[^\W\d_]+|\d+|[^\w\s]|_", text):
        if piece.isdigit():
            said.append(voice.spell_digits(piece))
        elif piece.isalpha():
            bare = not set(piece.upper()) & (set(LATIN_VOWELS) | set(voice.vowels))
            said.append(
                " ".join(piece)
                if bare and len(piece) <= LONGEST_SPELLED and piece.isascii()
                else piece
            )
        else:
            said.append(voice.web.get(piece, ""))
    return " ".join(said)
