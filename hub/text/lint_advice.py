"""Rules for advice that people can follow: a do with every don't, a word for the neighbours, no promise that nobody
answers for (L28, L33, L34)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hub.text.lint_actions import INSTRUCTIONS
from hub.text.lint_reading import TITLE, WARNING, Finding, Reading
from hub.text.types import Phase, SlotType
from hub.text.words import base_language

_NEAR = 8
"""How many sentences after a don't its do may come; one before it is near too."""
_MARKER = re.compile(r"\A\s*(?:[-*+]|\d+\.)\s+")
_EMERGENCY = re.compile(r"\b1[- ]?1[- ]?[24]\b")

_NEEDS: Final[Mapping[str, re.Pattern[str]]] = {
    language: re.compile(rf"(?<!\w)(?:{words})", re.I)
    for language, words in {
        "da": r"(?:drik|brug|træk|skyl|spis|bad|vask|kog|lav mad|kør|gå|hent|kom|ring|tænd|tag ud)\b",
        "en": r"(?:drink|use|flush|eat|bathe|shower|wash|cook|boil|drive|go|leave|collect|fetch|come|call|turn on)\b",
        "de": r"trink|benutz|nutz|verwend|spül|ess|iss|bad|dusch|wasch|koch|fahr|geh|verlass|hol|abhol|komm|ruf|schalt",
        "uk": r"пийте|корист|використ|змива|їжте|мийте|купай|кип'ят|готуйте|їдьте|виходь|забира|приход|телефон|вмика",
        "ar": r"ت(?:شرب|ستعمل|ستخدم|سحب|أكل|ستحم|غسل|طبخ|غل|خرج|غادر|أخذ|أتِ?|حضر|تصل|شغل)",
        "pl": r"pij|używaj|korzystaj|spłukuj|jedz|kąp|myj|pierz|gotuj|jedź|wychodź|opuszczaj|odbieraj|przychodź|dzwoń|włączaj",
        "ro": r"(?:be|folosi|trage|mânca|spăla|găti|fierbe|conduce|ieși|pleca|lua|veni|suna|porni)(?:ți|ți-\w+|ați|eți|iți)",
    }.items()
}
"""What people cannot simply leave be: drinking, flushing, calling, coming. Not touching sewage needs no instead."""
_WE_DO: Final[Mapping[str, re.Pattern[str]]] = {
    language: re.compile(words, re.I)
    for language, words in {
        "da": r"\b(?:vi|kommunen) \w+|\bfør vi\b|\bindtil\b|\btil vi\b",
        "en": r"\bwe (?:will|\w+)|\buntil\b",
        "de": r"\bwir \w+|\bbis wir\b|\berst,? wenn\b|\w+en wir\b",
        "uk": r"(?<!\w)ми(?!\w)|(?<!\w)\w+(?:емо|имо|ємо|їмо|ємося|имося)(?!\w)|доки|поки",
        "ar": r"(?<!\w)(?:س[نيت]|ن)\w{3,}|(?<!\w)حتى(?!\w)",
        "pl": r"\b\w+(?:amy|emy|imy|ymy)\b|\bdopóki\b|\baż\b",
        "ro": r"\bvă \w+m\b|\bvom\b|\bpână (?:nu|când)\b|\bvă (?:dăm|sunăm|contactăm|scriem)\b",
    }.items()
}
"""Where the municipality does it, or says until when, that is what happens instead."""

_NEIGHBOURS: Final[Mapping[str, re.Pattern[str]]] = {
    language: re.compile(words, re.I)
    for language, words in {
        "da": r"\bnabo|\bbesøg .{0,30}\b(?:ældre|syge|alene)|\bikke selv kan læse|\bhjælp .{0,30}\bandre",
        "en": r"\bneighbo|\bcannot read|\bcheck on\b|\bhelp others",
        "de": r"\bnachbar|\bnicht lesen können|\bhelfen sie anderen",
        "uk": r"сусід|не можуть прочитати|допоможіть іншим",
        "ar": r"جار(?:ك|كم|ات|ة)|جيران|لا يستطيع(?:ون)? القراءة|ساعد(?:وا)? الآخرين",
        "pl": r"\bsąsiad|\bnie (?:mogą|umieją|potrafią) przeczytać|\bpomóż innym",
        "ro": r"\bvecin|\bnu pot citi|\bajutați-i pe",
    }.items()
}

