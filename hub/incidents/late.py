"""What adding a late or mended list to a running announcement would do, counted before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import distinct, exists, func, select
from sqlalchemy.orm import Session

from hub.audiences import lists
from hub.incidents.checking import find_announcement
from hub.incidents.register import broadcasts_of
from hub.models import BroadcastState, Delivery, Recipient
from hub.sms.states import TOLD_OR_WILL_BE


@dataclass(frozen=True)
class LateReach:
    """Phones of the list's rows that fit: all of them, and those that have, or will get, a text of the announcement.

    With `personal` texts a phone that has one may get another that reads differently: how many is known when the
    rows are written.
    """

    phones: int
    already: int
    personal: bool

    @property
    def fresh(self) -> int:
        return self.phones - self.already


def reach(session: Session, number: int, audience: str, where: Mapping[str, str]) -> LateReach:
    """Counts for announcement `number` and a list. Raises NotFound, or Invalid for a column or value that the list
    does not have."""
    row = find_announcement(session, number)
    found = lists.find(session, audience)
    fitting = lists.condition(session, found.id, where)
    told = exists().where(
        Delivery.broadcast_id.in_(
            [
                item.id
                for item in broadcasts_of(session, number)
                if item.state != BroadcastState.PREPARED
            ]
        ),
        Delivery.number == Recipient.number,
        Delivery.state.in_([state.value for state in TOLD_OR_WILL_BE]),
    )
    phones = func.count(distinct(Recipient.number))
    return LateReach(
        phones=session.scalar(select(phones).where(fitting)) or 0,
        already=session.scalar(select(phones).where(fitting, told)) or 0,
        personal=bool(row.version.text.personal_slots),
    )
