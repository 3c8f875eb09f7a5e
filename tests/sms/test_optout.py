"""Who opted out gets no SMS, whatever list they stand on; danger to life may pass that, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hub.database import db, deciding
from hub.errors import Invalid, NotAllowed, NotFound
from hub.journal import Actor
from hub.models import Delivery, JournalEntry, OptOut, Role
from hub.sms import optout, standing, suppression
from hub.sms.dispatching import drain
from hub.sms.fanout import write_deliveries
from tests.fakes.twilio_server import TwilioServer
from tests.sms.conftest import on_both
from tests.sms.making import (
    TIME,
    make_announcement,
    make_audience,
    make_broadcast,
    number,
    plan,
    rows_of,
)

Hub = Callable[..., Flask]
Person = Callable[..., Actor]


def states(broadcast: int) -> dict[str, tuple[str, str | None]]:
    return {row.number or "": (row.state, row.skip_reason) for row in rows_of(broadcast)}


@pytest.mark.parametrize("word", ["STOP", "stop.", " Afmeld ", "Unsubscribe", "»STOP«", "quit!"])
def test_a_word_that_stops_stops(app: Flask, word: str) -> None:
    found = optout.take_inbound(number(1), word, to="+4599999999")
    assert found is not None
    assert found.opted_out
    assert optout.among(db.session(), {number(1), number(2)}) == {number(1)}


@pytest.mark.parametrize(
    "text", ["", "stop dog lige", "Hvad stopper I?", "INFO", "stop start", "20112233"]
)
def test_a_text_about_something_else_is_no_opt_out(app: Flask, text: str) -> None:
    assert optout.take_inbound(number(1), text) is None
    assert not optout.among(db.session(), {number(1)})


@given(st.text(max_size=40))
def test_only_the_word_alone_counts(text: str) -> None:
    word = optout._word(text)
    if word in optout.STOP_WORDS:
        assert len(text.split()) <= 3
        assert word in text.casefold()


def test_who_starts_again_gets_sms_again_but_not_past_the_list_of_the_municipality(
    app: Flask, person: Person
) -> None:
    officer = person("cleo@town.example", Role.SENDER)
    optout.take_inbound(number(1), "STOP", service="MG1")
    optout.take_inbound(number(1), "stop", to="+4511111111")
    suppression.add("20 00 00 02", note="ringede", actor=officer)
    for index in (1, 2):
        said = optout.take_inbound(number(index), "TILMELD")
        assert said is not None
        assert "AFMELD" in said.reply
    assert optout.among(db.session(), {number(1), number(2)}) == {number(2)}


def test_twilio_answers_its_own_words_and_we_answer_the_danish_ones(app: Flask) -> None:
    english = optout.take_inbound(number(1), "STOP")
    danish = optout.take_inbound(number(1), "afmeld")
    told = optout.take_inbound(number(1), "nej tak", opt_out_type="STOP")
    assert english is not None
    assert danish is not None
    assert told is not None
    assert (english.reply, told.reply) == ("", "")
    assert "TILMELD" in danish.reply


@on_both
def test_rows_of_who_opted_out_are_written_as_skipped_and_counted(hub: Hub) -> None:
    hub()
    optout.take_inbound(number(1), "STOP")
    result = write_deliveries(
        plan(make_announcement(), make_audience([{"number": number(i)} for i in (0, 1, 1, 2)]))
    )
    assert (result.recipients, result.opted_out, result.duplicates) == (2, 1, 1)
    assert states(result.broadcast_id) == {
        number(0): ("queued", None),
        number(1): ("skipped", "opted-out"),
        number(2): ("queued", None),
    }
    found = standing.status(db.session(), result.broadcast_id)
    assert found["recipients"] == 2
    assert found["segments"] == 2
    assert found["skipped"] == {"opted-out": 1}


def test_personal_texts_leave_them_out_too(app: Flask) -> None:
    optout.take_inbound(number(1), "STOP")
    rows = [{"number": number(i), "Tid": "13:30"} for i in range(3)]
    texts = {"da": "Eksempel Kommune: Kom kl. {time}."}
    result = write_deliveries(
        plan(make_announcement(), make_audience(rows), texts=texts, slots=(TIME,))
    )
    assert (result.recipients, result.opted_out) == (2, 1)
    assert states(result.broadcast_id)[number(1)] == ("skipped", "opted-out")


def test_danger_to_life_goes_to_all_and_notices_do_not_ask(app: Flask) -> None:
    optout.take_inbound(number(1), "STOP")
    audience = make_audience(3)
    life = write_deliveries(
        plan(make_announcement(), audience, opt_out_override="gassky over Nordby")
    )
    notice = write_deliveries(
        plan(make_announcement(), numbers=[(number(1), "da")], purpose="notice")
    )
    assert (life.recipients, life.opted_out) == (3, 0)
    assert (notice.recipients, notice.opted_out) == (1, 0)


def test_a_list_of_which_everybody_opted_out_is_refused(app: Flask) -> None:
    for index in range(2):
        optout.take_inbound(number(index), "STOP")
    with pytest.raises(Invalid, match="All 2 phones"):
        write_deliveries(plan(make_announcement(), make_audience(2)))
    assert db.session().scalar(select(Delivery.id)) is None


@on_both
def test_who_opts_out_while_it_is_sent_is_not_sent_to(hub: Hub, twilio: TwilioServer) -> None:
    hub()
    first = make_broadcast(5, name="a")
    life = make_broadcast(5, name="b", opt_out_override="fare")
    optout.take_inbound(number(3), "STOP")
    drain(seconds=20)
    bodies = twilio.bodies()
    assert len(bodies[number(3)]) == 1, "only the one about danger to life"
    assert all(len(bodies[number(index)]) == 2 for index in (0, 1, 2, 4))
    assert states(first)[number(3)] == ("skipped", "opted-out")
    assert states(life)[number(3)][0] == "accepted"
    assert standing.status(db.session(), first)["state"] == "finished"


@on_both
def test_what_twilio_refuses_as_opted_out_is_remembered_for_that_sender(
    hub: Hub, twilio: TwilioServer
) -> None:
    hub()
    twilio.faults.opted_out.add(number(2))
    broadcast = make_broadcast(4)
    drain(seconds=20)
    assert states(broadcast)[number(2)][0] == "failed"
    session = db.session()
    row = session.scalars(select(OptOut)).one()
    assert (row.number, row.sender, row.source) == (number(2), "Eksempel", "refused")
    session.rollback()
    again = write_deliveries(plan(make_announcement(), make_audience(4, name="igen")))
    assert (again.recipients, again.opted_out) == (3, 1)


def test_another_sender_is_not_bound_by_what_was_told_to_an_old_one(hub: Hub) -> None:
    hub(HUB_SMS_SENDER="NytNavn")
    with deciding() as session:
        optout.record(session, [number(1)], sender="Eksempel", source=optout.Source.REFUSED)
    assert not optout.among(db.session(), {number(1)})
    optout.take_inbound(number(1), "STOP", to="+4511223344")
    assert optout.among(db.session(), {number(1)}) == {number(1)}


def test_the_list_is_kept_by_people_with_their_reasons_and_shows_two_digits(
    app: Flask, person: Person, tmp_path: Path
) -> None:
    officer = person("cleo@town.example", Role.SENDER)
    viewer = person("eva@town.example", Role.VIEWER)
    assert suppression.add("20 11 22 33", note="ringede 21. november", actor=officer)
    assert not suppression.add("+4520112233", note="igen", actor=officer)
    with pytest.raises(NotAllowed):
        suppression.add("20 11 22 34", note="x", actor=viewer)
    with pytest.raises(Invalid, match="no phone number"):
        suppression.add("112", note="x", actor=officer)
    with pytest.raises(Invalid, match="who asked"):
        suppression.add("20 11 22 34", note=" ", actor=officer)
    file = tmp_path / "liste.csv"
    file.write_text("Navn;Mobil\nBo;20112233\nIb;20112299\nEva;ingen\n", encoding="cp1252")
    done = suppression.import_file(file, file.name, note="fra det gamle system", actor=officer)
    assert (done.added, done.already) == (1, 1)
    assert [item.row for item in done.set_aside] == [4]
    shown = suppression.newest(db.session(), 10)
    assert {item.ending for item in shown} == {"33", "99"}
    assert suppression.total(db.session()) == 2
    with pytest.raises(NotFound):
        suppression.remove("20 99 99 99", note="x", actor=officer)
    suppression.remove("20112233", note="bad om det", actor=officer)
    assert suppression.total(db.session()) == 1
    entries = [str(row.data) for row in db.session().scalars(select(JournalEntry))]
    assert entries
    assert not any("2011" in entry for entry in entries)


def test_a_file_without_a_number_is_refused(app: Flask, person: Person) -> None:
    officer = person("cleo@town.example", Role.SENDER)
    with pytest.raises(Invalid, match="No row"):
        suppression.import_file(b"Navn\nBo\n", "liste.csv", note="x", actor=officer)


def test_numbers_on_the_list_are_encrypted(app: Flask, tmp_path: Path) -> None:
    optout.take_inbound(number(123456), "STOP")
    db.session.remove()
    stored = b"".join(path.read_bytes() for path in (tmp_path / "var").glob("hub.sqlite3*"))
    assert number(123456)[3:].encode() not in stored
