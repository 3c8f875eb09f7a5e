"""Every page of the desk. A module of pages is imported here, and by that its routes are there."""

from __future__ import annotations

from hub.desk import journal_page, language_page, now_page
from hub.desk.access import blueprint
from hub.desk.decisions import decisions_page
from hub.desk.lists import guide_page, lists_page, opted_out_page, upload_page
from hub.desk.login import account_page, gate, people_page, provider_page
from hub.desk.partners import partners_page
from hub.desk.places import import_page, names_page, places_page
from hub.desk.prepared import (
    difference_page,
    edit_page,
    grid_page,
    message_page,
    readiness_page,
)
from hub.desk.start import announcement_page, start_page
from hub.desk.underway import (
    broadcast_page,
    gateways_page,
    incident_page,
    late_page,
    not_reached_page,
)

__all__ = [
    "account_page",
    "announcement_page",
    "blueprint",
    "broadcast_page",
    "decisions_page",
    "difference_page",
    "edit_page",
    "gate",
    "gateways_page",
    "grid_page",
    "guide_page",
    "import_page",
    "incident_page",
    "journal_page",
    "language_page",
    "late_page",
    "lists_page",
    "message_page",
    "names_page",
    "not_reached_page",
    "now_page",
    "opted_out_page",
    "partners_page",
    "people_page",
    "places_page",
    "provider_page",
    "readiness_page",
    "start_page",
    "upload_page",
]
