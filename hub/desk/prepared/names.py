"""States, phases and channels in words."""

from __future__ import annotations

from hub.desk.words import lazy_gettext
from hub.library.lifecycle import EXPIRED
from hub.models import VersionState
from hub.text.types import Phase

STATES = {
    VersionState.DRAFT.value: (lazy_gettext("draft"), "draft"),
    VersionState.IN_REVIEW.value: (lazy_gettext("in review"), "waiting"),
    VersionState.RETURNED.value: (lazy_gettext("returned"), "wrong"),
    VersionState.APPROVED.value: (lazy_gettext("approved"), "approved"),
    VersionState.RETIRED.value: (lazy_gettext("retired"), "ended"),
    EXPIRED: (lazy_gettext("expired"), "wrong"),
}
"""By `lifecycle.shown_state`: the words and the look of their tag."""

PHASES = {
    Phase.BEFORE: lazy_gettext("Before"),
    Phase.DURING: lazy_gettext("During"),
    Phase.UPDATE: lazy_gettext("Update"),
    Phase.ALL_CLEAR: lazy_gettext("All-clear"),
    Phase.CORRECTION: lazy_gettext("Correction"),
}

FIELDS = {
    "title": lazy_gettext("Title"),
    "sms": lazy_gettext("SMS"),
    "short": lazy_gettext("Short SMS"),
    "web": lazy_gettext("Page"),
    "phone": lazy_gettext("Phone text"),
    "back": lazy_gettext("Back into Danish"),
}

PARTS = {
    "loaded": lazy_gettext("loaded it"),
    "renewed": lazy_gettext("renewed it"),
    "edited": lazy_gettext("edited it"),
    "decided": lazy_gettext("wrote a local decision into it"),
    "submitted": lazy_gettext("submitted it"),
    "translated": lazy_gettext("translated it"),
}
"""What a contributor did."""

SEVERITIES = {"error": lazy_gettext("Error"), "warning": lazy_gettext("Warning")}

LEVELS = {
    "notice": lazy_gettext("notice"),
    "severe": lazy_gettext("severe"),
    "life": lazy_gettext("danger to life"),
}
"""How grave a scenario is."""
