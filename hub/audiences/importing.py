"""Bringing a list into the hub."""

from __future__ import annotations

import gc
import logging
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import ClassVar

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from hub import clock, journal
from hub.accounts import require_role
from hub.audiences import set_aside_files, storing
from hub.audiences.columns import Layout, check_language, find_layout, judge
from hub.audiences.reading import Opened, Sheet, load_bytes, open_file
from hub.audiences.standing import Standing, carried_over, check_standing, put
from hub.audiences.storing import SetAside, Taken
from hub.audiences.taking import Taker
from hub.database import db, deciding
from hub.errors import Conflict, HubError, Invalid
from hub.models import Audience, Role
from hub.text.said import Said

log = logging.getLogger(__name__)

LONGEST_DAYS = 3650
_NAME = re.compile(r"[^\W_][\w .,:;()&/+'-]{0,79}")
_RESERVED = frozenset({"none", "all"})
SAMPLE_ROWS = 100

Progress = Callable[[int, int], None]
"""Called with rows read, and about how many there are."""


@dataclass(frozen=True)
class AudienceImported(journal.Entry):
    """A list was imported; `replaced` says whether it took the place of one of the same name."""

    kind: ClassVar[str] = "audience-imported"
    audience: int
    name: str
    language: str
    exercise: bool
    accepted: int
    set_aside: int
    duplicates: int
    delete_after_days: int
    replaced: bool
    standing: bool = False


@dataclass(frozen=True)
class ImportResult:
    """What became of a file. `columns` are the fields for personal slots; `file` holds the rows set aside (None
    without any, and in a dry run); `numbers` are E.164, in the file's order, one a row taken, in a dry run only.
    `delete_on` holds while no incident uses the list."""

    name: str
    audience_id: int | None
    accepted: int
    set_aside: tuple[SetAside, ...]
    duplicates: int
    languages: dict[str, int]
    columns: tuple[str, ...]
    phone_column: str
    warnings: tuple[str, ...]
    numbers: tuple[str, ...]
    file: Path | None
    read_as: str
    replaced: bool
    exercise: bool
    delete_on: datetime


def import_list(
    name: str,
    source: Path | bytes,
    filename: str,
    *,
    language: str = "da",
    delete_after_days: int | None = None,
    exercise: bool = False,
    phone_column: str | None = None,
    actor: journal.Actor,
    dry_run: bool = False,
    progress: Progress | None = None,
    standing: Standing | None = None,
) -> ImportResult:
    """Import a list whole: it takes the place of one with the same name, once every row is in.

    With `standing` it is a standing list. One that replaces a standing list stands too, with the same owner, source
    and legal basis, and is to be refreshed as long after this import as the old one was after its own.

    Rows that cannot be used are set aside with a reason, in the database and in a file. Needs the role sender, or
    the machine's shell. Raises Invalid when the file cannot be read, no column is the phone's, or no row can be
    used (then the file of rows set aside is there, and nothing else); Conflict when the list is in use, or is an
    exercise's and this one is not. If the process dies half-way the old list stays as it is, and what was written
    is removed by a later import.
    """
    days = _check_days(delete_after_days)
    clean_name = check_name(name)
    code = check_language(language)
    if standing is not None:
        standing = check_standing(standing)
    session = db.session()
    allow(session, actor)
    _refuse_replacing(session, clean_name, exercise)
    session.rollback()
    opened = open_file(load_bytes(source), filename, partial(judge, phone_column=phone_column))
    sheet, layout, notes = _choose(opened, phone_column)
    taker = Taker(layout, code)
    reading = _Reading(sheet, layout, taker, progress)
    numbers: tuple[str, ...] = ()
    audience_id, path = None, None
    with _no_search_for_cycles():
        if dry_run:
            numbers = tuple(item.number for taken, _ in reading.chunks() for item in taken)
            _refuse_empty(reading, None)
            replaced = _existing(session, clean_name) is not None
            session.rollback()
        else:
            storing.sweep()
            about = _About(clean_name, filename, code, days, exercise, actor, standing)
            audience_id, path, replaced = _store(reading, about)
    return ImportResult(
        name=clean_name,
        audience_id=audience_id,
        accepted=reading.taken,
        set_aside=tuple(reading.aside),
        duplicates=taker.duplicates,
        languages=dict(sorted(taker.languages.items(), key=lambda item: -item[1])),
        columns=taker.columns,
        phone_column=layout.headings[layout.phone],
        warnings=(*notes, *taker.warnings()),
        numbers=numbers,
        file=path,
        read_as=sheet.kind,
        replaced=replaced,
        exercise=exercise,
        delete_on=clock.now() + timedelta(days=days),
    )


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Hundreds of thousands of rows make Python look for garbage in cycles, which rows never are: a quarter of the
    time. Memory is freed as ever."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def check_name(name: str) -> str:
    """The name as it is kept. Raises Invalid for one that cannot be typed or shown everywhere."""
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not _NAME.fullmatch(clean) or clean.casefold() in _RESERVED:
        raise Invalid(
            Said(
                "%(name)s cannot be a list's name: it begins with a letter or digit, has at most 80 letters, "
                "digits, blanks and . , : ; ( ) & / + ' -, and is not %(reserved)s.",
                name=repr(name),
                reserved=" or ".join(sorted(_RESERVED)),
            )
        )
    return clean


