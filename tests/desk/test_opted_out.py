"""Phones that get no SMS, on the desk; and no page shows a whole number to who has no need."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from hub.database import db
from hub.sms import optout
from tests.desk import happening
from tests.desk.conftest import CLEO, EVA, LoginAs
from tests.desk.pages import check_page

pytestmark = pytest.mark.usefixtures("town")
WHOLE = re.compile(r"(?:\+?45)?[ \u00a0]?20[ \u00a0]?11[ \u00a0]?22[ \u00a0]?3\d")
"""The numbers of `happening.town_list`."""


def test_a_phone_is_written_down_with_its_reason_and_shown_by_two_digits(
    app: Flask, login_as: LoginAs
) -> None:
    officer = login_as(CLEO)
    wrong = officer.send("/desk/lists/opted-out", page="/desk/lists/opted-out", number="112")
    assert wrong.status_code == 422
    check_page(wrong.text)
    done = officer.send(
        "/desk/lists/opted-out", page="/desk/lists/opted-out", number="20 11 22 31", note="ringede"
    )
    assert done.status_code == 303
    page = officer.get("/desk/lists/opted-out").text
    check_page(page)
    assert "1 telefon får ingen sms" in page
    assert "slutter på 31" in page
    assert not WHOLE.search(page)
    assert optout.among(db.session(), {"+4520112231"})


def test_no_page_shows_a_viewer_a_whole_number(app: Flask, login_as: LoginAs) -> None:
    name = happening.town_list()
    number = happening.incident()
    prepared = happening.live(number, audience=name)
    viewer = login_as(EVA)
    pages = {
        "": "/desk/",
        "lists": "/desk/lists",
        "one": "/desk/lists/1",
        "journal": "/desk/journal",
    }
    pages |= {
        "incident": f"/desk/incident/{number}",
        "announcement": f"/desk/announcement/{prepared.announcement}",
        "broadcast": f"/desk/broadcast/{prepared.broadcast}",
    }
    seen = 0
    for address in pages.values():
        answer = viewer.get(address)
        if answer.status_code == 200:
            seen += 1
            assert not WHOLE.search(answer.text), address
    assert seen >= 5
