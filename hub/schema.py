"""Is the database set up, and is it this program's schema?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import flask_migrate
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import inspect, text

from hub.database import db, number_cipher


class Schema(StrEnum):
    """How the database's schema stands to this program's."""

    CURRENT = "current"
    EMPTY = "empty"
    OLDER = "older"
    NEWER = "newer"


def _folder() -> str:
    return str(Path(current_app.root_path) / "migrations")


def newest() -> str:
    """The revision that this program needs."""
    config = Config()
    config.set_main_option("script_location", _folder())
    revision = ScriptDirectory.from_config(config).get_current_head()
    assert revision is not None
    return revision


def state() -> Schema:
    """Compare the database with this program's migrations."""
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        if found is None:
            tables = inspect(connection).get_table_names()
            return Schema.EMPTY if "journal" not in tables else Schema.OLDER
    if found == newest():
        return Schema.CURRENT
    config = Config()
    config.set_main_option("script_location", _folder())
    known = {item.revision for item in ScriptDirectory.from_config(config).walk_revisions()}
    return Schema.OLDER if found in known else Schema.NEWER


def upgrade() -> None:
    """Bring the database to this program's schema; an empty one is made, and remembers which number key it has."""
    flask_migrate.upgrade()
    mine = number_cipher().fingerprint
    with db.engine.begin() as connection:
        connection.execute(
            text("UPDATE hub_instance SET number_key = :mine WHERE number_key IS NULL"),
            {"mine": mine},
        )
