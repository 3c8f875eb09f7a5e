"""The values that travel through the hub's text: slots, facts, versions and what they become.

Pure: no database, no Flask, no clock. Everything here is frozen and serialises to plain JSON, so that a version
can be hashed, stored and compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.text.words import own_words


class Channel(StrEnum):
    """Where a text is read."""

    SMS = "sms"
    WEB = "web"
    PHONE = "phone"


class Section(StrEnum):
    """A part of a text's file: the channels, a shorter SMS for a net that will not last, and what a translation says
    in Danish, for those who approve it without reading the language."""

    SMS = "sms"
    SHORT = "short"
    WEB = "web"
    PHONE = "phone"
    BACK = "back"

    @property
    def channel(self) -> Channel | None:
        """Where its words are read; None for the back-translation, which never goes out."""
        return None if self is Section.BACK else Channel("sms" if self is Section.SHORT else self)


class Phase(StrEnum):
    """The part of an incident that a message belongs to."""

    BEFORE = "before"
    DURING = "during"
    UPDATE = "update"
    ALL_CLEAR = "all-clear"
    CORRECTION = "correction"


class SlotType(StrEnum):
    """What may be filled into a slot; see `docs/messages.md`, "Slot types"."""

    PLACE = "place"
    STREETS = "streets"
    AREA = "area"
    FROM = "from"
    UNTIL = "until"
    NEXT_UPDATE = "next_update"
    COLLECT_BY = "collect_by"
    EXPECTED_END = "expected_end"
    MOMENT = "moment"
    DATE = "date"
    CLOCK = "clock"
    MEETING_PLACE = "meeting_place"
    COLLECTION_POINT = "collection_point"
    PHONE = "phone"
    LITRES = "litres"
    WATER_USE = "water_use"
    REASON = "reason"
    SCHOOL = "school"
    WHO = "who"
    BRING = "bring"
    DMI_CATEGORY = "dmi_category"
    EXERCISE_WINDOW = "exercise_window"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"
    DECIDER = "decider"


SYSTEM_SLOTS = ("municipality", "issued_at", "page", "number", "closes", "update_no")
"""Slots that the hub fills by itself; a scenario may not define them."""


@dataclass(frozen=True)
class Slot:
    """A typed blank. `label` and `help` map a language to words; `options` (a choice) maps an option to words
    per language. `max_length` counts characters of the rendered value; None means the type's own limit."""

    name: str
    type: SlotType
    label: Mapping[str, str]
    help: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    required: bool = True
    personal: bool = False
    column: str = ""
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "type": self.type.value,
            "label": dict(self.label),
            "help": dict(self.help),
            "example": self.example,
            "required": self.required,
            "personal": self.personal,
            "column": self.column,
            "max_length": self.max_length,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "options": {name: dict(words) for name, words in self.options.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Slot:
        return cls(**{**data, "type": SlotType(data["type"])})


@dataclass(frozen=True)
class Fact:
    """A number or rule that all messages share. `value` is the text of the value, `unit` maps a language to its
    unit (the key `*` holds for all languages, no key means no unit). `checked` is an ISO date."""

    name: str
    value: str
    unit: Mapping[str, str]
    source: str
    checked: str
    checked_by: str
    withdrawn: str = ""

    def words(self, language: str) -> str:
        """The fact as it is written in a text: value and unit with a space between."""
        unit = own_words(self.unit, language)
        return f"{self.value} {unit}".strip()

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": self.value,
            "unit": dict(self.unit),
            "source": self.source,
            "checked": self.checked,
            "checked_by": self.checked_by,
            "withdrawn": self.withdrawn,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Fact:
        return cls(**data)


PER_AREA = "per-area"
"""The value of a decision that differs from area to area: the message then has a choice of the same name."""


@dataclass(frozen=True)
class Decision:
    """A local decision. With `options` it chooses between blocks of text (`{when name=option}`); without, it is a
    local value shown as `{local.name}`. An empty `value` is undecided and blocks approval of what uses it; PER_AREA
    leaves it to each announcement. `option_words` maps an option to words per language, for who decides."""

    name: str
    label: Mapping[str, str]
    options: tuple[str, ...] = ()
    value: str = ""
    unit: Mapping[str, str] = field(default_factory=dict)
    option_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def words(self, language: str) -> str:
        """The local value as it is written in a text; empty while undecided."""
        if not self.value:
            return ""
        unit = own_words(self.unit, language)
        return f"{self.value} {unit}".strip()

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": dict(self.label),
            "options": list(self.options),
            "value": self.value,
            "unit": dict(self.unit),
            "option_words": {name: dict(words) for name, words in self.option_words.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Decision:
        return cls(**{**data, "options": tuple(data["options"])})


@dataclass(frozen=True)
class LanguageText:
    """One language of a version, as its author wrote it: slots, conditions and ids still in place.

    `short` is an SMS for when the net will not last (empty: there is none), `back` what a translation says in Danish.
    A variant such as `da-x-let` may have a page alone; its `sms` and `phone` are then empty.
    """

    language: str
    title: str
    sms: str
    web: str
    phone: str
    short: str = ""
    back: str = ""

    def channel(self, channel: Channel) -> str:
        return {Channel.SMS: self.sms, Channel.WEB: self.web, Channel.PHONE: self.phone}[channel]

    def section(self, section: Section) -> str:
        return {
            Section.SMS: self.sms,
            Section.SHORT: self.short,
            Section.WEB: self.web,
            Section.PHONE: self.phone,
            Section.BACK: self.back,
        }[section]

    @property
    def sources(self) -> dict[str, str]:
        """What goes out, by name: the title and each section that has words and a reader."""
        found = {"title": self.title}
        for section in Section:
            if section is not Section.BACK and self.section(section):
                found[section.value] = self.section(section)
        return found

    def to_json(self) -> dict[str, str]:
        return {
            "language": self.language,
            "title": self.title,
            "sms": self.sms,
            "web": self.web,
            "phone": self.phone,
            "short": self.short,
            "back": self.back,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> LanguageText:
        return cls(**data)


def digest(value: Any) -> str:
    """SHA-256, in hex, over canonical JSON (sorted keys, UTF-8, no blanks)."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class VersionText:
    """One frozen wording of a message: its slots, facts, decisions and all its languages.

    `language_hashes` cover a language's own words with the facts and decisions it may show; `hash` covers these
    and the slots, and is what an approval names.
    """

    key: str
    slots: tuple[Slot, ...]
    facts: tuple[Fact, ...]
    decisions: tuple[Decision, ...]
    languages: Mapping[str, LanguageText]

    @property
    def language_hashes(self) -> dict[str, str]:
        return {
            language: digest(
                {
                    "text": text.to_json(),
                    "facts": {fact.name: [fact.value, fact.words(language)] for fact in self.facts},
                    "decisions": {
                        item.name: [item.value, item.words(language)] for item in self.decisions
                    },
                }
            )
            for language, text in self.languages.items()
        }

    @property
    def hash(self) -> str:
        return digest(
            {
                "key": self.key,
                "languages": self.language_hashes,
                "slots": [slot.to_json() for slot in self.slots],
            }
        )

    def slot(self, name: str) -> Slot | None:
        return next((slot for slot in self.slots if slot.name == name), None)

    @property
    def personal_slots(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.personal)

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "slots": [slot.to_json() for slot in self.slots],
            "facts": [fact.to_json() for fact in self.facts],
            "decisions": [item.to_json() for item in self.decisions],
            "languages": {name: text.to_json() for name, text in self.languages.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> VersionText:
        return cls(
            key=data["key"],
            slots=tuple(Slot.from_json(item) for item in data["slots"]),
            facts=tuple(Fact.from_json(item) for item in data["facts"]),
            decisions=tuple(Decision.from_json(item) for item in data["decisions"]),
            languages={
                name: LanguageText.from_json(text) for name, text in data["languages"].items()
            },
        )


@dataclass(frozen=True)
class System:
    """What the hub fills by itself. `issued_at` is aware; `page` is the site's address without its scheme;
    `number`, `closes` and `update_no` are 0 while unknown (a preview)."""

    municipality: str
    issued_at: datetime
    page: str
    number: int = 0
    closes: int = 0
    update_no: int = 1
    exercise: bool = False


@dataclass(frozen=True)
class ComposedText:
    """One language as it goes out. `sms` still holds `{slot}` for personal slots; `html` is sanitised and has no
    heading above h3; `phone` is ready for a voice; `actions` are the instruction ids in order, per channel."""

    language: str
    title: str
    sms: str
    html: str
    phone: str
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "title": self.title,
            "sms": self.sms,
            "html": self.html,
            "phone": self.phone,
            "actions": {name: list(ids) for name, ids in self.actions.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ComposedText:
        return cls(
            **{**data, "actions": {name: tuple(ids) for name, ids in data["actions"].items()}}
        )


@dataclass(frozen=True)
class Composed:
    """An announcement's texts in all its languages."""

    key: str
    texts: Mapping[str, ComposedText]

    @property
    def sms(self) -> dict[str, str]:
        """The SMS of each language that has one."""
        return {language: text.sms for language, text in self.texts.items() if text.sms}

    @property
    def hash(self) -> str:
        """Over every byte that goes out; what a second person confirms."""
        return digest({name: text.to_json() for name, text in self.texts.items()})

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "texts": {name: text.to_json() for name, text in self.texts.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Composed:
        return cls(
            key=data["key"],
            texts={name: ComposedText.from_json(text) for name, text in data["texts"].items()},
        )
