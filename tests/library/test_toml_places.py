"""Where the values of a TOML file stand."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.library.toml_places import KeyPath, find_places

SAMPLE = '''\
# a comment with key = 1
plain = 1
"quoted key" = "a # no comment ] }"
dotted.one.two = 'x = 1'
dotted."one".three = 3
inline = { da = "ja", en = { deep = [1, 2] }, de.formal = "Sie" }
list = [
  "one",  # first
  "two",
  { name = "three" },
]
long = """
[not.a.table]
key = 2 \\""" still
"""
literal = \'\'\'
[nor.this]\'\'\'
after = 1979-05-27 07:32:00

[table]  # comment
key = true
[ table . "sub table" ]
key = [[1, 2], ["a", \'\'\'b
c\'\'\']]
[[many]]
name = "first"
[many.inner]
x = 1
[[many]]
name = "second"
[many.inner]
x = 2
[[many.leaves]]
y = 1
[[many.leaves]]
y = 2
'''

LINES: dict[KeyPath, int] = {
    ("plain",): 2,
    ("quoted key",): 3,
    ("dotted", "one", "two"): 4,
    ("dotted", "one", "three"): 5,
    ("dotted",): 4,
    ("inline",): 6,
    ("inline", "en", "deep", 1): 6,
    ("inline", "de", "formal"): 6,
    ("list", 0): 8,
    ("list", 1): 9,
    ("list", 2, "name"): 10,
    ("long",): 12,
    ("literal",): 16,
    ("after",): 18,
    ("table",): 20,
    ("table", "key"): 21,
    ("table", "sub table"): 22,
    ("table", "sub table", "key", 1, 1): 23,
    ("many", 0): 25,
    ("many", 0, "name"): 26,
    ("many", 0, "inner", "x"): 28,
    ("many", 1, "name"): 30,
    ("many", 1, "inner", "x"): 32,
    ("many", 1, "leaves", 0, "y"): 34,
    ("many", 1, "leaves", 1, "y"): 36,
}


@pytest.mark.parametrize(("path", "line"), LINES.items(), ids=str)
def test_every_kind_of_key_has_its_line(path: KeyPath, line: int) -> None:
    assert find_places(SAMPLE).lines[path] == line


def test_every_key_that_tomllib_reads_has_a_line_and_no_other() -> None:
    assert set(find_places(SAMPLE).lines) == set(paths_of(tomllib.loads(SAMPLE)))


def test_a_missing_key_has_the_line_of_its_table() -> None:
    places = find_places("a = 1\n[table]\nb = 1\n")
    assert places.line("table", "missing", "deeper") == 2
    assert places.line("nowhere") == 1


@pytest.mark.parametrize(
    ("text", "path", "first", "line"),
    [
        ("a = 1\nb = 2\na = 3\n", ("a",), 1, 3),
        ("a.b = 1\n\n'a'.\"b\" = 3\n", ("a", "b"), 1, 3),
        ("[t]\nx = 1\n[u]\n[t]\n", ("t",), 1, 4),
        ("x = { a = 1, a = 2 }\n", ("x", "a"), 1, 1),
        ("t = 1\n[t]\n", ("t",), 1, 2),
        ('a = """\nx\n"""\na = [\n1\n]\n', ("a",), 1, 4),
    ],
)
def test_a_key_written_twice_is_found(text: str, path: KeyPath, first: int, line: int) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    (double,) = find_places(text).duplicates
    assert (double.path, double.first_line, double.line) == (path, first, line)


def test_all_keys_written_twice_are_found_at_once() -> None:
    found = find_places("a = 1\na = 2\nb = 1\nb = 2\n").duplicates
    assert [double.line for double in found] == [2, 4]


def paths_of(value: Any, path: KeyPath = ()) -> list[KeyPath]:
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    found = [path] if path else []
    for key, item in items:
        found += paths_of(item, (*path, key))
    return found


WORDS = st.text(st.sampled_from("ab \"'\\#[]{}=,.\nøé"), max_size=8)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


VALUES = st.recursive(
    st.one_of(
        st.integers(-5, 5).map(str),
        WORDS.map(quoted),
        WORDS.filter(lambda text: "'" not in text).map(lambda text: f"'''{text}'''"),
        st.sampled_from(["true", "1979-05-27", "1.5", "inf"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ", # x ]\n".join(items) + "\n]"),
        st.dictionaries(WORDS.map(quoted), inner, max_size=3).map(
            lambda items: "{ " + ", ".join(f"{key} = {item}" for key, item in items.items()) + " }"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(WORDS.map(quoted), VALUES, max_size=5))
def test_generated_files_have_a_line_for_every_key(items: dict[str, str]) -> None:
    text, expected = "", {}
    for key, value in items.items():
        expected[tomllib.loads(f"k = {key}")["k"]] = text.count("\n") + 1
        text += f"{key} = {value}\n"
    places = find_places(text)
    data = tomllib.loads(text)
    assert set(places.lines) == set(paths_of(data))
    assert {key: places.lines[(key,)] for key in data} == expected
    assert places.duplicates == ()


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab=[]{}\"'#.,\n 1"), max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    find_places(text)
