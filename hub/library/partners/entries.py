"""What the journal keeps of partners. A yes by link is a `CoSignerSigned` like any other; its actor is
`partner:<address>`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from hub import journal


@dataclass(frozen=True)
class PartnerRegistered(journal.Entry):
    """A party has an address to which links may be sent."""

    kind: ClassVar[str] = "partner-registered"
    party: str
    email: str


@dataclass(frozen=True)
class PartnerChanged(journal.Entry):
    """A party has another address, person or telephone. `told`: the mail about it to the old address was taken."""

    kind: ClassVar[str] = "partner-changed"
    party: str
    email: str
    before: str
    told: bool


@dataclass(frozen=True)
class PartnerRemoved(journal.Entry):
    """A party has no address any more."""

    kind: ClassVar[str] = "partner-removed"
    party: str
    email: str
    told: bool


@dataclass(frozen=True)
class PartnerInvited(journal.Entry):
    """A link was handed to the mail server; it holds until `expires`."""

    kind: ClassVar[str] = "partner-invited"
    party: str
    email: str
    expires: datetime


@dataclass(frozen=True)
class PartnerLinkClosed(journal.Entry):
    """A link was closed after so many wrong codes."""

    kind: ClassVar[str] = "partner-link-closed"
    party: str
    email: str
    failures: int


@dataclass(frozen=True)
class CoSignerObjected(journal.Entry):
    """A party's no to a hash, said by the person `said_by`: the version is back with its authors."""

    kind: ClassVar[str] = "version-objected"
    key: str
    number: int
    hash: str
    party: str
    said_by: str
    reason: str
