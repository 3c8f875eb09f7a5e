"""The journal page: everything that happened, found again, and the record held to its own hashes."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields

import pytest
from flask import Flask
from sqlalchemy import update

import hub
from hub.database import db
from hub.desk import journal_words
from hub.journal import Entry, write_head_file
from hub.journal import head as journal_head
from hub.models import JournalEntry, JournalHead
from hub.settings import Settings
from tests.desk import happening
from tests.desk.conftest import EVA, LoginAs

pytestmark = pytest.mark.usefixtures("town")


def entry_classes() -> list[type[Entry]]:
    for module in pkgutil.walk_packages(hub.__path__, "hub."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[Entry]] = []
    todo = [Entry]
    while todo:
        for kind in todo.pop().__subclasses__():
            todo.append(kind)
            if kind.__module__.startswith("hub."):
                found.append(kind)
    return found


def test_every_kind_of_entry_has_a_name() -> None:
    kinds = {kind.kind for kind in entry_classes()}
    assert kinds == set(journal_words.KINDS)


def test_every_field_of_an_entry_has_a_name() -> None:
    names = {field.name for kind in entry_classes() for field in fields(kind)}
    assert names == set(journal_words.FIELDS)


def test_what_happened_is_told_with_who_did_it(app: Flask, login_as: LoginAs) -> None:
    happening.live(happening.incident())
    text = login_as(EVA).get("/desk/journal").text
    for words in ("Hændelse åbnet", "Melding forberedt", "Melding bekræftet", "dan@town.example"):
        assert words in text


def test_an_incidents_entries_are_found(app: Flask, login_as: LoginAs) -> None:
    happening.town_list()
    first = happening.incident()
    happening.live(first, audience="borgere")
    second = happening.incident("latrine")
    browser = login_as(EVA)
    text = browser.get(f"/desk/journal?incident={second}").text
    assert text.count("<li id=") == 1
    text = browser.get(f"/desk/journal?incident={first}").text
    for words in ("Melding bekræftet", "Udsendelse frigivet"):
        assert words in text
    assert "latrine" not in text.partition("<ol")[2]


def test_entries_are_found_by_kind_and_words(app: Flask, login_as: LoginAs) -> None:
    happening.live(happening.incident())
    browser = login_as(EVA)
    assert browser.get("/desk/journal?kind=incident-opened").text.count("<li id=") == 1
    assert browser.get("/desk/journal?words=DAN@town").text.count("<li id=") >= 1
    answer = browser.get("/desk/journal?words=%3Cscript%3E")
    assert "<script>" not in answer.text
    assert "Ingen poster passer" in answer.text
    assert browser.get("/desk/journal?incident=nonsense&kind=nonsense").status_code == 200


def test_the_record_is_checked(app: Flask, login_as: LoginAs, settings: Settings) -> None:
    happening.live(happening.incident())
    browser = login_as(EVA)
    assert "Journalen holder" in browser.get("/desk/journal?verify=1").text
    session = db.session()
    session.execute(
        update(JournalEntry).where(JournalEntry.number == 2).values(actor="nobody@town.example")
    )
    session.commit()
    text = browser.get("/desk/journal?verify=1").text
    assert "Journalen er brudt ved post 2" in text
    assert "Journalen holder" not in text


def test_a_cut_tail_shows(app: Flask, login_as: LoginAs, settings: Settings) -> None:
    happening.live(happening.incident())
    session = db.session()
    last = journal_head(session)
    write_head_file(settings.data_dir, last)
    previous = session.get_one(JournalEntry, last.number - 1)
    session.delete(session.get_one(JournalEntry, last.number))
    head = session.get_one(JournalHead, 1)
    head.number, head.hash = previous.number, previous.hash
    session.commit()
    assert f"brudt ved post {last.number}" in login_as(EVA).get("/desk/journal?verify=1").text
