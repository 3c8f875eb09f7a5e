"""An incident and its broadcasts while they are under way."""

from __future__ import annotations

import csv
import io
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from hub import clock
from hub.audiences.importing import import_list
from hub.database import db
from hub.desk.underway import room_words, words
from hub.incidents import halting
from hub.incidents.publishing import publish_now
from hub.models import (
    Announcement,
    Broadcast,
    BroadcastState,
    Delivery,
    DeliveryState,
    Incident,
    JournalEntry,
    SkipReason,
    TargetState,
)
from hub.settings import Settings
from hub.sms import dispatching, upkeep
from hub.sms.gateways import twilio_codes
from tests.conftest import make_settings
from tests.desk import happening
from tests.desk.conftest import ASTA, BO, CLEO, DAN, EVA, Browser, LoginAs
from tests.desk.pages import check_page

pytestmark = pytest.mark.usefixtures("town")

Move = Callable[[timedelta], None]
CodeOf = Callable[[str], str]


def broadcasting(count: int = 10, **changes: object) -> int:
    """A broadcast to so many phones that has begun, with nothing handed over."""
    exercise = bool(changes.pop("exercise", False))
    happening.town_list(count=count, exercise=exercise)
    found = happening.live(happening.incident(exercise=exercise), audience="borgere")
    assert found.broadcast
    publish_now()
    upkeep.start_due()
    return found.broadcast


def set_states(broadcast: int, **counts: int) -> None:
    """Make the first deliveries stand in these states."""
    session = db.session()
    rows = list(
        session.scalars(
            select(Delivery).where(Delivery.broadcast_id == broadcast).order_by(Delivery.id)
        )
    )
    states = [name for name, count in counts.items() for _ in range(count)]
    for row, state in zip(rows, states, strict=False):
        row.state, row.changed_at = state, clock.now()
        if state not in ("queued", "skipped"):
            row.handed_over_at, row.gateway = clock.now(), "outbox"
        if state == "unknown":
            row.doubt_since = clock.now()
    session.commit()


def fresh(app: Flask) -> None:
    """Forget what was read within the last second."""
    app.extensions.pop("desk.progress", None)


def numbers_in(text: str) -> list[int]:
    """The legend's counts."""
    page = check_page(text)
    return [
        int(item.text.replace(".", ""))
        for item in page.all("b")
        if "li" in item.inside and "ul" in item.inside and "svg" not in item.inside
    ][: len(words.GROUPS)]


def test_every_state_is_in_one_group_and_has_words() -> None:
    states = [state for group in words.GROUPS for state in group.states]
    assert sorted(states) == sorted(DeliveryState)
    assert set(words.BROADCAST) == set(BroadcastState)
    assert {item.value for item in SkipReason} <= set(words.WHY)


def test_an_incidents_page_tells_who_did_what(app: Flask, login_as: LoginAs) -> None:
    happening.town_list()
    number = happening.incident()
    happening.live(number, audience="borgere")
    text = login_as(EVA).get(f"/desk/incident/{number}").text
    check_page(text)
    assert CLEO in text
    assert DAN in text
    assert "som anden person" in text
    assert "Næste opdatering lovet" in text
    assert "Til 5 telefoner" in text
    assert "Udgiv igen" not in text, "a viewer changes nothing"
    assert "Afslut hændelsen" not in text
    assert "Udgiv igen" in login_as(CLEO).get(f"/desk/incident/{number}").text


def test_the_clock_warns_before_and_after_the_promise(
    app: Flask, login_as: LoginAs, move: Move
) -> None:
    number = happening.incident()
    happening.live(number)
    address = f"/desk/incident/{number}"
    assert "Snart opdatering" not in login_as(EVA).get(address).text
    move(timedelta(hours=3, minutes=46))
    assert "Snart opdatering" in login_as(EVA).get(address).text
    move(timedelta(minutes=15))
    text = login_as(EVA).get(address).text
    assert "Den lovede opdatering er forsinket:" in text
    assert "Folk venter på opdateringen" in text


