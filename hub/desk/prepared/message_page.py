"""A message: what it says in every channel and language, what it rests on, where it stands, and what may be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock, library
from hub.database import db
from hub.desk import access
from hub.desk.access import current_actor, desk_route, may
from hub.desk.forms import Form
from hub.desk.language import current
from hub.desk.partners.partners_page import link_state
from hub.desk.prepared import composing, reviewing
from hub.desk.prepared.names import FIELDS, LEVELS, PARTS, PHASES, SEVERITIES, STATES
from hub.desk.prepared.waiting import other_eyes
from hub.desk.words import gettext as _
from hub.desk.words import ngettext
from hub.errors import HubError, NotFound
from hub.library import partners, signing
from hub.library.lifecycle import versions_of
from hub.library.needs import left_to_nobody
from hub.models import Role, Signature, Version, VersionState
from hub.site.pages import direction, own_name
from hub.text.compose import GSM7_LANGUAGES
from hub.text.types import Decision, Phase


@dataclass(frozen=True)
class Signer:
    """A co-signing party; `by` and the rest are None while its yes is missing."""

    party: str
    signature: Signature | None


@desk_route("/prepared/<path:key>", role=None)
def message(key: str) -> ResponseReturnValue:
    """One version of a message: that in review, else the newest; `?version=` shows another."""
    return _page(key, Form())


def _page(key: str, form: Form) -> ResponseReturnValue:
    session = db.session()
    versions = versions_named(session, key)
    version = _chosen(versions, request.args.get("version", type=int))
    text = version.text
    findings = library.kept_findings(version.content, library.co_signers(version))
    html = render_template(
        "desk/prepared/message.html",
        form=form,
        key=key,
        version=version,
        versions=versions,
        text=text,
        state=library.shown_state(version, clock.now()),
        state_of=lambda row: library.shown_state(row, clock.now()),
        texts=reviewing.languages(session, versions, version, findings),
        agreement=reviewing.table(text),
        unsigned_names=reviewing.unsigned_names,
        no_reason=library.NO_REASON,
        whole=[item for item in findings if not item.finding.language],
        errors=sum(item.is_error for item in findings),
        warnings=sum(not item.is_error for item in findings),
        signers=_signers(session, version),
        cosigners=partners.co_signers_of(session, version),
        partner_link_state=link_state,
        undecided=library.undecided(text),
        contributors=_contributors(version),
        meta=version.scenario_meta,
        scenario=library.scenario_title(version, current()),
        label=lambda labels, name: labels.get(current()) or labels.get("da") or name,
        acts=_acts(session, versions, version),
        missing_for_approval=_missing(session, version),
        newer=[row for row in versions if row.number > version.number and _is_live(row)],
        sendable=_in_state(versions, VersionState.APPROVED),
        phase=PHASES[Phase(version.phase)],
        **tables(),
    )
    return html, 200 if form.ok else 422


def tables() -> dict[str, object]:
    """What the templates of this part look words up in."""
    return {
        "states": STATES,
        "fields": FIELDS,
        "parts_done": PARTS,
        "severities": SEVERITIES,
        "levels": LEVELS,
        "own_name": own_name,
        "direction": direction,
        "gsm7_languages": GSM7_LANGUAGES,
        "character_name": composing.character_name,
        "advice": composing.advice,
    }


@dataclass(frozen=True)
class Acts:
    """What may be done with the version that is shown, by who looks. `own_part`: they contributed, so another person
    must approve it."""

    edit: bool = False
    submit: bool = False
    approve: bool = False
    return_: bool = False
    sign: bool = False
    review: bool = False
    retire: bool = False
    give_up: bool = False
    own_part: bool = False

    @property
    def any(self) -> bool:
        return any(vars(self).values())


def _acts(session: Session, versions: Sequence[Version], version: Version) -> Acts:
    """What the page offers. The rooms decide; this only keeps buttons away that would be refused."""
    author, approver = may(Role.AUTHOR), may(Role.APPROVER)
    newest = next((row for row in versions if _is_live(row)), versions[0])
    in_review = version.state == VersionState.IN_REVIEW
    is_draft = version.state in (VersionState.DRAFT, VersionState.RETURNED)
    others = other_eyes(session, access.person(), version)
    reviewed = _in_state(versions, VersionState.IN_REVIEW)
    has_approved = _in_state(versions, VersionState.APPROVED) is not None
    return Acts(
        edit=author and version is newest,
        submit=author and is_draft and version is newest and reviewed is None,
        approve=approver and in_review and others,
        return_=approver and in_review,
        sign=(author or approver) and in_review and bool(library.unsigned(session, version)),
        review=(author or approver)
        and _is_live(version)
        and bool(library.unsigned_languages(session, version)),
        retire=approver and version.state == VersionState.APPROVED,
        give_up=(author or approver) and is_draft and version is newest and not has_approved,
        own_part=approver and in_review and not others,
    )


def _missing(session: Session, version: Version) -> list[str]:
    """What stands between a version and its approval, as `approve` will say it."""
    points = []
    unsigned = library.unsigned(session, version)
    if unsigned:
        points.append(_("the yes of %(parties)s is missing", parties=", ".join(unsigned)))
    undecided = [_labelled(item) for item in library.undecided(version.text)]
    if undecided:
        points.append(_("a local decision is missing: %(names)s", names=", ".join(undecided)))
    left = [_labelled(item) for item in left_to_nobody(session, version.text)]
    if left:
        points.append(_("no area has made the local decision: %(names)s", names=", ".join(left)))
    if version.blocked:
        points.append(_("withdrawn as wrong: %(facts)s", facts=", ".join(version.blocked)))
    if version.recheck:
        points.append(
            _(
                "changed since it was written: %(facts)s. Return it; saving it again takes them in",
                facts=", ".join(version.recheck),
            )
        )
    findings = library.kept_findings(version.content, library.co_signers(version))
    errors = sum(item.is_error for item in findings)
    if errors:
        points.append(
            ngettext("the rules find %(num)d error", "the rules find %(num)d errors", errors)
        )
    return points


def _labelled(item: Decision) -> str:
    return item.label.get(current()) or item.label.get("da") or item.name


def versions_named(session: Session, key: str) -> list[Version]:
    """Newest first. Raises NotFound, naming near keys."""
    library.newest(session, key)
    return versions_of(session, key)


def _chosen(versions: Sequence[Version], number: int | None) -> Version:
    if number is not None:
        return numbered(versions, number)
    live = next((row for row in versions if _is_live(row)), versions[0])
    return _in_state(versions, VersionState.IN_REVIEW) or live


def numbered(versions: Sequence[Version], number: int) -> Version:
    for row in versions:
        if row.number == number:
            return row
    raise NotFound(
        _(
            "%(key)s has no version %(number)s; the newest is %(newest)s.",
            key=versions[0].key,
            number=number,
            newest=versions[0].number,
        )
    )


def _is_live(version: Version) -> bool:
    return version.state != VersionState.RETIRED


def _in_state(versions: Sequence[Version], state: VersionState) -> Version | None:
    return next((row for row in versions if row.state == state), None)


def _signers(session: Session, version: Version) -> list[Signer]:
    found = {
        row.party: row
        for row in session.scalars(
            select(Signature).where(
                Signature.key == version.key,
                Signature.hash == version.hash,
                Signature.language == "",
            )
        )
    }
    return [Signer(party, found.get(party)) for party in library.co_signers(version)]


def _contributors(version: Version) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for item in sorted(version.contributors, key=lambda row: (row.person, row.part)):
        found.setdefault(item.person, []).append(str(PARTS.get(item.part, item.part)))
    return sorted(found.items())


def _act(key: str, act: Callable[[Form], str]) -> ResponseReturnValue:
    """Do it and go back to the message; refused, the message again with the reason and what was typed."""
    form, done = Form.posted(), ""
    try:
        done = act(form)
    except NotFound:
        raise
    except HubError as error:
        db.session.rollback()
        form.refuse(error)
    if not form.ok:
        return _page(key, form)
    flash(done)
    return redirect(url_for("desk.message", key=key), 303)


@desk_route("/prepared/<path:key>/submit", role=Role.AUTHOR, methods=("POST",))
def submit_message(key: str) -> ResponseReturnValue:
    """Put the draft that was read into review."""

    def act(form: Form) -> str:
        version = library.submit(key, actor=current_actor(), hash=form["hash"])
        return _("Version %(number)s is in review.", number=version.number)

    return _act(key, act)


@desk_route("/prepared/<path:key>/approve", role=Role.APPROVER, methods=("POST",))
def approve_message(key: str) -> ResponseReturnValue:
    """Approve exactly the version that was read."""

    def act(form: Form) -> str:
        form.require("read", _("Tick that you have read it."))
        if not form["unsigned_reason"]:
            reviewed = _in_state(versions_named(db.session(), key), VersionState.IN_REVIEW)
            _ask_why(form, library.unsigned_languages(db.session(), reviewed) if reviewed else ())
        if not form.ok:
            return ""
        try:
            version = library.approve(
                key,
                actor=current_actor(),
                hash=form["hash"],
                unsigned_reason=form["unsigned_reason"],
            )
        except library.UnsignedLanguages as error:
            _ask_why(form, error.languages)
            return ""
        return _("Version %(number)s is approved and can be sent.", number=version.number)

    return _act(key, act)


def _ask_why(form: Form, languages: Sequence[str]) -> None:
    if languages:
        form.wrong(
            "unsigned_reason",
            _(
                "Say in at most 500 characters why it is approved though nobody has signed %(languages)s.",
                languages=reviewing.unsigned_names(languages),
            ),
        )


@desk_route("/prepared/<path:key>/return", role=Role.APPROVER, methods=("POST",))
def return_message(key: str) -> ResponseReturnValue:
    """Send it back to its authors."""

    def act(form: Form) -> str:
        version = library.return_(
            key, actor=current_actor(), reason=form["return_reason"], hash=form["hash"]
        )
        return _("Version %(number)s is sent back to its authors.", number=version.number)

    return _act(key, act)


@desk_route("/prepared/<path:key>/retire", role=(Role.AUTHOR, Role.APPROVER), methods=("POST",))
def retire_message(key: str) -> ResponseReturnValue:
    """Take the approved version out of use, or give up a draft where none is approved."""

    def act(form: Form) -> str:
        version = library.retire(
            key, actor=current_actor(), reason=form["retire_reason"], hash=form["hash"]
        )
        return _("Version %(number)s is retired.", number=version.number)

    return _act(key, act)


@desk_route("/prepared/<path:key>/sign", role=(Role.AUTHOR, Role.APPROVER), methods=("POST",))
def sign_message(key: str) -> ResponseReturnValue:
    """Record the yes of a co-signing party."""

    def act(form: Form) -> str:
        library.sign(
            key, party=form["party"], by=form["by"], actor=current_actor(), hash=form["hash"]
        )
        return _("The yes of %(party)s is recorded.", party=form["party"])

    return _act(key, act)


@desk_route("/prepared/<path:key>/review", role=(Role.AUTHOR, Role.APPROVER), methods=("POST",))
def review_language(key: str) -> ResponseReturnValue:
    """Record that a reader has signed the translation that was read: `translation` is its code and its hash."""

    def act(form: Form) -> str:
        code, _space, hash_ = form["translation"].partition(" ")
        reader = form.require("reader", _("Write who read it."))
        if not form.ok:
            return ""
        language = reviewing.unsigned_names((code,))
        try:
            signed = library.sign_language(key, code, by=reader, actor=current_actor(), hash=hash_)
        except signing.OwnWords as error:
            form.wrong(
                "reader",
                _(
                    "%(who)s wrote or loaded the text and cannot sign it. Somebody else who reads %(language)s must.",
                    who=error.writer,
                    language=language,
                ),
            )
            return ""
        return _("%(language)s is signed by %(who)s.", language=language, who=signed.by)

    return _act(key, act)
