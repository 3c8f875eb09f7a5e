"""The local target: a reader never sees half a site, whatever dies or fills up."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.site.targets import TargetError, file_folder
from hub.site.targets.file import FileTarget, safe_path

ROOT = Path(__file__).resolve().parents[2]


def site(revision: int, pages: int = 3, **extra: bytes) -> dict[str, bytes]:
    """A small site in which every file names its revision, but for those of the past."""
    return {
        "/index.html": f"front {revision}".encode(),
        "/en/index.html": f"english {revision}".encode(),
        "/status.json": json.dumps({"revision": revision, "instance": 1}).encode(),
        "/phone/da.txt": f"phone {revision}".encode(),
        "/phone/da.json": f"phone {revision}".encode(),
        **{f"/i/{number}/index.html": b"past" for number in range(pages)},
        **{f"/{name}": content for name, content in extra.items()},
    }


def put(target: FileTarget, revision: int, **extra: bytes) -> None:
    with target.lock():
        target.put(site(revision, **extra), revision)


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        f"/{os.path.relpath(os.path.join(where, name), folder)}": Path(where, name).read_bytes()
        for where, _, names in os.walk(folder, followlinks=True)
        for name in names
    }


@pytest.fixture
def target(tmp_path: Path) -> FileTarget:
    return FileTarget(tmp_path / "site")


def test_the_folder_holds_just_the_files_of_the_last_publish(target: FileTarget) -> None:
    put(target, 1, old=b"gone next time")
    put(target, 2)
    assert files_below(target.folder) == site(2)
    assert target.read_status() == {"revision": 2, "instance": 1}


def test_an_unpublished_folder_has_no_status(target: FileTarget) -> None:
    assert target.read_status() is None


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff"])
def test_a_status_that_cannot_be_understood_counts_as_none(
    target: FileTarget, content: bytes
) -> None:
    with target.lock():
        target.put({"/status.json": content}, 1)
    assert target.read_status() is None


def test_what_did_not_change_takes_no_new_file(target: FileTarget) -> None:
    put(target, 1, kept=b"same")
    before = {name: (target.folder / name).stat().st_ino for name in ("kept", "i/1/index.html")}
    put(target, 2, kept=b"same")
    assert {name: (target.folder / name).stat().st_ino for name in before} == before


@pytest.mark.parametrize("name", ["kept", "i/1/index.html"])
def test_a_file_that_somebody_edited_is_written_afresh(target: FileTarget, name: str) -> None:
    put(target, 1, kept=b"same")
    (target.folder / name).write_bytes(b"forged")
    put(target, 2, kept=b"same")
    assert files_below(target.folder) == site(2, kept=b"same")


def test_a_folder_with_one_changed_file_takes_one_new_file(target: FileTarget) -> None:
    many = {f"cap/{number}.xml": b"same" for number in range(20)}
    put(target, 1, **many)
    before = {name: (target.folder / name).stat().st_ino for name in many}
    put(target, 2, **many, **{"cap/21.xml": b"new"})
    assert {name: (target.folder / name).stat().st_ino for name in many} == before
    assert files_below(target.folder) == site(2, **many, **{"cap/21.xml": b"new"})


@pytest.mark.parametrize("settled", [False, True])
def test_an_edit_after_many_publishes_is_written_afresh(
    target: FileTarget, monkeypatch: pytest.MonkeyPatch, settled: bool
) -> None:
    """Also when this process has compared the file before, and the edit leaves its size and date."""
    if settled:
        monkeypatch.setattr("hub.site.targets.file._SETTLED_SECONDS", -1)
    for revision in range(1, 4):
        put(target, revision)
    page = target.folder / "i/1/index.html"
    dates = page.stat()
    page.write_bytes(b"pas!")
    os.utime(page, ns=(dates.st_atime_ns, dates.st_mtime_ns))
    (target.folder / "i/2/forged.html").write_bytes(b"forged")
    put(target, 4)
    assert files_below(target.folder) == site(4)


def test_a_file_that_somebody_added_beside_a_page_vanishes(target: FileTarget) -> None:
    put(target, 1)
    (target.folder / "i/1/forged.html").write_bytes(b"forged")
    put(target, 2)
    assert files_below(target.folder) == site(2)


def test_three_releases_are_kept_and_no_page_that_none_of_them_shows(target: FileTarget) -> None:
    for revision in range(1, 8):
        put(target, revision)
    kept = sorted(item.name.partition("-")[0] for item in target.releases.iterdir())
    assert kept == [".lock", "5", "6", "7", "pages"]
    # three past pages, three editions of en/ and of phone/
    assert len(list((target.releases / "pages").iterdir())) == 9


def test_a_reader_in_the_release_before_can_go_on_reading(target: FileTarget) -> None:
    put(target, 1)
    release = target.folder.resolve()
    put(target, 2)
    put(target, 3)
    assert files_below(release) == site(1)


def test_everything_can_be_read_by_another_user_whatever_the_umask(target: FileTarget) -> None:
    before = os.umask(0o077)
    try:
        put(target, 1)
    finally:
        os.umask(before)
    for where, folders, names in os.walk(target.folder, followlinks=True):
        for name in folders:
            assert stat.S_IMODE(Path(where, name).stat().st_mode) == 0o755
        for name in names:
            assert stat.S_IMODE(Path(where, name).stat().st_mode) == 0o644


def test_the_site_can_be_moved_with_its_releases(target: FileTarget, tmp_path: Path) -> None:
    put(target, 1)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for item in (target.folder, target.releases):
        item.rename(moved / item.name)
    assert files_below(moved / "site") == site(1)


def test_an_empty_folder_becomes_the_site(target: FileTarget) -> None:
    target.folder.mkdir()
    put(target, 1)
    assert files_below(target.folder) == site(1)


def test_a_folder_that_the_hub_did_not_make_is_refused_and_untouched(target: FileTarget) -> None:
    target.folder.mkdir()
    (target.folder / "theirs.html").write_text("theirs")
    with pytest.raises(TargetError, match=r"did not make. Empty it or publish to another folder"):
        put(target, 1)
    assert files_below(target.folder) == {"/theirs.html": b"theirs"}


def test_a_link_that_the_hub_did_not_make_is_refused(target: FileTarget, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    target.folder.symlink_to(tmp_path / "theirs")
    with pytest.raises(TargetError, match="is a link to"):
        put(target, 1)
    assert os.readlink(target.folder) == str(tmp_path / "theirs")


def test_a_file_in_the_folders_place_is_refused(target: FileTarget) -> None:
    target.folder.write_text("theirs")
    with pytest.raises(TargetError, match="is a file, not a folder"):
        put(target, 1)


def test_a_missing_parent_is_refused_since_its_disk_may_not_be_mounted(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"does not exist\. Is its disk mounted"):
        put(FileTarget(tmp_path / "missing" / "site"), 1)
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("path", ["index.html", "/../x", "/a/../../x", "/.hidden", "//x", "/", ""])
def test_a_path_that_could_leave_the_folder_is_refused(target: FileTarget, path: str) -> None:
    put(target, 1)
    with pytest.raises(ValueError, match="no path of a site"), target.lock():
        target.put({**site(2), path: b"x"}, 2)
    assert files_below(target.folder) == site(1)
    assert not list(target.releases.glob(".new-*"))


@given(st.text(alphabet="./ab\0\\", max_size=12))
def test_no_path_leaves_the_folder(path: str) -> None:
    try:
        relative = safe_path(path)
    except ValueError:
        return
    assert os.path.normpath(os.path.join("/site", relative)).startswith("/site/")


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """What a full disk does, at a size of our choosing: writing on fails half-way through a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_write_that_fails_half_way_leaves_the_last_site_whole(target: FileTarget) -> None:
    put(target, 1)
    with (
        file_size_limit(4096),
        pytest.raises(TargetError, match=r"may not grow so large.*still have the last page"),
    ):
        put(target, 2, big=b"x" * 10_000)
    assert files_below(target.folder) == site(1)
    assert not list(target.releases.glob(".new-*"))
    put(target, 3, big=b"x" * 10_000)
    assert files_below(target.folder) == site(3, big=b"x" * 10_000)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(folder)], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_leaves_the_last_site_whole_and_says_what_to_do(small_disk: Path) -> None:
    target = FileTarget(small_disk / "site")
    put(target, 1)
    with pytest.raises(TargetError, match="the disk is full: free space there, then `hub publish`"):
        put(target, 2, big=b"x" * 300_000)
    assert files_below(target.folder) == site(1)
    put(target, 3, big=b"x" * 50_000)
    assert target.read_status() == {"revision": 3, "instance": 1}


