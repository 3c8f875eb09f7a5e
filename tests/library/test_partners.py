"""Partners sign by a link: who registers and who sends, what the mail holds, what an answer keeps, what it refuses."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock, journal, library
from hub.errors import Conflict, Invalid, NotAllowed, NotFound
from hub.journal import Actor
from hub.library import partners
from hub.models import (
    JournalEntry,
    LinkEnd,
    Partner,
    PartnerLink,
    Person,
    Role,
    Signature,
    VersionState,
)
from tests.conftest import SHELL, make_settings
from tests.databases import at_once
from tests.fakes.smtp_server import SmtpServer
from tests.library.partners import (
    ADDRESS,
    HEALTH,
    KEY,
    NOON,
    PHONE,
    UPDATE,
    WATER,
    Loader,
    Move,
    People,
    admin,
    approver,
    author,
    changed,
    invited,
    load,
    move,
    no,
    register,
    settings,
    smtp,
    submitted,
    token_in,
    wait_for_mails,
    yes,
)

__all__ = [
    "admin",
    "approver",
    "author",
    "invited",
    "load",
    "move",
    "settings",
    "smtp",
]


def entries(session: Session, kind: str) -> list[JournalEntry]:
    query = select(JournalEntry).where(JournalEntry.kind == kind).order_by(JournalEntry.number)
    return list(session.scalars(query))


def links(session: Session) -> list[PartnerLink]:
    session.rollback()
    return list(session.scalars(select(PartnerLink).order_by(PartnerLink.id)))


# Registering


def test_only_an_administrator_registers_changes_and_removes(
    load: Loader, admin: Actor, author: Actor, approver: Actor, session: Session
) -> None:
    for actor in (author, approver, SHELL):
        with pytest.raises(NotAllowed, match="role admin"):
            register(actor)
    assert register(admin).told is None
    for actor in (author, approver, SHELL):
        with pytest.raises(NotAllowed):
            register(actor, email="anden@vand.example")
        with pytest.raises(NotAllowed):
            partners.remove(WATER, actor=actor)
    assert partners.find(session, WATER).email == ADDRESS
    assert [row.data for row in entries(session, "partner-registered")] == [
        {"party": WATER, "email": ADDRESS}
    ]


def test_a_party_is_written_as_the_messages_write_it(load: Loader, admin: Actor) -> None:
    assert register(admin, "VANDVÆRK").partner.party == WATER
    with pytest.raises(Invalid, match=f"Named are: {HEALTH}, {WATER}"):
        register(admin, "vandværker")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ove"),
        ("email", "ove@vand"),
        ("email", "ove@vand.example, eva@vand.example"),
        ("email", "ove@vand.example\nBcc: x@y.example"),
        ("contact", "  "),
        ("contact", "Ove\x00"),
        ("contact", "x" * 201),
        ("phone", "112"),
        ("phone", "12 34"),
        ("phone", "ring"),
    ],
)
def test_what_cannot_be_used_is_refused(
    load: Loader, admin: Actor, session: Session, field: str, value: str
) -> None:
    given = {"email": ADDRESS, "contact": "Ove Vand", "phone": PHONE, field: value}
    with pytest.raises(Invalid):
        partners.register(WATER, actor=admin, **given)
    assert partners.by_party(session) == {}


def test_the_telephone_is_kept_encrypted(load: Loader, admin: Actor, session: Session) -> None:
    register(admin)
    raw = session.connection().exec_driver_sql("SELECT phone FROM partners").scalar_one()
    assert b"70203040" not in raw
    assert partners.find(session, WATER).phone == "+4570203040"


def test_whoever_works_here_is_no_partner_too(
    load: Loader, admin: Actor, author: Actor, person: People
) -> None:
    with pytest.raises(Invalid, match="has an account here"):
        register(admin, email=author.name)
    viewer = person("ser@town.example", Role.VIEWER)
    assert register(admin, email=viewer.name).partner.email == viewer.name


def test_an_account_made_later_gets_no_link(
    load: Loader, admin: Actor, author: Actor, person: People, session: Session, smtp: SmtpServer
) -> None:
    register(admin)
    submitted(session, author, KEY)
    person(ADDRESS, Role.APPROVER)
    with pytest.raises(Invalid, match="has an account here"):
        partners.invite(WATER, actor=author)
    assert smtp.mails == []


def test_a_changed_address_is_told_to_the_old_one_and_its_links_are_closed(
    load: Loader, admin: Actor, author: Actor, session: Session, smtp: SmtpServer
) -> None:
    register(admin)
    submitted(session, author, KEY)
    partners.invite(WATER, actor=author)
    assert register(admin, email="ny@vand.example").told is True
    assert [mail["To"] for mail in smtp.mails] == [ADDRESS, ADDRESS]
    text = smtp.mails[1].get_content()
    assert "har ændret" in text
    assert "/sign/" not in text
    assert [row.closed_why for row in links(session)] == [LinkEnd.REMOVED]
    with pytest.raises(partners.DeadLink):
        partners.opened(token_in(smtp.mails[0]))
    assert [row.data for row in entries(session, "partner-changed")] == [
        {"party": WATER, "email": "ny@vand.example", "before": ADDRESS, "told": True}
    ]
    old = session.scalars(select(Partner).where(Partner.email == ADDRESS)).one()
    assert (old.contact, old.phone) == ("", None)
    assert partners.find(session, WATER).email == "ny@vand.example"


def test_a_removed_address_is_told_so_that_removing_is_no_way_round(
    load: Loader, admin: Actor, session: Session, smtp: SmtpServer
) -> None:
    register(admin)
    assert partners.remove("Vandværk", actor=admin).told is True
    assert "har fjernet" in smtp.mails[0].get_content()
    with pytest.raises(NotFound, match="An administrator registers one"):
        partners.find(session, WATER)
    assert register(admin, email="ny@vand.example").told is None


def test_the_same_again_changes_nothing_and_tells_nobody(
    load: Loader, admin: Actor, session: Session, smtp: SmtpServer
) -> None:
    register(admin)
    assert register(admin).told is None
    assert smtp.mails == []
    assert entries(session, "partner-changed") == []


def test_with_the_mail_server_away_nothing_is_changed(
    load: Loader, admin: Actor, session: Session, smtp: SmtpServer
) -> None:
    register(admin)
    smtp.hangs_up = True
    for act in (
        lambda: register(admin, email="ny@vand.example"),
        lambda: partners.remove(WATER, actor=admin),
    ):
        with pytest.raises(Conflict, match="took no mail"):
            act()
    assert partners.find(session, WATER).email == ADDRESS


def test_an_old_address_that_is_no_more_is_no_hindrance(
    load: Loader, admin: Actor, session: Session, smtp: SmtpServer
) -> None:
    register(admin)
    smtp.refuses = True
    assert register(admin, email="ny@vand.example").told is False
    assert entries(session, "partner-changed")[0].data["told"] is False


# Inviting


def test_the_link_goes_to_the_registered_address_only_and_the_code_is_not_in_the_mail(
    load: Loader, admin: Actor, author: Actor, session: Session, smtp: SmtpServer
) -> None:
    register(admin)
    submitted(session, author, KEY, UPDATE)
    made = partners.invite("Vandværk", actor=author)
    assert smtp.recipients == [ADDRESS]
    mail = smtp.mails[0]
    text = mail.get_content()
    token = token_in(mail)
    assert f"https://hub.town.example/sign/{token}" in text
    assert made.code not in text + str(mail["Subject"])
    assert "Kog vandet: Under (udgave 1)" in text
    assert "Kog vandet: Opdatering (udgave 1)" in text
    assert "lørdag den 5. december 2026 kl. 12.00" in text
    assert author.name in text
    assert mail["From"] == "beredskab@town.example"
    assert (made.email, made.phone, made.waiting) == (ADDRESS, "+4570203040", 2)
    assert made.expires_at == NOON + timedelta(days=14)
    assert len(made.code) == 6
    assert made.code.isdigit()
    [row] = links(session)
    assert token not in (row.token_hash, row.code_hash)
    assert made.code not in row.code_hash
    assert token not in repr(made)
    [entry] = entries(session, "partner-invited")
    assert entry.data["party"] == WATER
    assert token not in str(entry.data)
    assert made.code not in str(entry.data)


def test_who_chose_the_address_does_not_get_the_code(
    load: Loader, person: People, author: Actor, session: Session, smtp: SmtpServer
) -> None:
    both = person("begge@town.example", Role.ADMIN, Role.AUTHOR)
    register(both)
    submitted(session, author, KEY)
    with pytest.raises(NotAllowed, match="Another author or approver must send the link"):
        partners.invite(WATER, actor=both)
    fresh = person("frisk@town.example", Role.AUTHOR)
    row = session.scalars(select(Person).where(Person.email == fresh.name)).one()
    row.made_at, row.made_by = clock.now() - timedelta(hours=23), both.name
    session.commit()
    with pytest.raises(NotAllowed, match="within the last 24 hours"):
        partners.invite(WATER, actor=fresh)
    assert smtp.mails == []
    assert partners.invite(WATER, actor=author).party == WATER


def test_only_authors_and_approvers_send_links(
    load: Loader, admin: Actor, author: Actor, approver: Actor, person: People, session: Session
) -> None:
    register(admin)
    submitted(session, author, KEY)
    for actor in (person("admin2@town.example", Role.ADMIN), person("s@town.example", Role.SENDER)):
        with pytest.raises(NotAllowed):
            partners.invite(WATER, actor=actor)
    with pytest.raises(NotAllowed):
        partners.invite(WATER, actor=SHELL)
    assert partners.invite(WATER, actor=approver).waiting == 1


def test_no_link_without_something_that_waits(
    load: Loader, admin: Actor, author: Actor, session: Session, smtp: SmtpServer
) -> None:
    register(admin)
    with pytest.raises(Conflict, match=f"Nothing waits for {WATER}"):
        partners.invite(WATER, actor=author)
    with pytest.raises(NotFound, match="No address is registered"):
        partners.invite(HEALTH, actor=author)
    assert smtp.mails == []


@pytest.mark.parametrize("fault", ["hangs_up", "refuses"])
def test_a_mail_that_was_not_taken_leaves_the_link_from_before_as_it_was(
    load: Loader, admin: Actor, author: Actor, session: Session, smtp: SmtpServer, fault: str
) -> None:
    register(admin)
    [version] = submitted(session, author, KEY)
    first = partners.invite(WATER, actor=author)
    setattr(smtp, fault, True)
    with pytest.raises(Conflict):
        partners.invite(WATER, actor=author)
    setattr(smtp, fault, False)
    assert len(entries(session, "partner-invited")) == 1
    opened = partners.answer(
        token_in(smtp.mails[0]), code=first.code, by="Ove", given=[yes(version)]
    )
    assert [row.answer.answer for row in opened.kept] == ["yes"]


def test_a_link_that_was_mailed_but_never_opened_for_answers_opens_nothing(
    load: Loader, admin: Actor, author: Actor, session: Session, smtp: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The process died between the mail server and the database."""
    register(admin)
    submitted(session, author, KEY)
    monkeypatch.setattr("hub.library.partners.inviting._open_link", lambda *_: None)
    partners.invite(WATER, actor=author)
    with pytest.raises(partners.DeadLink):
        partners.opened(token_in(smtp.mails[0]))


