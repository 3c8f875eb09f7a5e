"""`hub library show`: one message as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from hub import library as room
from hub.commands.common import copenhagen, emit, json_option
from hub.database import db
from hub.library import Shown
from hub.library.overview import ShownLanguage


@click.command("show")
@click.argument("key")
@json_option
def show(key: str, as_json: bool) -> None:
    """A message's newest version: texts per language and channel, state, hash, slots, who must still sign."""
    shown = room.show(db.session(), key)
    emit(as_json, _show_data(shown), _show_lines(shown))


def _show_data(shown: Shown) -> dict[str, Any]:
    return {
        "key": shown.key,
        "number": shown.number,
        "state": shown.state,
        "hash": shown.hash,
        "unsigned": shown.unsigned,
        "slots": [
            {
                "name": slot.name,
                "type": slot.type.value,
                "required": slot.required,
                "example": slot.example,
            }
            for slot in shown.slots
        ],
        "texts": {
            language: {
                "title": text.title,
                "sms": text.sms,
                "web": text.web,
                "phone": text.phone,
            }
            for language, text in shown.texts.items()
        },
        "personal": [slot.name for slot in shown.slots if slot.personal],
        "owner": shown.owner,
        "co_signers": shown.co_signers,
        "undecided": shown.undecided,
        "recheck": shown.recheck,
        "blocked": shown.blocked,
        "review_due": shown.review_due.isoformat() if shown.review_due else None,
        "returned_reason": shown.returned_reason,
        "contributors": shown.contributors,
        "approved": {"number": shown.approved_number, "state": shown.approved_state}
        if shown.approved_number
        else None,
        "languages": {code: _language_data(item) for code, item in shown.languages.items()},
        "approved_unsigned": {
            "languages": shown.approved_unsigned,
            "reason": shown.unsigned_reason,
        }
        if shown.approved_unsigned
        else None,
    }


def _language_data(item: ShownLanguage) -> dict[str, Any]:
    signed = item.signature
    return {
        "hash": item.hash,
        "state": _language_state(item),
        "signed_by": signed.by if signed else None,
        "recorded_by": signed.recorded_by if signed else None,
        "recorded_at": signed.recorded_at.isoformat() if signed else None,
    }


def _language_state(item: ShownLanguage) -> str:
    """`master` is Danish, which the approver reads."""
    if not item.is_translation:
        return "master"
    return "signed" if item.signature else "unsigned"


def _show_lines(shown: Shown) -> Iterator[str]:
    yield f"{shown.key} version {shown.number}: {shown.state}"
    yield f"hash      {shown.hash}"
    yield f"owner     {shown.owner}"
    if shown.review_due:
        yield f"review    {copenhagen(shown.review_due)}"
    for name, items in (
        ("unsigned", shown.unsigned),
        ("undecided", shown.undecided),
        ("recheck", shown.recheck),
        ("blocked", shown.blocked),
        ("wrote", shown.contributors),
    ):
        if items:
            yield f"{name:9} {', '.join(items)}"
    if shown.returned_reason:
        yield f"returned  {shown.returned_reason}"
    if shown.approved_number not in (0, shown.number):
        yield f"approved  version {shown.approved_number} ({shown.approved_state}) can still be sent"
    if shown.approved_unsigned:
        names = ", ".join(shown.approved_unsigned)
        yield f"approved without a reader's signature for {names}: {shown.unsigned_reason}"
    yield ""
    for code, item in shown.languages.items():
        yield f"{code:9} {_language_line(item)}"
    yield ""
    for slot in shown.slots:
        kind = "personal" if slot.personal else "required" if slot.required else "optional"
        yield f"{{{slot.name}}}  {slot.type}, {kind}, for example {slot.example}"
    for language, text in shown.texts.items():
        for channel, words in (("SMS", text.sms), ("Web", text.web), ("Phone", text.phone)):
            yield ""
            yield f"--- {language} {channel}: {text.title}"
            yield words


def _language_line(item: ShownLanguage) -> str:
    signed = item.signature
    if not item.is_translation:
        return "Danish: the approver reads it"
    if signed is None:
        return f"unsigned, hash {item.hash}"
    when = copenhagen(signed.recorded_at)
    return f"signed by {signed.by}, recorded {when} by {signed.recorded_by}"
