"""A town ready for an incident: the shipped library approved, people with roles, one list."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from hub import clock, schema
from hub.application import create_app
from hub.audiences.importing import import_list
from hub.database import db
from hub.incidents import announcing, register
from hub.incidents.announcing import Order, Prepared
from hub.journal import Actor
from hub.library import loading
from hub.models import Person, PersonRole, Role, Version, VersionState
from hub.settings import Settings
from tests.conftest import SHELL, make_settings
from tests.messages import few_messages

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CLEO = Actor("cleo@town.example", "test", "tester")
DAN = Actor("dan@town.example", "test", "tester")
EVA = Actor("eva@town.example", "test", "tester")  # a viewer
USES = "drink=boiled;toilet=yes;garden=no;bath=yes;laundry=yes;dishwasher=no;cleaning=yes"
SLOTS = {
    "place": "Nørreby",
    "phone": "70 20 30 40",
    "next_update": "+4h",
    "from": "+0m",
    "water_use": USES,
}
UPDATE = {**{name: text for name, text in SLOTS.items() if name != "from"}, "whats_new": "cause"}
ALL_CLEAR = {"place": "Nørreby", "from": "+0m", "phone": "70203040", "tap_run": "no"}


@pytest.fixture(scope="session")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder made once: library approved, people there."""
    folder = tmp_path_factory.mktemp("town")
    app = create_app(make_settings(folder))
    with app.app_context(), clock.set_to(START - timedelta(days=3)):
        schema.upgrade()
        session = db.session()
        for actor, roles in (
            (CLEO, (Role.SENDER,)),
            (DAN, (Role.SENDER,)),
            (EVA, (Role.VIEWER,)),
        ):
            session.add(
                Person(
                    email=actor.name,
                    made_at=clock.now(),
                    made_by="os:tester",
                    roles=[PersonRole(role=role.value) for role in roles],
                )
            )
        session.commit()
        report = loading.load(few_messages(), actor=SHELL)
        assert not report.problems
        session.execute(
            update(Version).values(
                state=VersionState.APPROVED.value,
                approved_at=clock.now(),
                approved_by="bo@town.example",
                review_due=clock.now() + timedelta(days=365),
            )
        )
        session.commit()
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture
def settings(tmp_path: Path, town_folder: Path) -> Settings:
    shutil.copytree(town_folder / "var", tmp_path / "var")
    return make_settings(tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    application = create_app(settings)
    with application.app_context(), clock.set_to(START) as move:
        application.extensions["test.move"] = move
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def move(app: Flask) -> Callable[[timedelta], None]:
    """Moves the clock on."""
    mover: Callable[[timedelta], None] = app.extensions["test.move"]
    return mover


@pytest.fixture
def incident(app: Flask) -> int:
    return register.open_incident("water-boil", actor=CLEO).id


@pytest.fixture
def citizens(app: Flask) -> str:
    """A list of six rows: five phones, one of them twice."""
    rows = ["Navn;Mobil;Sprog"]
    rows += [f"Borger {i};20 11 22 3{i};{'en' if i == 2 else 'da'}" for i in range(5)]
    rows.append("Borger 0, barn 2;20 11 22 30;da")
    import_list("borgere", "\n".join(rows).encode(), "borgere.csv", actor=DAN)
    return "borgere"


def prepare(incident: int, key: str = "water-boil/during", **changes: object) -> Prepared:
    """Prepare a message with the usual slots, by Cleo."""
    order = {"key": key, "incident": incident, "slots": SLOTS, **changes}
    return announcing.prepare(Order(**order), actor=CLEO)  # type: ignore[arg-type]  # a test's shorthand


def live(incident: int, **changes: object) -> Prepared:
    """Prepare and confirm."""
    prepared = prepare(incident, **changes)
    announcing.confirm(prepared.announcement, actor=DAN, hash=prepared.hash)
    return prepared