def test_a_new_link_closes_the_one_from_before(
    load: Loader, admin: Actor, author: Actor, session: Session, smtp: SmtpServer
) -> None:
    register(admin)
    submitted(session, author, KEY)
    partners.invite(WATER, actor=author)
    partners.invite(WATER, actor=author)
    with pytest.raises(partners.DeadLink) as dead:
        partners.opened(token_in(smtp.mails[0]))
    assert dead.value.why == LinkEnd.REPLACED
    assert len(partners.opened(token_in(smtp.mails[1])).waiting) == 1


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "HUB_SMTP_URL"),
        ({"HUB_SMTP_URL": "smtp://mail.town.example:25"}, "HUB_PUBLIC_URL"),
    ],
)
def test_what_is_not_set_is_named(
    load: Loader, admin: Actor, author: Actor, session: Session, tmp_path: Path,
    app: Flask, environment: dict[str, str], words: str,
) -> None:  # fmt: skip
    register(admin)
    submitted(session, author, KEY)
    app.config["HUB"] = make_settings(tmp_path, **environment)
    with pytest.raises(Conflict, match=words):
        partners.invite(WATER, actor=author)
    assert links(session) == []


# Answering


def test_opening_a_link_changes_nothing(invited: tuple[str, str], session: Session) -> None:
    before = journal.head(session)
    rows = [vars(row).copy() for row in links(session)]
    for _ in range(20):
        assert [row.key for row in partners.opened(invited[0]).waiting] == [KEY, UPDATE]
    assert journal.head(session) == before
    now = [vars(row) for row in links(session)]
    for row, was in zip(now, rows, strict=True):
        assert {k: v for k, v in row.items() if k[0] != "_"} == {
            k: v for k, v in was.items() if k[0] != "_"
        }


