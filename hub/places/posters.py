"""QR codes made in advance: an SVG and a page to print for each institution, each area, and the front page.

A poster holds an address only, no message: it never grows old, and what it leads to needs no new print.
"""

from __future__ import annotations

import io
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import segno
from flask import current_app
from markupsafe import Markup

from hub.errors import HubError
from hub.models import Place, PlaceKind
from hub.places.register import FOLDERS

FRONT = "forside"
QUIET_ZONE = 4
"""Modules of white around a code, as ISO/IEC 18004 asks for."""
ERRORS = "q"
"""A quarter of the code may be dirty or torn: posters hang for years."""


@dataclass(frozen=True)
class Poster:
    """One address to print. `file` is its name in the folder without an ending, `kind` empty for the front page."""

    file: str
    kind: str
    name: str
    address: str


def address(site_url: str, folder: str | None = None, slug: str = "") -> str:
    """The whole address of a place's page, or of the front page."""
    root = site_url.rstrip("/") + "/"
    return f"{root}{folder}/{slug}/" if folder else root


def code(text: str) -> segno.QRCode:
    """The QR code of an address: black and white, the smallest that holds it."""
    return segno.make_qr(text, error=ERRORS)


def svg(text: str) -> bytes:
    """An SVG of an address's QR code, with its quiet zone, that scales to any size; the same bytes each time."""
    out = io.BytesIO()
    code(text).save(
        out,
        kind="svg",
        border=QUIET_ZONE,
        omitsize=True,
        light="#fff",
        title=text,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue()


def doubt(site_url: str) -> str | None:
    """Why posters with this address should not be hung up, or None."""
    host = urlsplit(site_url).hostname or ""
    try:
        private = not ipaddress.ip_address(host).is_global
    except ValueError:
        private = host == "localhost" or "." not in host
    if private:
        return f"{site_url} is an address of this machine or network alone. Set HUB_SITE_URL to the one that citizens use, and make the posters again."
    if not site_url.startswith("https:"):
        return f"{site_url} is not https: phones warn before they open it."
    return None


def page_of(row: Place, site_url: str) -> str | None:
    """The whole address of a place's page as the site has it; None for a kind without pages, and for a place whose name
    nobody has confirmed yet."""
    folder = FOLDERS.get(PlaceKind(row.kind))
    return address(site_url, folder, row.shown["slug"]) if folder and row.shown else None


def posters(rows: Iterable[Place], site_url: str, municipality: str) -> list[Poster]:
    """The front page, then each place that has a page, in the order given: with the name that the site shows."""
    found = [Poster(FRONT, "", municipality, address(site_url))]
    for row in rows:
        page = page_of(row, site_url)
        if page is not None:
            file = f"{FOLDERS[PlaceKind(row.kind)]}-{row.shown['slug']}"
            found.append(Poster(file, row.kind, row.shown["name"], page))
    return found


def write(folder: Path, rows: Iterable[Place], site_url: str, municipality: str) -> list[Poster]:
    """Write `<file>.svg` and `<file>.html` for each poster, and `index.html` over all. What is there under these
    names is replaced, nothing else is touched. Raises HubError when the folder cannot be written; what was written
    until then stays, and the next run writes all again."""
    made = posters(rows, site_url, municipality)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for poster in made:
            picture = svg(poster.address)
            (folder / f"{poster.file}.svg").write_bytes(picture)
            (folder / f"{poster.file}.html").write_text(
                _page(
                    "places/poster.html",
                    poster=poster,
                    municipality=municipality,
                    shown=poster.address.partition("://")[2],
                    picture=Markup(_inline(picture)),  # noqa: S704 - segno's own, its title escaped
                ),
                "utf-8",
            )
        (folder / "index.html").write_text(
            _page("places/posters.html", posters=made, municipality=municipality), "utf-8"
        )
    except OSError as error:
        raise HubError(
            f"The posters could not be written to {folder}: {error.strerror}. Name a folder that can be written."
        ) from error
    return made


def _page(template: str, **values: object) -> str:
    """A template's page; there is no request, and so none of the desk's frame."""
    return current_app.jinja_env.get_template(template).render(**values)


def _inline(picture: bytes) -> str:
    """The SVG as it stands inside a page."""
    text = picture.decode()
    return text[text.index("<svg") :]
