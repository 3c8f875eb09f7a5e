"""Passwords: argon2id, and rules that ask for length and refuse what is guessed first.

Rules after NIST SP 800-63B, 3.1.1: length, no composition rules, no change by the calendar, a list of what is
common or lies near (the person, the municipality, this program). The cost is OWASP's (19 MiB, two passes): a
login is a tenth of a second, and a storm of logins does not take the machine's memory.
"""

from __future__ import annotations

import re
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.accounts.refusals import N_, RefusedInput

SHORTEST = 12
LONGEST = 256
_LEAST_VARIED = 6
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(4)
_NOBODY = _hasher.hash("nobody has this password")

_SPELLED = str.maketrans("013457$@!|€", "oieastsaile")
_RUNS = (
    "qwertyuiopåasdfghjklæøzxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyzæøå",
    "1234567890",
    "0987654321",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "!qaz2wsx#edc",
)
_COMMON = frozenset(
    """
    password passwort passord passw0rd kodeord adgangskode hemmelig hemmeligt login logon logind velkommen welcome
    letmein lukmigind luksesam sesam administrator admin bruger user root test tester gaest guest default standard
    skift skiftmig skiftkode changeme nytkodeord minkode mitkodeord nulstil reset midlertidig temporary secret
    kommune kommunen kommunal beredskab beredskabet beredskabschef vagt vagtchef brandvagt brandmand indsats
    indsatsleder forsyning vandvaerk vand stroem varme kloak raadhus raadhuset borger borgere borgmester byraad
    kommunikation presse udsending varsling sirene krise kriseberedskab alarm katastrofe klarbesked klar besked hub
    danmark dansk danske denmark copenhagen koebenhavn kobenhavn aarhus arhus odense aalborg jylland fyn sjaelland
    bornholm soenderjylland sommer summer vinter winter foraar spring efteraar autumn jul julen nytaar paaske
    januar februar marts april maj juni juli august september oktober november december january february march may
    june july october mandag tirsdag onsdag torsdag fredag loerdag soendag monday tuesday wednesday thursday friday
    saturday sunday fodbold football soccer haandbold handball liverpool arsenal chelsea barcelona manchester
    brondby broendby fck agf superman batman pokemon starwars dragon monkey shadow master princess prinsesse
    sunshine solskin skat skattemor kaerlighed iloveyou jegelskerdig elsker love mor far mormor farmor baby
    qwerty asdf asdfgh zxcvbn abc abcd abcde abcdef hej hejhej hejmeddig goddag godmorgen hest hund kat katten
    kaffe mathias mads magnus anders peter thomas michael martin christian nielsen jensen hansen pedersen andersen
    christensen larsen soerensen rasmussen microsoft windows google outlook teams office computer internet
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
"""Our own list of what people in a Danish town hall reach for first, without accents and figures."""


def normal(password: str) -> str:
    """The same characters however a keyboard composes them (å is one or two code points)."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    """The argon2id hash, with its own salt and cost in it."""
    with _at_once:
        return _hasher.hash(normal(password))


def right(stored: str | None, password: str) -> bool:
    """Is this the password? Takes as long where there is no account or none that has one (`stored` None)."""
    with _at_once:
        try:
            _hasher.verify(stored or _NOBODY, normal(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Was it hashed at another cost than today's?"""
    return _hasher.check_needs_rehash(stored)


def check(password: str, *, email: str, municipality: str) -> None:
    """Raises RefusedInput when the password is too short, too long, or guessed first."""
    text = normal(password)
    if len(text) < SHORTEST:
        raise RefusedInput(
            N_(
                "The password has %(length)s characters and needs at least %(shortest)s: take four words."
            ),
            length=len(text),
            shortest=SHORTEST,
        )
    if len(text) > LONGEST:
        raise RefusedInput(
            N_("The password is longer than %(longest)s characters."), longest=LONGEST
        )
    if len(set(text.casefold())) < _LEAST_VARIED or _is_repeated(text.casefold()) or _is_run(text):
        raise RefusedInput(
            N_(
                "The password repeats itself or follows the keyboard: take four words that do not belong together."
            )
        )
    near = _words(email.partition("@")[0]) | _words(email.partition("@")[2]) | _words(municipality)
    if _is_common(text, _COMMON | near):
        raise RefusedInput(
            N_(
                "The password is made of words that are guessed first (a common word, a name, the municipality, "
                "a year): take four words that do not belong together."
            )
        )


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.split(r"[\W\d_]+", _plain(text)) if len(word) > 2)


def _plain(text: str) -> str:
    """Lower case without accents: `Sønderjylland` and `SOENDERJYLLAND` are one word."""
    text = text.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return "".join(
        char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)
    )


def _is_repeated(text: str) -> bool:
    return any(
        len(text) > size and text == (text[:size] * len(text))[: len(text)]
        for size in range(1, len(text) // 2 + 1)
    )


def _is_run(text: str) -> bool:
    """Is the whole of it four or more neighbours at a time on a keyboard, in the alphabet or in figures?"""
    rest = text.casefold()
    for run in (*_RUNS, *(run[::-1] for run in _RUNS)):
        for size in range(min(len(run), len(rest)), 3, -1):
            for start in range(len(run) - size + 1):
                rest = rest.replace(run[start : start + size], "")
    return len(rest) < 4


def _is_common(text: str, words: frozenset[str]) -> bool:
    """Is it, figures and marks apart, nothing but up to three common words? Read as written, and with the figures
    inside it read as letters (0 for o, 4 for a)."""
    plain = _plain(text)
    inside = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    for spelled in (plain, inside.translate(_SPELLED)):
        letters = re.sub(r"[\W\d_]+", "", spelled)
        if len(letters) < 3 or _fewest(letters, words) <= 3:
            return True
    return False


def _fewest(text: str, words: frozenset[str]) -> int:
    """The fewest of `words` that `text` is made of; more than its length when it is not."""
    never = len(text) + 1
    fewest = [0] + [never] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - 24), end):
            if fewest[start] < never and text[start:end] in words:
                fewest[end] = min(fewest[end], fewest[start] + 1)
    return fewest[-1]