def test_a_yes_by_link_is_a_co_signers_yes_to_exactly_that_hash(
    invited: tuple[str, str], session: Session, smtp: SmtpServer
) -> None:
    token, code = invited
    first, second = partners.opened(token).waiting
    found = partners.answer(
        token, code=f" {code[:3]} {code[3:]}", by=" Ove  Vand ", given=[yes(first)]
    )
    assert [row.key for row in found.waiting] == [UPDATE]
    assert not found.is_done
    [row] = session.scalars(select(Signature).where(Signature.party == WATER))
    assert (row.key, row.hash, row.by) == (KEY, first.hash, "Ove Vand")
    assert row.recorded_by == f"partner:{ADDRESS}"
    assert library.unsigned(session, first) == (HEALTH,)
    [entry] = entries(session, "version-signed")
    assert (entry.actor, entry.door) == (f"partner:{ADDRESS}", "link")
    wait_for_mails(smtp, 2)
    assert "Ja: Kog vandet: Under (udgave 1)" in smtp.mails[1].get_content()

    found = partners.answer(token, code=code, by="Ove Vand", given=[yes(second)])
    assert found.is_done
    assert [row.answer.answer for row in found.kept] == ["yes", "yes"]
    assert [row.closed_why for row in links(session)] == [LinkEnd.ANSWERED]
    with pytest.raises(partners.DeadLink) as dead:
        partners.answer(token, code=code, by="Ove Vand", given=[yes(second)])
    assert dead.value.why == LinkEnd.ANSWERED
    assert len(partners.opened(token).kept) == 2, "what was answered can still be read"


