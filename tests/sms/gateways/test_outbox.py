"""The outbox: one line a message, all of a batch or nothing, and found again after a crash."""

from __future__ import annotations

import asyncio
import json
import resource
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from hub import clock
from hub.settings import Settings
from hub.sms.gateways.base import Handover, Kind
from hub.sms.gateways.outbox import Outbox


@pytest.fixture
def outbox(settings: Settings) -> Outbox:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Outbox(settings)


def message(delivery: int, to: str = "+4520123456", body: str = "Kog vandet æøå") -> Handover:
    return Handover(delivery, 1, 7, to, "da", body, 1)


def lines(outbox: Outbox) -> list[dict[str, object]]:
    return [json.loads(line) for line in outbox.path.read_text().splitlines()]


def test_a_batch_becomes_lines_with_everything_that_is_known(outbox: Outbox) -> None:
    outcomes = asyncio.run(outbox.send([message(1), message(2, "+4520123457")]))
    written = lines(outbox)
    assert [item.kind for item in outcomes] == [Kind.ACCEPTED, Kind.ACCEPTED]
    assert [item.gateway_id for item in outcomes] == [line["id"] for line in written]
    assert written[0].keys() == {
        "id", "delivery", "attempt", "broadcast", "to", "from", "body", "language", "at",
    }  # fmt: skip
    assert (written[1]["to"], written[1]["body"]) == ("+4520123457", "Kog vandet æøå")
    assert outbox.path.stat().st_mode & 0o777 == 0o600


def test_what_was_written_is_found_by_number(outbox: Outbox) -> None:
    asyncio.run(outbox.send([message(1), message(2, "+4520123457")]))
    since = clock.now() - timedelta(minutes=1)
    found = asyncio.run(outbox.find("+4520123457", since))
    assert found is not None
    assert [item.body for item in found] == ["Kog vandet æøå"]
    asyncio.run(outbox.send([message(3, "+4520123457")]))
    assert len(asyncio.run(outbox.find("+4520123457", since)) or []) == 2
    assert asyncio.run(outbox.find("+4520123457", clock.now() + timedelta(minutes=1))) == []
    assert asyncio.run(outbox.find("+4520999999", since)) == []


def test_a_line_cut_short_does_not_count_and_the_next_writer_removes_it(outbox: Outbox) -> None:
    asyncio.run(outbox.send([message(1)]))
    whole = outbox.path.read_bytes()
    since = clock.now() - timedelta(minutes=1)
    for torn in (whole[:40], whole[:-1]):
        outbox.path.write_bytes(whole + torn)
        assert len(asyncio.run(outbox.find("+4520123456", since)) or []) == 1
    asyncio.run(outbox.send([message(2)]))
    assert [line["delivery"] for line in lines(outbox)] == [1, 2]


def test_a_file_that_was_rewritten_is_read_anew(outbox: Outbox) -> None:
    asyncio.run(outbox.send([message(1), message(2, "+4520123457")]))
    since = clock.now() - timedelta(minutes=1)
    assert asyncio.run(outbox.find("+4520123456", since))
    kept = outbox.path.read_text().splitlines(keepends=True)[1:]
    draft = Path(f"{outbox.path}.new")
    draft.write_text("".join(kept))
    draft.replace(outbox.path)
    assert asyncio.run(outbox.find("+4520123456", since)) == []
    assert asyncio.run(outbox.find("+4520123457", since))


def test_a_full_disk_takes_nothing_and_says_so(outbox: Outbox) -> None:
    asyncio.run(outbox.send([message(1)]))
    before = outbox.path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, limits[1]))
    try:
        outcomes = asyncio.run(outbox.send([message(2), message(3)]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert {item.kind for item in outcomes} == {Kind.LATER}
    assert "cannot be written" in (outcomes[0].words or "")
    assert outbox.path.read_bytes() == before
