"""The second factor: codes from an authenticator app (RFC 6238) and printed recovery codes, each taken once."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hub import clock
from hub.models import Person, RecoveryCode

STEP_SECONDS = 30
DIGITS = 6
_SLACK = 1
"""A clock half a minute wrong, or a code typed as it changes, still counts: one step either way."""

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper."""


class Factor(StrEnum):
    """What proved the second factor."""

    TOTP = "totp"
    RECOVERY = "recovery"
    PASSKEY = "passkey"


@dataclass(frozen=True)
class Setup:
    """What an authenticator app is told: by picture (`uri` as a QR code) or typed (`groups` of four)."""

    uri: str
    groups: tuple[str, ...]


def new_secret() -> bytes:
    """160 bits, as RFC 4226 asks."""
    return secrets.token_bytes(20)


def setup(secret: bytes, *, email: str, issuer: str) -> Setup:
    """How to put the secret into an app."""
    # SHA-1 is what RFC 6238 and every authenticator app use; as an HMAC it is sound.
    totp = TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
    text = b32encode(secret).decode()
    return Setup(
        uri=totp.get_provisioning_uri(email, issuer),
        groups=tuple(text[start : start + 4] for start in range(0, len(text), 4)),
    )


def step_of(moment: datetime) -> int:
    """The 30-second step a moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The code of a step, as an app shows it."""
    return HOTP(secret, DIGITS, SHA1()).generate(step).decode()  # noqa: S303


def right_step(secret: bytes, code: str, *, after: int | None) -> int | None:
    """The step whose code this is, now or one either way, later than `after`; None when there is none."""
    if len(code) != DIGITS or not code.isascii() or not code.isdigit():
        return None
    hotp = HOTP(secret, DIGITS, SHA1())  # noqa: S303
    now = step_of(clock.now())
    found = None
    for step in range(now - _SLACK, now + _SLACK + 1):
        try:
            hotp.verify(code.encode(), step)
        except InvalidToken:
            continue
        if after is None or step > after:
            found = step
    return found


def use(session: Session, person: Person, code: str) -> Factor | None:
    """Use up a code from the app or a recovery code, inside the caller's transaction with `person` locked.

    None when it is wrong or was used before.
    """
    typed = "".join(char for char in code if not char.isspace() and char not in "-.").casefold()
    if typed.isdigit() and len(typed) == DIGITS:
        if person.totp_secret is None:
            return None
        step = right_step(person.totp_secret, typed, after=person.totp_last_step)
        if step is None:
            return None
        person.totp_last_step = step
        return Factor.TOTP
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == _recovery_hash(person, typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    return Factor.RECOVERY if used is not None else None


def new_recovery_codes(session: Session, person: Person) -> tuple[str, ...]:
    """Ten fresh codes of 79 bits each; the old ones are gone. They can be read now and never again."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = []
    for _ in range(RECOVERY_CODES):
        code = "".join(secrets.choice(_LETTERS) for _ in range(16))
        session.add(
            RecoveryCode(
                person_id=person.id, code_hash=_recovery_hash(person, code), made_at=clock.now()
            )
        )
        codes.append("-".join(code[start : start + 4] for start in range(0, 16, 4)))
    session.flush()
    return tuple(codes)


def recovery_codes_left(session: Session, person: Person) -> int:
    """How many are unused."""
    query = select(func.count()).where(
        RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(query) or 0


def _recovery_hash(person: Person, code: str) -> str:
    # Random codes of 79 bits need no slow hash: there is no dictionary to walk.
    return hashlib.sha256(f"recovery:{person.id}:{code}".encode()).hexdigest()
