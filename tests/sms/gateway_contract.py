"""What every gateway must do. A gateway's tests are a subclass of `GatewayContract` with a `rig` fixture."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from hub import clock
from hub.sms.gateways.base import LISTING, Gateway, Handover, Kind, Outcome
from hub.sms.moments import steady
from hub.text.segments import count
from tests.sms.making import number

BODY = "Eksempel Kommune: Kog vandet i Nordby."


class Rig(Protocol):
    """A gateway with a provider behind it. `faults` names what this provider can do wrong."""

    faults: frozenset[str]

    def open(self) -> Gateway:
        """The gateway, not entered."""
        ...

    def taken(self) -> list[tuple[str, str]]:
        """Number and text of every message that the provider took, in order."""
        ...

    def set(self, fault: str) -> None:
        """From now on every request meets this fault: lost, cut, error, garbled, unavailable, hang, no-connection,
        configuration, busy, or refused (the number of `REFUSED`)."""
        ...


REFUSED = number(3)
TEXTS = st.one_of(
    st.text("Æøåéüñ €{}[]~^|\\@$&%+=;:'\"\n/?", min_size=1, max_size=200),
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=150
    ),
    st.sampled_from(["🚱 Kog vandet", "مياه غير صالحة للشرب", "Кип’ятіть воду", "ą ę ł ż"]),
)
DOUBTFUL = ("lost", "cut", "error", "garbled", "unavailable", "hang")


def message(index: int, body: str = BODY, **more: object) -> Handover:
    fields: dict[str, object] = {"segments": count(body).segments, **more}
    return Handover(index + 1, 1, 7, number(index), "da", body, **fields)  # type: ignore[arg-type]


def send(rig: Rig, batch: Sequence[Handover]) -> list[Outcome]:
    """As the dispatcher does: never more than `batch_limit` in one call."""

    async def all_of_it() -> list[Outcome]:
        found: list[Outcome] = []
        async with rig.open() as gateway:
            for start in range(0, len(batch), gateway.batch_limit):
                found += await gateway.send(batch[start : start + gateway.batch_limit])
        return found

    return asyncio.run(all_of_it())


class GatewayContract:
    """The contract. Each test says what the rest of the hub relies on."""

    def test_every_message_has_its_own_outcome_and_id(self, rig: Rig) -> None:
        batch = [message(index) for index in range(30)]
        outcomes = send(rig, batch)
        assert [(item.delivery, item.attempt) for item in outcomes] == [
            (item.delivery, item.attempt) for item in batch
        ]
        assert {item.kind for item in outcomes} == {Kind.ACCEPTED}
        assert len({item.gateway_id for item in outcomes} - {None}) == 30
        assert sorted(rig.taken()) == [(number(index), BODY) for index in range(30)]

    def test_a_text_arrives_as_it_was_previewed(self, rig: Rig) -> None:
        @examples(max_examples=15, deadline=None)
        @given(TEXTS)
        def check(body: str) -> None:
            (outcome,) = send(rig, [message(0, body)])
            assert outcome.kind is Kind.ACCEPTED
            assert rig.taken()[-1] == (number(0), body)

        check()

    def test_personal_texts_reach_their_own_phones(self, rig: Rig) -> None:
        batch = [message(index, f"Mødested {index} – 🏫") for index in range(12)]
        send(rig, batch)
        assert sorted(rig.taken()) == sorted((item.number, item.body) for item in batch)

    def test_a_claim_that_is_too_old_does_not_leave(self, rig: Rig) -> None:
        outcomes = send(rig, [message(0, not_after=steady() - 1)])
        assert [item.kind for item in outcomes] == [Kind.LATER]
        assert rig.taken() == []

    def test_where_nothing_left_it_is_certainly_not_taken(self, rig: Rig) -> None:
        rig.set("no-connection")
        assert {item.kind for item in send(rig, [message(0), message(1)])} == {Kind.LATER}

    def test_a_list_is_evidence_or_says_that_it_is_none(self, rig: Rig) -> None:
        send(rig, [message(0)])

        async def listed() -> list[str] | None:
            async with rig.open() as gateway:
                found = await gateway.find(number(0), clock.now() - timedelta(minutes=1))
                return None if found is None else [item.body for item in found]

        assert asyncio.run(listed()) == ([BODY] if rig.open().name in LISTING else None)

    def test_nothing_is_said_of_a_message_that_does_not_exist(self, rig: Rig) -> None:
        async def asked() -> object:
            async with rig.open() as gateway:
                return await gateway.status("404404")

        assert asyncio.run(asked()) is None

    def test_no_telephone_number_is_logged(
        self, rig: Rig, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            send(rig, [message(0)])
            for fault in rig.faults:
                rig.set(fault)
                if fault != "hang":
                    send(rig, [message(3)])
        assert number(0)[3:] not in caplog.text
        assert number(3)[3:] not in caplog.text


class ProviderContract(GatewayContract):
    """The contract of a gateway whose provider is elsewhere, with what can go wrong on the way."""

    @pytest.mark.parametrize("fault", DOUBTFUL)
    def test_an_answer_that_is_missing_or_unreadable_leaves_doubt(
        self, rig: Rig, fault: str
    ) -> None:
        rig.set(fault)
        outcomes = send(rig, [message(0), message(1)])
        assert {item.kind for item in outcomes} == {Kind.DOUBT}
        assert all(item.words and item.gateway_id is None for item in outcomes)

    def test_a_busy_provider_is_asked_again_later(self, rig: Rig) -> None:
        rig.set("busy")
        assert {item.kind for item in send(rig, [message(0), message(1)])} == {Kind.LATER}
        assert rig.taken() == []

    def test_a_fault_of_configuration_says_what_to_set(self, rig: Rig) -> None:
        rig.set("configuration")
        (outcome,) = send(rig, [message(0)])
        assert outcome.kind is Kind.CONFIGURATION
        assert "check" in (outcome.words or "")
        assert rig.taken() == []

    def test_one_refused_number_stops_nobody_else(self, rig: Rig) -> None:
        rig.set("refused")
        outcomes = send(rig, [message(index) for index in range(9)])
        assert [item.kind for item in outcomes] == [
            Kind.REFUSED if index == 3 else Kind.ACCEPTED for index in range(9)
        ]
        assert sorted(rig.taken()) == [(number(index), BODY) for index in range(9) if index != 3]
        assert REFUSED[3:] not in (outcomes[3].words or "")
