"""Every rule of the linter: texts that it must catch, each beside a near miss that it must leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.text.lint import RULES, lint
from hub.text.lint_explain import EXPLAINED, TEXT
from tests.text.lint_cases import CASES, Case
from tests.text.lint_versions import ALL_CLEAR, DURING, EXERCISE


def test_the_versions_that_are_broken_here_are_whole() -> None:
    for version in (DURING, ALL_CLEAR, EXERCISE):
        assert lint(version) == ()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_catches_what_breaks_it_and_no_near_miss(case: Case) -> None:
    caught = [one for one in lint(case.caught, co_signers=case.signed) if one.rule == case.rule]
    assert case.severity in {one.severity for one in caught}
    assert all(one.message and one.fix and one.why for one in caught)
    spared = [
        one for one in lint(case.spared, co_signers=case.spared_signed) if one.rule == case.rule
    ]
    assert [one for one in spared if one.severity == case.severity] == []


def test_the_table_covers_every_rule() -> None:
    assert {case.rule for case in CASES} == set(RULES)


def test_every_rule_of_the_fact_sheet_is_explained_and_decided_somewhere() -> None:
    assert list(EXPLAINED) == [f"L{number:02}" for number in range(1, 37)]
    assert {name for name, rule in EXPLAINED.items() if rule.decided == TEXT} == set(RULES)
    for rule in EXPLAINED.values():
        assert rule.why.endswith(".")
        assert rule.mend.rstrip("'").endswith(".")


def test_a_rule_gives_no_severity_that_its_explanation_does_not_know() -> None:
    for case in CASES:
        for one in lint(case.caught, co_signers=case.signed):
            assert one.severity in EXPLAINED[one.rule].severity


def test_the_manual_has_every_rule() -> None:
    manual = (Path(__file__).resolve().parents[2] / "docs" / "linter.md").read_text()
    for rule in EXPLAINED.values():
        assert f"| {rule.id} | {rule.name} | {rule.severity} |" in manual
