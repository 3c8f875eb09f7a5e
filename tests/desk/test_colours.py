"""Text can be read in light and in dark: WCAG 2.2, 1.4.3 and 1.4.11."""

from __future__ import annotations

import re

import pytest

from hub.desk.static_files import FOLDER

CSS = (FOLDER / "desk.css").read_text(encoding="utf-8")
TEXT, MARK = 4.5, 3.0
ON_PAPER = (
    "ink",
    "soft",
    "link",
    "action",
    "force",
    "sending",
    "waiting",
    "ended",
    "approved",
    "danger",
)
PAIRS = [
    *[(name, "paper", TEXT) for name in ON_PAPER],
    *[(name, "raised", TEXT) for name in ("ink", "soft", "link", "force", "waiting")],
    *[
        (name, f"{name}-ground", TEXT)
        for name in ("force", "sending", "waiting", "ended", "approved")
    ],
    *[
        ("ink", f"{name}-ground", TEXT)
        for name in ("force", "sending", "waiting", "ended", "approved")
    ],
    *[("soft", f"{name}-ground", TEXT) for name in ("sending", "ended")],
    *[("action", "sending-ground", TEXT), ("link", "sending-ground", TEXT)],
    ("action-ink", "action", TEXT),
    ("action-ink", "action-over", TEXT),
    ("danger-ink", "danger", TEXT),
    ("danger-ink", "danger-over", TEXT),
    ("real-ink", "real", TEXT),
    ("exercise-ink", "exercise", TEXT),
    ("exercise-ink", "exercise-stripe", TEXT),
    ("edge", "paper", MARK),
    ("edge", "raised", MARK),
    ("edge", "ended-ground", MARK),
]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", block))


LIGHT = tokens(CSS[: CSS.index("@media (prefers-color-scheme: dark)")])
DARK = {
    **LIGHT,
    **tokens(CSS[CSS.index("@media (prefers-color-scheme: dark)") : CSS.index("*, *::before")]),
}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_ink_stands_out(scheme: str, ink: str, ground: str, least: float) -> None:
    colours = LIGHT if scheme == "light" else DARK
    found = contrast(colours[ink], colours[ground])
    assert found >= least, f"{ink} on {ground} in {scheme}: {found:.2f}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_seen_on_any_ground(scheme: str) -> None:
    """Dark line, yellow band: one of them stands out on whatever is beside it."""
    colours = LIGHT if scheme == "light" else DARK
    for ground in ("paper", "raised", "real", "exercise", "exercise-stripe", "action", "danger"):
        seen = max(contrast(colours[name], colours[ground]) for name in ("focus", "focus-ground"))
        assert seen >= MARK, ground


def test_colours_are_named_once() -> None:
    """Rules take their colours from the tokens; black and white for print and the focus apart."""
    rules = CSS[CSS.index("*, *::before") : CSS.index("@media print")]
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) <= {"#1a1a1a"}


def test_the_type_scale_holds() -> None:
    sizes = set(re.findall(r"font(?:-size)?:\s*([\d.]+)rem", CSS))
    assert sizes <= {"1", "1.25", "1.5", "2"}
