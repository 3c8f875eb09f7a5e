"""The town decides what people do without a toilet: for tests that need the latrine messages approved."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from hub import clock, library
from hub.database import db
from hub.journal import Actor
from hub.models import Version, VersionState
from hub.text.types import PER_AREA

VALUES = {"bury_depth": "30", "bury_distance": "25", "bury_decision": "17"}


def decide(mode: str, actor: Actor) -> None:
    """Decide everything that the latrine messages ask, as an author, and approve what comes of it."""
    for name, value in {"latrine_mode": mode, **VALUES}.items():
        library.decide(name, value, by="Miljøudvalget", actor=actor)
    session = db.session()
    of_latrine = update(Version).where(Version.scenario == "latrine")
    session.execute(
        of_latrine.where(Version.state == VersionState.APPROVED.value).values(
            state=VersionState.RETIRED.value
        )
    )
    session.execute(
        of_latrine.where(Version.state == VersionState.DRAFT.value).values(
            state=VersionState.APPROVED.value,
            approved_at=clock.now(),
            approved_by="bo@town.example",
            review_due=clock.now() + timedelta(days=365),
        )
    )
    session.commit()


def area_by_area(actor: Actor) -> None:
    """Each area decides for itself."""
    decide(PER_AREA, actor)
