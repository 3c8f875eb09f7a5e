"""axe-core in a browser's page: what breaks WCAG 2.2 AA, told so that it can be found."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LIGHT = ("light", 360)
DARK = ("dark", 1280)
LOOKS = (LIGHT, DARK)
"""Each page is looked at as a telephone by day and as a desk by night: both layouts, both sets of colours."""
LOOKED_AT = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
"""The rules about how a page looks; the others say the same in every look."""
_RUN = """
async ([type, values]) => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  const found = await axe.run(document, {runOnly: {type, values}, resultTypes: ["violations"], preload: false});
  return found.violations.map(rule => [rule.id, rule.help, rule.nodes.map(node => [
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


def faults(page: Page, name: str) -> list[str]:
    """What is wrong with the page that is open, in each of the looks: one line for each element."""
    script()
    found = []
    for scheme, width in LOOKS:
        first = (scheme, width) == LOOKS[0]
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 740})
        if not page.evaluate("'axe' in window"):
            page.evaluate(script())
        rules = ["tag", TAGS] if first else ["rule", LOOKED_AT]
        for rule, says, nodes in page.evaluate(_RUN, rules):
            found += [
                f"{name} ({scheme}, {width} px): {rule}: {says}\n    {where}: {why}"
                for where, why in nodes
            ]
    return found
