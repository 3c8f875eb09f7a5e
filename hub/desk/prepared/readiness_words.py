"""Where a text stands, in words: of one cell, and of a message as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from hub.desk.words import LazyWords, lazy_gettext
from hub.library.readiness import CellState, Summary
from hub.text.types import Channel

CELLS: Mapping[str, tuple[LazyWords, str]] = {
    CellState.APPROVED: (lazy_gettext("ready"), "approved"),
    CellState.UNSIGNED: (lazy_gettext("not signed"), "waiting"),
    CellState.IN_REVIEW: (lazy_gettext("in review"), "waiting"),
    CellState.DRAFT: (lazy_gettext("draft"), "draft"),
    CellState.RETURNED: (lazy_gettext("returned"), "wrong"),
    CellState.EXPIRED: (lazy_gettext("expired"), "wrong"),
    CellState.RECHECK: (lazy_gettext("check again"), "waiting"),
    CellState.WITHDRAWN: (lazy_gettext("withdrawn fact"), "wrong"),
    CellState.UNDECIDED: (lazy_gettext("decision missing"), "waiting"),
    CellState.RETIRED: (lazy_gettext("retired"), "ended"),
    CellState.MISSING: (lazy_gettext("missing"), "wrong"),
}
"""The words and the look of each state's tag."""

SUMMARIES: Mapping[str, tuple[LazyWords, str]] = {
    **CELLS,
    CellState.WITHDRAWN: (lazy_gettext("blocked"), "wrong"),
    CellState.UNDECIDED: (lazy_gettext("undecided"), "waiting"),
    Summary.READY: (lazy_gettext("ready"), "approved"),
    Summary.PARTLY: (lazy_gettext("in part"), "waiting"),
}
"""The same for a message as a whole, in words short enough for a matrix."""

MEANINGS = {
    CellState.APPROVED: lazy_gettext(
        "approved, not expired, every local decision made, and a translation signed by somebody who reads it"
    ),
    CellState.UNSIGNED: lazy_gettext(
        "approved and can be sent, but nobody who reads the language has signed it"
    ),
    CellState.RECHECK: lazy_gettext("a fact in it was changed; sending it needs a reason"),
    CellState.WITHDRAWN: lazy_gettext("a fact in it was wrong; it cannot be sent"),
    CellState.UNDECIDED: lazy_gettext("it waits for a local decision of the municipality"),
    CellState.RETIRED: lazy_gettext("taken out of use; it still counts"),
}
"""What does not explain itself."""

CHANNELS = {
    Channel.SMS: lazy_gettext("SMS"),
    Channel.WEB: lazy_gettext("Page"),
    Channel.PHONE: lazy_gettext("Phone"),
}
