"""The breaker and the choice of a gateway, without a database: no flapping, and never without a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.sms.breaking import (
    BUSY_SECONDS,
    PROBES_THAT_CLOSE,
    Breaker,
    Fault,
    Hold,
    Reply,
    Route,
    after,
    allowed,
    closed,
    opened,
    probe_begins,
    routes,
    usable_others,
)
from hub.sms.gateways.base import Kind

START = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
LEASE = 60.0
ORDER = ("twilio", "gatewayapi")
DOUBT = Reply(Kind.DOUBT, "no answer")
WELL = Reply(Kind.ACCEPTED)
LATER = Reply(Kind.LATER, "no connection")
WRONG = Reply(Kind.CONFIGURATION, "check the token")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def heard(breaker: Breaker, *replies: Reply, seconds: float = 0, others: bool = True) -> Breaker:
    return after(breaker, replies, at(seconds), lease=LEASE, others=others)


def test_five_doubts_in_a_row_open_it_and_four_do_not() -> None:
    assert not heard(Breaker(), *[DOUBT] * 4, WELL, *[DOUBT] * 4).is_open
    found = heard(Breaker(), *[DOUBT] * 5)
    assert (found.fault, found.open_until, found.reason) == (Fault.DOUBT, at(60), "no answer")


def test_a_gateway_that_takes_nothing_for_a_while_gives_way_only_to_another() -> None:
    for others in (True, False):
        busy = heard(Breaker(), LATER, others=others)
        assert not busy.is_open
        found = heard(busy, LATER, seconds=BUSY_SECONDS, others=others)
        assert found.is_open is others
    taken = heard(heard(Breaker(), LATER), WELL, seconds=1)
    assert not heard(taken, LATER, seconds=BUSY_SECONDS).is_open


def test_a_fault_of_configuration_opens_it_only_where_another_can_do_the_work() -> None:
    assert heard(Breaker(), WRONG).fault == Fault.CONFIGURATION
    assert not heard(Breaker(), WRONG, others=False).is_open


def test_it_closes_after_several_probes_that_came_back_well() -> None:
    breaker = heard(Breaker(), *[DOUBT] * 5)
    for index in range(PROBES_THAT_CLOSE):
        assert breaker.is_open
        breaker = probe_begins(breaker, at(60 + index), LEASE)
        assert routes(ORDER, {"twilio": breaker}, at(60.5 + index))["twilio"] is Route.REST
        breaker = heard(breaker, WELL, seconds=60.5 + index)
    assert not breaker.is_open
    assert breaker.since == at(62.5)


@pytest.mark.parametrize("reply", [DOUBT, LATER, WRONG])
def test_a_probe_that_fails_makes_it_stay_open_longer_each_time(reply: Reply) -> None:
    breaker, lengths, now = heard(Breaker(), *[DOUBT] * 5), [], 60.0
    for _ in range(7):
        breaker = heard(probe_begins(breaker, at(now), LEASE), reply, seconds=now + 1)
        assert breaker.open_until is not None
        lengths.append((breaker.open_until - at(now + 1)).total_seconds())
        now = (breaker.open_until - START).total_seconds()
    assert lengths == [120, 240, 480, 960, 960, 960, 960]


def test_without_another_gateway_it_is_probed_every_lease() -> None:
    breaker, now = heard(Breaker(), *[DOUBT] * 5, others=False), 60.0
    for _ in range(5):
        breaker = probe_begins(breaker, at(now), LEASE)
        breaker = heard(breaker, DOUBT, seconds=now, others=False)
        now += LEASE
        assert breaker.open_until == at(now)


def test_late_answers_from_before_it_opened_make_it_no_worse() -> None:
    first = heard(Breaker(), *[DOUBT] * 5)
    later = heard(first, *[DOUBT] * 300, seconds=2)
    assert (later.openings, later.open_until) == (1, at(62))


def test_openings_are_forgotten_after_a_calm_time() -> None:
    breaker = opened(Breaker(), Fault.DOUBT, "", at(0), lease=LEASE, others=True)
    soon = opened(closed(breaker, at(60)), Fault.DOUBT, "", at(100), lease=LEASE, others=True)
    late = opened(closed(breaker, at(60)), Fault.DOUBT, "", at(700), lease=LEASE, others=True)
    assert (soon.openings, late.openings) == (2, 1)


@pytest.mark.parametrize("period", [2.0, 5.0, 30.0, 90.0, 200.0])
def test_a_gateway_that_comes_and_goes_is_switched_a_few_times_an_hour(period: float) -> None:
    breaker, switches, used = Breaker(), 0, "twilio"
    for tick in range(3600 * 4):
        seconds = tick / 4
        now, is_well = at(seconds), int(seconds / period) % 2 == 0
        route = routes(ORDER, {"twilio": breaker}, now)["twilio"]
        if route is Route.PROBE:
            breaker = probe_begins(breaker, now, LEASE)
        if route is not Route.REST:
            reply = WELL if is_well else DOUBT
            breaker = heard(
                breaker, *[reply] * (1 if route is Route.PROBE else 20), seconds=seconds
            )
        found = routes(ORDER, {"twilio": breaker}, now)
        serving = next(name for name in ORDER if found[name] is Route.FULL)
        switches += serving != used
        used = serving
    assert 1 <= switches <= 20


holds = st.sampled_from(["", Hold.PINNED.value, Hold.DRAINED.value])
breakers = st.builds(
    Breaker,
    hold=holds,
    open_until=st.none() | st.integers(-100, 100).map(at),
    fault=st.sampled_from(["", *Fault]),
)


@given(st.lists(breakers, min_size=2, max_size=4))
def test_at_most_one_gateway_takes_everything_and_none_that_is_held(found: list[Breaker]) -> None:
    names = [f"g{index}" for index in range(len(found))]
    states = dict(zip(names, found, strict=True))
    way = routes(names, states, START)
    assert sum(route is Route.FULL for route in way.values()) <= 1
    for name, route in way.items():
        if name not in allowed(names, states):
            assert route is Route.REST
        if route is Route.FULL:
            assert not states[name].is_open
    pinned = [name for name in names if states[name].hold == Hold.PINNED]
    if pinned:
        assert allowed(names, states) == pinned[:1]
        assert usable_others(names, states, pinned[0]) == []


@given(
    st.lists(
        st.tuples(st.sampled_from([DOUBT, WELL, LATER, WRONG]), st.floats(0.01, 30)), max_size=40
    ),
    st.booleans(),
)
def test_whatever_it_hears_it_can_be_probed_again(
    story: list[tuple[Reply, float]], others: bool
) -> None:
    breaker, now = Breaker(), 0.0
    for reply, wait in story:
        now += wait
        if routes(("twilio",), {"twilio": breaker}, at(now))["twilio"] is Route.PROBE:
            breaker = probe_begins(breaker, at(now), LEASE)
        breaker = heard(breaker, reply, seconds=now, others=others)
        if breaker.open_until is not None:
            assert breaker.open_until <= at(now + LEASE * 16)
    for _ in range(PROBES_THAT_CLOSE):
        if breaker.open_until is not None:
            now = max(now, (breaker.open_until - START).total_seconds())
            breaker = heard(probe_begins(breaker, at(now), LEASE), WELL, seconds=now)
    assert not breaker.is_open or breaker.fault == Fault.RECEIPTS


def test_where_only_drained_gateways_are_left_they_are_used() -> None:
    drained = {"twilio": Breaker(hold=Hold.DRAINED.value)}
    assert allowed(("twilio",), drained) == ["twilio"]
    assert allowed(ORDER, drained) == ["gatewayapi"]
    assert routes(("twilio",), drained, START)["twilio"] is Route.FULL


def test_messages_taken_do_not_mend_a_gateway_whose_receipts_stopped() -> None:
    breaker = opened(Breaker(), Fault.RECEIPTS, "", at(0), lease=LEASE, others=True)
    breaker = heard(probe_begins(breaker, at(60), LEASE), *[WELL] * 10, seconds=61)
    assert breaker.is_open
    assert routes(ORDER, {"twilio": breaker}, at(121))["twilio"] is Route.PROBE
    assert replace(breaker, hold="").openings == 1
