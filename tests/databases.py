"""A database of each kind for one test, and acts that begin at the same moment in threads of their own."""

from __future__ import annotations

import os
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_bytes, token_hex

import psycopg
import pytest
from flask import Flask

from hub.database import db

POSTGRES = os.environ.get("HUB_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


@contextmanager
def database_of(kind: str) -> Iterator[dict[str, str]]:
    """The settings that lead to an empty database: none for `sqlite`, a new PostgreSQL one, dropped at the end."""
    if kind == "sqlite":
        yield {}
        return
    name = f"hub_{token_hex(6)}"
    try:
        with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL to test on (HUB_TEST_POSTGRES): {error}")
    url = POSTGRES.replace("postgresql://", "postgresql+psycopg://")
    yield {
        "HUB_DATABASE_URL": f"{url.rpartition('/')[0]}/{name}",
        "HUB_SECRET_KEY": urlsafe_b64encode(token_bytes(32)).decode(),
        "HUB_NUMBER_KEY": urlsafe_b64encode(token_bytes(64)).decode(),
    }
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Runs the acts in threads that start together; gives each one's result or the error it raised."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[place] = act()
            except Exception as error:  # every kind is looked at by the test
                results[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    db.session.rollback()
    return results
