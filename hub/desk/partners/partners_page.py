"""Co-signers without an account: whom they are reached by, what waits for them, and sending a link with its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hub import clock, library
from hub.database import db
from hub.desk.access import current_actor, desk_route
from hub.desk.forms import Form
from hub.desk.language import current
from hub.desk.prepared.names import PHASES
from hub.desk.words import gettext as _
from hub.desk.words import lazy_gettext
from hub.errors import HubError
from hub.library import partners as room
from hub.library.partners.waiting import newest_link
from hub.models import LinkEnd, Partner, PartnerLink, Role, Version
from hub.text.phones import grouped
from hub.text.types import Phase

BOTH = ("GET", "POST")
SENDERS = (Role.AUTHOR, Role.APPROVER)
"""Who sends links: those who may record a co-signer's yes."""

ENDS = {
    LinkEnd.ANSWERED: lazy_gettext("everything was answered"),
    LinkEnd.REPLACED: lazy_gettext("replaced by a newer link"),
    LinkEnd.TRIES: lazy_gettext("closed after five wrong codes"),
    LinkEnd.REMOVED: lazy_gettext("closed: the address was changed"),
}


@dataclass(frozen=True)
class Line:
    """A party, its address if it has one, what waits for it, and the newest link."""

    party: str
    partner: Partner | None
    waiting: Sequence[tuple[str, Version]]
    link: PartnerLink | None


@desk_route("/prepared/partners", role=None)
def partners() -> ResponseReturnValue:
    """Every party that a message names; first those that something waits for."""
    session = db.session()
    known = room.by_party(session)
    names = sorted({*room.parties_named(session), *known}, key=str.casefold)
    lines = [
        Line(name, known.get(name), _waiting(session, name), newest_link(session, known.get(name)))
        for name in names
    ]
    return render_template(
        "desk/partners/partners.html",
        lines=sorted(lines, key=lambda line: (not line.waiting, line.partner is None)),
        senders=SENDERS,
        link_state=link_state,
    )


@desk_route("/prepared/partners/register", role=Role.ADMIN, fresh=True, methods=BOTH)
def partner_register() -> ResponseReturnValue:
    """Register the address of the party that `?party=` names, or change it."""
    session, form = db.session(), Form.posted()
    known, party = room.by_party(session), request.args.get("party", "")
    named = sorted({*room.parties_named(session), *known}, key=str.casefold)
    if request.method == "POST":
        party = form["party"]
        try:
            found = room.register(
                party,
                email=form["email"],
                contact=form["contact"],
                phone=form["phone"],
                actor=current_actor(),
            )
        except HubError as error:
            db.session.rollback()
            form.refuse(error)
        else:
            flash(
                _(
                    "Links for %(party)s go to %(email)s.",
                    party=found.partner.party,
                    email=found.partner.email,
                )
            )
            _say_told(found)
            return redirect(url_for("desk.partners"), 303)
    elif party in known:
        row = known[party]
        form = Form({"email": row.email, "contact": row.contact, "phone": grouped(row.phone or "")})
    page = render_template(
        "desk/partners/register.html",
        form=form,
        party=party,
        pairs=[(name, name) for name in named],
        changed=party in known,
    )
    return page, 200 if form.ok else 422


@desk_route("/prepared/partners/<int:number>/remove", role=Role.ADMIN, fresh=True, methods=BOTH)
def partner_remove(number: int) -> ResponseReturnValue:
    """Take an address away."""
    row, form = room.get(db.session(), number), Form.posted()
    if request.method == "POST":
        form.require("sure", _("Tick the sentence first."))
        if form.ok:
            try:
                found = room.remove(row.party, actor=current_actor())
            except HubError as error:
                db.session.rollback()
                form.refuse(error)
            else:
                flash(_("No links go to %(email)s any more.", email=found.partner.email))
                _say_told(found)
                return redirect(url_for("desk.partners"), 303)
    row = room.get(db.session(), number)
    return render_template("desk/partners/remove.html", form=form, row=row), 200 if form.ok else 422


def _say_told(found: room.Registered) -> None:
    if found.told:
        flash(_("The address from before was told by mail."))
    elif found.told is not None:
        flash(
            _("The address from before could not be told by mail: tell them by telephone."),
            "warning",
        )


@desk_route("/prepared/partners/<int:number>/invite", role=SENDERS, methods=BOTH)
def partner_invite(number: int) -> ResponseReturnValue:
    """What the link will lead to, and the button; then the code, this once."""
    session, form = db.session(), Form()
    row = room.get(session, number)
    if request.method == "POST":
        try:
            made = room.invite(row.party, actor=current_actor())
        except HubError as error:
            db.session.rollback()
            form.refuse(error)
        else:
            return render_template(
                "desk/partners/invited.html", made=made, phone=grouped(made.phone)
            )
    row = room.get(session, number)
    page = render_template(
        "desk/partners/invite.html",
        form=form,
        row=row,
        phone=grouped(row.phone or ""),
        waiting=_waiting(session, row.party),
        newest=newest_link(session, row),
        link_state=link_state,
    )
    return page, 200 if form.ok else 409


def link_state(link: PartnerLink) -> str:
    """What a link is worth now."""
    if link.closed_why is not None:
        return str(ENDS[LinkEnd(link.closed_why)])
    if link.expires_at <= clock.now():
        return _("expired")
    return ""


def _waiting(session: Session, party: str) -> list[tuple[str, Version]]:
    return [(_title(row), row) for row in room.waiting_for(session, party)]


def _title(version: Version) -> str:
    return f"{library.scenario_title(version, current())}, {PHASES[Phase(version.phase)]}"
