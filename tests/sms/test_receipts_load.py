"""Receipts in bursts: many in one commit, none lost when the web process is killed, applied by workers."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import String, cast, literal, select, update
from sqlalchemy.exc import DataError, OperationalError

from hub import clock
from hub.alarms.figures import read_figures
from hub.commands.broadcasts import broadcast as broadcast_commands
from hub.database import db, deciding
from hub.models import Delivery, DeliveryState, Receipt, ReceivedReceipt
from hub.running import web_command
from hub.settings import Settings
from hub.sms import broadcasts, receipt_inbox, receipts
from hub.sms.receipts import Told
from tests.sms.conftest import Environment, on_both
from tests.sms.making import make_broadcast, number, rows_of
from tests.sms.receipt_load import Call, send
from tests.sms.test_reconciling import make_unknown
from tests.sms.watching import make_officer, states, wait_until

Hub = Callable[..., Flask]
PUBLIC = "https://besked.example.dk"
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def web(
    settings: Settings, environment: Environment, port: int
) -> Iterator[subprocess.Popen[bytes]]:
    """gunicorn as `hub web` runs it, in a process group of its own."""
    process = subprocess.Popen(
        web_command(settings, "127.0.0.1", port),
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _answers(port), 60)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _answers(port: int) -> bool:
    """Its port is open before its workers have loaded."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def taken(broadcast: int) -> list[Call]:
    """All rows of a broadcast were accepted; both receipts of each, doubled and out of order."""
    with deciding() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.broadcast_id == broadcast)
            .values(
                state="accepted",
                attempt=1,
                gateway="twilio",
                gateway_id=literal("SM") + cast(Delivery.id, String),
                handed_over_at=clock.now(),
            )
        )
    calls = [
        Call(row.id, f"SM{row.id}", status, row.number or "")
        for row in rows_of(broadcast)
        for status in ("sent", "delivered", "delivered")
    ]
    random.Random(5).shuffle(calls)
    return calls


def kept(broadcast: int) -> set[tuple[int, str]]:
    """Which receipts are in the database, applied or not."""
    db.session.rollback()
    mine = select(Delivery.id).where(Delivery.broadcast_id == broadcast)
    found: set[tuple[int, str]] = set()
    for table in (Receipt, ReceivedReceipt):
        rows = db.session.execute(
            select(table.delivery_id, table.status).where(table.delivery_id.in_(mine))
        )
        found |= {(delivery, status) for delivery, status in rows}
    db.session.rollback()
    return found


@on_both
def test_no_receipt_that_was_answered_is_lost_when_the_web_process_is_killed(
    hub: Hub, environment: Environment
) -> None:
    environment["HUB_PUBLIC_URL"] = PUBLIC
    app = hub()
    broadcast = make_broadcast(150)
    calls = taken(broadcast)
    db.session.rollback()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with web(app.config["HUB"], environment, port) as process:

        def kill_in_the_middle(count: int) -> None:
            if count == 100:
                os.killpg(process.pid, signal.SIGKILL)

        first = asyncio.run(
            send(
                *(url, PUBLIC, calls),
                rate=200,
                ended=lambda: process.poll() is not None,
                noted=kill_in_the_middle,
            )
        )
    answered = {(call.delivery, call.status) for call in first.answered}
    assert 100 <= len(first.answered) < len(calls)
    assert answered <= kept(broadcast)
    with web(app.config["HUB"], environment, port):
        again = asyncio.run(send(url, PUBLIC, calls, rate=400))
    assert not again.others
    assert kept(broadcast) == {(call.delivery, call.status) for call in calls}
    while receipt_inbox.apply():
        pass
    assert states(broadcast) == {"delivered": 150}
    assert db.session.query(ReceivedReceipt).count() == 0
    assert db.session.query(Receipt).count() == 300


def told(row: Delivery, status: str = "delivered", sid: str = "") -> Told:
    said = DeliveryState(status)
    return Told(row.id, 1, "twilio", sid or f"SM{row.id}", status, None, said, row.number)


def keep_together(app: Flask, many: list[Told]) -> list[Exception]:
    """Keep receipts in as many threads, all in one commit or two; what was raised."""
    group = app.extensions.setdefault("hub.receipts", receipt_inbox._Group())
    errors: list[Exception] = []

    def one(item: Told) -> None:
        with app.app_context():
            try:
                receipt_inbox.keep(item)
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=one, args=(item,)) for item in many]
    with group.committing:  # as if a commit were being written while they come in
        for thread in threads:
            thread.start()
        wait_until(lambda: len(group.pending) == len(many))
    for thread in threads:
        thread.join()
    return errors