def test_a_read_only_disk_is_named_as_such(small_disk: Path) -> None:
    target = FileTarget(small_disk / "site")
    put(target, 1)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(TargetError, match="the disk is read-only"):
        put(target, 2)
    assert files_below(target.folder) == site(1)


def test_a_mount_point_cannot_become_the_site_and_is_named(small_disk: Path) -> None:
    target = FileTarget(small_disk)
    with pytest.raises(TargetError, match="mount point"):
        put(target, 1)


def test_a_second_publisher_waits_for_the_first(target: FileTarget) -> None:
    put(target, 1)
    with target.lock():
        other = threading.Thread(target=put, args=(FileTarget(target.folder), 2))
        other.start()
        time.sleep(0.3)
        assert target.read_status() == {"revision": 1, "instance": 1}
    other.join(10)
    assert target.read_status() == {"revision": 2, "instance": 1}


def test_a_lock_that_is_never_given_back_ends_in_words(
    target: FileTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.site.targets.file.LOCK_SECONDS", 0.1)
    put(target, 1)
    with open(target.releases / ".lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TargetError, match="another publisher has held it"):
            put(target, 2)


PUBLISHER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from hub.site.targets.file import FileTarget
    from tests.site.test_file_target import site

    target = FileTarget(Path(sys.argv[1]))
    revision = (target.read_status() or {"revision": 0})["revision"]
    while True:
        revision += 1
        with target.lock():
            target.put(site(revision, pages=40), revision)
    """
)


def whole(folder: Path) -> int:
    """The revision that a reader finds; every file of one release must belong to it."""
    release = folder.resolve()
    found = files_below(release)
    revision: int = json.loads(found["/status.json"])["revision"]
    assert found == site(revision, pages=40)
    return revision


def test_killing_the_publisher_at_any_moment_never_shows_half_a_site(target: FileTarget) -> None:
    """Fifteen kills, each at another moment of a publish; a reader checks every file all the while."""
    with target.lock():
        target.put(site(1, pages=40), 1)
    reached = 1
    for turn in range(15):
        publisher = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, str(target.folder)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        deadline = time.monotonic() + 20
        start = reached
        while reached < start + 2 and time.monotonic() < deadline:
            try:
                reached = max(reached, whole(target.folder))
            except FileNotFoundError:  # the release read was three publishes old and cleared away
                continue
        time.sleep(turn * 0.0017)
        publisher.send_signal(signal.SIGKILL)
        publisher.wait()
        assert whole(target.folder) >= reached > start
    with target.lock():
        target.put(site(reached + 100, pages=40), reached + 100)
    assert whole(target.folder) == reached + 100
    left = [item.name for item in target.releases.iterdir() if item.name.startswith(".new-")]
    assert left == []


def test_a_reader_that_follows_the_link_file_by_file_never_misses_one(target: FileTarget) -> None:
    with target.lock():
        target.put(site(1, pages=40), 1)
    publisher = subprocess.Popen(
        [sys.executable, "-c", PUBLISHER, str(target.folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        last = 0
        deadline = time.monotonic() + 60
        while last < 8 and time.monotonic() < deadline:
            revision = json.loads((target.folder / "status.json").read_bytes())["revision"]
            assert revision >= last
            last = revision
            assert (target.folder / "i/7/index.html").read_bytes() == b"past"
        assert last > 1
    finally:
        publisher.kill()
        publisher.wait()


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:/srv/site", "/srv/site"),
        ("file:///srv/site/", "/srv/site"),
        ("file:site", f"{os.getcwd()}/site"),
        ("s3://bucket/site", None),
        ("file:", None),
        ("file:///", None),
    ],
)
def test_addresses_of_local_folders(url: str, folder: str | None) -> None:
    found = file_folder(url)
    assert found == (None if folder is None else Path(folder))
