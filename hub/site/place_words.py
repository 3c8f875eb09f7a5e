"""The words of the pages of institutions and areas, in each language; all other words are in `words.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PlaceWords:
    """Patterns have the fields named in them: `{name}` a place's, `{time}` a moment, `{number}` a count."""

    institutions: str
    areas: str
    quiet: str
    quiet_note: str
    everything: str
    messages_now: str
    none_named: str
    the_others: str
    moved: str


PLACE_WORDS: Mapping[str, PlaceWords] = {
    "da": PlaceWords(
        institutions="Skoler og institutioner",
        areas="Områder",
        quiet="Ingen besked til {name} siden {time}.",
        quiet_note="Denne side ændres kun, når der kommer en. Om siderne er opdateret lige nu, står på forsiden:",
        everything="Alt, hvad der gælder nu",
        messages_now="Besked nu",
        none_named="Ingen af dem har en besked lige nu.",
        the_others="Alle andre ({number})",
        moved="Siden er flyttet",
    ),
    "en": PlaceWords(
        institutions="Schools and institutions",
        areas="Areas",
        quiet="No message for {name} since {time}.",
        quiet_note="This page changes only when there is one. Whether our pages are up to date right now is on the front page:",
        everything="Everything that applies now",
        messages_now="Messages now",
        none_named="None of them has a message right now.",
        the_others="All others ({number})",
        moved="This page has moved",
    ),
    "de": PlaceWords(
        institutions="Schulen und Einrichtungen",
        areas="Gebiete",
        quiet="Keine Mitteilung für {name} seit: {time}.",
        quiet_note="Diese Seite ändert sich nur, wenn es eine gibt. Ob unsere Seiten gerade aktuell sind, steht auf der Startseite:",
        everything="Alles, was jetzt gilt",
        messages_now="Mitteilungen jetzt",
        none_named="Für keine davon gibt es zurzeit eine Mitteilung.",
        the_others="Alle anderen ({number})",
        moved="Diese Seite ist umgezogen",
    ),
    "uk": PlaceWords(
        institutions="Школи та заклади",
        areas="Райони",
        quiet="Немає повідомлень для {name} з: {time}.",
        quiet_note="Ця сторінка змінюється лише тоді, коли є повідомлення. Чи оновлені наші сторінки зараз, написано на головній сторінці:",
        everything="Усе, що діє зараз",
        messages_now="Повідомлення зараз",
        none_named="Зараз для них немає повідомлень.",
        the_others="Усі інші ({number})",
        moved="Сторінку переміщено",
    ),
    "ar": PlaceWords(
        institutions="المدارس والمؤسسات",
        areas="المناطق",
        quiet="لا توجد رسالة إلى {name} منذ {time}.",
        quiet_note="لا تتغير هذه الصفحة إلا عند وجود رسالة. لمعرفة ما إذا كانت صفحاتنا محدثة الآن، انظر الصفحة الرئيسية:",
        everything="كل ما يسري الآن",
        messages_now="رسائل الآن",
        none_named="لا توجد رسالة لأي منها الآن.",
        the_others="كل الأخرى ({number})",
        moved="نُقلت هذه الصفحة",
    ),
    "pl": PlaceWords(
        institutions="Szkoły i placówki",
        areas="Obszary",
        quiet="Brak komunikatów dla: {name}, od: {time}.",
        quiet_note="Ta strona zmienia się tylko wtedy, gdy pojawi się komunikat. Czy nasze strony są teraz aktualne, sprawdzisz na stronie głównej:",
        everything="Wszystko, co teraz obowiązuje",
        messages_now="Komunikaty teraz",
        none_named="Obecnie nie ma dla nich komunikatów.",
        the_others="Wszystkie pozostałe ({number})",
        moved="Strona została przeniesiona",
    ),
    "ro": PlaceWords(
        institutions="Școli și instituții",
        areas="Zone",
        quiet="Niciun mesaj pentru {name} din: {time}.",
        quiet_note="Această pagină se schimbă numai când apare un mesaj. Dacă paginile noastre sunt actualizate acum, scrie pe prima pagină:",
        everything="Tot ce este valabil acum",
        messages_now="Mesaje acum",
        none_named="Niciuna nu are un mesaj în acest moment.",
        the_others="Toate celelalte ({number})",
        moved="Pagina s-a mutat",
    ),
}


def place_words(language: str) -> PlaceWords:
    """The language's words; those of `da` for `da-x-let`; English for a language without any."""
    base = language.partition("-")[0]
    return PLACE_WORDS.get(language) or PLACE_WORDS.get(base) or PLACE_WORDS["en"]
