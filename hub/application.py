"""Builds the Flask application from settings."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from hub import (
    desk,
    logs,
    models,  # noqa: F401 - the tables must be known before anything asks for them
    public,
)
from hub.ciphers import NumberCipher
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
    app.extensions["hub.number_cipher"] = NumberCipher(settings.number_key)
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
    _trust_proxies(app, settings.keeping.trusted_proxies)
    return app


def _trust_proxies(app: Flask, count: int) -> None:
    """Believe what so many proxies of our own say of who asks, how and for which host; with none, nothing is."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's documentation does it
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_port=0, x_prefix=0
        )


def create_web() -> Flask:
    """The application as a web server's process runs it, with its log set up."""
    app = create_app()
    logs.set_up(app.config["HUB"].keeping.log)
    return app


def db_is_sqlite(settings: Settings) -> bool:
    return settings.database_url.startswith("sqlite")
