"""Every page of the desk holds to WCAG 2.2 AA as far as a program can tell: on a telephone by day, wide by night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from hub import accounts
from hub.accounts import links, sessions
from hub.audiences import lists
from hub.database import db
from hub.desk import access
from hub.incidents import announcing, halting
from hub.incidents.publishing import publish_now
from hub.journal import Actor
from hub.models import LinkKind, Person, PlaceKind, Role, Stage
from hub.places import add as add_place
from hub.settings import Settings
from hub.sms import upkeep
from tests import axe
from tests.accounts import people
from tests.conftest import SHELL
from tests.desk.browsing import chromium, served
from tests.desk.conftest import ADA, ASTA, BO, CLEO, DAN, EVA, LoginAs
from tests.desk.happening import CLEO_ACTS, DAN_ACTS, incident, live, prepared, town_list
from tests.desk.test_prepared import HOME, in_review
from tests.desk.test_routes import desk_rules
from tests.desk.test_start import BOIL, FILLED, list_value
from tests.desk.test_underway import set_states
from tests.library.partners import register

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Page

__all__ = ["chromium", "served"]
pytestmark = pytest.mark.usefixtures("town")

NO_PAGE = {
    "desk.static_file",
    "desk.list_set_aside",
    "desk.place_code",
    "desk.confirm_announcement",
    "desk.login_provider",
    "desk.login_provider_back",
}
"""Files, and addresses that only lead on."""
NEW = "ny@town.example"
CROWD = "\n".join(
    ["Navn;Mobil;By", *(f"Person {i};20 12 00 {i:02};By {i % 3}" for i in range(30)), "Ib;;By 1"]
).encode()
"""A list as a sender brings it, with one row that is set aside."""
_SEND = """
fields => {
  const form = document.querySelector("main form[method=post]");
  for (const box of form.querySelectorAll("[type=checkbox], [type=radio]")) box.checked = false;
  for (const [name, values] of Object.entries(fields)) {
    for (const one of form.querySelectorAll("[name]")) if (one.name === name) one.remove();
    for (const value of [].concat(values)) {
      const input = document.createElement("input");
      Object.assign(input, {type: "hidden", name, value});
      form.append(input);
    }
  }
  form.submit();
}
"""


@dataclass(frozen=True)
class Place:
    """A page as somebody sees it: `stage` is how far their login is. With `sends`, what its first form answers to
    these fields, and to a list with `file`."""

    address: str
    email: str | None = CLEO
    sends: Mapping[str, Any] | None = None
    file: bool = False
    stage: Stage = Stage.WHOLE
    status: int = 200

    def __str__(self) -> str:
        sent = "" if self.sends is None else f", sent with {len(self.sends)} fields"
        return f"{self.address} as {self.email or 'nobody'}{sent}"


@dataclass
class Town:
    """What goes on in the town, by number."""

    real: int = 0
    quiet: int = 0
    played: int = 0
    confirmed: int = 0
    waiting: int = 0
    returned: int = 0
    broadcasts: dict[str, int] = field(default_factory=dict)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The desk has a name: only then can a passkey be made."""
    return replace(settings, public_url="http://localhost")


@pytest.fixture
def busy(app: Flask, login_as: LoginAs) -> Town:
    """Everything at once: an incident under way, one that waits, an exercise, a text in review."""
    in_review(login_as)
    town_list("borgere", 20)
    town_list("flere", 4)
    town_list("oevere", 5, exercise=True)
    town = Town(real=incident(), quiet=incident(), played=incident(exercise=True))
    rows = {
        "sending": live(town.real, audience="borgere"),
        "paused": live(incident(), audience="borgere"),
        "over": live(incident(), audience="flere"),
        "exercise": live(town.played, audience="oevere"),
    }
    for name, row in rows.items():
        assert row.broadcast
        town.broadcasts[name] = row.broadcast
    town.confirmed = rows["sending"].announcement
    town.waiting = prepared(town.quiet, audience="borgere").announcement
    town.returned = prepared(incident()).announcement
    announcing.return_(town.returned, actor=DAN_ACTS, reason="Forkert by")
    publish_now()
    upkeep.start_due()
    set_states(town.broadcasts["sending"], delivered=6, accepted=3, failed=3, unknown=2)
    set_states(town.broadcasts["over"], delivered=2, failed=1, undelivered=1)
    halting.pause(town.broadcasts["paused"], actor=CLEO_ACTS, reason="Teksten er gal")
    upkeep.finish_due()
    return town


