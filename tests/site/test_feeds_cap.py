"""CAP files: valid, unchanging, and understood by who has no idea of Klarbesked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.site.feeds import feed_files
from hub.text.situation import Issuer, PublicAnnouncement, Situation, Standing
from tests.site.cap_rules import CAP, problems, schema
from tests.site.shipped import messages, shipped
from tests.situations import NOON, announcement, ended, history, incident, one, situation, text

KINDS = {"update": "update", "all-clear": "end", "correction": "correction"}


def documents(value: Situation, folder: str = "") -> dict[str, bytes]:
    return {
        path: content
        for path, content in feed_files(value).items()
        if path.startswith(f"{folder}/cap/") and path.endswith(".xml")
    }


def parsed(value: Situation, number: int) -> ElementTree.Element:
    """The first message of announcement `number`."""
    found = [name for name in documents(value) if re.search(rf"-{number}\.xml$", name)]
    assert len(found) == 1
    return ElementTree.fromstring(documents(value)[found[0]])


def of(root: ElementTree.Element, name: str) -> list[str]:
    return [item.text or "" for item in root.iter(f"{CAP}{name}")]


def chain() -> Situation:
    """First, update, correction and all-clear, a quarter of an hour apart."""
    first = NOON - timedelta(hours=1)
    kinds = ("first", "update", "correction", "end")
    states = (Standing.UPDATED, Standing.CORRECTED, Standing.ENDED, Standing.OVER)
    items = [
        announcement(
            number,
            kind=kind,
            phase="all-clear" if kind == "end" else "during",
            standing=standing,
            issued_at=first + timedelta(minutes=15 * number),
            next_update=None if kind == "end" else NOON + timedelta(hours=2),
            ended_at=None if kind == "end" else first + timedelta(minutes=15 * number + 15),
            closes=number - 1 or None,
            replaced_by=number + 1 if number < 4 else None,
            areas=("Rødekro", "Østergade"),
            contact="+4570203040",
            cap={
                "category": "Health",
                "urgency": "Immediate",
                "severity": "Severe",
                "certainty": "Observed",
            },
        )
        for number, (kind, standing) in enumerate(zip(kinds, states, strict=True), start=1)
    ]
    return situation(incident(*items), code="0580", url="https://eksempel.dk/akut")


@pytest.mark.parametrize("exercise", [False, True])
def test_every_shipped_message_is_a_valid_cap_document_in_all_its_languages(exercise: bool) -> None:
    items: dict[str, list[PublicAnnouncement]] = {}
    for number, (key, message) in enumerate(sorted(messages().items()), start=1):
        kind = KINDS.get(message.phase.value, "first")
        same = items.setdefault(message.scenario, [])
        same.append(
            replace(
                shipped(key, number, tuple(message.text.languages)),
                kind=kind,
                cap=message.meta["cap"],
                closes=None if kind == "first" or not same else same[-1].number,
                starts=NOON,
            )
        )
    value = situation(
        *(
            incident(*same, number=number, exercise=exercise)
            for number, same in enumerate(items.values(), start=1)
        )
    )
    exercises = {text.title for item in items["exercise"] for text in item.texts.values()}
    found = documents(value, "/ovelse" if exercise else "")
    assert len(found) == len(messages())
    assert not documents(value, "" if exercise else "/ovelse")
    assert problems(found) == []
    for content in found.values():
        root = ElementTree.fromstring(content)
        assert of(root, "status") == ["Exercise" if exercise else "Actual"]
        assert all(
            ("ØVELSE" in said) == exercise or said in exercises for said in of(root, "headline")
        )


def test_the_checker_finds_what_is_wrong() -> None:
    (path, content), *_ = documents(chain()).items()
    assert problems({path: content}) == []
    for wrong, mended in (
        (b"<scope>Public</scope>", b""),
        (b"<sender>eksempel.dk", b"<sender>eksempel, dk"),
        (b"+01:00</sent>", b"Z</sent>"),
        (b"<headline>Kog", b"<headline>&lt;b&gt;Kog&lt;/b&gt;"),
        (b"<web>https:", b"<web>"),
    ):
        assert wrong in content
        assert problems({path: content.replace(wrong, mended)}), wrong


def test_an_update_a_correction_and_an_all_clear_refer_to_all_before_them() -> None:
    assert problems(documents(chain())) == []
    roots = [parsed(chain(), number) for number in (1, 2, 3, 4)]
    assert [of(root, "msgType")[0] for root in roots] == ["Alert", "Update", "Update", "Cancel"]
    references = [" ".join(of(root, "references")).split() for root in roots]
    assert [len(item) for item in references] == [0, 1, 2, 3]
    assert references[3][0] == "eksempel.dk,20261121T102000Z-1-1,2026-11-21T11:20:00+01:00"
    assert references[3][:2] == references[2]


def test_an_all_clear_says_that_it_is_over_and_what_to_do_now() -> None:
    root = parsed(chain(), 4)
    assert set(of(root, "responseType")) == {"AllClear"}
    assert set(of(root, "urgency")) == {"Past"}
    assert of(root, "instruction")[0]


def test_it_tells_what_where_until_when_and_whom_to_call() -> None:
    root = parsed(chain(), 1)
    assert of(root, "language") == ["da-DK", "en", "de"]
    assert of(root, "event") == ["Kog vandet", "Boil the water", "Wasser abkochen"]
    assert of(root, "headline")[1] == "Boil the water in Rødekro"
    assert of(root, "areaDesc")[0] == "Rødekro, Østergade"
    assert of(root, "valueName")[1] == "kommunekode"
    assert of(root, "value")[1] == "0580"
    assert of(root, "contact")[0] == "+4570203040"
    assert of(root, "expires")[0] == "2026-11-21T14:20:00+01:00"
    assert of(root, "web")[1] == "https://eksempel.dk/akut/en/i/1/#b1"
    assert of(root, "severity")[0] == "Severe"


def test_what_to_do_stands_in_the_instruction_and_the_rest_in_the_description() -> None:
    root = parsed(one(), 1)
    assert of(root, "instruction")[0].splitlines()[-3:] == [
        "- Kog vandet i 1 minut, før du drikker det.",
        "- Børst tænder i kogt vand.",
        "Ring på 70\u00a020\u00a030\u00a040.",
    ]
    assert of(root, "description")[0].startswith("Hvad er der sket\nVandet i Rødekro kan gøre")


def test_without_an_area_it_is_for_the_municipality() -> None:
    assert of(parsed(one(), 1), "areaDesc")[0] == "Eksempel Kommune"


def test_a_language_without_words_of_its_own_has_no_info() -> None:
    copied = {"da": text("da"), "en": replace(text("da"), language="en")}
    assert of(parsed(situation(incident(announcement(texts=copied))), 1), "language") == ["da-DK"]


def test_nothing_that_happens_later_changes_a_message() -> None:
    frozen = Issuer("Eksempel Kommune", "https://eksempel.dk", "0580")
    before = situation(incident(announcement(issuer=frozen)), code="0580")
    later = replace(
        situation(
            incident(
                ended(1, issuer=frozen),
                announcement(2, kind="end", closes=1, standing=Standing.OVER),
                closed_at=NOON,
            ),
            municipality="Ny Kommune",
            address="ny.dk",
            languages=("en", "da", "ar"),
        ),
        read_at=NOON + timedelta(days=400),
    )
    path, content = next(iter(documents(before).items()))
    assert documents(later)[path] == content
    assert documents(replace(before, read_at=NOON + timedelta(minutes=5)))[path] == content


def test_a_restored_hub_gives_a_number_again_but_never_an_identifier() -> None:
    again = announcement(1, issued_at=NOON - timedelta(minutes=1))
    names = {*documents(one()), *documents(situation(incident(again)))}
    assert len(names) == 2


def test_one_whose_promise_was_broken_is_repeated_before_it_expires() -> None:
    late = replace(one(), read_at=NOON + timedelta(hours=2))
    found = documents(late)
    assert problems(found) == []
    first, again = (ElementTree.fromstring(content) for content in found.values())
    assert of(again, "msgType") == ["Update"]
    assert "Vi skulle have skrevet igen senest" in of(again, "description")[0]
    sent, expires = (datetime.fromisoformat(of(again, name)[0]) for name in ("sent", "expires"))
    assert sent < datetime.fromisoformat(of(first, "expires")[0])
    assert expires > late.read_at
    assert documents(replace(late, read_at=NOON + timedelta(hours=3))) == found


def test_it_is_repeated_ever_more_seldom_and_no_more_once_it_is_ended() -> None:
    assert len(documents(replace(one(), read_at=NOON + timedelta(days=365)))) == 10
    end = NOON + timedelta(days=3)
    over = announcement(2, kind="end", closes=1, standing=Standing.OVER, issued_at=end)
    value = situation(incident(ended(1, ended_at=end), over))
    found = documents(replace(value, read_at=NOON + timedelta(days=365)))
    assert len(found) == 4
    assert problems(found) == []


def test_what_is_announced_ahead_is_no_observation() -> None:
    item = announcement(
        phase="before", starts=NOON + timedelta(days=2), until=NOON + timedelta(days=3)
    )
    root = parsed(situation(incident(item)), 1)
    assert (of(root, "urgency")[0], of(root, "certainty")[0]) == ("Future", "Likely")
    assert of(root, "responseType")[0] == "Prepare"


def test_the_index_leads_to_every_message_of_the_last_days_newest_first() -> None:
    files = feed_files(chain())
    atom = "{http://www.w3.org/2005/Atom}"
    entries = ElementTree.fromstring(files["/cap/index.atom"]).findall(f"{atom}entry")
    links = [item.find(f"{atom}link") for item in entries]
    paths = [link.attrib["href"].removeprefix("https://eksempel.dk/akut") for link in links]  # type: ignore[union-attr]
    assert [path[-7:] for path in paths] == ["1-4.xml", "1-3.xml", "1-2.xml", "1-1.xml"]
    assert set(paths) <= set(files)
    old = replace(chain(), read_at=NOON + timedelta(days=4))
    assert b"<entry>" not in feed_files(old)["/cap/index.atom"]


@settings(max_examples=40, deadline=None)
@given(
    title=st.text(max_size=60),
    words=st.text(max_size=200),
    place=st.text(max_size=30),
    name=st.text(min_size=1, max_size=30),
)
def test_no_words_break_the_document(title: str, words: str, place: str, name: str) -> None:
    nasty = f"<p>&lt;b&gt; ]]&gt; &amp; 🌊 مياه {words}</p>"
    item = announcement(
        texts={"da": text("da", title or "x", html=nasty), "ar": text("ar")}, areas=(place,)
    )
    found = documents(situation(incident(item), municipality=name, code="0580"))
    for content in found.values():
        assert not list(schema().iter_errors(ElementTree.fromstring(content)))
        assert "🌊 مياه" in content.decode()


def test_arabic_keeps_the_digits_of_a_telephone_number_in_order() -> None:
    item = announcement(texts={"ar": text("ar")})
    instruction = of(parsed(situation(incident(item)), 1), "instruction")[0]
    assert "\u206670\u00a020\u00a030\u00a040\u2069" in instruction.replace("\u2068", "").replace(
        "\u2069\u2069", "\u2069"
    )


def test_a_file_of_the_past_is_made_once() -> None:
    first, again = documents(history(3)), documents(history(3))
    assert first.keys() == again.keys()
    assert all(first[path] is again[path] for path in first)


def test_a_clock_that_was_set_back_makes_no_message_older_than_what_it_refers_to() -> None:
    first = ended(1, standing=Standing.UPDATED, ended_at=NOON, next_update=NOON)
    after = announcement(2, kind="update", closes=1, issued_at=first.issued_at - timedelta(hours=1))
    found = documents(situation(incident(first, after)))
    assert len(found) == 2
    assert problems(found) == []