def test_a_yes_that_was_kept_already_is_kept_once(
    invited: tuple[str, str], session: Session
) -> None:
    token, code = invited
    first, _ = partners.opened(token).waiting
    for _ in range(2):
        found = partners.answer(token, code=code, by="Ove Vand", given=[yes(first)])
    assert len(found.kept) == 1
    assert len(entries(session, "version-signed")) == 1


def test_an_objection_sends_the_version_back_with_the_party_and_the_reason(
    invited: tuple[str, str], session: Session, author: Actor, approver: Actor, smtp: SmtpServer
) -> None:
    token, code = invited
    first, second = partners.opened(token).waiting
    partners.answer(
        token, code=code, by="Ove Vand", given=[no(first, " Skriv  2 minutter "), yes(second)]
    )
    row = library.newest(session, KEY)
    assert row.state == VersionState.RETURNED
    assert row.returned_by == f"{WATER} (Ove Vand)"
    assert row.returned_reason == "Skriv 2 minutter"
    with pytest.raises(Conflict, match="No version of boil/during is in review"):
        library.approve(KEY, actor=approver)
    [entry] = entries(session, "version-objected")
    assert entry.data["party"] == WATER
    assert entry.data["reason"] == "Skriv 2 minutter"
    assert library.unsigned(session, library.newest(session, UPDATE)) == (HEALTH,)
    library.submit(KEY, actor=author)
    assert WATER in library.unsigned(session, library.newest(session, KEY))
    wait_for_mails(smtp, 2)
    assert "Nej, sendt tilbage: Kog vandet: Under" in smtp.mails[1].get_content()


