"""A message as it would be read: every channel of every language, filled with example values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from flask import current_app
from markupsafe import Markup

from hub import clock
from hub.library.linting import FileFinding
from hub.settings import Settings
from hub.text import segments, slots
from hub.text.compose import ComposeError, Composer, fill_personal
from hub.text.segments import Count, Offender
from hub.text.speech import UnsupportedLanguage, seconds
from hub.text.types import Decision, LanguageText, System, VersionText
from hub.text.words import NoWords
from hub.text.worst import worst_sms

_OPEN_VALUE = "…"
"""Stands for a local value that nobody has decided."""


@dataclass(frozen=True)
class Shown:
    """One language, composed. A channel that cannot be composed is empty, and `refused` says why."""

    language: str
    source: LanguageText
    title: str = ""
    sms: str = ""
    html: str = ""
    phone: str = ""
    short: str = ""
    seconds: float | None = None
    worst: Count | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[FileFinding, ...] = ()

    @property
    def page(self) -> Markup:
        """Made by `hub.text.markup`, which lets nothing but its own few elements through."""
        return Markup(self.html)  # noqa: S704  sanitised: see above

    @property
    def pieces(self) -> tuple[str, ...]:
        return segments.split(self.sms)

    @property
    def count(self) -> Count:
        return segments.count(self.sms)

    @property
    def short_pieces(self) -> tuple[str, ...]:
        return segments.split(self.short)

    @property
    def short_count(self) -> Count:
        return segments.count(self.short)

    @property
    def offenders(self) -> tuple[tuple[Offender, int], ...]:
        """Each character that makes the SMS dearer, once, with how often it stands there."""
        found: dict[str, tuple[Offender, int]] = {}
        for item in segments.offenders(self.sms):
            first, times = found.get(item.character, (item, 0))
            found[item.character] = (first, times + 1)
        return tuple(found.values())

    @property
    def saved_parts(self) -> int:
        """How many parts less the SMS had without these characters."""
        spared = "".join(
            "x" if segments.encoding_of(letter) is segments.Encoding.UCS2 else letter
            for letter in self.sms
        )
        return self.count.segments - segments.count(spared).segments

    def found_in(self, channel: str) -> tuple[FileFinding, ...]:
        """The findings about one channel; those about the whole language with ``""``."""
        return tuple(item for item in self.findings if item.finding.channel == channel)


def shown(text: VersionText, language: str, findings: tuple[FileFinding, ...] = ()) -> Shown:
    """One language of a version. Never raises: what cannot be composed is said in `refused`."""
    source = text.languages[language]
    composer = Composer(_settled(text), example_values(text, language), language, _system())
    personal = _personal_examples(text)
    refused: dict[str, str] = {}
    made: dict[str, str] = {}
    steps = {
        "title": partial(composer.title, source.title),
        "sms": partial(_sms, composer, text, source.sms, personal),
        "short": partial(_sms, composer, text, source.short, personal),
        "web": partial(composer.html, source.web),
        "phone": partial(composer.phone, source.phone),
    }
    steps = {name: step for name, step in steps.items() if name in source.sources}
    for channel, step in steps.items():
        try:
            made[channel] = step()
        except (ComposeError, slots.SlotError, NoWords, UnsupportedLanguage, ValueError) as error:
            refused[channel] = str(error)
    return Shown(
        language=language,
        source=source,
        title=made.get("title", ""),
        sms=made.get("sms", ""),
        short=made.get("short", ""),
        html=made.get("web", ""),
        phone=made.get("phone", ""),
        seconds=_seconds(composer, source.phone) if made.get("phone") else None,
        worst=_worst(text, language) if source.sms else None,
        refused=refused,
        findings=tuple(item for item in findings if item.finding.language == language),
    )


def example_values(text: VersionText, language: str) -> dict[str, str]:
    """Canonical values from the slots' examples; the longest value where an example does not fit any more."""
    values = {}
    for slot in text.slots:
        if slot.personal:
            continue
        try:
            values[slot.name] = slots.normalise(slot, slot.example, now=clock.now())
        except slots.SlotError:
            values[slot.name] = slots.longest(slot, language)
    return values


def _personal_examples(text: VersionText) -> dict[str, str]:
    found = {}
    for slot in text.personal_slots:
        try:
            found[slot.name] = slots.normalise(slot, slot.example, now=clock.now())
        except slots.SlotError:
            found[slot.name] = slots.longest(slot, "da")
    return found


def _sms(composer: Composer, text: VersionText, source: str, personal: Mapping[str, str]) -> str:
    sms = composer.sms(source)
    return fill_personal(sms, text.slots, personal, composer.language) if personal else sms


def _settled(text: VersionText) -> VersionText:
    """With its open decisions made up and withdrawn facts shown, so that there is something to read; the page says
    both above the texts."""
    return replace(
        text,
        facts=tuple(replace(item, withdrawn="") for item in text.facts),
        decisions=tuple(_decided(item) for item in text.decisions),
    )


def _decided(item: Decision) -> Decision:
    if item.value:
        return item
    return replace(item, value=item.options[0] if item.options else _OPEN_VALUE)


def _system() -> System:
    settings: Settings = current_app.config["HUB"]
    return System(
        municipality=settings.municipality,
        issued_at=clock.now(),
        page=settings.site_address,
        number=12,
        closes=11,
        update_no=2,
    )


def _seconds(composer: Composer, source: str) -> float | None:
    try:
        return seconds(composer.phone_words(source), composer.language)
    except (ComposeError, UnsupportedLanguage):
        return None


def _worst(text: VersionText, language: str) -> Count | None:
    """What the SMS costs with every slot at its longest."""
    settings: Settings = current_app.config["HUB"]
    try:
        return segments.count(
            worst_sms(
                text, language, len(settings.municipality), max(4, len(settings.site_address))
            )
        )
    except (ComposeError, slots.SlotError, NoWords, ValueError, KeyError):
        return None