_TIMES: Final = (
    SlotType.FROM,
    SlotType.UNTIL,
    SlotType.MOMENT,
    SlotType.DATE,
    SlotType.CLOCK,
    SlotType.COLLECT_BY,
)
_PROMISES: Final[Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]] = {
    language: (re.compile(promise, re.I), re.compile(hedge, re.I))
    for language, (promise, hedge) in {
        "da": (
            r"\b(?:kommer|er|vender|får I|får du)\b[^.]*\b(?:tilbage|igen)\b|\b(?:virker|åbner) igen\b"
            r"|\b(?:løst|rettet|repareret|færdig)\b",
            r"\bforvent|\bvente[rst]?\b|\bregner med\b|\bmåske\b|\btidligst\b|\bhåber\b|\bkan\b",
        ),
        "en": (
            r"\b(?:is|are|will be|comes|come|returns|return)\b[^.]*\b(?:back|again)\b|\bworks? again\b"
            r"|\b(?:fixed|repaired|solved|restored)\b",
            r"\bexpect|\bhope\b|\bmay\b|\bmight\b|\bprobably\b|\bearliest\b|\bcould\b",
        ),
        "de": (
            r"\b(?:ist|sind|kommt|kommen|geht|läuft|gibt es)\b[^.]*\b(?:zurück|wieder)\b"
            r"|\b(?:behoben|repariert|gelöst)\b",
            r"\berwart|\bvoraussichtlich\b|\bhoffen\b|\bvielleicht\b|\bfrühestens\b|\bkönn|\brechnen\b",
        ),
        "uk": (
            r"(?<!\w)(?:повернеться|повернуть|відновлять|відновиться|запрацює|запрацюють|відремонтують|буде знову"
            r"|знову буде)(?!\w)",
            r"очіку|сподіва|можливо|може|ймовірно|не раніше",
        ),
        "ar": (
            r"(?<!\w)(?:ستعود|سيعود|تعود|يعود|ستعمل|سيعمل|سيُصلح|سنصلح|سينتهي الإصلاح)(?!\w)",
            r"(?<!\w)(?:نتوقع|يُتوقع|متوقع|المتوقع|قد|ربما|نأمل)(?!\w)",
        ),
        "pl": (
            r"\b(?:wróci|wrócą|powróci|zadziała|zadziałają|naprawimy|będzie znowu|znowu będzie|zostanie naprawion\w+)\b",
            r"\bprzewidyw|\bspodziew|\bmoże\b|\bmogą\b|\boczekiw|\bnajwcześniej\b|\bmamy nadzieję\b",
        ),
        "ro": (
            r"\b(?:va reveni|vor reveni|revine|va funcționa|vor funcționa|va fi (?:din nou|reparat\w*)|se repară)\b",
            r"\bașteptăm|\bașteaptă|\bestim|\bpoate\b|\bpot\b|\bsperăm\b|\bcel mai devreme\b",
        ),
    }.items()
}


def says_what_instead(reading: Reading) -> Iterator[Finding]:
    """L33: who must not drink, flush, call or come learns near by what to do instead, or what we do. An all-clear ends
    things."""
    if reading.phase is Phase.ALL_CLEAR:
        return
    for part in reading.parts:
        language = base_language(part.language)
        if language not in INSTRUCTIONS or part.channel in (TITLE, "short"):
            continue
        said = [
            _MARKER.sub("", sentence).strip()
            for sentence in part.sentences
            if not sentence.lstrip().startswith("#")
        ]
        for number, sentence in enumerate(said):
            near = said[max(0, number - 1) : number] + said[number + 1 : number + 1 + _NEAR]
            if _leaves_alone(sentence, near, language):
                yield part.finding(
                    "L33",
                    WARNING,
                    f"says what not to do, and not what to do instead: {sentence!r}",
                    "Say in the next sentence what to do.",
                    at=sentence,
                )


def _leaves_alone(sentence: str, near: Sequence[str], language: str) -> bool:
    found, we_do = INSTRUCTIONS[language], _WE_DO[language]
    dont = found.dont.search(sentence)
    if not dont or not _NEEDS[language].search(sentence) or _EMERGENCY.search(sentence):
        return False
    if we_do.search(sentence):
        return False
    return not any(
        pattern.search(other) for other in near for pattern in (found.do, found.may, we_do)
    )


def asks_for_the_neighbours(reading: Reading) -> Iterator[Finding]:
    """L34: the page of what goes on asks to tell those who cannot read it. A message to one person, or to one school's
    parents, has no neighbours."""
    to_some = reading.version.personal_slots or reading.slots_of_type(SlotType.SCHOOL)
    if reading.phase is not Phase.DURING or to_some or reading.is_exercise:
        return
    for part in reading.of("web"):
        pattern = _NEIGHBOURS.get(base_language(part.language))
        if pattern is not None and not pattern.search(part.literal):
            yield part.finding(
                "L34",
                WARNING,
                "asks nobody to tell those who cannot read it",
                "Add: 'Fortæl det til dine naboer.'",
            )


def promises_only_what_is_sure(reading: Reading) -> Iterator[Finding]:
    """L28: 'the power is back at ...' needs a source (the type expected_end), or a word that it is only expected."""
    if reading.phase not in {Phase.BEFORE, Phase.DURING, Phase.UPDATE}:
        return
    times = reading.slots_of_type(*_TIMES)
    for part in reading.parts:
        found = _PROMISES.get(base_language(part.language))
        for sentence in part.named_sentences if found else ():
            if found and _promises(sentence, times, *found):
                yield part.finding(
                    "L28",
                    WARNING,
                    f"promises a time: {_shown(sentence)!r}",
                    "Use a slot of the type expected_end, or say that it is expected.",
                    at=_shown(sentence),
                )


def _promises(
    sentence: str, times: frozenset[str], promise: re.Pattern[str], hedge: re.Pattern[str]
) -> bool:
    if not any(f"{{{name}}}" in sentence for name in times):
        return False
    return promise.search(sentence) is not None and hedge.search(sentence) is None


def _shown(sentence: str) -> str:
    return re.sub(r"\{\w+\}", "{}", sentence).strip()
