"""Who may do what, and how they log in. Roles are checked here by every room, never in a page.

Passwords are hashed by argon2-cffi, codes made and checked by cryptography's HOTP and TOTP, passkeys by webauthn;
the rest is here because it must stand in our transactions and journal: logins and links in the database, tries
counted there, one code for one act.
"""

from hub.accounts.browsers import token as browser_token
from hub.accounts.factors import Setup, recovery_codes_left
from hub.accounts.fresh import asks_for_code, check_fresh_code, spend_fresh_code
from hub.accounts.links import Link, Opened, demo_login_link, opened, redeem, redeem_demo
from hub.accounts.own import change_password, new_recovery_codes
from hub.accounts.people import (
    PersonAdded,
    add_and_invite,
    add_person,
    change_bounds,
    change_duty_phone,
    change_roles,
    close,
    invite,
    reset,
)
from hub.accounts.refusals import PasswordsDiffer, Refusal, TooManyTries
from hub.accounts.roles import (
    all_people,
    check_bounds,
    find_person,
    may_be_other_eyes,
    require_role,
)
from hub.accounts.sessions import SignedIn, demo_mode
from hub.accounts.signing_in import (
    Begun,
    Caller,
    begin,
    begin_with_provider,
    finish,
    finish_setup,
    finish_with_passkey,
    propose_factor,
)

__all__ = [
    "Begun",
    "Caller",
    "Link",
    "Opened",
    "PasswordsDiffer",
    "PersonAdded",
    "Refusal",
    "Setup",
    "SignedIn",
    "TooManyTries",
    "add_and_invite",
    "add_person",
    "all_people",
    "asks_for_code",
    "begin",
    "begin_with_provider",
    "browser_token",
    "change_bounds",
    "change_duty_phone",
    "change_password",
    "change_roles",
    "check_bounds",
    "check_fresh_code",
    "close",
    "demo_login_link",
    "demo_mode",
    "find_person",
    "finish",
    "finish_setup",
    "finish_with_passkey",
    "invite",
    "may_be_other_eyes",
    "new_recovery_codes",
    "opened",
    "propose_factor",
    "recovery_codes_left",
    "redeem",
    "redeem_demo",
    "require_role",
    "reset",
    "spend_fresh_code",
]
