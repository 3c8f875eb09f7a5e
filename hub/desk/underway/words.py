"""States in words, with the looks they have everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.desk.words import LazyWords, lazy_gettext
from hub.models import AnnouncementKind, AnnouncementState, BroadcastState, DeliveryState
from hub.sms.breaking import Fault, Hold
from hub.sms.steering import Use
from hub.sms.unreached import SET_ASIDE

ANNOUNCEMENT: Mapping[str, tuple[LazyWords, str]] = {
    AnnouncementState.PREPARED: (lazy_gettext("waits for confirmation"), "waiting"),
    AnnouncementState.RETURNED: (lazy_gettext("sent back"), "waiting"),
    AnnouncementState.DISCARDED: (lazy_gettext("discarded"), "draft"),
    AnnouncementState.CONFIRMED: (lazy_gettext("confirmed, on its way to the page"), "sending"),
    AnnouncementState.LIVE: (lazy_gettext("in force"), "force"),
    AnnouncementState.UPDATED: (lazy_gettext("updated"), "ended"),
    AnnouncementState.ENDED: (lazy_gettext("ended"), "ended"),
    AnnouncementState.CORRECTED: (lazy_gettext("corrected"), "ended"),
}
KINDS: Mapping[str, LazyWords] = {
    AnnouncementKind.FIRST: lazy_gettext("First message"),
    AnnouncementKind.UPDATE: lazy_gettext("Update"),
    AnnouncementKind.END: lazy_gettext("All-clear"),
    AnnouncementKind.CORRECTION: lazy_gettext("Correction"),
}
HOW: Mapping[str, LazyWords] = {
    "second-person": lazy_gettext("as second person"),
    "code": lazy_gettext("by telephone, with the draft's code"),
    "single": lazy_gettext("alone"),
}
BROADCAST: Mapping[str, tuple[LazyWords, str]] = {
    BroadcastState.PREPARED: (lazy_gettext("waits for confirmation"), "waiting"),
    BroadcastState.WAITING: (lazy_gettext("waits for the page to change first"), "sending"),
    BroadcastState.SENDING: (lazy_gettext("sending"), "sending"),
    BroadcastState.PAUSED: (lazy_gettext("paused"), "waiting"),
    BroadcastState.STOPPED: (lazy_gettext("stopped"), "wrong"),
    BroadcastState.FINISHED: (lazy_gettext("finished"), "approved"),
}
USES: Mapping[str, tuple[LazyWords, str]] = {
    Use.IN_USE: (lazy_gettext("in use"), "sending"),
    Use.STANDING_BY: (lazy_gettext("standing by"), "approved"),
    Use.PROBED: (lazy_gettext("being tried"), "waiting"),
    Use.SET_ASIDE: (lazy_gettext("out of order"), "wrong"),
    Use.DRAINED: (lazy_gettext("gets nothing new"), "ended"),
    Use.NOT_SET: (lazy_gettext("no longer set up"), "ended"),
}
FAULTS: Mapping[str, LazyWords] = {
    Fault.DOUBT: lazy_gettext("Its answers leave doubt whether it took the messages."),
    Fault.BUSY: lazy_gettext("It takes no messages now."),
    Fault.CONFIGURATION: lazy_gettext(
        "It refuses the hub: something must be set right. Tell IT operations."
    ),
    Fault.RECEIPTS: lazy_gettext("It takes messages, but no longer says what becomes of them."),
}
HOLDS: Mapping[str, LazyWords] = {
    Hold.PINNED: lazy_gettext("Only this one is used"),
    Hold.DRAINED: lazy_gettext("Gets nothing new"),
}


@dataclass(frozen=True)
class Group:
    """Delivery states that are one thing to the reader. Every delivery is in exactly one group."""

    key: str
    words: LazyWords
    look: str
    states: tuple[DeliveryState, ...]

    def of(self, counts: Mapping[str, int]) -> int:
        """How many, from counts by state."""
        return sum(counts.get(state.value, 0) for state in self.states)


GROUPS = (
    Group("delivered", lazy_gettext("delivered"), "approved", (DeliveryState.DELIVERED,)),
    Group(
        "handed-over",
        lazy_gettext("handed over, no receipt yet"),
        "sending",
        (DeliveryState.ACCEPTED, DeliveryState.SENT),
    ),
    Group(
        "not-delivered",
        lazy_gettext("not delivered"),
        "force",
        (DeliveryState.UNDELIVERED, DeliveryState.FAILED),
    ),
    Group("unknown", lazy_gettext("unknown"), "waiting", (DeliveryState.UNKNOWN,)),
    Group("skipped", lazy_gettext("skipped"), "skipped", (DeliveryState.SKIPPED,)),
    Group(
        "queued",
        lazy_gettext("in the queue"),
        "queued",
        (DeliveryState.QUEUED, DeliveryState.CLAIMED),
    ),
)

WHY: Mapping[str, LazyWords] = {
    "failed": lazy_gettext("refused by the gateway"),
    "undelivered": lazy_gettext("did not arrive at the phone"),
    "unknown": lazy_gettext("unknown: may have been sent"),
    "stopped": lazy_gettext("not sent: the broadcast was stopped"),
    "superseded": lazy_gettext("not sent: a newer announcement took its place"),
    "outlived": lazy_gettext("not sent: the announcement's time was over"),
    "duplicate": lazy_gettext("not sent: the phone has it from another row"),
    "opted-out": lazy_gettext("not sent: the person has opted out"),
    "skipped": lazy_gettext("not sent"),
    SET_ASIDE: lazy_gettext("set aside: the row could not be used"),
}
"""Why somebody was not reached."""
