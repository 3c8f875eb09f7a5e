"""axe-core in a browser's page: what breaks WCAG 2.2 AA, told so that it can be found."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Look = tuple[str, int]
"""`light`, `dark` or `print`, and a width in pixels."""
LIGHT = ("light", 360)
DARK = ("dark", 1280)
LOOKS = (LIGHT, DARK)
"""Each page is looked at as a telephone by day and as a desk by night: both layouts, both sets of colours."""
LOOKED_AT = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
"""The rules about how a page looks; the others say the same in every look."""
_RUN = """
async ([type, values, kinds]) => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  const found = await axe.run(document, {runOnly: {type, values}, resultTypes: kinds, preload: false});
  return kinds.flatMap(kind => found[kind]).map(rule => [rule.id, rule.help, rule.nodes.map(node => [
    node.target.join(" "), (node.failureSummary || "").split("\\n").slice(1).map(line => line.trim()).join("; "),
  ])]);
}
"""


@cache
def script() -> str:
    """The text of axe-core; skips the test where it has not been installed."""
    if not SCRIPT.exists():
        reason = "axe-core is not installed: npm ci --prefix tests/browser --ignore-scripts"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return SCRIPT.read_text("utf-8")


def faults(
    page: Page, name: str, looks: Sequence[Look] = LOOKS, *, doubts: bool = False
) -> list[str]:
    """What is wrong with the page that is open, in each of the looks: one line for each element. With `doubts` also
    what axe cannot decide ("incomplete")."""
    script()
    found = []
    kinds = ["violations", "incomplete"] if doubts else ["violations"]
    for number, (scheme, width) in enumerate(looks):
        page.emulate_media(
            media="print" if scheme == "print" else "screen",
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page.set_viewport_size({"width": width, "height": 740})
        if not page.evaluate("'axe' in window"):
            page.evaluate(script())
        rules = ["rule", LOOKED_AT] if number else ["tag", TAGS]
        for rule, says, nodes in page.evaluate(_RUN, [*rules, kinds]):
            found += [
                f"{name} ({scheme}, {width} px): {rule}: {says}\n    {where}: {why}"
                for where, why in nodes
            ]
    return found
