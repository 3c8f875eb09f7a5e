"""Values for every slot, and what must be true of every text that goes out with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache

from hub.library import Message, read_library, shipped_messages
from hub.text import speech
from hub.text.compose import GSM7_LANGUAGES, Composer, fill_personal
from hub.text.lint_style import PHONE_CHARACTERS
from hub.text.segments import count
from hub.text.slots import SlotError, longest, normalise
from hub.text.types import ComposedText, LanguageText, Slot, SlotType, System, VersionText
from hub.text.words import base_language, is_right_to_left
from hub.text.worst import Branch, Branches, longest_system
from tests.desk.pages import Page

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SYSTEM = System("Aabenraa Kommune", NOW, "aabenraa.dk/krise", number=12, closes=11, update_no=2)
LEAST = System("Ø", NOW, "a.dk", number=1, closes=1, update_no=1)
MOST_SECONDS = 90.0
"""A voice may take a fifth more than the 75 seconds that the linter asks for: its estimate is no better than that."""

AWKWARD = (
    "Å",
    "7",
    "Sct. Jørgens Vej 3, st. tv.",
    "<b>Torvet</b> & Co",
    "*Byen* _her_ `nu`",
    "[her](nu)",
    "# By",
    "1. maj",
    "- Bakken",
    "| a | b |",
    'O\'Neills "Plads"',
    "Łódź Żółć",
    "شارع الملك 5",
    "Вулиця 12",
    "100 % sikker?",
    "kl. 8-16, ca. 3 km",
    "&amp; &lt;p&gt;",
    "ØVELSE",
)
PLACE_TYPES = (SlotType.PLACE, SlotType.AREA, SlotType.REASON, SlotType.SCHOOL, SlotType.WHO)
_RAW: Mapping[SlotType, tuple[str, ...]] = {
    **dict.fromkeys((*PLACE_TYPES, SlotType.TEXT), AWKWARD),
    SlotType.STREETS: ("A", "Å 1; Ø 2", "; ".join(f"Lang Vej {n}" for n in range(12)), "<i>; *a*"),
    SlotType.FROM: ("+0m", "2026-11-19T13:00", "2026-11-22T00:00"),
    SlotType.UNTIL: ("+1m", "2027-10-10T23:59", "2026-12-31T00:00"),
    SlotType.NEXT_UPDATE: ("+1m", "+24h", "2026-11-22T00:00"),
    SlotType.COLLECT_BY: ("+1m", "2026-11-22T00:05", "2027-03-28T03:00"),
    SlotType.EXPECTED_END: ("unknown", "2026-11-21T18:00 | N1", "2027-01-01T00:00 | <i>Øst & Vest"),
    SlotType.MOMENT: ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", "2027-01-01T00:00"),
    SlotType.DATE: ("2026-12-31", "2027-01-01", "2028-02-29"),
    SlotType.CLOCK: ("00:00", "09:05", "23:59"),
    SlotType.MEETING_PLACE: (
        "A, B 1",
        "Hal *3*, Å 1 | 24h | no",
        "Skolen, Vej 2 | 08:00-20:00 | yes",
    ),
    SlotType.COLLECTION_POINT: (
        "A, B 1",
        "Hal <3>, Å 1 | 24h | no | dunk",
        "Skolen, Vej 2 | 08:00-20:00 | yes | ID; varmt tøj",
    ),
    SlotType.PHONE: ("70 20 30 40", "+49 461 123456", "20304050"),
    SlotType.LITRES: ("3", "100"),
    SlotType.NUMBER: ("0", "1", "7", "999999"),
    SlotType.WATER_USE: tuple(
        f"drink={a};toilet={b};garden={c};bath={a};laundry={b};dishwasher={c};cleaning={a}"
        for a, b, c in (("no", "no", "no"), ("yes", "yes", "yes"), ("boiled", "yes", "no"))
    ),
    SlotType.BRING: ("ID", "dunk; medicin", "<b>; *; ID; tæppe; mad; vand"),
    SlotType.DMI_CATEGORY: ("1", "2", "3"),
    SlotType.EXERCISE_WINDOW: ("2026-11-22T22:00 / 2026-11-23T05:00", "+1h / +2h"),
}

_ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
_SHELTERED = re.compile(r"<bdi>.*?</bdi>|<a [^>]*dir=\"ltr\"[^>]*>.*?</a>", re.S)
_LATIN = re.compile(r"[0-9A-Za-zÀ-ɏ]+")
_BLOCKS = frozenset({"p", "ul", "ol", "table", "h3", "h4", "h5", "h6", "li", "caption", "tr"})
_PARENTS = {
    "li": ("ul", "ol"),
    "tr": ("tbody", "thead", "table"),
    "td": ("tr",),
    "th": ("tr",),
    "tbody": ("table",),
    "thead": ("table",),
    "caption": ("table",),
}


@cache
def shipped() -> Mapping[str, Message]:
    read = read_library(shipped_messages(), now=NOW)
    assert read.problems == ()
    return read.messages


@cache
def raw_values(kind: SlotType) -> tuple[str, ...]:
    return _RAW.get(kind, ())


def canonical(slot: Slot) -> tuple[str, ...]:
    """The values of the table that the slot takes; each option of a choice."""
    if slot.type is SlotType.CHOICE:
        return tuple(slot.options)
    found = []
    for raw in (slot.example, *raw_values(slot.type)):
        try:
            found.append(normalise(slot, raw, now=NOW))
        except SlotError:
            continue
    return tuple(dict.fromkeys(found)) or (longest(slot, "da"),)


def shortest(slot: Slot) -> str:
    return min(canonical(slot), key=len)


def ways(text: VersionText, language: str) -> Iterator[tuple[str, Branch, System]]:
    """By name: every slot at its longest on each way through the text, and at its shortest with nothing optional."""
    branches = Branches(text, language)
    first = {name: values[0] for name, values in branches.options.items()}
    system = longest_system(language)
    yield "longest", branches.of(first), system
    for name, values in branches.options.items():
        for value in values[1:]:
            yield f"longest, {name}={value}", branches.of({**first, name: value}), system
    least = {
        slot.name: shortest(slot) if slot.required else ""
        for slot in text.slots
        if not slot.personal
    }
    shown = {name: value for name, value in least.items() if value}
    yield "shortest", Branch(shown, branches.of(first).decisions), LEAST
    examples = {slot.name: canonical(slot)[0] for slot in text.slots if not slot.personal}
    yield "examples", Branch(examples, branches.of(first).decisions), SYSTEM


def composed(
    text: VersionText, language: str, branch: Branch, system: System, *, short: bool = False
) -> ComposedText:
    """As it goes out, personal slots filled too."""
    source = text.languages[language]
    made = Composer(branch.applied(text), branch.values, language, system).all(source, short=short)
    if not text.personal_slots:
        return made
    personal = {slot.name: canonical(slot)[0] for slot in text.personal_slots}
    sms = fill_personal(made.sms, text.slots, personal, language)
    return ComposedText(**{**made.__dict__, "sms": sms})


def faults(made: ComposedText, source: LanguageText) -> Iterator[str]:
    """What is wrong with a text whatever its values are."""
    for channel in ("title", "sms", "html", "phone"):
        words: str = getattr(made, channel)
        if re.search(r"[{}\ue000-\uf8ff]", words):
            yield f"{channel} holds a brace or a mark: {words!r}"
        if getattr(source, "web" if channel == "html" else channel) and not words.strip():
            yield f"{channel} is empty"
    yield from (f"page: {fault}" for fault in _page_faults(made.html))
    if made.phone:
        misread = speech.findings(made.phone, base_language(made.language))
        yield from (f"phone would be misread: {one}" for one in misread)
    if is_right_to_left(made.language):
        yield from _direction_faults(made, source)


def too_long(made: ComposedText, *, short: bool) -> Iterator[str]:
    most = 1 if short else 2 if made.language in GSM7_LANGUAGES else 4
    parts = count(made.sms).segments if made.sms else 0
    if parts > most:
        yield f"SMS takes {parts} parts, at most {most}"


def too_slow(made: ComposedText) -> Iterator[str]:
    if len(made.phone) > PHONE_CHARACTERS:
        yield f"phone has {len(made.phone)} characters"
    seconds = speech.spoken_seconds(made.phone, base_language(made.language)) if made.phone else 0
    if seconds > MOST_SECONDS:
        yield f"phone takes {seconds:.0f} seconds"


def _page_faults(html: str) -> Iterator[str]:
    page = Page(html)
    yield from page.faults
    for element in page.elements:
        parent = element.inside[-1] if element.inside else ""
        if element.name in _PARENTS and parent not in _PARENTS[element.name]:
            yield f"<{element.name}> stands in <{parent or 'nothing'}>"
        if element.name in _BLOCKS and "p" in element.inside:
            yield f"<{element.name}> stands in a paragraph"
        if "a" in element.inside:
            yield f"<{element.name}> stands in a link"
        if element.name in ("li", "p", "td", "th") and not element.text.strip():
            yield f"an empty <{element.name}>"


def _direction_faults(made: ComposedText, source: LanguageText) -> Iterator[str]:
    """Nothing Latin stands bare but the author's own words; the SMS begins with its direction."""
    if made.sms and not made.sms.startswith("\u200f"):
        yield "SMS does not begin with a right-to-left mark"
    own = {
        run
        for words in source.sources.values()
        for run in _LATIN.findall(re.sub(r"\{[^}]*\}", " ", words))
    }
    for channel, words in (("sms", made.sms), ("title", made.title)):
        if words.count("\u2068") != words.count("\u2069"):
            yield f"{channel} opens and closes isolation unevenly"
        bare = set(_LATIN.findall(_ISOLATED.sub(" ", words))) - own
        if bare:
            yield f"{channel} shows {sorted(bare)} without isolation"
    visible = re.sub(r"<[^>]*>|&\w+;", " ", _SHELTERED.sub(" ", made.html))
    bare = set(_LATIN.findall(visible)) - own
    if bare:
        yield f"page shows {sorted(bare)} without isolation"
