"""The page on which a partner answers: opening it changes nothing, an answer needs the code and names what was read."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hub import library
from hub.database import db
from hub.journal import Actor
from hub.library import partners
from hub.library.partners.answering import MOST_TRIES
from hub.models import LinkEnd, PartnerLink, Signature, Version, VersionState
from hub.public import signing
from hub.public.signing_words import LANGUAGES, WORDS
from tests.desk.pages import Page
from tests.fakes.smtp_server import SmtpServer
from tests.library.partners import (
    ADDRESS,
    HEALTH,
    KEY,
    UPDATE,
    WATER,
    Loader,
    Move,
    admin,
    approver,
    author,
    changed,
    invited,
    load,
    move,
    register,
    settings,
    smtp,
    submitted,
    token_in,
)

__all__ = ["admin", "approver", "author", "invited", "load", "move", "settings", "smtp"]

NAME = "Ove Vand, driftsleder"


@dataclass
class Link:
    """A partner's browser on the page of a link."""

    client: FlaskClient
    token: str
    code: str

    @property
    def address(self) -> str:
        return f"/sign/{self.token}"

    def get(self, more: str = "") -> TestResponse:
        return self.client.get(f"{self.address}{more}")

    def fields(self, **answers: str) -> dict[str, str]:
        """What the form sends for these answers (`during="yes"`), its hidden fields too."""
        html = self.get().text
        found = dict(
            re.findall(r'<input type="hidden" name="(h\d+)" value="([0-9a-f]{64})">', html)
        )
        data = {**found, "by": NAME, "code": self.code}
        for name, answer in answers.items():
            number = version(f"boil/{name}").id
            data[f"a{number}"] = "objection" if answer != "yes" else "yes"
            data[f"r{number}"] = answer if answer != "yes" else ""
        return data

    def post(self, data: dict[str, str], more: str = "") -> TestResponse:
        return self.client.post(f"{self.address}{more}", data=data)


def version(key: str) -> Version:
    db.session.rollback()
    return library.newest(db.session(), key)


@pytest.fixture
def link(app: Flask, invited: tuple[str, str]) -> Link:
    return Link(app.test_client(), *invited)


