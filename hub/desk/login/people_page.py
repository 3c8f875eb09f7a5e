"""People: who has an account and may do what. Administrators invite, change, reset and close."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from hub import accounts
from hub.database import db
from hub.desk import access
from hub.desk.access import current_actor, desk_route
from hub.desk.forms import Form
from hub.desk.language import current
from hub.desk.login.gate import BOTH, shown
from hub.desk.words import gettext as _
from hub.desk.words import lazy_gettext
from hub.errors import HubError, NotFound
from hub.library import scenario_title
from hub.models import Person, Role, Version
from hub.text.phones import Rejected, read_cell

ROLE_HELP = {
    Role.VIEWER: lazy_gettext("Sees everything, changes nothing."),
    Role.AUTHOR: lazy_gettext("Writes messages and submits them for review."),
    Role.APPROVER: lazy_gettext("Approves messages that others wrote."),
    Role.SENDER: lazy_gettext("Announces in an incident, confirms what others prepared, stops."),
    Role.ADMIN: lazy_gettext("Invites people, changes roles, resets logins."),
}


@desk_route("/people", role=None)
def people() -> ResponseReturnValue:
    """Everybody with an account, and what they may do."""
    everybody = accounts.all_people(db.session())
    return render_template(
        "desk/login/people.html",
        people=[person for person in everybody if person.closed_at is None],
        closed=[person for person in everybody if person.closed_at is not None],
        role_names=access.ROLE_NAMES,
    )


@desk_route("/people/invite", role=Role.ADMIN, fresh=True, methods=BOTH)
def people_invite() -> ResponseReturnValue:
    """Make an account and a link for it."""
    form = Form.posted()
    if request.method == "GET":
        return _invite_page(form)
    roles, phone, most = _roles(form), _phone(form), _most(form)
    form.require("email", _("Write the person's e-mail address."))
    if not roles:
        form.wrong("role", _("Choose at least one role."))
    if not form.ok:
        return _invite_page(form)
    try:
        link = accounts.add_and_invite(
            form["email"],
            roles,
            actor=current_actor(),
            duty_phone=phone,
            scenarios=form.all("scenario"),
            most=most,
        )
    except HubError as error:
        return _invite_page(form, error)
    return _link_page(link)


def _invite_page(form: Form, error: HubError | None = None) -> ResponseReturnValue:
    return shown("invite", form, error, roles=_role_choices(), scenarios=_scenarios())


@desk_route("/people/<int:number>", role=Role.ADMIN)
def person_page(number: int) -> ResponseReturnValue:
    """One person, and what an administrator can do for them."""
    return render_template(
        "desk/login/person.html", person=_person(number), role_names=access.ROLE_NAMES
    )


@desk_route("/people/<int:number>/roles", role=Role.ADMIN, fresh=True, methods=BOTH)
def person_roles(number: int) -> ResponseReturnValue:
    """Give other roles."""
    person = _person(number)
    chosen = sorted(person.role_names)

    def act(form: Form) -> None:
        accounts.change_roles(person.email, _roles(form), actor=current_actor())

    done = _("The roles are changed. %(email)s has to log in again.", email=person.email)
    return _act("roles", person, act, done, roles=_role_choices(), chosen=chosen)


@desk_route("/people/<int:number>/bounds", role=Role.ADMIN, fresh=True, methods=BOTH)
def person_bounds(number: int) -> ResponseReturnValue:
    """Bind a sender to scenarios and to a largest reach."""
    person = _person(number)

    def act(form: Form) -> None:
        most = _most(form)
        if form.ok:
            accounts.change_bounds(
                person.email, scenarios=form.all("scenario"), most=most, actor=current_actor()
            )

    done = _("The bounds of %(email)s are changed.", email=person.email)
    return _act("bounds", person, act, done, scenarios=_scenarios(person))


@desk_route("/people/<int:number>/phone", role=Role.ADMIN, fresh=True, methods=BOTH)
def person_phone(number: int) -> ResponseReturnValue:
    """Set or remove the duty phone."""
    person = _person(number)

    def act(form: Form) -> None:
        phone = _phone(form)
        if form.ok:
            accounts.change_duty_phone(person.email, phone, actor=current_actor())

    done = _("The duty phone of %(email)s is changed.", email=person.email)
    return _act("phone", person, act, done)


@desk_route("/people/<int:number>/close", role=Role.ADMIN, fresh=True, methods=BOTH)
def person_close(number: int) -> ResponseReturnValue:
    """Close an account."""
    person = _person(number)

    def act(form: Form) -> None:
        accounts.close(person.email, actor=current_actor())

    done = _("The account of %(email)s is closed.", email=person.email)
    return _act("close", person, act, done)


@desk_route("/people/<int:number>/reset", role=Role.ADMIN, fresh=True, methods=BOTH)
def person_reset(number: int) -> ResponseReturnValue:
    """Take the login away and make a new link."""
    person = _person(number)
    return _make_link("reset", person, accounts.reset)


@desk_route("/people/<int:number>/link", role=Role.ADMIN, fresh=True, methods=BOTH)
def person_link(number: int) -> ResponseReturnValue:
    """A new link for somebody who has not logged in yet."""
    person = _person(number)
    return _make_link("link_again", person, accounts.invite)


def _act(
    page: str, person: Person, act: Callable[[Form], None], done: str, **values: object
) -> ResponseReturnValue:
    """Show the form; when it was sent, do it, and go back to the person or say why not."""
    form = Form.posted()
    email, number = person.email, person.id
    error: HubError | None = None
    if request.method == "POST":
        try:
            act(form)
        except HubError as refused:
            db.session.rollback()
            error = refused
        if error is None and form.ok:
            flash(done)
            if page == "close":
                return redirect(url_for("desk.people"), 303)
            return redirect(url_for("desk.person_page", number=number), 303)
    return shown(f"person_{page}", form, error, person=person, email=email, **values)


def _make_link(
    page: str, person: Person, make: Callable[..., accounts.Link]
) -> ResponseReturnValue:
    if request.method == "GET":
        return shown(f"person_{page}", Form(), person=person)
    try:
        link = make(person.email, actor=current_actor())
    except HubError as error:
        db.session.rollback()
        return shown(f"person_{page}", Form(), error, person=person)
    return _link_page(link)


def _link_page(link: accounts.Link) -> ResponseReturnValue:
    return render_template("desk/login/link.html", made=link)


def _person(number: int) -> Person:
    found = db.session().get(Person, number)
    if found is None or found.closed_at is not None:
        raise NotFound(_("Nobody with an open account has this number."))
    return found


def _roles(form: Form) -> list[Role]:
    known = {role.value for role in Role}
    return [Role(name) for name in form.all("role") if name in known]


def _role_choices() -> list[tuple[str, str, str]]:
    return [(role.value, str(access.ROLE_NAMES[role]), str(ROLE_HELP[role])) for role in Role]


def _phone(form: Form) -> str | None:
    if not form["phone"]:
        return None
    cell = read_cell(form["phone"])
    if isinstance(cell, Rejected):
        form.wrong("phone", _("This is no telephone number that the hub can send to."))
        return None
    return cell.e164


def _most(form: Form) -> int | None:
    if not form["most"]:
        return None
    if not form["most"].isascii() or not form["most"].isdigit() or len(form["most"]) > 8:
        form.wrong("most", _("Write a whole number of phones, or leave it empty."))
        return None
    return int(form["most"])


def _scenarios(person: Person | None = None) -> list[tuple[str, str]]:
    """The scenarios of the library by title, and those that the person is bound to."""
    session = db.session()
    newest = select(func.max(Version.id)).group_by(Version.scenario)
    found = {
        version.scenario: scenario_title(version, current())
        for version in session.scalars(select(Version).where(Version.id.in_(newest)))
    }
    for name in person.scenarios if person else ():
        found.setdefault(name, name)
    return sorted(found.items(), key=lambda item: item[1])
