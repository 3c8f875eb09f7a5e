"""Answers, codes and links at the same moment, with real threads, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub import accounts, library
from hub.application import create_app
from hub.database import db
from hub.errors import Conflict
from hub.journal import Actor
from hub.library import partners
from hub.models import JournalEntry, PartnerLink, Role, Signature, VersionState
from tests.conftest import SHELL, make_settings, set_up_database
from tests.databases import at_once, database_of
from tests.fakes.smtp_server import SmtpServer
from tests.library.partners import (
    KEY,
    UPDATE,
    WATER,
    Loader,
    no,
    register,
    smtp,
    submitted,
    token_in,
    yes,
)

__all__ = ["smtp"]

ADMIN = Actor("admin@town.example", "test")
AUTHOR = Actor("author@town.example", "test")


@pytest.fixture(params=["sqlite", "postgresql"])
def hub_app(request: pytest.FixtureRequest, tmp_path: Path, smtp: SmtpServer) -> Iterator[Flask]:
    """An application on each database, with two messages that wait for a party."""
    with database_of(request.param) as environment:
        mail = f"smtp://127.0.0.1:{smtp.port}"
        app = create_app(make_settings(tmp_path, HUB_SMTP_URL=mail, **environment))
        with app.app_context():
            set_up_database()
            accounts.add_person(ADMIN.name, [Role.ADMIN], actor=SHELL)
            accounts.add_person(AUTHOR.name, [Role.AUTHOR], actor=SHELL)
            Loader(tmp_path / "messages")()
            register(ADMIN)
            submitted(db.session(), AUTHOR, KEY, UPDATE)
            yield app
            db.session.remove()
            db.engine.dispose()


def count(kind: str) -> int:
    query = select(func.count()).select_from(JournalEntry).where(JournalEntry.kind == kind)
    return db.session.scalar(query) or 0


def test_wrong_codes_side_by_side_are_all_counted(hub_app: Flask, smtp: SmtpServer) -> None:
    code = partners.invite(WATER, actor=AUTHOR).code
    token = token_in(smtp.mails[-1])
    given = [yes(partners.opened(token).waiting[0])]
    wrong = "000000" if code != "000000" else "111111"
    tries = [partial(partners.answer, token, code=wrong, by="Ove", given=given) for _ in range(8)]
    results = at_once(hub_app, *tries)
    assert sorted(item.left for item in results if isinstance(item, partners.WrongCode)) == list(
        range(5)
    )
    assert sum(isinstance(item, partners.DeadLink) for item in results) == 3
    assert count("partner-link-closed") == 1
    assert db.session.scalars(select(PartnerLink.tries)).one() == 5


def test_the_same_answer_side_by_side_is_kept_once(hub_app: Flask, smtp: SmtpServer) -> None:
    code = partners.invite(WATER, actor=AUTHOR).code
    token = token_in(smtp.mails[-1])
    given = [yes(row) for row in partners.opened(token).waiting]
    results = at_once(
        hub_app,
        *[partial(partners.answer, token, code=code, by="Ove", given=given) for _ in range(4)],
    )
    assert sum(isinstance(item, partners.Opened) for item in results) == 1
    assert all(isinstance(item, partners.Opened | partners.DeadLink) for item in results)
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 2
    assert count("version-signed") == 2


def test_yes_and_no_side_by_side_are_one_of_the_two(hub_app: Flask, smtp: SmtpServer) -> None:
    code = partners.invite(WATER, actor=AUTHOR).code
    token = token_in(smtp.mails[-1])
    first, _ = partners.opened(token).waiting
    answers = [yes(first), no(first, "Nej")]
    results = at_once(
        hub_app,
        *[partial(partners.answer, token, code=code, by="Ove", given=[item]) for item in answers],
    )
    assert sum(isinstance(item, partners.Outdated) for item in results) == 1
    row = library.newest(db.session(), KEY)
    signed = WATER not in library.unsigned(db.session(), row)
    assert signed == (row.state == VersionState.IN_REVIEW)
    assert count("version-signed") + count("version-objected") == 1


def test_links_sent_side_by_side_leave_one_that_holds(hub_app: Flask, smtp: SmtpServer) -> None:
    results = at_once(hub_app, *[partial(partners.invite, WATER, actor=AUTHOR) for _ in range(4)])
    assert all(isinstance(item, partners.Invited) for item in results)
    held = []
    for mail in smtp.mails:
        try:
            held.append(partners.opened(token_in(mail)))
        except partners.DeadLink:
            db.session.rollback()
    assert len(held) == 1


def test_of_two_first_addresses_one_is_registered(hub_app: Flask) -> None:
    partners.remove(WATER, actor=ADMIN)
    results = at_once(
        hub_app,
        partial(register, ADMIN, WATER, "en@vand.example"),
        partial(register, ADMIN, WATER, "to@vand.example"),
    )
    assert any(isinstance(item, partners.Registered) for item in results)
    assert all(isinstance(item, partners.Registered | Conflict) for item in results)
    assert len(partners.by_party(db.session())) == 1