def everything(app: Flask) -> list[object]:
    """Every row of every table."""
    session = db.session()
    session.rollback()
    names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
    return [(name, session.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names]


def read(answer: TestResponse) -> str:
    """The page's words, on one line."""
    return " ".join(
        unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", answer.text, flags=re.S)).split()
    )


# Opening


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_any_address_of_it_changes_no_row(app: Flask, link: Link, method: str) -> None:
    number = version(KEY).id
    before = everything(app)
    for more in ("", "?lang=en", f"/{number}/en", f"/{number}/xx", "/999/en", "x"):
        for _ in range(3):
            link.client.open(f"{link.address}{more}", method=method)
    assert everything(app) == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_only_a_post_answers(app: Flask, link: Link, method: str) -> None:
    data = link.fields(during="yes")
    before = everything(app)
    assert link.client.open(link.address, method=method, data=data).status_code == 405
    assert link.client.get(link.address, query_string=data).status_code == 200
    assert everything(app) == before


def test_nobody_keeps_the_page_shows_it_or_learns_its_address(link: Link) -> None:
    number = version(KEY).id
    answers = [
        link.get(),
        link.get(f"/{number}/en"),
        link.get("/999/en"),
        link.get("x"),
        link.post({}),
    ]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        page = Page(answer.text)
        assert page.faults == []
        assert page.all("script", "iframe", "img") == []
        assert not [
            item
            for item in page.elements
            for name in item.attributes
            if name.startswith("on") or name == "style"
        ]
        loaded = [item.attributes["href"] for item in page.all("link")]
        assert loaded == ["data:,"]


def test_it_shows_all_that_waits_in_full(link: Link) -> None:
    answer = link.get()
    assert answer.status_code == 200
    words = read(answer)
    assert "2 beskeder venter på jeres svar" in words
    assert f"I svarer som {WATER}." in words
    assert "Linket gælder til lørdag den 5. december 2026 kl. 12.00." in words
    for part in (
        "Kog vandet: Under",
        "Udgave 1. Har ventet siden lørdag den 21. november 2026 kl. 12.00.",
        "I har ikke sagt ja til denne besked før. Alt er nyt.",
        "Eksempel Kommune: Kog vandet i Rødekro, før du drikker det.",
        "Det gælder i Rødekro fra lørdag den 21. november kl. 12.00.",
        "Her er en besked fra Eksempel Kommune.",
        "1 minut",
        "Kilde: a boil guide (kontrolleret 2026-11-20)",
        "Check the minutes.",
        "Kog vandet: Opdatering",
        "Det samme som ved: Kog vandet: Under",
    ):
        assert part in words, part
    assert f"{HEALTH} har ikke svaret endnu" in words
    assert f"{WATER} har ikke svaret endnu (det er jer)" in words
    assert "{" not in words
    assert ADDRESS not in answer.text, "who found the page does not learn where it was sent"


def test_in_english_the_message_stays_danish(link: Link) -> None:
    words = read(link.get("?lang=en"))
    assert "2 messages wait for your answer" in words
    assert "Kog vandet i Rødekro, før du drikker det." in words
    assert '<html lang="en">' in link.get("?lang=en").text
    assert '<html lang="da">' in link.get("?lang=xx").text


def test_the_other_languages_can_be_read(link: Link) -> None:
    number = version(KEY).id
    assert f"/sign/{link.token}/{number}/en" in link.get().text
    words = read(link.get(f"/{number}/en"))
    assert "Boil the water in Rødekro before you drink it." in words
    for more in (f"/{number}/ar", "/999/en"):
        assert link.get(more).status_code == 404


@pytest.fixture
def again(
    link: Link, load: Loader, author: Actor, approver: Actor, smtp: SmtpServer, move: Move
) -> Link:
    """A link to a message that was changed since the party's last yes."""
    library.sign(KEY, party=WATER, by="Ida Vand", actor=author)
    library.return_(KEY, actor=approver, reason="En fejl")
    move(timedelta(days=1))
    files = changed("boil/during.da.md", "Lad det koge i", "Lad vandet boble i")
    files["boil/scenario.toml"] = files["boil/scenario.toml"].replace("value = 30", "value = 40")
    load(files)
    submitted(db.session(), author, KEY)
    code = partners.invite(WATER, actor=author).code
    return Link(link.client, token_in(smtp.mails[-1]), code)


def test_it_shows_what_changed_since_the_last_yes_in_words(again: Link) -> None:
    html = again.get().text
    words = read(again.get())
    assert (
        "Siden jeres sidste ja, som Ida Vand gav lørdag den 21. november 2026 kl. 12.00 (udgave 1):"
        in words
    )
    assert "<del>" in html
    assert "<ins>" in html
    assert "[fjernet:] det [slut]" in words
    assert "[nyt:] vandet boble [slut]" in words or "[nyt:] vandet" in words
    assert "{when" not in html
    assert "{#" not in html


def test_a_change_in_a_translation_alone_is_told_as_that(
    link: Link, load: Loader, author: Actor, approver: Actor, smtp: SmtpServer
) -> None:
    library.sign(KEY, party=WATER, by="Ida Vand", actor=author)
    library.return_(KEY, actor=approver, reason="En fejl")
    load(changed("boil/during.en.md", "Let it boil for", "Keep it boiling for"))
    submitted(db.session(), author, KEY)
    code = partners.invite(WATER, actor=author).code
    words = read(Link(link.client, token_in(smtp.mails[-1]), code).get())
    assert "Den danske tekst er den samme, som I sagde ja til." in words
    assert "English: SMS" in words
    assert "Dansk: SMS" not in words


# Answering


def test_a_yes_is_kept_and_shown(link: Link, session: Session) -> None:
    answer = link.post(link.fields(during="yes"))
    assert (answer.status_code, answer.headers["Location"]) == (303, link.address)
    words = read(link.get())
    assert f"Ja : Kog vandet: Under ({NAME}, lørdag den 21. november 2026 kl. 12.00)" in words
    assert "1 besked venter på jeres svar" in words
    [row] = session.scalars(select(Signature))
    assert (row.hash, row.by) == (version(KEY).hash, NAME)
    link.post(link.fields(update="yes"), "?lang=en")
    assert "Thank you. You have answered all that waited." in read(link.get("?lang=en"))
    assert "<form" not in link.get().text


def test_an_objection_is_kept_and_shown(link: Link) -> None:
    assert link.post(link.fields(during="Skriv <b>2</b> minutter", update="yes")).status_code == 303
    row = version(KEY)
    assert (row.state, row.returned_reason) == (VersionState.RETURNED, "Skriv <b>2</b> minutter")
    answer = link.get()
    assert "Skriv &lt;b&gt;2&lt;/b&gt; minutter" in answer.text
    assert "Nej, sendt tilbage : Kog vandet: Under" in read(answer)


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(link: Link) -> None:
    number = version(KEY).id
    data = link.fields(during="x")
    data |= {f"r{number}": " ", "by": "", "code": "12345"}
    answer = link.post(data)
    assert answer.status_code == 422
    words = read(answer)
    for part in (
        "Svaret er ikke sendt",
        "Skriv, hvad der skal ændres i Kog vandet: Under",
        "Skriv navnet på den, der svarer.",
        "Skriv koden på seks tal.",
    ):
        assert part in words
    page = Page(answer.text)
    for name in (f"r{number}", "by", "code"):
        [field] = [item for item in page.elements if item.attributes.get("name") == name]
        assert field.attributes["aria-invalid"] == "true"
        assert f"e-{name}" in field.attributes["aria-describedby"]
        assert f'href="#f-{name}"' in answer.text
    checked = [item for item in page.all("input") if "checked" in item.attributes]
    assert [item.attributes["value"] for item in checked] == ["objection", ""]
    assert "12345" not in answer.text, "a code is never written back"
    assert "Vælg ja eller nej ved mindst én besked." in read(link.post({}))


def test_wrong_codes_are_counted_down_and_close_the_link(link: Link) -> None:
    data = link.fields(during="yes") | {"code": "000000" if link.code != "000000" else "111111"}
    lines = [
        "Der er 4 forsøg tilbage.",
        "Der er 3 forsøg tilbage.",
        "Der er 2 forsøg tilbage.",
        "Der er 1 forsøg tilbage, så lukker linket.",
    ]
    for line in lines:
        answer = link.post(data)
        assert answer.status_code == 422
        assert line in read(answer)
        assert f'value="{NAME}"' in answer.text
    assert len(lines) == MOST_TRIES - 1
    closed = "Linket er lukket, fordi koden var forkert fem gange."
    for answer in (link.post(data), link.post(data | {"code": link.code}), link.get()):
        assert answer.status_code == 410
        assert closed in read(answer)
    assert version(KEY).state == VersionState.IN_REVIEW
    assert HEALTH in library.unsigned(db.session(), version(KEY))


def test_a_stale_page_signs_nothing_and_says_what_to_do(
    link: Link, load: Loader, author: Actor, approver: Actor, session: Session
) -> None:
    data = link.fields(during="yes", update="yes")
    library.return_(UPDATE, actor=approver, reason="En fejl")
    load(changed("boil/update.da.md", "Kog stadig vandet.", "Kog stadig vandet i dag."))
    submitted(session, author, UPDATE)
    answer = link.post(data)
    assert answer.status_code == 409
    words = read(answer)
    assert "Ændret, siden I åbnede siden: Kog vandet: Opdatering. Intet af svaret er gemt." in words
    assert "Kog stadig vandet i dag." in words
    assert session.scalars(select(Signature)).all() == []
    page = Page(answer.text)
    checked = [item for item in page.all("input") if "checked" in item.attributes]
    assert [item.attributes["value"] for item in checked] == ["yes", ""], (
        "the answer to what is unchanged stands; the new text has none"
    )
    again = {item.attributes["name"]: item.attributes["value"] for item in page.all("input")
             if item.attributes.get("type") == "hidden"}  # fmt: skip
    numbers = sorted(int(name[1:]) for name in again)
    done = link.post({**again, **{f"a{n}": "yes" for n in numbers}, "by": NAME, "code": link.code})
    assert done.status_code == 303
    session.rollback()
    assert len(session.scalars(select(Signature)).all()) == 2


def test_the_button_pressed_twice_answers_once(link: Link, session: Session) -> None:
    data = link.fields(during="yes", update="yes")
    for _ in range(2):
        assert link.post(data).status_code == 303
    session.rollback()
    assert len(session.scalars(select(Signature)).all()) == 2
    assert len(partners.opened(link.token).kept) == 2


@pytest.mark.parametrize(
    "data",
    [
        {"a1": "approved"},
        {"a1": "yes", "h1": "x"},
        {"a99999999999999999999": "yes"},
        {"a-1": "yes"},
        {"a²": "yes"},
        {"a7777": "yes", "h7777": "0" * 64},
    ],
)
def test_a_form_made_by_hand_signs_nothing(
    link: Link, session: Session, data: dict[str, str]
) -> None:
    answer = link.post({**data, "by": NAME, "code": link.code})
    assert answer.status_code in (409, 422)
    assert session.scalars(select(Signature)).all() == []


def test_names_are_words_and_no_markup(link: Link) -> None:
    data = link.fields(during="yes") | {"by": '<script>alert(1)</script>"&'}
    assert link.post(data).status_code == 303
    answer = link.get()
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text


# Links that open nothing


def test_every_link_that_opens_nothing_says_why_and_what_to_do(
    link: Link, admin: Actor, author: Actor, smtp: SmtpServer, move: Move
) -> None:
    partners.invite(WATER, actor=author)
    newer = Link(link.client, token_in(smtp.mails[-1]), "")
    register(admin, email="ny@vand.example")
    expired = Link(link.client, "", partners.invite(WATER, actor=author).code)
    expired.token = token_in(smtp.mails[-1])
    move(timedelta(days=14))
    for found, status, words in (
        (Link(link.client, "x" * 43, ""), 404, "Linket findes ikke."),
        (link, 410, "Der er sendt et nyere link."),
        (newer, 410, "er ikke registreret mere"),
        (expired, 410, "Linket gjaldt til lørdag den 5. december 2026 kl. 12.00."),
    ):
        for answer in (found.get(), found.post({"by": NAME, "code": "123456"})):
            assert answer.status_code == status, words
            assert words in read(answer)
            assert "Ring til kommunen" in read(answer)


def test_a_replaced_link_leads_to_the_newest_mail(link: Link, author: Actor) -> None:
    partners.invite(WATER, actor=author)
    answer = link.get()
    assert answer.status_code == 410
    assert "Brug det, der står i den nyeste mail." in read(answer)


def test_a_machine_that_tries_links_is_slowed_down(link: Link, move: Move) -> None:
    most, within = signing._LOOKS[0]
    codes = [link.client.get(f"/sign/{number}").status_code for number in range(most + 1)]
    assert codes == [404] * most + [429]
    answer = link.get()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Vent et minut" in read(answer)
    move(within)
    assert link.get().status_code == 200


def test_answers_are_slowed_down_before_the_code_is_looked_at(link: Link, session: Session) -> None:
    most, _ = signing._ANSWERS[0]
    for _ in range(most):
        link.post({})
    assert link.post({"by": NAME, "code": "000000"}).status_code == 429
    assert session.scalars(select(PartnerLink)).one().tries == 0


# Words


def test_both_languages_have_all_words_with_the_same_blanks() -> None:
    assert set(WORDS) == set(LANGUAGES)

    def blanks(words: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(words)} - {None}

    assert set(WORDS["da"]) == set(WORDS["en"])
    for name, words in WORDS["da"].items():
        assert blanks(words) == blanks(WORDS["en"][name]), name
    for end in LinkEnd:
        assert end is LinkEnd.ANSWERED or f"dead_{end.value}" in WORDS["da"]
