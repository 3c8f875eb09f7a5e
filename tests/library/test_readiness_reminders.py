"""Reminders: the right step on the right day, shown always, mailed once."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub import clock, library, mail, tasks
from hub.application import create_app
from hub.clock import COPENHAGEN
from hub.database import db, deciding
from hub.journal import Actor
from hub.library import reminder_mail
from hub.library.reminding import EXPIRED, ReminderKind, reminders
from hub.models import (
    HubInstance,
    Person,
    PersonRole,
    ReminderStep,
    Role,
    Signature,
    Version,
    VersionState,
)
from hub.settings import SettingsError
from tests.conftest import SHELL, make_settings, set_up_database
from tests.databases import at_once, database_of
from tests.fakes.smtp_server import SmtpServer, running_smtp
from tests.library.samples import FILES, write

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
KEY, UPDATE = "boil/during", "boil/update"
WATER, ALL = "vand@town.example", "beredskab@town.example"
AUTHOR = Actor("author@town.example", "test", "tester")
Move = Callable[[timedelta], None]


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with running_smtp() as server:
        yield server


@contextmanager
def hub(folder: Path, smtp: SmtpServer, **environment: str) -> Iterator[Flask]:
    """A hub with the sample library, whose mails go to `smtp`."""
    given = {
        "HUB_SMTP_URL": f"smtp://127.0.0.1:{smtp.port}",
        "HUB_REMINDER_MAIL": f"Vand og Miljø={WATER}, {ALL}",
        **environment,
    }
    app = create_app(make_settings(folder, **{key: value for key, value in given.items() if value}))
    with app.app_context():
        set_up_database()
        db.session.add(
            Person(
                email=AUTHOR.name,
                made_at=clock.now(),
                made_by="os:tester",
                roles=[PersonRole(role=Role.AUTHOR.value)],
            )
        )
        db.session.commit()
        library.load(write(folder / "messages", FILES), actor=SHELL)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def sample(tmp_path: Path, smtp: SmtpServer) -> Iterator[Move]:
    """The clock stands at NOON; gives what moves it."""
    with clock.set_to(NOON) as move, hub(tmp_path, smtp):
        yield move


def due_on(key: str, due: datetime, owner: str = "Vand og Miljø") -> None:
    """This message is approved and expires then."""
    with deciding() as session:
        row = session.scalars(select(Version).where(Version.key == key)).one()
        row.state, row.review_due = VersionState.APPROVED.value, due
        row.scenario_meta = {**row.scenario_meta, "owner": owner}


def end_of(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 23, 59, 59, 999_999, tzinfo=COPENHAGEN)


def stages() -> list[str]:
    session = db.session()
    session.rollback()
    return [item.stage for item in reminders(session)]


def mails_to(smtp: SmtpServer, address: str) -> list[str]:
    return [mail["Subject"] for mail in smtp.mails if address in mail["To"]]


DUE = end_of(2027, 3, 29)  # the clocks go forward the night before
MIDNIGHT = [
    (datetime(2027, 1, 27, 23, 59, tzinfo=COPENHAGEN), []),
    (datetime(2027, 1, 28, 0, 0, tzinfo=COPENHAGEN), ["60"]),
    (datetime(2027, 2, 26, 23, 59, 59, tzinfo=COPENHAGEN), ["60"]),
    (datetime(2027, 2, 27, 0, 0, tzinfo=COPENHAGEN), ["30"]),
    (datetime(2027, 3, 21, 23, 59, tzinfo=COPENHAGEN), ["30"]),
    (datetime(2027, 3, 22, 0, 0, tzinfo=COPENHAGEN), ["7"]),
    (datetime(2027, 3, 29, 0, 0, tzinfo=COPENHAGEN), ["7"]),
    (DUE, [EXPIRED]),
    (datetime(2027, 3, 29, 22, 0, tzinfo=UTC), [EXPIRED]),
    (datetime(2028, 3, 29, tzinfo=COPENHAGEN), [EXPIRED]),
]
AUTUMN = end_of(2026, 10, 25)  # the day of 25 hours
LONG_DAY = [
    (datetime(2026, 10, 17, 23, 59, tzinfo=COPENHAGEN), ["30"]),
    (datetime(2026, 10, 18, 0, 0, tzinfo=COPENHAGEN), ["7"]),
    (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), ["7"]),
    (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), [EXPIRED]),
]


@pytest.mark.parametrize(
    ("due", "now", "found"),
    [(DUE, *row) for row in MIDNIGHT] + [(AUTUMN, *row) for row in LONG_DAY],
)
def test_a_step_begins_at_midnight_in_copenhagen(
    sample: Move, due: datetime, now: datetime, found: list[str]
) -> None:
    due_on(KEY, due)
    with clock.set_to(now):
        assert stages() == found


@pytest.mark.parametrize(
    ("days", "found"), [(6, []), (7, ["7"]), (13, ["7"]), (14, ["14"]), (28, ["28"]), (300, ["56"])]
)
def test_a_yes_that_does_not_come_is_reminded_of_after_a_week(
    sample: Move, days: int, found: list[str]
) -> None:
    library.submit(KEY, actor=AUTHOR)
    sample(timedelta(days=days))
    assert stages() == found


def test_a_yes_that_came_is_not_waited_for(sample: Move) -> None:
    library.submit(KEY, actor=AUTHOR)
    sample(timedelta(days=8))
    [item] = reminders(db.session())
    assert (item.kind, item.party, item.at) == (ReminderKind.CO_SIGN, "vandværk", NOON)
    library.sign(KEY, party="vandværk", by="Ove", actor=AUTHOR)
    assert stages() == []
    session = db.session()
    session.execute(update(Signature).values(hash="0" * 64))
    session.commit()
    assert stages() == ["7"], "a yes to other words is none to these"


def test_drafts_and_retired_texts_remind_of_nothing(sample: Move) -> None:
    due_on(KEY, NOON)
    session = db.session()
    session.execute(update(Version).values(state=VersionState.RETIRED.value))
    session.commit()
    assert stages() == []


def test_each_step_is_mailed_once_to_who_owns_it(sample: Move, smtp: SmtpServer) -> None:
    due_on(KEY, end_of(2027, 1, 20))
    due_on(UPDATE, end_of(2027, 1, 20), owner="Beredskab")
    sent = []
    for _ in range(70):
        sent.append(reminder_mail.remind())
        sample(timedelta(days=1))
    assert [day for day, count in enumerate(sent) if count] == [0, 30, 53, 61]
    assert {count for count in sent if count} == {2}
    assert mails_to(smtp, WATER) == [
        "[Klarbesked] 1 besked udløber snart (Vand og Miljø)",
        "[Klarbesked] 1 besked udløber snart (Vand og Miljø)",
        "[Klarbesked] 1 besked udløber snart (Vand og Miljø)",
        "[Klarbesked] 1 besked er udløbet (Vand og Miljø)",
    ]
    assert len(mails_to(smtp, ALL)) == 4, "nobody is named for Beredskab"
    body = smtp.mails[0].get_content()
    assert "Kog vandet" in body
    assert "20. januar 2027" in body
    assert "/desk/prepared/boil/" in body


def test_one_mail_a_week_is_enough_until_something_expires(sample: Move, smtp: SmtpServer) -> None:
    due_on(KEY, end_of(2027, 1, 20))  # 60 days away
    due_on(UPDATE, end_of(2027, 1, 22))
    assert reminder_mail.remind() == 1
    sample(timedelta(days=2))
    assert stages() == ["60", "60"]
    assert reminder_mail.remind() == 0, "the second message's step waits for the week to end"
    sample(timedelta(days=5))
    assert reminder_mail.remind() == 1
    assert smtp.mails[-1]["Subject"].startswith("[Klarbesked] 2 beskeder udløber snart")
    due_on(KEY, clock.now())
    sample(timedelta(hours=1))
    assert reminder_mail.remind() == 1
    assert smtp.mails[-1]["Subject"].startswith(
        "[Klarbesked] 1 besked er udløbet, 1 besked udløber"
    )
    assert reminder_mail.remind() == 0


def test_a_renewed_text_begins_anew(sample: Move, smtp: SmtpServer) -> None:
    due_on(KEY, NOON)
    assert reminder_mail.remind() == 1
    session = db.session()
    session.execute(update(Version).where(Version.key == KEY).values(number=2))
    session.commit()
    assert reminder_mail.remind() == 1
    assert len(smtp.mails) == 2


def test_a_mail_server_that_is_not_there_has_taken_nothing(
    tmp_path: Path, smtp: SmtpServer
) -> None:
    with clock.set_to(NOON), hub(tmp_path, smtp, HUB_SMTP_URL="smtp://127.0.0.1:1"):
        due_on(KEY, NOON)
        assert reminder_mail.remind() == 0
        assert db.session().scalars(select(ReminderStep)).all() == []
        assert stages() == [EXPIRED], "the desk shows it all the same"


def test_a_mail_server_that_hangs_is_asked_again_and_once_a_call(
    sample: Move, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "SECONDS", 0.3)
    due_on(KEY, NOON)
    due_on(UPDATE, NOON, owner="Beredskab")
    smtp.hangs = True
    assert reminder_mail.remind() == 0
    assert smtp.connections == 1, "the second owner's mail would only wait too"
    smtp.hangs = False
    sample(timedelta(hours=1))
    assert reminder_mail.remind() == 2
    assert len(smtp.mails) == 2


def test_an_address_that_is_refused_is_tried_again_and_keeps_nobody_else_waiting(
    sample: Move, smtp: SmtpServer
) -> None:
    due_on(KEY, NOON)
    smtp.refuses = True
    assert reminder_mail.remind() == 0
    smtp.refuses = False
    sample(timedelta(hours=1))
    assert reminder_mail.remind() == 1
    assert reminder_mail.remind() == 0


def test_a_mail_that_may_have_been_taken_is_not_sent_again(
    sample: Move, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    due_on(KEY, NOON)

    def lose_the_answer(url: str, message: object) -> None:
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", lose_the_answer)
        assert reminder_mail.remind() == 0
    assert reminder_mail.remind() == 0
    [row] = db.session().scalars(select(ReminderStep))
    assert row.told_at is None
    assert "SMTPServerDisconnected" in (row.error or "")


def test_a_worker_that_dies_between_writing_down_and_mailing_tells_nothing_twice(
    sample: Move, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    due_on(KEY, end_of(2026, 12, 20))

    def die(url: str, message: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", die)
        with pytest.raises(KeyboardInterrupt):
            reminder_mail.remind()
    assert reminder_mail.remind() == 0
    sample(timedelta(days=22))
    assert stages() == ["7"]
    assert reminder_mail.remind() == 1, "the next step is told"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_schedulers_at_once_send_one_mail(tmp_path: Path, smtp: SmtpServer, kind: str) -> None:
    with (
        database_of(kind) as database,
        clock.set_to(NOON),
        hub(tmp_path, smtp, **database) as app,
    ):
        due_on(KEY, NOON)
        due_on(UPDATE, end_of(2026, 12, 1))
        db.session.remove()
        results = at_once(app, *[reminder_mail.remind] * 4)
        assert sorted(map(str, results)) == ["0", "0", "0", "1"]
        assert len(smtp.mails) == 1
        assert len(db.session().scalars(select(ReminderStep)).all()) == 2


def test_a_hub_that_was_overtaken_reminds_nobody(sample: Move, smtp: SmtpServer) -> None:
    due_on(KEY, NOON)
    session = db.session()
    session.execute(update(HubInstance).values(newer=2))
    session.commit()
    assert reminder_mail.remind() == 0
    assert smtp.connections == 0


def test_without_the_setting_nobody_is_mailed(tmp_path: Path, smtp: SmtpServer) -> None:
    with clock.set_to(NOON), hub(tmp_path, smtp, HUB_REMINDER_MAIL=""):
        due_on(KEY, NOON)
        assert reminder_mail.remind() == 0
        assert smtp.connections == 0


def test_an_owner_whom_nobody_is_named_for_is_not_mailed_to_another(
    tmp_path: Path, smtp: SmtpServer
) -> None:
    with clock.set_to(NOON), hub(tmp_path, smtp, HUB_REMINDER_MAIL=f"Beredskab={ALL}"):
        due_on(KEY, NOON)
        assert reminder_mail.remind() == 0
        due_on(UPDATE, NOON, owner="beredskab")
        assert reminder_mail.remind() == 1
        assert smtp.recipients == [ALL]


def test_a_worker_reminds_by_itself(sample: Move, smtp: SmtpServer) -> None:
    due_on(KEY, NOON)
    tasks.TASKS["remind"]()
    assert len(smtp.mails) == 1


@pytest.mark.parametrize("value", ["vand", "=vand@town.example", "Vand=ingen", "Vand=a@b, nej"])
def test_a_wrong_setting_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match=r"HUB_REMINDER_MAIL=.*owner=address"):
        make_settings(tmp_path, HUB_REMINDER_MAIL=value, HUB_SMTP_URL="smtp://mail.example")


def test_reminders_by_mail_need_a_mail_server(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="HUB_SMTP_URL is not set: HUB_REMINDER_MAIL is"):
        make_settings(tmp_path, HUB_REMINDER_MAIL=ALL)
    settings = make_settings(
        tmp_path, HUB_REMINDER_MAIL=f"Vand  og Miljø = {WATER},{ALL}", HUB_SMTP_URL="smtp://m"
    )
    assert settings.keeping.reminder_mail == (("Vand og Miljø", WATER), ("", ALL))
