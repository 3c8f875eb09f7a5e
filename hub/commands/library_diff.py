"""`hub library diff`: what differs between two versions of a message, in words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from hub import clock
from hub import library as room
from hub.commands.common import emit, json_option
from hub.database import db
from hub.errors import NotFound
from hub.library.lifecycle import versions_of
from hub.models import Version
from hub.text.differences import (
    Detail,
    FieldChange,
    Kind,
    NameChange,
    details_between,
    name_changes,
    text_changes,
)
from hub.text.plain_changes import is_unseen, plainly
from hub.text.plain_terms import TERMS

WIDTH = 79
FIELDS = {
    "title": "title",
    "sms": "SMS",
    "short": "short SMS",
    "web": "page",
    "phone": "phone text",
    "back": "back into Danish",
}
MARKS = {Kind.SAME: "{}", Kind.ADDED: "{{+{}+}}", Kind.REMOVED: "[-{}-]"}


@click.command("diff")
@click.argument("key")
@click.argument("old", type=int, required=False)
@click.argument("new", type=int, required=False)
@json_option
def diff(key: str, old: int | None, new: int | None, as_json: bool) -> None:
    """What differs in KEY between version OLD and version NEW, word by word.

    Without numbers: the newest version and the one before it. With one: that one and the newest.
    """
    session = db.session()
    room.newest(session, key)
    versions = versions_of(session, key)
    later = _numbered(versions, new) if new is not None else versions[0]
    before = next((row.number for row in versions if row.number < later.number), later.number)
    earlier = _numbered(versions, old if old is not None else before)
    words = text_changes(earlier.text, later.text)
    names = name_changes(earlier.text, later.text)
    meta = details_between(earlier.scenario_meta, later.scenario_meta)
    emit(
        as_json,
        _data(key, earlier, later, words, names, meta),
        _lines(earlier, later, words, names, meta),
    )


def _numbered(versions: Sequence[Version], number: int) -> Version:
    for row in versions:
        if row.number == number:
            return row
    raise NotFound(
        f"{versions[0].key} has no version {number}; the newest is {versions[0].number}."
    )


def _data(
    key: str,
    old: Version,
    new: Version,
    words: Sequence[FieldChange],
    names: Sequence[NameChange],
    meta: Sequence[Detail],
) -> dict[str, Any]:
    return {
        "key": key,
        "old": {"number": old.number, "hash": old.hash},
        "new": {"number": new.number, "hash": new.hash},
        "texts": [
            {
                "language": item.language,
                "field": item.field,
                "pieces": [{"kind": piece.kind.value, "text": piece.text} for piece in item.pieces],
            }
            for item in words
        ],
        "names": [
            {
                "kind": item.kind,
                "name": item.name,
                "before": item.before,
                "after": item.after,
                "details": [_detail_data(detail) for detail in item.details],
            }
            for item in names
        ],
        "scenario": [_detail_data(item) for item in meta],
    }


def _detail_data(item: Detail) -> dict[str, Any]:
    return {"property": list(item.path), "before": item.before, "after": item.after}


def _lines(
    old: Version,
    new: Version,
    words: Sequence[FieldChange],
    names: Sequence[NameChange],
    meta: Sequence[Detail],
) -> Iterator[str]:
    now = clock.now()
    yield (
        f"{new.key}: from version {old.number} ({room.shown_state(old, now)}) to version {new.number} "
        f"({room.shown_state(new, now)})"
    )
    if not (words or names or meta):
        yield "The two say the same."
        return
    yield "[-removed-] {+added+}; … stands for lines that are the same"
    for change in words:
        yield ""
        yield f"{change.language} {FIELDS[change.field]}:"
        yield from _change_lines(old, new, change)
    for item in names:
        yield ""
        yield from _name_lines(item)
    if meta:
        yield ""
        yield "The scenario's own data:"
        yield from (f"  {_told(item)}" for item in meta)


def _change_lines(old: Version, new: Version, change: FieldChange) -> Iterator[str]:
    plain = plainly(change, (new.text, old.text), "en", TERMS["en"])
    if is_unseen(plain):
        yield "  Only marks that no citizen sees were changed."
        return
    said = "".join(_marked(piece.kind, piece.text) for piece in plain.pieces)
    for line in said.strip("\n").split("\n"):
        yield from textwrap.wrap(
            line,
            WIDTH,
            initial_indent="  ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]


def _marked(kind: Kind, text: str) -> str:
    """Each line by itself, so that a mark never stands open at a line's end."""
    if kind is Kind.SAME:
        return text
    lines = text.split("\n")
    return "\n".join(MARKS[kind].format(line) if line.strip() else line for line in lines)


def _name_lines(item: NameChange) -> Iterator[str]:
    label = _label(item.label)
    name = f"{item.kind} {item.name}" + (f" ({label})" if label else "")
    if not item.before:
        yield f"{name} is new: {item.after}"
    elif not item.after:
        yield f"{name} is gone; it was: {item.before}"
    else:
        yield f"{name} is changed:"
        yield from (f"  {_told(detail)}" for detail in item.details)


def _label(label: Mapping[str, str]) -> str:
    return label.get("en") or label.get("da") or ""


def _told(item: Detail) -> str:
    what = " ".join(item.path).replace("_", " ")
    return f"{what}: {item.before or '(nothing)'} -> {item.after or '(nothing)'}"
