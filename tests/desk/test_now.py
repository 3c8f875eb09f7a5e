"""Now: in force with its clock, being sent, waiting for whoever looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from hub.database import db
from hub.incidents import announcing
from hub.incidents.publishing import publish_now
from hub.models import Broadcast, BroadcastState, Version, VersionContributor, VersionState
from tests.desk import happening
from tests.desk.conftest import ASTA, BO, CLEO, DAN, EVA, LoginAs

pytestmark = pytest.mark.usefixtures("town")


def test_a_quiet_night_says_so(login_as: LoginAs) -> None:
    text = login_as(CLEO).get("/desk/").text
    assert "Intet gælder lige nu" in text
    assert "Ingen venter på dig" in text
    assert 'class="world-calm"' in text


def test_what_is_in_force_shows_its_clock(
    app: Flask, login_as: LoginAs, move: Callable[[timedelta], None]
) -> None:
    happening.live(happening.incident())
    browser = login_as(EVA)
    text = browser.get("/desk/").text
    assert "Næste opdatering lovet:" in text
    assert "i dag kl. 17.00" in text
    assert "om 4 timer" in text
    assert 'class="world-real"' in text
    move(timedelta(hours=3, minutes=50))
    browser = login_as(EVA)
    text = browser.get("/desk/").text
    assert "Snart opdatering:" in text
    assert "om 10 minutter" in text
    move(timedelta(minutes=12))
    text = browser.get("/desk/").text
    assert "Den lovede opdatering er forsinket:" in text
    assert "for 2 minutter siden" in text


def test_a_draft_waits_for_the_second_person_only(app: Flask, login_as: LoginAs) -> None:
    happening.prepared(happening.incident())
    assert "Bekræft: " in login_as(DAN).get("/desk/").text
    for email in (CLEO, EVA, ASTA, BO):
        assert "Bekræft: " not in login_as(email).get("/desk/").text, email


def test_a_draft_sent_back_waits_for_who_made_it(app: Flask, login_as: LoginAs) -> None:
    found = happening.prepared(happening.incident())
    announcing.return_(
        found.announcement, actor=happening.DAN_ACTS, reason="Stedet er <b>forkert</b>"
    )
    text = login_as(CLEO).get("/desk/").text
    assert "Stedet er &lt;b&gt;forkert&lt;/b&gt;" in text
    assert "sendte den tilbage" in text
    assert "Bekræft: " not in login_as(DAN).get("/desk/").text


def test_a_version_in_review_waits_for_an_approver_who_did_not_write_it(
    app: Flask, login_as: LoginAs
) -> None:
    session = db.session()
    session.execute(
        update(Version)
        .where(Version.key == "latrine/during")
        .values(state=VersionState.IN_REVIEW.value)
    )
    session.commit()
    assert "Gennemse: Træk ikke ud i toilettet, Under" in login_as(BO).get("/desk/").text
    assert "Gennemse: " not in login_as(CLEO).get("/desk/").text
    version = session.query(Version).filter_by(key="latrine/during").one()
    session.add(VersionContributor(version_id=version.id, person=BO, part="da"))
    session.commit()
    assert "Gennemse: " not in login_as(BO).get("/desk/").text


def test_what_is_being_sent_counts_and_says_why_it_pauses(app: Flask, login_as: LoginAs) -> None:
    happening.town_list()
    found = happening.live(happening.incident(), audience="borgere")
    text = login_as(EVA).get("/desk/").text
    assert "0 af 5 overdraget" in text
    session = db.session()
    session.execute(
        update(Broadcast)
        .where(Broadcast.id == found.broadcast)
        .values(state=BroadcastState.PAUSED.value, reason="sat på pause af Dan")
    )
    session.commit()
    text = login_as(EVA).get("/desk/").text
    assert "på pause" in text
    assert "sat på pause af Dan" in text


def test_an_exercise_is_marked_everywhere(app: Flask, login_as: LoginAs) -> None:
    number = happening.incident(exercise=True)
    happening.live(number)
    text = login_as(EVA).get("/desk/").text
    assert 'class="world-exercise"' in text
    assert "ØVELSE" in text.partition("</title>")[0]
    assert text.count("ØVELSE") >= 3
    assert ">HÆNDELSE<" not in text


def test_a_real_incident_stands_before_an_exercise(app: Flask, login_as: LoginAs) -> None:
    happening.incident()
    happening.incident("latrine", exercise=True)
    for path in ("/desk/", "/desk/journal"):
        text = login_as(EVA).get(path).text
        assert 'class="world-real"' in text
        assert text.index(">HÆNDELSE<") < text.index(">ØVELSE<")


def test_an_incident_is_named_by_its_scenarios_title(app: Flask, login_as: LoginAs) -> None:
    happening.incident()
    browser = login_as(EVA)
    assert "Kog" in browser.get("/desk/").text.partition("</header>")[0]
    browser.set_cookie("desk_language", "en", path="/desk")
    assert "oil" in browser.get("/desk/").text.partition("</header>")[0]


@pytest.mark.parametrize("email", [EVA, ASTA, BO])
def test_only_a_sender_is_offered_to_start(login_as: LoginAs, email: str) -> None:
    assert "/desk/start" not in login_as(email).get("/desk/").text


def test_where_the_page_stands_and_what_is_wrong_is_on_now(
    app: Flask,
    login_as: LoginAs,
    move: Callable[[timedelta], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "Der er ingen side dér endnu" in login_as(EVA).get("/desk/").text
    publish_now()
    text = login_as(EVA).get("/desk/").text
    assert "Den har stået på sit sted siden i dag kl. 13.00" in text
    settings = app.config["HUB"]
    bad = f"file:{settings.data_dir}/none/site"
    targets = (*settings.site_targets, bad)
    monkeypatch.setitem(app.config, "HUB", replace(settings, site_targets=targets))
    move(timedelta(minutes=5))
    publish_now()
    text = login_as(EVA).get("/desk/").text
    assert f"<code>{bad}</code>" in text
    assert "viser ikke det nyeste" in text
    assert "Forkert siden i dag kl. 13.05" in text
    assert "Is its disk mounted?" in text
    assert text.index(bad) < text.index(settings.site_targets[0])
