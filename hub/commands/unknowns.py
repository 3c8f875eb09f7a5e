"""`hub broadcast unknown|requeue|received`: what to do about deliveries of which nobody knows whether they arrived."""

from __future__ import annotations

import click
from sqlalchemy import select

from hub.commands.common import actor_option, copenhagen, emit, json_option
from hub.database import db
from hub.incidents import halting
from hub.journal import Actor
from hub.models import Delivery, DeliveryState
from hub.sms import broadcasts

chosen_option = click.option(
    "--delivery", "deliveries", multiple=True, type=int, metavar="N", help="Only this delivery."
)


@click.command("unknown")
@click.argument("number", metavar="ID", type=int)
@json_option
def unknown(number: int, as_json: bool) -> None:
    """The deliveries of broadcast ID whose outcome is unknown, the oldest first."""
    session = db.session()
    broadcasts.find(session, number)
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.broadcast_id == number, Delivery.state == DeliveryState.UNKNOWN.value)
        .order_by(Delivery.doubt_since, Delivery.id)
    ).all()
    data = [
        {
            "delivery": row.id,
            "row": row.row,
            "number_ends_in": (row.number or "")[-2:],
            "gateway": row.gateway,
            "since": row.doubt_since,
            "words": row.error_text,
        }
        for row in rows
    ]
    lines = [
        f"{row.id:8}  row {row.row or '-'}  number ends in {(row.number or '')[-2:]}  {row.gateway}  "
        f"since {copenhagen(row.doubt_since)}  {row.error_text or ''}"
        for row in rows
    ]
    help_ = [
        f"Received: hub broadcast received {number} --delivery N --reason TEXT. "
        f"Send again: hub broadcast requeue {number} --delivery N --reason TEXT."
    ]
    emit(as_json, data, [*lines, *help_] if lines else ["No outcome is unknown."])


@click.command("requeue")
@click.argument("number", metavar="ID", type=int)
@chosen_option
@click.option(
    "--reason", required=True, metavar="TEXT", help="Why twice does no harm; stands in the journal."
)
@actor_option
@json_option
def requeue(
    number: int, deliveries: tuple[int, ...], reason: str, actor: Actor, as_json: bool
) -> None:
    """Send deliveries of broadcast ID whose outcome is unknown again: some may get the text twice.

    Without --delivery all that remain, where the scenario is marked repeat_is_harmless.
    """
    again = halting.send_again(number, actor=actor, reason=reason, deliveries=deliveries or None)
    emit(
        as_json,
        {"broadcast": number, "sent_again": again},
        [
            f"{again} of broadcast {number} go out again as soon as a worker runs, "
            f"or now with: hub broadcast wait {number}"
        ],
    )


@click.command("received")
@click.argument("number", metavar="ID", type=int)
@chosen_option
@click.option(
    "--reason", required=True, metavar="TEXT", help="How you know; stands in the journal."
)
@actor_option
@json_option
def received(
    number: int, deliveries: tuple[int, ...], reason: str, actor: Actor, as_json: bool
) -> None:
    """Note that deliveries of broadcast ID whose outcome was unknown were received: never sent again."""
    count = broadcasts.settle_unknown(number, actor=actor, reason=reason, deliveries=deliveries)
    emit(
        as_json,
        {"broadcast": number, "received": count},
        [f"{count} of broadcast {number} are noted as received."],
    )


COMMANDS = (unknown, requeue, received)
"""For the group `hub broadcast`."""
