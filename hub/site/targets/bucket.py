"""A bucket: Amazon S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage, all by obstore.

A bucket cannot switch from one site to the next in one step. So files go out in the order of `hub.site.targets.order`:
whatever page a reader has open, what it leads to is there, and each page is whole. Dying half-way leaves the last
front pages, or some of the new ones, each true by itself; `/status.json` then still names the revision before.

Only what changed is sent. What each object holds stands in `.hub/manifest.json.gz`, written before `/status.json`;
it is held against the bucket's own list whenever it may be wrong: after a publisher that did not finish, after a
difference, and each time the bucket is read back.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotSupportedError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import ObjectStore

from hub.site.hashing import digest, hash_of_digests, squeezed
from hub.site.kinds import CACHE_CONTROL, content_type, stored_compressed
from hub.site.targets.bucket_lease import Lease, known_version
from hub.site.targets.errors import STILL, TargetError
from hub.site.targets.marks import read_mark
from hub.site.targets.order import MARK, Step, in_steps
from hub.site.targets.sent import Sent

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 32
BATCH = 64
"""Objects between two looks at the lease."""

_MANIFEST = ".hub/manifest.json.gz"
_HEADERS = 1
"""Grows when content types, caching or compressing change: then everything is sent again."""

_WRITE, _READ = "could not be published to", "could not be read"

_SAYS = (
    ("169.254.169.254", "no keys are set: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    ("NoSuchBucket", "there is no such bucket: make it, or correct HUB_SITE_TARGETS"),
    ("ContainerNotFound", "there is no such container: make it, or correct HUB_SITE_TARGETS"),
    ("InvalidAccessKeyId", "the store does not know the key: correct AWS_ACCESS_KEY_ID"),
    ("SignatureDoesNotMatch", "the secret key is wrong: correct AWS_SECRET_ACCESS_KEY"),
    ("RequestTimeTooSkewed", "this machine's clock is wrong: set it"),
    ("ExpiredToken", "the session has ended: get fresh keys"),
    ("QuotaExceeded", "the store is full: free space there or raise the quota"),
    ("XMinioStorageFull", "the store is full: free space there"),
    ("InsufficientStorage", "the store is full: free space there"),
    ("507 ", "the store is full: free space there"),
    ("403 ", "access is refused: the keys need to read, write, list and delete there"),
    ("401 ", "the keys are refused: correct them"),
    ("SlowDown", "the store is overloaded: it is tried again"),
    ("timed out", "it does not answer in time: check the network and the store"),
    ("operation timeout", "it does not answer in time: check the network and the store"),
    ("error sending request", "it cannot be reached: check the network, its address and the store"),
)


@dataclass(frozen=True)
class _Held:
    """What an object holds: SHA-256 (hex) of the file, and the store's tag of the object; empty: not known."""

    digest: str
    tag: str


