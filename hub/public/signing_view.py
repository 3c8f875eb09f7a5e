"""What a partner's page shows of each message that waits: its text as it goes out, and what is new in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy.orm import Session

from hub.library import partners, scenario_title, showing
from hub.library.partners.words import phase_name
from hub.models import Partner, Version
from hub.text import differences
from hub.text.differences import FieldChange, NameChange
from hub.text.plain_changes import is_unseen, plainly
from hub.text.plain_terms import TERMS
from hub.text.rendering import render
from hub.text.types import Channel, Slot, SlotType, VersionText
from hub.text.words import NoWords, own_words

MASTER = "da"


@dataclass(frozen=True)
class Item:
    """A version that waits. `title` is in the reader's language; the text is Danish."""

    version: Version
    title: str
    reader: str
    text: VersionText
    shown: showing.Shown
    last: partners.LastYes | None
    others: Sequence[partners.CoSigner]
    verify: Sequence[str]
    """What to consider first; empty where a message above of the same scenario, `verify_at`, says it."""
    verify_at: Version | None = None

    @property
    def language(self) -> str:
        return self.shown.language

    @property
    def other_languages(self) -> list[str]:
        return [code for code in self.text.languages if code != self.language]

    @cached_property
    def blanks(self) -> list[tuple[str, str]]:
        """What is filled in when it happens: its name and the example that the text is shown with."""
        examples = showing.example_values(self.text, self.language)
        return [
            (_label(slot.label, slot.name, self.reader), _as_read(slot, examples, self.language))
            for slot in self.text.slots
            if slot.type is not SlotType.DECIDER
        ]

    @cached_property
    def _compared(self) -> tuple[FieldChange, ...]:
        """Every change since the last yes, Danish first."""
        if self.last is None:
            return ()
        old = self.last.version.text
        found = differences.text_changes(old, self.text)
        ordered = sorted(found, key=lambda item: item.language != self.language)
        return tuple(
            plainly(item, (self.text, old), self.reader, TERMS[self.reader]) for item in ordered
        )

    @cached_property
    def changes(self) -> tuple[FieldChange, ...]:
        """What changed in words that somebody reads."""
        return tuple(item for item in self._compared if not is_unseen(item))

    @property
    def has_unseen(self) -> bool:
        """Were marks changed that no citizen sees?"""
        return len(self.changes) < len(self._compared)

    @cached_property
    def names(self) -> tuple[NameChange, ...]:
        """The blanks, facts and decisions that changed since the last yes, by the names that people know."""
        if self.last is None:
            return ()
        old = self.last.version.text
        labels: dict[str, str] = {}
        for text in (old, self.text):
            labels |= {row.name: _label(row.label, row.name, self.reader) for row in text.slots}
            labels |= {row.name: _label(row.label, row.name, self.reader) for row in text.decisions}
        return tuple(
            replace(row, name=labels.get(row.name, row.name))
            for row in differences.name_changes(old, self.text)
        )

    @property
    def danish_changed(self) -> bool:
        return any(item.language == self.language for item in self.changes)


def _label(label: Mapping[str, str], name: str, reader: str) -> str:
    return own_words(label, reader) or own_words(label, MASTER) or name


def _as_read(slot: Slot, examples: Mapping[str, str], language: str) -> str:
    value = examples.get(slot.name, "")
    try:
        return render(slot, value, language, Channel.WEB).text if value else slot.example
    except (ValueError, NoWords):
        return slot.example


def items(
    session: Session, partner: Partner, versions: Sequence[Version], language: str
) -> list[Item]:
    """Every version that waits, in the order in which they came."""
    found: list[Item] = []
    first: dict[str, Version] = {}
    for version in versions:
        text = version.text
        notes = version.scenario_meta.get("verify", ())
        told = first.setdefault(version.scenario, version)
        again = told is not version and told.scenario_meta.get("verify", ()) == notes
        found.append(
            Item(
                version=version,
                title=named(version, language),
                reader=language,
                text=text,
                shown=showing.shown(
                    text, MASTER if MASTER in text.languages else next(iter(text.languages))
                ),
                last=partners.last_yes(session, version, partner.party),
                others=partners.co_signers_of(session, version),
                verify=() if again else tuple(notes),
                verify_at=told if again and notes else None,
            )
        )
    return found


def named(version: Version, language: str) -> str:
    """`Kog vandet: Under`."""
    return f"{scenario_title(version, language)}: {phase_name(version.phase, language)}"
