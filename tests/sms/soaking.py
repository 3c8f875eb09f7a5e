"""`make soak`: everything goes wrong for a long time, and nobody is missed or told twice.

    python -m tests.sms.soaking --kills 500

Rounds on PostgreSQL with two sending processes, whose clocks are ten minutes apart, and on SQLite with one. Processes
are killed (kill -9) at random moments; 2 % of the answers are lost after acceptance, 1 % hang; the gateway answers 429
when it is asked too much at once, is away for a while, and lists a message a second late; on PostgreSQL all database
connections are cut now and then. After each round everybody must have been told exactly once, with nothing unknown.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from hub.application import create_app
from hub.database import db
from hub.settings import load
from hub.sms.dispatching import run_broadcast
from hub.sms.standing import status
from tests.bench.towns import database
from tests.conftest import set_up_database
from tests.fakes.twilio_server import TwilioServer, running
from tests.sms.conftest import Environment, settings_for
from tests.sms.making import make_broadcast, number

ROOT = Path(__file__).parents[2]
KILLS_A_ROUND = 25
PHONES_A_KILL = 60
RATE = 120
LEASE = 4
APART = 600


@dataclass(frozen=True)
class Plan:
    """What goes wrong. `outage` is how many seconds the gateway is away in a round; `cuts` how often (in seconds)
    the database's connections are cut, about."""

    kills: int
    phones: int
    workers: int = 1
    outage: float = 0.0
    cuts: float | None = None
    seed: int = 1


@dataclass
class Tally:
    """What happened, and to how many phones it did not happen, or more than once."""

    kills: int = 0
    cuts: int = 0
    phones: int = 0
    missed: int = 0
    twice: int = 0
    unknown: int = 0
    answers: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        for name in ("kills", "cuts", "phones", "missed", "twice", "unknown"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.answers += other.answers


class Nursery:
    """Forks sending processes, whose clock is wrong by `shift` seconds; see `tests.sms.sending`."""

    def __init__(self, environment: Environment, shift: int = 0) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.sms.sending"],
            cwd=ROOT,
            env={**os.environ, **environment, "KLARBESKED_CLOCK_SHIFT": str(shift)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def send(self) -> int:
        """Start one that sends; its process number."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def nurseries(environment: Environment, count: int) -> Iterator[list[Nursery]]:
    """So many; the second one's clock is ten minutes ahead."""
    found = [Nursery(environment, APART * index) for index in range(count)]
    try:
        yield found
    finally:
        for one in found:
            one.end()


def killed(process: int) -> bool:
    """kill -9; was it still running?"""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def troubles(plan: Plan, server: TwilioServer, url: str, tally: Tally) -> Iterator[None]:
    """The gateway is away once, and the database's connections are cut again and again, until the block ends."""
    ended, chance = threading.Event(), random.Random(plan.seed)

    def away() -> None:
        if not ended.wait(2 + chance.random() * 3):
            server.faults.unavailable = True
            ended.wait(plan.outage)
            server.faults.unavailable = False

    def cut() -> None:
        assert plan.cuts
        with psycopg.connect(url, autocommit=True) as admin:
            while not ended.wait(plan.cuts * chance.uniform(0.5, 1.5)):
                row = admin.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                ).fetchone()
                tally.cuts += row[0] if row else 0

    threads = [threading.Thread(target=away)] if plan.outage else []
    threads += [threading.Thread(target=cut)] if plan.cuts else []
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join(plan.outage + 10)
        server.faults.unavailable = False


def kill_until(plan: Plan, children: Sequence[Nursery], server: TwilioServer) -> int:
    """Keep one process of each nursery running, and kill a random one at random moments."""
    chance, kills = random.Random(plan.seed), 0
    alive = [one.send() for one in children]
    while kills < plan.kills:
        asked, end = server.requests.total(), time.monotonic() + 2
        while server.requests.total() == asked and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.6))
        index = chance.randrange(len(alive))
        kills += killed(alive[index])
        alive[index] = children[index].send()
    for process in alive:
        killed(process)
    return kills


def round_of(plan: Plan, server: TwilioServer, environment: Environment) -> Tally:
    """One broadcast with all that goes wrong; inside an application context."""
    tally = Tally(phones=plan.phones)
    body = f"Eksempel Kommune: Kog vandet. Runde {plan.seed}"
    before = Counter(server.requests)
    broadcast = make_broadcast(
        plan.phones, name=f"round {plan.seed}", texts={"da": body, "en": body}
    )
    db.session.remove()
    with nurseries(environment, plan.workers) as children:
        with troubles(plan, server, environment["HUB_DATABASE_URL"], tally):
            tally.kills = kill_until(plan, children, server)
        over = run_broadcast(broadcast, timeout=600)
    told = Counter(item.to for item in list(server.accepted) if item.body == body)
    wanted = {number(index) for index in range(plan.phones)}
    deliveries = status(db.session(), broadcast)["deliveries"]
    tally.missed = len(wanted - set(told)) + (0 if over else 1)
    tally.twice = sum(count > 1 for count in told.values())
    tally.unknown = deliveries["unknown"]
    tally.answers = Counter(server.requests) - before
    db.session.remove()
    return tally


def set_faults(server: TwilioServer) -> None:
    faults = server.faults
    faults.callbacks = False
    faults.latency, faults.lost_percent = 0.03, 2.0
    faults.hang_percent, faults.hang_seconds = 1.0, LEASE
    faults.concurrent, faults.list_lag = 60, 1.0


def rounds(kind: str, kills: int, seed: int) -> Tally:
    """Rounds on one database until so many kills have happened."""
    total = Tally()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(database(kind, str(folder)))
        server = stack.enter_context(running(TwilioServer(seed=seed)))
        set_faults(server)
        rate = {"HUB_SMS_SEGMENTS_PER_SECOND": str(RATE), "HUB_LEASE_SECONDS": str(LEASE)}
        environment = {**settings_for(folder, server, url), **rate}
        app = create_app(load(environment, env_file=folder / "no.env"))
        stack.enter_context(app.app_context())
        set_up_database()
        while total.kills < kills:
            seed += 1
            found = round_of(
                Plan(
                    kills=min(KILLS_A_ROUND, kills - total.kills),
                    phones=min(KILLS_A_ROUND, kills - total.kills) * PHONES_A_KILL,
                    workers=2 if kind == "postgresql" else 1,
                    outage=30.0 if seed % 5 == 0 else 0.0,
                    cuts=3.0 if kind == "postgresql" else None,
                    seed=seed,
                ),
                server,
                environment,
            )
            total.add(found)
            print(f"{kind}: {said(total)}", flush=True)
        db.session.remove()
        db.engine.dispose()
    return total


def said(tally: Tally) -> str:
    answers = ", ".join(f"{name} {count}" for name, count in sorted(tally.answers.items()))
    return (
        f"{tally.kills} kills, {tally.phones} phones, {tally.cuts} connections cut, answers: {answers}; "
        f"{tally.missed} missed, {tally.twice} twice, {tally.unknown} unknown"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    total = Tally()
    total.add(rounds("postgresql", given.kills * 2 // 3, given.seed))
    total.add(rounds("sqlite", given.kills - total.kills, given.seed + 1000))
    print(f"in all: {said(total)}")
    return 1 if total.missed or total.twice or total.unknown else 0


if __name__ == "__main__":
    sys.exit(main())
