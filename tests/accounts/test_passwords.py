from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounts import passwords
from hub.accounts.refusals import RefusedInput

WHO = {"email": "asta.lind@nordby.example", "municipality": "Sønder Nordby Kommune"}


@pytest.mark.parametrize(
    "password",
    [
        "kort-kode",
        "Sommer2026!!!",
        "P4ssw0rd1234",
        "KommunenKommune1",
        "vandværk-2026",
        "qwertyuiopå12",
        "123456789012",
        "2026-11-21-1200",
        "hejhejhejhej",
        "æøåæøåæøåæøå",
        "asta.lind-2026",
        "nordby-nordby-1",
        "SoenderNordby1!",
        "correct" * 40,
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(RefusedInput):
        passwords.check(password, **WHO)


@pytest.mark.parametrize(
    "password",
    [
        "cykel-måne-tagsten-7",
        "korrekthestbatteri",
        "tre små grise i en sø",
        "x9#Kq2!mZp4w",
        "ПарольЭтоСлово",
    ],
)
def test_length_and_chance_are_enough(password: str) -> None:
    passwords.check(password, **WHO)


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    stored = passwords.hashed(unicodedata.normalize("NFC", "blå-grød-på-køl-12"))
    assert passwords.right(stored, unicodedata.normalize("NFD", "blå-grød-på-køl-12"))


def test_a_hash_is_argon2id_and_salted() -> None:
    first, second = passwords.hashed("one and the same"), passwords.hashed("one and the same")
    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.right(first, "one and the same")
    assert not passwords.right(first, "one and the other")


def test_nobody_has_the_dummy_password() -> None:
    assert not passwords.right(None, "nobody has this password")


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    try:
        passwords.check(text, **WHO)
    except RefusedInput:
        return
    assert len(passwords.normal(text)) >= passwords.SHORTEST
