"""What a partner's page shows of each message that waits: its text as it goes out, and what is new in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from hub.library import partners, scenario_title, showing
from hub.library.partners.words import phase_name
from hub.models import Partner, Version
from hub.text import differences
from hub.text.differences import FieldChange, NameChange
from hub.text.types import VersionText

MASTER = "da"


@dataclass(frozen=True)
class Item:
    """A version that waits. `title` is in the reader's language; the text is Danish."""

    version: Version
    title: str
    text: VersionText
    shown: showing.Shown
    last: partners.LastYes | None
    others: Sequence[partners.CoSigner]

    @property
    def language(self) -> str:
        return self.shown.language

    @property
    def other_languages(self) -> list[str]:
        return [code for code in self.text.languages if code != self.language]

    @property
    def verify(self) -> list[str]:
        return list(self.version.scenario_meta.get("verify", ()))

    @cached_property
    def changes(self) -> tuple[FieldChange, ...]:
        """What changed in words since the last yes, Danish first."""
        if self.last is None:
            return ()
        found = differences.text_changes(self.last.version.text, self.text)
        return tuple(sorted(found, key=lambda item: item.language != self.language))

    @cached_property
    def names(self) -> tuple[NameChange, ...]:
        """The blanks, facts and decisions that changed since the last yes."""
        if self.last is None:
            return ()
        return differences.name_changes(self.last.version.text, self.text)

    @property
    def danish_changed(self) -> bool:
        return any(item.language == self.language for item in self.changes)


def items(
    session: Session, partner: Partner, versions: Sequence[Version], language: str
) -> list[Item]:
    """Every version that waits, in the order in which they came."""
    return [item(session, partner, version, language) for version in versions]


def item(session: Session, partner: Partner, version: Version, language: str) -> Item:
    text = version.text
    return Item(
        version=version,
        title=named(version, language),
        text=text,
        shown=showing.shown(
            text, MASTER if MASTER in text.languages else next(iter(text.languages))
        ),
        last=partners.last_yes(session, version, partner.party),
        others=partners.co_signers_of(session, version),
    )


def named(version: Version, language: str) -> str:
    """`Kog vandet: Under`."""
    return f"{scenario_title(version, language)}: {phase_name(version.phase, language)}"
