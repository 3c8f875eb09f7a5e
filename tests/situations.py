"""Made-up situations for the tests of page, phone and what serves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.text.situation import PublicAnnouncement, PublicIncident, Situation, Standing
from hub.text.types import ComposedText

NOON = datetime(2026, 11, 21, 11, 5, tzinfo=UTC)
"""Saturday 21 November 2026, 12.05 in Copenhagen."""

TITLES = {
    "da": "Kog vandet i Rødekro",
    "en": "Boil the water in Rødekro",
    "de": "Wasser in Rødekro abkochen",
    "ar": "اغلوا الماء في Rødekro",
}

_WEB = {
    "da": (
        "<h3>Hvad er der sket</h3><p>Vandet i {place} kan gøre dig syg. Det gælder fra lørdag den 21. november "
        'kl. 10.30.</p><h3>Gør sådan</h3><ul><li data-action="boil">Kog vandet i 1 minut, før du drikker det.</li>'
        '<li data-action="teeth">Børst tænder i kogt vand.</li></ul><p>Ring på '
        '<a href="tel:+4570203040"><bdi>70\u00a020\u00a030\u00a040</bdi></a>.</p>'
    ),
    "en": (
        "<h3>What has happened</h3><p>The water in {place} can make you ill. It applies from Saturday 21 November "
        'at 10:30.</p><h3>Do this</h3><ul><li data-action="boil">Boil the water for 1 minute before you drink it.'
        '</li><li data-action="teeth">Brush your teeth in boiled water.</li></ul><p>Call '
        '<a href="tel:+4570203040"><bdi>70\u00a020\u00a030\u00a040</bdi></a>.</p>'
    ),
    "de": (
        "<h3>Was ist passiert</h3><p>Das Wasser in {place} kann krank machen. Es gilt ab Samstag, 21. November, "
        '10.30 Uhr.</p><h3>Das sollen Sie tun</h3><ul><li data-action="boil">Kochen Sie das Wasser 1 Minute lang.'
        '</li><li data-action="teeth">Putzen Sie die Zähne mit abgekochtem Wasser.</li></ul><p>Telefon: '
        '<a href="tel:+4570203040"><bdi>70\u00a020\u00a030\u00a040</bdi></a>.</p>'
    ),
    "ar": (
        "<h3>ماذا حدث</h3><p>الماء في <bdi>{place}</bdi> قد يسبب المرض.</p><h3>ماذا تفعل</h3><ul>"
        '<li data-action="boil">اغلِ الماء لمدة 1 دقيقة قبل شربه.</li>'
        '<li data-action="teeth">نظف أسنانك بماء مغلي.</li></ul><p>اتصل على '
        '<a href="tel:+4570203040"><bdi>70\u00a020\u00a030\u00a040</bdi></a>.</p>'
    ),
}

_PHONE = {
    "da": "Her er en besked fra Eksempel Kommune.\n\nKog vandet i {place}, før du drikker det.",
    "en": "This is a message from Eksempel Kommune.\n\nBoil the water in {place} before you drink it.",
    "de": "Hier ist eine Mitteilung von Eksempel Kommune.\n\nKochen Sie das Wasser in {place} ab.",
    "ar": "رسالة من البلدية.",
}

LANGUAGES = ("da", "en", "de")


def text(language: str, title: str = "", place: str = "Rødekro", **changes: str) -> ComposedText:
    return ComposedText(
        language=language,
        title=changes.get("title", title or TITLES[language].replace("Rødekro", place)),
        sms=f"Eksempel Kommune: {TITLES[language]}",
        html=changes.get("html", _WEB[language].format(place=place)),
        phone=changes.get("phone", _PHONE[language].format(place=place)),
    )


def announcement(number: int = 1, incident: int = 1, **changes: Any) -> PublicAnnouncement:
    languages: Sequence[str] = changes.pop("languages", LANGUAGES)
    place: str = changes.pop("place", "Rødekro")
    values: dict[str, Any] = {
        "number": number,
        "incident": incident,
        "scenario": "water-boil",
        "phase": "during",
        "kind": "first",
        "severity": "severe",
        "version": "water-boil/during v3",
        "version_hash": "ab" * 32,
        "update_no": 1,
        "standing": Standing.IN_FORCE,
        "issued_at": NOON - timedelta(minutes=35),
        "until": None,
        "next_update": NOON + timedelta(minutes=25),
        "ended_at": None,
        "closes": None,
        "replaced_by": None,
        "exercise": False,
        "texts": {language: text(language, place=place) for language in languages},
    }
    return PublicAnnouncement(**{**values, **changes})


def ended(number: int, incident: int = 1, **changes: Any) -> PublicAnnouncement:
    return announcement(
        number,
        incident,
        **{
            "standing": Standing.ENDED,
            "ended_at": NOON - timedelta(hours=1),
            "replaced_by": number + 1,
            **changes,
        },
    )


def incident(
    *announcements: PublicAnnouncement,
    number: int = 1,
    exercise: bool = False,
    closed_at: datetime | None = None,
    title: Mapping[str, str] | None = None,
) -> PublicIncident:
    return PublicIncident(
        number=number,
        scenario="water-boil",
        title=title or {"da": "Kog vandet", "en": "Boil the water", "de": "Wasser abkochen"},
        exercise=exercise,
        opened_at=NOON - timedelta(hours=2),
        closed_at=closed_at,
        announcements=tuple(
            replace(item, incident=number, exercise=exercise) for item in announcements
        ),
    )


def situation(*incidents: PublicIncident, **changes: Any) -> Situation:
    values: dict[str, Any] = {
        "municipality": "Eksempel Kommune",
        "address": "eksempel.dk",
        "read_at": NOON,
        "instance": 1,
        "journal": {"number": 7, "hash": "0" * 64},
        "languages": LANGUAGES,
        "incidents": incidents,
    }
    return Situation(**{**values, **changes})


def quiet() -> Situation:
    return situation()


def one() -> Situation:
    return situation(incident(announcement()))


def six(languages: Sequence[str] = LANGUAGES) -> Situation:
    """Six different announcements in force, the gravest not the newest."""
    places = ("Rødekro", "Løgumkloster", "Bylderup-Bov", "Kliplev", "Felsted", "Tinglev")
    severities = ("notice", "life", "severe", "severe", "notice", "life")
    return situation(
        *(
            incident(
                announcement(
                    number, place=place, severity=severity, languages=languages, update_no=number
                ),
                number=number,
            )
            for number, (place, severity) in enumerate(
                zip(places, severities, strict=True), start=1
            )
        ),
        languages=tuple(languages),
    )


def history(count: int, languages: Sequence[str] = LANGUAGES) -> Situation:
    """One announcement in force after `count` that have ended, each in an incident of its own."""
    past = (
        incident(
            ended(
                number,
                place=f"By {number}",
                languages=languages,
                ended_at=NOON - timedelta(days=count - number, hours=2),
            ),
            number=number,
            closed_at=NOON - timedelta(days=count - number, hours=1),
        )
        for number in range(1, count + 1)
    )
    current = incident(announcement(count + 1, languages=languages), number=count + 1)
    return situation(*past, current, languages=tuple(languages))