class BucketTarget:
    """A site in a bucket, below a prefix of it."""

    def __init__(self, address: str, store: ObjectStore) -> None:
        self.address, self._store = address, store
        self._lease: Lease | None = None
        self._finished = True

    @contextmanager
    def lock(self) -> Iterator[None]:
        """The bucket's lease; ends by itself a minute after its holder died."""
        lease = Lease(self._store, self.address)
        try:
            with self._explained(_WRITE):
                lease.take()
            self._lease, self._finished = lease, not lease.unclean
            yield
        finally:
            lease.give_back(clean=self._finished)
            self._lease = None

    def close(self) -> None:
        """Nothing is held open."""

    def read_status(self) -> dict[str, Any] | None:
        """What readers get as `status.json`; None without one."""
        with self._explained(_READ):
            try:
                content = bytes(obstore.get(self._store, MARK[1:]).bytes())
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error) or "ContainerNotFound" in str(error):
                    raise
                return None
        return read_mark(content)

    def read_hash(self, *, thorough: bool = True) -> str | None:
        """`site_hash` over what readers get. Thorough: every object is read. Else: the bucket's list, with each
        object's tag, against the manifest, and front pages, phone texts and `status.json` are read."""
        with self._explained(_READ):
            return asyncio.run(self._look(thorough))

    def put(self, files: Mapping[str, bytes], revision: int, *, afresh: bool = False) -> Sent:
        """Make these files the site. With the lock held; `afresh` believes nothing that the manifest says."""
        with self._explained(_WRITE):
            afresh = afresh or not self._finished
            self._finished = False
            sent = asyncio.run(self._put(files, afresh))
            self._finished = True
            return sent

    # -- writing

    async def _put(self, files: Mapping[str, bytes], afresh: bool) -> Sent:
        mark = await self._mark()
        known = await self._manifest()
        there: Mapping[str, str] | None = None
        if afresh or not known:
            there = await self._list()
            known = {path: held for path, held in known.items() if there.get(path) == held.tag}
        wanted = {path: digest(content).hex() for path, content in files.items()}
        changed = [
            path for path in files if path not in known or known[path].digest != wanted[path]
        ]
        gone = sorted(set(known if there is None else there) - set(files))
        steps = in_steps(changed)
        held = {path: item for path, item in known.items() if path in files}
        size = 0
        for step in (Step.PAGES, Step.LISTS, Step.FRONT):
            tags = await self._send(steps[step], files)
            held.update({path: _Held(wanted[path], tag) for path, tag in tags.items()})
            size += sum(len(_stored(path, files[path])) for path in steps[step])
            await self._read_back(steps[step], files)
        held.pop(MARK, None)
        size += await self._write_manifest({**held, MARK: _Held(wanted.get(MARK, ""), "")})
        if MARK in files:
            await self._send_mark(files[MARK], mark)
            await self._read_back([MARK], files)
        await self._remove(gone)
        return Sent(len(changed), size, len(gone))

    async def _send(self, paths: Sequence[str], files: Mapping[str, bytes]) -> dict[str, str]:
        """Put these, many at once; their tags."""
        found: dict[str, str] = {}

        async def one(path: str) -> None:
            content = files[path]
            headers = {"Content-Type": content_type(path), "Cache-Control": CACHE_CONTROL}
            if stored_compressed(path, len(content)):
                headers["Content-Encoding"] = "gzip"
            result = await obstore.put_async(
                self._store,
                path[1:],
                _stored(path, content),
                attributes=headers,
                use_multipart=False,
            )
            found[path] = _tag(result["e_tag"])

        for start in range(0, len(paths), BATCH):
            self._hold()
            await _many(one, paths[start : start + BATCH])
        return found

    async def _send_mark(self, content: bytes, version: Any) -> None:
        """The last file; refused when somebody else wrote it since we looked."""
        headers = {"Content-Type": content_type(MARK), "Cache-Control": CACHE_CONTROL}
        self._hold()
        try:
            await obstore.put_async(
                self._store, MARK[1:], content, attributes=headers, mode=version or "create"
            )
        except (AlreadyExistsError, PreconditionError):
            raise TargetError(
                f"{self.address}: another publisher wrote there at the same time. It is tried again."
            ) from None
        except NotSupportedError:
            await obstore.put_async(self._store, MARK[1:], content, attributes=headers)

    async def _mark(self) -> Any:
        """The version of `status.json` that stands there now; None without one."""
        try:
            found = await obstore.head_async(self._store, MARK[1:])
        except FileNotFoundError:
            return None
        return known_version(found)

    async def _read_back(self, paths: Sequence[str], files: Mapping[str, bytes]) -> None:
        """Does a reader get what was just sent?"""

        async def one(path: str) -> None:
            if await self._get(path) != files[path]:
                raise TargetError(
                    f"{self.address}: {path} does not read as it was written. Something else writes there: find and "
                    f"stop it, then `hub publish`. {STILL}"
                )

        for start in range(0, len(paths), BATCH):
            self._hold()
            await _many(one, paths[start : start + BATCH])

    async def _remove(self, paths: Sequence[str]) -> None:
        self._hold()
        if paths:
            with suppress(FileNotFoundError):  # somebody else did: some stores say so
                await obstore.delete_async(self._store, [path[1:] for path in paths])

    def _hold(self) -> None:
        if self._lease is not None:
            self._lease.renew()

    # -- reading

    async def _look(self, thorough: bool) -> str | None:
        there = await self._list()
        if not there:
            return None
        if thorough:
            return await self._hash_of(sorted(there))
        known = await self._manifest()
        wrong = {path for path, held in known.items() if held.tag and held.tag != there.get(path)}
        if wrong or set(there) != set(known):
            return f"not as written: {', '.join(sorted(wrong | (set(there) ^ set(known)))[:3])}"
        hot = in_steps(there)
        for path in (*hot[Step.FRONT], *hot[Step.MARK]):
            if hashlib.sha256(await self._get(path) or b"").hexdigest() != known[path].digest:
                return f"not as written: {path}"
        return hash_of_digests((path, bytes.fromhex(held.digest)) for path, held in known.items())

    async def _hash_of(self, paths: Sequence[str]) -> str:
        digests: list[tuple[str, bytes]] = []

        async def one(path: str) -> None:
            content = await self._get(path)
            if content is not None:
                digests.append((path, hashlib.sha256(content).digest()))

        await _many(one, paths)
        return hash_of_digests(digests)

    async def _get(self, path: str) -> bytes | None:
        """A file as a reader has it in the end; None where it is gone, empty bytes when it cannot be unpacked."""
        try:
            answer = await obstore.get_async(self._store, path[1:])
            content = bytes(await answer.bytes_async())
        except FileNotFoundError:
            return None
        if answer.attributes.get("Content-Encoding") != "gzip":
            return content
        try:
            return gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return b""

    async def _list(self) -> dict[str, str]:
        """Path -> tag of every object but our own notes."""
        found: dict[str, str] = {}
        async for chunk in obstore.list(self._store, chunk_size=1000):
            for item in chunk:
                if not item["path"].startswith(".hub/"):
                    found["/" + item["path"]] = _tag(item["e_tag"])
        return found

    async def _manifest(self) -> dict[str, _Held]:
        """What each object held when the last publisher had done; empty where that is not known."""
        try:
            answer = await obstore.get_async(self._store, _MANIFEST)
            found = json.loads(gzip.decompress(bytes(await answer.bytes_async())))
            if found["headers"] != _HEADERS:
                return {}
            return {path: _Held(held, tag) for path, (held, tag) in found["files"].items()}
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error) or "ContainerNotFound" in str(error):
                raise
            return {}
        except (ValueError, KeyError, TypeError, OSError, EOFError, zlib.error):
            return {}

    async def _write_manifest(self, held: Mapping[str, _Held]) -> int:
        value = {
            "headers": _HEADERS,
            "files": {path: (item.digest, item.tag) for path, item in sorted(held.items())},
        }
        content = gzip.compress(json.dumps(value, separators=(",", ":")).encode(), 1, mtime=0)
        self._hold()
        await obstore.put_async(
            self._store,
            _MANIFEST,
            content,
            attributes={"Content-Type": "application/gzip", "Cache-Control": "no-store"},
            use_multipart=False,
        )
        return len(content)

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        try:
            yield
        except (BaseError, FileNotFoundError, ValueError, OSError, TimeoutError) as error:
            raise TargetError(f"{self.address} {what}: {explain(error)}. {STILL}") from error


def explain(error: Exception) -> str:
    """A store's answer in words: what to do."""
    text = str(error)
    for mark, words in _SAYS:
        if mark in text:
            return words
    if isinstance(error, (PermissionDeniedError, UnauthenticatedError)):
        return "access is refused: the keys need to read, write, list and delete there"
    code = re.search(r"<Code>(\w+)</Code>", text)
    return f"the store says {code[1]}" if code else text.splitlines()[0][:300].rstrip(". ")


def _stored(path: str, content: bytes) -> bytes:
    return squeezed(content) if stored_compressed(path, len(content)) else content


def _tag(tag: str | None) -> str:
    return (tag or "").strip('"')


async def _many(work: Callable[[T], Awaitable[R]], items: Iterable[T]) -> None:
    """All of it, AT_ONCE at a time; the first error ends it, with nothing left running."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(item: T) -> None:
        async with gate:
            await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(one(item))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
