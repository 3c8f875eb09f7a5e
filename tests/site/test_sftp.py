"""Publishing by SFTP to a real OpenSSH server: what a reader gets, and what a cut connection leaves."""

from __future__ import annotations

import gzip
import json
import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from hub.site.hashing import site_hash
from hub.site.targets import TargetError, open_target
from hub.site.targets.copies import without_copies
from hub.site.targets.sftp import sftp_target
from hub.site.targets.sftp_site import SftpTarget
from tests.conftest import make_settings
from tests.site.sftp_server import SftpServer, make_key, sftp_server
from tests.site.test_buckets import site


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    with sftp_server(tmp_path_factory.mktemp("sftp")) as found:
        yield found


@pytest.fixture(scope="module")
def plain_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    """One that makes no links at all."""
    with sftp_server(tmp_path_factory.mktemp("plain"), refuse="symlink,hardlink") as found:
        yield found


@contextmanager
def opened(
    server: SftpServer, folder: Path, name: str, port: int | None = None
) -> Iterator[SftpTarget]:
    environment = dict(server.environment)
    if port is not None:
        hosts = folder / f"known_hosts_{port}"
        key = server.known_hosts.read_text().split(" ", 1)[1]
        hosts.write_text(f"[127.0.0.1]:{port} {key}")
        environment["HUB_SFTP_KNOWN_HOSTS"] = str(hosts)
    target = sftp_target(server.url(name, port), make_settings(folder, **environment))
    try:
        yield target
    finally:
        target.close()


def put(target: SftpTarget, revision: int, **options: Any) -> Any:
    with target.lock():
        return target.put(site(revision, **options), revision)


def files_below(folder: Path) -> dict[str, bytes]:
    found = {
        f"/{os.path.relpath(os.path.join(where, name), folder)}": Path(where, name).read_bytes()
        for where, _, names in os.walk(folder)
        for name in names
    }
    return {path: content for path, content in found.items() if not path.startswith("/.hub/")}


def shown(folder: Path) -> dict[str, bytes]:
    """What a reader gets, compressed copies checked and left out."""
    return without_copies(files_below(folder.resolve()))


def test_the_address_becomes_a_link_that_shows_the_whole_site(
    server: SftpServer, tmp_path: Path
) -> None:
    with opened(server, tmp_path, "whole") as target:
        for revision in range(1, 5):
            put(target, revision)
            folder = server.home / "whole"
            assert os.readlink(folder) in ("whole.releases/a", "whole.releases/b")
            assert shown(folder) == site(revision)
            assert target.read_status() == {"revision": revision, "instance": 1}
            for thorough in (False, True):
                assert target.read_hash(thorough=thorough) == site_hash(site(revision))


def test_only_what_changed_since_it_was_shown_last_is_sent(
    server: SftpServer, tmp_path: Path
) -> None:
    with opened(server, tmp_path, "few") as target:
        sent = [put(target, revision, pages=40) for revision in range(1, 6)]
    # fronts, phone, status and the new page with its copy; three fronts have copies too
    assert [item.files for item in sent] == [len(site(1, pages=40)) + 5, 10, 10, 10, 10]
    assert [item.removed for item in sent] == [0, 0, 2, 2, 2]
    assert shown(server.home / "few") == site(5, pages=40)


def test_compressed_copies_stand_beside_pages(server: SftpServer, tmp_path: Path) -> None:
    with opened(server, tmp_path, "copies") as target:
        put(target, 1)
    folder = server.home / "copies"
    assert gzip.decompress((folder / "index.html.gz").read_bytes()) == site(1)["/index.html"]
    assert not (folder / "phone/da.txt.gz").exists()


def test_an_edited_file_shows_and_is_mended_though_both_folders_share_it(
    server: SftpServer, tmp_path: Path
) -> None:
    with opened(server, tmp_path, "edited") as target:
        put(target, 1)
        put(target, 2)
        page = server.home / "edited" / "i" / "1000" / "index.html"
        assert page.stat().st_nlink == 2
        page.write_bytes(b"forged")
        assert target.read_hash(thorough=True) != site_hash(site(2))
        with target.lock():
            target.put(site(3), 3, afresh=True)
        assert shown(server.home / "edited") == site(3)
        assert target.read_hash(thorough=True) == site_hash(site(3))


