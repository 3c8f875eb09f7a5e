"""The frame around every page: which world the reader is in, where else they can go, and what was just done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock
from hub.database import db
from hub.desk import access
from hub.desk.language import current
from hub.desk.words import lazy_gettext
from hub.library import scenario_title
from hub.models import Incident, Role, Version
from hub.settings import Settings

PLACES = (
    ("desk.now", lazy_gettext("Now")),
    ("desk.prepared", lazy_gettext("Prepared")),
    ("desk.lists", lazy_gettext("Lists")),
    ("desk.journal", lazy_gettext("Journal")),
    ("desk.people", lazy_gettext("People")),
)
"""The navigation: endpoint and name."""


@dataclass(frozen=True)
class World:
    """An open incident as the bar on every page names it."""

    incident: int
    name: str
    exercise: bool


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    name: str
    address: str
    here: bool


def prepare(app: Flask) -> None:
    """Give every desk template what the frame needs."""
    app.context_processor(_context)
    app.jinja_env.globals["link"] = link


def set_world(incident: Incident) -> None:
    """This page belongs to an incident: the frame shows that one, and the others small."""
    g.desk_world = incident.id


def incident_name(session: Session, incident: Incident) -> str:
    """The scenario's title in the interface's language, from the newest version of any of its messages."""
    version = session.scalar(
        select(Version)
        .where(Version.scenario == incident.scenario)
        .order_by(Version.id.desc())
        .limit(1)
    )
    return incident.scenario if version is None else scenario_title(version, current())


def link(endpoint: str, **values: Any) -> str | None:
    """The address of a page; None where who is logged in may not open it."""
    rule = access.registry.get(endpoint)
    if rule is None or not access.may(rule.role):
        return None
    return url_for(endpoint, **values)


def _context() -> dict[str, object]:
    if not access.in_desk():
        return {}
    settings: Settings = current_app.config["HUB"]
    worlds = _worlds()
    return {
        "municipality": settings.municipality,
        "worlds": worlds,
        "world_kind": _kind(worlds),
        "places": _places(),
        "here": request.full_path.rstrip("?") if request.method == "GET" else request.path,
        "printed_at": clock.now(),
        "Role": Role,
    }


def _kind(worlds: list[World]) -> str:
    """What the page's first bar is: `real`, `exercise` or `calm`."""
    if not worlds:
        return "calm"
    return "exercise" if worlds[0].exercise else "real"


def _worlds() -> list[World]:
    """The open incidents: the page's own first, then real ones, then exercises, each the newest first."""
    if access.me() is None:
        return []
    session = db.session()
    own = g.get("desk_world")
    rows = session.scalars(
        select(Incident).where(Incident.closed_at.is_(None) | (Incident.id == own))
    ).all()
    rows = sorted(rows, key=lambda row: (row.id != own, row.exercise, -row.id))
    return [World(row.id, incident_name(session, row), row.exercise) for row in rows]


def _places() -> list[Place]:
    found = []
    for endpoint, name in PLACES:
        address = link(endpoint)
        if address is not None and access.me() is not None:
            root = endpoint == "desk.now"
            here = request.path == address if root else request.path.startswith(address)
            found.append(Place(str(name), address, here))
    return found
