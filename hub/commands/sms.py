"""`hub sms`: what a text costs."""

from __future__ import annotations

import json
import sys

import click

from hub.errors import Invalid
from hub.text.segments import count


@click.group()
def sms() -> None:
    """Texts and their segments."""


@sms.command("count")
@click.argument("text", required=False)
def count_segments(text: str | None) -> None:
    """Encoding, segments and units of TEXT.

    Without TEXT, reads one JSON string a line from standard input and prints one JSON object a line.
    """
    if text is not None:
        click.echo(_line(text))
        return
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise Invalid(
                f"standard input, line {number}: not JSON ({error}); one JSON string a line"
            ) from None
        if not isinstance(value, str):
            raise Invalid(f"standard input, line {number}: not a JSON string")
        click.echo(_line(value))


def _line(text: str) -> str:
    found = count(text)
    return json.dumps(
        {"encoding": found.encoding.value, "segments": found.segments, "units": found.units}
    )
