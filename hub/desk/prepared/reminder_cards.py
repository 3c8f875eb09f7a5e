"""Reminders as cards among what waits for a person: shown in the desk always, whoever gets the mails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    """What expires, and whose yes is missing: for authors and approvers, one card for each owner and party."""
    if not person.role_names & {Role.AUTHOR, Role.APPROVER}:
        return []
    alike: dict[tuple[str, str, str, bool], list[Reminder]] = {}
    for item in reminders(session):
        group = item.kind, item.owner, item.party, item.is_expired
        alike.setdefault(group, []).append(item)
    return [_card(found) for found in alike.values()]


def _card(found: Sequence[Reminder]) -> Waiting:
    first = found[0]
    if first.kind is ReminderKind.CO_SIGN:
        what = _("The yes of %(party)s is missing", party=first.party)
        why = _("Asked for since %(since)s: %(names)s.", since=day(first.at), names=_names(found))
    elif first.is_expired:
        what = ngettext(
            "%(num)d message of %(owner)s has expired",
            "%(num)d messages of %(owner)s have expired",
            len(found),
            owner=first.owner,
        )
        why = _(
            "They can be sent only with a reason until they are renewed: %(names)s.",
            names=_names(found),
        )
    else:
        what = ngettext(
            "%(num)d message of %(owner)s expires soon",
            "%(num)d messages of %(owner)s expire soon",
            len(found),
            owner=first.owner,
        )
        why = _("The first on %(due)s: %(names)s.", due=day(first.at), names=_names(found))
    return Waiting(what, why, first.at, _address(found), urgent=first.is_expired)


def _address(found: Sequence[Reminder]) -> str | None:
    if len(found) == 1:
        return frame.link("desk.message", key=found[0].key)
    return frame.link("desk.readiness", owner=found[0].owner)


def _names(found: Sequence[Reminder]) -> str:
    return ", ".join(_first_names(found))


def _first_names(found: Sequence[Reminder]) -> Iterator[str]:
    for item in found[:NAMED]:
        yield f"{title_of(item.title, item.key)}, {phase_of(item.key)}"
    if len(found) > NAMED:
        yield _("and %(num)s more", num=len(found) - NAMED)
