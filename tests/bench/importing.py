"""Importing a list of 200,000 rows."""

from __future__ import annotations

import random

import phonenumbers

from hub.audiences.importing import import_list
from tests.bench.measuring import line, scratch_app, timed
from tests.conftest import SHELL

ROWS = 200_000
BASELINE_ROWS = 20_000


def numbers() -> list[str]:
    chance = random.Random(7)
    return [str(number) for number in chance.sample(range(20_110_000, 29_990_000), ROWS)]


def run() -> None:
    cells = numbers()
    rows = ["Navn;Mobil;Sprog;Bydel;Tid"]
    rows += [
        f"Borger {i};{c[:2]} {c[2:4]} {c[4:6]} {c[6:]};da;Øst;2026-11-24 10:30"
        for i, c in enumerate(cells)
    ]
    data = "\n".join(rows).encode()
    with timed() as plain:
        for cell in cells[:BASELINE_ROWS]:
            number = phonenumbers.parse(cell, "DK")
            if phonenumbers.is_valid_number(number):
                phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    baseline = plain.per_second(BASELINE_ROWS)
    line("baseline: a loop that only parses and validates", baseline, "rows/s")
    with scratch_app(), timed() as ours:
        result = import_list("bench", data, "bench.csv", actor=SHELL)
    line(
        f"import {ROWS:,} rows, normalised, encrypted, stored ({result.accepted:,} taken)",
        ours.per_second(ROWS),
        "rows/s",
        baseline,
    )
