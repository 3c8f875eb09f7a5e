"""The processes: web, worker, and both under one command that starts again what dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType

import click
from flask import current_app
from huey.consumer import Consumer

from hub import logs, schema, tasks
from hub.errors import Conflict
from hub.queue import open_queue
from hub.settings import Settings

WORKERS = 6
"""Threads of a worker: sending takes one while there is something to send, receipts another."""
GRACE_SECONDS = 30.0
QUICKEST_RESTART = 1.0
SLOWEST_RESTART = 30.0


def web_command(settings: Settings, host: str, port: int) -> list[str]:
    """gunicorn as measured best for WSGI here: threads, one process on SQLite, two on PostgreSQL."""
    workers = "1" if settings.database_url.startswith("sqlite") else "2"
    shared_memory = ["--worker-tmp-dir", "/dev/shm"] if os.path.isdir("/dev/shm") else []  # noqa: S108
    return [
        *(sys.executable, "-m", "gunicorn", "hub.application:create_web()"),
        *("--bind", f"{host}:{port}", "--worker-class", "gthread"),
        *("--workers", workers, "--threads", "16", "--no-control-socket"),
        *("--graceful-timeout", "30", "--log-level", "warning"),
        *shared_memory,
    ]


def become_web(settings: Settings, host: str, port: int) -> None:
    """Replace this process by gunicorn."""
    command = web_command(settings, host, port)
    os.execv(command[0], command)  # noqa: S606 - our own command, no shell wanted


class _Consumer(Consumer):  # type: ignore[misc]  # huey has no types
    """huey's, which sets its own signal handlers when it starts: SIGTERM ends it without waiting for its threads."""

    def stop(self, graceful: bool = False) -> None:
        """Whichever signal it was: long tasks return at their next look, and are waited for."""
        tasks.stop_all()
        super().stop(graceful=True)


def work(*, schedule: bool) -> None:
    """Run background work until told to stop (SIGTERM or SIGINT finish what is in hand first)."""
    if schema.state() is not schema.Schema.CURRENT:
        raise Conflict(
            "The database is not of this version: run `hub db upgrade`. No work was taken."
        )
    logs.set_up(current_app.config["HUB"].keeping.log)
    queue, _ = open_queue(current_app.config["HUB"].queue_url)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    tasks.bind_all(app, queue, schedule=schedule)
    consumer = _Consumer(
        queue,
        workers=WORKERS,
        periodic=schedule,
        initial_delay=0.1,
        max_delay=0.1,  # an idle consumer that backs off would let an all-clear wait
        check_worker_health=True,
    )
    tasks.wake_all()
    looking = tasks.look_out(app)
    try:
        consumer.run()
    finally:
        tasks.stop_all()
        looking.join()


@dataclass
class _Child:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = QUICKEST_RESTART
    due: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(self.command)  # noqa: S603 - our own command
        self.started = time.monotonic()

    def look(self) -> None:
        """Start it again when it died; one that dies at once is started less and less often."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.pause = (
            QUICKEST_RESTART if now - self.started > 60 else min(self.pause * 2, SLOWEST_RESTART)
        )
        click.echo(f"{self.name} ended ({code}); starting it again in {self.pause:.0f} s", err=True)
        self.process, self.due = None, now + self.pause


def check_port(host: str, port: int) -> None:
    """Raises Conflict when something else listens there, before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                f"{host}:{port} cannot be used ({error.strerror}). Name another one: --port NUMBER."
            ) from None


def serve(settings: Settings, host: str, port: int) -> int:
    """Run web and worker as children until SIGINT or SIGTERM; the exit code. Raises Conflict for a taken port."""
    check_port(host, port)
    children = [
        _Child("web", web_command(settings, host, port)),
        _Child("worker", [sys.executable, "-m", "hub", "worker"]),
    ]
    ended = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    for warning in settings.warnings():
        click.echo(f"Warning: {warning}", err=True)
    click.echo(f"Serving at http://{host}:{port}/ (Ctrl-C ends it)")
    while not ended.wait(0.2):
        for child in children:
            child.look()
    return _end(children)


def _end(children: Sequence[_Child]) -> int:
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return 0