@pytest.mark.parametrize("name", ["index.html", "phone/da.txt", "index.html.gz"])
def test_an_edited_front_page_shows_in_a_minutes_look(
    server: SftpServer, tmp_path: Path, name: str
) -> None:
    with opened(server, tmp_path, f"front-{name.replace('/', '-')}") as target:
        put(target, 1)
        (server.home / target.address.path / name).write_bytes(b"forged")
        assert target.read_hash(thorough=False) != site_hash(site(1))


def test_a_server_without_links_is_written_in_place(
    plain_server: SftpServer, tmp_path: Path
) -> None:
    with opened(plain_server, tmp_path, "site") as target:
        for revision in (1, 2, 3):
            sent = put(target, revision, pages=20)
        folder = plain_server.home / "site"
        assert folder.is_dir()
        assert not folder.is_symlink()
        assert shown(folder) == site(3, pages=20)
        assert (sent.files, sent.removed) == (10, 2)
        for thorough in (False, True):
            assert target.read_hash(thorough=thorough) == site_hash(site(3, pages=20))


@contextmanager
def cutting(port: int, most: int) -> Iterator[int]:
    """A way to the server that is cut when so many bytes have gone there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        left = most
        pairs: list[socket.socket] = []

        def pump(source: socket.socket, sink: socket.socket, counted: bool) -> None:
            nonlocal left
            with suppress(OSError):
                while data := source.recv(4096):
                    if counted:
                        data = data[: max(left, 0)]
                        left -= len(data)
                    if not data:
                        break
                    sink.sendall(data)
                    if counted and left <= 0:
                        break
            for end in (source, sink):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    near, _ = listener.accept()
                    far = socket.create_connection(("127.0.0.1", port))
                    pairs.extend((near, far))
                    threading.Thread(target=pump, args=(near, far, True), daemon=True).start()
                    threading.Thread(target=pump, args=(far, near, False), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for end in pairs:
                end.close()


@pytest.mark.parametrize("links", [True, False])
def test_a_connection_cut_at_any_moment_leaves_a_whole_site(
    server: SftpServer, plain_server: SftpServer, tmp_path: Path, links: bool
) -> None:
    """Cuts ever later until a publish gets through. With links readers have all of one edition; in place each page
    is old or new, leads to what is there, and `status.json` is new only when everything is."""
    used = server if links else plain_server
    folder = used.home / f"cut-{links}"
    with opened(used, tmp_path, folder.name) as target:
        put(target, 1)
        put(target, 2)
    revision, reached = 2, 0
    for turn in range(60):
        with (
            cutting(used.port, 2_500 + 3_700 * turn) as port,
            opened(used, tmp_path, folder.name, port) as target,
        ):
            done = False
            with suppress(TargetError):
                put(target, revision + 1)
                done = True
        found = shown(folder)
        old, new = site(revision), site(revision + 1)
        if links:
            assert found in (old, new)
        else:
            for path, content in found.items():
                if path.endswith(".gz"):  # of the other edition than its page
                    path, content = path.removesuffix(".gz"), gzip.decompress(content)
                before = site(revision - 1).get(path) if path.startswith("/i/") else None
                assert content in (old.get(path), new.get(path), before) or path.endswith(".new")
            if json.loads(found["/status.json"])["revision"] == revision + 1:
                assert all(found[path] == content for path, content in new.items())
        if found["/status.json"] == new["/status.json"]:
            revision += 1
        if done:
            reached = turn
            break
    assert reached > 3
    with opened(used, tmp_path, folder.name) as target:
        put(target, revision + 5)
        assert shown(folder) == site(revision + 5)
        assert target.read_hash() == site_hash(site(revision + 5))


def test_a_lock_of_another_machine_is_waited_for_until_it_is_old(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.site.targets.sftp_lock.WAIT_SECONDS", 0.5)
    with opened(server, tmp_path, "locked") as target:
        put(target, 1)
        lock = server.home / "locked.releases" / ".lock"
        lock.write_bytes(b"other:1:elsewhere")
        with pytest.raises(TargetError, match="another publisher has held it"):
            put(target, 2)
        os.utime(lock, (time.time() - 100, time.time() - 100))
        put(target, 2)
    assert not lock.exists()
    assert shown(server.home / "locked") == site(2)


def test_what_the_hub_did_not_make_is_refused_and_untouched(
    server: SftpServer, tmp_path: Path
) -> None:
    (server.home / "theirs").mkdir()
    (server.home / "theirs" / "page.html").write_text("theirs")
    (server.home / "elsewhere").symlink_to(server.home / "theirs")
    (server.home / "file").write_text("theirs")
    for name, words in (
        ("theirs", "Empty it or publish to another folder"),
        ("elsewhere", "is a link to"),
        ("file", "is a file, not a folder"),
    ):
        with opened(server, tmp_path, name) as target, pytest.raises(TargetError, match=words):
            put(target, 1)
    assert (server.home / "theirs" / "page.html").read_text() == "theirs"


def refusal(server: SftpServer, folder: Path, **environment: str) -> str:
    settings = make_settings(folder, **{**server.environment, **environment})
    target = sftp_target(server.url("refused"), settings)
    with pytest.raises(TargetError) as caught:
        target.read_status()
    target.close()
    return str(caught.value)


def test_a_server_that_nobody_vouches_for_is_refused(server: SftpServer, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    assert "its key is not in" in refusal(
        server, tmp_path, HUB_SFTP_KNOWN_HOSTS=str(tmp_path / "empty")
    )
    missing = refusal(server, tmp_path, HUB_SFTP_KNOWN_HOSTS=str(tmp_path / "missing"))
    assert "nobody vouches for the server" in missing
    assert "ssh-keyscan" in missing


def test_a_server_with_another_key_is_refused(server: SftpServer, tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text(f"[127.0.0.1]:{server.port} {make_key(tmp_path / 'other')}\n")
    assert "shows another key" in refusal(
        server, tmp_path, HUB_SFTP_KNOWN_HOSTS=str(tmp_path / "hosts")
    )


def test_a_key_that_the_server_does_not_know_is_said_in_words(
    server: SftpServer, tmp_path: Path
) -> None:
    make_key(tmp_path / "stranger")
    words = refusal(server, tmp_path, HUB_SFTP_KEY=str(tmp_path / "stranger"))
    assert "does not let" in words
    words = refusal(server, tmp_path, HUB_SFTP_KEY=str(tmp_path / "nothing"))
    assert "nothing does not exist: correct HUB_SFTP_KEY" in words


def test_a_server_that_accepts_and_never_answers_ends_in_words(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.site.targets.sftp_connection.CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with (
            opened(server, tmp_path, "silent", port) as target,
            pytest.raises(TargetError, match="does not answer"),
        ):
            target.read_status()


def test_a_server_that_stops_answering_half_way_ends_in_words(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.site.targets.sftp_connection.ANSWER_SECONDS", 0.5)
    with opened(server, tmp_path, "stops") as target:
        put(target, 1)
        session = target._connection.session()
        channel = session.get_channel()
        real = channel.recv
        monkeypatch.setattr(channel, "recv", lambda size: (real(size), time.sleep(1))[0])
        channel.transport.sock.settimeout(0.1)
        monkeypatch.setattr(channel, "send", lambda data: len(data))  # swallowed by the net
        with pytest.raises(TargetError, match="does not answer"):
            target.read_status()


def test_a_disk_that_is_full_is_said_in_words_and_leaves_the_last_site(
    server: SftpServer, tmp_path: Path
) -> None:
    """sshd's sessions get a file size limit, which fails a write as a full disk does."""
    import resource
    import subprocess

    with opened(server, tmp_path, "full") as target:
        put(target, 1)
        target._connection.session()
        found = subprocess.run(
            ["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True, check=True
        )
        for process in found.stdout.split():
            children = subprocess.run(["pgrep", "-P", process], capture_output=True, text=True)
            for number in (process, *children.stdout.split()):
                with suppress(ProcessLookupError, PermissionError):
                    resource.prlimit(int(number), resource.RLIMIT_FSIZE, (2_000, 2_000))
        with pytest.raises(TargetError):
            put(target, 2, big=os.urandom(200_000))
    assert shown(server.home / "full") == site(1)
    with opened(server, tmp_path, "full") as target:
        put(target, 3)
    assert shown(server.home / "full") == site(3)


def test_without_paramiko_the_address_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    for name in ("paramiko", "hub.site.targets.sftp_connection", "hub.site.targets.sftp_site"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "paramiko", None)
    with pytest.raises(TargetError, match=r"pip install klarbesked\[sftp\]"):
        open_target("sftp://a@b/c", make_settings(tmp_path))


def test_pages_can_be_read_by_the_web_server(server: SftpServer, tmp_path: Path) -> None:
    with opened(server, tmp_path, "modes") as target:
        put(target, 1)
    for where, folders, names in os.walk((server.home / "modes").resolve()):
        for name in folders:
            assert stat.S_IMODE(Path(where, name).stat().st_mode) == 0o755
        for name in names:
            assert stat.S_IMODE(Path(where, name).stat().st_mode) == 0o644
