"""The rate: never more in any second, and hardly less."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.sms.pacing import HORIZON, Guard, schedule

START = 1_800_000_000.0


def busiest(releases: list[tuple[float, int]]) -> int:
    """The most segments in any half-open second."""
    most = held = start = 0
    for moment, size in releases:
        held += size
        while releases[start][0] <= moment - 1 + 1e-6:
            held -= releases[start][1]
            start += 1
        most = max(most, held)
    return most


def run(
    sizes: list[int], rate: float, pauses: list[float] | None = None
) -> list[tuple[float, int]]:
    """Claims after claims, each as late as `pauses` says, until all sizes have left."""
    now, free, window = START, 0.0, {}
    left = list(sizes)
    released: list[tuple[float, int]] = []
    turn = 0
    while left:
        found = schedule(left[:1000], rate=rate, now=now, next_free=free, window=window)
        free, window = found.next_free, dict(found.window)
        assert all(now <= moment <= now + HORIZON + 1e-6 for moment in found.releases)
        released += list(zip(found.releases, left, strict=False))
        left = left[len(found.releases) :]
        now += (pauses or [0.25])[turn % len(pauses or [0.25])]
        turn += 1
    return released


@settings(max_examples=150, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=60),
    rate=st.sampled_from([4.0, 5.0, 7.5, 10.0, 33.0, 100.0]),
    pauses=st.lists(st.floats(0.01, 3.0), min_size=1, max_size=6),
)
def test_no_second_ever_has_more_than_the_rate(
    sizes: list[int], rate: float, pauses: list[float]
) -> None:
    released = run(sizes, rate, pauses)
    assert len(released) == len(sizes)
    assert busiest(released) <= rate
    assert all(one <= other for (one, _), (other, _) in pairwise(released))


@pytest.mark.parametrize(("rate", "size"), [(10, 1), (10, 2), (100, 1), (100, 2), (1000, 1)])
def test_the_rate_is_used_to_within_three_hundredths(rate: int, size: int) -> None:
    seconds = 20
    released = run([size] * (rate * seconds // size), rate)
    took = released[-1][0] - released[0][0]
    assert busiest(released) <= rate
    assert 0.97 <= rate * seconds / took / rate <= 1.03


def test_a_slow_rate_spaces_messages_by_more_than_a_second() -> None:
    released = run([1, 1, 1], 0.5)
    assert [round(moment - START) for moment, _ in released] == [0, 2, 4]


def test_a_message_longer_than_the_rate_goes_alone() -> None:
    released = run([3, 3, 1], 2.0)
    gaps = [other[0] - one[0] for one, other in pairwise(released)]
    assert gaps[0] >= 1.5
    assert gaps[1] >= 1.5


def test_unused_time_is_not_saved_up() -> None:
    first = run([1] * 5, 10.0)
    found = schedule([1] * 50, rate=10.0, now=START + 60, next_free=first[-1][0] + 0.1, window={})
    assert busiest([(moment, 1) for moment in found.releases]) <= 6


@settings(max_examples=100, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=80),
    delays=st.lists(st.floats(0, 0.4), min_size=1, max_size=10),
)
def test_late_releases_do_not_crowd(sizes: list[int], delays: list[float]) -> None:
    guard, now = Guard(10.0), 0.0
    left: list[tuple[float, int]] = []
    for index, size in enumerate(sizes):
        now += delays[index % len(delays)] if index % 7 == 0 else 0.0
        while (wait := guard.wait(size, now)) > 0:
            now += wait
        guard.left(size, now)
        left.append((now, size))
    assert busiest(left) <= 10
