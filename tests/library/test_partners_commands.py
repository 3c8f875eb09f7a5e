"""`hub partner`, as an operator types it: the link is never on the screen, the code once."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from hub.commands.partner import partner
from hub.errors import Conflict, HubError, NotAllowed
from hub.journal import Actor, newest
from hub.library import partners
from tests.fakes.smtp_server import SmtpServer
from tests.library.partners import (
    ADDRESS,
    HEALTH,
    KEY,
    PHONE,
    WATER,
    Loader,
    admin,
    author,
    load,
    move,
    settings,
    smtp,
    submitted,
    token_in,
    yes,
)

__all__ = ["admin", "author", "load", "move", "settings", "smtp"]

ADD = ("add", WATER, "--email", ADDRESS, "--contact", "Ove Vand", "--phone", PHONE)


def run(*words: str) -> Result:
    result = CliRunner().invoke(partner, words)
    if isinstance(result.exception, HubError):
        raise result.exception
    assert result.exception is None, result.output
    return result


def test_from_an_address_to_a_yes(
    load: Loader, admin: Actor, author: Actor, session: Session, smtp: SmtpServer
) -> None:
    assert "no address: `hub partner add`" in run("list").stdout
    added = run(*ADD, "--as", admin.name).stdout
    assert f"Links for {WATER} go to {ADDRESS} (Ove Vand) from now on." in added
    [version] = submitted(session, author, KEY)
    invited = run("invite", WATER, "--as", author.name)
    token = token_in(smtp.mails[0])
    assert token not in invited.output
    assert "Ring Ove Vand (vandværk) on 70 20 30 40 and tell the code:" in invited.stdout
    code = invited.stdout.partition("tell the code: ")[2][:6]
    partners.answer(token, code=code, by="Ove Vand", given=[yes(version)])
    listed = json.loads(run("list", "--json").stdout)
    water = next(row for row in listed if row["party"] == WATER)
    health = next(row for row in listed if row["party"] == HEALTH)
    assert (water["waiting"], water["link_closed"]) == (0, "answered")
    assert (health["waiting"], health["email"]) == (1, None)
    assert "closed (answered)" in run("list").stdout
    removed = run("remove", WATER, "--as", admin.name).stdout
    assert "The address from before was told by mail." in removed
    assert newest(session, 1)[0].kind == "partner-removed"


def test_as_json(
    load: Loader, admin: Actor, author: Actor, session: Session, smtp: SmtpServer
) -> None:
    added = json.loads(run(*ADD, "--as", admin.name, "--json").stdout)
    assert added == {"party": WATER, "email": ADDRESS, "told": None}
    submitted(session, author, KEY)
    result = run("invite", WATER, "--as", author.name, "--json")
    made = json.loads(result.stdout)
    assert (made["email"], made["phone"], made["waiting"]) == (ADDRESS, "+4570203040", 1)
    assert len(made["code"]) == 6
    assert token_in(smtp.mails[0]) not in result.output
    removed = json.loads(run("remove", WATER, "--as", admin.name, "--json").stdout)
    assert removed["told"] is True


def test_the_shell_alone_does_nothing(load: Loader, admin: Actor, author: Actor) -> None:
    for words in (ADD, ("remove", WATER), ("invite", WATER)):
        with pytest.raises(NotAllowed, match="Name the person with --as EMAIL"):
            run(*words)
    with pytest.raises(NotAllowed):
        run(*ADD, "--as", author.name)


def test_an_address_that_could_not_be_told_is_said(
    load: Loader, admin: Actor, smtp: SmtpServer
) -> None:
    run(*ADD, "--as", admin.name)
    smtp.refuses = True
    changed = run(*[word.replace(ADDRESS, "ny@vand.example") for word in ADD], "--as", admin.name)
    assert "could not be told by mail: tell them by telephone" in changed.stdout
    smtp.refuses, smtp.hangs_up = False, True
    with pytest.raises(Conflict, match="took no mail"):
        run("remove", WATER, "--as", admin.name)
