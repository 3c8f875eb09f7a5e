"""The WSGI entry: `gunicorn app:app`."""

from hub.application import create_app

app = create_app()

__all__ = ["app", "create_app"]
