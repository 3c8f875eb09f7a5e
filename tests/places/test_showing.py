"""Public names wait for another person's yes, and the site shows what was confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import clock, journal, places
from hub.errors import Conflict, NotAllowed
from hub.journal import Actor
from hub.models import JournalEntry, Person, PlaceKind, Role
from hub.places import showing
from hub.text.situation import PublicPlace
from tests.conftest import SHELL
from tests.places.conftest import Bring


def shown(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    return [(place.slug, place.name) for place in places.public_places(session)]


def one(session: Session) -> PublicPlace:
    session.expire_all()
    (found,) = places.public_places(session)
    return found


def number_of(session: Session, name: str = "Nørreby Skole") -> int:
    return places.find(session, PlaceKind.INSTITUTION, name).id


def test_a_new_place_has_no_page_until_another_person_said_yes(
    bring: Bring, cleo: Actor, dan: Actor, session: Session
) -> None:
    bring("Navn", "Nørreby Skole")
    assert shown(session) == []
    with pytest.raises(NotAllowed, match=r"cleo@.* wrote them"):
        places.confirm(cleo)
    assert shown(session) == []
    done = places.confirm(dan)
    assert [(item.name, item.by) for item in done.done] == [("Nørreby Skole", (cleo.name,))]
    assert shown(session) == [("noerreby-skole", "Nørreby Skole")]
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.number.desc())).first()
    assert entry is not None
    assert (entry.kind, entry.actor, entry.data) == (
        "place-names-confirmed",
        dan.name,
        {"places": {"s/noerreby-skole": "Nørreby Skole"}},
    )


def test_a_changed_name_is_not_shown_but_found_before_the_yes(
    bring: Bring, cleo: Actor, dan: Actor, session: Session
) -> None:
    bring("Navn", "Nørreby Skole")
    places.confirm(dan)
    places.change(number_of(session), {"name": "Campus Nord", "slug": "campus"}, cleo)
    place = one(session)
    assert (place.name, place.slug, place.old_slugs) == ("Nørreby Skole", "noerreby-skole", ())
    assert "Campus Nord" in place.other_names, "a message to Campus Nord concerns it already"
    places.confirm(dan)
    place = one(session)
    assert (place.name, place.slug, place.old_slugs) == (
        "Campus Nord",
        "campus",
        ("noerreby-skole",),
    )


def test_an_address_that_nobody_confirmed_never_leads_on(
    bring: Bring, cleo: Actor, dan: Actor, session: Session
) -> None:
    bring("Navn", "Nørreby Skole")
    places.confirm(dan)
    for slug in ("en-gang", "to-gange"):
        places.change(number_of(session), {"slug": slug}, cleo)
    places.confirm(dan)
    assert one(session).old_slugs == ("noerreby-skole",)


def test_who_had_any_part_in_a_name_cannot_confirm_it(
    bring: Bring, cleo: Actor, dan: Actor, session: Session, person: Callable[..., Actor]
) -> None:
    bring("Navn", "Nørreby Skole", "Sønderby Skole")
    places.change(number_of(session), {"slug": "nbs"}, dan)
    bo = person("bo@town.example", Role.APPROVER)
    result = places.confirm(dan)
    assert [item.name for item in result.done] == ["Sønderby Skole"]
    assert [(item.name, str(why)) for item, why in result.left] == [
        ("Nørreby Skole", "dan@town.example wrote them")
    ]
    assert [item.name for item in places.confirm(bo).done] == ["Nørreby Skole"]
    assert shown(session) == [("nbs", "Nørreby Skole"), ("soenderby-skole", "Sønderby Skole")]


def test_a_name_that_is_changed_back_waits_for_nobody(
    bring: Bring, cleo: Actor, dan: Actor, session: Session
) -> None:
    bring("Navn", "Nørreby Skole")
    places.confirm(dan)
    places.change(number_of(session), {"name": "Campus Nord"}, dan)
    places.change(number_of(session, "Campus Nord"), {"name": "Nørreby Skole"}, cleo)
    assert places.unconfirmed(session) == ()
    places.change(number_of(session), {"name": "Nørreby Skole A"}, cleo)
    assert [item.by for item in places.unconfirmed(session)] == [(cleo.name,)]


def test_other_fields_and_other_kinds_wait_for_nobody(
    bring: Bring, cleo: Actor, dan: Actor, session: Session
) -> None:
    bring("Navn", "Nørreby Skole")
    places.confirm(dan)
    places.change(number_of(session), {"phone": "70 20 30 40", "areas": "Nørreby"}, cleo)
    bring("Navn;Adresse", "Folkehjem;Vej 1", kind=PlaceKind.MEETING_PLACE)
    assert places.unconfirmed(session) == ()


def test_a_yes_is_to_what_was_read(bring: Bring, dan: Actor, session: Session) -> None:
    bring("Navn", "Nørreby Skole")
    read = showing.hash_of(places.unconfirmed(session))
    bring("Navn", "Ny Skole")
    with pytest.raises(Conflict, match="changed after you read them"):
        places.confirm(dan, hash=read)
    assert shown(session) == []
    places.confirm(dan, hash=showing.hash_of(places.unconfirmed(session)))
    assert len(shown(session)) == 2


def test_a_place_taken_off_before_anybody_confirmed_it_leaves_no_address(
    bring: Bring, cleo: Actor, dan: Actor, session: Session
) -> None:
    bring("Navn", "Nørreby Skole")
    places.remove(number_of(session), cleo)
    assert places.unconfirmed(session) == ()
    assert shown(session) == []
    bring("Navn", "Nørreby Skole")
    places.confirm(dan)
    places.remove(number_of(session), cleo)
    place = one(session)
    assert (place.slug, place.removed) == ("noerreby-skole", True)


def test_only_people_with_a_role_confirm_and_never_the_machine(
    bring: Bring, session: Session, person: Callable[..., Actor]
) -> None:
    places.add(PlaceKind.AREA, {"name": "Nørreby"}, SHELL)
    for actor in (SHELL, person("asta@town.example", Role.AUTHOR)):
        with pytest.raises(NotAllowed):
            places.confirm(actor)
    places.confirm(person("bo@town.example", Role.APPROVER))
    assert shown(session) == [("noerreby", "Nørreby")]


def test_who_was_given_an_account_for_the_occasion_cannot_confirm(
    app: Flask, bring: Bring, cleo: Actor, dan: Actor, session: Session
) -> None:
    bring("Navn", "Nørreby Skole")
    row = session.scalars(select(Person).where(Person.email == dan.name)).one()
    row.made_by, row.made_at = cleo.name, clock.now() - timedelta(hours=1)
    session.commit()
    with pytest.raises(NotAllowed, match="within the last 24 hours"):
        places.confirm(dan)
    assert journal.verify(session).holds
