"""The feeds' own words in each language; the rest they take from the page's (`hub/site/words.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FeedWords:
    """Patterns have the fields named in them: `{count}` a number, `{time}` and `{limit}` moments, `{address}` the
    site's, `{name}` the municipality's."""

    code: str
    active: str
    updated: str
    too_old: str
    badge_limit: str
    calendar: str
    feed: str


WORDS: Mapping[str, FeedWords] = {
    table.code: table
    for table in (
        FeedWords(
            code="da",
            active="Aktive beskeder: {count}",
            updated="Opdateret {time}.",
            too_old="Er det senere end {limit}, er dette for gammelt: se {address}",
            badge_limit="For gammel efter {limit}",
            calendar="Lukninger og aflysninger fra {name}",
            feed="Nyheder som feed (Atom)",
        ),
        FeedWords(
            code="en",
            active="Active messages: {count}",
            updated="Updated {time}.",
            too_old="If it is later than {limit}, this is too old: see {address}",
            badge_limit="Too old after {limit}",
            calendar="Closures and cancellations from {name}",
            feed="News as a feed (Atom)",
        ),
        FeedWords(
            code="de",
            active="Aktive Mitteilungen: {count}",
            updated="Aktualisiert: {time}.",
            too_old="Ist es später als {limit}, ist dies zu alt: siehe {address}",
            badge_limit="Zu alt nach: {limit}",
            calendar="Schließungen und Absagen von {name}",
            feed="Neuigkeiten als Feed (Atom)",
        ),
        FeedWords(
            code="uk",
            active="Активних повідомлень: {count}",
            updated="Оновлено: {time}.",
            too_old="Якщо вже пізніше ніж {limit}, ці дані застарілі: дивіться {address}",
            badge_limit="Застаріє після: {limit}",
            calendar="Закриття та скасування від {name}",
            feed="Новини у форматі Atom",
        ),
        FeedWords(
            code="ar",
            active="الرسائل السارية: {count}",
            updated="آخر تحديث: {time}.",
            too_old="إذا تجاوز الوقت {limit} فهذه المعلومات قديمة: انظر {address}",
            badge_limit="قديم بعد {limit}",
            calendar="الإغلاقات والإلغاءات من {name}",
            feed="الأخبار بصيغة Atom",
        ),
        FeedWords(
            code="pl",
            active="Aktywne komunikaty: {count}",
            updated="Zaktualizowano: {time}.",
            too_old="Jeśli jest później niż {limit}, te dane są nieaktualne: zobacz {address}",
            badge_limit="Nieaktualne po: {limit}",
            calendar="Zamknięcia i odwołania od {name}",
            feed="Wiadomości w formacie Atom",
        ),
        FeedWords(
            code="ro",
            active="Mesaje active: {count}",
            updated="Actualizat: {time}.",
            too_old="Dacă este mai târziu de {limit}, datele sunt prea vechi: vedeți {address}",
            badge_limit="Prea vechi după: {limit}",
            calendar="Închideri și anulări de la {name}",
            feed="Noutăți în format Atom",
        ),
    )
}


def feed_words(language: str) -> FeedWords:
    """The language's words; those of `da` for `da-x-let`; English for a language without a table."""
    return WORDS.get(language) or WORDS.get(language.partition("-")[0]) or WORDS["en"]
