"""One value of a file is changed, and not a byte beside it."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.library.toml_editing import CannotEdit, with_value

FILE = b"""\
# what the town decided
title = "Afl\xc3\xb8b"   # value = "title"

[decisions.mode]
options = ["residual", "value"]
value = ""          # not yet

[decisions.depth]
  value   =   30
unit = "cm"

[decisions.number]
label = { da = "Nummer", value = "not this" }
"""
MODE = ("decisions", "mode", "value")


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (MODE, "residual", b'value = ""          #', b'value = "residual"          #'),
        (("decisions", "depth", "value"), "40", b"value   =   30", b'value   =   "40"'),
        (
            ("decisions", "number", "value"),
            "2026-17",
            b"[decisions.number]\n",
            b'[decisions.number]\nvalue = "2026-17"\n',
        ),
        (MODE, "", b"", b""),
        (("title",), "Andet", b'"Afl\xc3\xb8b"', b'"Andet"'),
    ],
)
@pytest.mark.parametrize("crlf", [False, True])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_only_the_value_changes(
    path: tuple[str, ...], value: str, old: bytes, new: bytes, crlf: bool, bom: bytes
) -> None:
    ends = b"\r\n" if crlf else b"\n"
    file, old, new = (text.replace(b"\n", ends) for text in (FILE, old, new))
    assert with_value(bom + file, path, value) == bom + file.replace(old, new, 1)


@pytest.mark.parametrize(
    "file",
    [
        b'decisions = { mode = { value = "" } }\n',
        b'[decisions]\nmode = { value = "" }\n',
        b'[decisions.mode]\nvalue = """\n"""\n',
        b"[decisions.mode]\nvalue = [1]\n",
        b'[decisions]\nmode.label = "x"\n',
        b'[decisions.other]\nvalue = ""\n',
    ],
)
def test_a_value_that_stands_in_another_way_is_left_to_a_person(file: bytes) -> None:
    with pytest.raises((CannotEdit, KeyError)):
        with_value(file, MODE, "residual")


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_whatever_is_written_is_read_again(value: str) -> None:
    changed = with_value(FILE, MODE, value)
    assert tomllib.loads(changed.decode())["decisions"]["mode"]["value"] == value
    assert with_value(changed, MODE, "") == FILE
