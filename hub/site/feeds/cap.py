"""CAP 1.2: each announcement as one message with an <info> for every language, and what consumers are told by it.

Elements stand in the schema's order. Beyond the schema (status-page fact sheet, 4c): no blanks, commas, `<` or `&` in
identifier and sender, absolute `web`, no markup in texts, never the same text in two languages.

A first announcement is an Alert, an update, a correction and a repetition an Update, an all-clear a Cancel of all
before it. The all-clear has its texts too (what to do when it is over) with responseType AllClear and urgency Past.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hub.site.feeds.messages import Message, local_time
from hub.site.feeds.xml import Xml, document, element
from hub.site.pages import title_in
from hub.site.tree import EXERCISE_FOLDER
from hub.site.words import words
from hub.text.moments import render_moment
from hub.text.plain import Plain, parted
from hub.text.situation import PublicAnnouncement, PublicIncident
from hub.text.types import ComposedText
from hub.text.words import WORDS as TEXT_WORDS
from hub.text.words import is_right_to_left

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
CONTENT_TYPE = "application/cap+xml"
FIRST = ("da", "en")
_CODES = {"da": "da-DK"}
_SEVERITY = {"life": "Extreme", "severe": "Severe", "notice": "Minor"}


@dataclass(frozen=True)
class _Text:
    """One language's words; `said` is what must not be there in two languages."""

    language: str
    headline: str
    plain: Plain

    @property
    def said(self) -> tuple[str, Plain]:
        return self.headline, self.plain


def cap_path(message: Message) -> str:
    """Below the tree's folder: `/cap/20261121T113000Z-3-17.xml`."""
    return f"/cap/{message.identifier}.xml"


def cap_file(message: Message, incident: PublicIncident) -> bytes:
    """The CAP document of a message. The same bytes for the same message, whatever happens after it."""
    item, shared = message.item, _shared(message)
    return document(
        element(
            "alert",
            element("identifier", message.identifier),
            element("sender", message.sender),
            element("sent", local_time(message.sent)),
            element("status", "Exercise" if item.exercise else "Actual"),
            element("msgType", _kind(message)),
            element("scope", "Public"),
            *_note(item),
            *_references(message),
            element("incidents", f"{incident.opened_at:%Y%m%dT%H%M%SZ}-{incident.number}"),
            *(_info(message, incident, text, shared) for text in _texts(message)),
            xmlns=NAMESPACE,
        )
    )


def _kind(message: Message) -> str:
    if message.item.kind == "end":
        return "Cancel" if message.chain else "Alert"
    return "Update" if message.chain else "Alert"


def _note(item: PublicAnnouncement) -> Iterator[Xml]:
    """What CAP wants with an exercise (1.2, 3.2.1, `status`)."""
    if item.exercise:
        used = TEXT_WORDS["da"]
        yield element("note", f"{used.exercise}. {used.nothing_to_do}")


def _references(message: Message) -> Iterator[Xml]:
    if message.chain:
        yield element("references", " ".join(before.triplet for before in message.chain))


def _texts(message: Message) -> Iterator[_Text]:
    """Danish first, then English, then by code: an order that no setting changes."""
    item = message.item
    seen = set()
    for language in sorted(item.texts, key=lambda code: (*(code != name for name in FIRST), code)):
        text = _text(message, item.texts[language])
        if text.said not in seen:
            seen.add(text.said)
            yield text


def _text(message: Message, text: ComposedText) -> _Text:
    item, language = message.item, text.language
    plain = parted(text.html, isolate=is_right_to_left(language))
    description, instruction = plain.description, plain.instruction
    if message.repeats is not None:
        description = f"{_still_applies(message, language)}\n\n{description}".strip()
    if item.exercise and instruction:
        used = TEXT_WORDS.get(language, TEXT_WORDS["da"])
        instruction = f"{used.exercise}. {used.nothing_to_do}\n{instruction}"
    return _Text(language, title_in(item, text), Plain(description, instruction))


def _still_applies(message: Message, language: str) -> str:
    """Why it comes again, in the page's words; nothing where the page has none in the language."""
    used = words(language)
    if used.code != language.partition("-")[0] or message.repeats is None:
        return ""
    item = message.item
    if item.next_update is not None and item.next_update.replace(microsecond=0) == message.repeats:
        return used.late.format(time=render_moment(message.repeats, used.code))
    if item.until is not None:
        return used.until_passed.format(time=render_moment(message.repeats, used.code))
    return ""


@dataclass(frozen=True)
class _Shared:
    """What is the same in every language, made once: `category` and the rest in the places where the schema wants
    them."""

    category: Xml
    judgement: tuple[Xml, ...]
    contact: tuple[Xml, ...]
    last: tuple[Xml, ...]


def _shared(message: Message) -> _Shared:
    item = message.item
    judged = _judged(item)
    judgement = [element("responseType", kind) for kind in _response(item)]
    judgement += [element(name, judged[name]) for name in ("urgency", "severity", "certainty")]
    if item.starts is not None and item.starts < message.expires:
        judgement.append(element("onset", local_time(item.starts)))
    judgement.append(element("expires", local_time(message.expires)))
    judgement.append(element("senderName", message.issuer.name))
    return _Shared(
        category=element("category", judged["category"]),
        judgement=tuple(judgement),
        contact=(element("contact", item.contact),) if item.contact else (),
        last=(_parameter("version", item.version), _area(message)),
    )


def _info(message: Message, incident: PublicIncident, text: _Text, shared: _Shared) -> Xml:
    plain = text.plain
    return element(
        "info",
        element("language", _CODES.get(text.language, text.language)),
        shared.category,
        element("event", _event(incident, text.language)),
        *shared.judgement,
        element("headline", text.headline),
        *((element("description", plain.description),) if plain.description else ()),
        *((element("instruction", plain.instruction),) if plain.instruction else ()),
        element("web", page_address(message, text.language)),
        *shared.contact,
        *shared.last,
    )


def _judged(item: PublicAnnouncement) -> Mapping[str, str]:
    """The scenario's own judgement; what is over is past, and what is announced ahead has not been observed."""
    judged = {
        "category": "Other",
        "urgency": "Unknown",
        "severity": _SEVERITY[item.severity],
        "certainty": "Unknown",
        **{name: word for name, word in item.cap.items() if word},
    }
    if item.kind == "end":
        return judged | {"urgency": "Past", "severity": "Minor"}
    if item.phase == "before":
        return judged | {
            "urgency": "Future",
            "certainty": "Possible" if item.starts is None else "Likely",
        }
    return judged


def _response(item: PublicAnnouncement) -> tuple[str, ...]:
    if item.kind == "end":
        return ("AllClear",)
    return ("Prepare",) if item.phase == "before" else ()


def _event(incident: PublicIncident, language: str) -> str:
    for code in (language, language.partition("-")[0], *FIRST, *sorted(incident.title)):
        if code in incident.title:
            return incident.title[code]
    return incident.scenario


def page_address(message: Message, language: str) -> str:
    """Where the page tells it in this language, for as long as the site stands."""
    item = message.item
    tree = EXERCISE_FOLDER if item.exercise else ""
    return f"{message.issuer.url}{tree}/{language}/i/{item.incident}/#b{item.number}"


def _parameter(name: str, value: str) -> Xml:
    return element("parameter", element("valueName", name), element("value", value))


def _area(message: Message) -> Xml:
    issuer = message.issuer
    parts = [element("areaDesc", ", ".join(message.item.names) or issuer.name)]
    if issuer.code:
        parts.append(
            element("geocode", element("valueName", "kommunekode"), element("value", issuer.code))
        )
    return element("area", *parts)
