"""Making a local decision: its value goes into the scenarios' files, and every message that uses it gets a new draft.

Nobody decides alone: whoever writes a decision down has a part in the drafts, and another person approves them.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import journal
from hub.accounts import require_role
from hub.database import db, deciding
from hub.errors import Conflict, Invalid, NotFound
from hub.library.editing import file_of, read_files, stored_files
from hub.library.files import LibraryRead
from hub.library.lifecycle import known_keys, known_scenarios, newest, versions_of
from hub.library.loading import load_message
from hub.library.scenarios import SCENARIO_FILE
from hub.library.toml_editing import CannotEdit, with_value
from hub.models import Role, Version, VersionState
from hub.text.said import Said
from hub.text.types import PER_AREA

DECIDED = "decided"
LONGEST_VALUE, LONGEST_BY = 60, 200


@dataclass(frozen=True)
class DecisionMade(journal.Entry):
    """A local decision was written into scenarios' files. `decided_by` is who decided it, `before` what stood there."""

    kind: ClassVar[str] = "decision-made"
    decision: str
    value: str
    before: str
    decided_by: str
    scenarios: tuple[str, ...]


@dataclass(frozen=True)
class Decided:
    """What a decision did: the messages that have a new draft, and those that had the value already."""

    changed: tuple[str, ...]
    same: tuple[str, ...]


@dataclass(frozen=True)
class _Plan:
    """The scenarios' files with the new value, read as a load reads them, and the versions it was made from."""

    scenarios: tuple[str, ...]
    before: str
    read: LibraryRead
    based_on: Mapping[str, str]


def decide(decision: str, value: str, *, by: str, actor: journal.Actor) -> Decided:
    """Set a decision's value in every scenario that asks for it; empty takes it back. `by` is who decided it: a
    person, a committee, the number of a case. Needs the role author, who then has a part in the drafts.

    All of it is one transaction. Raises NotFound for a decision that no scenario asks for, Invalid for a value that
    cannot stand there, Conflict when somebody saved one of the messages meanwhile; NotAllowed.
    """
    with deciding() as session:
        require_role(session, actor, Role.AUTHOR)
    who = " ".join(by.split())
    if not who or len(who) > LONGEST_BY:
        raise Invalid(Said("Say who decided it, in 1 to %(most)s characters.", most=LONGEST_BY))
    plan = _plan(db.session(), decision, _checked(value))
    keys = tuple(plan.based_on)
    with deciding() as session:
        _refuse_if_changed(session, plan)
        reports = [
            load_message(plan.read, key, actor=actor, part=DECIDED, check=_no_check) for key in keys
        ]
        changed = tuple(key for report in reports for key in (*report.new, *report.changed))
        if changed or plan.before != value.strip():
            entry = DecisionMade(decision, value.strip(), plan.before, who, plan.scenarios)
            journal.append(session, actor, entry)
    return Decided(changed, tuple(key for key in keys if key not in changed))


def _checked(value: str) -> str:
    text = value.strip()
    bad = {c for c in text if c in "{}<>" or unicodedata.category(c).startswith(("C", "Z"))} - {" "}
    if bad or len(text) > LONGEST_VALUE:
        raise Invalid(
            Said(
                "It is a few words or a number in one line, at most %(most)s characters, without braces and angle brackets.",
                most=LONGEST_VALUE,
            )
        )
    return text


def _plan(session: Session, decision: str, value: str) -> _Plan:
    files: dict[str, bytes] = {}
    before: list[str] = []
    scenarios: list[str] = []
    for scenario in known_scenarios(session):
        stored = stored_files(session, scenario)
        path = f"{scenario}/{SCENARIO_FILE}"
        table = _decision_of(stored.get(path, b""), decision)
        if table is not None:
            _check_option(decision, value, table)
            scenarios.append(scenario)
            before.append(str(table.get("value", "")).strip())
            files.update(stored)
            files[path] = _edited(stored[path], path, decision, value)
    if not scenarios:
        raise NotFound(Said("No message asks for the local decision %(name)s.", name=decision))
    newest_of = {key: newest(session, key) for key in _keys(session, scenarios)}
    read = read_files(_as_edited(files, newest_of))
    _check_read(read)
    return _Plan(
        scenarios=tuple(scenarios),
        before="; ".join(dict.fromkeys(before)),
        read=read,
        based_on={key: version.hash for key, version in newest_of.items()},
    )


def _decision_of(content: bytes, decision: str) -> Mapping[str, object] | None:
    try:
        found = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None  # such a file was never loaded
    table = found.get("decisions", {}).get(decision)
    return table if isinstance(table, dict) else None


def _check_option(decision: str, value: str, table: Mapping[str, object]) -> None:
    options = table.get("options") or ()
    allowed = [*options, PER_AREA] if isinstance(options, list) else []
    if value and allowed and value not in allowed:
        raise Invalid(
            Said(
                "%(name)s is one of %(options)s, not %(value)s.",
                name=decision,
                options=", ".join(map(str, allowed)),
                value=repr(value),
            )
        )


def _edited(content: bytes, path: str, decision: str, value: str) -> bytes:
    try:
        return with_value(content, ("decisions", decision, "value"), value)
    except CannotEdit:
        raise Conflict(
            Said(
                "%(path)s is written so that the value of %(name)s can only be changed by hand. Export the library, "
                "change the file and load it.",
                path=path,
                name=decision,
            )
        ) from None


def _keys(session: Session, scenarios: Iterable[str]) -> list[str]:
    """The scenarios' messages that have a version which is not retired."""
    wanted = set(scenarios)
    found = []
    for key in known_keys(session):
        if key.partition("/")[0] in wanted and newest(session, key).state != VersionState.RETIRED:
            found.append(key)
    return found


def _as_edited(files: Mapping[str, bytes], newest_of: Mapping[str, Version]) -> dict[str, bytes]:
    """Each message in the words of its newest version, as editing in the desk does it: the text of a draft that was
    given up must not come back. Messages that are all retired stay out."""
    made = {path: content for path, content in files.items() if not path.endswith(".md")}
    for key, version in newest_of.items():
        for language, text in version.text.languages.items():
            path = f"{key}.{language}.md"
            made[path] = file_of(text, files.get(path))
    return made


def _check_read(read: LibraryRead) -> None:
    if read.problems:
        raise Invalid(
            Said("It cannot be written into the files: %(problem)s", problem=str(read.problems[0]))
        )


def _refuse_if_changed(session: Session, plan: _Plan) -> None:
    """Holds the rows of all messages, in the order of their ids, until the transaction ends."""
    query = select(Version.id).where(Version.key.in_(plan.based_on)).order_by(Version.id)
    session.scalars(query.with_for_update()).all()
    for key, hash in plan.based_on.items():
        live = [row for row in versions_of(session, key) if row.state != VersionState.RETIRED]
        if not live or live[0].hash != hash:
            raise Conflict(
                Said(
                    "Somebody changed %(key)s at the same moment. Look again, and decide then.",
                    key=key,
                )
            )


def _no_check(session: Session, versions: Sequence[Version]) -> None:
    """All messages were looked at together."""
