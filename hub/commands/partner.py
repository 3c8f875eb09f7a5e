"""`hub partner`: who co-signs without an account, and the links that are mailed to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from hub.commands.common import actor_option, copenhagen, emit, json_option
from hub.database import db
from hub.journal import Actor
from hub.library import partners
from hub.library.partners.waiting import newest_link
from hub.models import Partner
from hub.text.phones import grouped


@click.group()
def partner() -> None:
    """Parties that co-sign by a mailed link, without an account."""


@partner.command("add")
@click.argument("party")
@click.option("--email", required=True, help="The only address that links are sent to.")
@click.option("--contact", required=True, help="The person who answers for the party.")
@click.option("--phone", required=True, help="Where the code is told, in person.")
@actor_option
@json_option
def add(party: str, email: str, contact: str, phone: str, actor: Actor, as_json: bool) -> None:
    """Register whom PARTY is reached by, as messages name their co-signers, or change it.

    A changed address is told to the one from before. Needs the role admin.
    """
    found = partners.register(party, email=email, contact=contact, phone=phone, actor=actor)
    row = found.partner
    emit(
        as_json,
        {"party": row.party, "email": row.email, "told": found.told},
        [
            f"Links for {row.party} go to {row.email} ({row.contact}) from now on.",
            *_told(found),
            "Somebody else, with the role author or approver, sends them: `hub partner invite`.",
        ],
    )


@partner.command("remove")
@click.argument("party")
@actor_option
@json_option
def remove(party: str, actor: Actor, as_json: bool) -> None:
    """Take PARTY's address away; links that were sent to it are closed. Needs the role admin."""
    found = partners.remove(party, actor=actor)
    row = found.partner
    emit(
        as_json,
        {"party": row.party, "email": row.email, "removed": True, "told": found.told},
        [f"No links go to {row.email} any more ({row.party}).", *_told(found)],
    )


def _told(found: partners.Registered) -> Iterator[str]:
    if found.told:
        yield "The address from before was told by mail."
    elif found.told is not None:
        yield "The address from before could not be told by mail: tell them by telephone."


@partner.command("invite")
@click.argument("party")
@actor_option
@json_option
def invite(party: str, actor: Actor, as_json: bool) -> None:
    """Mail a link to PARTY's registered address, and print the code to tell by telephone.

    The link is never shown. Links from before are closed. Needs the role author or approver, and somebody else than
    who registered the address.
    """
    made = partners.invite(party, actor=actor)
    emit(
        as_json,
        {
            "party": made.party,
            "email": made.email,
            "contact": made.contact,
            "phone": made.phone,
            "code": made.code,
            "expires_at": made.expires_at,
            "waiting": made.waiting,
        },
        [
            f"A link to {made.waiting} waiting messages is on its way to {made.email}. "
            f"It holds until {copenhagen(made.expires_at)}.",
            f"Ring {made.contact} ({made.party}) on {grouped(made.phone)} and tell the code: {made.code}",
            "It is shown this once. Never write it in a mail or an SMS.",
        ],
    )


@partner.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """Every party that a message names as a co-signer, with its address and what waits for it."""
    session = db.session()
    known = partners.by_party(session)
    rows = [
        (name, known.get(name), len(partners.waiting_for(session, name)))
        for name in sorted({*partners.parties_named(session), *known})
    ]
    emit(
        as_json,
        [_as_json(name, row, waiting) for name, row, waiting in rows],
        [_line(name, row, waiting) for name, row, waiting in rows]
        or ["No message names a co-signer."],
    )


def _as_json(name: str, row: Partner | None, waiting: int) -> dict[str, Any]:
    link = newest_link(db.session(), row)
    return {
        "party": name,
        "email": row.email if row else None,
        "contact": row.contact if row else None,
        "phone": row.phone if row else None,
        "registered_at": row.registered_at if row else None,
        "registered_by": row.registered_by if row else None,
        "waiting": waiting,
        "link_sent_at": link.sent_at if link else None,
        "link_expires_at": link.expires_at if link else None,
        "link_closed": link.closed_why if link else None,
    }


def _line(name: str, row: Partner | None, waiting: int) -> str:
    link = newest_link(db.session(), row)
    sent = f"link sent {copenhagen(link.sent_at)}" if link else "no link sent"
    if link is not None and link.closed_why:
        sent += f", closed ({link.closed_why})"
    if row is None:
        return f"{name:32} {waiting} waiting  no address: `hub partner add`"
    return f"{name:32} {waiting} waiting  {row.email}  {row.contact}  {sent}"
