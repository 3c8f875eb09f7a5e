"""Bytes to text, and TOML to checked values: what every kind of library file needs."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from hub.library.problems import Problems, did_you_mean
from hub.library.toml_places import KeyPath, TomlPlaces, find_places
from hub.text import moments

NAME = re.compile(r"[a-z][a-z0-9_]*")
BASE_LANGUAGES = ("da", "en")
"""Every title, label and help has these."""

_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)\Z")


def decode(content: bytes, path: str, problems: Problems) -> str | None:
    """The text of a file: UTF-8 with or without BOM, line ends as `\\n`, letters composed (NFC), so that two
    editors' ways of writing the same words give the same hash. None, with a problem, for anything else."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.add(path, 1, "this file is UTF-16; save it as UTF-8")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        byte = content[error.start]
        problems.add(
            path,
            line,
            f"byte 0x{byte:02X} is not UTF-8 (in Windows-1252 it would be "
            f"{bytes([byte]).decode('cp1252', 'replace')!r}); save the file as UTF-8",
        )
        return None
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        problems.add(path, line, "a carriage return stands alone; save the file with LF line ends")
        return None
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=256)
def is_language(code: str) -> bool:
    """Can the hub write dates in this language? Codes are ISO 639 in small letters, or a variant: `da-x-let`."""
    if not re.fullmatch(r"[a-z]{2,3}(?:-x-[a-z]{1,8})?", code):
        return False
    try:
        moments.style(code)
    except LookupError:
        return False
    return True


@dataclass(frozen=True)
class TomlFile:
    """A TOML file that could be read, with the lines of its keys and where to report mistakes."""

    path: str
    data: Mapping[str, Any]
    places: TomlPlaces
    problems: Problems

    @property
    def root(self) -> Table:
        return Table(self, (), self.data)


