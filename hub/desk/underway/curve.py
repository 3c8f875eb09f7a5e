"""The delivery curve, drawn on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.sms.course import Course

WIDTH, HEIGHT = 600, 160
ROWS = 6
"""Rows of the table beside the drawing."""


@dataclass(frozen=True)
class Curve:
    """Two lines as SVG points, and the same in numbers: (until when, handed over, delivered)."""

    handed_over: str
    delivered: str
    begin: datetime
    end: datetime
    rows: tuple[tuple[datetime, int, int], ...]


def draw(course: Course | None, total: int) -> Curve | None:
    """The lines against all deliveries; None before anything was handed over."""
    if course is None or not total:
        return None
    return Curve(
        handed_over=_points(course.handed_over, total),
        delivered=_points(course.delivered, total),
        begin=course.begin,
        end=course.end,
        rows=tuple(_rows(course)),
    )


def _points(counts: Sequence[int], total: int) -> str:
    """From nothing at the left to the last count at the right; y grows downwards."""
    pairs = [(0.0, float(HEIGHT))]
    for index, number in enumerate(counts, 1):
        pairs.append((WIDTH * index / len(counts), HEIGHT * (1 - min(number / total, 1.0))))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)


def _rows(course: Course) -> list[tuple[datetime, int, int]]:
    count = len(course.handed_over)
    picked = sorted({round(count * (row + 1) / ROWS) - 1 for row in range(ROWS)} - {-1})
    return [
        (
            course.begin + course.step * (index + 1),
            course.handed_over[index],
            course.delivered[index],
        )
        for index in picked
    ]
