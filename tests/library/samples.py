"""A small library that is without mistakes and passes the linter; tests change it in one place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FACTS = """\
# shared numbers
[boil_minutes]
value = 1
unit = { da = "minut", en = "minute", de = "Minute" }
source = "a boil guide"
checked = 2026-11-20
checked_by = "Vand"

[litres]
value = 3
unit = "l"
source = "brs.dk"
checked = 2026-11-20
checked_by = "Beredskab"
"""

SCENARIO = """\
title = { da = "Kog vandet", en = "Boil the water" }
owner = "Vand og Miljø"
co_signers = ["vandværk"]
audiences = ["borger"]
channels = ["sms", "web", "phone"]
review_months = 6
repeat_is_harmless = false
severity = "severe"
verify = ["Check the minutes."]

[cap]
category = "Health"
urgency = "Immediate"
severity = "Severe"
certainty = "Observed"

[decisions.mode]
label = { da = "Måde", en = "Mode" }
options = ["residual", "burying", "both"]
value = "both"

[decisions.depth]
label = { da = "Dybde", en = "Depth" }
value = 30
unit = "cm"

[slots.place]
type = "place"
label = { da = "Sted", en = "Place" }
example = "Rødekro"

[slots.from]
type = "from"
label = { da = "Fra", en = "From" }
example = "+0h"

[slots.next_update]
type = "next_update"
label = { da = "Næste besked", en = "Next update" }
example = "+3h"

[slots.phone]
type = "phone"
label = { da = "Telefon", en = "Phone" }
example = "74 20 12 34"

[slots.reason]
type = "reason"
label = { da = "Årsag", en = "Reason" }
example = "Et rør er sprunget"
required = false
"""

DURING_DA = """\
---
title: Kog vandet i {place}
---

## SMS

{municipality}: {#boil} Kog vandet i {place}, før du drikker det.
Lad det koge i {fact.boil_minutes}.
Vi skriver igen senest {next_update:short}.
Mere: {page} eller {phone}.

## Web

Det gælder i {place} fra {from}.

- {#boil} Kog vandet i {fact.boil_minutes}, før du drikker det.

{when reason}
{reason}.
{end}

Vi skriver igen senest {next_update}. Ring til os på {phone}.

## Phone

Her er en besked fra {municipality}.

{#boil} Kog vandet i {place}, før du drikker det.
Lad det koge i {fact.boil_minutes}.

Vi kommer med nyt senest {next_update}. Ring på {phone}.
"""

DURING_EN = """\
---
title: Boil the water in {place}
translated_by: Anna <anna@example.dk>
translated_on: 2026-11-20
---

## SMS

{municipality}: {#boil} Boil the water in {place} before you drink it.
Let it boil for {fact.boil_minutes}.
We will write again by {next_update:short}.
More: {page} or {phone}.

## Web

This applies in {place} from {from}.

- {#boil} Boil the water for {fact.boil_minutes} before you drink it.

{when reason}
{reason}.
{end}

We will write again by {next_update}. Call us on {phone}.

## Phone

This is a message from {municipality}.

{#boil} Boil the water in {place} before you drink it.
Let it boil for {fact.boil_minutes}.

We will have news by {next_update}. Call {phone}.
"""

UPDATE_DA = """\
---
title: Kog stadig vandet i {place}
---

## SMS

{municipality}: {#boil} Kog stadig vandet i {place}.
Vi skriver igen senest {next_update:short}.
Besked {closes} gælder ikke mere. Det er opdatering {update_no}.
Mere: {page} eller {phone}.

## Web

Det nye: Vandet kan stadig gøre dig syg. Det gælder i {place}.

- {#boil} Kog stadig vandet.

Vi skriver igen senest {next_update}. Ring til os på {phone}. Besked {closes} gælder ikke mere.
Det er opdatering {update_no}.

## Phone

Her er en besked fra {municipality}. Det er opdatering {update_no}.

{#boil} Kog stadig vandet i {place}.

Vi kommer med nyt senest {next_update}. Ring på {phone}. Besked {closes} gælder ikke mere.
"""

FILES: Mapping[str, str] = {
    "facts.toml": FACTS,
    "boil/scenario.toml": SCENARIO,
    "boil/during.da.md": DURING_DA,
    "boil/during.en.md": DURING_EN,
    "boil/update.da.md": UPDATE_DA,
}


def write(folder: Path, files: Mapping[str, str | bytes] = FILES) -> Path:
    """Write files below `folder`; text as UTF-8 with `\\n`."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def changed(path: str, old: str, new: str) -> dict[str, str]:
    """The sample with one replacement, which must hit something."""
    assert old in FILES[path], f"{old!r} is not in {path}"
    return {**FILES, path: FILES[path].replace(old, new, 1)}


def line_of(path: str, words: str, files: Mapping[str, str] = FILES) -> int:
    """The number of the first line of a file that holds these words."""
    lines = files[path].splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)
