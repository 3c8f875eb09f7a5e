"""Publishing to a bucket: a real S3 server, what a reader gets, and what a death half-way leaves."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import MemoryStore

from hub.site.hashing import site_hash
from hub.site.kinds import CACHE_CONTROL
from hub.site.targets import TargetError, open_target
from hub.site.targets.bucket import BucketTarget
from hub.site.targets.bucket_lease import Lease
from hub.site.targets.stores import bucket_target
from tests.conftest import make_settings
from tests.site.s3_server import KEYS, make_bucket, s3_server

PADDING = "<p>x</p>" * 100


def site(revision: int, pages: int = 2, **extra: bytes) -> dict[str, bytes]:
    """A site in which each edition has a page of its own, that only its front pages lead to."""
    front = f"{revision} <a href=i/{revision}/> {PADDING}".encode()
    return {
        "/index.html": front,
        "/en/index.html": front,
        "/i/index.html": front,
        "/phone/da.txt": f"phone {revision}".encode(),
        "/phone/da.json": b'{"phone": "' + PADDING.encode() + b'"}',
        "/status.json": json.dumps({"revision": revision, "instance": 1}).encode(),
        **{f"/i/{number}/index.html": b"past" for number in range(1000, 1000 + pages)},
        f"/i/{revision}/index.html": f"page {revision} {PADDING}".encode(),
        **{f"/{name}": content for name, content in extra.items()},
    }


def put(target: BucketTarget, revision: int, **options: Any) -> Any:
    with target.lock():
        return target.put(site(revision, **options), revision)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture
def target(endpoint: str, tmp_path: Path) -> BucketTarget:
    name = make_bucket(endpoint, re.sub(r"[^a-z0-9]", "-", tmp_path.name.lower()).strip("-"))
    return bucket_target(
        f"s3://{name}/pre/fix", make_settings(tmp_path, HUB_S3_ENDPOINT=endpoint, **KEYS)
    )


def names(target: BucketTarget) -> set[str]:
    return {"/" + item["path"] for chunk in obstore.list(target._store) for item in chunk}


def test_a_reader_gets_each_file_with_its_type_and_caching(target: BucketTarget) -> None:
    put(target, 1)
    page = obstore.get(target._store, "index.html")
    assert page.attributes["Content-Type"] == "text/html; charset=utf-8"
    assert page.attributes["Cache-Control"] == CACHE_CONTROL
    assert page.attributes["Content-Encoding"] == "gzip"
    assert gzip.decompress(bytes(page.bytes())) == site(1)["/index.html"]
    for name, kind in (
        ("phone/da.txt", "text/plain; charset=utf-8"),
        ("phone/da.json", "application/json; charset=utf-8"),
        ("status.json", "application/json; charset=utf-8"),
    ):
        found = obstore.get(target._store, name)
        assert found.attributes["Content-Type"] == kind
        assert "Content-Encoding" not in found.attributes, name  # a robot may not unpack
        assert bytes(found.bytes()) == site(1)[f"/{name}"]


def test_only_what_changed_is_sent_and_what_is_gone_is_removed(target: BucketTarget) -> None:
    first = put(target, 1)
    second = put(target, 2)
    assert first.files == len(site(1))
    assert (second.files, second.removed) == (6, 1)  # three fronts, phone, status, the new page
    assert {name for name in names(target) if not name.startswith("/.hub/")} == set(site(2))
    assert target.read_status() == {"revision": 2, "instance": 1}


@pytest.mark.parametrize("thorough", [False, True])
def test_what_was_published_reads_back_as_such(target: BucketTarget, thorough: bool) -> None:
    assert target.read_hash(thorough=thorough) is None
    put(target, 1)
    assert target.read_hash(thorough=thorough) == site_hash(site(1))


@pytest.mark.parametrize("harm", ["edit", "edit a front page", "add", "remove"])
def test_each_change_by_somebody_else_shows_in_a_minutes_look_and_is_mended(
    target: BucketTarget, harm: str
) -> None:
    put(target, 1)
    if harm == "add":
        obstore.put(target._store, "forged.html", b"forged")
    elif harm == "remove":
        obstore.delete(target._store, "i/1/index.html")
    else:
        name = "index.html" if "front" in harm else "i/1/index.html"
        obstore.put(target._store, name, b"forged")
    assert target.read_hash(thorough=False) != site_hash(site(1))
    assert target.read_hash(thorough=True) != site_hash(site(1))
    with target.lock():
        target.put(site(2), 2, afresh=True)
    for thorough in (False, True):
        assert target.read_hash(thorough=thorough) == site_hash(site(2))


def test_a_manifest_that_lies_is_found_out_by_a_thorough_look(target: BucketTarget) -> None:
    """Whoever may write pages may write the manifest too."""
    put(target, 1)
    tag = obstore.put(target._store, "i/1/index.html", b"forged")["e_tag"]
    manifest = json.loads(
        gzip.decompress(bytes(obstore.get(target._store, ".hub/manifest.json.gz").bytes()))
    )
    manifest["files"]["/i/1/index.html"][1] = (tag or "").strip('"')
    obstore.put(
        target._store, ".hub/manifest.json.gz", gzip.compress(json.dumps(manifest).encode())
    )
    assert target.read_hash(thorough=False) == site_hash(site(1))
    assert target.read_hash(thorough=True) != site_hash(site(1))


def test_a_second_publisher_waits_for_the_first(target: BucketTarget) -> None:
    put(target, 1)
    other = BucketTarget(target.address, target._store)
    with target.lock():
        thread = threading.Thread(target=put, args=(other, 2))
        thread.start()
        time.sleep(0.5)
        assert target.read_status() == {"revision": 1, "instance": 1}
    thread.join(20)
    assert target.read_status() == {"revision": 2, "instance": 1}


def test_a_lease_that_is_never_given_back_ends_in_words(
    target: BucketTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.site.targets.bucket_lease.WAIT_SECONDS", 0.2)
    with target.lock(), pytest.raises(TargetError, match="another publisher has held it"):
        put(BucketTarget(target.address, target._store), 2)


def test_the_lease_of_a_process_that_died_on_this_machine_is_over_at_once(
    target: BucketTarget,
) -> None:
    lease = Lease(target._store, "x")
    machine, _, _ = lease._token.partition(":")
    lease._token = f"{machine}:4194305:dead"  # above the highest process number
    lease.take()
    started = time.monotonic()
    put(target, 1)
    assert time.monotonic() - started < 15


def test_a_lease_of_another_machine_is_over_by_the_stores_clock(
    target: BucketTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = Lease(target._store, "x")
    lease._token = "other:1:elsewhere"
    lease.take()
    monkeypatch.setattr("hub.site.targets.bucket_lease.LEASE_SECONDS", 1.0)
    put(target, 1)
    assert target.read_status() == {"revision": 1, "instance": 1}


def test_who_lost_the_lease_writes_nothing_more(
    target: BucketTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(target, 1)
    monkeypatch.setattr("hub.site.targets.bucket_lease.RENEW_SECONDS", 0.0)
    with target.lock():
        obstore.put(target._store, ".hub/lease.json", b'{"token": "somebody else"}')
        with pytest.raises(TargetError, match="another publisher may write there now"):
            target.put(site(2), 2)
    assert target.read_status() == {"revision": 1, "instance": 1}


def test_two_who_race_past_the_lease_do_not_both_put_status_json(target: BucketTarget) -> None:
    put(target, 1)

    async def race() -> None:
        version = await target._mark()
        await target._send_mark(b'{"revision": 3}', version)
        await target._send_mark(b'{"revision": 2}', version)

    with pytest.raises(TargetError, match="another publisher wrote there at the same time"):
        asyncio.run(race())
    assert target.read_status() == {"revision": 3}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("s3://no-such-bucket/x", "there is no such bucket"),
    ],
)
def test_what_is_wrong_is_said_in_words(
    endpoint: str, tmp_path: Path, url: str, words: str
) -> None:
    target = bucket_target(url, make_settings(tmp_path, HUB_S3_ENDPOINT=endpoint, **KEYS))
    with pytest.raises(TargetError, match=words):
        put(target, 1)


def test_a_server_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, HUB_S3_ENDPOINT="http://127.0.0.1:9", **KEYS)
    with pytest.raises(TargetError, match="it cannot be reached"):
        bucket_target("s3://site", settings).read_status()


def test_a_server_that_accepts_and_never_answers_ends_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.site.targets.stores.REQUEST_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = make_settings(tmp_path, HUB_S3_ENDPOINT=endpoint, **KEYS)
        with pytest.raises(TargetError, match=r"does not answer in time|cannot be reached"):
            bucket_target("s3://site", settings).read_status()


@contextmanager
def answering(status: str, body: bytes = b"") -> Iterator[str]:
    """A server that gives every request the same answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(2)
                    connection.recv(65536)
                    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                    connection.sendall(head.encode() + body)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            ended.set()
            thread.join()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        ("403 Forbidden", b"<Error><Code>AccessDenied</Code></Error>", "access is refused"),
        ("403 Forbidden", b"<Error><Code>InvalidAccessKeyId</Code></Error>", "AWS_ACCESS_KEY_ID"),
        ("403 Forbidden", b"<Error><Code>SignatureDoesNotMatch</Code></Error>", "secret key"),
        ("507 Insufficient Storage", b"", "the store is full"),
        ("400 Bad Request", b"<Error><Code>Odd</Code></Error>", "the store says Odd"),
    ],
)
def test_a_refusal_is_said_in_words_with_what_to_do(
    tmp_path: Path, status: str, body: bytes, words: str
) -> None:
    with answering(status, body) as endpoint:
        settings = make_settings(tmp_path, HUB_S3_ENDPOINT=endpoint, **KEYS)
        with pytest.raises(TargetError, match=words):
            bucket_target("s3://site", settings).read_status()


