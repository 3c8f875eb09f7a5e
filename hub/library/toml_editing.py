"""Changing one value of a TOML file and nothing else: comments, order, blanks and line ends stay as they are."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from typing import Any

from hub.library.toml_places import KeyPath, find_places

_PAIR = re.compile(
    r"""(?P<head>[ \t]*[^=#\n]+=[ \t]*)
        (?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'\[{]+)
        (?P<rest>[ \t]*(?:\#.*)?\r?)""",
    re.VERBOSE,
)
_HEADER = re.compile(r"[ \t]*\[[^\[\]]+\][ \t]*(?:#.*)?\r?")


class CannotEdit(ValueError):
    """The value stands in a way that only a person can change safely."""


def with_value(content: bytes, path: KeyPath, value: str) -> bytes:
    """The file with a text at this key, put below the table's heading where there was none. Raises CannotEdit unless
    exactly that changes."""
    text = content.decode("utf-8-sig")
    lines = text.split("\n")
    places = find_places(text.replace("\r\n", "\n"))
    pair = f"{path[-1]} = {_quoted(value)}"
    if path in places.lines:
        index = places.lines[path] - 1
        found = _PAIR.fullmatch(lines[index])
        if found is None:
            raise CannotEdit
        lines[index] = f"{found['head']}{_quoted(value)}{found['rest']}"
    else:
        index = places.lines.get(path[:-1], 0) - 1
        if index < 0 or not _HEADER.fullmatch(lines[index]):
            raise CannotEdit
        lines.insert(index + 1, pair + ("\r" if lines[index].endswith("\r") else ""))
    changed = "\n".join(lines)
    if tomllib.loads(changed.replace("\r\n", "\n")) != _with(text, path, value):
        raise CannotEdit
    bom = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    return bom + changed.encode()


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _with(text: str, path: KeyPath, value: str) -> dict[str, Any]:
    """What the file shall say."""
    data: dict[str, Any] = copy.deepcopy(tomllib.loads(text.replace("\r\n", "\n")))
    at: Any = data
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return data