def test_five_wrong_codes_close_the_link(
    invited: tuple[str, str], session: Session, author: Actor
) -> None:
    token, code = invited
    first, _ = partners.opened(token).waiting
    wrong = "000000" if code != "000000" else "000001"
    lefts = []
    for _ in range(5):
        with pytest.raises(partners.WrongCode) as error:
            partners.answer(token, code=wrong, by="Ove Vand", given=[yes(first)])
        lefts.append(error.value.left)
    assert lefts == [4, 3, 2, 1, 0]
    with pytest.raises(partners.DeadLink) as dead:
        partners.answer(token, code=code, by="Ove Vand", given=[yes(first)])
    assert dead.value.why == LinkEnd.TRIES
    assert entries(session, "version-signed") == []
    assert [row.data["failures"] for row in entries(session, "partner-link-closed")] == [5]


def test_the_fifth_code_may_be_right(invited: tuple[str, str]) -> None:
    token, code = invited
    first, _ = partners.opened(token).waiting
    for _ in range(4):
        with pytest.raises(partners.WrongCode):
            partners.answer(token, code=code[::-1] + "1", by="Ove Vand", given=[yes(first)])
    assert partners.answer(token, code=code, by="Ove Vand", given=[yes(first)]).kept


def test_a_code_is_for_its_own_link(
    invited: tuple[str, str], session: Session, author: Actor, smtp: SmtpServer
) -> None:
    _, old = invited
    new = partners.invite(WATER, actor=author).code
    token = token_in(smtp.mails[1])
    first, _ = partners.opened(token).waiting
    if old != new:
        with pytest.raises(partners.WrongCode):
            partners.answer(token, code=old, by="Ove Vand", given=[yes(first)])
    assert partners.answer(token, code=new, by="Ove Vand", given=[yes(first)]).kept


def test_a_link_holds_to_its_last_second(invited: tuple[str, str], move: Move) -> None:
    token, _ = invited
    move(timedelta(days=14) - timedelta(seconds=1))
    assert partners.opened(token).waiting
    move(timedelta(seconds=1))
    with pytest.raises(partners.DeadLink) as dead:
        partners.opened(token)
    assert dead.value.why == "expired"


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "ø" * 43])
def test_a_made_up_link_opens_nothing(invited: tuple[str, str], token: str) -> None:
    with pytest.raises(partners.DeadLink) as dead:
        partners.opened(token)
    assert dead.value.why is None


def test_one_changed_version_stops_the_whole_answer(
    invited: tuple[str, str], load: Loader, session: Session, author: Actor, approver: Actor
) -> None:
    token, code = invited
    first, second = partners.opened(token).waiting
    given = [yes(first), yes(second)]
    library.return_(UPDATE, actor=approver, reason="En fejl")
    load(changed("boil/update.da.md", "Kog stadig vandet.", "Kog stadig vandet i dag."))
    submitted(session, author, UPDATE)
    with pytest.raises(partners.Outdated) as outdated:
        partners.answer(token, code=code, by="Ove Vand", given=given)
    assert outdated.value.keys == (UPDATE,)
    session.rollback()
    assert entries(session, "version-signed") == []
    assert session.scalars(select(Signature)).all() == []
    now = partners.opened(token).waiting
    assert [row.number for row in now] == [1, 2]
    assert partners.answer(token, code=code, by="Ove Vand", given=[yes(row) for row in now]).is_done


def test_only_what_waits_for_the_party_can_be_answered(
    invited: tuple[str, str], session: Session, author: Actor, approver: Actor
) -> None:
    token, code = invited
    first, second = partners.opened(token).waiting
    cases = [
        partners.Given(first.id, second.hash, partners.Answer.YES),
        partners.Given(first.id, "", partners.Answer.YES),
        partners.Given(999, first.hash, partners.Answer.YES),
    ]
    library.sign(UPDATE, party=WATER, by="Ida Vand", actor=author)
    cases.append(no(second, "Nej"))  # somebody else there has said yes meanwhile
    for given in cases:
        with pytest.raises(partners.Outdated):
            partners.answer(token, code=code, by="Ove Vand", given=[given])
    library.return_(KEY, actor=approver, reason="En fejl")
    with pytest.raises(partners.Outdated):
        partners.answer(token, code=code, by="Ove Vand", given=[yes(first)])
    assert entries(session, "version-objected") == []


