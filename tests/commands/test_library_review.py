"""`hub library review`, `approve --unsigned`, `show` and `diff`: languages, signatures and what changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.errors import NotAllowed, NotFound
from tests.commands.test_library import KEY, Run, data, loaded, run
from tests.library.samples import FILES, changed, write

__all__ = ["loaded", "run"]
ASTA, BO = ("--as", "author@example.dk"), ("--as", "approver@example.dk")
OLENA = ("--by", "Olena Koval", *ASTA)


def in_review(run: Run) -> None:
    run("submit", KEY, *ASTA)
    run("sign", KEY, "--party", "vandværk", "--by", "Ove", *ASTA)


def test_a_translation_is_signed_and_shown(run: Run, loaded: Path) -> None:
    before = data(run("show", KEY, "--json"))["languages"]
    assert {code: item["state"] for code, item in before.items()} == {
        "da": "master",
        "en": "unsigned",
    }
    assert before["en"]["signed_by"] is None
    text = run("show", KEY).stdout
    assert f"en        unsigned, hash {before['en']['hash']}" in text
    assert "da        Danish: the approver reads it" in text
    signed = data(run("review", KEY, "en", "--hash", before["en"]["hash"], *OLENA, "--json"))
    assert (signed["hash"], signed["signed_by"]) == (before["en"]["hash"], "Olena Koval")
    after = data(run("show", KEY, "--json"))["languages"]["en"]
    assert (after["state"], after["signed_by"], after["recorded_by"], after["recorded_at"]) == (
        "signed",
        "Olena Koval",
        "author@example.dk",
        signed["recorded_at"],
    )
    assert "en        signed by Olena Koval, recorded 20" in run("show", KEY).stdout


def test_who_translated_it_cannot_sign_it(run: Run, loaded: Path) -> None:
    with pytest.raises(NotAllowed, match=r"anna@example\.dk wrote or loaded the text in en"):
        run("review", KEY, "en", "--by", "anna@example.dk", *ASTA)


def test_an_approval_without_a_reason_warns_and_says_so(run: Run, loaded: Path) -> None:
    in_review(run)
    done = run("approve", KEY, *BO)
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        "Warning: nobody has signed boil/during in en. It is approved with no reason given: "
        "`hub library approve --unsigned REASON` keeps one, `hub library review` a signature."
    ]
    shown = data(run("show", KEY, "--json"))
    assert shown["approved_unsigned"] == {"languages": ["en"], "reason": "no reason given"}
    assert "approved without a reader's signature for en: no reason given" in (
        run("show", KEY).stdout
    )


def test_an_approval_with_a_reason_keeps_it(run: Run, loaded: Path) -> None:
    in_review(run)
    done = run("approve", KEY, "--unsigned", "tolken kommer i morgen", *BO, "--json")
    assert (done.stderr, data(done)["unsigned_languages"]) == ("", ["en"])
    shown = data(run("show", KEY, "--json"))
    assert shown["approved_unsigned"]["reason"] == "tolken kommer i morgen"


def test_an_approval_with_all_signed_says_nothing(run: Run, loaded: Path) -> None:
    run("review", KEY, "en", *OLENA)
    in_review(run)
    done = run("approve", KEY, *BO, "--json")
    assert (done.stderr, data(done)["unsigned_languages"]) == ("", [])
    assert data(run("show", KEY, "--json"))["approved_unsigned"] is None
    assert "without a reader's" not in run("show", KEY).stdout


@pytest.fixture
def next_version(run: Run, loaded: Path, tmp_path: Path) -> None:
    """Version 2 of boil/during: other words, an id, an example and an owner."""
    files = changed(
        "boil/during.da.md", "før du drikker det.\n\n{when", "inden du drikker.\n\n{when"
    )
    files["boil/during.en.md"] = FILES["boil/during.en.md"].replace("{#boil}", "{#cook}")
    files["boil/during.da.md"] = files["boil/during.da.md"].replace("{#boil}", "{#cook}")
    scenario = FILES["boil/scenario.toml"].replace('example = "Rødekro"', 'example = "Ribe"')
    files["boil/scenario.toml"] = scenario.replace("Vand og Miljø", "Forsyningen")
    run("load", str(write(tmp_path / "next", files)))


def test_a_difference_is_told_in_words(run: Run, next_version: None) -> None:
    lines = run("diff", KEY).stdout.splitlines()
    assert lines[:2] == [
        "boil/during: from version 1 (retired) to version 2 (draft)",
        "[-removed-] {+added+}; … stands for lines that are the same",
    ]
    text = "\n".join(lines)
    assert "Kog vandet i 1 minut, [-før-]{+inden+} du [-drikker det.-]{+drikker.+}" in text
    assert "en SMS:\n  Only marks that no citizen sees were changed." in text
    assert "slot place (Place) is changed:\n  example: Rødekro -> Ribe" in text
    assert "The scenario's own data:\n  owner: Vand og Miljø -> Forsyningen" in text
    assert "{#" not in text
    assert max(map(len, lines)) < 100


def test_a_difference_goes_between_any_two_versions(run: Run, next_version: None) -> None:
    found = data(run("diff", KEY, "2", "1", "--json"))
    assert (found["old"]["number"], found["new"]["number"]) == (2, 1)
    web = next(
        item for item in found["texts"] if (item["language"], item["field"]) == ("da", "web")
    )
    older = "".join(item["text"] for item in web["pieces"] if item["kind"] != "added")
    assert "inden du drikker" in older
    assert found["names"][0]["details"] == [
        {"property": ["example"], "before": "Ribe", "after": "Rødekro"}
    ]
    assert found["scenario"] == [
        {"property": ["owner"], "before": "Forsyningen", "after": "Vand og Miljø"}
    ]
    assert data(run("diff", KEY, "1", "--json")) == data(run("diff", KEY, "--json"))


def test_the_same_version_differs_in_nothing(run: Run, loaded: Path) -> None:
    for words in (("diff", KEY), ("diff", KEY, "1", "1")):
        assert run(*words).stdout.splitlines()[1] == "The two say the same."
    with pytest.raises(NotFound, match="has no version 9; the newest is 1"):
        run("diff", KEY, "9")
    with pytest.raises(NotFound, match="boil/during, boil/update"):
        run("diff", "boil/nothing")
