"""What to do next, in words: each step with its messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.desk import frame
from hub.desk.formats import day
from hub.desk.language import current
from hub.desk.prepared.names import PHASES
from hub.desk.words import LazyWords, lazy_gettext, ngettext
from hub.desk.words import gettext as _
from hub.library.next_steps import Step, StepKind
from hub.site.pages import own_name
from hub.text.types import Phase


@dataclass(frozen=True)
class StepShown:
    """A step as it is read. `messages` are the name and the address of each of its messages, `how` where it is done
    when that is not on a message's own page; `urgent`: something runs out within a week."""

    what: str
    how: str
    cells: int
    messages: tuple[tuple[str, str | None], ...]
    address: str | None
    owner: str
    urgent: bool


_WHAT: Mapping[StepKind, LazyWords] = {
    StepKind.LOAD: lazy_gettext("%(what)s: load what comes with Klarbesked"),
    StepKind.WRITE: lazy_gettext("%(what)s: all of it was retired. Write it anew"),
    StepKind.REPLACE: lazy_gettext("%(what)s: put right what was withdrawn as wrong (%(names)s)"),
    StepKind.TAKE_IN: lazy_gettext("%(what)s: take in the changed facts (%(names)s)"),
    StepKind.DECIDE: lazy_gettext("%(what)s: a decision is missing: %(names)s"),
    StepKind.REWORK: lazy_gettext("%(what)s: put right what was sent back"),
    StepKind.RENEW: lazy_gettext("%(what)s: renew before %(due)s"),
    StepKind.SUBMIT: lazy_gettext("%(what)s: submit for review"),
    StepKind.CO_SIGN: lazy_gettext("%(what)s: the yes of %(party)s is missing since %(since)s"),
    StepKind.APPROVE: lazy_gettext("%(what)s: approve"),
    StepKind.TRANSLATE: lazy_gettext("%(what)s: write it in %(language)s"),
    StepKind.READ: lazy_gettext("%(what)s: let somebody who reads %(language)s sign"),
}
_HOW: Mapping[StepKind, LazyWords] = {
    StepKind.LOAD: lazy_gettext("IT operations do it with the command hub library load."),
    StepKind.REPLACE: lazy_gettext("Correct the fact; IT operations load it. Then approve anew."),
    StepKind.TAKE_IN: lazy_gettext("Open the text, save it, and have it approved anew."),
    StepKind.DECIDE: lazy_gettext("The decision is written into the library's files and approved."),
}
_EXPIRED = lazy_gettext("%(what)s: renew, expired %(due)s")


def shown(step: Step, *, urgent: bool) -> StepShown:
    """A step in the reader's language."""
    words = _EXPIRED if step.kind is StepKind.RENEW and step.expired else _WHAT[step.kind]
    names = step.names or [
        item.label.get(current()) or item.label.get("da") or item.name for item in step.decisions
    ]
    values = {
        "what": _what(step),
        "names": ", ".join(names),
        "party": step.party,
        "language": own_name(step.language) if step.language else "",
        "due": day(step.due) if step.due else "",
        "since": day(step.since) if step.since else "–",
    }
    messages = () if step.kind is StepKind.LOAD else _messages(step)
    return StepShown(
        what=str(words) % values,
        how=str(_HOW.get(step.kind, "")),
        cells=step.cells,
        messages=messages,
        address=_address(step, messages),
        owner=step.owner or _("IT operations"),
        urgent=urgent,
    )


def _address(step: Step, messages: tuple[tuple[str, str | None], ...]) -> str | None:
    if step.kind is StepKind.DECIDE:
        found = frame.link("desk.decisions")
        if found is not None:
            return found
    return messages[0][1] if len(messages) == 1 else None


def title_of(titles: Mapping[str, str], key: str) -> str:
    """A scenario's words in the reader's language."""
    return titles.get(current()) or titles.get("da") or key.partition("/")[0]


def phase_of(key: str) -> str:
    return str(PHASES[Phase(key.partition("/")[2])])


def _what(step: Step) -> str:
    """`Boil the water, During`, `Boil the water (3 messages)`, `12 messages`."""
    first = step.keys[0]
    title = title_of(step.titles[first], first)
    if len(step.keys) == 1:
        return f"{title}, {phase_of(first)}"
    count = ngettext("%(num)d message", "%(num)d messages", len(step.keys))
    return f"{title} ({count})" if step.scenario else count


def _messages(step: Step) -> tuple[tuple[str, str | None], ...]:
    return tuple(
        (
            phase_of(key)
            if step.scenario
            else f"{title_of(step.titles[key], key)}, {phase_of(key)}",
            frame.link("desk.message", key=key),
        )
        for key in step.keys
    )