def test_a_party_that_a_newer_version_does_not_name_has_nothing_to_say(
    invited: tuple[str, str], load: Loader, session: Session, author: Actor, approver: Actor
) -> None:
    token, code = invited
    library.return_(KEY, actor=approver, reason="En fejl")
    load(changed("boil/scenario.toml", f'"{WATER}", ', ""))
    [version] = submitted(session, author, KEY)
    assert [row.key for row in partners.opened(token).waiting] == [UPDATE]
    with pytest.raises(partners.Outdated):
        partners.answer(token, code=code, by="Ove Vand", given=[yes(version)])


@pytest.mark.parametrize(
    ("by", "reason"), [("", "Nej"), ("x" * 201, "Nej"), ("Ove", " "), ("Ove", "x" * 501)]
)
def test_an_answer_without_name_or_reason_costs_no_try(
    invited: tuple[str, str], session: Session, by: str, reason: str
) -> None:
    token, code = invited
    first, _ = partners.opened(token).waiting
    with pytest.raises(Invalid):
        partners.answer(token, code=code, by=by, given=[no(first, reason)])
    with pytest.raises(Invalid):
        partners.answer(token, code=code, by="Ove", given=[])
    assert links(session)[0].tries == 0


def test_a_text_damaged_in_the_database_is_not_signed(
    invited: tuple[str, str], session: Session
) -> None:
    token, code = invited
    first, _ = partners.opened(token).waiting
    given = yes(first)
    first.content = {**first.content, "slots": []}
    session.commit()
    with pytest.raises(partners.Outdated):
        partners.answer(token, code=code, by="Ove Vand", given=[given])


# What was said before, and where it stands


def test_the_last_yes_is_the_newest_wording_that_the_party_said_yes_to(
    invited: tuple[str, str], load: Loader, session: Session, author: Actor, approver: Actor
) -> None:
    token, code = invited
    first, _ = partners.opened(token).waiting
    assert partners.last_yes(session, first, WATER) is None
    partners.answer(token, code=code, by="Ove Vand", given=[yes(first)])
    library.return_(KEY, actor=approver, reason="En fejl")
    load(changed("boil/during.da.md", "Lad det koge i", "Lad vandet koge i"))
    [version] = submitted(session, author, KEY)
    found = partners.last_yes(session, version, WATER)
    assert found is not None
    assert (found.version.number, found.signature.by) == (1, "Ove Vand")
    assert partners.last_yes(session, version, HEALTH) is None


def test_where_each_co_signer_stands(
    invited: tuple[str, str], session: Session, author: Actor, move: Move
) -> None:
    token, code = invited
    first, _ = partners.opened(token).waiting
    water, health = partners.co_signers_of(session, first)
    assert (water.party, water.signature, water.link_is_open) == (WATER, None, True)
    assert (health.partner, health.link, health.link_is_open) == (None, None, False)
    partners.answer(token, code=code, by="Ove Vand", given=[yes(first)])
    water, _ = partners.co_signers_of(session, first)
    assert water.signature is not None
    move(timedelta(days=15))
    water, _ = partners.co_signers_of(session, first)
    assert not water.link_is_open


def test_a_mail_server_that_hangs_holds_up_no_answer_and_no_transaction(
    app: Flask, load: Loader, admin: Actor, author: Actor, session: Session, smtp: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    register(admin)
    [version, _] = submitted(session, author, KEY, UPDATE)
    made = partners.invite(WATER, actor=author)
    monkeypatch.setattr("hub.mail.SECONDS", 3.0)
    smtp.hangs = True
    begun = time.monotonic()
    partners.answer(token_in(smtp.mails[0]), code=made.code, by="Ove", given=[yes(version)])
    assert time.monotonic() - begun < 2

    def write() -> float:
        deadline = time.monotonic() + 10
        while smtp.connections < 3:  # the receipt's, and the invitation's
            assert time.monotonic() < deadline
            time.sleep(0.01)
        before = time.monotonic()
        library.sign(UPDATE, party=HEALTH, by="Ida", actor=author)
        return time.monotonic() - before

    invited, wrote = at_once(app, partial(partners.invite, WATER, actor=author), write)
    assert isinstance(invited, Conflict)
    assert isinstance(wrote, float)
    assert wrote < 2
    assert len(partners.opened(token_in(smtp.mails[0])).waiting) == 1, "the link still holds"
