"""Rules for what a text must say: where, until when, what is new, that it is over; the same in every language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product

from hub.text.lint_hazards import NO_DANGER
from hub.text.lint_reading import ERROR, TITLE, WARNING, Finding, Part, Reading, shows_any
from hub.text.template import FactRef, LocalRef, SlotRef
from hub.text.types import Fact, Phase, SlotType
from hub.text.words import base_language, own_words

_OVER: Mapping[str, re.Pattern[str]] = {
    "da": re.compile(r"\b(?:slut|forbi|overstået|ophævet)\b", re.I),
    "en": re.compile(r"\bover\b|\bended\b|\blifted\b", re.I),
    "de": re.compile(r"\bvorbei\b|\bbeendet\b|\baufgehoben\b", re.I),
    "uk": re.compile(r"закінчил|завершен|скасован", re.I),
    "ar": re.compile(r"انته(?:ى|ت)|أُلغي|رُفع"),
    "pl": re.compile(r"\bkoniec\b|zakończ|minęł|odwołan", re.I),
    "ro": re.compile(r"încheiat|terminat|ridicat|s-a sfârșit", re.I),
}
_LAST: Mapping[str, re.Pattern[str]] = {
    "da": re.compile(r"\bsidste besked\b", re.I),
    "en": re.compile(r"\b(?:last|final) message\b", re.I),
    "de": re.compile(r"\bletzte nachricht\b", re.I),
    "uk": re.compile(r"останнє повідомлення", re.I),
    "ar": re.compile(r"آخر رسالة|الرسالة الأخيرة"),
    "pl": re.compile(r"ostatnia wiadomość", re.I),
    "ro": re.compile(r"ultimul mesaj", re.I),
}
_SAFE: Mapping[str, re.Pattern[str]] = {
    "da": re.compile(r"\btryg|\bsikker|\bingen fare\b|\bfaren er (?:slut|forbi|ovre)", re.I),
    "en": re.compile(r"\bsafe|\bno danger\b|\bdanger is over\b", re.I),
    "de": re.compile(
        r"\bsicher|\bunbesorgt\b|\bgefahrlos|\bkeine gefahr\b|\bohne gefahr\b|\bgefahr ist vorbei",
        re.I,
    ),
    "uk": re.compile(r"безпе[чкц]|спокійно|небезпеки (?:немає|більше)", re.I),
    "ar": re.compile(r"آمن|أمان|بأمان|مطمئن|لا خطر|زال الخطر|انتهى الخطر"),
    "pl": re.compile(r"bezpiecz|spokojnie|nie ma zagrożenia|zagrożenie minęło", re.I),
    "ro": re.compile(
        r"siguranță|\bsigur|fără grij|niciun pericol|nu (?:mai )?este pericol|pericolul a trecut",
        re.I,
    ),
}
_SAID_SAFE = (_SAFE, "that it is safe", "Say what people can safely do again.")
_NEW: Mapping[str, re.Pattern[str]] = {
    "da": re.compile(r"\bny(?:t|e)?\b|\bstadig\b|\bændre\w*|\bfortsat\b", re.I),
    "en": re.compile(r"\bnews?\b|\bstill\b|\bchange\w*", re.I),
    "de": re.compile(r"\bneu\w*|\bweiter(?:hin)?\b|\bimmer noch\b|\bgeändert\b", re.I),
    "uk": re.compile(r"нов(?:е|ий|а|і|ин)|досі|й надалі|далі|змін", re.I),
    "ar": re.compile(r"جديد|ما زال|لا يزال|لا تزال|ما زالت|تغي"),
    "pl": re.compile(r"\bnow(?:e|y|a|ego|ości)\b|nadal|wciąż|zmian|zmien", re.I),
    "ro": re.compile(r"\bnou[ăta]?\b|noutăți|în continuare|încă|schimb|modific", re.I),
}
_MISTAKE: Mapping[str, re.Pattern[str]] = {
    "da": re.compile(r"\bfejl\b|\bforkert\w*|\brette\w*", re.I),
    "en": re.compile(r"\berror\b|\bwrong\b|\bmistake\b|\bcorrect\w*", re.I),
    "de": re.compile(r"\bfehler\b|\bfalsch\w*|\bberichtig\w*|\bkorrektur\b|\birrtum\b", re.I),
    "uk": re.compile(r"помил|виправ|неправильн", re.I),
    "ar": re.compile(r"خطأ|خاطئ|تصحيح|نصحح"),
    "pl": re.compile(r"błęd|błąd|pomył|popraw|sprost", re.I),
    "ro": re.compile(r"greșe|greși|eroare|corect", re.I),
}
_NUMBER = re.compile(r"\d+")
_UNIT = (
    r"minut(?:ter)?|minutes?|minuten?|sekunder?|seconds?|sekunden?|timer?|hours?|stunden?|døgn|dage?|days?|tage?n?"
    r"|liter|litres?|liters?|l|°\s?c|grader|degrees|grad|celsius|meter|metres?|cm|centimeter|km|gange|times|mal"
)
_WORD_NUMBERS = {
    "en": "1",
    "et": "1",
    "to": "2",
    "tre": "3",
    "fire": "4",
    "fem": "5",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "eine": "1",
    "einen": "1",
    "zwei": "2",
    "drei": "3",
    "vier": "4",
    "fünf": "5",
}
_QUANTITY = re.compile(
    rf"\b(\d+(?:[.,]\d+)?(?:\s?[-–]\s?\d+)?|{'|'.join(_WORD_NUMBERS)})\s+({_UNIT})(?![\w])", re.I
)
_PLACES = (
    SlotType.PLACE,
    SlotType.STREETS,
    SlotType.AREA,
    SlotType.SCHOOL,
    SlotType.MEETING_PLACE,
    SlotType.COLLECTION_POINT,
)


def says_where(reading: Reading) -> Iterator[Finding]:
    """L04: an SMS to all names the place; one to a single person may do without."""
    if reading.phase is Phase.CORRECTION or reading.version.personal_slots:
        return
    places = reading.slots_of_type(*_PLACES)
    for part in (*reading.of("sms"), *reading.of("short")):
        if not part.slots & places:
            yield part.finding(
                "L04", ERROR, "names no place", "Add a slot of type place, streets or school."
            )


def says_until_when(reading: Reading) -> Iterator[Finding]:
    """L07 and L08: while something goes on, each channel tells its end or when we write again, whatever is filled."""
    if reading.phase not in {Phase.DURING, Phase.UPDATE}:
        return
    slots = [
        slot
        for slot in reading.version.slots
        if slot.type in {SlotType.UNTIL, SlotType.NEXT_UPDATE}
    ]
    names = frozenset(slot.name for slot in slots)
    optional = [slot.name for slot in slots if not slot.required]
    situations = [
        dict(zip(optional, filled, strict=True))
        for filled in product((True, False), repeat=len(optional))
        if any(filled) or len(optional) < len(slots)
    ]
    for part in reading.parts:
        if part.channel == TITLE:
            continue
        if not situations or not all(shows_any(part, names, filled) for filled in situations):
            yield part.finding(
                "L07",
                ERROR,
                "does not always tell until when it holds or when we write again",
                "Show {next_update}, or {until} where it is filled and {next_update} where it is not.",
            )


def closes_properly(reading: Reading) -> Iterator[Finding]:
    """L19: an all-clear says that it is over and safe, from when, what to stop, what it closes, and that nothing more
    comes."""
    if reading.phase is not Phase.ALL_CLEAR:
        return
    moments = reading.slots_of_type(SlotType.FROM, SlotType.MOMENT, SlotType.DATE) | {"issued_at"}
    for part in reading.parts:
        if part.channel == TITLE:
            continue
        for patterns, what, fix in (
            *([] if reading.scenario in NO_DANGER else [_SAID_SAFE]),
            (_OVER, "that it is over", "Say: Det er slut. / It is over. / Es ist vorbei."),
            (_LAST, "that it is the last message", "Say that this is the last message."),
        ):
            pattern = patterns.get(base_language(part.language))
            if pattern is not None and not pattern.search(part.literal):
                yield part.finding("L19", ERROR, f"does not say {what}", fix)
        if not part.slots & moments:
            yield part.finding("L19", ERROR, "does not say from when", "Show {from}.")
        if not part.template.actions:
            yield part.finding(
                "L19",
                ERROR,
                "does not say which instruction ends",
                "Add one with an id: {#stop-...} You need not ... any more.",
            )
        if "closes" not in part.slots:
            yield part.finding(
                "L19", ERROR, "does not name the message that it closes", "Show {closes}."
            )


def says_what_is_new(reading: Reading) -> Iterator[Finding]:
    """L20: an update has its number and says what is new; a correction says that there was a mistake, and where."""
    phase = reading.phase
    if phase not in {Phase.UPDATE, Phase.CORRECTION}:
        return
    patterns = _NEW if phase is Phase.UPDATE else _MISTAKE
    wanted = "update_no" if phase is Phase.UPDATE else "closes"
    what = "what is new" if phase is Phase.UPDATE else "that the earlier message was wrong"
    for part in reading.parts:
        if part.channel == TITLE:
            continue
        pattern = patterns.get(base_language(part.language))
        if pattern is not None and not pattern.search(part.literal):
            yield part.finding("L20", ERROR, f"does not say {what}", "Say it in plain words.")
        if wanted not in part.slots:
            yield part.finding("L20", ERROR, f"does not show {{{wanted}}}", f"Show {{{wanted}}}.")
        if phase is Phase.CORRECTION and not part.template.actions:
            yield part.finding(
                "L20",
                ERROR,
                "does not say what to do now",
                "Add the instruction that holds, with its id: {#...}.",
            )


def numbers_come_from_facts(reading: Reading) -> Iterator[Finding]:
    """L21: a quantity that the fact register has is never written by hand; other quantities ask for a fact."""
    for part in reading.parts:
        for match in _QUANTITY.finditer(part.literal):
            number = _WORD_NUMBERS.get(match[1].lower(), match[1])
            fact = _fact_of(reading.version.facts, number, match[2], part.language)
            if fact is not None:
                yield part.finding(
                    "L21",
                    ERROR,
                    f"{match[0]!r} is written by hand, but it is the fact {fact.name!r}",
                    f"Write {{fact.{fact.name}}}.",
                    at=match[0],
                )
            elif match[1][0].isdigit():
                yield part.finding(
                    "L21",
                    WARNING,
                    f"{match[0]!r} is written by hand",
                    "Make it a fact with a source, or a slot.",
                    at=match[0],
                )


def _fact_of(facts: tuple[Fact, ...], number: str, unit: str, language: str) -> Fact | None:
    for fact in facts:
        own = own_words(fact.unit, language)
        if (
            own
            and own[:3].lower() == unit[:3].lower()
            and fact.value == re.sub(r"\s?[-–]\s?", "-", number)
        ):
            return fact
    return None


def languages_agree(reading: Reading) -> Iterator[Finding]:
    """L21 and L22: all languages have the same slots, facts, conditions, instruction ids and numbers as the Danish."""
    languages = reading.version.languages
    if "da" not in languages:
        yield Finding("L22", ERROR, "", "", "there is no Danish text", "Write it in Danish first.")
        return
    danish = {part.channel: part for part in reading.parts if part.language == "da"}
    for part in reading.parts:
        if part.language == "da":
            continue
        original = danish.get(part.channel)
        if original is None:
            yield part.finding(
                "L22", ERROR, "has no Danish to be held against", "Write it in Danish first."
            )
            continue
        for what, of in (
            ("slots, facts and local values", _names),
            ("instruction ids", lambda one: frozenset(one.template.actions)),
            ("conditions", _conditions),
        ):
            missing, extra = of(original) - of(part), of(part) - of(original)
            if missing or extra:
                yield part.finding(
                    "L22",
                    ERROR,
                    f"has other {what} than the Danish: {_difference(missing, extra)}",
                    "Make them the same; who reads this language must get the same facts.",
                )
        here, there = _numbers(part), _numbers(original)
        if here != there:
            missing, extra = frozenset(there - here), frozenset(here - there)
            yield part.finding(
                "L21",
                ERROR,
                f"has other numbers than the Danish: {_difference(missing, extra)}",
                "Make them the same, or use a fact.",
            )


def _names(part: Part) -> frozenset[str]:
    kinds = {SlotRef: "", FactRef: "fact.", LocalRef: "local."}
    return frozenset(
        f"{kinds[type(leaf)]}{leaf.name}"
        for leaf, _ in part.template.leaves()
        if isinstance(leaf, SlotRef | FactRef | LocalRef)
    )


def _conditions(part: Part) -> frozenset[str]:
    return frozenset(
        f"when {'not ' * block.negated}{block.name}{'=' * bool(block.values)}"
        f"{','.join(sorted(block.values))}"
        for block in part.template.blocks
    )


def _numbers(part: Part) -> Counter[str]:
    return Counter(match[0].lstrip("0") or "0" for match in _NUMBER.finditer(part.literal))


def _difference(missing: frozenset[str], extra: frozenset[str]) -> str:
    parts = []
    if missing:
        parts.append(f"lacks {', '.join(sorted(missing))}")
    if extra:
        parts.append(f"has {', '.join(sorted(extra))} besides")
    return "; ".join(parts)


def reassures_parents(reading: Reading) -> Iterator[Finding]:
    """L29: school messages promise that the children are looked after, and say who may collect them (KL, R10)."""
    if not reading.scenario.startswith("school"):
        return
    if reading.phase not in {Phase.BEFORE, Phase.DURING, Phase.UPDATE}:
        return
    for part in reading.parts:
        if part.channel not in {"web", "phone"}:
            continue
        for action in ("reassurance", "who-may-collect"):
            if action not in part.template.actions:
                yield part.finding(
                    "L29", ERROR, f"lacks the sentence {{#{action}}}", f"Add {{#{action}}} ..."
                )
