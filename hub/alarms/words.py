"""What alarms are called, and what to do: in Danish for those on duty, in English for operators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.alarms.conditions import Alarm
from hub.clock import COPENHAGEN

_DANISH: Mapping[Alarm, tuple[str, str]] = {
    Alarm.NEWER_HUB: (
        "En nyere hub (nummer {instance}) har overtaget. Denne sender og udgiver ikke mere",
        "Sluk denne hub. Brug den nye.",
    ),
    Alarm.UPDATE_OVERDUE: (
        "Melding {announcement}: den lovede opdatering kl. {due} er ikke kommet",
        "Skriv nu: en opdatering, også hvis der ikke er noget nyt. Borgerne venter på den.",
    ),
    Alarm.UPDATE_SOON: (
        "Melding {announcement}: næste opdatering er lovet kl. {due}",
        "Gør den klar nu: åbn hændelsen, og tryk på opdatering.",
    ),
    Alarm.BROADCAST_STALLED: (
        "Udsendelse {broadcast} står stille: {queued} sms'er venter",
        "Se udsendelsen. Kører hubben? Svarer sms-udbyderen? Ring til IT-drift.",
    ),
    Alarm.BROADCAST_PAUSED: (
        "Udsendelse {broadcast} er på pause: {queued} sms'er venter. {reason}",
        "Åbn udsendelsen: fortsæt den, eller stop den.",
    ),
    Alarm.GATEWAY_BROKEN: (
        "Sms-udbyderen {gateway} er sat til side. {reason}",
        "Hubben prøver den igen af sig selv. Varer det ved: ring til udbyderen.",
    ),
    Alarm.UNKNOWN_AGEING: (
        "Udsendelse {broadcast}: for {count} sms'er vides det ikke siden kl. {since}, om de er modtaget af udbyderen",
        "Åbn udsendelsen. Ring til dem, eller afgør for hver enkelt.",
    ),
    Alarm.TARGET_DIFFERS: (
        "Sted {number} ({place}) viser ikke det, der blev udgivet",
        "Find ud af, hvem der skriver der. Hubben udgiver igen. {error}",
    ),
    Alarm.TARGET_FAILING: (
        "Sted {number} ({place}) har ikke den nyeste side",
        "IT-drift: {error}",
    ),
    Alarm.BACKUP_OLD: (
        "Der er ikke taget backup i mere end 36 timer",
        "IT-drift: hub backup FIL. Se, hvorfor den planlagte ikke kører.",
    ),
}
_ENGLISH: Mapping[Alarm, tuple[str, str]] = {
    Alarm.NEWER_HUB: (
        "A newer hub (number {instance}) has taken over. This one sends and publishes nothing",
        "Shut this hub down. Use the new one.",
    ),
    Alarm.UPDATE_OVERDUE: (
        "Announcement {announcement}: the update promised for {due} has not come",
        "Write now: an update, even if there is no news. Citizens wait for it.",
    ),
    Alarm.UPDATE_SOON: (
        "Announcement {announcement}: the next update is promised for {due}",
        "Prepare it now: open the incident and press update.",
    ),
    Alarm.BROADCAST_STALLED: (
        "Broadcast {broadcast} stands still: {queued} SMS wait",
        "Look at it. Does the hub run? Does the SMS provider answer? Call IT operations.",
    ),
    Alarm.BROADCAST_PAUSED: (
        "Broadcast {broadcast} is paused: {queued} SMS wait. {reason}",
        "Open it: resume it, or stop it.",
    ),
    Alarm.GATEWAY_BROKEN: (
        "The SMS provider {gateway} is set aside. {reason}",
        "The hub tries it again by itself. If it lasts: call the provider.",
    ),
    Alarm.UNKNOWN_AGEING: (
        "Broadcast {broadcast}: of {count} SMS it is not known since {since} whether the provider took them",
        "Open it. Call those people, or decide for each.",
    ),
    Alarm.TARGET_DIFFERS: (
        "Place {number} ({place}) does not show what was published",
        "Find out who writes there. The hub publishes again. {error}",
    ),
    Alarm.TARGET_FAILING: (
        "Place {number} ({place}) does not hold the newest page",
        "IT operations: {error}",
    ),
    Alarm.BACKUP_OLD: (
        "No backup was made for more than 36 hours",
        "IT operations: hub backup FILE. See why the planned one does not run.",
    ),
}
TABLES = {"da": _DANISH, "en": _ENGLISH}
_EXERCISE = {"da": "ØVELSE. ", "en": "EXERCISE. "}


def said(kind: Alarm, values: Mapping[str, Any], language: str) -> tuple[str, str]:
    """What is wrong, and what to do, in `da` or else English."""
    language = language if language in TABLES else "en"
    what, do = TABLES[language][kind]
    filled = {name: _shown(name, value) for name, value in values.items()}
    mark = _EXERCISE[language] if values.get("exercise") else ""
    what = what.format_map(filled).strip()
    return f"{mark}{what}{'' if what.endswith('.') else '.'}", do.format_map(filled).strip()


def _shown(name: str, value: Any) -> str:
    """Moments as a clock in Copenhagen, without seconds; the rest as it is."""
    if name in ("due", "since") and value:
        return f"{datetime.fromisoformat(str(value)).astimezone(COPENHAGEN):%H.%M}"
    return str(value)
