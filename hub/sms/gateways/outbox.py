"""The gateway that sends nothing: each message is a line in `<data dir>/outbox.jsonl`."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from hub import clock
from hub.models import DeliveryState
from hub.settings import Settings
from hub.sms.gateways.base import TOO_LATE, Found, Handover, Kind, Outcome, Status
from hub.sms.moments import steady

log = logging.getLogger(__name__)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Alone with the outbox: whoever writes or rewrites it holds this lock."""
    descriptor = os.open(folder / "outbox.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _later(item: Handover, words: str) -> Outcome:
    return Outcome(item.delivery, item.attempt, Kind.LATER, words=words)


class Outbox:
    """The gateway `outbox`. A batch is one write and one fsync. A line that a dying process cut short does not count,
    and the next writer removes it."""

    name = "outbox"
    batch_limit = 500
    in_flight = 1

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.data_dir
        self.path = settings.data_dir / "outbox.jsonl"
        self.sender = settings.sms_sender or ""
        self._read = (0, 0)  # the file's number, and how far it was read
        self._by_number: dict[str, list[Found]] = {}
        self._by_id: dict[str, Found] = {}

    async def __aenter__(self) -> Outbox:
        return self

    async def __aexit__(self, *exc: object) -> None:
        pass

    async def send(self, batch: Sequence[Handover]) -> list[Outcome]:
        at = clock.now().isoformat()
        lines = [self._line(item, at) for item in batch]
        data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
        try:
            with locked(self.folder):
                if any(steady() >= item.not_after for item in batch):
                    return [_later(item, TOO_LATE) for item in batch]
                self._append(data)
        except OSError as error:
            words = f"the outbox {self.path} cannot be written: {error.strerror}"
            return [_later(item, words) for item in batch]
        return [
            Outcome(item.delivery, item.attempt, Kind.ACCEPTED, gateway_id=line["id"])
            for item, line in zip(batch, lines, strict=True)
        ]

    def _line(self, item: Handover, at: str) -> dict[str, Any]:
        return {
            "id": uuid.uuid4().hex,
            "delivery": item.delivery,
            "attempt": item.attempt,
            "broadcast": item.broadcast,
            "to": item.number,
            "from": self.sender,
            "body": item.body,
            "language": item.language,
            "at": at,
        }

    def _append(self, data: bytes) -> None:
        """All of it or nothing. Raises OSError, with the file as it was."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            end = self._end_of_whole_lines(descriptor)
            os.ftruncate(descriptor, end)
            try:
                while data:
                    data = data[os.write(descriptor, data) :]
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, end)
                raise
        finally:
            os.close(descriptor)

    @staticmethod
    def _end_of_whole_lines(descriptor: int) -> int:
        end = os.fstat(descriptor).st_size
        while end:
            start = max(0, end - 65_536)
            found = os.pread(descriptor, end - start, start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
        return 0

    async def find(self, number: str, since: datetime) -> list[Found] | None:
        try:
            self._catch_up()
        except OSError as error:
            log.warning("the outbox cannot be read: %s", error.strerror)
            return None
        found = [item for item in self._by_number.get(number, []) if item.made_at >= since]
        return sorted(found, key=lambda item: item.made_at, reverse=True)

    async def status(self, gateway_id: str) -> Status | None:
        try:
            self._catch_up()
        except OSError:
            return None
        found = self._by_id.get(gateway_id)
        return Status(found.said) if found else None

    def _catch_up(self) -> None:
        """Read what was added since last time; a file that was rewritten is read anew."""
        if not self.path.exists():
            self._forget(0)
            return
        with locked(self.folder), self.path.open("rb") as file:
            state = os.fstat(file.fileno())
            if state.st_ino != self._read[0] or state.st_size < self._read[1]:
                self._forget(state.st_ino)
            file.seek(self._read[1])
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._read = (state.st_ino, self._read[1] + len(whole))
        for line in whole.splitlines():
            self._take(line)

    def _forget(self, file_number: int) -> None:
        self._read = (file_number, 0)
        self._by_number.clear()
        self._by_id.clear()

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
            found = Found(
                gateway_id=message["id"],
                body=message["body"],
                made_at=datetime.fromisoformat(message["at"]),
                said=DeliveryState.ACCEPTED,
            )
        except (ValueError, KeyError, TypeError):
            return  # a line cut short when a process died: its message was not taken
        self._by_number.setdefault(message["to"], []).append(found)
        self._by_id[found.gateway_id] = found


def gateway(settings: Settings, in_flight: int | None) -> Outbox:
    """What `opening.open_gateway` calls."""
    return Outbox(settings)
