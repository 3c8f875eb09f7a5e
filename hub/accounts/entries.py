"""What is written in the journal about accounts. No telephone number, no network address, nothing that was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hub import journal


@dataclass(frozen=True)
class PersonAdded(journal.Entry):
    """An account was made."""

    kind: ClassVar[str] = "person-added"
    email: str
    roles: tuple[str, ...]
    scenarios: tuple[str, ...] = ()
    most: int | None = None


@dataclass(frozen=True)
class LinkMade(journal.Entry):
    """A one-use link was made: to a new account, or after a reset."""

    kind: ClassVar[str] = "account-link-made"
    email: str
    purpose: str


@dataclass(frozen=True)
class LinkUsed(journal.Entry):
    """A one-use link was used, and a password set with it."""

    kind: ClassVar[str] = "account-link-used"
    email: str
    purpose: str
    made_by: str


@dataclass(frozen=True)
class RolesChanged(journal.Entry):
    """What a person may do was changed."""

    kind: ClassVar[str] = "roles-changed"
    email: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class BoundsChanged(journal.Entry):
    """What a sender is bound to was changed; no scenarios means all, no `most` means any number of phones."""

    kind: ClassVar[str] = "bounds-changed"
    email: str
    scenarios: tuple[str, ...]
    most: int | None


@dataclass(frozen=True)
class DutyPhoneChanged(journal.Entry):
    """A duty phone was set or taken away."""

    kind: ClassVar[str] = "duty-phone-changed"
    email: str
    has_one: bool


@dataclass(frozen=True)
class LoginReset(journal.Entry):
    """Password, second factor, recovery codes and passkeys were taken away; logins ended."""

    kind: ClassVar[str] = "login-reset"
    email: str


@dataclass(frozen=True)
class PersonClosed(journal.Entry):
    """An account was closed for good; logins ended."""

    kind: ClassVar[str] = "person-closed"
    email: str


@dataclass(frozen=True)
class LoggedIn(journal.Entry):
    """A login became whole. `failures` in vain came before it."""

    kind: ClassVar[str] = "logged-in"
    how: str
    failures: int = 0


@dataclass(frozen=True)
class LoginsFailed(journal.Entry):
    """Logins failed, so many times up to now. `email` is empty where no account was meant."""

    kind: ClassVar[str] = "logins-failed"
    email: str
    failures: int


@dataclass(frozen=True)
class FactorSet(journal.Entry):
    """An authenticator app was set up; recovery codes were made with it."""

    kind: ClassVar[str] = "factor-set"
    replaced: bool


@dataclass(frozen=True)
class PasswordChanged(journal.Entry):
    """A person changed their own password; other logins ended."""

    kind: ClassVar[str] = "password-changed"


@dataclass(frozen=True)
class RecoveryCodesMade(journal.Entry):
    """New recovery codes; the old ones are void."""

    kind: ClassVar[str] = "recovery-codes-made"


@dataclass(frozen=True)
class RecoveryCodeUsed(journal.Entry):
    """A recovery code was used."""

    kind: ClassVar[str] = "recovery-code-used"
    left: int


@dataclass(frozen=True)
class PasskeyAdded(journal.Entry):
    """A passkey was added."""

    kind: ClassVar[str] = "passkey-added"


@dataclass(frozen=True)
class PasskeyRemoved(journal.Entry):
    """A passkey was removed."""

    kind: ClassVar[str] = "passkey-removed"
