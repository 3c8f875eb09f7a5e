"""What the desk's script adds, in a real browser; and that all of it is there without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask, render_template_string, request

from hub.clock import COPENHAGEN
from hub.desk import access
from hub.desk.forms import Form
from tests.desk import happening
from tests.desk.browsing import OpenPage, chromium, open_page, served
from tests.desk.conftest import CLEO, EVA

__all__ = ["chromium", "open_page", "served"]
pytestmark = pytest.mark.usefixtures("town")

WORKBENCH = """
{% extends "desk/base.html" %}
{% block title %}Workbench{% endblock %}
{% block main %}
<h1>Workbench</h1>
<form method="post" data-preview="preview" data-preview-url="/desk/workbench">
{{ forms.csrf() }}
{{ forms.moment(form, "until", "Until", quick=[("In 1 hour", "60"), ("18:00", "18:00")]) }}
{{ forms.text(form, "place", "Place") }}
{{ forms.button("Send") }}
</form>
<div id="preview"><p>{{ form["place"] }}</p></div>
{% call parts.poll("part", "/desk/workbench", 0.2) %}
<p>Seen {{ seen }}</p><a href="/desk/" id="stay">Stay</a> <label for="typed">Typed</label> <input id="typed">
{% endcall %}
{{ parts.copyable("copy", "Kog vandet <nu>") }}
{{ parts.filter("list", "Search", 3) }}
<ul id="list"><li data-row>Nørreby</li><li data-row>Hovslund</li><li data-row>Rødekro</li></ul>
{{ parts.spoken("Kog vandet.", "da", 3) }}
{% endblock %}
"""


@pytest.fixture
def posts(app: Flask) -> Iterator[list[str]]:
    """A page with everything on it; gives what was posted. `seen` counts how often it was fetched."""
    seen: list[str] = []
    posted: list[str] = []

    def view() -> str:
        seen.append(request.method)
        if request.method == "POST":
            posted.append(request.form["place"])
        return render_template_string(WORKBENCH, form=Form.posted(), seen=len(seen))

    app.add_url_rule(
        "/desk/workbench",
        "desk.workbench",
        access.guarded(view, None, fresh=False),
        methods=["GET", "POST"],
    )
    access.declare("desk.workbench", None)
    yield posted
    del access.registry["desk.workbench"]


def test_a_part_is_fetched_again_and_the_focus_stays(open_page: OpenPage, posts: list[str]) -> None:
    page = open_page("/desk/workbench", EVA)
    page.locator("#stay").focus()
    page.get_by_text("Seen 3").wait_for()
    assert page.evaluate("document.activeElement.id") == "stay"


def test_what_is_being_typed_into_is_not_taken_away(open_page: OpenPage, posts: list[str]) -> None:
    page = open_page("/desk/workbench", EVA)
    page.locator("#typed").fill("half a wo")
    page.wait_for_timeout(700)
    assert page.locator("#typed").input_value() == "half a wo"


def test_polling_stops_while_nobody_looks(open_page: OpenPage, posts: list[str]) -> None:
    page = open_page("/desk/workbench", EVA)
    page.get_by_text("Seen 2").wait_for()
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true, writable: true})"
    )
    page.wait_for_timeout(600)
    before = page.locator("#part").inner_text()
    page.wait_for_timeout(600)
    assert page.locator("#part").inner_text() == before
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: false}); document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.locator("#part").filter(has_not_text=before).wait_for()


def test_without_contact_the_part_says_that_it_is_old(
    open_page: OpenPage, posts: list[str]
) -> None:
    page = open_page("/desk/workbench", EVA)
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('offline')); }")
    page.locator("#part.stale").wait_for(timeout=5000)
    words = page.evaluate("getComputedStyle(document.getElementById('part'), '::before').content")
    assert "Ingen kontakt" in words


def test_a_moment_is_filled_in_copenhagens_time_wherever_the_laptop_is(
    open_page: OpenPage, posts: list[str]
) -> None:
    page = open_page("/desk/workbench", EVA)
    page.get_by_role("button", name="In 1 hour").click()
    value = page.get_by_label("Until").input_value()
    expected = datetime.now(COPENHAGEN) + timedelta(hours=1)
    found = datetime.fromisoformat(value).replace(tzinfo=COPENHAGEN)
    assert abs(found - expected) < timedelta(minutes=2)
    page.get_by_role("button", name="18:00").click()
    value = page.get_by_label("Until").input_value()
    assert value.endswith("T18:00")
    assert datetime.fromisoformat(value).replace(tzinfo=COPENHAGEN) > datetime.now(COPENHAGEN)


def test_a_preview_follows_the_typing(open_page: OpenPage, posts: list[str]) -> None:
    page = open_page("/desk/workbench", EVA)
    page.get_by_label("Place").fill("Nørreby <b>")
    page.locator("#preview", has_text="Nørreby <b>").wait_for()
    assert posts[-1] == "Nørreby <b>"


def test_a_button_pressed_twice_sends_once(open_page: OpenPage, posts: list[str]) -> None:
    page = open_page("/desk/workbench", EVA)
    page.evaluate("document.querySelector('main form').removeAttribute('data-preview')")
    with page.expect_navigation():
        page.evaluate(
            "() => { const b = document.querySelector('main form button.main'); b.click(); b.click(); }"
        )
    page.wait_for_timeout(300)
    assert len(posts) == 1


def test_text_is_copied(open_page: OpenPage, posts: list[str]) -> None:
    page = open_page("/desk/workbench", EVA)
    page.get_by_role("button", name="Kopiér").click()
    page.get_by_role("button", name="Kopieret").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "Kog vandet <nu>"


def test_a_long_list_is_searched(open_page: OpenPage, posts: list[str]) -> None:
    page = open_page("/desk/workbench", EVA)
    page.get_by_label("Search").fill("nØrre")
    assert page.locator("#list li:visible").all_inner_texts() == ["Nørreby"]
    page.get_by_text("1 af 3").wait_for()


def test_without_javascript_no_dead_button_is_shown(open_page: OpenPage, posts: list[str]) -> None:
    page = open_page("/desk/workbench", EVA, javascript=False)
    names = page.get_by_role("button").all_inner_texts()
    assert set(names) == {"English", "Log ud", "Send"}
    page.get_by_label("Place").fill("Nørreby")
    page.get_by_role("button", name="Send").click()
    assert page.locator("#preview").inner_text() == "Nørreby"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_sticks_out_and_everything_can_be_hit(
    open_page: OpenPage, width: int, dark: bool
) -> None:
    happening.town_list()
    happening.live(happening.incident(), audience="borgere")
    happening.live(
        happening.incident("power-outage", exercise=True),
        key="power-outage/during",
        slots={},
        examples=True,
    )
    page = open_page("/desk/", CLEO, width=width, dark=dark)
    for path in ("/desk/", "/desk/journal?verify=1"):
        page.goto(path)
        sizes: Callable[[str], int] = page.evaluate
        assert sizes("document.documentElement.scrollWidth") <= width, path
        small = page.evaluate(
            """[...document.querySelectorAll('main a, main button, main input:not([type=hidden]), header a, header button')]
               .map(item => [item.outerHTML, item.getBoundingClientRect()])
               .filter(([, box]) => box.width && (box.height < 24 || box.width < 24)).map(([html]) => html)"""
        )
        assert small == [], path
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("system-ui")


def test_the_keyboard_reaches_the_content_first(open_page: OpenPage) -> None:
    page = open_page("/desk/", EVA)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
