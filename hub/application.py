"""Builds the Flask application from settings."""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from flask import Flask
from flask_migrate import Migrate

from hub import (
    desk,
    models,  # noqa: F401 - the tables must be known before anything asks for them
    public,
)
from hub.database import db, prepare_engine
from hub.demo_marker import MARKER, is_demo
from hub.settings import Settings, SettingsError, load

MIGRATIONS = "migrations"
migrate = Migrate()


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Reads the settings from the environment unless they are given.

    Makes the data directory. Raises SettingsError (one line for the operator) when a setting is wrong.
    """
    settings = settings or load()
    if is_demo(settings.data_dir) and settings.gateways != ("outbox",):
        raise SettingsError(
            f"HUB_GATEWAYS={','.join(settings.gateways)} cannot be used with {settings.data_dir}: a demo made that "
            f"folder, and made-up numbers go to the outbox only. Use another HUB_DATA_DIR ({MARKER} marks it)."
        )
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    app = Flask("hub", static_folder=None, template_folder="../templates")
    app.config.update(
        HUB=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=64 * 1024,
    )
    app.extensions["hub.number_cipher"] = AESSIV(settings.number_key)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrate.init_app(
        app,
        db,
        directory=f"{app.root_path}/{MIGRATIONS}",
        render_as_batch=db_is_sqlite(settings),
    )
    desk.register(app)
    public.register(app)
    return app


def db_is_sqlite(settings: Settings) -> bool:
    return settings.database_url.startswith("sqlite")
