"""From the bytes of a text file to its characters, without ever losing one silently."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from hub.errors import Invalid
from hub.text.said import Said

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# æ, ø, å, é and their capitals as UTF-8: bytes that no Danish text in Windows-1252 holds in this order.
_UTF8_LETTERS = re.compile(rb"\xc3[\xa6\xb8\xa5\x86\x98\x85\xa9\x89]")
_READ_TWICE = re.compile("Ã[¦¸¥©†˜…‰]")
# What æ, ø and å of DOS (code page 850) and old Macs turn into when read as Windows-1252.
_OTHER_LETTERS = "†›¿Œ¾‘"
_OTHER_PAGE = re.compile(rf"[^\W\d_][{_OTHER_LETTERS}][^\W\d_]")
_SAMPLE = 4096
_RESAVE = Said("Open it in the spreadsheet program and save it as .xlsx or as CSV UTF-8.")


@dataclass(frozen=True)
class Decoded:
    """A file's text, the encoding's name for people, and what they should look at."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of a file: by its byte order mark, else strict UTF-8, else Windows-1252.

    Raises Invalid, with the place of the first byte that cannot be read, for everything else; also for a file
    that is UTF-8 in some places and not in others, of which Windows-1252 would make nonsense.
    """
    for mark, codec, name in _BOMS:
        if data.startswith(mark):
            return _noted(_strict(data, codec, name), name)
    wide = _wide_codec(data[:_SAMPLE])
    if wide:
        return _noted(_strict(data, wide, "UTF-16"), "UTF-16")
    try:
        return _noted(data.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError as error:
        if _UTF8_LETTERS.search(data):
            raise Invalid(
                Said(
                    "The file is UTF-8 in some places, but not at %(place)s: it was put together from files in "
                    "different encodings, or was cut. %(resave)s",
                    place=_place(data, error.start),
                    resave=_RESAVE,
                )
            ) from None
    return _noted(_strict(data, "cp1252", "Windows-1252"), "Windows-1252")


def _strict(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise Invalid(
            Said(
                "The file is neither UTF-8 nor %(encoding)s: %(place)s cannot be read. %(resave)s",
                encoding=name,
                place=_place(data, error.start),
                resave=_RESAVE,
            )
            if codec == "cp1252"
            else Said(
                "The file says it is %(encoding)s, but %(place)s cannot be read. %(resave)s",
                encoding=name,
                place=_place(data, error.start),
                resave=_RESAVE,
            )
        ) from None


def _place(data: bytes, position: int) -> Said:
    line = data.count(b"\n", 0, position) + 1
    return Said("line %(line)s (byte %(byte)s)", line=line, byte=position + 1)


def _wide_codec(sample: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Western text is zero."""
    pairs = len(sample) // 2
    if pairs < 4:
        return None
    if sample[1::2].count(0) > 0.6 * pairs and sample[0::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.6 * pairs and sample[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return None


def _noted(text: str, encoding: str) -> Decoded:
    notes = []
    zeros = text.count("\x00")
    if zeros:
        text = text.replace("\x00", "")
        notes.append(
            Said("%(zeros)s zero bytes were left out: the file may be damaged", zeros=zeros)
        )
    if "\ufffd" in text:
        notes.append(
            Said(
                "%(count)s characters were already lost (�) when the file was made",
                count=text.count(chr(65533)),
            )
        )
    if _READ_TWICE.search(text):
        notes.append(
            Said(
                "the file holds letters such as Ã¸: it was saved in a wrong encoding before, and æ, ø, å are "
                "broken in it"
            )
        )
    elif encoding == "Windows-1252" and _from_other_page(text):
        notes.append(
            Said(
                "the file was read as Windows-1252, but has letters that suggest a DOS or Macintosh file: check "
                "æ, ø and å in its columns"
            )
        )
    return Decoded(text, encoding, tuple(notes))


def _from_other_page(text: str) -> bool:
    return any(letter in text for letter in _OTHER_LETTERS) and bool(_OTHER_PAGE.search(text))