def test_what_is_in_force_can_be_changed_by_a_sender_only(app: Flask, login_as: LoginAs) -> None:
    number = happening.incident()
    found = happening.live(number)
    text = login_as(CLEO).get(f"/desk/incident/{number}").text
    page = check_page(text)
    steps = {
        item.text.strip(): item.attributes["href"]
        for item in page.all("a")
        if f"of={found.announcement}" in item.attributes["href"]
    }
    assert list(steps) == ["Opdatering", "Afmelding"], "no correction is approved"
    assert steps["Afmelding"].startswith("/desk/start/water-boil/all-clear?")
    assert f"incident={number}" in steps["Afmelding"]
    for address in steps.values():
        assert login_as(CLEO).get(address).status_code == 200
    assert f"/desk/announcement/{found.announcement}/late-list" in text
    text = login_as(ASTA).get(f"/desk/incident/{number}").text
    assert f"of={found.announcement}" not in text
    assert "late-list" not in text


def test_an_incident_with_something_in_force_is_not_closed(app: Flask, login_as: LoginAs) -> None:
    number = happening.incident()
    happening.live(number)
    browser = login_as(CLEO)
    text = browser.get(f"/desk/incident/{number}/close").text
    check_page(text)
    assert "Det står i vejen" in text
    assert "/desk/start/water-boil/all-clear?" in text
    answer = browser.send(f"/desk/incident/{number}/close")
    assert answer.status_code == 422
    assert db.session().get_one(Incident, number).closed_at is None


def test_an_incident_is_closed(app: Flask, login_as: LoginAs) -> None:
    number = happening.incident()
    browser = login_as(CLEO)
    assert "kan ikke åbnes igen" in browser.get(f"/desk/incident/{number}/close").text
    answer = browser.send(f"/desk/incident/{number}/close")
    assert answer.status_code == 303
    db.session.rollback()
    row = db.session().get_one(Incident, number)
    assert row.closed_by == CLEO
    text = browser.get(f"/desk/incident/{number}").text
    assert "Hændelsen er afsluttet" in text
    check_page(text)


def test_a_place_that_failed_says_why_and_is_published_to_again(
    app: Flask, login_as: LoginAs, settings: Settings
) -> None:
    number = happening.incident()
    happening.live(number)
    publish_now()
    session = db.session()
    session.execute(update(TargetState).values(ok=False, error="disken <er> fuld"))
    session.commit()
    browser = login_as(CLEO)
    text = browser.get(f"/desk/incident/{number}").text
    assert "disken &lt;er&gt; fuld" in text
    assert "viser ikke det nyeste" in text
    assert browser.send(f"/desk/incident/{number}/publish").status_code == 303
    text = browser.get(f"/desk/incident/{number}").text
    assert "viser det nyeste" in text
    assert f"{settings.site_url}/i/{number}/" in text


def test_a_broadcasts_counts_add_up(app: Flask, login_as: LoginAs) -> None:
    number = broadcasting(10)
    set_states(number, delivered=3, accepted=2, failed=1, unknown=1, skipped=1)
    text = login_as(EVA).get(f"/desk/broadcast/{number}").text
    page = check_page(text)
    assert numbers_in(text) == [3, 2, 1, 1, 1, 2]
    assert "7 af 10 overdraget" in text
    assert len(page.all("polyline")) == 2
    assert "data-poll" in text
    assert "/stop" not in text, "a viewer cannot stop"


def test_a_broadcast_that_is_over_is_not_fetched_again(app: Flask, login_as: LoginAs) -> None:
    number = broadcasting(2)
    set_states(number, delivered=2)
    upkeep.finish_due()
    text = login_as(CLEO).get(f"/desk/broadcast/{number}").text
    assert "data-poll=" not in text
    assert "/stop" not in text
    text = login_as(CLEO).get(f"/desk/broadcast/{number}/stop").text
    assert "Der er intet at stoppe" in text


def test_many_who_look_cost_one_reading(app: Flask, login_as: LoginAs) -> None:
    number = broadcasting(3)
    browser = login_as(EVA)
    assert "0 af 3 overdraget" in browser.get(f"/desk/broadcast/{number}").text
    set_states(number, delivered=3)
    assert "0 af 3 overdraget" in browser.get(f"/desk/broadcast/{number}").text
    halting.stop(number, actor=happening.DAN_ACTS)
    text = browser.get(f"/desk/broadcast/{number}").text
    assert "Stoppet af dan@town.example." in text, "a stop shows at once"
    time.sleep(1.1)
    assert "3 af 3 overdraget" in browser.get(f"/desk/broadcast/{number}").text


