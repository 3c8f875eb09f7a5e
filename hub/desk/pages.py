"""Every page of the desk. A module of pages is imported here, and by that its routes are there."""

from __future__ import annotations

from hub.desk import journal_page, language_page, now_page
from hub.desk.access import blueprint
from hub.desk.login import account_page, gate, people_page

__all__ = [
    "account_page",
    "blueprint",
    "gate",
    "journal_page",
    "language_page",
    "now_page",
    "people_page",
]
