from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.text import water_use
from hub.text.slot_types import LIMITS, PERSONAL_TYPES
from hub.text.slots import (
    NEXT_UPDATE,
    UNTIL,
    SlotError,
    check,
    definition_problems,
    longest,
    moment_of,
    normalise,
    normalise_all,
    normalise_personal,
    render,
)
from hub.text.types import Channel, Slot, SlotType
from tests.text.versions import NOW, slot

USES = "drink=boiled;toilet=yes;garden=no;bath=yes;laundry=yes;dishwasher=no;cleaning=yes"
GOOD: dict[str, tuple[str, str]] = {
    "place": (" Rødekro \u00a0 by ", "Rødekro by"),
    "streets": ("Nørregade;Storegade; Nørregade", "Nørregade; Storegade"),
    "area": ("Rødekro vest for banen.", "Rødekro vest for banen"),
    "from": ("2026-11-20 08:00", "2026-11-20T07:00+00:00"),
    "until": ("+4h", "2026-11-21T16:00+00:00"),
    "next_update": ("2026-11-21T15:30", "2026-11-21T14:30+00:00"),
    "collect_by": ("21.11.2026 16.00", "2026-11-21T15:00+00:00"),
    "expected_end": ("2026-11-21T18:00|N1", "2026-11-21T17:00+00:00 | N1"),
    "moment": ("2020-01-01 10:00", "2020-01-01T09:00+00:00"),
    "date": ("21-11-2026", "2026-11-21"),
    "clock": ("kl. 9.30", "09:30"),
    "meeting_place": (
        "Folkehjem, Haderslevvej 7 | kl. 8-20 | Ja",
        "Folkehjem, Haderslevvej 7 | 08:00-20:00 | yes",
    ),
    "collection_point": ("Tårnet | døgnet rundt | no | dunk;ID", "Tårnet | 24h | no | dunk; ID"),
    "phone": ("70 20 30 40", "+4570203040"),
    "litres": ("3", "3"),
    "water_use": (USES.replace(";", " ; ").upper(), USES),
    "reason": ("brud på en ledning.", "brud på en ledning"),
    "school": ("Rødekro Skole", "Rødekro Skole"),
    "who": ("alle i stueetagen", "alle i stueetagen"),
    "bring": ("medicin; varmt tøj", "medicin; varmt tøj"),
    "dmi_category": ("2", "2"),
    "exercise_window": (
        "2026-12-02T10:00 / 2026-12-02T14:00",
        "2026-12-02T09:00+00:00 / 2026-12-02T13:00+00:00",
    ),
    "choice": ("b", "b"),
    "number": ("012", "12"),
    "text": ("Kom ind ad døren mod nord", "Kom ind ad døren mod nord"),
    "decider": ("Beredskabschef, Bo Bech, 12:00", "Beredskabschef, Bo Bech, 12:00"),
}
OPTIONS = {"a": {"da": "ja", "en": "yes", "de": "ja"}, "b": {"da": "nej", "en": "no", "de": "nein"}}


def of_type(kind: str, **more: object) -> Slot:
    options = {"options": OPTIONS} if kind == "choice" else {}
    return slot("x", kind, **{**options, **more})


def test_every_type_has_an_example_here() -> None:
    assert set(GOOD) == {kind.value for kind in SlotType}


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_what_was_typed_becomes_canonical_and_stays_so(kind: str) -> None:
    raw, canonical = GOOD[kind]
    assert normalise(of_type(kind), raw, now=NOW) == canonical
    assert normalise(of_type(kind), canonical, now=NOW) == canonical


