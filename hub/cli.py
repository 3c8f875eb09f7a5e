"""`hub`: the console script. Each area's commands are in `hub/commands/`."""

from __future__ import annotations

import logging
import sys
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from hub import logs
from hub.application import create_app
from hub.commands import (
    announcing,
    audience,
    broadcasts,
    gateways,
    keeping,
    library,
    operations,
    partner,
    people,
    place,
    publishing,
    sms,
    suppression,
    unknowns,
)
from hub.database import db
from hub.demo import demo
from hub.errors import HubError
from hub.settings import SettingsError

NEEDS_NO_APPLICATION = frozenset({"demo", "keys", "sms"})


class HubGroup(click.Group):
    """Runs commands inside the application; errors of ours become one message and exit 1."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except SettingsError as error:
            click.echo(f"hub: {error}", err=True)
            sys.exit(2)
        except HubError as error:
            click.echo(f"hub: {error}", err=True)
            sys.exit(1)
        except OperationalError as error:
            click.echo(f"hub: {operations.explain_database_error(error)}", err=True)
            sys.exit(1)


@click.group(cls=HubGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="klarbesked", prog_name="hub")
@click.pass_context
def main(context: click.Context) -> None:
    """Klarbesked: tell citizens what to do when water, power, heat, IT or telephones fail."""
    wants_help = any(word in ("-h", "--help") for word in sys.argv[1:])
    context.obj = lambda: _open_application(context)  # for those below that need it after all
    if context.invoked_subcommand not in NEEDS_NO_APPLICATION and not wants_help:
        _open_application(context)


def _open_application(context: click.Context) -> None:
    app = create_app()
    logs.set_up(app.config["HUB"].keeping.log, logging.WARNING)
    app_context = app.app_context()
    app_context.push()
    context.call_on_close(app_context.pop)
    context.call_on_close(db.session.remove)
    operations.check_schema(context.invoked_subcommand or "")


for command in unknowns.COMMANDS:
    broadcasts.broadcast.add_command(command)
for command in (
    *announcing.COMMANDS,
    broadcasts.broadcast,
    *operations.COMMANDS,
    *keeping.COMMANDS,
    *publishing.COMMANDS,
    audience.audience,
    demo,
    gateways.gateway,
    library.library,
    partner.partner,
    people.user,
    place.place,
    sms.sms,
    suppression.suppression,
):
    main.add_command(command)
