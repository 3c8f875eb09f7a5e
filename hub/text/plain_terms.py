"""The words in which a change is said to readers who know no templates, in the interface's languages."""

from __future__ import annotations

from collections.abc import Mapping

from hub.text.plain_changes import Terms

TERMS: Mapping[str, Terms] = {
    "da": Terms(
        if_filled="Kun når {name} er udfyldt:",
        if_empty="Kun når {name} ikke er udfyldt:",
        if_chosen="Kun når {name} er {options}:",
        either="eller",
        ends="Herfra altid:",
        forms={"short": "kort", "date": "dato", "time": "klokkeslæt"},
        system={
            "municipality": "kommunens navn",
            "issued_at": "hvornår den blev sendt",
            "page": "borgersidens adresse",
            "number": "beskedens nummer",
            "closes": "nummeret på den besked, der ikke gælder mere",
            "update_no": "opdateringens nummer",
        },
    ),
    "en": Terms(
        if_filled="Only when {name} is filled in:",
        if_empty="Only when {name} is not filled in:",
        if_chosen="Only when {name} is {options}:",
        either="or",
        ends="From here always:",
        forms={"short": "short", "date": "date", "time": "time"},
        system={
            "municipality": "name of the municipality",
            "issued_at": "when it was sent",
            "page": "address of the page",
            "number": "number of the message",
            "closes": "number of the message that holds no more",
            "update_no": "number of the update",
        },
    ),
}
"""How the marks of a text are said where it is compared with what it was."""
