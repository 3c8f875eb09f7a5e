"""At night, with an announcement in force, nobody is logged out for having waited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from hub import clock
from hub.accounts import sessions
from hub.database import db
from hub.models import Announcement, AnnouncementState, Incident, Version
from tests.accounts import people
from tests.accounts.people import Somebody


def announce(state: AnnouncementState) -> None:
    """An announcement in this state, as far as logins look."""
    session, now = db.session(), clock.now()
    version = Version(
        key="water-boil/during",
        scenario="water-boil",
        phase="during",
        number=1,
        hash="0" * 64,
        content={},
        scenario_meta={},
        made_at=now,
        made_by="bo@town.example",
    )
    incident = Incident(scenario="water-boil", opened_at=now, opened_by="cleo@town.example")
    session.add_all([version, incident])
    session.flush()
    session.add(
        Announcement(
            incident_id=incident.id,
            version_id=version.id,
            version_hash="0" * 64,
            kind="first",
            state=state.value,
            languages=["da"],
            values={},
            composed_json={},
            hash="0" * 64,
            issued_at=now,
            prepared_at=now,
            prepared_by="cleo@town.example",
        )
    )
    session.commit()


@pytest.mark.parametrize("state", AnnouncementState)
def test_a_login_waits_while_an_announcement_is_in_force(
    cleo: Somebody, move: Callable[[timedelta], None], state: AnnouncementState
) -> None:
    token = people.whole_session(cleo.email)
    announce(state)
    in_force = state in (AnnouncementState.CONFIRMED, AnnouncementState.LIVE)
    move(timedelta(hours=11))
    assert (sessions.read(token, touch=False) is not None) is in_force
    move(timedelta(hours=1))
    assert sessions.read(token, touch=False) is None
