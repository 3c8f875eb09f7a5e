"""Reading a library folder: all mistakes at once, each with file, line and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import NotFound
from hub.library.files import LibraryRead, read_library
from tests.library.samples import FILES, changed, line_of, write

SHIPPED = Path(__file__).parents[2] / "messages"
DURING, SCENARIO = "boil/during.da.md", "boil/scenario.toml"


def read(folder: Path, files: Mapping[str, str | bytes]) -> LibraryRead:
    return read_library(write(folder, files))


def test_the_sample_has_no_mistake(tmp_path: Path) -> None:
    found = read(tmp_path, dict(FILES))
    assert found.problems == ()
    assert list(found.messages) == ["boil/during", "boil/update"]
    assert found.refused == ()


def test_the_shipped_messages_have_no_mistake() -> None:
    found = read_library(SHIPPED)
    assert [str(problem) for problem in found.problems] == []
    assert len(found.messages) == len(found.keys) >= 19


def test_a_message_holds_what_its_texts_use_and_no_more(tmp_path: Path) -> None:
    found = read(tmp_path, dict(FILES))
    during, update = found.messages["boil/during"], found.messages["boil/update"]
    assert [slot.name for slot in during.text.slots] == [
        "place",
        "from",
        "next_update",
        "phone",
        "reason",
    ]
    assert [slot.name for slot in update.text.slots] == ["place", "next_update", "phone"]
    assert [fact.name for fact in during.text.facts] == ["boil_minutes"]
    assert (update.text.facts, update.text.decisions) == ((), ())
    assert update.paths == ("boil/scenario.toml", "boil/update.da.md")
    assert during.translations["en"].on == "2026-11-20"
    assert during.meta["co_signers"] == ["vandværk"]
    assert list(during.text.languages) == ["da", "en"]


def test_a_change_elsewhere_in_the_scenario_leaves_the_hash_alone(tmp_path: Path) -> None:
    before = read(tmp_path / "a", dict(FILES)).messages
    files = changed(SCENARIO, 'example = "Et rør er sprunget"', 'example = "Et uheld"')
    after = read(tmp_path / "b", files).messages
    assert after["boil/update"].text.hash == before["boil/update"].text.hash
    assert after["boil/during"].text.hash != before["boil/during"].text.hash


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.decode().replace("å", "a\u030a").replace("ø", "ø").encode(),
        lambda content: content + b"\n\n",
    ],
    ids=["CRLF", "BOM", "decomposed", "blank lines at the end"],
)
def test_editors_differ_and_the_hash_does_not(tmp_path: Path, rewrite: object) -> None:
    assert callable(rewrite)
    files = {path: rewrite(text.encode()) for path, text in FILES.items()}
    plain, other = read(tmp_path / "a", dict(FILES)), read(tmp_path / "b", files)
    assert other.problems == ()
    for key, message in plain.messages.items():
        assert other.messages[key].text.hash == message.text.hash
    assert other.content == files


TEXT_MISTAKES = [
    ("{place}\n---", "{plce}\n---", "{plce}", "unknown slot {plce}; did you mean {place}?"),
    (
        "{fact.boil_minutes}.\nVi",
        "{fact.boil_minuts}.\nVi",
        "minuts",
        "did you mean {fact.boil_minutes}?",
    ),
    (
        "{phone}.\n\n## Web",
        "{local.dept}.\n\n## Web",
        "{local.dept}",
        "did you mean {local.depth}?",
    ),
    ("{when reason}", "{when raeson}", "{when raeson}", "did you mean reason?"),
    ("{when reason}", "{when mode=burried}", "mode=burried", "no option 'burried'"),
    ("{end}\n", "", "{when reason}", "never closed"),
    ("før du drikker", "før } du drikker", "før }", "closes nothing"),
    ("før du drikker", "før {du drikker", "før {du", "not closed"),
    ("## Phone", "## Telefon", "## Telefon", "unknown section 'Telefon'"),
    ("## Phone", "## phone", "## phone", "did you mean ## Phone?"),
    ("## Web", "## SMS", "## Web", "duplicate section ## SMS"),
    ("title: Kog vandet i {place}\n", "", "---", "title is missing"),
    ("title: Kog vandet i {place}", "title: ", "title:", "title is empty"),
    ("title: Kog vandet i {place}", "title: {place}: kog", "title:", "double quotes"),
    ("title: Kog vandet i {place}", "title: {place}", "title:", "double quotes"),
    ("title: Kog vandet i {place}", "title: Kog vand # nu", "title:", "cut off at #"),
    (
        "title: Kog vandet i {place}",
        "title: Kog\ntitle: Bad",
        "title: Bad",
        "duplicate key 'title'",
    ),
    ("title: Kog vandet i {place}", "title: Kog\ntitel: x", "titel", "did you mean title?"),
    ("title: Kog vandet i {place}", "title: Kog\ntranslated_on: i dag", "i dag", "2026-11-20"),
    ("---\ntitle", "title", "title", "front matter is missing"),
    ("---\n\n## SMS", "\n\n## SMS", "---", "never closed"),
    ("\n## SMS", "\nord\n\n## SMS", "ord", "outside the sections"),
    ("- {#boil} Kog", "- {#boil} <b>Kog</b>", "<b>Kog", "raw HTML"),
    ("Det gælder i", "# Det gælder i", "# Det", "headings start at ###"),
    ("{next_update}. Ring til", "{next_update:long}. Ring til", ":long", "short, date, time"),
    ("Ring på {phone}.", "Ring på {reason}.", "på {reason}", "is optional"),
]


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    TEXT_MISTAKES,
)
def test_a_mistake_in_a_text_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, at: str, reason: str
) -> None:
    files = changed(DURING, old, new)
    found = read(tmp_path, files)
    lines = files[DURING].splitlines()
    shown = [str(problem) for problem in found.problems]
    hits = [
        problem for problem in found.problems if reason in problem.reason and problem.path == DURING
    ]
    assert hits, shown
    expected = [number for number, line in enumerate(lines, 1) if at in line]
    if reason.startswith("duplicate section"):
        expected = [number for number, line in enumerate(lines, 1) if line == "## SMS"][1:]
    assert hits[0].line in expected, shown
    assert found.refused == ("boil/during",)
    assert "boil/update" in found.messages


SCENARIO_MISTAKES = [
    ('title = { da = "Kog vandet", en = "Boil the water" }\n', "", 1, "title is missing"),
    ('en = "Boil the water"', 'de = "Wasser"', 1, "title has no en"),
    ('da = "Kog vandet", ', "", 1, "title has no da"),
    ('en = "Boil the water"', 'eng = "Boil the water"', 1, "title has no en"),
    ('en = "Boil the water"', 'en = "Boil", xx = "?"', 1, "unknown language 'xx'"),
    ('owner = "Vand og Miljø"', 'owner = ""', 2, "owner is empty"),
    ('owner = "Vand og Miljø"', "owner = 3", 2, "owner is the number 3; it must be text"),
    ('owner = "Vand og Miljø"', 'ownr = "Vand"', 2, "did you mean owner?"),
    ('["vandværk"]', '"vandværk"', 3, "it must be a list"),
    ('["vandværk"]', '["a", "a"]', 3, "'a' twice"),
    ('["sms", "web", "phone"]', '["sms", "wep"]', 5, "did you mean web?"),
    ("review_months = 6", "review_months = 13", 6, "1 to 12"),
    ("review_months = 6", "review_months = 0", 6, "1 to 12"),
    ("review_months = 6", "review_months = true", 6, "whole number"),
    ("repeat_is_harmless = false", 'repeat_is_harmless = "no"', 7, "true or false"),
    ('severity = "severe"', 'severity = "sever"', 8, "did you mean severe?"),
    ('category = "Health"', 'category = "Helth"', 12, "did you mean Health?"),
    ('urgency = "Immediate"\n', "", 11, "cap.urgency is missing"),
    ('value = "both"', 'value = "boths"', 20, "did you mean both?"),
    ("value = 30", "value = 3.5", 24, "whole number, or text"),
    ('type = "place"', 'type = "plase"', 28, "did you mean place?"),
    ('type = "place"\n', "", 27, "slots.place.type is missing"),
    ("[slots.place]", "[slots.municipality]", 27, "the hub fills it by itself"),
    ("[slots.place]", "[slots.end]", 27, "choose another name"),
    ("[slots.place]", "[slots.Place]", 27, "small letters"),
    ("[slots.place]", "[slots.mode]", 27, "both a slot and a decision"),
    ('example = "Rødekro"', 'example = ""', 30, "example is missing"),
    ('example = "+3h"', 'example = "+30h"', 40, "more than 24 hours ahead"),
    ('example = "+3h"', 'example = "snart"', 40, "the example does not fit"),
    ('example = "74 20 12 34"', 'example = "112"', 45, "must stay free for emergencies"),
    ("required = false", 'required = "no"', 51, "true or false"),
    ("required = false", "max_length = 500", 51, "max_length is 500"),
    ("required = false", "requird = false", 51, "did you mean required?"),
    ("[slots.place]", "[slots]\n[slots.place]\n[slots.place]", 29, "duplicate key 'slots.place'"),
    ("review_months = 6", "review_months = 6\nowner = 1", 7, "it stands on line 2 already"),
    ('owner = "Vand og Miljø"', 'owner = "Vand', 2, "not TOML"),
    ("review_months = 6", "review_months = seks", 6, "not TOML"),
]


@pytest.mark.parametrize(("old", "new", "line", "reason"), SCENARIO_MISTAKES)
def test_a_mistake_in_a_scenario_is_told_with_its_line_and_stops_all_its_messages(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    files = changed(SCENARIO, old, new)
    found = read(tmp_path, files)
    hits = [
        problem.line
        for problem in found.problems
        if problem.path == SCENARIO and reason in problem.reason
    ]
    assert hits == [line], [str(problem) for problem in found.problems]
    assert found.messages == {}
    assert found.refused == ("boil/during", "boil/update")


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("value = 1", "value = 1.5", 3, "whole number, or text"),
        ("value = 1\n", "", 2, "boil_minutes.value is missing"),
        ('source = "a boil guide"', "", 2, "source is missing"),
        ("checked = 2026-11-20", 'checked = "2026-11-20"', 6, "a date without quotes"),
        ("checked = 2026-11-20", "checked = 2026-11-20T10:00:00", 6, "time of day"),
        ('checked_by = "Vand"', 'checkd_by = "Vand"', 7, "did you mean checked_by?"),
    ],
)
def test_a_mistake_in_a_fact_stops_the_messages_that_use_it_only(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    found = read(tmp_path, changed("facts.toml", old, new))
    hits = [problem for problem in found.problems if reason in problem.reason]
    assert [(problem.path, problem.line) for problem in hits] == [("facts.toml", line)]
    assert {problem.path for problem in found.problems} == {"facts.toml"}
    assert found.refused == ("boil/during",)


def test_a_facts_file_that_cannot_be_read_is_one_mistake_not_many(tmp_path: Path) -> None:
    found = read(tmp_path, changed("facts.toml", "value = 1", "value = "))
    assert [(problem.path, problem.line) for problem in found.problems] == [("facts.toml", 3)]
    assert found.refused == ("boil/during",)


def test_a_number_never_loses_its_unit_in_another_language(tmp_path: Path) -> None:
    files = {**FILES, "boil/during.pl.md": FILES["boil/during.en.md"]}
    found = read(tmp_path, files)
    lines = {problem.line for problem in found.problems}
    assert {"the fact 'boil_minutes' has a unit, but none in pl; add it in facts.toml"} == {
        problem.reason for problem in found.problems
    }
    assert line_of("boil/during.en.md", "Let it boil") in lines


def test_easy_danish_may_be_a_page_alone_and_has_the_units_of_danish(tmp_path: Path) -> None:
    danish = FILES[DURING]
    easy = f"{danish[: danish.index('## SMS')]}## Web{danish.partition('## Web')[2].partition('## Phone')[0]}"
    found = read(tmp_path, {**FILES, "boil/during.da-x-let.md": easy})
    assert found.problems == ()
    version = found.messages["boil/during"].text
    assert version.languages["da-x-let"].sms == ""
    fact = next(fact for fact in version.facts if fact.name == "boil_minutes")
    assert fact.words("da-x-let") == fact.words("da") == "1 minut"


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    files = {
        **FILES,
        DURING: FILES[DURING].replace("{place}", "{plce}").replace("{end}\n", ""),
        "boil/during.en.md": FILES["boil/during.en.md"].replace("## Web", "## Wep"),
        "boil/update.da.md": FILES["boil/update.da.md"].replace("{closes}", "{closes"),
        "facts.toml": FILES["facts.toml"].replace('source = "brs.dk"\n', ""),
        "latrine/during.da.md": FILES[DURING],
    }
    found = read(tmp_path, files)
    assert {problem.path for problem in found.problems} == {
        DURING,
        "boil/during.en.md",
        "boil/update.da.md",
        "facts.toml",
        "latrine/scenario.toml",
    }
    assert sum("{plce}" in problem.reason for problem in found.problems) == 4
    assert found.messages == {}
    assert found.problems == tuple(sorted(found.problems))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("boil/durng.da.md", "unknown phase 'durng' in the file's name; did you mean during?"),
        ("boil/before.xx.md", "unknown language 'xx'"),
        ("boil/before.DA.md", "unknown language 'DA'"),
        ("boil/before.xx-x-let.md", "unknown language 'xx-x-let'"),
        ("boil/notes.txt", "has no place here"),
        ("boil/scenario.tom", "has no place here"),
        ("fact.toml", "did you mean facts.toml?"),
        ("during.da.md", "outside a scenario's folder"),
        ("Water Boil/during.da.md", "cannot name a scenario"),
    ],
)
def test_a_file_with_a_wrong_name_is_told(tmp_path: Path, name: str, reason: str) -> None:
    found = read(tmp_path, {**FILES, name: FILES[DURING]})
    hits = [problem for problem in found.problems if problem.path == name]
    assert len(hits) == 1
    assert reason in hits[0].reason
    assert set(found.messages) == {"boil/during", "boil/update"}


def test_what_editors_leave_behind_is_ignored(tmp_path: Path) -> None:
    leftovers = [".DS_Store", "during.da.md~", ".during.da.md.swp", "#during.da.md#", "x.bak"]
    files = {f"boil/{name}": "x" for name in leftovers}
    found = read(tmp_path, {**FILES, **files, "README.md": "x", "pictures/Map 1.png": "x"})
    assert found.problems == ()
    assert set(found.content) == set(FILES)


def test_a_phase_without_danish_is_refused(tmp_path: Path) -> None:
    files = {**FILES, "boil/before.en.md": FILES["boil/during.en.md"]}
    found = read(tmp_path, files)
    assert [str(problem) for problem in found.problems] == [
        "boil/before.da.md:1: the Danish text is missing; every message has one"
    ]
    assert found.refused == ("boil/before",)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (
            FILES[DURING].encode("cp1252"),
            7,
            "byte 0xF8 is not UTF-8 (in Windows-1252 it would be 'ø')",
        ),
        (FILES[DURING].encode("utf-16"), 1, "UTF-16"),
        (FILES[DURING].replace("\n", "\r").encode(), 1, "carriage return"),
    ],
)
def test_a_file_that_is_not_utf8_says_so(
    tmp_path: Path, content: bytes, line: int, reason: str
) -> None:
    found = read(tmp_path, {**FILES, DURING: content})
    (problem,) = found.problems
    assert (problem.path, problem.line) == (DURING, line)
    assert reason in problem.reason


@pytest.mark.parametrize(
    "text", ["", "\n", "x", "---", "---\n---", "---\ntitle: x\n---\n", "## SMS"]
)
def test_a_file_with_next_to_nothing_in_it_names_what_is_missing(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, {**FILES, DURING: text})
    reasons = "\n".join(problem.reason for problem in found.problems)
    assert "the section ## Web is missing" in reasons
    assert "the section ## Phone is missing" in reasons
    assert found.refused == ("boil/during",)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.integers(0, 500))
def test_no_text_stops_the_others(words: str, place: int) -> None:
    with TemporaryDirectory() as folder:
        broken = FILES[DURING][:place] + words + FILES[DURING][place:]
        found = read(Path(folder), {**FILES, DURING: broken.encode("utf-8", "surrogatepass")})
        assert "boil/update" in found.messages
        lines = broken.count("\n") + 1
        assert all(1 <= problem.line <= lines for problem in found.problems)
        assert ("boil/during" in found.messages) == (not found.problems)


def test_a_personal_slot_stands_in_the_sms_only(tmp_path: Path) -> None:
    personal = 'example = "Rødekro"\npersonal = true\ncolumn = "by"'
    found = read(tmp_path, changed(SCENARIO, 'example = "Rødekro"', personal))
    lines = {problem.line for problem in found.problems if problem.path == DURING}
    assert all("personal" in problem.reason for problem in found.problems)
    assert lines == {
        line_of(DURING, "title:"),
        line_of(DURING, "Det gælder i"),
        line_of(DURING, "## Phone") + 4,
    }


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no folder"):
        read_library(tmp_path / "nowhere")
