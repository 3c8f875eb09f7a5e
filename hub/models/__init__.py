"""The tables, one module an area. Import the classes from here."""

from hub.models.accounts import Person, PersonRole, Role
from hub.models.audiences import Audience, Recipient, SetAsideRow
from hub.models.incidents import (
    Announcement,
    AnnouncementKind,
    AnnouncementState,
    ConfirmationCode,
    Incident,
)
from hub.models.journal import JournalEntry, JournalHead
from hub.models.library import (
    LibraryFile,
    Signature,
    Version,
    VersionContributor,
    VersionLanguage,
    VersionState,
)
from hub.models.operations import HubInstance, Lease, Publication, TargetState
from hub.models.sms import (
    Broadcast,
    BroadcastState,
    BroadcastText,
    Delivery,
    DeliveryState,
    GatewayState,
    Receipt,
    SkipReason,
    TokenBucket,
)

__all__ = [
    "Announcement",
    "AnnouncementKind",
    "AnnouncementState",
    "Audience",
    "Broadcast",
    "BroadcastState",
    "BroadcastText",
    "ConfirmationCode",
    "Delivery",
    "DeliveryState",
    "GatewayState",
    "HubInstance",
    "Incident",
    "JournalEntry",
    "JournalHead",
    "Lease",
    "LibraryFile",
    "Person",
    "PersonRole",
    "Publication",
    "Receipt",
    "Recipient",
    "Role",
    "SetAsideRow",
    "Signature",
    "SkipReason",
    "TargetState",
    "TokenBucket",
    "Version",
    "VersionContributor",
    "VersionLanguage",
    "VersionState",
]