BAD = [
    ("place", "x" * 31, "at most 30"),
    ("place", "", "empty"),
    ("place", "...", "neither letters nor digits"),
    ("place", "a\nb", "line break"),
    ("place", "se x.dk/y", "link"),
    ("place", "ＷＷＷ．example", "link"),
    ("place", "10.0.0.1", "link"),
    ("place", "https://a", "link"),
    ("place", "a\u202eb", "invisible"),
    ("place", "a\u200bb", "invisible"),
    ("place", "a{b}", "brace"),
    ("place", "a\x07b", "control"),
    ("place", "brand \U0001f525", "emoji"),
    ("streets", ";".join(f"Vej {n}" for n in range(13)), "at most 12"),
    ("streets", "x" * 31, "at most 30"),
    ("bring", ";".join(f"ting {n}" for n in range(9)), "at most 8"),
    ("from", "2026-11-19 11:00", "48 hours"),
    ("until", "2026-11-21T12:00", "passed"),
    ("until", "2028-01-01T12:00", "no year"),
    ("next_update", "+25h", "24 hours"),
    ("expected_end", "+2h", "no source"),
    ("expected_end", "2026-11-20T10:00 | N1", "passed"),
    ("meeting_place", "Hallen | hele tiden", "opening hours"),
    ("meeting_place", "Hallen | 8-20 | måske", "yes or no"),
    ("meeting_place", "Hallen | 8-20 | yes | dunk", "4 parts"),
    ("meeting_place", "x" * 81, "at most 80"),
    ("phone", "112", "emergencies"),
    ("phone", "114", "emergencies"),
    ("phone", "1-1-2", "emergencies"),
    ("phone", "1813", "too short"),
    ("phone", "90 12 34 56", "premium"),
    ("phone", "70203040 / 70203041", "no telephone number"),
    ("phone", "+4570203", "too short|exists"),
    ("phone", "ring nu", "no telephone number"),
    ("litres", "2", "below 3"),
    ("litres", "3,5", "whole number"),
    ("litres", "³", "whole number"),
    ("water_use", "drink=yes", "all seven"),
    ("water_use", USES + ";drink=no", "twice"),
    ("water_use", USES.replace("no", "maybe", 1), "the answer is one of"),
    ("dmi_category", "4", "1, 2 and 3"),
    ("exercise_window", "2026-12-02T10:00 / 2026-12-02T19:00", "8 hours"),
    ("exercise_window", "2027-05-05T09:00 / 2027-05-05T11:45", "siren"),
    ("exercise_window", "2027-05-05T12:29 / 2027-05-05T13:00", "siren"),
    ("choice", "c", "one of a, b"),
    ("decider", "Bo", "role, name, time"),
    ("clock", "25:00", "13:30"),
]


@pytest.mark.parametrize(("kind", "raw", "reason"), BAD)
def test_what_does_not_fit_is_refused_with_slot_value_and_rule(
    kind: str, raw: str, reason: str
) -> None:
    with pytest.raises(SlotError, match=reason) as refused:
        normalise(of_type(kind), raw, now=NOW)
    assert refused.value.slot == "x"
    assert "'x'" in refused.value.reason
    assert refused.value.reason.endswith(".")


@pytest.mark.parametrize(
    "window",
    [
        "2027-05-05T09:00 / 2027-05-05T11:30",
        "2027-05-05T12:30 / 2027-05-05T14:00",
        "2027-05-12T11:00 / 2027-05-12T13:00",
    ],
)
def test_an_exercise_may_stand_beside_the_siren_test(window: str) -> None:
    assert normalise(of_type("exercise_window"), window, now=NOW)


def test_only_time_makes_a_slot_expired() -> None:
    until = of_type("until")
    canonical = normalise(until, "+1h", now=NOW)
    with pytest.raises(SlotError) as refused:
        normalise(until, canonical, now=NOW + timedelta(hours=2))
    assert refused.value.expired
    with pytest.raises(SlotError) as refused:
        normalise(until, "i morgen", now=NOW)
    assert not refused.value.expired


def test_initials_before_a_street_name_are_not_a_link() -> None:
    assert normalise(of_type("place"), "H.C.Andersens Vej 4", now=NOW) == "H.C. Andersens Vej 4"


def test_danish_mobile_series_that_the_library_refuses_are_taken() -> None:
    assert normalise(of_type("phone"), "20 01 23 45", now=NOW) == "+4520012345"
    assert normalise(of_type("phone"), "0045 80 12 34 56", now=NOW) == "+4580123456"
    assert normalise(of_type("phone"), "4570203040", now=NOW) == "+4570203040"
    assert normalise(of_type("phone"), "+49 1511 2345678", now=NOW) == "+4915112345678"


LETTERS = st.characters(exclude_categories=["Cs"])
FREE_TYPES = sorted(kind.value for kind in LIMITS)


@given(st.text(LETTERS, max_size=40), st.sampled_from(FREE_TYPES))
def test_no_accepted_value_can_hide_move_or_link(raw: str, kind: str) -> None:
    one = of_type(kind)
    try:
        value = normalise(one, raw, now=NOW)
    except SlotError:
        return
    assert normalise(one, value, now=NOW) == value
    assert not set(value) & set("{}\n\r\t")
    assert not [c for c in value if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs", "Cn"}]
    assert "://" not in value
    assert "www." not in value.lower()


@given(
    st.sampled_from(["http://", "www.", "https://x.dk/", "bit.ly/", "WWW.", "\uff48ttp://"]),
    st.text("abcæøå 123", max_size=5),
    st.text("abcæøå 123", max_size=5),
)
def test_no_link_gets_through_wherever_it_stands(link: str, before: str, after: str) -> None:
    for kind in ("place", "text", "reason", "who", "school", "area"):
        with pytest.raises(SlotError):
            normalise(of_type(kind), f"{before}{link}a{after}", now=NOW)


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=20))
def test_letters_of_all_languages_are_kept(name: str) -> None:
    value = normalise(of_type("place"), name, now=NOW)
    assert value == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("language", ["da", "en", "de"])
