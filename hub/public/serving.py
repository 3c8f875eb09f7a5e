"""Serves the published site from the first `file:` target, as a web server or a bucket would.

Files are read through the target's link at each request, so that a new release shows at once. Nothing is read
from the database: the page stands while it is locked, full or gone.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from hub.settings import Settings
from hub.site.kinds import CACHE_CONTROL, SMALLEST_GZIP, content_type
from hub.site.targets import file_folder
from hub.site.targets.copies import COPY

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_POLICY = re.compile(rb'http-equiv="Content-Security-Policy" content="([^"<>]*)"')
_HEAD_BYTES = 2048
_BARE_POLICY = "default-src 'none'"


def site_file(path: str) -> BaseResponse:
    """One file of the site; `/i/3` leads to `/i/3/`, what is not there is the site's own 404 page."""
    folder = _site_folder()
    if folder is None or _read(folder, ("index.html",)) is None:
        return _unpublished()
    parts = tuple(part for part in path.split("/") if part)
    if "//" in request.path or not all(_PART.fullmatch(part) for part in parts):
        return _not_found(folder)
    if path and not path.endswith("/"):
        found = _find(folder, parts)
        if found is not None and not path.endswith(COPY):
            return _answer(found, parts[-1])
        if _read(folder, (*parts, "index.html")) is not None:
            return redirect(f"{request.script_root}/{'/'.join(parts)}/", 308)
        return _not_found(folder)
    found = _find(folder, (*parts, "index.html"))
    return _not_found(folder) if found is None else _answer(found, "index.html")


def has_folder() -> bool:
    """Is there a `file:` target, whose files can be read here?"""
    return _site_folder() is not None


def published(path: str) -> bytes | None:
    """What the first `file:` target holds at a path of the site such as `/phone/da.json`; None where nothing is."""
    folder, parts = _site_folder(), tuple(path.strip("/").split("/"))
    if folder is None or not all(_PART.fullmatch(part) for part in parts):
        return None
    return _read(folder, parts)


def _site_folder() -> Path | None:
    settings: Settings = current_app.config["HUB"]
    folders = (file_folder(target) for target in settings.site_targets)
    return next((folder for folder in folders if folder is not None), None)


@dataclass(frozen=True)
class _Found:
    """A file's content, and where its compressed copy would be: in the same release, whatever is shown by now."""

    content: bytes
    release: str = ""
    parts: tuple[str, ...] = ()

    def compressed(self) -> bytes:
        copy = (
            _open(self.release, (*self.parts[:-1], self.parts[-1] + COPY)) if self.parts else None
        )
        return _squeezed(self.content) if copy is None else copy


def _find(folder: Path, parts: tuple[str, ...]) -> _Found | None:
    """The file, None where there is no such regular file. Tried twice: a release that was shown when the link was
    followed may be cleared away before the file is opened."""
    for _ in range(2):
        release = os.path.realpath(folder)
        content = _open(release, parts)
        if content is not None:
            return _Found(content, release, parts)
    return None


def _read(folder: Path, parts: tuple[str, ...]) -> bytes | None:
    found = _find(folder, parts)
    return None if found is None else found.content


def _open(release: str, parts: tuple[str, ...]) -> bytes | None:
    try:
        handle = os.open(
            os.path.join(release, *parts),
            os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC,
        )
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        with open(handle, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(handle)


def _answer(found: _Found, name: str, status: int = 200) -> BaseResponse:
    content = found.content
    tag = hashlib.sha256(content).hexdigest()[:32]
    body = content
    response = Response(status=status)
    if len(content) >= SMALLEST_GZIP and _takes_gzip():
        body, tag = found.compressed(), f"{tag}-gz"
        response.headers["Content-Encoding"] = "gzip"
    response.set_data(body)
    response.headers["Content-Type"] = content_type(name)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = CACHE_CONTROL if status == 200 else "public, max-age=15"
    _protect(response, content if name.endswith(".html") else b"")
    response.set_etag(tag)
    return response.make_conditional(request) if status == 200 else response


def _takes_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0


@lru_cache(maxsize=256)
def _squeezed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _protect(response: Response, page: bytes) -> None:
    """Security headers. The policy is the page's own, so that one published before an upgrade keeps its hashes."""
    found = _POLICY.search(page[:_HEAD_BYTES])
    policy = found[1].decode("ascii", "ignore") if found else _BARE_POLICY
    response.headers["Content-Security-Policy"] = f"{policy};frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Frame-Options"] = "DENY"


def _not_found(folder: Path) -> BaseResponse:
    page = _find(folder, ("404.html",))
    if page is None:
        return _answer(_Found(b"404\n"), "404.txt", 404)
    return _answer(page, "404.html", 404)


def _unpublished() -> Response:
    settings: Settings = current_app.config["HUB"]
    page = render_template(
        "site/unpublished.html", municipality=settings.municipality, radio=settings.radio
    )
    response = Response(page, status=503, content_type=content_type("x.html"))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Retry-After"] = "15"
    _protect(response, b"")
    return response
