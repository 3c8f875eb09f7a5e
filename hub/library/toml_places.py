"""Where each value of a TOML file stands: the line of every key, and keys that are written twice.

`tomllib` gives values without lines and stops at the first mistake. This walks the same text beside it, trusting
`tomllib` to refuse what is not TOML: it only has to be right about files that `tomllib` accepts, and about the keys
before the first mistake in the others.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]
"""Keys from the root on; a number is a place in an array, counted from 0."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BASIC_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL_STRING = re.compile(r"'[^'\n]*'")
_LONG_BASIC = re.compile(r'"""(?:[^\\]|\\.)*?"""(?:"{1,2}(?!"))?', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''.*?'''(?:'{1,2}(?!'))?", re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\n]+")
_BLANK = re.compile(r"[ \t]*")
_BLANK_LINES = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)")


@dataclass(frozen=True)
class Duplicate:
    """A key or table that is written a second time."""

    path: KeyPath
    first_line: int
    line: int


@dataclass(frozen=True)
class TomlPlaces:
    """The lines of a TOML file's keys, counted from 1."""

    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    duplicates: tuple[Duplicate, ...] = ()

    def line(self, *path: str | int) -> int:
        """The line of a key; of the nearest table or array around it where the key itself is not there."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1


def find_places(text: str) -> TomlPlaces:
    """The places of all keys of a TOML text with `\\n` line ends; never raises."""
    walker = _Walker(text)
    with suppress(_NotToml):  # tomllib says what is wrong; what was read before has its lines
        walker.run()
    return TomlPlaces(walker.lines, tuple(walker.duplicates))


class _NotToml(Exception):
    """Here tomllib will refuse the text too."""


class _Walker:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.lines: dict[KeyPath, int] = {}
        self.duplicates: list[Duplicate] = []
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._written: dict[KeyPath, int] = {}
        self._tables: dict[KeyPath, int] = {}
        self._tables_in: dict[KeyPath, int] = {}

    def run(self) -> None:
        table: KeyPath = ()
        while True:
            self._take(_BLANK_LINES)
            if self.position >= len(self.text):
                return
            if self.text.startswith("[", self.position):
                table = self._header()
            else:
                self._pair(table)
            if not self._take(_REST_OF_LINE) and self.position < len(self.text):
                raise _NotToml

    def _line(self) -> int:
        return bisect_right(self._starts, self.position)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match[0]

    def _expect(self, character: str) -> None:
        self._take(_BLANK)
        if not self.text.startswith(character, self.position):
            raise _NotToml
        self.position += len(character)
        self._take(_BLANK)

    def _header(self) -> KeyPath:
        line = self._line()
        brackets = 2 if self.text.startswith("[[", self.position) else 1
        self.position += brackets
        self._take(_BLANK)
        names = self._key()
        self._expect("]" * brackets)
        path: KeyPath = ()
        for name in names[:-1]:
            path = self._inside((*path, name))
        path = (*path, names[-1])
        if brackets == 2:
            self.lines.setdefault(path, line)
            self._tables_in[path] = self._tables_in.get(path, -1) + 1
            path = (*path, self._tables_in[path])
        else:
            if path in self._tables or path in self._written:
                first = self._tables.get(path, self._written.get(path, line))
                self.duplicates.append(Duplicate(path, first, line))
            path = self._inside(path)
            self._tables.setdefault(path, line)
        self._note(path, line)
        return path

    def _inside(self, path: KeyPath) -> KeyPath:
        """In an array of tables, a name means its last table."""
        return (*path, self._tables_in[path]) if path in self._tables_in else path

    def _note(self, path: KeyPath, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def _key(self) -> tuple[str, ...]:
        names = []
        while True:
            quoted = self._take(_BASIC_STRING) or self._take(_LITERAL_STRING)
            if quoted:
                names.append(_unquoted(quoted))
            else:
                bare = self._take(_BARE_KEY)
                if not bare:
                    raise _NotToml
                names.append(bare)
            self._take(_BLANK)
            if not self.text.startswith(".", self.position):
                return tuple(names)
            self._expect(".")

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path: KeyPath = (*table, *self._key())
        self._expect("=")
        if path in self._written or path in self._tables:
            first = self._written.get(path, self._tables.get(path, line))
            self.duplicates.append(Duplicate(path, first, line))
        self._written.setdefault(path, line)
        self._note(path, line)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._take(_LONG_BASIC) or self._take(_LONG_LITERAL):
            return
        if self.text.startswith(("'''", '"""'), self.position):
            raise _NotToml
        if self._take(_BASIC_STRING) or self._take(_LITERAL_STRING):
            return
        if self.text.startswith("[", self.position):
            self._array(path)
        elif self.text.startswith("{", self.position):
            self._inline_table(path)
        elif not self._take(_SCALAR).strip():
            raise _NotToml

    def _array(self, path: KeyPath) -> None:
        self.position += 1
        index = 0
        while True:
            self._take(_BLANK_LINES)
            if self.text.startswith("]", self.position):
                self.position += 1
                return
            self._note((*path, index), self._line())
            self._value((*path, index))
            index += 1
            self._separator("]")

    def _inline_table(self, path: KeyPath) -> None:
        self.position += 1
        while True:
            self._take(_BLANK_LINES)
            if self.text.startswith("}", self.position):
                self.position += 1
                return
            self._pair(path)
            self._separator("}")

    def _separator(self, closing: str) -> None:
        self._take(_BLANK_LINES)
        if self.text.startswith(",", self.position):
            self.position += 1
        elif not self.text.startswith(closing, self.position):
            raise _NotToml


def _unquoted(quoted: str) -> str:
    try:
        value = tomllib.loads(f"key = {quoted}")["key"]
    except tomllib.TOMLDecodeError as error:
        raise _NotToml from error
    return str(value)