@pytest.mark.parametrize("kind", sorted(set(GOOD) - {"decider"}))
def test_every_type_is_shown_in_every_channel_and_language(kind: str, language: str) -> None:
    for channel in Channel:
        shown = render(of_type(kind), GOOD[kind][1], language, channel)
        assert shown.text
        assert "{" not in shown.text
        assert "\n" not in shown.text


@pytest.mark.parametrize(
    ("kind", "language", "channel", "form", "expected"),
    [
        ("phone", "da", Channel.SMS, "", "70 20 30 40"),
        ("expected_end", "da", Channel.SMS, "short", "lør. 21.11. kl. 18.00, oplyser N1"),
        ("expected_end", "en", Channel.WEB, "", "Saturday 21 November at 18:00, according to N1"),
        ("meeting_place", "da", Channel.SMS, "", "Folkehjem, Haderslevvej 7, kl. 8.00-20.00"),
        ("meeting_place", "da", Channel.SMS, "short", "Folkehjem, Haderslevvej 7"),
        (
            "meeting_place",
            "da",
            Channel.PHONE,
            "short",
            "Folkehjem, Haderslevvej 7, åbent fra kl. 8.00 til kl. 20.00, adgang for kørestole",
        ),
        (
            "collection_point",
            "en",
            Channel.WEB,
            "",
            "Tårnet, open day and night, no wheelchair access, bring water container and ID",
        ),
        ("bring", "de", Channel.SMS, "", "Medikamente und warme Kleidung"),
        ("dmi_category", "da", Channel.SMS, "", "farligt vejr, kategori 2"),
        ("choice", "de", Channel.SMS, "", "nein"),
        (
            "water_use",
            "da",
            Channel.SMS,
            "",
            "Ja: toilet, bad, tøjvask, rengøring. Kun kogt: drikke. Nej: havevanding, opvaskemaskine",
        ),
        (
            "water_use",
            "en",
            Channel.PHONE,
            "",
            "You may use the water for the toilet, bath and shower, laundry and cleaning. Use only "
            "boiled water for drinking. Do not use the water for watering plants and the dishwasher",
        ),
    ],
)
def test_values_read_as_they_are_said(
    kind: str, language: str, channel: Channel, form: str, expected: str
) -> None:
    assert render(of_type(kind), GOOD[kind][1], language, channel, form).text == expected


def test_an_unknown_end_is_said_honestly() -> None:
    assert render(of_type("expected_end"), "unknown", "da", Channel.SMS).text == "vides ikke endnu"


def test_an_sms_shows_three_streets_and_refers_to_the_page() -> None:
    streets = of_type("streets")
    value = "Nørregade; Storegade; Kirkegade; Havnegade; Skolegade"
    assert render(streets, value, "da", Channel.SMS).text == (
        "Nørregade, Storegade, Kirkegade og 2 andre veje, se siden"
    )
    page = render(streets, value, "da", Channel.WEB)
    assert page.html is not None
    assert page.html.count("<li>") == 5
    assert "Skolegade" in render(streets, value, "da", Channel.PHONE).text


def test_on_the_page_a_number_can_be_rung_and_keeps_its_direction() -> None:
    link = render(of_type("phone"), "+4570203040", "ar", Channel.WEB).inline
    assert link == '<a href="tel:+4570203040" dir="ltr">70\u00a020\u00a030\u00a040</a>'


def test_water_use_is_a_list_and_a_table() -> None:
    html = render(of_type("water_use"), USES, "da", Channel.WEB).html
    assert html is not None
    assert html.count('<th scope="row">') == len(water_use.USES)
    assert html.index("<li>") < html.index("<table>")
    assert "<strong>Brug kun kogt vand til:</strong> drikke</li>" in html


def test_check_finds_everything_at_once() -> None:
    slots = (
        of_type("place"),
        slot("start", "from"),
        slot("end", "until", required=False),
        slot("promise", "next_update", required=False),
        slot("back", "expected_end"),
        slot("time", "moment", personal=True),
    )
    values = {
        "start": "+2h",
        "end": "+1h",
        "back": "unknown",
        "nobody": "1",
        "time": "+1h",
        "page": "x",
    }
    found = [(error.slot, error.expired) for error in check(slots, values, now=NOW)]
    assert sorted(found) == sorted(
        [
            ("nobody", False),
            ("time", False),
            ("page", False),
            ("x", False),
            ("end", False),
            ("promise", False),
        ]
    )


