"""What a municipality fills in once: every gap is a finding with its id, and what is filled in is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hub import clock, library
from hub.journal import Actor
from hub.library.needs import RULES, decisions_of
from hub.models import Place, PlaceKind, Role
from hub.settings import Settings
from hub.text.types import PER_AREA, Decision, LanguageText, VersionText
from tests.conftest import SHELL
from tests.messages import few_messages

READY = {
    "municipality": "Nørreby Kommune",
    "sms_sender": "Norreby",
    "site_url": "https://besked.norreby.dk",
}


@pytest.fixture
def asta(app: Flask, person: Callable[..., Actor]) -> Actor:
    assert not library.load(few_messages(), actor=SHELL).problems
    return person("asta@town.example", Role.AUTHOR)


@pytest.fixture
def ready(settings: Settings) -> Settings:
    return replace(settings, **READY)


def put(session: Session, kind: PlaceKind, name: str, **fields: object) -> None:
    shown = {"name": name, "slug": name.lower(), "old_slugs": []}
    session.add(
        Place(
            **{
                "kind": kind.value,
                "slug": name.lower(),
                "name": name,
                "shown": shown,
                "made_at": clock.now(),
                "imported_at": clock.now(),
                "imported_by": "os:tester",
                **fields,
            }
        )
    )
    session.commit()


def rules(session: Session, settings: Settings) -> dict[str, str]:
    """The findings there are: rule to message."""
    found = library.local_findings(library.local_needs(session, settings))
    assert all(item.finding.severity == "warning" for item in found)
    assert all(item.finding.rule in RULES and item.finding.fix for item in found)
    return {item.finding.rule: item.finding.message for item in found}


@pytest.mark.usefixtures("asta")
def test_a_hub_that_was_just_installed_lacks_everything(
    session: Session, settings: Settings
) -> None:
    found = rules(session, settings)
    assert set(found) == {"D01", "D03", "D04", "D05", "D06", "D07", "D08", "D09"}
    assert "latrine_mode is not made" in found["D01"] or "bury" in found["D01"]
    assert "power-outage/during" in found["D03"]
    assert "school-pickup/" in found["D05"]
    assert "Eksempel Kommune" in found["D09"]


def test_an_empty_library_needs_its_name_and_address_only(
    session: Session, settings: Settings, ready: Settings
) -> None:
    assert set(rules(session, settings)) == {"D07", "D08", "D09"}
    assert rules(session, ready) == {}


@pytest.mark.usefixtures("asta")
@pytest.mark.parametrize(
    ("rule", "kind", "fields"),
    [
        ("D03", PlaceKind.MEETING_PLACE, {}),
        ("D04", PlaceKind.COLLECTION_POINT, {}),
        ("D05", PlaceKind.INSTITUTION, {}),
        ("D06", PlaceKind.NUMBER, {"without_power": True}),
    ],
)
def test_a_place_of_the_kind_is_enough_and_one_taken_off_is_not(
    session: Session, ready: Settings, rule: str, kind: PlaceKind, fields: dict[str, object]
) -> None:
    put(session, kind, "Væk", **fields, removed_at=clock.now())
    assert rule in rules(session, ready)
    put(session, kind, "Her", **fields)
    assert rule not in rules(session, ready)


@pytest.mark.usefixtures("asta")
@pytest.mark.parametrize("answer", [None, False])
def test_a_number_that_nobody_tried_without_power_does_not_count(
    session: Session, ready: Settings, answer: bool | None
) -> None:
    put(session, PlaceKind.NUMBER, "Borgerservice", without_power=answer)
    assert "D06" in rules(session, ready)


def test_a_decision_that_is_made_is_no_finding(
    session: Session, asta: Actor, ready: Settings
) -> None:
    for name, value in (
        ("latrine_mode", "burying"),
        ("bury_depth", "30"),
        ("bury_distance", "25"),
    ):
        library.decide(name, value, by="Udvalget", actor=asta)
        assert "D01" in rules(session, ready)
    library.decide("bury_decision", "17", by="Udvalget", actor=asta)
    assert "D01" not in rules(session, ready)


def test_what_is_no_question_is_no_finding(session: Session, asta: Actor, ready: Settings) -> None:
    """How deep to bury is none where nothing is buried."""
    library.decide("latrine_mode", "residual", by="Udvalget", actor=asta)
    assert "D01" not in rules(session, ready)
    decisions = {item.name: item for item in library.local_needs(session, ready).decisions}
    assert decisions["latrine_mode"].value == "residual"
    assert decisions["bury_depth"].blocked == ()


def test_area_by_area_every_area_has_to_decide_something_that_there_is(
    session: Session, asta: Actor, ready: Settings
) -> None:
    library.decide("latrine_mode", PER_AREA, by="Udvalget", actor=asta)
    assert "no area is on the list" in rules(session, ready)["D02"]
    put(session, PlaceKind.AREA, "Nord", decisions={"latrine_mode": "residual"})
    assert "D02" not in rules(session, ready)
    put(session, PlaceKind.AREA, "Vest")
    put(session, PlaceKind.AREA, "Syd", decisions={"latrine_mode": "bag"})
    assert rules(session, ready)["D02"] == (
        "latrine_mode is decided area by area, and not for Vest, Syd"
    )


def test_areas_that_decided_what_the_messages_say_for_all_are_told(
    session: Session, asta: Actor, ready: Settings
) -> None:
    put(session, PlaceKind.AREA, "Nord", decisions={"latrine_mode": "residual"})
    assert "D02" not in rules(session, ready), "as long as the messages say nothing yet"
    library.decide("latrine_mode", "burying", by="Udvalget", actor=asta)
    assert "Nord decided latrine_mode for themselves" in rules(session, ready)["D02"]


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("https://besked.norreby.dk", False),
        ("https://norreby.dk/krise", False),
        ("http://besked.norreby.dk", True),
        ("http://127.0.0.1:8000", True),
        ("https://10.0.0.5", True),
        ("https://hub", True),
        ("https://hub.local", True),
        ("https://besked.eksempel.dk", True),
        ("https://besked.example.org", True),
        ("https://besked.eksempel.example", True),
    ],
)
def test_an_address_that_citizens_can_open(
    session: Session, ready: Settings, url: str, wrong: bool
) -> None:
    assert ("D08" in rules(session, replace(ready, site_url=url))) is wrong


def test_a_messaging_service_has_the_senders_name(session: Session, ready: Settings) -> None:
    assert "D07" in rules(session, replace(ready, sms_sender=None))
    service = replace(ready, sms_sender=None, twilio_messaging_service_sid="MG1")
    assert "D07" not in rules(session, service)


@pytest.mark.parametrize(
    ("value", "wrong"), [("Norreby", False), ("Nørreby Kommune", True), ("", False)]
)
def test_a_text_names_the_sender_that_sms_come_from(
    session: Session, ready: Settings, value: str, wrong: bool
) -> None:
    text = VersionText("rumour/during", (), (), (Decision("sender_name", {}, value=value),), {})
    found = library.local_findings(library.local_needs(session, ready, [text]))
    assert ("D10" in {item.finding.rule for item in found}) is wrong


def test_a_name_that_waits_for_a_yes_is_a_finding(session: Session, ready: Settings) -> None:
    put(session, PlaceKind.AREA, "Nord")
    assert rules(session, ready) == {}
    put(session, PlaceKind.AREA, "Vest", shown={})
    put(session, PlaceKind.MEETING_PLACE, "Hallen", shown={})
    assert rules(session, ready)["D11"].startswith("1 public names")


def test_one_message_is_told_what_it_needs_alone(
    session: Session, asta: Actor, ready: Settings
) -> None:
    text = library.newest(session, "power-outage/during").text
    found = library.local_findings(library.local_needs(session, ready, [text]))
    assert {item.finding.rule for item in found} == {"D03", "D06"}
    assert {item.key for item in found} == {"power-outage/during"}


def test_texts_of_a_folder_tell_their_open_decisions(session: Session) -> None:
    """Without anything that was loaded."""
    read = library.read_library(few_messages())
    texts = [message.text for message in read.messages.values()]
    found = library.open_decisions(texts)
    assert {item.finding.rule for item in found} == {"D01"}
    assert {item.path for item in found} == {"latrine/scenario.toml"}
    assert all("latrine/during" in item.finding.message for item in found)


def test_a_decision_of_several_scenarios_is_one_that_says_where_it_is_open() -> None:
    sms = "{local.sender_name}"
    texts = [
        VersionText(
            key, (), (), (Decision("sender_name", {}),), {"da": LanguageText("da", "", sms, "", "")}
        )
        for key in ("prevention/before", "rumour/during")
    ]
    assert len(decisions_of(texts)) == 1
    assert [finding.path for finding in library.open_decisions(texts)] == [
        "prevention/scenario.toml",
        "rumour/scenario.toml",
    ]