def read_toml(path: str, text: str, problems: Problems) -> TomlFile | None:
    """Parse; None, with its problems added, when the text is not TOML or has a key twice."""
    places = find_places(text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        for double in places.duplicates:
            name = ".".join(str(part) for part in double.path)
            problems.add(
                path,
                double.line,
                f"duplicate key {name!r}: it stands on line {double.first_line} already; keep one of them",
            )
        if not places.duplicates:
            problems.add(path, *_toml_mistake(str(error), text))
        return None
    return TomlFile(path, data, places, problems)


def _toml_mistake(message: str, text: str) -> tuple[int, str]:
    match = _AT_LINE.search(message)
    last = max(1, len(text.splitlines()))
    line = int(match[1]) if match and match[1] else last
    words = message[: match.start()] if match else message
    return min(line, last), f"not TOML: {words}; correct what stands here or just before"


@dataclass(frozen=True)
class Table:
    """A TOML table: asks for values by name and type, and notes what is missing, wrong or unknown."""

    file: TomlFile
    path: KeyPath
    data: Mapping[str, Any]

    def problem(self, reason: str, *names: str | int) -> None:
        """A mistake at a key of this table (without names: at the table itself)."""
        line = self.file.places.line(*self.path, *names)
        self.file.problems.add(self.file.path, line, reason)

    def _shown(self, name: str | int) -> str:
        return ".".join(str(part) for part in (*self.path, name))

    def only(self, known: Sequence[str]) -> None:
        """Every other key is a mistake."""
        for name in self.data:
            if name not in known:
                hint = did_you_mean(name, known)
                self.problem(f"unknown key {self._shown(name)!r}{hint}", name)

    def _get(self, name: str, kind: type | tuple[type, ...], what: str, required: bool) -> Any:
        if name not in self.data:
            if required:
                self.problem(f"{self._shown(name)} is missing; add it ({what})")
            return None
        value = self.data[name]
        wrong_flag = isinstance(value, bool) and kind is not bool
        if not isinstance(value, kind) or wrong_flag:
            self.problem(
                f"{self._shown(name)} is {_described(value)}; it must be {what}",
                name,
            )
            return None
        return value

    def text(self, name: str, *, required: bool = True, default: str = "") -> str:
        """A string on one line; an empty one counts as missing when it is required."""
        value = self._get(name, str, "text in quotes", required)
        if value is None:
            return default
        if required and not value.strip():
            self.problem(f"{self._shown(name)} is empty; fill it in", name)
        if _has_control(value):
            self.problem(
                f"{self._shown(name)} has a line break or control character; remove it", name
            )
        return str(value).strip()

    def flag(self, name: str, default: bool) -> bool:
        value = self._get(name, bool, "true or false", False)
        return default if value is None else bool(value)

    def whole(self, name: str, low: int, high: int, *, required: bool = False) -> int | None:
        """A whole number within bounds."""
        value = self._get(name, int, f"a whole number from {low} to {high}", required)
        if value is not None and not low <= value <= high:
            self.problem(f"{self._shown(name)} is {value}; it must be {low} to {high}", name)
            return None
        return None if value is None else int(value)

    def word(self, name: str, allowed: Sequence[str], *, required: bool = True) -> str:
        """One of the allowed words; empty when missing or wrong."""
        value = self._get(name, str, f"one of {', '.join(allowed)}", required)
        if value is None or value in allowed:
            return str(value or "")
        hint = did_you_mean(value, allowed)
        self.problem(f"{self._shown(name)} has the unknown word {value!r}{hint}", name)
        return ""

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of strings, each not empty and once."""
        value = self._get(name, list, 'a list of texts, like ["a", "b"]', required)
        found: list[str] = []
        for index, item in enumerate(value or ()):
            if not isinstance(item, str) or not item.strip() or _has_control(item):
                self.problem(
                    f"{self._shown(name)} holds {_described(item)}; every entry must be text on one line",
                    name,
                    index,
                )
            elif item.strip() in found:
                self.problem(f"{self._shown(name)} has {item.strip()!r} twice", name, index)
            else:
                found.append(item.strip())
        return tuple(found)

    def words(
        self, name: str, *, required: bool = True, need: Sequence[str] = BASE_LANGUAGES
    ) -> dict[str, str]:
        """Words per language: `{ da = "...", en = "..." }`, at least in the languages of `need` when given at all."""
        table = self.table(
            name, required=required, what='words per language, { da = "...", en = "..." }'
        )
        if table is None:
            return {}
        found = {}
        for code in table.data:
            if not is_language(code):
                table.problem(
                    f"unknown language {code!r} in {self._shown(name)}; use a code such as da, en, de",
                    code,
                )
            else:
                found[code] = table.text(code)
        for code in need:
            if code not in table.data:
                self.problem(f'{self._shown(name)} has no {code}; add {code} = "..."', name)
        return found

    def table(self, name: str, *, required: bool = False, what: str = "a table") -> Table | None:
        value = self._get(name, dict, what, required)
        return None if value is None else Table(self.file, (*self.path, name), value)

    def tables(self) -> Iterator[tuple[str, Table]]:
        """The tables in this table, in the file's order; anything else in it is a mistake."""
        for name in self.data:
            table = self.table(name, what="a table of its own")
            if table is not None:
                yield name, table

    def day(self, name: str) -> str:
        """A date, as ISO text."""
        value = self._get(name, date, "a date without quotes, like 2026-11-20", True)
        if value is None:
            return ""
        if isinstance(value, datetime):
            self.problem(f"{self._shown(name)} has a time of day; write the date alone", name)
            return ""
        return str(value.isoformat())

    def word_or_number(self, name: str, *, required: bool = True) -> str:
        """A short value as text: a string or a whole number. A fraction is refused, because each language writes
        its decimal sign differently and a text shows the value as it stands here."""
        value = self._get(name, (str, int), "a whole number, or text in quotes", required)
        if value is None:
            return ""
        text = str(value).strip()
        if required and not text:
            self.problem(f"{self._shown(name)} is empty; fill it in", name)
        if _has_control(text) or any(sign in text for sign in "{}<>"):
            self.problem(f"{self._shown(name)} has a line break, brace or < >; remove it", name)
        return text

    def unit(self, name: str = "unit") -> dict[str, str]:
        """A unit per language, one for all (under `*`), or none."""
        if isinstance(self.data.get(name), str):
            text = self.text(name, required=False)
            return {"*": text} if text else {}
        return self.words(name, required=False, need=())


def _has_control(text: str) -> bool:
    return any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text)


def _described(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return f"the value {value}"