def test_people_are_told_the_end_or_when_we_write_again() -> None:
    slots = (slot("end", "until", required=False), slot("promise", "next_update", required=False))
    assert [error.slot for error in check(slots, {}, now=NOW)] == ["promise"]
    assert check(slots, {"end": "+1h"}, now=NOW) == ()
    assert check(slots, {"promise": "+1h"}, now=NOW) == ()


def test_an_unknown_end_without_a_promise_is_refused() -> None:
    error = check((slot("back", "expected_end"),), {"back": "unknown"}, now=NOW)[0]
    assert error.slot == "back"


def test_all_values_become_canonical_together() -> None:
    slots = (of_type("place"), slot("end", "until", required=False), slot("promise", "next_update"))
    values = normalise_all(slots, {"x": " Rødekro ", "promise": "+2h", "end": " "}, now=NOW)
    assert values == {"x": "Rødekro", "promise": "2026-11-21T14:00+00:00"}
    assert moment_of(slots, values, NEXT_UPDATE) == NOW + timedelta(hours=2)
    assert moment_of(slots, values, UNTIL) is None
    with pytest.raises(SlotError):
        normalise_all(slots, {}, now=NOW)


def test_a_cell_is_read_as_a_spreadsheet_writes_it() -> None:
    moment = of_type("moment", personal=True)
    for cell in ("2026-11-21 10:30:00", "21-11-2026 10:30", "21.11.2026 10.30"):
        assert normalise_personal(moment, cell) == "2026-11-21T09:30+00:00"
    assert normalise_personal(of_type("clock", personal=True), "0,4375") == "10:30"
    assert normalise_personal(of_type("number", personal=True), "12.0") == "12"
    assert normalise_personal(of_type("date", personal=True), "2026-11-21 00:00:00") == "2026-11-21"
    for cell in ("", "+2h", "www.x.dk", "10:30"):
        with pytest.raises(SlotError):
            normalise_personal(moment, cell)
    with pytest.raises(SlotError, match="cannot be filled from a list"):
        normalise_personal(of_type("water_use", personal=True), USES)


@pytest.mark.parametrize("language", ["da", "en", "de"])
@pytest.mark.parametrize("kind", sorted(set(GOOD) - {"decider"}))
def test_the_longest_value_is_allowed_and_longest(kind: str, language: str) -> None:
    one = of_type(kind)
    value = longest(one, language)
    most = len(render(one, value, language, Channel.SMS).text)
    if kind not in {
        "from",
        "until",
        "next_update",
        "expected_end",
        "exercise_window",
        "collect_by",
    }:
        assert normalise(one, value, now=NOW) == value
    assert len(render(one, GOOD[kind][1], language, Channel.SMS).text) <= most


@given(st.sampled_from(FREE_TYPES), st.integers(1, 160), st.data())
def test_no_free_value_outgrows_the_longest(kind: str, most: int, data: st.DataObject) -> None:
    one = of_type(kind, max_length=min(most, LIMITS[SlotType(kind)]))
    bound = len(render(one, longest(one, "da"), "da", Channel.SMS).text)
    raw = data.draw(st.text("aB1 ;", max_size=200))
    try:
        value = normalise(one, raw, now=NOW)
    except SlotError:
        return
    assert len(render(one, value, "da", Channel.SMS).text) <= bound


def test_a_slots_own_definition_is_checked() -> None:
    def problems(one: Slot) -> str:
        return " ".join(definition_problems(one, now=NOW))

    assert problems(of_type("place", example="Rødekro")) == ""
    assert "max_length" in problems(of_type("place", example="R", max_length=31))
    assert "max_length" in problems(of_type("until", example="+1h", max_length=5))
    assert "options" in problems(slot("x", "choice", example="a"))
    assert "options" in problems(slot("x", "place", example="a", options=OPTIONS))
    assert "by itself" in problems(slot("page", "place", example="a"))
    assert "cannot be personal" in problems(of_type("until", example="+1h", personal=True))
    assert "always required" in problems(
        of_type("moment", example="2026-11-21 10:00", personal=True, required=False)
    )
    assert "+2h" in problems(of_type("until", example="2026-01-01T10:00"))
    assert "does not fit" in problems(of_type("litres", example="2"))
    assert "min 5 is above" in problems(of_type("number", example="5", minimum=5, maximum=4))
    assert SlotType.MOMENT in PERSONAL_TYPES