@on_both
def test_many_receipts_go_into_one_commit_and_are_applied_later(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = hub()
    broadcast = make_broadcast(20)
    make_unknown(broadcast)
    many = [told(row, status) for row in rows_of(broadcast) for status in ("delivered", "sent")]
    commits: list[int] = []
    keep_raw = receipt_inbox._keep_raw
    monkeypatch.setattr(
        receipt_inbox, "_keep_raw", lambda batch: (commits.append(len(batch)), keep_raw(batch))
    )
    db.session.rollback()
    assert keep_together(app, many) == []
    assert commits == [40]
    assert states(broadcast) == {"unknown": 20}
    assert receipt_inbox.apply() == 40
    assert states(broadcast) == {"delivered": 20}
    assert receipt_inbox.apply() == 0


def test_a_receipt_that_could_not_be_written_is_not_answered_as_if_it_were(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    broadcast = make_broadcast(12)
    make_unknown(broadcast)
    many = [told(row) for row in rows_of(broadcast)]
    db.session.rollback()

    def full(batch: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(receipt_inbox, "_keep_raw", full)
    errors = keep_together(app, many)
    assert len(errors) == 12
    assert states(broadcast) == {"unknown": 12}


def test_a_receipt_that_cannot_be_applied_holds_up_no_other(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    broadcast = make_broadcast(12)
    make_unknown(broadcast)
    rows = rows_of(broadcast)
    bad = rows[2].id
    many = [told(row) for row in rows]
    db.session.rollback()
    keep_together(app, many)
    take_many = receipts.take_many

    def failing(session: object, items: list[Told], *more: object) -> int:
        if any(item.delivery == bad for item in items):
            raise DataError("UPDATE", {}, Exception("too long"))
        return take_many(session, items, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(receipts, "take_many", failing)
    assert receipt_inbox.apply() == 12
    assert states(broadcast) == {"delivered": 11, "unknown": 1}
    (left,) = db.session.scalars(select(ReceivedReceipt))
    assert (left.delivery_id, left.failed_at is not None) == (bad, True)
    db.session.rollback()
    assert receipt_inbox.apply() == 0


def test_a_row_with_a_receipt_that_waits_is_neither_absent_nor_sent_again(app: Flask) -> None:
    from tests.sms.test_reconciling import LEASE, Listing, reconcile

    officer = make_officer()
    with clock.set_to(clock.now()) as move:
        broadcast = make_broadcast(1)
        make_unknown(broadcast)
        (row,) = rows_of(broadcast)
        receipt_inbox._keep_raw([told(row)])
        for _ in range(4):
            reconcile(Listing())
            move(timedelta(seconds=LEASE + 1))
        assert states(broadcast) == {"unknown": 1}
        with pytest.raises(Exception, match="No delivery"):
            broadcasts.requeue_unknown(broadcast, actor=officer, reason="asked by phone")
        assert receipt_inbox.apply() == 1
        assert states(broadcast) == {"delivered": 1}


def test_a_stranger_s_receipt_moves_nothing_and_is_not_kept(app: Flask) -> None:
    broadcast = make_broadcast(1)
    make_unknown(broadcast)
    (row,) = rows_of(broadcast)
    other = Told(row.id, 1, "twilio", "SM1", "sent", None, DeliveryState.SENT, number(77))
    nobody = Told(999_999, 1, "twilio", "SM2", "sent", None, DeliveryState.SENT, number(77))
    receipt_inbox._keep_raw([other, nobody])
    assert receipt_inbox.apply() == 2
    assert states(broadcast) == {"unknown": 1}
    assert db.session.query(Receipt).count() == 0


def test_the_status_command_applies_what_waits_where_no_worker_runs(app: Flask) -> None:
    broadcast = make_broadcast(5)
    make_unknown(broadcast)
    receipt_inbox._keep_raw([told(row, "delivered") for row in rows_of(broadcast)])
    assert read_figures(db.session(), app.config["HUB"], clock.now()).receipts_waiting == 5
    db.session.rollback()
    answer = CliRunner().invoke(broadcast_commands, ["status", str(broadcast), "--json"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["deliveries"]["delivered"] == 5
    assert read_figures(db.session(), app.config["HUB"], clock.now()).receipts_waiting == 0


def test_workers_go_on_while_receipts_come_and_then_end(app: Flask) -> None:
    broadcast = make_broadcast(3)
    make_unknown(broadcast)
    receipt_inbox._keep_raw([told(row) for row in rows_of(broadcast)])
    began = time.monotonic()
    assert receipt_inbox.apply_while_they_come(threading.Event()) == 3
    assert time.monotonic() - began >= receipt_inbox.LINGERS