def _check_days(days: int | None) -> int:
    if days is None:
        return int(current_app.config["HUB"].retention_days)
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(
            Said(
                "--delete-after %(days)s cannot be used: allowed is 1 to %(longest_days)s days.",
                days=days,
                longest_days=LONGEST_DAYS,
            )
        )
    return days


def allow(session: Session, actor: journal.Actor) -> None:
    """Lists are changed by who has the role sender, and from the machine's shell. Raises NotAllowed."""
    if not actor.name.startswith("os:"):
        require_role(session, actor, Role.SENDER)


def _existing(session: Session, name: str) -> Audience | None:
    """The list that an import under this name replaces. Raises Conflict for a name that differs by its case only."""
    query = select(Audience).where(~Audience.name.startswith(storing.HIDDEN)).with_for_update()
    same = [item for item in session.scalars(query) if item.name.casefold() == name.casefold()]
    if same and same[0].name != name:
        raise Conflict(
            Said(
                "There is a list %(name)s already. To replace it write its name exactly so; otherwise choose a "
                "name that differs in more than capitals.",
                name=repr(same[0].name),
            )
        )
    return same[0] if same else None


def _refuse_replacing(session: Session, name: str, exercise: bool) -> Audience | None:
    existing = _existing(session, name)
    if existing is None:
        return None
    if existing.exercise != exercise:
        old, new = (
            (Said("an exercise"), Said("real people"))
            if existing.exercise
            else (Said("real people"), Said("an exercise"))
        )
        raise Conflict(
            Said(
                "The list %(name)s is for %(old)s, and this import is for %(new)s. Choose another name, or "
                "delete that list first (`hub audience delete %(name)s`).",
                name=repr(name),
                old=old,
                new=new,
            )
        )
    storing.refuse_in_use(session, existing, Said("cannot be replaced"))
    return existing


def _choose(opened: Opened, phone_column: str | None) -> tuple[Sheet, Layout, tuple[str, ...]]:
    """The first sheet with a phone column. Raises Invalid with what is wrong with the first sheet."""
    first_error: Invalid | None = None
    for sheet in opened.sheets:
        try:
            layout = find_layout(list(islice(sheet.rows(None), SAMPLE_ROWS)), phone_column)
        except Invalid as error:
            first_error = first_error or error
            continue
        notes = [*opened.notes, *layout.notes]
        others = [repr(other.name) for other in opened.sheets if other is not sheet]
        if others:
            notes.append(
                Said(
                    "sheet %(name)s was read; not read: %(others)s",
                    name=repr(sheet.name),
                    others=", ".join(others),
                )
            )
        return sheet, layout, tuple(notes)
    assert first_error is not None  # `open_file` gives at least one sheet
    if len(opened.sheets) == 1:
        raise first_error
    raise Invalid(
        Said(
            "%(mistake)s (None of the sheets %(names)s has one.)",
            mistake=first_error.args[0],
            names=", ".join(repr(sheet.name) for sheet in opened.sheets),
        )
    )


class _Reading:
    """Goes through a sheet's rows once, and counts. What is set aside goes to `writer` too, when there is one."""

    def __init__(
        self, sheet: Sheet, layout: Layout, taker: Taker, progress: Progress | None
    ) -> None:
        self.layout = layout
        self.taken = 0
        self.aside: list[SetAside] = []
        self.writer: set_aside_files.Writer | None = None
        self.taker = taker
        self.chunk = storing.CHUNK
        self._sheet = sheet
        self._progress = progress

    def chunks(self) -> Iterator[tuple[list[Taken], list[SetAside]]]:
        """What was taken and set aside, some thousand rows at a time."""
        take, heading, total = self.taker.take, self.layout.heading_row, self._sheet.count
        taken: list[Taken] = []
        aside: list[SetAside] = []
        for row, cells in self._sheet.rows(self.layout.width if heading else None):
            item = take(row, cells) if row > heading else None
            if item is None:
                continue
            if isinstance(item, Taken):
                taken.append(item)
            else:
                aside.append(item)
                if self.writer:
                    self.writer.add(item.row, item.value, item.reason, cells)
            if len(taken) + len(aside) >= self.chunk:
                yield self._counted(taken, aside)
                taken, aside = [], []
                if self._progress:
                    self._progress(min(row, total), total)
        if taken or aside:
            yield self._counted(taken, aside)
        if self._progress:
            self._progress(total, total)

    def _counted(
        self, taken: list[Taken], aside: list[SetAside]
    ) -> tuple[list[Taken], list[SetAside]]:
        self.taken += len(taken)
        self.aside += aside
        return taken, aside


