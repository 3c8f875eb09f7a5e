"""Passkeys (WebAuthn) as the second factor at login, beside the authenticator app. Never needed.

The challenge lies in the login's own row and is used once. Attestation is not asked for: which make of key a
person holds is not our business. Checked by the `webauthn` package.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import options_to_json, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hub import clock, journal
from hub.accounts import entries, fresh, sessions
from hub.accounts.refusals import N_, RefusedInput, RefusedState, WrongCode
from hub.accounts.roles import DOOR
from hub.database import deciding
from hub.errors import NotFound
from hub.models import LoginSession, Passkey, Person, Stage

CHALLENGE_HOLDS = timedelta(minutes=5)
MOST = 10


def possible() -> bool:
    """Can browsers make passkeys for the desk's address? It must have a name, and https unless it is localhost."""
    parts = urlsplit(sessions.settings().public_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return parts.scheme == "https" or host == "localhost"
    return False


def _origin() -> str:
    parts = urlsplit(sessions.settings().public_url)
    return f"{parts.scheme}://{parts.netloc}"


def _host() -> str:
    return urlsplit(sessions.settings().public_url).hostname or ""


def of_person(session: Session, person: Person) -> list[Passkey]:
    """A person's passkeys, oldest first."""
    query = select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.id)
    return list(session.scalars(query))


def login_options(token: str | None) -> str | None:
    """What the browser is asked for at the second step, as JSON; None when the person has no passkey."""
    if not possible():
        return None
    with deciding() as session:
        row, person = sessions.locked(session, token, Stage.CODE)
        keys = of_person(session, person)
        if not keys:
            return None
        return options_to_json(
            webauthn.generate_authentication_options(
                rp_id=_host(),
                challenge=_challenge(row),
                allow_credentials=[_descriptor(key) for key in keys],
                user_verification=UserVerificationRequirement.DISCOURAGED,
            )
        )


def verify(session: Session, row: LoginSession, person: Person, answer: str) -> None:
    """Check what a passkey signed, inside the caller's transaction. Raises WrongCode."""
    challenge = _spend_challenge(row)
    try:
        credential = parse_authentication_credential_json(answer)
        key = session.scalar(
            select(Passkey)
            .where(Passkey.person_id == person.id, Passkey.credential_id == credential.raw_id)
            .with_for_update()
        )
        if key is None:
            raise WrongCode
        done = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, ValueError) as error:
        raise WrongCode from error
    key.sign_count, key.last_used_at = done.new_sign_count, clock.now()


def registration_options(token: str | None) -> str:
    """What the browser is asked for when a passkey is added, as JSON."""
    if not possible():
        raise RefusedState(
            N_("Passkeys need the desk at a name with https; this address cannot have them.")
        )
    with deciding() as session:
        row, person = sessions.locked(session, token, Stage.WHOLE)
        if person.passkey_handle is None:
            person.passkey_handle = secrets.token_bytes(32)
        keys = of_person(session, person)
        return options_to_json(
            webauthn.generate_registration_options(
                rp_id=_host(),
                rp_name=f"Klarbesked {sessions.settings().municipality}",
                user_name=person.email,
                user_id=person.passkey_handle,
                challenge=_challenge(row),
                exclude_credentials=[_descriptor(key) for key in keys],
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.DISCOURAGED,
                    user_verification=UserVerificationRequirement.DISCOURAGED,
                ),
            )
        )


def add(token: str | None, answer: str, name: str) -> None:
    """Add the passkey that the browser made. Takes a fresh code. Raises RefusedInput, RefusedState, LoginEnded."""
    with deciding() as session:
        row, person = sessions.locked(session, token, Stage.WHOLE)
        if fresh.asks_for_code(person):
            fresh.spend_of(person)
        if not person.has_factor:
            raise RefusedState(N_("Set up an authenticator app first."))
        if len(of_person(session, person)) >= MOST:
            raise RefusedState(N_("You have %(most)s passkeys: remove one first."), most=MOST)
        try:
            done = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=_spend_challenge(row),
                expected_rp_id=_host(),
                expected_origin=_origin(),
            )
            transports = json.loads(answer).get("response", {}).get("transports", [])
        except (WebAuthnException, ValueError, WrongCode) as error:
            raise RefusedInput(
                N_("The passkey could not be added. Try again; your app's codes work as before.")
            ) from error
        if session.scalar(select(Passkey).where(Passkey.credential_id == done.credential_id)):
            raise RefusedState(N_("This passkey is known already."))
        session.add(
            Passkey(
                person_id=person.id,
                credential_id=done.credential_id,
                public_key=done.credential_public_key,
                sign_count=done.sign_count,
                transports=_known(transports),
                name=" ".join(name.split())[:60] or "-",
                made_at=clock.now(),
            )
        )
        journal.append(session, journal.Actor(person.email, DOOR), entries.PasskeyAdded())


def remove(token: str | None, number: int) -> None:
    """Take away a passkey of one's own. Raises NotFound for another's."""
    with deciding() as session:
        _, person = sessions.locked(session, token, Stage.WHOLE)
        key = session.get(Passkey, number)
        if key is None or key.person_id != person.id:
            raise NotFound(f"You have no passkey {number}.")
        session.delete(key)
        journal.append(session, journal.Actor(person.email, DOOR), entries.PasskeyRemoved())


def _known(transports: object) -> list[str]:
    names = {item.value for item in AuthenticatorTransport}
    return [item for item in transports if item in names] if isinstance(transports, list) else []


def _descriptor(key: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=key.credential_id,
        transports=[AuthenticatorTransport(item) for item in key.transports] or None,
    )


def _challenge(row: LoginSession) -> bytes:
    row.challenge, row.challenge_at = secrets.token_bytes(32), clock.now()
    return row.challenge


def _spend_challenge(row: LoginSession) -> bytes:
    challenge, made_at = row.challenge, row.challenge_at
    if challenge is None or made_at is None or made_at < clock.now() - CHALLENGE_HOLDS:
        raise WrongCode
    row.challenge = row.challenge_at = None
    return challenge
