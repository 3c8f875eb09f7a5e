"""A broadcast on a telephone's screen: it moves by itself, and Stop is where it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from hub.database import db
from hub.models import Broadcast, BroadcastState
from tests.desk.browsing import OpenPage, chromium, open_page, served
from tests.desk.conftest import DAN
from tests.desk.test_underway import broadcasting, set_states, states

__all__ = ["chromium", "open_page", "served"]
pytestmark = pytest.mark.usefixtures("town")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_broadcast_is_watched_and_stopped_half_way(
    app: Flask, open_page: OpenPage, code_of: Callable[[str], str], javascript: bool
) -> None:
    number = broadcasting(50)
    page = open_page(f"/desk/broadcast/{number}", DAN, javascript=javascript)
    assert "0 af 50 overdraget" in page.inner_text("#counts")
    before = page.get_by_role("link", name="Stop").bounding_box()
    set_states(number, delivered=20, failed=3)
    if javascript:
        page.wait_for_selector("#counts:has-text('23 af 50 overdraget')", timeout=10_000)
    else:
        page.wait_for_timeout(1100)
        page.reload()
    assert "23 af 50 overdraget" in page.inner_text("#counts")
    stop = page.get_by_role("link", name="Stop")
    assert stop.bounding_box() == before
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    stop.click()
    assert "27 telefoner, der venter, får ikke sms'en" in page.inner_text("main")
    page.get_by_label("Kode fra din godkendelsesapp").fill(code_of(DAN))
    page.get_by_role("button", name="Stop udsendelsen").click()
    page.wait_for_selector(".state:has-text('stoppet')")
    assert page.get_by_role("link", name="Stop").count() == 0
    db.session.rollback()
    assert db.session().get_one(Broadcast, number).state == BroadcastState.STOPPED
    assert states(number) == {"delivered": 20, "failed": 3, "skipped": 27}
