"""What your municipality decides: everything to fill in once, who needs it, and a form for each decision."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub import library, places
from hub.database import db
from hub.models import JournalEntry, PlaceKind, VersionState
from hub.settings import Settings
from tests import decided
from tests.desk.conftest import ASTA, BO, CLEO, EVA, LoginAs
from tests.desk.happening import ASTA_ACTS, CLEO_ACTS, DAN_ACTS
from tests.desk.pages import check_page

pytestmark = pytest.mark.usefixtures("town")

HOME = "/desk/prepared/decisions"
MODE = f"{HOME}/latrine_mode"


def rows(page: str) -> dict[str, str]:
    """The list: what, and the text of its row."""
    found = {}
    for row in re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", page, re.DOTALL):
        text = " ".join(re.sub(r"<[^>]+>", " ", row).split())
        found[text] = row
    return found


def row_of(page: str, title: str) -> str:
    (text,) = [text for text in rows(page) if text.startswith(title)]
    return text


def newest(key: str = "latrine/during") -> Any:
    db.session.rollback()
    return library.newest(db.session(), key)


def test_everything_is_listed_with_its_state_and_who_needs_it(login_as: LoginAs) -> None:
    page = check_page(login_as(EVA).get(HOME).text).html
    mode = row_of(page, "Hvad gør borgerne af afføring?")
    assert "mangler" in mode
    assert "ikke besluttet" in mode
    assert "3 beskeder kan ikke godkendes uden det" in mode
    assert "Træk ikke ud i toilettet: Under" in mode
    assert "mangler" in row_of(page, "Mødesteder")
    assert "mangler" in row_of(page, "Numre, der virker uden strøm")
    assert "HUB_SMS_SENDER" in row_of(page, "Afsendernavnet på sms&#39;er")
    assert "Eksempel Kommune" in row_of(page, "Kommunens navn")
    assert re.search(r"0 af \d+ er udfyldt", page)
    assert f'href="{MODE}"' not in page, "who may only look is offered no form"


def test_what_is_filled_in_says_so(login_as: LoginAs) -> None:
    places.add(PlaceKind.MEETING_PLACE, {"name": "Folkehjem"}, CLEO_ACTS)
    places.add(
        PlaceKind.NUMBER, {"name": "Krise", "phone": "70203040", "without_power": "ja"}, CLEO_ACTS
    )
    library.decide("latrine_mode", "residual", by="Udvalget", actor=ASTA_ACTS)
    page = login_as(ASTA).get(HOME).text
    mode = row_of(page, "Hvad gør borgerne af afføring?")
    assert "udfyldt Poser, der lægges i restaffald" in mode
    assert "ikke nødvendigt nu ikke et spørgsmål" in row_of(page, "Hvor dybt der graves ned")
    assert "udfyldt 1 på listen" in row_of(page, "Mødesteder")
    assert "udfyldt 1 på listen" in row_of(page, "Numre, der virker uden strøm")
    assert f'href="{MODE}"' in page


def test_a_name_and_address_that_are_no_examples_are_filled_in(
    app: Flask, login_as: LoginAs
) -> None:
    found: Settings = app.config["HUB"]
    app.config["HUB"] = replace(
        found,
        municipality="Nørreby Kommune",
        sms_sender="Norreby",
        site_url="https://besked.norreby.dk",
    )
    page = login_as(EVA).get(HOME).text
    for title in ("Kommunens navn", "Afsendernavnet på sms", "Borgersidens adresse"):
        assert "udfyldt" in row_of(page, title)


def test_a_decision_is_written_down_with_who_made_it(login_as: LoginAs) -> None:
    asta = login_as(ASTA)
    page = check_page(asta.get(MODE).text)
    values = [
        item.attributes["value"] for item in page.all("input") if item.attributes["name"] == "value"
    ]
    assert values == ["residual", "burying", "both", "per-area", "undecided"]
    assert "3 beskeder bruger det og får en ny kladde" in page.html
    answer = asta.send(MODE, value="residual", by="Miljøudvalget, sag 17")
    assert answer.status_code == 303
    text = asta.get(answer.headers["Location"]).text
    assert "3 beskeder har en ny kladde" in text
    version = newest()
    assert (version.state, version.made_by) == (VersionState.DRAFT, ASTA)
    assert [item.value for item in version.text.decisions if item.name == "latrine_mode"] == [
        "residual"
    ]
    journal = asta.get("/desk/journal").text
    for words in ("Lokal beslutning truffet", "besluttet af", "Miljøudvalget, sag 17"):
        assert words in journal
    assert "skrev en lokal beslutning ind" in asta.get("/desk/prepared/latrine/during").text
    again = asta.send(MODE, value="residual", by="Udvalget")
    assert "intet blev ændret" in asta.get(again.headers["Location"]).text


def test_a_value_is_typed_with_its_unit(login_as: LoginAs) -> None:
    asta = login_as(ASTA)
    depth = f"{HOME}/bury_depth"
    assert "med enheden cm" in check_page(asta.get(depth).text).html
    refused = asta.send(depth, value="{30}", by="Udvalget")
    assert refused.status_code == 422
    assert "uden krøllede og vinklede parenteser" in refused.text
    assert 'value="{30}"' in refused.text
    assert asta.send(depth, value="30", by="Udvalget").status_code == 303
    assert "30 cm" in asta.get(HOME).text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"value": "residual"}, "Skriv, hvem der har besluttet det"),
        ({"by": "Udvalget"}, "Vælg, hvad der gælder."),
        ({"value": "bag", "by": "Udvalget"}, "er en af"),
    ],
)
def test_a_mistake_stands_at_its_field_and_nothing_is_written(
    login_as: LoginAs, fields: dict[str, str], says: str
) -> None:
    answer = login_as(ASTA).send(MODE, **fields)
    assert answer.status_code == 422
    assert says in check_page(answer.text).html
    assert newest().number == 1


def test_only_an_author_decides_and_only_what_is_asked(login_as: LoginAs) -> None:
    for email in (EVA, BO, CLEO):
        assert login_as(email).send(MODE, value="residual", by="Udvalget").status_code == 403
    assert login_as(ASTA).get(f"{HOME}/nothing").status_code == 404
    assert newest().number == 1


def test_areas_decide_each_for_themselves(login_as: LoginAs) -> None:
    north = places.add(PlaceKind.AREA, {"name": "Nørreby"}, CLEO_ACTS)
    south = places.add(PlaceKind.AREA, {"name": "Søby", "areas": "Nørreby"}, CLEO_ACTS)
    places.decide("latrine_mode", {south.id: "bag"}, by="En import", actor=CLEO_ACTS)
    library.decide("latrine_mode", "per-area", by="Udvalget", actor=ASTA_ACTS)
    cleo = login_as(CLEO)
    assert "mangler 0 af 2 områder er besluttet" in row_of(
        cleo.get(HOME).text, "Hvad gør borgerne af afføring? (for hvert område)"
    )
    page = check_page(cleo.get(f"{MODE}/areas").text).html
    assert "Listen siger “bag”, som beskederne ikke kender." in page
    assert "Ligger i Nørreby" in page
    fields = {f"area-{north.id}": "residual", f"area-{south.id}": "burying"}
    assert cleo.send(f"{MODE}/areas", **fields).status_code == 422
    answer = cleo.send(f"{MODE}/areas", by="Miljøudvalget", **fields)
    assert answer.status_code == 303
    text = cleo.get(answer.headers["Location"]).text
    assert "Det er skrevet ind for 2 områder." in text
    assert "udfyldt 2 af 2 områder er besluttet" in row_of(
        text, "Hvad gør borgerne af afføring? (for hvert område)"
    )
    db.session.rollback()
    kinds = db.session().scalars(select(JournalEntry.kind)).all()
    assert kinds.count("areas-decided") == 2
    strange = {**fields, f"area-{north.id}": "bag"}
    assert cleo.send(f"{MODE}/areas", by="Udvalget", **strange).status_code == 422


def test_a_decision_without_options_is_the_same_everywhere(login_as: LoginAs) -> None:
    assert login_as(CLEO).get(f"{HOME}/bury_depth/areas").status_code == 404


def test_what_is_left_to_areas_that_decided_nothing_is_approved_by_nobody(
    login_as: LoginAs,
) -> None:
    for name, value in {"latrine_mode": "per-area", **decided.VALUES}.items():
        library.decide(name, value, by="Udvalget", actor=ASTA_ACTS)
    library.submit("latrine/during", actor=ASTA_ACTS)
    text = login_as(BO).get("/desk/prepared/latrine/during").text
    assert "intet område har truffet den lokale beslutning: Hvad gør borgerne af afføring?" in text
    row = places.add(PlaceKind.AREA, {"name": "Nørreby"}, CLEO_ACTS)
    places.decide("latrine_mode", {row.id: "residual"}, by="Udvalget", actor=CLEO_ACTS)
    places.confirm(DAN_ACTS)
    assert "intet område har truffet" not in login_as(BO).get("/desk/prepared/latrine/during").text


def test_the_list_is_found_from_prepared_and_from_a_message_that_waits(login_as: LoginAs) -> None:
    eva = login_as(EVA)
    assert f'href="{HOME}"' in eva.get("/desk/prepared").text
    assert f'href="{HOME}"' in eva.get("/desk/prepared/latrine/during").text
