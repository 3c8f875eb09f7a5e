"""From a file to rows of text: CSV in its kinds, and workbooks (.xlsx, .xls, .xlsb, .ods)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.audiences.workbooks import OLE, SAVE_AS, ZIP, WorkbookSheet, open_workbook
from hub.errors import Invalid
from hub.text.decoding import decode
from hub.text.said import Said
from hub.text.separated import (
    SEPARATORS,
    Judge,
    Row,
    choose_separator,
    declared_separator,
    rows,
)

LARGEST_FILE = 200 * 1024 * 1024
_FOREIGN = (
    (b"%PDF", Said("a PDF")),
    (b"{\\rtf", Said("a text document (RTF)")),
    (b"\x89PNG", Said("a picture")),
    (b"\xff\xd8\xff", Said("a picture")),
    (b"\x1f\x8b", Said("a packed file (gzip); unpack it first")),
    (b"Rar!", Said("a packed file (RAR); unpack it first")),
    (b"7z\xbc\xaf", Said("a packed file (7z); unpack it first")),
    (b"SQLite format 3", Said("a database")),
)
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<?mso")


@dataclass(frozen=True)
class Sheet:
    """One table of a file. `kind` says for people how it was read. `rows(width)` starts from the top each time;
    the width of the heading, where it is known, helps a CSV file past stray quotation marks. `count` is about how
    many rows there are, for a progress bar. `name` is empty in a text file."""

    name: str
    kind: str
    count: int
    rows: Callable[[int | None], Iterator[Row]]


@dataclass(frozen=True)
class Opened:
    """What is in a file: its sheets with rows, in their order, and what to look at. Hidden sheets are among them
    only when there is no other."""

    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()


def load_bytes(source: Path | bytes) -> bytes:
    """The bytes of a file. Raises Invalid when there is none, or when it is too large to be a list."""
    if isinstance(source, bytes):
        data = source
    else:
        try:
            if source.stat().st_size > LARGEST_FILE:
                raise Invalid(_too_large())
            data = source.read_bytes()
        except FileNotFoundError:
            raise Invalid(
                Said("There is no file %(source)s. Check the name and the folder.", source=source)
            ) from None
        except IsADirectoryError:
            raise Invalid(
                Said("%(source)s is a folder. Name the file in it.", source=source)
            ) from None
        except OSError as error:
            raise Invalid(
                Said(
                    "%(source)s cannot be read: %(strerror)s.",
                    source=source,
                    strerror=error.strerror,
                )
            ) from None
    if len(data) > LARGEST_FILE:
        raise Invalid(_too_large())
    return data


def _too_large() -> Said:
    return Said(
        "The file is larger than %(most)s MB. A list needs a phone column and the columns that the messages use: "
        "leave out the others, or divide it.",
        most=LARGEST_FILE // 1024 // 1024,
    )


def open_file(data: bytes, filename: str, judge: Judge) -> Opened:
    """The sheets of a file, by its content, not its name. `judge` says how much sense first rows make.

    Raises Invalid for a format that cannot be read (with what to do), a file without rows, or bytes in no known
    encoding (with their place).
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Invalid(
            Said(
                "%(filename)s is empty. Was it saved, and is it the right file?", filename=filename
            )
        )
    if data.startswith((ZIP, OLE)):
        return _open_workbook(data, filename)
    for start, what in _FOREIGN:
        if data.startswith(start):
            raise Invalid(
                Said(
                    "%(filename)s is %(what)s, not a list. %(save_as)s",
                    filename=filename,
                    what=what,
                    save_as=SAVE_AS,
                )
            )
    if data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise Invalid(
            Said(
                "%(filename)s is a web page or XML, whatever its name says. %(save_as)s",
                filename=filename,
                save_as=SAVE_AS,
            )
        )
    return _open_text(data, judge)


def _open_text(data: bytes, judge: Judge) -> Opened:
    decoded = decode(data)
    separator, text = declared_separator(decoded.text)
    separator = separator or choose_separator(text, judge)
    sheet = Sheet(
        name="",
        kind=f"CSV ({SEPARATORS[separator]}, {decoded.encoding})",
        count=text.count("\n") + 1,
        rows=lambda width: rows(text, separator, width),
    )
    return Opened((sheet,), decoded.notes)


def _open_workbook(data: bytes, filename: str) -> Opened:
    found = open_workbook(data, filename)
    visible = tuple(_sheet(sheet) for sheet in found if sheet.visible)
    hidden = tuple(_sheet(sheet) for sheet in found if not sheet.visible)
    names = ", ".join(repr(sheet.name) for sheet in hidden)
    if not visible:
        return Opened(
            hidden,
            (Said("all sheets with rows are hidden; they were read: %(names)s", names=names),),
        )
    return Opened(
        visible, (Said("hidden sheets were not read: %(names)s", names=names),) if hidden else ()
    )


def _sheet(sheet: WorkbookSheet) -> Sheet:
    return Sheet(
        name=sheet.name,
        kind=f"sheet {sheet.name!r}",
        count=sheet.height,
        rows=lambda _: sheet.rows(),
    )
