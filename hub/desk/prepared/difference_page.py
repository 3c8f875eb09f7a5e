"""Two versions of a message, compared in words for readers who know no templates."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hub import clock, library
from hub.database import db
from hub.desk.access import desk_route
from hub.desk.language import current
from hub.desk.prepared.message_page import numbered, tables, versions_named
from hub.desk.prepared.names import PHASES
from hub.desk.prepared.reviewing import terms
from hub.desk.words import gettext as _
from hub.desk.words import lazy_gettext
from hub.models import Version
from hub.site.pages import own_name
from hub.text.differences import (
    Detail,
    FieldChange,
    Kind,
    NameChange,
    Piece,
    details_between,
    name_changes,
    text_changes,
    words_between,
)
from hub.text.plain_changes import is_unseen, plainly
from hub.text.types import Phase
from hub.text.words import own_words

KINDS = {
    "slot": lazy_gettext("Blank"),
    "fact": lazy_gettext("Fact"),
    "decision": lazy_gettext("Local decision"),
}
PROPERTIES = {
    "type": lazy_gettext("kind of blank"),
    "label": lazy_gettext("name"),
    "help": lazy_gettext("help"),
    "example": lazy_gettext("example"),
    "required": lazy_gettext("must be filled in"),
    "personal": lazy_gettext("each person's own"),
    "column": lazy_gettext("the list's column"),
    "max_length": lazy_gettext("most characters"),
    "minimum": lazy_gettext("least"),
    "maximum": lazy_gettext("most"),
    "options": lazy_gettext("choice"),
    "value": lazy_gettext("value"),
    "unit": lazy_gettext("unit"),
    "source": lazy_gettext("source"),
    "checked": lazy_gettext("checked on"),
    "checked_by": lazy_gettext("checked by"),
    "withdrawn": lazy_gettext("withdrawn as wrong"),
    "title": lazy_gettext("title"),
    "owner": lazy_gettext("owner"),
    "co_signers": lazy_gettext("co-signers"),
    "audiences": lazy_gettext("whom it is for"),
    "channels": lazy_gettext("channels"),
    "cap": lazy_gettext("words of the warning feed"),
    "severity": lazy_gettext("severity"),
    "review_months": lazy_gettext("months until the next review"),
    "repeat_is_harmless": lazy_gettext("may be sent twice"),
    "verify": lazy_gettext("ask before you approve"),
}
"""What can change in a blank, a fact, a local decision and a scenario."""


@dataclass(frozen=True)
class Compared:
    """One channel's change, said plainly; `added` and `removed` count words. With `unseen` nothing is left to read."""

    change: FieldChange
    added: int
    removed: int
    unseen: bool


@dataclass(frozen=True)
class ComparedDetail:
    what: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class ComparedName:
    """A blank, fact or local decision; `state` is new, gone or changed."""

    kind: str
    name: str
    label: str
    state: str
    words: str
    details: tuple[ComparedDetail, ...]


@desk_route("/prepared/<path:key>/differences", role=None)
def message_differences(key: str) -> ResponseReturnValue:
    """`?old=` and `?new=`, by default the newest and the one before it."""
    versions = versions_named(db.session(), key)
    new = numbered(versions, request.args.get("new", type=int) or versions[0].number)
    before = next((row.number for row in versions if row.number < new.number), new.number)
    old = numbered(versions, request.args.get("old", type=int) or before)
    return render_template(
        "desk/prepared/differences.html",
        key=key,
        scenario=library.scenario_title(new, current()),
        phase=PHASES[Phase(new.phase)],
        versions=versions,
        old=old,
        new=new,
        changes=_texts(old, new),
        names=[_name(item) for item in name_changes(old.text, new.text)],
        meta=[_detail(item) for item in details_between(old.scenario_meta, new.scenario_meta)],
        state_of=lambda row: library.shown_state(row, clock.now()),
        kinds=KINDS,
        **tables(),
    )


def _texts(old: Version, new: Version) -> list[Compared]:
    before, after = old.text, new.text
    found = []
    for change in text_changes(before, after):
        plain = plainly(change, (after, before), current(), terms())
        words = {
            kind: sum(len(piece.text.split()) for piece in plain.pieces if piece.kind is kind)
            for kind in Kind
        }
        found.append(Compared(plain, words[Kind.ADDED], words[Kind.REMOVED], is_unseen(plain)))
    return found


def _name(item: NameChange) -> ComparedName:
    label = own_words(item.label, current()) or own_words(item.label, "da")
    state = "new" if not item.before else "gone" if not item.after else "changed"
    words = item.after or item.before if state != "changed" else ""
    details = tuple(_detail(detail) for detail in item.details)
    return ComparedName(item.kind, item.name, label, state, words, details)


def _detail(item: Detail) -> ComparedDetail:
    first, *rest = item.path
    what = [str(PROPERTIES.get(first, first.replace("_", " ")))]
    what += [own_name(part) if len(part) == 2 else part for part in rest]
    return ComparedDetail(", ".join(what), words_between(_value(item.before), _value(item.after)))


def _value(words: str) -> str:
    return {"yes": _("yes"), "no": _("no")}.get(words, words)
