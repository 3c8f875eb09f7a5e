"""Who may open which page. Every route names its role here; one that names none is refused.

This keeps people from pages they cannot use. What may be done is decided again in the rooms below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from hub import accounts
from hub.database import db
from hub.errors import HubError, Invalid, NotAllowed, NotFound
from hub.journal import Actor
from hub.models import Person, Role

DOOR = "desk"
PREFIX = "/desk"
_HERE = Path(__file__).resolve().parent
TEMPLATE_FOLDER = next(
    folder
    for folder in (_HERE.parents[1] / "templates", _HERE.parent / "_share" / "templates")
    if folder.is_dir()
)
"""In a checkout, or in an installed package."""

blueprint = Blueprint(
    "desk", __name__, url_prefix=PREFIX, template_folder=str(TEMPLATE_FOLDER), static_folder=None
)

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Open(Enum):
    """Who need not have a role: anybody at all, or anybody who is logged in."""

    PUBLIC = "public"


PUBLIC: Final = Open.PUBLIC
Rule = Role | Open | tuple[Role, ...] | None
"""One role, any of several, None (whoever is logged in) or PUBLIC."""

ROLE_NAMES = {
    Role.VIEWER: lazy_gettext("viewer"),
    Role.AUTHOR: lazy_gettext("author"),
    Role.APPROVER: lazy_gettext("approver"),
    Role.SENDER: lazy_gettext("sender"),
    Role.ADMIN: lazy_gettext("administrator"),
}


@dataclass(frozen=True)
class Access:
    """What a route asks: a role, and with `fresh` a TOTP code typed now for every change."""

    endpoint: str
    rule: str
    role: Rule
    fresh: bool
    methods: tuple[str, ...]


registry: dict[str, Access] = {}
"""By endpoint. A test holds it against the application's routes."""


