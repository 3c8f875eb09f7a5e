"""`hub user`: accounts and their roles."""

from __future__ import annotations

import click

from hub import accounts
from hub.commands.common import actor_option, copenhagen, emit, json_option
from hub.database import db
from hub.errors import Invalid
from hub.journal import Actor
from hub.models import Person, Role
from hub.text.phones import Rejected, read_cell


@click.group()
def user() -> None:
    """People and their roles."""


_ROLES = click.Choice([role.value for role in Role])
_scenario_option = click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    help="May send about this only; repeat it for several.",
)
_most_option = click.option(
    "--most", type=click.IntRange(min=0), help="May send to at most so many phones at a time."
)


@user.command("add")
@click.argument("email")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=_ROLES,
    help="What the person may do; repeat it for several roles.",
)
@click.option("--phone", help="Duty phone: drafts to confirm are sent to it.")
@_scenario_option
@_most_option
@actor_option
@json_option
def add(
    email: str,
    roles: tuple[str, ...],
    phone: str | None,
    scenarios: tuple[str, ...],
    most: int | None,
    actor: Actor,
    as_json: bool,
) -> None:
    """Make an account for EMAIL. `hub user invite` makes the link with which the person logs in first."""
    person = accounts.add_person(
        email,
        [Role(role) for role in roles],
        actor=actor,
        duty_phone=_number(phone),
        scenarios=scenarios,
        most=most,
    )
    names = sorted(person.role_names)
    emit(
        as_json,
        {
            "email": person.email,
            "roles": names,
            "scenarios": list(person.scenarios),
            "most": person.largest_reach,
        },
        [f"{person.email} may now act as {', '.join(names)}{_bounds(person)}."],
    )


def _number(phone: str | None) -> str | None:
    if not phone:
        return None
    cell = read_cell(phone)
    if isinstance(cell, Rejected):
        raise Invalid(f"--phone {phone!r} cannot be used: {cell.reason}")
    return cell.e164


def _bounds(person: Person) -> str:
    about = f", about {', '.join(person.scenarios)} only" if person.scenarios else ""
    reach = "" if person.largest_reach is None else f", to at most {person.largest_reach} phones"
    return about + reach


@user.command("invite")
@click.argument("email")
@actor_option
@json_option
def invite(email: str, actor: Actor, as_json: bool) -> None:
    """Print a one-use link with which EMAIL sets password and second factor. One from before is void."""
    _print_link(accounts.invite(email, actor=actor), as_json)


@user.command("reset")
@click.argument("email")
@actor_option
@json_option
def reset(email: str, actor: Actor, as_json: bool) -> None:
    """Take EMAIL's password, app, recovery codes and passkeys away, and print a new one-use link."""
    _print_link(accounts.reset(email, actor=actor), as_json)


def _print_link(link: accounts.Link, as_json: bool) -> None:
    emit(
        as_json,
        {"email": link.email, "link": link.url, "expires_at": link.expires_at},
        [
            f"Give this to {link.email} and to nobody else. It works once, until {copenhagen(link.expires_at)}:",
            link.url,
        ],
    )


@user.command("roles")
@click.argument("email")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=_ROLES,
    help="Repeat it for several roles.",
)
@actor_option
def roles(email: str, roles: tuple[str, ...], actor: Actor) -> None:
    """Give EMAIL these roles and no others. Logins end."""
    accounts.change_roles(email, [Role(role) for role in roles], actor=actor)
    click.echo(f"{email} may now act as {', '.join(sorted(set(roles)))}.")


@user.command("bounds")
@click.argument("email")
@_scenario_option
@_most_option
@actor_option
def bounds(email: str, scenarios: tuple[str, ...], most: int | None, actor: Actor) -> None:
    """Bind EMAIL when sending. Without options: no bounds."""
    accounts.change_bounds(email, scenarios=scenarios, most=most, actor=actor)
    person = accounts.find_person(db.session(), email)
    click.echo(f"{person.email} may send{_bounds(person) or ' without bounds'}.")


@user.command("phone")
@click.argument("email")
@click.argument("phone", required=False)
@actor_option
def phone(email: str, phone: str | None, actor: Actor) -> None:
    """Set EMAIL's duty phone; without PHONE take it away."""
    accounts.change_duty_phone(email, _number(phone), actor=actor)
    click.echo(f"{email} has {'a' if phone else 'no'} duty phone now.")


@user.command("close")
@click.argument("email")
@actor_option
def close(email: str, actor: Actor) -> None:
    """Close EMAIL's account for good."""
    accounts.close(email, actor=actor)
    click.echo(f"The account of {email} is closed.")


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
                "scenarios": list(person.scenarios),
                "most": person.largest_reach,
                "login": _login_state(person),
            }
            for person in people
        ],
        [
            f"{person.email:40} {', '.join(sorted(person.role_names)):30} since {copenhagen(person.made_at)}  "
            f"{_login_state(person)}{_bounds(person)}"
            for person in people
        ]
        or ["Nobody has an account yet: `hub user add EMAIL --role ROLE`."],
    )


def _login_state(person: Person) -> str:
    if person.closed_at is not None:
        return "closed"
    if person.password_hash is None:
        return "not logged in yet"
    return "password and app" if person.has_factor else "password only"