def test_a_stop_asks_for_a_code_and_says_whom_it_spares(
    app: Flask, login_as: LoginAs, code_of: CodeOf
) -> None:
    number = broadcasting(10, exercise=True)
    browser = login_as(DAN)
    text = browser.get(f"/desk/broadcast/{number}/stop").text
    check_page(text)
    assert "10 telefoner, der venter, får ikke sms'en" in text.replace("&#39;", "'")
    assert "ØVELSE: 10" in text
    assert browser.send(f"/desk/broadcast/{number}/stop").status_code == 422
    assert db.session().get_one(Broadcast, number).state == BroadcastState.SENDING
    answer = browser.send(f"/desk/broadcast/{number}/stop", code=code_of(DAN))
    assert answer.status_code == 303
    db.session.rollback()
    assert db.session().get_one(Broadcast, number).state == BroadcastState.STOPPED
    assert browser.get("/desk/").status_code == 200
    again = browser.send(f"/desk/broadcast/{number}/stop")
    assert again.status_code == 422, "the code was spent by the stop"
    assert 'autocomplete="one-time-code"' in again.text


def test_pause_and_resume_ask_for_no_code(app: Flask, login_as: LoginAs) -> None:
    number = broadcasting(4)
    browser = login_as(DAN)
    check_page(browser.get(f"/desk/broadcast/{number}/pause").text)
    answer = browser.send(f"/desk/broadcast/{number}/pause", reason="Teksten er <b>gal</b>")
    assert answer.status_code == 303
    text = browser.get(f"/desk/broadcast/{number}").text
    assert "Teksten er &lt;b&gt;gal&lt;/b&gt;" in text
    assert f"/desk/broadcast/{number}/resume" in text
    assert browser.send(f"/desk/broadcast/{number}/pause").status_code == 422
    check_page(browser.get(f"/desk/broadcast/{number}/resume").text)
    assert browser.send(f"/desk/broadcast/{number}/resume").status_code == 303
    db.session.rollback()
    assert db.session().get_one(Broadcast, number).state == BroadcastState.SENDING


@pytest.mark.parametrize("email", [EVA, ASTA, BO])
@pytest.mark.parametrize("act", ["stop", "pause", "resume", "again", "not-reached"])
def test_only_a_sender_halts_or_takes_numbers_out(
    app: Flask, login_as: LoginAs, email: str, act: str
) -> None:
    number = broadcasting(2)
    set_states(number, failed=2)
    browser = login_as(email)
    assert browser.get(f"/desk/broadcast/{number}/{act}").status_code == 403
    answer = browser.send(f"/desk/broadcast/{number}/{act}", **{"as": "file", "code": "123456"})
    assert answer.status_code == 403
    assert "20 11" not in answer.text
    db.session.rollback()
    assert db.session().get_one(Broadcast, number).state == BroadcastState.SENDING


def test_nothing_is_halted_without_a_token(app: Flask, login_as: LoginAs, code_of: CodeOf) -> None:
    number = broadcasting(2)
    browser = login_as(DAN)
    for act in ("stop", "pause", "again", "not-reached"):
        answer = browser.post(f"/desk/broadcast/{number}/{act}", data={"code": code_of(DAN)})
        assert answer.status_code == 400
    db.session.rollback()
    assert db.session().get_one(Broadcast, number).state == BroadcastState.SENDING


