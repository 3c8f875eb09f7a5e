"""The house: one direction, and a command line that documents itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from hub.cli import main


def commands(
    group: click.Group = main, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield (*path, name), command
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL = dict(commands())


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_help_for_itself_and_its_options(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert command.help, "no help text"
    with click.Context(command, info_name=" ".join(path)) as context:
        assert command.get_help(context)
    for option in command.params:
        if isinstance(option, click.Option) and option.show_default is not True:
            assert option.help or option.metavar, f"{path}: {option.name} explains nothing"


def test_the_commands_others_rely_on_are_there() -> None:
    named = {
        "demo", "serve", "web", "worker", "keys", "db upgrade", "backup", "restore", "user add", "user list",
        "library load", "library export", "library lint", "library readiness", "library show",
        "library submit", "library approve", "library sign", "sms count", "audience import",
        "audience list", "audience show", "audience delete", "incident open", "incident list",
        "incident close", "announce", "confirm", "return", "broadcast add", "broadcast status",
        "broadcast pause", "broadcast resume", "broadcast stop", "broadcast wait", "publish",
        "journal verify",
    }  # fmt: skip
    assert named <= {" ".join(path) for path in ALL}


def test_every_changing_command_names_who_acts() -> None:
    reporting = {
        "demo", "serve", "web", "worker", "keys", "db upgrade", "backup", "user list", "library export",
        "library lint", "library readiness", "library show", "sms count", "audience list",
        "audience show", "incident list", "broadcast status", "broadcast wait",
        "journal verify", "journal show", "suppression list", "alarms", "place list", "place names", "place show",
        "place qr", "broadcast unknown", "gateway list", "library diff", "library list", "partner list",
    }  # fmt: skip
    for path, command in ALL.items():
        if " ".join(path) not in reporting:
            assert any("--as" in option.opts for option in command.params), " ".join(path)


def test_text_is_pure() -> None:
    probe = (
        "import sys, hub.text.compose, hub.text.lint, hub.text.segments, hub.text.phones, hub.text.situation\n"
        "impure = {'flask', 'sqlalchemy', 'hub.database', 'hub.clock', 'hub.settings'} & set(sys.modules)\n"
        "sys.exit(f'hub.text brought in {impure}' if impure else 0)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
