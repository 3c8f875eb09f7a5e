"""QR codes made in advance: what a phone reads from them is the address, and nothing but the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from hub import places
from hub.errors import HubError
from hub.journal import Actor
from hub.models import PlaceKind
from hub.places import posters
from tests.places import qr_reader
from tests.places.conftest import Bring

SITE = "https://besked.eksempel.example"


def decoded(svg: bytes) -> tuple[str, str]:
    return qr_reader.read(qr_reader.from_svg(svg.decode()))


@settings(max_examples=40, deadline=None)
@given(st.from_regex(r"[a-z0-9]{1,25}(-[a-z0-9]{1,24})?", fullmatch=True))
def test_a_code_reads_back_as_exactly_the_address(slug: str) -> None:
    address = posters.address(SITE, "s", slug)
    text, level = decoded(posters.svg(address))
    assert text == address
    assert level in "QH", "at least a quarter may be torn or dirty"


def test_the_reader_of_this_test_sees_a_damaged_code() -> None:
    matrix = qr_reader.from_svg(posters.svg(SITE).decode())
    matrix[-1][-1] = not matrix[-1][-1]
    with pytest.raises(AssertionError, match="damaged"):
        qr_reader.read(matrix)


def test_a_code_is_the_same_each_time() -> None:
    assert posters.svg(SITE) == posters.svg(SITE)


def test_each_page_and_the_front_page_have_a_poster(
    app: Flask, bring: Bring, dan: Actor, session: Session, tmp_path: Path
) -> None:
    bring("Navn", "Nørreby Skole", 'Børnehuset <b>"Søstjernen" & Co')
    bring("Navn", "Nørreby", kind=PlaceKind.AREA)
    bring("Navn;Adresse", "Hallen;Vej 1", kind=PlaceKind.MEETING_PLACE)
    places.confirm(dan)
    made = posters.write(tmp_path / "qr", places.list_all(session), f"{SITE}/", "Eksempel Kommune")
    assert [item.address for item in made] == [
        f"{SITE}/",
        f"{SITE}/a/noerreby/",
        f"{SITE}/s/boernehuset-b-soestjernen-co/",
        f"{SITE}/s/noerreby-skole/",
    ]
    index = (tmp_path / "qr" / "index.html").read_text("utf-8")
    for item in made:
        assert decoded((tmp_path / "qr" / f"{item.file}.svg").read_bytes())[0] == item.address
        page = (tmp_path / "qr" / f"{item.file}.html").read_text("utf-8")
        drawn = page[page.index("<svg") : page.index("</svg>")]
        assert qr_reader.read(qr_reader.from_svg(drawn))[0] == item.address
        assert f'<p class="address">{item.address.removeprefix("https://")}</p>' in page
        assert f"{item.file}.html" in index
        assert "<b>" not in page
    assert len(list((tmp_path / "qr").iterdir())) == 2 * len(made) + 1


def test_a_folder_that_cannot_be_written_is_named(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HubError, match="could not be written"):
        posters.write(tmp_path / "file", [], SITE, "Eksempel Kommune")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:8000", "HUB_SITE_URL"),
        ("http://localhost", "HUB_SITE_URL"),
        ("https://10.0.0.5", "HUB_SITE_URL"),
        ("https://hub", "HUB_SITE_URL"),
        ("http://eksempel.example", "not https"),
        (SITE, None),
    ],
)
def test_an_address_that_citizens_cannot_open_is_doubted(url: str, says: str | None) -> None:
    found = posters.doubt(url)
    assert found is None if says is None else found is not None and says in found
