"""The only place where something becomes public: confirming an announcement, or sending it back.

Desk, API and command line call these functions; nothing is decided in them that is not enforced here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from hub import accounts, clock, journal, queue
from hub.audiences import lists
from hub.database import deciding
from hub.errors import Conflict, HubError, Invalid, NotAllowed
from hub.incidents import notices
from hub.incidents.checking import (
    Order,
    broadcast_of,
    check_sendable,
    composed_for,
    find_announcement,
    settings,
)
from hub.incidents.lifecycle import (
    IN_FORCE,
    PRIORITY,
    STATE_AFTER,
    AnnouncementConfirmed,
    AnnouncementReturned,
    LateListAdded,
    step,
)
from hub.incidents.preparing import (
    LAPSES_AFTER,
    Prepared,
    chain_of,
    discard,
    prepare,
    prepare_again,
)
from hub.incidents.reach import default_language
from hub.incidents.register import find_incident
from hub.library import lifecycle as versions
from hub.models import (
    Announcement,
    AnnouncementKind,
    AnnouncementState,
    Audience,
    Broadcast,
    BroadcastState,
    Person,
    Role,
)
from hub.sms import broadcasts, fanout
from hub.text import slots as slot_rules

__all__ = [
    "Confirmed",
    "Order",
    "Prepared",
    "add_late_list",
    "confirm",
    "discard",
    "prepare",
    "prepare_again",
    "return_",
]

PUBLISH_PRIORITY = 90
DISPATCH_PRIORITY = 80
OWN_LIST_AGE = timedelta(hours=24)


@dataclass(frozen=True)
class Confirmed:
    """What was confirmed. `already` when it had been confirmed before: nothing was done again."""

    announcement: int
    broadcast: int | None
    recipients: int
    names: int | None
    by: str
    already: bool = False


def confirm(
    number: int,
    *,
    actor: journal.Actor,
    hash: str | None = None,
    code: str | None = None,
    reason: str | None = None,
) -> Confirmed:
    """Make a prepared announcement public: one transaction, its row locked.

    The second person is `actor`, or, with `code`, the one to whom that one-time code was sent (the journal names
    both). In `single` mode the preparer may confirm with a `reason` (DESIGN.md, "Confirming"). `hash` is what the
    second person read; another text is refused. Confirming twice is one confirm.

    In the same transaction the named announcement (an update's, all-clear's or correction's) ends and its queued
    deliveries are skipped. Raises Conflict, NotAllowed or Invalid; then nothing changed. If the process dies after
    the commit, any worker, `hub publish` and `hub broadcast wait` carry on from the database.
    """
    if code is not None:
        notices.count_try(number, code)
    with deciding() as session:
        row = find_announcement(session, number, lock=True)
        accounts.require_role(session, actor, Role.SENDER)
        broadcast = broadcast_of(session, number)
        if row.state in (*IN_FORCE, *(state.value for state in STATE_AFTER.values())):
            return _already(row, broadcast)
        _check_ready(row, broadcast)
        by, how = _who_confirms(session, row, broadcast, actor, code, reason)
        _check_bytes(row, hash)
        accounts.check_bounds(
            session, by, row.version.scenario, broadcast.total if broadcast else 0
        )
        incident = find_incident(session, row.incident_id, lock=True)
        if incident.closed_at is not None:
            raise Conflict(
                f"Incident {incident.id} is closed: announcement {number} cannot be confirmed."
            )
        _check_still_true(session, row, broadcast)
        accounts.spend_fresh_code(session, actor)
        named = _end_named(session, row, actor)
        step(row, AnnouncementState.CONFIRMED)
        row.confirmed_at, row.confirmed_by = clock.now(), by.email
        row.confirmed_how, row.confirmed_reason = how, reason
        if broadcast is not None:
            broadcasts.release(session, broadcast.id, actor=actor)
        done = Confirmed(
            announcement=number,
            broadcast=broadcast.id if broadcast else None,
            recipients=broadcast.total if broadcast else 0,
            names=named.id if named else None,
            by=by.email,
        )
        journal.append(
            session,
            actor,
            AnnouncementConfirmed(
                announcement=number,
                incident=row.incident_id,
                hash=row.hash,
                how=how,
                by=by.email,
                entered_by=actor.name,
                reason=reason,
                names=done.names,
                broadcast=done.broadcast,
                recipients=done.recipients,
            ),
        )
    queue.defer("publish", PUBLISH_PRIORITY)
    queue.defer("dispatch", DISPATCH_PRIORITY)
    notices.tell_confirmed(number, done.by)
    return done


def return_(number: int, *, actor: journal.Actor, reason: str) -> None:
    """Send a prepared announcement back with a reason; its slots are kept. Needs the role sender."""
    if not reason.strip():
        raise Invalid("Say why, so that it can be mended: --reason TEXT.")
    with deciding() as session:
        accounts.require_role(session, actor, Role.SENDER)
        row = find_announcement(session, number, lock=True)
        step(row, AnnouncementState.RETURNED)
        row.returned_at, row.returned_by, row.returned_reason = (
            clock.now(),
            actor.name,
            reason.strip(),
        )
        journal.append(
            session, actor, AnnouncementReturned(announcement=number, reason=reason.strip())
        )


def add_late_list(
    number: int, audience_name: str, where: Mapping[str, str], *, actor: journal.Actor
) -> fanout.FanoutResult:
    """Send a running announcement to a list that came late or was mended; who already got it is skipped.

    The text is the confirmed one, byte for byte. The list must have been imported by somebody else, or, in
    `single` mode, more than 24 hours ago: the reach, too, is seen by two people. Needs the role sender, within the
    person's bounds, and at the desk a fresh code. When it is refused nothing of it is left.
    """
    with deciding() as session:
        person = accounts.require_role(session, actor, Role.SENDER)
        row = find_announcement(session, number, lock=True)
        _check_in_force(row)
        incident = find_incident(session, row.incident_id, lock=True)
        audience = lists.find(session, audience_name)
        if audience.exercise != incident.exercise:
            raise Conflict(
                f"The list {audience.name} and incident {incident.id} are not both exercises."
            )
        _check_other_hands(person, audience)
        accounts.check_bounds(
            session, person, row.version.scenario, lists.matching(session, audience.id, where)
        )
        plan = fanout.FanoutPlan(
            announcement_id=row.id,
            texts=row.composed.sms,
            default_language=default_language(row.composed),
            audience_id=audience.id,
            where=dict(where),
            slots=row.version.text.personal_slots,
            exercise=incident.exercise,
            priority=PRIORITY[AnnouncementKind(row.kind)],
            until=row.until,
        )
    result = fanout.write_deliveries(plan, skipping=number)
    try:
        if not result.recipients:
            raise Conflict(_nobody_remains(number, audience_name, result))
        with deciding() as session:
            row = find_announcement(session, number, lock=True)
            _check_in_force(row)
            accounts.spend_fresh_code(session, actor)
            broadcasts.release(session, result.broadcast_id, actor=actor)
            journal.append(
                session,
                actor,
                LateListAdded(
                    announcement=number,
                    broadcast=result.broadcast_id,
                    audience=audience_name,
                    recipients=result.recipients,
                ),
            )
    except HubError:
        fanout.discard(result.broadcast_id)
        raise
    queue.defer("dispatch", DISPATCH_PRIORITY)
    return result


def _nobody_remains(number: int, audience_name: str, result: fanout.FanoutResult) -> str:
    if result.set_aside:
        return f"No row of the list {audience_name} can be used: nobody new would get announcement {number}."
    return (
        f"Everybody in the list {audience_name} has announcement {number} already, or will get it: "
        "there is nobody new to send to."
    )


def _already(row: Announcement, broadcast: Broadcast | None) -> Confirmed:
    return Confirmed(
        announcement=row.id,
        broadcast=broadcast.id if broadcast else None,
        recipients=broadcast.total if broadcast else 0,
        names=row.of_id,
        by=row.confirmed_by or "",
        already=True,
    )


def _check_in_force(row: Announcement) -> None:
    if row.state not in IN_FORCE:
        raise Conflict(
            f"Announcement {row.id} is {row.state}: only one that is in force can take a late list."
        )


def _check_other_hands(person: Person, audience: Audience) -> None:
    old = audience.imported_at < clock.now() - OWN_LIST_AGE
    if audience.imported_by == person.email and not old:
        raise NotAllowed(
            f"{person.email} imported the list {audience.name} within the last 24 hours: "
            "somebody else must add it, so that two people saw whom it reaches."
        )


def _check_ready(row: Announcement, broadcast: Broadcast | None) -> None:
    if row.state != AnnouncementState.PREPARED:
        raise Conflict(
            f"Announcement {row.id} is {row.state} and cannot be confirmed."
            + (
                f" It was sent back: {row.returned_reason}. Fill it again: `hub announce --again {row.id}`."
                if row.state == AnnouncementState.RETURNED
                else ""
            )
        )
    if row.ready_at is None or (
        broadcast is not None and broadcast.state != BroadcastState.PREPARED
    ):
        raise Conflict(
            f"Announcement {row.id} is not whole: writing its recipients was cut short or still runs. "
            f"Wait a moment; if it stays so, `hub announce --again {row.id}`."
        )
    if clock.now() - row.prepared_at > LAPSES_AFTER:
        raise Conflict(
            f"Announcement {row.id} was prepared more than 30 minutes ago. Its times may not be true any more: "
            f"`hub announce --again {row.id}` fills it anew with the same slots."
        )


def _who_confirms(
    session: Session,
    row: Announcement,
    broadcast: Broadcast | None,
    actor: journal.Actor,
    code: str | None,
    reason: str | None,
) -> tuple[Person, str]:
    """The person who confirms and how: second-person, code or single."""
    if code is not None:
        by = notices.person_of_code(session, row.id, code)
        how = "code"
    else:
        by = accounts.find_person(session, actor.name)
        how = "second-person"
    if Role.SENDER not in by.role_names:
        raise NotAllowed(f"{by.email} has not the role sender and cannot confirm.")
    refusal = accounts.may_be_other_eyes(session, by, row.prepared_by)
    if refusal is None:
        return by, how
    if settings().confirmation != "single" or by.email != row.prepared_by:
        raise NotAllowed(
            f"{refusal}. Announcement {row.id} needs another person with the role sender."
        )
    _check_single(row, broadcast, session, by, reason)
    return by, "single"


def _check_single(
    row: Announcement,
    broadcast: Broadcast | None,
    session: Session,
    by: Person,
    reason: str | None,
) -> None:
    """What one person alone may confirm at night: DESIGN.md, "Confirming"."""
    if not (reason or "").strip():
        raise Invalid("Confirming alone (HUB_CONFIRMATION=single) needs --reason TEXT.")
    if row.override_reason:
        raise NotAllowed(
            f"Announcement {row.id} overrides a check ({row.override_reason}): that needs a second person."
        )
    if any(slot.type == "text" and row.values.get(slot.name) for slot in row.version.text.slots):
        raise NotAllowed(
            f"Announcement {row.id} holds free text: confirming alone is for typed slots only."
        )
    if broadcast is not None and broadcast.audience_id is not None:
        audience = session.get_one(Audience, broadcast.audience_id)
        if audience.imported_by == by.email and audience.imported_at > clock.now() - OWN_LIST_AGE:
            raise NotAllowed(
                f"{by.email} imported the list {audience.name} within the last 24 hours: "
                "confirming alone needs a list imported by somebody else, or an older one."
            )


def _check_bytes(row: Announcement, hash: str | None) -> None:
    if row.composed.hash != row.hash:
        raise Conflict(
            f"Announcement {row.id} is not what was prepared: its stored text was changed. "
            "Discard it and look into the journal: `hub journal verify`."
        )
    if (hash is not None and not row.hash.startswith(hash.lower())) or hash == "":
        raise Conflict(
            f"Announcement {row.id} is not the text you read (its hash is {row.hash[:12]}): read it again."
        )


def _check_still_true(session: Session, row: Announcement, broadcast: Broadcast | None) -> None:
    """Everything that could have changed between preparing and now."""
    version = versions.approved(session, row.version.key)
    if version is None or version.id != row.version_id or version.hash != row.version_hash:
        raise Conflict(
            f"{row.version.key} v{row.version.number} is not the approved version any more. "
            f"`hub announce --again {row.id}` uses the one that is."
        )
    check_sendable(version, row.override_reason)
    text = version.text
    problems = slot_rules.check(text.slots, row.values, now=clock.now())
    passed = [problem for problem in problems if problem.expired]
    if passed:
        slots = " ".join(f"--slot {problem.slot}=..." for problem in passed)
        raise Conflict(
            "\n".join(
                [
                    f"Announcement {row.id} names a time that has passed:",
                    *(f"  - {problem.reason}" for problem in passed),
                    f"Fill only that again: `hub announce --again {row.id} {slots}`.",
                ]
            )
        )
    if problems:
        raise Conflict(
            "\n".join(
                [
                    f"Announcement {row.id} cannot be confirmed:",
                    *(f"  - {p.reason}" for p in problems),
                ]
            )
        )
    if composed_for(row, row.incident, text).hash != row.hash:
        raise Conflict(
            f"Announcement {row.id} would read differently now than when it was prepared (a setting changed). "
            f"`hub announce --again {row.id}` composes it anew."
        )
    if broadcast is not None and broadcast.audience_name and broadcast.audience_id is None:
        raise Conflict(
            f"The list {broadcast.audience_name} was deleted after announcement {row.id} was prepared. "
            f"Discard it: `hub discard {row.id}`."
        )


def _end_named(session: Session, row: Announcement, actor: journal.Actor) -> Announcement | None:
    """The announcement that this one changes ends here, with all that still waits to be sent of its chain."""
    if row.of_id is None:
        return None
    named = find_announcement(session, row.of_id, lock=True)
    if named.state not in IN_FORCE:
        raise Conflict(
            f"Announcement {row.id} changes announcement {named.id}, which is {named.state} already "
            f"(by {named.ended_by_id}). Discard it: `hub discard {row.id}`."
        )
    step(named, STATE_AFTER[AnnouncementKind(row.kind)])
    named.ended_at, named.ended_by_id = clock.now(), row.id
    broadcasts.supersede(session, chain_of(row), actor=actor)
    return named