class CutStore:
    """Puts and deletes reach the store until so many have; then the connection is cut for good."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
        self.left = most
        self.dead = False
        for name in ("put", "put_async", "delete_async"):
            self._cut(monkeypatch, name)

    def _cut(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        real = getattr(obstore, name)

        def cut(*args: Any, **options: Any) -> Any:
            if self.left <= 0:
                self.dead = True
                raise obstore.exceptions.GenericError("error sending request")
            self.left -= 1
            return real(*args, **options)

        monkeypatch.setattr(obstore, name, cut)


def readable(store: MemoryStore) -> Mapping[str, bytes]:
    found = {}
    for chunk in obstore.list(store):
        for item in chunk:
            answer = obstore.get(store, item["path"])
            content = bytes(answer.bytes())
            if answer.attributes.get("Content-Encoding") == "gzip":
                content = gzip.decompress(content)
            found["/" + item["path"]] = content
    return found


def test_a_connection_cut_at_any_moment_leaves_whole_pages_that_lead_somewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every cut point of a publish, in turn: the pages are old or new, what they lead to is there, and
    `status.json` is new only when everything is. The next publisher mends whatever was left."""
    ended = False
    cut_points = 0
    while not ended:
        store = MemoryStore()
        put(BucketTarget("s3://memory", store), 1)
        with monkeypatch.context() as patch:
            cut = CutStore(patch, cut_points)
            with suppress(TargetError):
                put(BucketTarget("s3://memory", store), 2)
            ended = not cut.dead
        found = readable(store)
        old, new = site(1), site(2)
        for path, content in found.items():
            if not path.startswith("/.hub/"):
                assert content in (old.get(path), new.get(path)), path
        for front in ("/index.html", "/en/index.html", "/i/index.html"):
            leads = re.search(rb"href=(i/\d+/)", found[front])
            assert leads is not None
            assert f"/{leads[1].decode()}index.html" in found
        revision = json.loads(found["/status.json"])["revision"]
        if revision == 2:
            assert all(found[path] == content for path, content in new.items())
        with monkeypatch.context() as patch:
            patch.setattr("hub.site.targets.bucket_lease.WAIT_SECONDS", 5.0)
            mending = BucketTarget("s3://memory", store)
            put(mending, 3)
        assert mending.read_hash(thorough=True) == site_hash(site(3))
        assert mending.read_hash(thorough=False) == site_hash(site(3))
        cut_points += 1
    assert cut_points > 8


@pytest.mark.parametrize("url", ["az://account/container/pre", "gs://bucket/pre"])
def test_addresses_of_other_clouds_are_understood(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more is tested of them: there is no such server here."""
    settings = make_settings(tmp_path, AZURE_STORAGE_ACCOUNT_KEY="c2VjcmV0")
    assert isinstance(open_target(url, settings), BucketTarget)
