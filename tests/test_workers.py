"""Worker processes as they run in operation: two machines on one database and one queue, and one machine whose parts
are started again when they die."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import redis
from flask import Flask

from hub import schema
from hub.application import create_app
from hub.database import db
from hub.queue import defer
from hub.settings import load
from hub.tasks import TICK, take_lease
from tests.conftest import make_settings
from tests.fakes.twilio_server import TwilioServer, running
from tests.sms.conftest import Environment, hub, on_both, postgres_url, settings_for
from tests.sms.making import make_broadcast
from tests.sms.watching import everybody, standing, states, wait_until

__all__ = ["hub", "postgres_url"]

REDIS = os.environ.get("TEST_REDIS", "redis://127.0.0.1:6379/13")
ROOT = Path(__file__).parents[1]


@pytest.fixture
def twilio() -> Iterator[TwilioServer]:
    with running() as server:
        server.faults.callbacks = False
        yield server


@pytest.fixture
def environment(
    request: pytest.FixtureRequest, tmp_path: Path, twilio: TwilioServer
) -> Environment:
    database = f"sqlite:///{tmp_path / 'hub.sqlite3'}"
    if getattr(request, "param", "sqlite") == "postgresql":
        database = request.getfixturevalue("postgres_url")
    return settings_for(tmp_path, twilio, database)


@contextmanager
def redis_queue() -> Iterator[str]:
    """An empty Redis database, emptied again afterwards."""
    try:
        client = redis.Redis.from_url(REDIS)
        client.flushdb()
    except redis.ConnectionError as error:
        pytest.skip(f"no Redis at {REDIS}: {error}")
    try:
        yield REDIS
    finally:
        client.flushdb()
        client.close()


@contextmanager
def command(environment: Environment, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A `hub` command that runs on, in a process group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hub", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


@pytest.mark.parametrize("kind", ["postgresql", "redis"])
def test_two_workers_share_a_queue_and_one_ends_what_a_killed_one_left(
    kind: str, postgres_url: str, tmp_path: Path, twilio: TwilioServer
) -> None:
    with ExitStack() as stack:
        queue = stack.enter_context(redis_queue()) if kind == "redis" else postgres_url
        environment = settings_for(tmp_path, twilio, postgres_url) | {
            "HUB_QUEUE_URL": queue,
            "HUB_SMS_SEGMENTS_PER_SECOND": "50",
            "HUB_LEASE_SECONDS": "3",
        }
        app = create_app(load(environment, env_file=tmp_path / "no.env"))
        stack.enter_context(app.app_context())
        schema.upgrade()
        stack.callback(db.engine.dispose)
        stack.callback(db.session.remove)
        both_with_the_schedule = [stack.enter_context(command(environment, "worker"))]
        both_with_the_schedule.append(stack.enter_context(command(environment, "worker")))
        broadcast = make_broadcast(250)
        assert defer("dispatch", 10)
        wait_until(lambda: len(twilio.accepted) > 50, 60)
        os.killpg(both_with_the_schedule[0].pid, signal.SIGKILL)
        assert defer("dispatch", 10)
        wait_until(lambda: standing(broadcast)["state"] == "finished", 120)
        assert both_with_the_schedule[1].poll() is None
        assert twilio.bodies() == everybody(250)


def test_a_worker_sends_what_waits_when_every_wake_up_is_lost(
    tmp_path: Path, twilio: TwilioServer
) -> None:
    """The queue's server is down, so neither a wake-up nor the minute's tick arrives."""
    environment = settings_for(tmp_path, twilio, f"sqlite:///{tmp_path / 'hub.sqlite3'}")
    environment |= {"HUB_QUEUE_URL": f"redis://127.0.0.1:{free_port()}/0"}
    app = create_app(load(environment, env_file=tmp_path / "no.env"))
    with app.app_context():
        schema.upgrade()
        with command(environment, "worker") as worker:
            broadcast = make_broadcast(3)
            assert not defer("dispatch", 10)
            wait_until(lambda: standing(broadcast)["state"] == "finished", 45)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(40) == 0
        assert twilio.bodies() == everybody(3)
        db.session.remove()
        db.engine.dispose()


@on_both
def test_of_two_schedules_one_takes_the_minute(hub: Callable[..., Flask]) -> None:
    app = hub()
    taken: list[bool] = []
    db.session.remove()

    def take() -> None:
        with app.app_context():
            taken.append(take_lease("tick", TICK))

    for _ in range(2):
        threads = [threading.Thread(target=take) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(taken) == [False] * 7 + [True]


def test_a_worker_that_is_told_to_end_gives_back_what_it_did_not_hand_over(
    tmp_path: Path, twilio: TwilioServer
) -> None:
    environment = settings_for(tmp_path, twilio, f"sqlite:///{tmp_path / 'hub.sqlite3'}")
    environment |= {"HUB_SMS_SEGMENTS_PER_SECOND": "20"}
    app = create_app(load(environment, env_file=tmp_path / "no.env"))
    with app.app_context():
        schema.upgrade()
        broadcast = make_broadcast(200)
        with command(environment, "worker") as worker:
            wait_until(lambda: len(twilio.accepted) > 10, 60)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
        sent = len(twilio.accepted)
        assert states(broadcast) == {"accepted": sent, "queued": 200 - sent}
        db.session.remove()
        db.engine.dispose()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children_of(parent: int) -> dict[str, int]:
    """The web and worker processes under a `hub serve`."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "stat").read_text().rpartition(")")[2].split()
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(status[1]) == parent and status[0] != "Z":
            found["worker" if b"worker" in words else "web"] = int(entry.name)
    return found


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def test_serve_starts_again_what_dies(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    app = create_app(settings)
    with app.app_context():
        schema.upgrade()
        db.session.remove()
        db.engine.dispose()
    port = free_port()
    environment = {
        "HUB_DATA_DIR": str(settings.data_dir),
        "HUB_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    with command(environment, "serve", "--port", str(port)) as parent:
        wait_until(lambda: len(children_of(parent.pid)) == 2 and healthy(port), 60)
        before = children_of(parent.pid)
        for process in before.values():
            os.kill(process, signal.SIGKILL)
        wait_until(
            lambda: (
                len(children_of(parent.pid)) == 2
                and not set(children_of(parent.pid).values()) & set(before.values())
                and healthy(port)
            ),
            60,
        )
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(40) == 0
        time.sleep(0.2)
        assert children_of(parent.pid) == {}


def test_an_idle_worker_hears_a_wake_up_soon(tmp_path: Path, twilio: TwilioServer) -> None:
    """huey's own idle back-off, growing to ten seconds, would let an all-clear wait as long."""
    environment = settings_for(tmp_path, twilio, f"sqlite:///{tmp_path / 'hub.sqlite3'}")
    app = create_app(load(environment, env_file=tmp_path / "no.env"))
    with app.app_context():
        schema.upgrade()
        with command(environment, "worker"):
            first = make_broadcast(1)
            defer("dispatch", 10)
            wait_until(lambda: standing(first)["state"] == "finished", 60)
            time.sleep(5)  # idle: a back-off would have grown by now
            second = make_broadcast(1, name="second", texts={"da": "Kog vandet.", "en": "Boil."})
            began = time.monotonic()
            defer("dispatch", 10)
            wait_until(lambda: len(twilio.accepted) == 2, 30)
            took = time.monotonic() - began
        assert standing(second)["recipients"] == 1
        assert took < 4
        db.session.remove()
        db.engine.dispose()
