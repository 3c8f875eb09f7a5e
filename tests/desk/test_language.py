"""Danish unless somebody chose English; every word is there in both."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from hub.desk import translations_check
from hub.desk.language import po_files
from hub.desk.translations_check import ROOT, check, extracted, update
from tests.desk.conftest import EVA, Browser, LoginAs

pytestmark = pytest.mark.usefixtures("town")


def test_the_desk_speaks_danish_whatever_the_browser_asks_for(login_as: LoginAs) -> None:
    answer = login_as(EVA).get("/desk/", headers={"Accept-Language": "en,de;q=0.5"})
    assert '<html lang="da"' in answer.text
    assert "Venter på dig" in answer.text


def test_a_person_can_have_it_in_english_and_comes_back_to_the_page(login_as: LoginAs) -> None:
    browser = login_as(EVA)
    answer = browser.send("/desk/language", language="en", next="/desk/journal?words=x")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/desk/journal?words=x"
    assert "Waiting for you" in browser.get("/desk/").text
    browser.send("/desk/language", language="da", next="/desk/")
    assert "Venter på dig" in browser.get("/desk/").text


@pytest.mark.parametrize("asked", ["fr", "", "../../etc", "da;en"])
def test_another_language_is_not_taken(login_as: LoginAs, asked: str) -> None:
    browser = login_as(EVA)
    assert browser.send("/desk/language", language=asked).status_code == 303
    assert '<html lang="da"' in browser.get("/desk/").text


def test_a_cookie_with_nonsense_is_danish(anybody: Browser) -> None:
    anybody.set_cookie("desk_language", "xx_YY", path="/desk")
    assert anybody.get("/desk/nothing").text.count('lang="da"') >= 1


def test_every_word_is_translated(capsys: pytest.CaptureFixture[str]) -> None:
    assert translations_check.main([]) == 0, capsys.readouterr().out


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The words of the real desk, to be spoilt."""
    shutil.copytree(ROOT / "translations", tmp_path / "translations")
    return tmp_path


def spoil(root: Path, pattern: str, by: str) -> None:
    path = root / "translations/da/LC_MESSAGES/desk.po"
    text = path.read_text(encoding="utf-8")
    changed = re.sub(pattern, by, text, count=1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


@pytest.mark.parametrize(
    ("pattern", "by", "says"),
    [
        (
            r'msgid "yesterday"\nmsgstr "i går"',
            'msgid "yesterday"\nmsgstr ""',
            "'yesterday' is not translated",
        ),
        (r'msgid "yesterday"', 'msgid "the day before"', "'the day before' is not used any more"),
        (r'msgid "yesterday"', '#, fuzzy\nmsgid "yesterday"', "'yesterday' is marked fuzzy"),
        (r'msgstr "om %\(time\)s"', 'msgstr "om %(tid)s"', "has other fields"),
        (r'msgstr "om %\(time\)s"', 'msgstr "om lidt"', "has other fields"),
        (r'msgstr\[1\] "%\(num\)d dage"', 'msgstr[1] ""', "is not translated"),
    ],
)
def test_the_check_finds(copy: Path, pattern: str, by: str, says: str) -> None:
    wanted = extracted(ROOT)
    spoil(copy, pattern, by)
    assert any(says in line for line in check(copy, "da", wanted))


def test_the_check_finds_two_translations_of_one_word(copy: Path) -> None:
    folder = copy / "translations/da/LC_MESSAGES"
    (folder / "other.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "yesterday"\nmsgstr "dagen før"\n',
        "utf-8",
    )
    assert any("differently" in line for line in check(copy, "da", extracted(ROOT)))


def test_an_update_adds_what_is_missing_and_keeps_the_rest(copy: Path) -> None:
    wanted = extracted(ROOT)
    before = check(copy, "da", wanted)
    wanted[("A new word for %(name)s", None)] = "hub/desk/new.py:1"
    wanted[("Elsewhere", None)] = "hub/other/new.py:1"
    spoil(copy, r'msgid "yesterday"', 'msgid "the day before"')
    update(copy, "da", "desk", wanted, ("hub/desk/new", "hub/desk/formats"))
    problems = [line for line in check(copy, "da", wanted) if line not in before]
    assert any("A new word for" in line for line in problems)
    assert any("'yesterday'" in line for line in problems)
    assert any("Elsewhere" in line and line.startswith("hub/other") for line in problems)
    assert len(problems) == 3


def test_every_danish_file_can_be_read() -> None:
    assert po_files("da")