def link_to(email: str, kind: LinkKind) -> str:
    """The address of a link that was made for somebody."""
    session = db.session()
    person = session.scalars(select(Person).where(Person.email == email)).one()
    url = links.make(session, person, kind, SHELL).url
    session.commit()
    return "/desk/" + url.partition("/desk/")[2]


def places(busy: Town) -> list[Place]:
    """Every page, each as the person who has most to see there; then some that refuse or ask again."""
    people.make("halv@town.example", Role.SENDER)
    people.make("foerste@town.example", Role.SENDER, factor=False)
    people.make(NEW, Role.VIEWER, factor=False, password=None)
    welcome, demo = link_to(NEW, LinkKind.INVITE), link_to(EVA, LinkKind.DEMO)
    number = lists.find(db.session(), "flere").id
    dan = accounts.find_person(db.session(), DAN).id
    school = add_place(PlaceKind.INSTITUTION, {"name": "Nørreby Skole"}, CLEO_ACTS).id
    add_place(PlaceKind.AREA, {"name": "Nørreby"}, CLEO_ACTS)
    partner = register(Actor(ADA, "test")).partner.id
    audience = list_value()
    db.session.rollback()
    sending, paused, over, exercise = busy.broadcasts.values()
    seen = {**FILLED, "step": "see", "audience": audience, "incident": "new"}
    person, one = f"/desk/people/{dan}", f"/desk/announcement/{busy.waiting}"
    return [
        *(Place(f"/desk/{path}", ADA) for path in ("people", "people/invite")),
        *(Place(f"{person}{act}", ADA) for act in ("", "/roles", "/bounds", "/phone", "/reset")),
        *(Place(f"{person}{act}", ADA) for act in ("/close", "/link")),
        *(
            Place(f"/desk/account{act}")
            for act in ("", "/app", "/passkey", "/password", "/recovery")
        ),
        *(
            Place(f"/desk/{path}")
            for path in (
                "",
                "gateways",
                "guide",
                "journal",
                "lists",
                "lists/new",
                "lists/opted-out",
                "start",
            )
        ),
        *(Place(f"/desk/lists/{number}{act}") for act in ("", "/delete", "/standing")),
        *(Place(path) for path in ("/desk/prepared", "/desk/prepared/water-boil/all-clear")),
        *(Place(path, BO) for path in (HOME, f"{HOME}/differences", "/desk/prepared/readiness")),
        Place(HOME, ASTA),
        Place(f"{HOME}/edit/da", ASTA),
        Place(f"/desk/incident/{busy.real}"),
        Place(f"/desk/incident/{busy.real}/close"),
        Place(f"/desk/incident/{busy.quiet}"),
        Place(f"/desk/incident/{busy.played}"),
        Place(f"/desk/announcement/{busy.confirmed}"),
        Place(f"/desk/announcement/{busy.confirmed}/late-list"),
        Place(f"/desk/announcement/{busy.confirmed}/late-list?audience=flere"),
        Place(one),
        Place(one, DAN),
        Place(f"{one}/elsewhere"),
        Place(f"/desk/announcement/{busy.returned}"),
        Place(f"/desk/announcement/{busy.returned}/again"),
        *(Place(f"/desk/broadcast/{row}") for row in (sending, paused, over, exercise)),
        *(Place(f"/desk/broadcast/{sending}/{act}") for act in ("stop", "pause", "again")),
        Place(f"/desk/broadcast/{paused}/resume"),
        Place(f"/desk/broadcast/{over}/not-reached"),
        Place(BOIL),
        Place(BOIL, sends=seen),
        Place("/desk/lists/new", sends={}, file=True),
        *(
            Place(f"/desk/prepared/places{rest}")
            for rest in ("", "?kind=area", "/new", "/new?kind=number", "/import")
        ),
        *(Place(f"/desk/prepared/places/{school}{act}") for act in ("", "/remove")),
        *(Place("/desk/prepared/places/names", email) for email in (CLEO, DAN)),
        Place("/desk/prepared/decisions", ASTA),
        *(
            Place(f"/desk/prepared/decisions/{name}", ASTA)
            for name in ("latrine_mode", "bury_depth")
        ),
        Place("/desk/prepared/decisions/latrine_mode", ASTA, sends={}, status=422),
        Place("/desk/prepared/decisions/latrine_mode/areas"),
        Place("/desk/prepared/places/import", sends={"kind": "institution"}, file=True),
        *(
            Place(f"/desk/prepared/partners{rest}", ADA)
            for rest in ("", "/register", "/register?party=vandv%C3%A6rk", f"/{partner}/remove")
        ),
        Place(f"/desk/prepared/partners/{partner}/invite", ASTA),
        Place("/desk/login", None),
        Place("/desk/login/code", "halv@town.example", stage=Stage.CODE),
        Place("/desk/login/setup", "foerste@town.example", stage=Stage.SETUP),
        Place(welcome, None),
        Place(demo, None),
        Place("/desk/", EVA),
        Place("/desk/start", EVA, status=403),
        Place("/desk/nothing", EVA, status=404),
        Place("/desk/login", None, sends={"email": "x", "password": "x"}, status=422),
        Place("/desk/people/invite", ADA, sends={"code": "000000"}, status=422),
        Place(f"{person}/close", ADA, sends={}, status=422),
        Place(BOIL, sends={"step": "see"}, status=422),
        Place("/desk/lists/new", sends={}, status=422),
        Place(f"/desk/broadcast/{paused}/resume", sends={}),
    ]