def test_who_was_not_reached_comes_as_a_file_to_phone_from(app: Flask, login_as: LoginAs) -> None:
    rows = ["Navn;Mobil;Sprog", "=2+2;20110001;da", "Bo;20110002;da", "Ib;+4915112345678;de"]
    rows += ["Eva;20110004;da", "Per;20110005;da"]
    import_list("borgere", "\n".join(rows).encode(), "b.csv", actor=happening.DAN_ACTS)
    found = happening.live(happening.incident(), audience="borgere")
    assert found.broadcast
    set_states(found.broadcast, failed=1, undelivered=1, unknown=1, skipped=1)
    session = db.session()
    session.execute(
        update(Delivery)
        .where(Delivery.state == "skipped")
        .values(skip_reason=SkipReason.STOPPED.value)
    )
    session.execute(update(Delivery).where(Delivery.state == "failed").values(error_text="@SUM(1)"))
    session.commit()
    browser = login_as(DAN)
    address = f"/desk/broadcast/{found.broadcast}/not-reached"
    text = browser.get(address).text
    check_page(text)
    assert "20 11 00 01" not in text, "numbers only when they are asked for"
    assert db.session().scalar(select(func.count()).where(KIND)) == 0
    answer = browser.send(address, **{"as": "file"})
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in table[1:]] == [
        "20 11 00 01",
        "20 11 00 02",
        "'+49 1511 2345678",
        "20 11 00 04",
    ]
    assert table[1][1] == "'=2+2"
    assert table[1][4] == "'@SUM(1)"
    assert [row[3] for row in table[1:]] == [
        "afvist af gatewayen",
        "nåede ikke telefonen",
        "uvis: kan være sendt",
        "ikke sendt: udsendelsen blev stoppet",
    ]
    db.session.rollback()
    entry = db.session().scalars(select(JournalEntry).where(KIND)).one()
    assert (entry.actor, entry.data["recipients"]) == (DAN, 4)
    assert "2011" not in json.dumps(entry.data)
    shown = browser.send(address, **{"as": "page"})
    check_page(shown.text)
    assert "20 11 00 01" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"


KIND = JournalEntry.kind == "not-reached-fetched"


def test_unknown_ones_are_sent_again_with_a_reason(app: Flask, login_as: LoginAs) -> None:
    number = broadcasting(5)
    set_states(number, delivered=3, unknown=2)
    browser = login_as(DAN)
    text = browser.get(f"/desk/broadcast/{number}").text
    assert "Gatewayen gav intet klart svar" in text
    check_page(browser.get(f"/desk/broadcast/{number}/again").text)
    answer = browser.send(f"/desk/broadcast/{number}/again", all="yes", reason="")
    assert answer.status_code == 422
    answer = browser.send(f"/desk/broadcast/{number}/again", all="yes", reason="Ingen svar i 2 t")
    assert answer.status_code == 303
    assert states(number) == {"delivered": 3, "queued": 2}


