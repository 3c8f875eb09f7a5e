"""Export: the same files back, byte for byte, and never over somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub import clock, library
from hub.database import db
from hub.errors import Conflict, HubError, NotFound
from hub.models import LibraryFile, Version
from tests.conftest import SHELL
from tests.library.samples import FILES, changed, write

SHIPPED = Path(__file__).parents[2] / "messages"


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def load(folder: Path, files: Mapping[str, str | bytes] = FILES) -> None:
    library.load(write(folder, files), actor=SHELL)


def test_the_shipped_messages_come_back_byte_for_byte(session: Session, tmp_path: Path) -> None:
    report = library.load(SHIPPED, actor=SHELL)
    assert report.problems == ()
    paths = library.export(session, tmp_path / "out")
    expected = {path: content for path, content in tree(SHIPPED).items() if path != "README.md"}
    assert tree(tmp_path / "out") == expected
    assert set(paths) == set(expected)
    again = library.load(tmp_path / "out", actor=SHELL)
    assert (again.new, again.changed, set(again.same)) == ((), (), set(report.new))


@pytest.mark.parametrize("ending", [b"\r\n", b"\n"])
@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_line_ends_and_byte_order_marks_are_kept(
    session: Session, tmp_path: Path, ending: bytes, mark: bytes
) -> None:
    files = {path: mark + text.encode().replace(b"\n", ending) for path, text in FILES.items()}
    load(tmp_path / "in", files)
    library.export(session, tmp_path / "out")
    assert tree(tmp_path / "out") == files


WORDS = st.text(
    st.characters(
        min_codepoint=32,
        max_codepoint=0x24F,
        exclude_categories=["C"],
        exclude_characters="{}<>`[]#",
    ),
    max_size=30,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(sorted(FILES)), st.lists(WORDS, max_size=4)))
def test_whatever_loads_comes_back_byte_for_byte(app: Flask, extra: dict[str, list[str]]) -> None:
    for table in (LibraryFile, Version):
        db.session.execute(delete(table))
    db.session.commit()
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = dict(FILES)
        for path, lines in extra.items():
            comment = "# " if path.endswith("toml") else ""
            files[path] += "".join(f"\n{comment}{line}" for line in lines)
        load(folder / "in", files)
        read = library.read_library(folder / "in")
        loaded = {path for message in read.messages.values() for path in message.paths}
        library.export(db.session(), folder / "out")
        assert (
            tree(folder / "out").items()
            >= {
                path: content for path, content in tree(folder / "in").items() if path in loaded
            }.items()
        )


def test_equal_files_that_are_there_are_left_alone(session: Session, tmp_path: Path) -> None:
    load(tmp_path / "in")
    out = write(tmp_path / "out", {"boil/during.da.md": FILES["boil/during.da.md"], ".git/x": "y"})
    before = (out / "boil/during.da.md").stat()
    library.export(session, out)
    assert tree(out) == {**{path: text.encode() for path, text in FILES.items()}, ".git/x": b"y"}
    assert (out / "boil/during.da.md").stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    "files",
    [
        {"boil/during.da.md": "something else"},
        {"boil/during.fr.md": "a text that the hub does not know"},
        {"other/scenario.toml": ""},
        {"boil": "a file where a folder must be"},
        {"facts.toml/x": "a folder where a file must be"},
    ],
)
def test_other_files_in_the_way_stop_the_export_before_anything_is_written(
    session: Session, tmp_path: Path, files: dict[str, str]
) -> None:
    load(tmp_path / "in")
    out = write(tmp_path / "out", files)
    before = tree(out)
    with pytest.raises(Conflict, match="Nothing was written"):
        library.export(session, out)
    assert tree(out) == before


def test_a_link_is_not_followed_out_of_the_folder(session: Session, tmp_path: Path) -> None:
    load(tmp_path / "in")
    (tmp_path / "elsewhere").mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / "boil").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Conflict, match="holds other files"):
        library.export(session, out)
    assert tree(tmp_path / "elsewhere") == {}


@pytest.mark.parametrize("path", ["../out.md", "/out.md", "a/../../out.md", "a\\..\\out.md"])
def test_a_path_that_leaves_the_folder_is_refused(
    session: Session, tmp_path: Path, path: str
) -> None:
    session.add(LibraryFile(path=path, content=b"x", loaded_at=clock.now()))
    session.commit()
    with pytest.raises(HubError, match="leaves its folder"):
        library.export(session, tmp_path / "deep" / "out")
    assert tree(tmp_path / "deep") == {}
    assert not (tmp_path / "out.md").exists()


def test_an_empty_library_has_nothing_to_export(session: Session, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nothing to export"):
        library.export(session, tmp_path / "out")


def test_a_disk_that_refuses_leaves_no_half_file(session: Session, tmp_path: Path) -> None:
    load(tmp_path / "in")
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(HubError, match="cannot be written"):
        library.export(session, blocked / "out")
    with pytest.raises(Conflict, match="is a file"):
        library.export(session, blocked)


def test_what_was_refused_keeps_its_last_good_files(session: Session, tmp_path: Path) -> None:
    load(tmp_path / "in")
    load(tmp_path / "bad", changed("boil/during.da.md", "{place}, før", "{plce}, før"))
    library.export(session, tmp_path / "out")
    assert tree(tmp_path / "out")["boil/during.da.md"] == FILES["boil/during.da.md"].encode()
