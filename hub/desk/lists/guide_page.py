"""The quick guide: one sheet of A4 to print and hang up."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from hub import accounts
from hub.database import db
from hub.desk.access import desk_route
from hub.models import Role
from hub.settings import Settings


@desk_route("/guide", role=None)
def guide() -> ResponseReturnValue:
    """The way through an incident, stop, all-clear, by telephone, who can do what."""
    settings: Settings = current_app.config["HUB"]
    people = [item for item in accounts.all_people(db.session()) if item.closed_at is None]
    return render_template(
        "desk/lists/guide.html",
        settings=settings,
        senders=[item for item in people if Role.SENDER in item.role_names],
        admins=[item for item in people if Role.ADMIN in item.role_names],
        single=settings.confirmation == "single",
    )
