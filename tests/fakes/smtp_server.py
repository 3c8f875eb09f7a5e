"""A mail server on loopback: keeps what it is given, or hangs after it greeted, or answers with an error."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class SmtpServer:
    """`hangs`: says nothing after a connection. `hangs_up`: ends it at once. `refuses`: every recipient is refused."""

    hangs: bool = False
    hangs_up: bool = False
    refuses: bool = False
    port: int = 0
    connections: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.hangs:
            await asyncio.sleep(3600)
        if self.hangs_up:
            writer.close()
            return
        writer.write(b"220 loopback\r\n")
        while line := (await reader.readline()).decode().strip():
            word = line.split(" ", 1)[0].upper()
            if word == "DATA":
                writer.write(b"354 go on\r\n")
                data = (await reader.readuntil(b"\r\n.\r\n"))[:-5].replace(b"\r\n..", b"\r\n.")
                parsed = message_from_bytes(data, policy=policy.default)
                assert isinstance(parsed, EmailMessage)
                self.mails.append(parsed)
            if word == "RCPT" and self.refuses:
                writer.write(b"550 nobody\r\n")
                continue
            if word == "RCPT":
                self.recipients.append(line.partition("<")[2].partition(">")[0])
            writer.write(b"221 bye\r\n" if word == "QUIT" else b"250 ok\r\n")
            if word == "QUIT":
                break
        await writer.drain()
        writer.close()


@contextmanager
def running_smtp() -> Iterator[SmtpServer]:
    """The server in a thread of its own, on a free port, until the block ends."""
    server, started, loop = SmtpServer(), threading.Event(), asyncio.new_event_loop()

    async def begin() -> None:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        server.port = listening.sockets[0].getsockname()[1]
        started.set()

    def run() -> None:
        loop.run_until_complete(begin())
        loop.run_forever()

    threading.Thread(target=run, daemon=True, name="fake-smtp").start()
    assert started.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
