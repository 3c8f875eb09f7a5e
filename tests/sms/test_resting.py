"""Backing off, and suspecting that a refusal is not about the recipient."""

from __future__ import annotations

from hub.sms.gateways.base import Kind, Outcome
from hub.sms.resting import LONGEST, Rest, Suspicion


def test_rests_grow_to_a_limit_and_a_message_taken_ends_them() -> None:
    rest, now, lengths = Rest(100), 0.0, []
    for _ in range(10):
        lengths.append(rest.later(now, 0.5))
        now = rest.until
    assert lengths[:4] == [0.5, 1.0, 2.0, 4.0]
    assert max(lengths) == LONGEST
    rest.well()
    assert rest.later(now, 0.5) == 0.5


def test_answers_to_requests_from_before_the_rest_do_not_make_it_longer() -> None:
    rest = Rest(100)
    first = rest.later(10.0, 0.5)
    assert [rest.later(10.1, 0.5) < first for _ in range(50)] == [True] * 50
    assert rest.limit == 50


def test_less_is_asked_at_once_after_a_rest_and_slowly_more_again() -> None:
    rest = Rest(8)
    now = 0.0
    for _ in range(6):
        rest.later(now, 0.0)
        now = rest.until
    assert rest.limit == 1
    for _ in range(100):
        rest.well()
    assert rest.limit == 8


def refusal(code: str, *, general: bool = True) -> Outcome:
    return Outcome(1, 1, Kind.REFUSED, code=code, words="no", general=general)


def test_the_same_unknown_refusal_in_a_row_is_a_matter_for_a_person() -> None:
    suspicion = Suspicion()
    kinds = [suspicion.judge(refusal("29999")).kind for _ in range(7)]
    assert kinds == [Kind.REFUSED] * 5 + [Kind.CONFIGURATION] * 2


def test_known_refusals_and_messages_taken_allay_it() -> None:
    suspicion = Suspicion()
    for _ in range(20):
        for _ in range(4):
            assert suspicion.judge(refusal("29999")).kind is Kind.REFUSED
        suspicion.judge(Outcome(1, 1, Kind.ACCEPTED, "SM1"))
        assert suspicion.judge(refusal("21610", general=False)).kind is Kind.REFUSED
    for _ in range(50):
        assert suspicion.judge(refusal("21610", general=False)).kind is Kind.REFUSED