def test_where_twice_does_harm_unknown_ones_are_chosen_one_by_one(
    app: Flask, login_as: LoginAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = broadcasting(5)
    set_states(number, delivered=3, unknown=2)
    monkeypatch.setattr(halting, "repeat_is_harmless", lambda number: False)
    browser = login_as(DAN)
    text = browser.get(f"/desk/broadcast/{number}/again").text
    page = check_page(text)
    ticks = [
        item.attributes["value"]
        for item in page.all("input")
        if item.attributes.get("name") == "one"
    ]
    assert len(ticks) == 2
    address = f"/desk/broadcast/{number}/again"
    assert browser.send(address, all="yes", reason="x").status_code == 422
    assert browser.send(address, reason="x").status_code == 422
    assert browser.send(address, one=ticks[0], reason="x").status_code == 303
    assert states(number) == {"delivered": 3, "queued": 1, "unknown": 1}


def states(broadcast: int) -> dict[str, int]:
    session = db.session()
    session.rollback()
    return {name: count for name, count in upkeep.counts(session, broadcast).items() if count}


def test_a_late_list_skips_who_has_the_text(
    app: Flask, login_as: LoginAs, code_of: CodeOf, move: Move
) -> None:
    number = broadcasting(5)
    announcement = db.session().get_one(Broadcast, number).announcement_id
    happening.town_list("sene", 8)
    address = f"/desk/announcement/{announcement}/late-list"
    browser = login_as(CLEO)
    text = browser.get(address, query_string={"audience": "sene"}).text
    check_page(text)
    assert "til 3 telefoner mere fra listen sene" in text
    assert browser.send(address, audience="sene", sure="yes").status_code == 422
    answer = browser.send(address, audience="sene", sure="", code=code_of(CLEO))
    assert answer.status_code == 422, "the sentence was not ticked"
    answer = browser.send(address, audience="sene", sure="yes")
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    second = db.session().scalars(select(Broadcast).order_by(Broadcast.id.desc())).first()
    assert second is not None
    assert second.total == 3
    assert f"/desk/broadcast/{second.id}" in answer.headers["Location"]
    assert "5 havde den allerede" in browser.get("/desk/").text


def test_ones_own_new_list_is_refused_and_nothing_of_it_stays(
    app: Flask, login_as: LoginAs, code_of: CodeOf
) -> None:
    number = broadcasting(5)
    announcement = db.session().get_one(Broadcast, number).announcement_id
    happening.town_list("sene", 8)
    before = db.session().scalar(select(func.count(Broadcast.id)))
    answer = login_as(DAN).send(
        f"/desk/announcement/{announcement}/late-list",
        audience="sene",
        sure="yes",
        code=code_of(DAN),
    )
    assert answer.status_code == 422
    check_page(answer.text)
    assert "har indlæst listen sene inden for de sidste 24 timer" in answer.text
    db.session.rollback()
    assert db.session().scalar(select(func.count(Broadcast.id))) == before


def test_an_exercise_shows_it_on_every_page(app: Flask, login_as: LoginAs) -> None:
    number = broadcasting(3, exercise=True)
    incident = db.session().scalars(select(Incident.id)).one()
    announcement = db.session().scalars(select(Announcement.id)).one()
    browser = login_as(CLEO)
    for path in (
        f"/desk/incident/{incident}",
        f"/desk/incident/{incident}/close",
        f"/desk/broadcast/{number}",
        f"/desk/broadcast/{number}/stop",
        f"/desk/broadcast/{number}/pause",
        f"/desk/broadcast/{number}/not-reached",
        f"/desk/announcement/{announcement}/late-list?audience=borgere",
    ):
        text = browser.get(path).text
        page = check_page(text)
        assert 'class="world-exercise"' in text, path
        assert page.all("h1")[0].text.strip().startswith("ØVELSE"), path


@contextmanager
def ticking(move: Move) -> Iterator[None]:
    """The town's clock goes on, as fast as ours."""
    ended = threading.Event()

    def run() -> None:
        last = time.monotonic()
        while not ended.wait(0.01):
            now = time.monotonic()
            move(timedelta(seconds=now - last))
            last = now

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class TestHalfWay:
    """A broadcast at 40 parts a second that is stopped while it runs."""

    @pytest.fixture
    def settings(self, desk_folder: Path, tmp_path: Path) -> Settings:
        shutil.copytree(desk_folder / "var", tmp_path / "var")
        return make_settings(tmp_path, HUB_SMS_SEGMENTS_PER_SECOND="40")

    def test_after_a_stop_nothing_more_is_handed_over(
        self, app: Flask, login_as: LoginAs, code_of: CodeOf, move: Move, settings: Settings
    ) -> None:
        number = broadcasting(200)
        browser: Browser = login_as(DAN)
        address = f"/desk/broadcast/{number}"
        token, code = browser.token(), code_of(DAN)
        outbox = settings.data_dir / "outbox.jsonl"

        def lines() -> int:
            return len(outbox.read_text().splitlines()) if outbox.exists() else 0

        ended = threading.Event()

        def work() -> None:
            with app.app_context():
                dispatching.drain(ended.is_set, seconds=20)
                db.session.remove()

        with ticking(move):
            worker = threading.Thread(target=work)
            worker.start()
            deadline = time.monotonic() + 10
            while lines() < 20 and time.monotonic() < deadline:
                time.sleep(0.05)
            assert lines() >= 20
            answer = browser.post(f"{address}/stop", data={"csrf_token": token, "code": code})
            assert answer.status_code == 303, answer.text
            time.sleep(2)
            then = lines()
            time.sleep(1.5)
            assert lines() == then
            ended.set()
            worker.join()
        assert 20 <= then < 200
        found = states(number)
        assert sum(found.values()) == 200
        assert found["accepted"] == then
        assert found["skipped"] == 200 - then
        fresh(app)
        text = browser.get(address).text
        assert sum(numbers_in(text)) == 200
        assert f"{then} af 200 overdraget" in text
        assert "stoppet" in text


def test_every_code_of_a_gateway_has_words_for_who_phones() -> None:
    assert set(room_words.CODES) == {*map(str, twilio_codes._REFUSED), *twilio_codes.AFTERWARDS}
