"""`hub publish --target`: from a copy of the database on another machine, with no worker, no queue and no settings
but the places' keys."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner
from flask import Flask

from hub.commands.publishing import publish
from hub.errors import Invalid
from hub.incidents.publishing import publish_now
from hub.settings import Settings
from tests.incidents.conftest import (  # noqa: F401 - fixtures
    app,
    incident,
    live,
    move,
    settings,
    town_folder,
)
from tests.site.s3_server import KEYS, make_bucket, s3_server
from tests.site.sftp_server import sftp_server


def hub(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "hub", *arguments],
        env={**kept, "PYTHONPATH": os.getcwd(), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def copy(settings: Settings, folder: Path) -> None:  # noqa: F811
    """As `sqlite3 hub.sqlite3 ".backup FILE"` does, while the hub runs."""
    with (
        closing(sqlite3.connect(settings.data_dir / "hub.sqlite3")) as source,
        closing(sqlite3.connect(folder / "hub.sqlite3")) as sink,
    ):
        source.backup(sink)


def test_a_laptop_with_a_copy_of_the_database_publishes_everywhere(
    app: Flask,  # noqa: F811
    settings: Settings,  # noqa: F811
    incident: int,  # noqa: F811
    tmp_path: Path,
) -> None:
    live(incident)
    publish_now()
    laptop = tmp_path / "laptop"
    laptop.mkdir()
    copy(settings, laptop)
    with s3_server() as endpoint, sftp_server(tmp_path / "sftp") as server:
        make_bucket(endpoint, "site")
        targets = [server.url(), "s3://site/crisis", f"file:{tmp_path / 'stick'}"]
        environment = {
            "HUB_DATA_DIR": str(laptop),
            "HUB_S3_ENDPOINT": endpoint,
            **KEYS,
            **server.environment,
        }
        asked = [word for target in targets for word in ("--target", target)]
        found = hub("publish", *asked, "--json", **environment)
        assert found.returncode == 0, found.stderr
        report = json.loads(found.stdout)
        assert report["published"] == targets
        assert report["revision"] == 2
        assert {item["outcome"] for item in report["targets"]} == {"published"}
        assert all(item["files"] and item["bytes"] for item in report["targets"])
        for folder in (server.home / "site", tmp_path / "stick"):
            assert "Nørreby" in (folder / "index.html").read_text()
            assert json.loads((folder / "status.json").read_bytes())["revision"] == 2
        server.process.kill()
        server.process.wait()
        again = hub("publish", *asked, **environment)
        assert again.returncode == 1
        assert f"NOT published to {targets[0]}" in again.stdout
        assert "It shows revision 2" in again.stdout
        assert f"Revision 3 stands on {targets[1]}" in again.stdout


def test_a_laptop_does_not_overwrite_what_is_newer_unless_it_is_forced(
    app: Flask,  # noqa: F811
    settings: Settings,  # noqa: F811
    tmp_path: Path,
) -> None:
    publish_now()
    laptop = tmp_path / "laptop"
    laptop.mkdir()
    copy(settings, laptop)
    for _ in range(3):
        publish_now()
    (target,) = settings.site_targets
    refused = hub("publish", "--target", target, HUB_DATA_DIR=str(laptop))
    assert refused.returncode == 1
    assert "another copy of the hub publishes there" in refused.stdout
    forced = hub("publish", "--target", target, "--force", HUB_DATA_DIR=str(laptop))
    assert forced.returncode == 0, forced.stdout + forced.stderr
    assert f"stands on {target}" in forced.stdout
    shown = hub("journal", "show", "--json", HUB_DATA_DIR=str(laptop))
    kinds = [item["kind"] for item in json.loads(shown.stdout)]
    assert "target-refused" in kinds
    assert kinds[-2:] in (
        ["site-published", "target-recovered"],
        ["target-recovered", "site-published"],
    )


def test_an_address_that_is_no_place_is_refused_without_showing_its_password(
    app: Flask,  # noqa: F811
) -> None:
    found = CliRunner().invoke(publish, ["--target", "sftp://me:secret@host/x"])
    assert isinstance(found.exception, Invalid)
    assert "without a password" in str(found.exception)
    assert "secret" not in str(found.exception)
