"""The desk's style sheet, script and pictures, each at an address that holds its content's hash."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, url_for
from flask.typing import ResponseReturnValue

from hub.desk.access import PUBLIC, desk_route
from hub.errors import NotFound

FOLDER = Path(__file__).resolve().parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"


def prepare(app: Flask) -> None:
    app.jinja_env.globals["static"] = address


def address(name: str) -> str:
    """Where a file is; another content has another address. Raises KeyError for a file that is not there."""
    return url_for("desk.static_file", digest=_files()[name][0], name=name)


@desk_route("/static/<digest>/<name>", role=PUBLIC)
def static_file(digest: str, name: str) -> ResponseReturnValue:
    """The file. At an address of other content (a page from before an upgrade) it is not kept."""
    if name not in _files():
        raise NotFound(name)
    known, content = _files()[name]
    response = Response(content, content_type=TYPES[Path(name).suffix])
    response.headers["Cache-Control"] = FOREVER if digest == known else "no-cache"
    return response


@lru_cache(maxsize=1)
def _files() -> dict[str, tuple[str, bytes]]:
    found = {}
    for path in FOLDER.iterdir():
        if path.suffix in TYPES:
            content = path.read_bytes()
            found[path.name] = hashlib.sha256(content).hexdigest()[:16], content
    return found
