"""Versions that no rule has anything to say about, in seven languages; tests break one thing in them."""

from __future__ import annotations

from dataclasses import replace

from hub.text.types import LanguageText, VersionText
from tests.text.versions import fact, slot

LANGUAGES = ("da", "en", "de", "uk", "ar", "pl", "ro")
BOIL = fact(
    "boil_minutes",
    "1",
    da="minut",
    en="minute",
    de="Minute",
    uk="хвилину",
    ar="دقيقة",
    pl="minutę",
    ro="minut",
)
SLOTS = (
    slot("place", "place", example="Rødekro"),
    slot("next_update", "next_update", example="+3h"),
    slot("phone", "phone", example="70 20 30 40"),
)
WORDS = {
    "da": (
        "Kog vandet i {place}",
        "Kog vandet i {place}, før du drikker det.",
        "Lad det koge i {fact.boil_minutes}.",
        "Vi skriver igen senest",
        "Fortæl det til din nabo.",
        "Ring {phone}.",
    ),
    "en": (
        "Boil the water in {place}",
        "Boil the water in {place} before you drink it.",
        "Let it boil for {fact.boil_minutes}.",
        "We write again by",
        "Tell your neighbour.",
        "Call {phone}.",
    ),
    "de": (
        "Wasser in {place} abkochen",
        "Kochen Sie das Wasser in {place} vor dem Trinken ab.",
        "Lassen Sie es {fact.boil_minutes} kochen.",
        "Wir schreiben wieder bis",
        "Sagen Sie es Ihren Nachbarn.",
        "Telefon: {phone}.",
    ),
    "uk": (
        "Кип'ятіть воду в {place}",
        "Кип'ятіть воду в {place} перед питтям.",
        "Кип'ятіть {fact.boil_minutes}.",
        "Напишемо до",
        "Скажіть сусідам.",
        "Телефон: {phone}.",
    ),
    "ar": (
        "اغلِ الماء في {place}",
        "اغلِ الماء في {place} قبل شربه.",
        "اغلِه لمدة {fact.boil_minutes}.",
        "سنكتب قبل",
        "أخبر جيرانك.",
        "الهاتف: {phone}.",
    ),
    "pl": (
        "Przegotuj wodę w {place}",
        "Przegotuj wodę w {place} przed wypiciem.",
        "Gotuj {fact.boil_minutes}.",
        "Napiszemy do",
        "Powiedz sąsiadom.",
        "Telefon: {phone}.",
    ),
    "ro": (
        "Fierbeți apa în {place}",
        "Fierbeți apa în {place} înainte să o beți.",
        "Fierbeți {fact.boil_minutes}.",
        "Scriem până la",
        "Spuneți vecinilor.",
        "Telefon: {phone}.",
    ),
}


def _during(language: str) -> LanguageText:
    title, boil, minutes, again, neighbour, call = WORDS[language]
    return LanguageText(
        language,
        title,
        f"{{municipality}}: {{#boil}} {boil}\n{minutes}\n{again} {{next_update:short}}.\n\n{call}",
        f"- {{#boil}} {boil} {minutes}\n\n{neighbour} {again} {{next_update}}. {call}",
        f"{{municipality}}. {{#boil}} {boil} {minutes}\n\n{again} {{next_update}}. {call}",
    )


DURING = VersionText(
    "water-boil/during", SLOTS, (BOIL,), (), {language: _during(language) for language in LANGUAGES}
)

_OVER = {
    "da": "Det er slut. Du kan trygt drikke vandet i {place} fra {from:short}. Besked {closes} er forbi. "
    "Det er sidste besked.",
    "en": "It is over. You can safely drink the water in {place} from {from:short}. Message {closes} ended. "
    "This is the last message.",
    "de": "Es ist vorbei. Das Wasser in {place} ist ab {from:short} sicher. Nachricht {closes} ist beendet. "
    "Das ist die letzte Nachricht.",
    "uk": "Усе закінчилося. Воду в {place} безпечно пити: {from:short}. Повідомлення {closes} завершено. "
    "Це останнє повідомлення.",
    "ar": "انتهى الأمر. شرب الماء في {place} آمن من {from:short}. انتهت الرسالة {closes}. هذه آخر رسالة.",
    "pl": "To koniec. Woda w {place} jest bezpieczna: {from:short}. Wiadomość {closes} jest zamknięta. "
    "To ostatnia wiadomość.",
    "ro": "S-a încheiat. Apa în {place} este sigură: {from:short}. Mesajul {closes} s-a terminat. "
    "Este ultimul mesaj.",
}
ALL_CLEAR = VersionText(
    "water-boil/all-clear",
    (SLOTS[0], slot("from", "from", example="2026-11-21T10:00")),
    (),
    (),
    {
        language: LanguageText(
            language,
            WORDS[language][0],
            f"{{municipality}}: {{#stop-boil}} {text}",
            f"- {{#stop-boil}} {text}",
            f"{{municipality}}. {{#stop-boil}} {text}",
        )
        for language, text in _OVER.items()
    },
)


