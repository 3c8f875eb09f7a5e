"""Made-up towns for the benches of sending: lists and broadcasts of a size, straight in the database."""

from __future__ import annotations

import os
import random
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask import Flask
from sqlalchemy import insert

from hub import clock, schema
from hub.application import create_app
from hub.database import db, deciding
from hub.models import Audience, Recipient
from hub.settings import fresh_key, load
from hub.sms import fanout
from tests.fakes.twilio_server import ACCOUNT, TOKEN
from tests.sms.making import make_announcement, make_page, plan, release

POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
LATENCY_MS = 80


def environment_of(folder: str, database: str, **more: str) -> dict[str, str]:
    return {
        "HUB_DATA_DIR": f"{folder}/var",
        "HUB_DATABASE_URL": database,
        "HUB_SECRET_KEY": fresh_key(),
        "HUB_NUMBER_KEY": fresh_key(),
        "HUB_SMS_SENDER": "Eksempel",
        "HUB_SMS_SEGMENTS_PER_SECOND": "100000",
        **more,
    }


@contextmanager
def town(kind: str = "sqlite", **more: str) -> Iterator[tuple[Flask, dict[str, str]]]:
    """An application with an empty database (`sqlite` or `postgresql`), and its environment for other processes."""
    with tempfile.TemporaryDirectory() as folder, database(kind, folder) as url:
        environment = environment_of(folder, url, **more)
        app = create_app(load(environment, env_file=Path(folder) / "no.env"))
        with app.app_context():
            schema.upgrade()
            db.session.remove()
            yield app, environment
            db.session.remove()
            db.engine.dispose()


@contextmanager
def database(kind: str, folder: str) -> Iterator[str]:
    """The address of an empty database, which is gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/hub.sqlite3"
        return
    name = f"klarbesked_bench_{secrets.token_hex(4)}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{POSTGRES}/{name}"
    finally:
        with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def twilio_like(*more: str, latency_ms: float = LATENCY_MS) -> Iterator[dict[str, str]]:
    """The Twilio-like server in a process of its own; the settings of a hub that sends through it."""
    command = [sys.executable, "-m", "tests.fakes.twilio_server", "--latency-ms", str(latency_ms)]
    with subprocess.Popen(
        [*command, "--no-callbacks", *more], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield {
                "HUB_GATEWAYS": "twilio",
                "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_BASE_URL": server.stdout.readline().strip(),
            }
        finally:
            server.terminate()


def numbers(count: int) -> Iterator[str]:
    """Invented Danish mobile numbers, each once, in no order."""
    chance = random.Random(3)
    for number in chance.sample(range(20_110_000, 29_990_000), count):
        yield f"+45{number}"


def make_list(count: int, name: str = "town") -> int:
    """A list of so many phones; its number."""
    with deciding() as session:
        audience = Audience(
            name=name,
            language="da",
            exercise=False,
            imported_at=clock.now(),
            imported_by="os:bench",
            delete_after_days=30,
            columns=[],
            accepted=count,
        )
        session.add(audience)
        session.flush()
        found = audience.id
    rows = [
        {"audience_id": found, "row": row, "number": number, "language": "da", "fields": {}}
        for row, number in enumerate(numbers(count), 2)
    ]
    for start in range(0, count, 20_000):
        with deciding() as session:
            session.connection().execute(
                insert(Recipient.__table__),  # type: ignore[arg-type]  # a mapped class has a Table
                rows[start : start + 20_000],
            )
    return found


def make_waiting(count: int, *, announcement: int | None = None, priority: int = 10) -> int:
    """A confirmed broadcast to so many phones, its page on a target; its number."""
    current = announcement or make_announcement()
    result = fanout.write_deliveries(plan(current, make_list(count), priority=priority))
    release(result.broadcast_id)
    make_page()
    return result.broadcast_id


@contextmanager
def working(environment: dict[str, str], count: int = 1) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many `hub worker` processes until the block ends, one of them with the schedule."""
    command = [sys.executable, "-m", "hub", "worker"]
    processes = [
        subprocess.Popen(
            [*command, *(["--no-schedule"] if number else [])], env={**os.environ, **environment}
        )
        for number in range(count)
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(40)
