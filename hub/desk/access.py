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

from flask import Blueprint, Flask, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hub import accounts, clock
from hub.accounts import sessions
from hub.accounts.fresh import FRESH_FOR
from hub.database import db
from hub.desk.forms import Form
from hub.desk.refusals import refusal
from hub.desk.words import gettext as _
from hub.desk.words import lazy_gettext
from hub.errors import HubError, Invalid, NotAllowed, NotFound
from hub.journal import Actor
from hub.models import Person, Role

DOOR = "desk"
POLLED = "X-Fragment"
"""The header of a request that a page makes by itself: it does not keep a forgotten login alive."""
TOKEN = "login"  # noqa: S105 - the name of a place, not a secret
"""The session's key of a login's token."""
PREFIX = "/desk"
LOGIN, LOGOUT = "desk.login", "desk.logout"
"""Endpoints of the accounts' pages (hub/desk/login)."""
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

    With `fresh`, a changing request must carry a right code (macro `code_field`); it is checked before the view
    runs, and asked for on a page of its own, which keeps the form, when it is missing or wrong. The act itself
    spends the code, below. A view may stand at several rules.
    """

    def decorate(view: View) -> View:
        endpoint = f"{blueprint.name}.{view.__name__}"
        known = registry.get(endpoint)
        if known is not None and (known.role, known.fresh) != (role, fresh):
            raise ValueError(f"{endpoint} has two rules: {known} and role={role} fresh={fresh}")

        first, guarded_view = _views.setdefault(endpoint, (view, guarded(view, role, fresh=fresh)))
        if first is not view:
            raise ValueError(
                f"two views are named {endpoint}: {first.__module__}, {view.__module__}"
            )
        blueprint.add_url_rule(rule, view.__name__, guarded_view, methods=list(methods))
        declare(endpoint, role, rule=PREFIX + rule, fresh=fresh, methods=methods)
        return view

    return decorate


def guarded(view: View, role: Rule, *, fresh: bool) -> Callable[..., ResponseReturnValue]:
    """The view behind its checks."""

    @wraps(view)
    def checked(**arguments: object) -> ResponseReturnValue:
        if role is not PUBLIC and not is_known():
            return to_login()
        require(role)
        if fresh and request.method not in ("GET", "HEAD", "OPTIONS"):
            asked = _code_again()
            if asked is not None:
                return asked
        return view(**arguments)

    return checked


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
            raise NotAllowed(
                _("Another website asked for this change. Open the desk and do it there.")
            )
        return None

    app.context_processor(lambda: {"may": may, "me": me, "asks_for_code": asks_for_code})


def in_desk() -> bool:
    """Is this request for the desk?"""
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")


def is_known() -> bool:
    """Is somebody logged in whose account is open?"""
    return me() is not None


def me() -> Person | None:
    """Who is logged in, as the database has them now; None for nobody and for a closed account."""
    if "desk_person" not in g:
        g.desk_person = _read_person()
    person: Person | None = g.desk_person
    return person


def _read_person() -> Person | None:
    found = sessions.read(login_token(), touch=POLLED not in request.headers)
    return found.person if found is not None and found.is_whole else None


def login_token() -> str | None:
    """The token of this browser's login, whole or on its way."""
    token: str | None = session.get(TOKEN)
    return token


def keep_login(token: str) -> None:
    """This browser has come to a (further) stage of a login. Everything that it held before is forgotten, its
    form tokens too, so that nobody can plant a session on somebody."""
    session.clear()
    session[TOKEN] = token
    g.pop("desk_person", None)


def forget_login() -> None:
    """This browser is logged out."""
    session.clear()
    g.pop("desk_person", None)


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
    if role is None:
        return True
    wanted = frozenset(roles_of(role)) & found.role_names
    return bool(wanted) and (Role.VIEWER in wanted or factor_is_there(found))


def factor_is_there(found: Person) -> bool:
    """Has this person the second factor that every role but `viewer` asks for? A demo's people need none."""
    return found.has_factor or accounts.demo_mode()


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
    found = me()
    if found is not None and found.role_names & frozenset(wanted):
        raise NotAllowed(_("Set up your authenticator app first: log out and log in again."))
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
    raise NotAllowed(
        _("This needs the role %(role)s, which you do not have.", role=names) + " " + who
    )


def asks_for_code() -> bool:
    """Must a form with a fresh code show its field? Not when one was given just now and no act has taken it."""
    found = person()
    given = found.fresh_code_at
    unspent = given is not None and given > clock.now() - FRESH_FOR
    return accounts.asks_for_code(found) and not unspent


def _code_again() -> ResponseReturnValue | None:
    """None when a right code came with the request. Else a page that asks for it and keeps what was typed."""
    if not asks_for_code():
        return None
    typed = request.form.get("code", "").strip() or request.form.get("recovery", "").strip()
    try:
        if not typed:
            raise Invalid(_("Type the six digits that your authenticator app shows now."))
        accounts.check_fresh_code(person(), typed)
    except HubError as error:
        kept = [
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in ("csrf_token", "code", "recovery")
        ]
        page = render_template(
            "desk/code.html",
            lines=refusal(error),
            kept=kept,
            form=Form(),
            address=request.full_path.rstrip("?"),
        )
        return page, 422 if isinstance(error, Invalid) else 403
    return None


def to_login() -> ResponseReturnValue:
    """To the login page, and back here afterwards (only ever to a page of the desk)."""
    target = request.full_path.rstrip("?") if request.method == "GET" else url_for("desk.now")
    return redirect(url_for(LOGIN, next=target))


def safe_next(target: str | None) -> str:
    """Where to go on to: `target` if it is a page of this desk, else Now."""
    if target and target.isprintable():
        parts = urlsplit(target)
        inside = target.startswith(f"{PREFIX}/") and "\\" not in target and "//" not in parts.path
        if inside and not parts.scheme and not parts.netloc and ".." not in parts.path.split("/"):
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