def adding(
    words: str, version: VersionText = DURING, channel: str = "sms", language: str = "da"
) -> VersionText:
    """The version with a paragraph more in one language's channel."""
    text = version.languages[language]
    return with_text(version, language, **{channel: f"{getattr(text, channel)}\n\n{words}"})


def everywhere(words: str, version: VersionText = DURING, language: str = "da") -> VersionText:
    """The same paragraph in each channel of a language."""
    for channel in ("sms", "web", "phone"):
        shown = f"- {words}" if channel == "web" else words
        version = adding(shown, version, channel, language)
    return version


def only(version: VersionText, *languages: str) -> VersionText:
    return replace(version, languages={name: version.languages[name] for name in languages})


def with_text(version: VersionText, language: str = "da", **channels: str) -> VersionText:
    text = replace(version.languages[language], **channels)
    return replace(version, languages={**version.languages, language: text})


def changed(old: str, new: str, version: VersionText = DURING, language: str = "da") -> VersionText:
    """The version with these words in place of others, in all channels of a language; the others must be there."""
    text = version.languages[language]
    found = {name: source.replace(old, new) for name, source in text.sources.items()}
    assert found != text.sources
    return with_text(version, language, **found)


def phase(key: str, version: VersionText = DURING) -> VersionText:
    return replace(version, key=key)


def sms(text: str, language: str = "da", version: VersionText = DURING) -> VersionText:
    """The version with this SMS; its rest stays as it is."""
    return with_text(version, language, sms=f"{{municipality}}: {text}")


PERSONAL = replace(
    DURING,
    key="appointments-cancelled/during",
    slots=(*SLOTS, slot("tid", "moment", personal=True, example="2026-11-23 10:00")),
)
CHOSEN = replace(
    DURING,
    key="severe-weather/during",
    slots=(
        *SLOTS,
        slot(
            "weather",
            "choice",
            example="wind",
            options={
                "wind": {"da": "Storm", "en": "A storm"},
                "calm": {"da": "Noget", "en": "Something"},
            },
        ),
    ),
)
TIMED = replace(
    DURING,
    slots=(
        *SLOTS,
        slot("back", "until", example="+5h"),
        slot("hoped", "expected_end", example="2026-11-21T18:00 | N1"),
    ),
)
UPDATE = phase("water-boil/update")
CORRECTION = phase("water-boil/correction")
SCHOOL = phase("school-pickup/during")
EXERCISE = VersionText(
    "exercise/during",
    SLOTS,
    (),
    (),
    {
        language: LanguageText(
            language,
            f"{word} {{place}}",
            f"{{municipality}}: {word}. {nothing} {{place}} {{next_update:short}}. {{phone}}. {word}",
            f"{word}. {nothing} {{place}} {{next_update}}. {{phone}}.",
            f"{word}. {nothing} {{place}} {{next_update}}. {{phone}}. {word}.",
        )
        for language, word, nothing in (
            ("da", "ØVELSE", "Du skal ikke gøre noget."),
            ("en", "EXERCISE", "You do not need to do anything."),
            ("de", "ÜBUNG", "Sie müssen nichts tun."),
            ("uk", "НАВЧАННЯ", "Вам не потрібно нічого робити."),
            ("ar", "تمرين", "لا يلزمك فعل أي شيء."),
            ("pl", "ĆWICZENIA", "Nie musisz nic robić."),
            ("ro", "EXERCIȚIU", "Nu trebuie să faceți nimic."),
        )
    },
)
