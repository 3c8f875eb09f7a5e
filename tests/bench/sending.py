"""Sending 20,000 messages: through the outbox, and through a Twilio-like server of 80 ms latency, beside a plain loop
of 500 over the official client against the same server."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from twilio.rest import Client

from hub import clock
from hub.audiences.importing import import_list
from hub.database import db, deciding
from hub.incidents import announcing, register
from hub.incidents.announcing import Order
from hub.journal import Actor
from hub.library import folders, loading
from hub.models import Person, PersonRole, Role, Version, VersionState
from hub.sms import dispatching, standing
from tests.bench.measuring import line, scratch_app, timed
from tests.conftest import SHELL
from tests.fakes.twilio_server import ACCOUNT, TOKEN

MESSAGES = 20_000
PLAIN = 500
LATENCY_MS = 80
ANN, BEN = Actor("ann@town.example", "bench"), Actor("ben@town.example", "bench")


@contextmanager
def twilio_like() -> Iterator[str]:
    """The server in a process of its own; its address."""
    command = [sys.executable, "-m", "tests.fakes.twilio_server", "--latency-ms", str(LATENCY_MS)]
    with subprocess.Popen(
        [*command, "--no-callbacks"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def make_people() -> None:
    """Two people with the role sender, and the shipped messages, of which one scenario's are approved."""
    session = db.session()
    for actor in (ANN, BEN):
        session.add(
            Person(
                email=actor.name,
                made_at=clock.now() - timedelta(days=2),
                made_by="os:bench",
                roles=[PersonRole(role=Role.SENDER.value)],
            )
        )
    session.commit()
    loading.load(folders.shipped_messages(), actor=SHELL)
    with deciding() as current:
        for version in current.query(Version).filter(Version.scenario == "water-boil"):
            version.state = VersionState.APPROVED.value
            version.review_due = clock.now() + timedelta(days=300)


def _prepare_town() -> int:
    """Everything up to a confirmed broadcast of `MESSAGES`; its number."""
    make_people()
    numbers = random.Random(3).sample(range(20_110_000, 29_990_000), MESSAGES)
    rows = "\n".join(["mobil", *(str(number) for number in numbers)])
    import_list("bench", rows.encode(), "bench.csv", actor=SHELL)
    incident = register.open_incident("water-boil", actor=ANN).id
    slots = {
        "place": "Nørreby",
        "phone": "70203040",
        "next_update": "+4h",
        "from": "+0m",
        "water_use": "drink=boiled;toilet=yes;garden=no;bath=yes;laundry=yes;dishwasher=no;cleaning=yes",
    }
    with timed() as preparing:
        order = Order("water-boil/during", incident, slots, audience="bench")
        prepared = announcing.prepare(order, actor=ANN)
    line(f"list to deliveries ({MESSAGES:,})", preparing.per_second(MESSAGES), "rows/s")
    announcing.confirm(prepared.announcement, actor=BEN)
    assert prepared.broadcast is not None
    return prepared.broadcast


def _send(baseline: float | None, what: str, **environment: str) -> None:
    with scratch_app(HUB_SMS_SEGMENTS_PER_SECOND="100000", **environment):
        broadcast = _prepare_town()
        with timed() as ours:
            assert dispatching.run_broadcast(broadcast, timeout=600)
        counts = standing.status(db.session(), broadcast)["deliveries"]
        taken = sum(counts[state] for state in ("accepted", "sent", "delivered"))
        assert taken == MESSAGES, counts
        line(what, ours.per_second(MESSAGES), "messages/s", baseline)


def _plain_loop(url: str) -> float:
    client = Client(ACCOUNT, TOKEN)
    client.get_hostname = lambda uri: uri.replace("https://api.twilio.com", url)  # type: ignore[method-assign]
    with timed() as plain:
        for number in range(PLAIN):
            client.messages.create(to=f"+4520{number:06d}", from_="Eksempel", body="Kog vandet.")
    found = plain.per_second(PLAIN)
    line(f"baseline: a plain loop of {PLAIN} over the official client", found, "messages/s")
    return found


def run() -> None:
    _send(None, f"{MESSAGES:,} through the outbox")
    with twilio_like() as url:
        baseline = _plain_loop(url)
        _send(
            baseline,
            f"{MESSAGES:,} through the Twilio-like server, {LATENCY_MS} ms",
            HUB_GATEWAYS="twilio",
            HUB_SMS_SENDER="Eksempel",
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_BASE_URL=url,
        )