def test_every_page_holds_to_wcag(
    app: Flask,
    busy: Town,
    served: str,
    chromium: Chromium,
    capsys: pytest.CaptureFixture[str],
) -> None:
    axe.script()
    shown = places(busy)
    opened = {endpoint_of(app, place.address) for place in shown if place.status == 200}
    opened |= {"desk.list_preview", "desk.place_import_look"}  # where an uploaded list leads to
    missing = {
        rule.endpoint for rule in desk_rules(app) if "GET" in (rule.methods or set())
    } - opened
    assert missing - NO_PAGE == set(), "a new page of the desk: add it to places()"
    tabs: dict[tuple[str | None, Stage], Page] = {}
    found: list[str] = []
    for place in shown:
        who = (place.email, place.stage)
        if who not in tabs:
            tabs[who] = tab(chromium, served, app, place)
        page = tabs[who]
        found += visit(page, served, place)
    for page in tabs.values():
        page.context.close()
    with capsys.disabled():
        print(f"\naxe-core: {len(shown)} pages in {len(axe.LOOKS)} looks, {len(found)} violations")
    assert not found, "\n".join(found)


def test_the_check_sees_what_is_wrong(chromium: Chromium) -> None:
    """Of these faults one is there at night only."""
    page = chromium.new_page()
    page.set_content(
        "<!doctype html><html lang=da><title>A</title><style>@media (prefers-color-scheme: dark) "
        "{ b { color: #222; background: #000 } }</style><main><h1>A</h1><b>night</b><input></main>"
    )
    found = [line.partition("\n")[0] for line in axe.faults(page, "A")]
    page.close()
    assert sorted(line.split(": ")[0] + " " + line.split(": ")[1] for line in found) == [
        "A (dark, 1280 px) color-contrast",
        "A (light, 360 px) label",
    ]


def endpoint_of(app: Flask, address: str) -> str | None:
    try:
        return str(app.url_map.bind("localhost").match(address.partition("?")[0])[0])
    except HTTPException:
        return None


def tab(chromium: Chromium, served: str, app: Flask, place: Place) -> Page:
    """A tab of a browser in which this person is logged in as far as the place says."""
    context = chromium.new_context(locale="da-DK", reduced_motion="reduce")
    if place.email:
        session = db.session()
        row = session.scalars(select(Person).where(Person.email == place.email)).one()
        token = sessions.start(session, row, place.stage, how="test", agent="test")
        session.commit()
        client = app.test_client()
        with client.session_transaction(path="/desk/") as cookie:
            cookie[access.TOKEN] = token
        made = client.get_cookie("desk", path="/desk")
        assert made is not None
        context.add_cookies([{"name": "desk", "value": made.value, "url": f"{served}/desk"}])
    return context.new_page()


def visit(page: Page, served: str, place: Place) -> list[str]:
    """Open the place and say what is wrong with it."""
    answer = page.goto(f"{served}{place.address}")
    assert answer is not None
    if place.sends is None:
        right = (answer.status, page.url) == (place.status, f"{served}{place.address}")
    else:
        assert answer.status == 200, (str(place), answer.status, page.inner_text("main"))
        if place.file:
            page.set_input_files(
                "input[type=file]", {"name": "elever.csv", "mimeType": "text/csv", "buffer": CROWD}
            )
        with page.expect_navigation() as sent:
            page.evaluate(_SEND, dict(place.sends))
        right = sent.value.status == place.status
    if not right:
        return [f"{place}: no {place.status}: {page.url}: {page.inner_text('main')}"]
    return axe.faults(page, str(place))