def _refuse_empty(reading: _Reading, path: Path | None) -> None:
    if reading.taken:
        return
    if not reading.aside:
        raise Invalid(
            Said(
                "There are no rows under the heading. Was the file saved, and is it the right one?"
            )
        )
    example = reading.aside[0]
    where = Said(" All rows with their reasons are in %(path)s.", path=path) if path else ""
    raise Invalid(
        Said(
            "No row can be used: %(count)s were set aside and nothing was stored. Row %(row)s: "
            "%(reason)s%(where)s",
            count=len(reading.aside),
            row=example.row,
            reason=Said(example.reason),
            where=where,
        )
    )


@dataclass(frozen=True)
class _About:
    name: str
    filename: str
    language: str
    days: int
    exercise: bool
    actor: journal.Actor
    standing: Standing | None


def _store(reading: _Reading, about: _About) -> tuple[int, Path | None, bool]:
    """Build the list hidden, then show it in one step. Gives its id, the file of rows set aside, and whether it
    replaced another."""
    audience_id = storing.begin(about.language, about.exercise, about.actor.name, about.days)
    try:
        path = _fill(reading, about, audience_id)
        replaced = _show(reading, about, audience_id)
    except BaseException as error:
        with suppress(Exception):  # the first error is what matters; `sweep` comes again
            storing.dispose(audience_id)
        if isinstance(error, OSError):
            raise HubError(
                Said(
                    "The rows set aside could not be written to %(folder)s: %(strerror)s. Nothing was imported: "
                    "make room or mend the folder, and import again.",
                    folder=storing.data_dir(),
                    strerror=error.strerror,
                )
            ) from error
        if isinstance(error, IntegrityError):
            raise Conflict(
                Said(
                    "The list %(name)s was imported by somebody else in the same moment. Look at it with `hub "
                    "audience show`, and import again if yours is the right one.",
                    name=repr(about.name),
                )
            ) from error
        raise
    if replaced is not None:
        try:
            storing.dispose(replaced)
        except DBAPIError as error:
            log.warning("the list that was replaced is removed later: %s", error.orig)
    return audience_id, path, replaced is not None


def _fill(reading: _Reading, about: _About, audience_id: int) -> Path | None:
    headings = reading.layout.headings
    path = set_aside_files.file_path(storing.data_dir(), about.name, audience_id)
    with set_aside_files.Writer(path, headings, reading.layout.cpr) as writer:
        reading.writer = writer
        for taken, aside in reading.chunks():
            held = storing.add_chunk(audience_id, taken, aside)
            reading.chunk = storing.next_chunk(reading.chunk, held)
        if not reading.taken:
            refused = set_aside_files.refused_key()
            writer.path = set_aside_files.file_path(storing.data_dir(), about.name, refused)
            _refuse_empty(reading, writer.close())
        return writer.close()


def _show(reading: _Reading, about: _About, audience_id: int) -> int | None:
    """Give the hidden list its name. Gives the id of the list that it replaced."""
    with deciding() as session:
        allow(session, about.actor)
        old = _refuse_replacing(session, about.name, about.exercise)
        standing = about.standing or (carried_over(old, clock.now()) if old is not None else None)
        if old is not None:
            storing.retire(session, old)
        audience = session.get(Audience, audience_id, with_for_update=True)
        if audience is None:
            raise Conflict(storing.GIVEN_UP)
        audience.name = about.name
        audience.source_name = Path(about.filename).name[:200]
        audience.imported_at = clock.now()
        audience.columns = list(reading.taker.columns)
        audience.accepted = reading.taken
        audience.duplicates = reading.taker.duplicates
        audience.set_aside = len(reading.aside)
        if standing is not None:
            put(audience, standing)
        session.flush()
        entry = AudienceImported(
            audience=audience_id,
            name=about.name,
            language=about.language,
            exercise=about.exercise,
            accepted=reading.taken,
            set_aside=len(reading.aside),
            duplicates=reading.taker.duplicates,
            delete_after_days=about.days,
            replaced=old is not None,
            standing=standing is not None,
        )
        journal.append(session, about.actor, entry)
        return old.id if old is not None else None
