"""The two databases' own tools: a consistent copy out, a copy in.

Plain copies lie in the data directory, readable by the hub's user only, and are gone when the block ends; what a
process that was killed left there is removed by the next one.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from flask import current_app
from sqlalchemy import make_url

from hub.errors import HubError
from hub.settings import Settings

PIECE = 1024 * 1024
LOCK_WAIT = "15s"
"""How long a restore waits for whoever still uses the PostgreSQL database."""
_DRAFT = ".backup-copy."


def settings() -> Settings:
    found: Settings = current_app.config["HUB"]
    return found


def sqlite_path() -> Path | None:
    """Where the SQLite database lies; None with PostgreSQL."""
    url = make_url(settings().database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy while others write. Raises sqlite3.Error, also for a copy that is damaged."""
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing, pages=2_000)
        found = writing.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(f"the copy is damaged: {found}")


@contextmanager
def plain_file() -> Iterator[Path]:
    """A private file's name in the data directory; the file is removed when the block ends."""
    folder = settings().data_dir
    for old in folder.glob(f"{_DRAFT}*"):
        if not Path(f"/proc/{old.name.removeprefix(_DRAFT).partition('-')[0]}").exists():
            old.unlink(missing_ok=True)
    path = folder / f"{_DRAFT}{os.getpid()}-{secrets.token_hex(4)}"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield path
    finally:
        for name in (path, *folder.glob(f"{path.name}-*")):
            name.unlink(missing_ok=True)


@contextmanager
def dumped() -> Iterator[Iterator[bytes]]:
    """The whole database as it is at one moment, in pieces. Raises HubError or sqlite3.Error."""
    path = sqlite_path()
    with plain_file() as copy:
        if path is None:
            run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={copy}")
        else:
            copy_sqlite(path, copy)
        yield _pieces(copy)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def check_dump(chunks: Iterable[bytes], database: str) -> None:
    """Can this be restored, as far as its own tool says? Raises HubError or sqlite3.Error."""
    with plain_file() as copy:
        write(chunks, copy)
        if database == "postgresql":
            listed = run("pg_restore", "--list", str(copy), connect=False)
            if "TABLE DATA public journal " not in listed:
                raise HubError("the backup that was read back has no journal")
            return
        with closing(sqlite3.connect(copy)) as found:
            if found.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("the backup that was read back is damaged")


def write(chunks: Iterable[bytes], path: Path) -> None:
    """Write all of it, to the disk itself."""
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def load_postgres(copy: Path) -> None:
    """Replace what the PostgreSQL database holds, in one transaction: all or nothing. Raises HubError."""
    run(
        "pg_restore",
        *("--clean", "--if-exists", "--no-owner", "--no-privileges"),
        *("--single-transaction", "--exit-on-error", str(copy)),
        PGOPTIONS=f"-c lock_timeout={LOCK_WAIT}",
    )


def run(program: str, *words: str, connect: bool = True, **environment: str) -> str:
    """Run one of PostgreSQL's own tools, on the hub's database with `connect`; what it printed. Raises HubError."""
    url = make_url(settings().database_url)
    place = {"--host": url.host, "--port": url.port, "--username": url.username}
    place["--dbname"] = url.database
    where = [f"{name}={value}" for name, value in place.items() if value] if connect else []
    surroundings = {**os.environ, **environment}
    if url.password:
        surroundings["PGPASSWORD"] = str(url.password)
    try:
        done = subprocess.run(  # noqa: S603
            [program, *where, *words], env=surroundings, check=True, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise HubError(
            f"{program} is not installed here: install PostgreSQL's client tools."
        ) from None
    except subprocess.CalledProcessError as error:
        raise HubError(f"{program} failed: {error.stderr.strip()[:400]}") from None
    return done.stdout