def desk_route(
    rule: str, *, role: Rule, fresh: bool = False, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """Put a view at `/desk` + `rule` under the endpoint `desk.<function name>`, for those with `role` only.

    With `fresh`, a changing request must carry a right code in the field `code` (macro `code_field`); it is
    checked once, before the view runs. A view may stand at several rules.
    """

    def decorate(view: View) -> View:
        endpoint = f"{blueprint.name}.{view.__name__}"
        known = registry.get(endpoint)
        if known is not None and (known.role, known.fresh) != (role, fresh):
            raise ValueError(f"{endpoint} has two rules: {known} and role={role} fresh={fresh}")

        @wraps(view)
        def guarded(**arguments: object) -> ResponseReturnValue:
            if role is not PUBLIC and not current_user_is_known():
                return to_login()
            require(role)
            if fresh and request.method not in ("GET", "HEAD", "OPTIONS"):
                require_fresh_code()
            return view(**arguments)

        first, guarded_view = _views.setdefault(endpoint, (view, guarded))
        if first is not view:
            raise ValueError(f"two views are named {endpoint}: {first.__module__}, {view.__module__}")
        blueprint.add_url_rule(rule, view.__name__, guarded_view, methods=list(methods))
        declare(endpoint, role, rule=PREFIX + rule, fresh=fresh, methods=methods)
        return view

    return decorate


_Plain = Callable[..., ResponseReturnValue]
_views: dict[str, tuple[_Plain, _Plain]] = {}
"""By endpoint: the view and its guarded form, so that it may stand at several rules."""


def declare(
    endpoint: str,
    role: Rule,
    *,
    rule: str = "",
    fresh: bool = False,
    methods: tuple[str, ...] = ("GET",),
) -> None:
    """Name the role of a route that is not made by `desk_route` (an extension's), which checks it itself."""
    registry[endpoint] = Access(endpoint, rule, role, fresh, methods)


def guard(app: Flask) -> None:
    """Refuse what no rule names, and changes that another site asked for."""

    @app.before_request
    def fail_closed() -> ResponseReturnValue | None:
        if not in_desk() or request.routing_exception is not None:
            return None
        if request.path == PREFIX:
            return redirect(url_for("desk.now"))
        if request.endpoint not in registry:
            raise NotFound(_("There is no such page."))
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if request.method == "POST" and site not in ("same-origin", "none"):
            raise NotAllowed(_("Another website asked for this change. Open the desk and do it there."))
        return None

    app.context_processor(lambda: {"may": may, "me": me})


def in_desk() -> bool:
    """Is this request for the desk?"""
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")


def current_user_is_known() -> bool:
    """Is somebody logged in whose account is open?"""
    return me() is not None


def me() -> Person | None:
    """Who is logged in, as the database has them now; None for nobody and for a closed account."""
    if "desk_person" not in g:
        g.desk_person = _read_person()
    person: Person | None = g.desk_person
    return person


def _read_person() -> Person | None:
    if not hasattr(current_app, "login_manager") or not current_user.is_authenticated:
        return None
    try:
        return accounts.find_person(db.session(), current_user.email)
    except NotFound:
        return None


def person() -> Person:
    """Who is logged in. Raises NotAllowed for nobody."""
    found = me()
    if found is None:
        raise NotAllowed(_("Log in first."))
    return found


def current_actor() -> Actor:
    """Who acts, for the rooms and the journal."""
    return Actor(person().email, DOOR)


def may(role: Rule) -> bool:
    """Has who is logged in this role?"""
    if role is PUBLIC:
        return True
    found = me()
    if found is None:
        return False
    return role is None or bool(found.role_names & frozenset(roles_of(role)))


def roles_of(role: Rule) -> tuple[Role, ...]:
    """The roles that a rule takes."""
    if isinstance(role, tuple):
        return role
    return (role,) if isinstance(role, Role) else ()


def require(role: Rule) -> None:
    """Raises NotAllowed, naming who may, unless `may(role)`."""
    if may(role):
        return
    wanted = roles_of(role)
    names = _(" or ").join(str(ROLE_NAMES[item]) for item in wanted)
    having = [
        item.email
        for item in accounts.all_people(db.session())
        if item.closed_at is None and item.role_names & frozenset(wanted)
    ]
    who = (
        _("These people have it: %(people)s.", people=", ".join(having[:5]))
        if having
        else _("Nobody has it yet. An administrator can give it.")
    )
    raise NotAllowed(_("This needs the role %(role)s, which you do not have.", role=names) + " " + who)


def require_fresh_code() -> None:
    """Check the code in the form's field `code`. Raises Invalid or NotAllowed with words for the person."""
    code = request.form.get("code", "").replace(" ", "").strip()
    if not code:
        raise Invalid(_("Type the six digits that your authenticator app shows now."))
    check = getattr(accounts, "check_fresh_code", None)
    if check is None:
        raise NotAllowed(_("Codes cannot be checked: accounts are not set up."))
    check(person(), code)


def to_login() -> ResponseReturnValue:
    """To the login page, and back here afterwards (only ever to a page of the desk)."""
    target = request.full_path.rstrip("?") if request.method == "GET" else url_for("desk.now")
    return redirect(url_for(login_endpoint(), next=target))


def login_endpoint() -> str:
    return str(current_app.config.get("DESK_LOGIN_ENDPOINT", "security.login"))


def safe_next(target: str | None) -> str:
    """Where to go on to: `target` if it is a page of this desk, else Now."""
    if target:
        parts = urlsplit(target)
        inside = target.startswith(f"{PREFIX}/") and "\\" not in target and "//" not in parts.path
        if inside and not parts.scheme and not parts.netloc:
            return target
    return url_for("desk.now")


__all__ = [
    "PUBLIC",
    "Access",
    "HubError",
    "blueprint",
    "current_actor",
    "declare",
    "desk_route",
    "may",
    "me",
    "person",
    "registry",
    "require",
    "safe_next",
]
