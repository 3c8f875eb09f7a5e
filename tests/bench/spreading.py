"""A list of a million becomes deliveries; a million that wait are superseded."""

from __future__ import annotations

import resource
import time
from itertools import pairwise

from hub.database import deciding
from hub.sms import broadcasts, upkeep
from hub.sms.fanout import write_deliveries
from tests.bench.measuring import line, timed
from tests.bench.towns import make_list, town
from tests.sms.making import OFFICER, make_announcement, make_page, plan, release

ROWS = 1_000_000


def memory() -> float:
    """The most that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run() -> None:
    for kind in ("sqlite", "postgresql"):
        with town(kind):
            _spread(kind)


def _spread(kind: str) -> None:
    audience, chunks = make_list(ROWS), [time.perf_counter()]
    before, first = memory(), make_announcement()
    busy = time.process_time()
    with timed() as ours:
        result = write_deliveries(
            plan(first, audience), progress=lambda _: chunks.append(time.perf_counter())
        )
    busy = time.process_time() - busy
    assert result.recipients == ROWS
    longest = max(later - sooner for sooner, later in pairwise(chunks[1:]))
    line(f"audience to deliveries ({ROWS:,}), {kind}", ours.seconds, "s (to reach: 20)")
    line("  of it, this process's own processor time", busy, "s")
    line("  longest chunk", longest * 1000, "ms (rule: 500)")
    line("  memory on top", memory() - before, "MB")
    release(result.broadcast_id)
    make_page()
    upkeep.start_due()
    with timed() as over, deciding() as session:
        assert broadcasts.supersede(session, [first], actor=OFFICER) == ROWS
    line(f"superseded while {ROWS:,} wait, in its transaction", over.seconds * 1000, "ms")
    with timed() as after:
        upkeep.skip_leftovers()
    line("  their rows marked afterwards, in chunks", after.seconds, "s")
