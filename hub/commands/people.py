"""`hub user`: accounts and their roles."""

from __future__ import annotations

import click

from hub import accounts
from hub.commands.common import actor_option, copenhagen, emit, json_option
from hub.database import db
from hub.errors import Invalid
from hub.journal import Actor
from hub.models import Role
from hub.text.phones import Rejected, read_cell


@click.group()
def user() -> None:
    """People and their roles."""


@user.command("add")
@click.argument("email")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What the person may do; repeat it for several roles.",
)
@click.option("--phone", help="Duty phone: drafts to confirm are sent to it.")
@actor_option
@json_option
def add(email: str, roles: tuple[str, ...], phone: str | None, actor: Actor, as_json: bool) -> None:
    """Make an account for EMAIL."""
    number = None
    if phone:
        cell = read_cell(phone)
        if isinstance(cell, Rejected):
            raise Invalid(f"--phone {phone!r} cannot be used: {cell.reason}")
        number = cell.e164
    person = accounts.add_person(
        email, [Role(role) for role in roles], actor=actor, duty_phone=number
    )
    names = sorted(person.role_names)
    emit(
        as_json,
        {"email": person.email, "roles": names},
        [f"{person.email} may now act as {', '.join(names)}."],
    )


@user.command("list")
@json_option
def list_people(as_json: bool) -> None:
    """Who has an account, with roles."""
    people = accounts.all_people(db.session())
    emit(
        as_json,
        [
            {
                "email": person.email,
                "roles": sorted(person.role_names),
                "made_at": person.made_at,
                "made_by": person.made_by,
                "closed": person.closed_at is not None,
            }
            for person in people
        ],
        [
            f"{person.email:40} {', '.join(sorted(person.role_names)):30} since {copenhagen(person.made_at)}"
            for person in people
        ]
        or ["Nobody has an account yet: `hub user add EMAIL --role ROLE`."],
    )
