"""Reminders as cards among what waits for a person: shown in the desk always, whoever gets the mails."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from hub.desk import frame
from hub.desk.formats import day
from hub.desk.prepared.step_words import phase_of, title_of
from hub.desk.waiting import Waiting
from hub.desk.words import gettext as _
from hub.desk.words import ngettext
from hub.library.reminding import Reminder, ReminderKind, reminders
from hub.models import Person, Role

NAMED = 3


def cards(session: Session, person: Person) -> list[Waiting]:
    """What has expired, what expires soon, and whose yes is missing: three cards at most, for authors and approvers."""
    if not person.role_names & {Role.AUTHOR, Role.APPROVER}:
        return []
    found = reminders(session)
    expired = [item for item in found if item.is_expired]
    soon = [item for item in found if item.kind is ReminderKind.RENEW and not item.is_expired]
    waiting = [item for item in found if item.kind is ReminderKind.CO_SIGN]
    made = (
        (_expired, expired),
        (_soon, soon),
        (_waiting, waiting),
    )
    return [card(items) for card, items in made if items]


def _expired(found: Sequence[Reminder]) -> Waiting:
    return Waiting(
        ngettext("%(num)d message has expired", "%(num)d messages have expired", len(found)),
        _(
            "They can be sent only with a reason until they are renewed: %(names)s.",
            names=_names(found),
        ),
        found[0].at,
        _address(found),
        urgent=True,
    )


def _soon(found: Sequence[Reminder]) -> Waiting:
    return Waiting(
        ngettext("%(num)d message expires soon", "%(num)d messages expire soon", len(found)),
        _("The first on %(due)s: %(names)s.", due=day(found[0].at), names=_names(found)),
        found[0].at,
        _address(found),
    )


def _waiting(found: Sequence[Reminder]) -> Waiting:
    keys = {item.key for item in found}
    parties = ", ".join(sorted({item.party for item in found}))
    return Waiting(
        ngettext(
            "A co-signer's yes is missing for %(num)d message",
            "A co-signer's yes is missing for %(num)d messages",
            len(keys),
        ),
        _("Asked: %(parties)s. %(names)s.", parties=parties, names=_names(found)),
        found[0].at,
        _address(found),
    )


def _address(found: Sequence[Reminder]) -> str | None:
    if len({item.key for item in found}) == 1:
        return frame.link("desk.message", key=found[0].key)
    return frame.link("desk.readiness", _anchor="next")


def _names(found: Sequence[Reminder]) -> str:
    """The first of them, and how many more."""
    names = list(
        dict.fromkeys(f"{title_of(item.title, item.key)}, {phase_of(item.key)}" for item in found)
    )
    more = [_("and %(num)s more", num=len(names) - NAMED)] if len(names) > NAMED else []
    return "; ".join([*names[:NAMED], *more])
