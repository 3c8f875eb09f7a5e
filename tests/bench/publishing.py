"""Publishing a site with 1,000 past announcements."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hub import clock
from hub.phone.texts import phone_files
from hub.site.publishing import publish
from hub.site.rendering import render_site
from hub.text.situation import Situation
from tests.bench.measuring import scratch_app, timed
from tests.situations import history

PAST = 1_000


def _publish(situation: Situation) -> float:
    with timed() as found:
        report = publish(
            lambda revision: {**render_site(situation, revision), **phone_files(situation)},
            read_at=situation.read_at,
            instance=situation.instance,
        )
    assert report.published, report
    assert not report.failed, report
    return found.seconds


def run() -> None:
    with scratch_app():
        situation = replace(history(PAST), read_at=clock.now())
        first = _publish(situation)
        again = [
            _publish(replace(situation, read_at=clock.now() + timedelta(seconds=number)))
            for number in range(1, 6)
        ]
    print(f"publish with {PAST:,} past announcements, three languages: first {first:.2f} s")
    print(f"the same again, as the heartbeat does: {min(again):.2f} to {max(again):.2f} s")
