"""From Start to a confirmed announcement, as browsers without JavaScript do it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.audiences import lists
from hub.audiences.importing import import_list
from hub.database import db
from hub.desk.forms import Form
from hub.desk.start import slot_fields
from hub.errors import Conflict, HubError, NotAllowed
from hub.incidents import announcing, notices, publishing, register
from hub.incidents.announcing import Order
from hub.incidents.previewing import outlook_of, preview
from hub.journal import Actor
from hub.models import (
    Announcement,
    AnnouncementState,
    Broadcast,
    BroadcastState,
    Delivery,
    Person,
    Version,
)
from tests.desk.conftest import BO, CLEO, DAN, EVA, Browser, LoginAs
from tests.desk.happening import CLEO_ACTS, DAN_ACTS, SLOTS, incident, live, prepared, town_list
from tests.desk.pages import check_page

pytestmark = pytest.mark.usefixtures("town", "app")

BOIL = "/desk/start/water-boil/during"
FILLED: dict[str, Any] = {
    "s_place": "Nørreby",
    "s_from": "2026-11-21T13:00",
    "s_next_update__quick": "240",
    "s_phone": "70 20 30 40",
    "s_water_use__drink": "boiled",
    "s_water_use__toilet": "yes",
    "s_water_use__garden": "no",
    "s_water_use__bath": "yes",
    "s_water_use__laundry": "yes",
    "s_water_use__dishwasher": "no",
    "s_water_use__cleaning": "yes",
    "language": ["da", "en"],
}


def list_value(name: str = "borgere", part: str = "") -> str:
    number = lists.find(db.session(), name).id
    db.session.rollback()
    return f"{number}{part}"


def carried(html: str) -> dict[str, list[str]]:
    """The fields of the form that sends for confirmation, as a browser would post them."""
    form = html[html.index('class="buttons bottom') :]
    form = form[: form.index("</form>")]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form):
        found.setdefault(name, []).append(unescape(value))
    return found


def see(browser: Browser, address: str = BOIL, **changes: Any) -> TestResponse:
    return browser.send(address, page=address, **{**FILLED, "step": "see", **changes})


def send(browser: Browser, seen: TestResponse, address: str = BOIL) -> TestResponse:
    return browser.post(address, data={**carried(seen.text), "step": "send"})


def announcements() -> list[Announcement]:
    db.session.rollback()
    return list(db.session().scalars(select(Announcement).order_by(Announcement.id)))


def confirm(browser: Browser, number: int, code: str = "", **changes: Any) -> TestResponse:
    page = browser.get(f"/desk/announcement/{number}").text
    read = re.search(r'name="hash" value="(\w+)"', page)
    fields = {"hash": read[1] if read else "", "tick": "yes", "code": code}
    return browser.send(f"/desk/announcement/{number}/confirm", **{**fields, **changes})


def test_an_officer_goes_from_start_to_confirmed_with_a_second_person(
    login_as: LoginAs, code_of: Callable[[str], str]
) -> None:
    town_list(count=5)
    cleo = login_as(CLEO)
    start = cleo.get("/desk/start").text
    check_page(start)
    assert f'href="{BOIL}"' in start
    check_page(cleo.get(BOIL).text)
    seen = see(cleo, audience=list_value())
    check_page(seen.text)
    assert "Til 5 telefoner (listen borgere)" in seen.text
    assert not announcements(), "looking stores nothing"
    assert not register.all_incidents(db.session())
    sent = send(cleo, seen)
    assert sent.status_code == 303
    [row] = announcements()
    assert row.state == AnnouncementState.PREPARED
    assert row.entered["next_update"] == "+240m"
    number = row.id
    assert sent.headers["Location"] == f"/desk/announcement/{number}"
    page = cleo.get(f"/desk/announcement/{number}").text
    check_page(page)
    assert "Bekræft: den sendes nu" not in page

    dan = login_as(DAN)
    page = dan.get(f"/desk/announcement/{number}").text
    check_page(page)
    assert "Dette sender til 5 telefoner (listen borgere)" in page
    db.session.rollback()
    for text in announcements()[0].composed.texts.values():
        assert text.sms[-40:] in re.sub(r"<[^>]+>", "", unescape(page))
    done = confirm(dan, number, code_of(DAN))
    assert done.status_code == 303, done.text
    [row] = announcements()
    assert row.confirmed_by == DAN
    assert row.state == AnnouncementState.LIVE, "it is published by the act itself"
    broadcast = db.session().scalars(select(Broadcast).where(Broadcast.purpose == "citizens")).one()
    assert broadcast.state in (BroadcastState.WAITING, BroadcastState.SENDING)
    assert broadcast.total == 5


def test_every_mistake_is_shown_at_once_and_what_was_typed_is_kept(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    answer = see(
        cleo,
        s_place="",
        s_phone="112",
        s_water_use__drink="",
        s_next_update__quick="",
        s_area="Vejen ved skolen",
        language=[],
    )
    assert answer.status_code == 422
    page = check_page(answer.text)
    links = {item.attributes["href"] for item in page.all("a")}
    assert {
        "#f-s_place",
        "#f-s_phone",
        "#f-s_water_use",
        "#f-s_next_update",
        "#f-language",
        "#f-audience",
    } <= links
    assert "112 skal være fri til nødopkald" in answer.text
    assert 'value="Vejen ved skolen"' in answer.text
    assert 'value="112"' in answer.text


def test_the_heaviest_pages_are_light_over_the_wire(login_as: LoginAs) -> None:
    town_list()
    cleo = login_as(CLEO)
    seen = see(cleo, audience=list_value(), language=["da", "en", "de"])
    number = int(send(cleo, seen).headers["Location"].rsplit("/", 1)[1])
    for page in (seen.data, cleo.get(f"/desk/announcement/{number}").data, cleo.get(BOIL).data):
        assert len(gzip.compress(page)) < 15_000


def test_nobody_is_a_choice_of_its_own(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    seen = see(cleo, audience="none")
    assert "Ingen sms." in seen.text
    assert send(cleo, seen).status_code == 303
    assert db.session().scalar(select(Broadcast.id)) is None


def test_changing_keeps_everything(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    seen = see(cleo, audience="none", s_place="Sønderby & omegn")
    back = cleo.post(BOIL, data={**carried(seen.text), "step": "change"}).text
    assert 'value="Sønderby &amp; omegn"' in back
    assert re.search(r'value="240" selected', back)
    assert re.search(r'value="boiled" checked', back)
    assert re.search(r'<option value="none" selected', back)


def test_a_part_of_a_list_is_named_in_the_sentence(
    login_as: LoginAs, code_of: Callable[[str], str]
) -> None:
    rows = [
        "Mobil;Bydel",
        *(f"20 12 00 {i:02};{'Rødekro' if i < 3 else 'Hovslund'}" for i in range(8)),
    ]
    import_list("hele byen", "\n".join(rows).encode(), "b.csv", actor=DAN_ACTS)
    cleo = login_as(CLEO)
    value = list_value("hele byen", "|Bydel|Rødekro")
    assert f'value="{value}"' in cleo.get(BOIL).text
    seen = see(cleo, audience=value)
    assert "Til 3 telefoner (listen hele byen, kun Bydel = Rødekro)" in seen.text
    assert send(cleo, seen).status_code == 303
    page = login_as(DAN).get(f"/desk/announcement/{announcements()[0].id}").text
    assert "Dette sender til 3 telefoner (listen hele byen, kun Bydel = Rødekro)" in page


def town_in_parts() -> None:
    rows = ["Mobil;Bydel"]
    rows += [f"20 12 00 {i:02};{'Rødekro' if i >= 5 else 'Hovslund'}" for i in range(8)]
    import_list("hele byen", "\n".join(rows).encode(), "b.csv", actor=DAN_ACTS)


def test_the_affected_part_gets_it_first_and_the_second_person_reads_so(login_as: LoginAs) -> None:
    town_in_parts()
    cleo = login_as(CLEO)
    part = list_value("hele byen", "|Bydel|Rødekro")
    seen = see(cleo, audience=list_value("hele byen"), first=part)
    assert "Til 8 telefoner (listen hele byen, først Bydel = Rødekro)" in seen.text
    assert send(cleo, seen).status_code == 303
    page = login_as(DAN).get(f"/desk/announcement/{announcements()[0].id}").text
    assert "Dette sender til 8 telefoner (listen hele byen, først Bydel = Rødekro)" in page
    [broadcast] = db.session().scalars(select(Broadcast).where(Broadcast.purpose == "citizens"))
    rows = db.session().scalars(
        select(Delivery.number).where(Delivery.broadcast_id == broadcast.id).order_by(Delivery.id)
    )
    assert list(rows)[:3] == ["+4520120005", "+4520120006", "+4520120007"]


def test_only_a_part_of_the_whole_list_that_is_sent_to_can_go_first(login_as: LoginAs) -> None:
    town_in_parts()
    town_list(count=2)
    cleo = login_as(CLEO)
    part = list_value("hele byen", "|Bydel|Rødekro")
    for audience, first in (
        (list_value(), part),
        ("none", part),
        (part, part),
        (list_value("hele byen"), list_value("hele byen")),
    ):
        refused = see(cleo, audience=audience, first=first)
        assert refused.status_code == 422
        check_page(refused.text)
        assert 'id="f-first"' in refused.text
    assert not announcements()


@pytest.mark.parametrize("duplicate", [True, False])
def test_the_preview_counts_what_the_deliveries_will_be(duplicate: bool) -> None:
    rows = ["Mobil;Sprog", "20120001;da", "20120002;en", "20120003;pl"]
    rows += ["20120001;en"] if duplicate else []
    import_list("liste", "\n".join(rows).encode(), "b.csv", actor=DAN_ACTS)
    order = Order("water-boil/during", incident(), SLOTS, audience="liste")
    before = preview(order, actor=CLEO_ACTS)
    stored = announcing.prepare(order, actor=CLEO_ACTS)
    db.session.rollback()
    after = outlook_of(db.session(), db.session().get_one(Announcement, stored.announcement))
    assert before.composed == after.composed
    assert before.reach is not None
    assert after.reach is not None
    for name in ("phones", "texts", "segments", "by_language"):
        assert getattr(before.reach, name) == getattr(after.reach, name), name
    assert before.reach.phones == 3
    assert before.reach.foreign == {"pl": 1}


def test_the_preparers_own_confirmation_is_refused_also_by_hand(
    login_as: LoginAs, code_of: Callable[[str], str]
) -> None:
    made = prepared(incident())
    cleo = login_as(CLEO)
    answer = confirm(cleo, made.announcement, code_of(CLEO), hash=made.hash)
    assert answer.status_code == 403
    assert "kan ikke også bekræfte den" in answer.text
    assert announcements()[0].state == AnnouncementState.PREPARED


@pytest.mark.parametrize("email", [EVA, BO])
def test_who_may_not_send_reads_and_does_nothing(login_as: LoginAs, email: str) -> None:
    made = prepared(incident())
    browser = login_as(email)
    address = f"/desk/announcement/{made.announcement}"
    page = browser.get(address).text
    check_page(page)
    assert "/confirm" not in page
    for act in ("confirm", "return", "discard", "again"):
        answer = browser.send(f"{address}/{act}", hash=made.hash, tick="yes", return_reason="nej")
        assert answer.status_code == 403, act
    for place in ("/desk/start", BOIL, f"{address}/elsewhere", f"{address}/again"):
        assert browser.get(place).status_code == 403, place
    assert see(browser).status_code == 403
    assert announcements()[0].state == AnnouncementState.PREPARED


def test_confirming_asks_for_a_code_and_a_tick(
    login_as: LoginAs, code_of: Callable[[str], str]
) -> None:
    made = prepared(incident())
    dan = login_as(DAN)
    assert confirm(dan, made.announcement).status_code == 422
    assert confirm(dan, made.announcement, "000000").status_code in (403, 422)
    missing = confirm(dan, made.announcement, code_of(DAN), tick="")
    assert missing.status_code == 422
    assert "Sæt flueben ved sætningen" in missing.text
    assert announcements()[0].state == AnnouncementState.PREPARED


def test_the_room_itself_refuses_a_confirmation_without_a_code() -> None:
    made = prepared(incident())
    with pytest.raises(HubError):
        announcing.confirm(made.announcement, actor=Actor(DAN, "desk"), hash=made.hash)
    assert announcements()[0].state == AnnouncementState.PREPARED


def test_another_text_than_was_read_is_refused(
    login_as: LoginAs, code_of: Callable[[str], str]
) -> None:
    made = prepared(incident())
    dan = login_as(DAN)
    number = made.announcement
    announcing.prepare_again(number, {"place": "Sønderby"}, actor=CLEO_ACTS)
    answer = confirm(dan, number, code_of(DAN), hash=made.hash)
    assert answer.status_code == 409
    assert "Teksten er ændret, efter at du åbnede siden" in answer.text
    assert "Sønderby" in answer.text
    assert announcements()[0].state == AnnouncementState.PREPARED
    empty = confirm(dan, number, hash="")
    assert empty.status_code == 422


def test_two_officers_preparing_the_same_make_one(login_as: LoginAs) -> None:
    cleo, dan = login_as(CLEO), login_as(DAN)
    first, second = see(cleo, audience="none"), see(dan, audience="none")
    assert send(cleo, first).status_code == 303
    meanwhile = send(dan, second)
    assert meanwhile.status_code == 422
    assert "Vælg, om den hører til den åbne hændelse" in meanwhile.text
    [row] = announcements()
    joined = see(dan, audience="none", incident=str(row.incident_id))
    assert joined.status_code == 409
    assert f"som melding {row.id}" in joined.text
    assert len(register.all_incidents(db.session())) == 1


def test_the_same_incident_is_not_opened_twice_unseen() -> None:
    number = incident()
    with pytest.raises(Conflict, match="has opened incident"):
        register.open_incident("water-boil", actor=DAN_ACTS, beside=())
    register.open_incident("water-boil", actor=DAN_ACTS, beside=(number,))


def test_a_new_incident_that_cannot_be_prepared_does_not_stay_open(
    login_as: LoginAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object, **_more: object) -> None:
        raise Conflict("The list was deleted.")

    cleo = login_as(CLEO)
    seen = see(cleo, audience="none")
    monkeypatch.setattr(announcing, "prepare", refused)
    assert send(cleo, seen).status_code == 409
    assert all(row.closed_at for row in register.all_incidents(db.session()))


def test_an_exercise_is_one_everywhere(login_as: LoginAs, code_of: Callable[[str], str]) -> None:
    town_list("borgere")
    town_list("øvere", exercise=True)
    cleo, address = login_as(CLEO), f"{BOIL}?exercise=1"
    page = cleo.get(address).text
    assert "ØVELSE" in page
    assert "øvere, hele listen" in page
    assert "borgere, hele listen" not in page
    seen = see(cleo, address, audience=list_value("øvere"))
    assert send(cleo, seen, address).status_code == 303
    [row] = announcements()
    assert row.incident.exercise
    assert re.search(
        r"ØVELSE: Dette sender til", login_as(DAN).get(f"/desk/announcement/{row.id}").text
    )
    refused = see(cleo, address, audience=list_value("borgere"))
    assert refused.status_code in (409, 422)


MARKUP = "<script>alert(1)</script>"


def test_markup_in_every_text_field_is_text(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    typed = {name: MARKUP for name in FILLED if name != "language"}
    for step in ("see", "change"):
        answer = cleo.send(BOIL, page=BOIL, step=step, audience=MARKUP, s_area=MARKUP, **typed)
        assert MARKUP not in answer.text
        check_page(answer.text)
    seen = see(cleo, audience="none", s_area='A<b>B & "C"')
    assert "<b>B" not in seen.text
    if seen.status_code == 200:
        send(cleo, seen)
        assert "<b>B" not in cleo.get(f"/desk/announcement/{announcements()[0].id}").text


def test_a_return_keeps_the_slots_and_says_why(login_as: LoginAs) -> None:
    made = prepared(incident())
    dan, cleo = login_as(DAN), login_as(CLEO)
    address = f"/desk/announcement/{made.announcement}"
    assert dan.send(f"{address}/return", return_reason="").status_code == 422
    assert dan.send(f"{address}/return", return_reason=f"Forkert by {MARKUP}").status_code == 303
    page = cleo.get(address).text
    assert MARKUP not in page
    assert "Forkert by" in page
    form = cleo.get(f"{address}/again").text
    check_page(form)
    assert 'value="Nørreby"' in form
    again = cleo.send(f"{address}/again", **{**FILLED, "s_place": "Sønderby"})
    assert again.status_code == 303, again.text
    [row] = announcements()
    assert (row.state, row.entered["place"]) == (AnnouncementState.PREPARED, "Sønderby")


def test_a_lapsed_draft_says_so(
    login_as: LoginAs, code_of: Callable[[str], str], move: Any
) -> None:
    made = prepared(incident())
    move(timedelta(minutes=31))
    dan = login_as(DAN)
    page = dan.get(f"/desk/announcement/{made.announcement}").text
    assert "mere end 30 minutter siden" in page
    answer = confirm(dan, made.announcement, code_of(DAN))
    assert answer.status_code == 409
    assert "hub announce" not in answer.text


def test_discarding_leaves_nothing(login_as: LoginAs) -> None:
    made = prepared(incident(), audience=town_list())
    answer = login_as(CLEO).send(f"/desk/announcement/{made.announcement}/discard")
    assert answer.status_code == 303
    assert announcements()[0].state == AnnouncementState.DISCARDED
    assert db.session().scalar(select(Broadcast.id)) is None


def test_a_code_read_aloud_confirms_and_the_journal_names_both(
    login_as: LoginAs, code_of: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = db.session().scalars(select(Person).where(Person.email == DAN)).one()
    person.duty_phone = "+4520123456"
    db.session.commit()
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(notices, "_send", lambda _n, messages, **_more: sent.extend(messages))
    made = prepared(incident())
    code = re.search(r"koden (\d{6})", sent[0][1])
    assert code
    cleo = login_as(CLEO)
    assert "Bekræft over telefonen" in cleo.get(f"/desk/announcement/{made.announcement}").text
    wrong = confirm(
        cleo, made.announcement, code_of(CLEO), hash=made.hash, how="telephone", telephone_code="1"
    )
    assert wrong.status_code == 403
    assert "Det er ikke koden" in wrong.text
    right = cleo.send(
        f"/desk/announcement/{made.announcement}/confirm",
        hash=made.hash,
        how="telephone",
        telephone_code=code[1],
    )
    assert right.status_code == 303, right.text
    [row] = announcements()
    assert (row.confirmed_by, row.confirmed_how) == (DAN, "code")


def test_an_expired_version_asks_for_a_reason(login_as: LoginAs, move: Any) -> None:
    row = db.session().scalars(select(Version).where(Version.key == "water-boil/during")).one()
    row.review_due = row.approved_at
    db.session.commit()
    cleo = login_as(CLEO)
    assert "Den skulle have været set efter" in cleo.get("/desk/start").text
    refused = see(cleo, audience="none")
    assert refused.status_code == 422
    assert 'href="#f-override"' in refused.text
    seen = see(cleo, audience="none", override="Aftalt med vandværket")
    assert "Aftalt med vandværket" in seen.text
    assert send(cleo, seen).status_code == 303
    assert announcements()[0].override_reason == "Aftalt med vandværket"


def test_personal_slots_are_shown_as_the_second_person_must_see_them(login_as: LoginAs) -> None:
    rows = ["Mobil;tid", "20120001;2026-11-21T14:00", "20120002;2026-11-21T15:00", "20120003;"]
    import_list("tider", "\n".join(rows).encode(), "t.csv", actor=DAN_ACTS)
    town_list("uden tid")
    cleo, address = login_as(CLEO), "/desk/start/appointments-cancelled/during"
    form = cleo.get(address).text
    check_page(form)
    assert "fra listens kolonne »tid«" in form
    assert "mangler kolonnen tid" in form
    fields = {
        "s_from": "2026-11-21T13:00",
        "s_until": "2026-11-21T20:00",
        "s_still_works": "phone",
        "s_phone": "70 20 30 40",
        "s_next_update__quick": "240",
        "language": "da",
        "audience": list_value("tider"),
        "step": "see",
    }
    seen = cleo.send(address, page=address, **fields)
    assert seen.status_code == 200, seen.text
    check_page(seen.text)
    assert "2 forskellige værdier" in seen.text
    assert "kolonnen &#39;tid&#39; er tom" in seen.text
    assert send(cleo, seen, address).status_code == 303
    number = announcements()[0].id
    page = login_as(DAN).get(f"/desk/announcement/{number}").text
    assert "2 forskellige værdier" in page
    assert "Række 4:" in page
    assert "2 forskellige værdier" not in login_as(EVA).get(f"/desk/announcement/{number}").text
    elsewhere = cleo.get(f"/desk/announcement/{number}/elsewhere").text
    check_page(elsewhere)
    assert "bookingsystemet" in elsewhere
    assert "‹Borgerens tid›" in elsewhere


def test_a_sender_bound_to_a_scenario_or_a_reach_is_held_to_it(login_as: LoginAs) -> None:
    town_list(count=5)
    person = db.session().scalars(select(Person).where(Person.email == CLEO)).one()
    person.largest_reach = 4
    db.session.commit()
    assert see(login_as(CLEO), audience=list_value()).status_code == 403
    with pytest.raises(NotAllowed, match="at most 4"):
        prepared(incident(), audience="borgere")
    assert announcements()[-1].state == AnnouncementState.DISCARDED
    assert db.session().scalar(select(Broadcast.id)) is None


def test_an_all_clear_starts_from_its_incident_and_goes_to_those_reached(
    login_as: LoginAs,
) -> None:
    number = incident()
    live(number, audience=town_list())
    address = f"/desk/start/water-boil/all-clear?incident={number}"
    cleo = login_as(CLEO)
    page = cleo.get(address).text
    check_page(page)
    assert re.search(r'<option value="earlier" selected', page)
    assert cleo.get("/desk/start/water-boil/all-clear").status_code == 404


def test_confirming_stands_though_publishing_fails(
    login_as: LoginAs, code_of: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_more: object) -> None:
        raise OSError("no disk")

    made = prepared(incident())
    monkeypatch.setattr(publishing, "publish_now", broken)
    dan = login_as(DAN)
    assert confirm(dan, made.announcement, code_of(DAN)).status_code == 303
    assert announcements()[0].state == AnnouncementState.CONFIRMED
    page = dan.get(f"/desk/announcement/{made.announcement}").text
    assert "prøves igen af sig selv" in page


def examples_of(key: str) -> dict[str, Any]:
    """A form's fields for a message, from its slots' own examples."""
    version = db.session().scalars(select(Version).where(Version.key == key)).one()
    slots = version.text.slots
    entered = {slot.name: slot.example for slot in slots if not slot.personal}
    languages = list(version.text.languages)
    db.session.rollback()
    return {**slot_fields.filled(slots, entered), "language": languages}


def test_every_message_of_the_library_can_be_filled_from_its_form() -> None:
    keys = list(db.session().scalars(select(Version.key)))
    assert len(keys) > 15
    for key in keys:
        version = db.session().scalars(select(Version).where(Version.key == key)).one()
        slots = version.text.slots
        form = Form(examples_of(key))
        entered = slot_fields.typed(slots, form)
        slot_fields.check(slots, form, entered)
        assert form.ok, (key, form.errors)
        assert set(entered) == {slot.name for slot in slots if not slot.personal}, key
        again = slot_fields.typed(slots, Form(slot_fields.filled(slots, entered)))
        assert again == entered, "what was typed comes back as itself"


def test_an_update_goes_to_those_who_got_the_first(
    login_as: LoginAs, code_of: Callable[[str], str]
) -> None:
    number = incident()
    first = live(number, audience=town_list(count=7))
    cleo, address = login_as(CLEO), f"/desk/start/water-boil/update?incident={number}"
    form = cleo.get(f"{address}&of={first.announcement}").text
    check_page(form)
    assert 'value="Nørreby"' in form, "the place stands there already"
    seen = see(
        cleo, address, audience="earlier", **{"s_from": "", **examples_of("water-boil/update")}
    )
    assert f"Til 7 telefoner (dem, der fik melding {first.announcement})" in seen.text
    sent = send(cleo, seen, address)
    assert sent.status_code == 303
    row = announcements()[-1]
    page = login_as(DAN).get(f"/desk/announcement/{row.id}").text
    assert f"Den afløser melding {first.announcement}." in page
    assert confirm(login_as(DAN), row.id, code_of(DAN)).status_code == 303
    states = {item.id: item.state for item in announcements()}
    assert states[first.announcement] == AnnouncementState.UPDATED


def test_at_night_one_person_may_confirm_with_a_reason(
    app: Flask, login_as: LoginAs, code_of: Callable[[str], str]
) -> None:
    app.config["HUB"] = replace(app.config["HUB"], confirmation="single")
    made = prepared(incident(), audience=town_list())
    cleo = login_as(CLEO)
    page = cleo.get(f"/desk/announcement/{made.announcement}").text
    check_page(page)
    assert "Bekræft alene: den sendes nu" in page
    refused = confirm(cleo, made.announcement, code_of(CLEO), hash=made.hash, reason="")
    assert refused.status_code == 422
    assert "Skriv, hvorfor du bekræfter alene." in refused.text
    done = confirm(cleo, made.announcement, hash=made.hash, reason="Ingen svarer")
    assert done.status_code == 303, done.text
    assert announcements()[0].confirmed_how == "single"


def test_the_price_stands_in_the_sentence(app: Flask, login_as: LoginAs) -> None:
    town_list(count=200)
    cleo = login_as(CLEO)
    assert " kr." not in see(cleo, audience=list_value()).text
    app.config["HUB"] = replace(app.config["HUB"], sms_price=0.39)
    found = re.search(r"cirka ([\d.]+) kr\.,", see(cleo, audience=list_value()).text)
    assert found
    assert int(found[1]) % 10 == 0


def test_the_power_cut_of_a_new_incident_is_asked_for_and_mended(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    assert "Er strømmen også gået?" in cleo.get(BOIL).text
    late = see(cleo, audience="none", power_out="2099-01-01T10:00")
    assert late.status_code == 422
    assert "i fremtiden" in late.text
    seen = see(cleo, audience="none", power_out="2026-11-21T12:10")
    assert send(cleo, seen).status_code == 303
    row = register.all_incidents(db.session())[0]
    assert row.power_out_since is not None
    page = cleo.get(f"/desk/incident/{row.id}").text
    assert 'value="2026-11-21T12:10"' in page
    mended = cleo.send(f"/desk/incident/{row.id}/power-out", page="/desk/", power_out="")
    assert mended.status_code == 303
    db.session.expire_all()
    assert register.find_incident(db.session(), row.id).power_out_since is None


def test_an_update_keeps_since_when_and_asks_for_the_power_cut_once(login_as: LoginAs) -> None:
    cleo = login_as(CLEO)
    first = cleo.get("/desk/start/power-outage/during").text
    assert "Strømmen gik" not in first  # the blank “Væk siden” says it
    assert not re.search(r"unknown\.|vælg stopped|yes/no", first)
    number = incident("power-outage")
    told = announcing.prepare(
        Order(
            key="power-outage/during",
            incident=number,
            slots={"since": "2026-11-21T11:15"},
            examples=True,
        ),
        actor=CLEO_ACTS,
    )
    announcing.confirm(told.announcement, actor=DAN_ACTS, hash=told.hash)
    page = cleo.get(f"/desk/start/power-outage/update?incident={number}").text
    assert 'name="s_since" value="2026-11-21T11:15"' in page
