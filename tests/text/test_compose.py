from __future__ import annotations

import html as html_module
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.text.compose import ComposeError, Composer, compose, fill_personal
from hub.text.rendering import render
from hub.text.segments import Encoding, count
from hub.text.slots import SlotError, normalise
from hub.text.speech import speak
from hub.text.types import Channel, Composed, Decision, VersionText
from tests.text.versions import (
    BOIL,
    NOW,
    SYSTEM,
    VALUES,
    VERSION,
    danish,
    fact,
    slot,
    with_text,
)

ALL = ("da", "en", "de")


class _Words(HTMLParser):
    """The words of a page, its elements, and its attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.feed(markup)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes.extend((tag, name, value) for name, value in attrs)

    @property
    def text(self) -> str:
        return "".join(self.words).replace("\u00a0", " ")


def test_one_version_becomes_three_texts_in_each_language() -> None:
    composed = compose(VERSION, {**VALUES, "reason": "brud på en ledning"}, ALL, SYSTEM)
    danish_text = composed.texts["da"]
    assert danish_text.title == "Kog vandet i Rødekro"
    assert danish_text.sms == (
        "Aabenraa Kommune: Kog vandet i Rødekro, før du drikker det. Årsag: brud på en ledning. "
        "Kog det i 1 minut. Vi skriver igen senest lør. 21.11. kl. 15.30.\nRing 70 20 30 40."
    )
    assert danish_text.html == (
        '<ul>\n<li data-action="boil">Kog vandet i Rødekro i 1 minut.</li>\n'
        "<li>Årsag: brud på en ledning.</li>\n</ul>\n"
        "<p>Vi skriver igen senest lørdag den 21. november kl. 15.30. Ring til "
        '<a href="tel:+4570203040" dir="ltr">70&nbsp;20&nbsp;30&nbsp;40</a>.</p>'
    )
    assert danish_text.phone == (
        "Her er en besked fra Aabenraa Kommune. Kog vandet i Rødekro i et minut. "
        "Årsag, brud på en ledning.\n\nVi skriver igen senest lørdag den enogtyvende november "
        "klokken femten tredive. Ring til halvfjerds tyve tredive fyrre, jeg gentager, "
        "halvfjerds tyve tredive fyrre."
    )
    assert danish_text.actions == {"sms": ("boil",), "web": ("boil",), "phone": ("boil",)}
    assert composed.texts["en"].sms.startswith("Aabenraa Kommune: Boil the water in Rødekro")
    assert "bis Sa., 21.11., 15.30 Uhr.\n" in composed.texts["de"].sms


def test_a_long_phone_text_says_its_numbers_once() -> None:
    composer = Composer(VERSION, VALUES, "da", SYSTEM)
    for repeats, times in ((1, 2), (80, 1)):
        text = composer.phone("Kog vandet. " * repeats + "Ring på {phone}.")
        assert text.count("halvfjerds tyve tredive fyrre") == times


def test_the_same_input_gives_the_same_bytes() -> None:
    first = compose(VERSION, VALUES, ALL, SYSTEM)
    again = compose(VersionText.from_json(VERSION.to_json()), dict(VALUES), ALL, SYSTEM)
    assert first.hash == again.hash
    assert Composed.from_json(first.to_json()) == first


def test_an_optional_slot_left_empty_takes_its_block_along() -> None:
    assert "Årsag" not in compose(VERSION, VALUES, ("da",), SYSTEM).texts["da"].sms
    assert "{" not in compose(VERSION, VALUES, ("da",), SYSTEM).texts["da"].html


PRINTABLE = st.text(
    st.sampled_from("abæøå AB12*_<>[]()`|&#\"'!~\\-+=:;,/€%$^"), min_size=1, max_size=30
)


@given(PRINTABLE, PRINTABLE)
def test_a_value_can_never_become_markup(place: str, reason: str) -> None:
    try:
        values = {
            **VALUES,
            "place": normalise(VERSION.slots[0], place, now=NOW),
            "reason": normalise(VERSION.slots[1], reason, now=NOW),
        }
    except SlotError:
        return
    plain = compose(VERSION, {**VALUES, "reason": "aa", "place": "bb"}, ("da",), SYSTEM)
    composed = compose(VERSION, values, ("da",), SYSTEM).texts["da"]
    page = _Words(composed.html)
    expected = _Words(plain.texts["da"].html)
    assert page.elements == expected.elements
    assert page.attributes == expected.attributes
    assert values["place"] in page.text
    assert values["reason"] in page.text
    assert values["place"] in composed.sms
    assert values["reason"] in composed.sms
    assert values["place"] in composed.title
    assert "{" not in composed.sms + composed.title + composed.html + composed.phone


@given(st.sampled_from(ALL), st.integers(0, 23 * 60), st.integers(20_000_000, 89_999_999))
def test_sms_and_page_carry_the_same_numbers(language: str, minutes: int, number: int) -> None:
    slots = VERSION.slots
    values = {
        **VALUES,
        "next_update": normalise(slots[2], f"+{minutes + 1}m", now=NOW),
        "phone": normalise(slots[3], str(number), now=NOW),
    }
    version = with_text(
        VERSION,
        language,
        sms=VERSION.languages[language].sms.replace("next_update:short", "next_update"),
    )
    composed = compose(version, values, (language,), SYSTEM).texts[language]
    numbers = re.compile(r"\d+")
    page = _Words(composed.html).text
    assert Counter(numbers.findall(composed.sms)) == Counter(numbers.findall(page))
    assert not numbers.search(composed.phone)
    for name in ("phone", "next_update"):
        shown = render(version.slot(name) or slots[0], values[name], language, Channel.PHONE).text
        assert _uninflected(speak(shown, language)) in _uninflected(composed.phone)


def _uninflected(spoken: str) -> str:
    """Without what a German preposition changes in a date (`bis Samstag, dem einundzwanzigsten`)."""
    return re.sub(r"(te)[rn]\b", r"\1", spoken.strip(".").lower().replace(" dem ", " "))


def test_the_page_is_sanitised_and_its_headings_start_at_h3() -> None:
    version = danish(
        web="# A\n\n### B\n\n<script>alert(1)</script> <b onclick=x>y</b> [a](http://x) "
        "![i](http://y) <http://z> `code` [^1]\n\n[^1]: http://q\n\n> c\n\n    d"
    )
    page = _Words(compose(version, {}, ("da",), SYSTEM).texts["da"].html)
    assert set(page.elements) <= {"h3", "p"}
    assert page.elements["h3"] == 2
    assert page.attributes == []
    for literal in (
        "<script>alert(1)</script>",
        "[a](http://x)",
        "![i](http://y)",
        "<http://z>",
        "`code`",
        "[^1]",
    ):
        assert literal in page.text


def test_lists_tables_and_emphasis_survive() -> None:
    version = danish(
        web="Gør sådan:\n1. {#a} Et\n2. *To* **tre**\n\n| a | b |\n|---|---|\n| {place} | 1 |",
        slots=(slot("place", "place"),),
    )
    html = compose(version, {"place": "A | B"}, ("da",), SYSTEM).texts["da"].html
    page = _Words(html)
    assert page.elements["ol"] == page.elements["table"] == page.elements["em"] == 1
    assert ("li", "data-action", "a") in page.attributes
    assert "<td>A | B</td>" in html


def test_blocks_of_a_list_stay_one_list() -> None:
    version = danish(
        web="- {#a} A\n{when mode=x}\n- {#b} B\n{end}\n{when mode=y}\n- {#c} C\n{end}\n- {#d} D",
        decisions=(Decision("mode", {}, ("x", "y"), "y"),),
    )
    text = compose(version, {}, ("da",), SYSTEM).texts["da"]
    assert text.actions["web"] == ("a", "c", "d")
    assert _Words(text.html).elements["ul"] == 1


def test_a_block_value_stands_as_a_block_only_when_alone() -> None:
    uses = "drink=boiled;toilet=yes;garden=no;bath=yes;laundry=yes;dishwasher=no;cleaning=yes"
    one = slot("water_use", "water_use")
    alone = danish(web="Hej.\n\n{water_use}\n\nFarvel.", slots=(one,))
    html = compose(alone, {"water_use": uses}, ("da",), SYSTEM).texts["da"].html
    assert _Words(html).elements["table"] == 1
    assert "<p><" not in html
    inline = danish(web="Brug vandet sådan: {water_use}.", slots=(one,))
    html = compose(inline, {"water_use": uses}, ("da",), SYSTEM).texts["da"].html
    assert _Words(html).elements == Counter({"p": 1})
    assert "Kun kogt: drikke" in html


def test_one_full_stop_is_enough() -> None:
    version = danish(
        sms="{municipality}: Senest {next_update:date}. Nyt {place}.", slots=VERSION.slots
    )
    version = replace(
        version,
        languages={
            "de": replace(
                version.languages["da"],
                language="de",
                sms="{municipality}: Bis {next_update:short}. {place}.",
            )
        },
    )
    values = {**VALUES, "place": "Nord Skt."}
    assert (
        compose(version, values, ("de",), SYSTEM).texts["de"].sms.endswith("15.30 Uhr. Nord Skt.")
    )


def test_typographic_marks_are_made_plain_only_where_that_is_enough() -> None:
    plain = danish(sms="{municipality}: Vand – “nu” …")
    assert count(compose(plain, {}, ("da",), SYSTEM).texts["da"].sms).encoding is Encoding.GSM7
    other = danish(sms="{municipality}: Łódź – nu")
    assert "Łódź – nu" in compose(other, {}, ("da",), SYSTEM).texts["da"].sms


def test_personal_slots_wait_in_the_sms_and_are_filled_row_by_row() -> None:
    slots = (slot("tid", "moment", personal=True), slot("sted", "place", personal=True))
    version = danish(sms="{municipality}: Din tid {tid:short} i {sted} er aflyst.", slots=slots)
    sms = compose(version, {}, ("da",), SYSTEM).texts["da"].sms
    assert sms == "Aabenraa Kommune: Din tid {tid:short} i {sted} er aflyst."
    row = {"tid": "2026-11-23T09:30+00:00", "sted": "Øst’s Sal"}
    assert fill_personal(sms, slots, row, "da") == (
        "Aabenraa Kommune: Din tid man. 23.11. kl. 10.30 i Øst's Sal er aflyst."
    )
    with pytest.raises(SlotError, match="'sted'"):
        fill_personal(sms, slots, {"tid": row["tid"]}, "da")


@given(st.text("{}tidsed: ", max_size=20))
def test_a_rows_value_is_never_read_as_a_slot_again(value: str) -> None:
    slots = (slot("a", "text", personal=True), slot("b", "text", personal=True))
    filled = fill_personal("{a}|{b}", slots, {"a": f"{{b}}{value}", "b": "x"}, "en")
    assert filled == f"{{b}}{value}|x"


@pytest.mark.parametrize("channel", ["web", "phone", "title"])
def test_a_personal_slot_outside_the_sms_is_an_error(channel: str) -> None:
    slots = (slot("tid", "moment", personal=True),)
    with pytest.raises(ComposeError, match="outside the SMS"):
        compose(with_text(danish(slots=slots), **{channel: "{tid}"}), {}, ("da",), SYSTEM)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(ComposeError, match="'pl'") as refused:
        compose(VERSION, VALUES, ("da", "pl"), SYSTEM)
    assert refused.value.language == "pl"
    without = {name: value for name, value in VALUES.items() if name != "place"}
    with pytest.raises(ComposeError, match="place") as refused:
        compose(VERSION, without, ("da",), SYSTEM)
    assert refused.value.slot == "place"
    with pytest.raises(ComposeError, match="nobody"):
        compose(VERSION, {**VALUES, "nobody": "x"}, ("da",), SYSTEM)


def test_an_undecided_decision_and_a_withdrawn_fact_stop_the_text() -> None:
    branch = "{when mode=a}\nA\n{end}\nB"
    undecided = danish(phone=branch, decisions=(Decision("mode", {}, ("a", "b")),))
    with pytest.raises(ComposeError, match="'mode'"):
        compose(undecided, {}, ("da",), SYSTEM)
    depth = danish(phone="{local.depth} dybt", decisions=(Decision("depth", {}),))
    with pytest.raises(ComposeError, match="'depth'"):
        compose(depth, {}, ("da",), SYSTEM)
    withdrawn = danish(phone="{fact.boil_minutes}", facts=(replace(BOIL, withdrawn="wrong"),))
    with pytest.raises(ComposeError, match="withdrawn: wrong"):
        compose(withdrawn, {}, ("da",), SYSTEM)


def test_facts_and_local_values_come_with_their_unit() -> None:
    version = danish(
        sms="{municipality}: {fact.boil_minutes}, {local.depth}, {fact.plain}.",
        facts=(BOIL, fact("plain", "3")),
        decisions=(Decision("depth", {}, (), "40", {"*": "cm"}),),
    )
    assert compose(version, {}, ("da",), SYSTEM).texts["da"].sms.endswith(": 1 minut, 40 cm, 3.")


def test_the_hub_fills_its_own_slots() -> None:
    version = danish(
        sms="{municipality}: {number} {closes} {update_no} {page} {issued_at:short}",
        phone="Se {page}. {issued_at:short}.",
    )
    text = compose(version, {}, ("da",), SYSTEM).texts["da"]
    assert text.sms == "Aabenraa Kommune: 12 11 2 aabenraa.dk/krise lør. 21.11. kl. 13.00"
    assert "punkt d k skråstreg krise" in text.phone
    assert "lørdag den enogtyvende november" in text.phone


@pytest.mark.parametrize(
    ("language", "word", "nothing"),
    [
        ("da", "ØVELSE", "Du skal ikke gøre noget"),
        ("en", "EXERCISE", "You do not need to do anything"),
        ("de", "ÜBUNG", "Sie müssen nichts tun"),
    ],
)
def test_an_exercise_says_so_first_and_last_in_every_channel(
    language: str, word: str, nothing: str
) -> None:
    exercise = replace(SYSTEM, exercise=True)
    text = compose(VERSION, VALUES, (language,), exercise).texts[language]
    page = _Words(text.html).text.strip()
    for shown in (text.sms, page, text.phone):
        assert shown.upper().startswith(word)
        assert shown.upper().rstrip(".").endswith(word)
        assert nothing in shown
    assert text.title.startswith(f"{word}: ")
    real = compose(VERSION, VALUES, (language,), SYSTEM).texts[language]
    assert word not in (real.sms + real.title + real.html + real.phone).upper()


def test_right_to_left_texts_keep_names_and_numbers_in_order() -> None:
    composer = Composer(VERSION, VALUES, "ar", SYSTEM)
    sms = composer.sms("{municipality}: اغلوا الماء في {place} {phone}")
    assert sms.startswith("\u200f\u2068Aabenraa Kommune\u2069:")
    assert "\u2068Rødekro\u2069" in sms
    assert "\u206870\u00a020\u00a030\u00a040\u2069" in sms
    page = composer.html("اغلوا {place} {phone} {fact.boil_minutes}")
    assert "<bdi>Rødekro</bdi>" in page
    assert 'dir="ltr">70&nbsp;20&nbsp;30&nbsp;40</a>' in page
    assert "\u2068" not in page
    streets = render(slot("x", "streets"), "Nørregade 4", "ar", Channel.WEB)
    assert streets.html == ("<ul><li><bdi>Nørregade 4</bdi></li></ul>")


def test_a_language_without_a_voice_is_refused_rather_than_misread() -> None:
    text = replace(VERSION.languages["da"], language="fi")
    version = replace(VERSION, languages={"fi": text})
    with pytest.raises(ComposeError, match="'fi'"):
        compose(version, VALUES, ("fi",), SYSTEM)


def test_a_mistake_in_the_text_is_refused() -> None:
    with pytest.raises(ComposeError, match="line 1, column 1"):
        compose(danish(web="{oops"), {}, ("da",), SYSTEM)
    with pytest.raises(ComposeError, match="list item"):
        compose(danish(web="Kog {#boil} nu"), {}, ("da",), SYSTEM)
    with pytest.raises(ComposeError, match="no slot"):
        compose(danish(web="{who}"), {}, ("da",), SYSTEM)
    optional = danish(web="{who}", slots=(slot("who", "who", required=False),))
    with pytest.raises(ComposeError, match="not filled"):
        compose(optional, {}, ("da",), SYSTEM)


def test_lines_flow_and_a_blank_line_is_a_line_end() -> None:
    version = danish(sms="\n{municipality}: a\n b\n\n\n {#x} c  d\n")
    assert compose(version, {}, ("da",), SYSTEM).texts["da"].sms == "Aabenraa Kommune: a b\nc d"
    assert Channel.SMS.value in compose(version, {}, ("da",), SYSTEM).texts["da"].actions


def test_page_text_is_escaped_once() -> None:
    version = danish(web="A & B < {place}", slots=(slot("place", "place"),))
    html = compose(version, {"place": "C & D"}, ("da",), SYSTEM).texts["da"].html
    assert html == "<p>A &amp; B &lt; C &amp; D</p>"
    assert html_module.unescape(html) == "<p>A & B < C & D</p>"


def test_the_short_sms_goes_where_there_is_one_and_the_rest_stays() -> None:
    short = "{municipality}: {#boil} Kog vandet i {place}. Nyt {next_update:short}."
    version = with_text(VERSION, "da", short=short)
    whole = compose(version, VALUES, ("da", "en"), SYSTEM)
    brief = compose(version, VALUES, ("da", "en"), SYSTEM, short=True)
    assert brief.texts["da"].sms.startswith("Aabenraa Kommune: Kog vandet i Rødekro. Nyt ")
    assert brief.texts["da"].actions["sms"] == ("boil",)
    assert brief.texts["da"].html == whole.texts["da"].html
    assert brief.texts["da"].phone == whole.texts["da"].phone
    assert brief.texts["en"] == whole.texts["en"]


def test_a_variant_may_be_a_page_alone() -> None:
    easy = replace(VERSION.languages["da"], language="da-x-let", sms="", phone="")
    version = replace(VERSION, languages={**VERSION.languages, "da-x-let": easy})
    composed = compose(version, VALUES, ("da", "da-x-let"), replace(SYSTEM, exercise=True))
    assert composed.texts["da-x-let"].html
    assert composed.texts["da-x-let"].sms == composed.texts["da-x-let"].phone == ""
    assert set(composed.sms) == {"da"}
