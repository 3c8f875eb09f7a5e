"""`hub user ...` as an operator types it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from hub import accounts
from hub.commands.people import user
from hub.database import db
from hub.errors import HubError
from hub.models import Role, Stage
from tests.accounts.people import OFFICE


def run(*arguments: str) -> Result:
    return CliRunner().invoke(user, list(arguments))


def test_a_first_admin_comes_in_from_the_shell(app: Flask) -> None:
    assert run("add", "ada@town.example", "--role", "admin").exit_code == 0
    made = run("invite", "ada@town.example", "--json")
    url = json.loads(made.stdout)["link"]
    assert url.startswith("http://127.0.0.1:8000/desk/welcome/")
    begun = accounts.redeem(url.rpartition("/")[2], "cykel-måne-tagsten-7", OFFICE)
    assert begun.stage is Stage.SETUP
    reset = run("reset", "ada@town.example")
    assert "/desk/welcome/" in reset.stdout


def test_bounds_are_set_and_shown(app: Flask) -> None:
    made = run(
        *("add", "front@town.example", "--role", "sender"),
        *("--scenario", "appointments-cancelled", "--most", "50"),
    )
    assert "about appointments-cancelled only, to at most 50 phones" in made.stdout
    with pytest.raises(HubError):
        accounts.check_bounds(
            db.session(), accounts.find_person(db.session(), "front@town.example"), "water-boil", 1
        )
    assert "without bounds" in run("bounds", "front@town.example").stdout
    listed = json.loads(run("list", "--json").stdout)
    assert (listed[0]["scenarios"], listed[0]["most"]) == ([], None)


def test_roles_phone_and_closing(app: Flask) -> None:
    run("add", "bo@town.example", "--role", "author")
    assert run("roles", "bo@town.example", "--role", "viewer", "--role", "sender").exit_code == 0
    assert run("phone", "bo@town.example", "20 12 34 56").exit_code == 0
    person = accounts.find_person(db.session(), "bo@town.example")
    assert (person.role_names, person.duty_phone) == ({Role.VIEWER, Role.SENDER}, "+4520123456")
    assert run("close", "bo@town.example").exit_code == 0
    assert "closed" in run("list").stdout


def test_the_shell_too_keeps_the_last_admin(app: Flask) -> None:
    run("add", "ada@town.example", "--role", "admin")
    assert isinstance(run("close", "ada@town.example").exception, HubError)
