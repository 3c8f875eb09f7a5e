"""From an approved version and its slot values to what goes out: one text a language and channel.

Pure: the same version, values, languages and system values give the same bytes. Everything that a reader sees comes
from the version, from validated values or from the hub's own word tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from hub.text import moments
from hub.text.markup import ActionMark, Insert, mark, sanitised, to_html
from hub.text.rendering import NO_BREAK_SPACE, Rendered, render
from hub.text.segments import Encoding, encoding_of, to_gsm7
from hub.text.slots import SlotError
from hub.text.speech import UnsupportedLanguage, speak, spoken_seconds
from hub.text.template import (
    Action,
    FactRef,
    Leaf,
    LocalRef,
    SlotRef,
    Text,
    When,
    parsed,
)
from hub.text.types import (
    PER_AREA,
    SYSTEM_SLOTS,
    Channel,
    Composed,
    ComposedText,
    LanguageText,
    Slot,
    System,
    VersionText,
)
from hub.text.words import NoWords, base_language, is_right_to_left, words

GSM7_LANGUAGES = ("da", "en", "de")
"""Languages whose SMS is brought into GSM-7 where the fix (a curly quote, a dash) makes all of it fit."""

REPEATING_SECONDS = 65.0
"""So long may a phone text be with its numbers said twice: by our estimate, which voices exceed by up to a tenth; 75
seconds is what counts."""

_FIRST_STRONG, _POP, _RIGHT_TO_LEFT_MARK = "\u2068", "\u2069", "\u200f"
_LATIN_OR_DIGIT = re.compile(r"[0-9A-Za-zÀ-ɏ]")
_PERSONAL = re.compile(r"\{([a-z][a-z0-9_]*)(?::(\w+))?\}")


class ComposeError(ValueError):
    """A text cannot be made; names the language and, where there is one, the slot, fact or decision."""

    def __init__(self, reason: str, *, language: str = "", slot: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.language = language
        self.slot = slot


@dataclass(frozen=True)
class Value:
    """A slot, fact or local value in its place; `name` is `place`, `fact.x` or `local.x`."""

    name: str
    rendered: Rendered


Piece = Text | Value | Action


def compose(
    version: VersionText,
    values: Mapping[str, str],
    languages: Sequence[str],
    system: System,
    *,
    short: bool = False,
) -> Composed:
    """The texts of an announcement in these languages. `values` are canonical (`slots.normalise_all`); with `short` the
    SMS is the short one in the languages that have it.

    A personal slot stays as `{name}` in the SMS, for `fill_personal`. Raises ComposeError when a language or a required
    value is missing, a value has no slot, a decision that the text needs is undecided, or a fact is withdrawn.
    """
    _check_values(version, values)
    texts = {}
    for language in languages:
        text = version.languages.get(language)
        if text is None:
            raise ComposeError(
                f"{version.key} has no text in {language!r}; it has {', '.join(version.languages)}",
                language=language,
            )
        composer = Composer(version, values, language, system)
        try:
            texts[language] = composer.all(text, short=short)
        except (NoWords, UnsupportedLanguage) as error:
            raise ComposeError(f"{version.key}: {error}", language=language) from error
    return Composed(version.key, texts)


def sms_of(
    version: VersionText,
    values: Mapping[str, str],
    language: str,
    system: System,
    *,
    short: bool = False,
) -> str:
    """One language's SMS alone, or its short one, as `compose` makes it."""
    text = version.languages[language]
    return Composer(version, values, language, system).sms(text.short if short else text.sms)


def fill_personal(sms: str, slots: Sequence[Slot], values: Mapping[str, str], language: str) -> str:
    """An SMS with its personal slots filled from one row's canonical values. Raises SlotError for a missing one."""
    by_name = {slot.name: slot for slot in slots if slot.personal}

    def filled(match: re.Match[str]) -> str:
        slot = by_name.get(match[1])
        value = values.get(match[1], "")
        if slot is None or not value:
            raise SlotError(match[1], f"The slot {match[1]!r} has no value in this row.")
        text = render(slot, value, language, Channel.SMS, match[2] or "").text
        return _isolated(text, language)

    return _fitted(_PERSONAL.sub(filled, sms), language)


def _check_values(version: VersionText, values: Mapping[str, str]) -> None:
    known = {slot.name: slot for slot in version.slots}
    for name in values:
        if name not in known or known[name].personal:
            raise ComposeError(f"{version.key} has no slot {name!r} to fill", slot=name)
    missing = [
        slot.name
        for slot in version.slots
        if slot.required and not slot.personal and not values.get(slot.name)
    ]
    if missing:
        raise ComposeError(f"{version.key} lacks a value for {', '.join(missing)}", slot=missing[0])


@dataclass(frozen=True)
class Composer:
    """One language of one announcement. Its methods raise ComposeError and NoWords."""

    version: VersionText
    values: Mapping[str, str]
    language: str
    system: System

    def all(self, text: LanguageText, *, short: bool = False) -> ComposedText:
        """Every channel; one that the language does not have (a variant may be a page alone) stays empty."""
        sources = {channel: text.channel(channel) for channel in Channel}
        if short and text.short:
            sources[Channel.SMS] = text.short
        return ComposedText(
            language=self.language,
            title=self.title(text.title),
            sms=self.sms(sources[Channel.SMS]) if sources[Channel.SMS] else "",
            html=self.html(text.web),
            phone=self.phone(text.phone) if text.phone else "",
            actions={
                channel.value: self.actions(source, channel) for channel, source in sources.items()
            },
        )

    def title(self, source: str) -> str:
        title = _reflowed(_plain(self.pieces(source, None), self.language))
        return f"{words(self.language).exercise}: {title}" if self.system.exercise else title

    def sms(self, source: str) -> str:
        """Ends and starts with the exercise word in an exercise (rule L18); right-to-left ones start with a mark that
        sets the direction, since the municipality's name comes first (L23)."""
        text = _reflowed(_plain(self.pieces(source, Channel.SMS), self.language))
        if self.system.exercise:
            used = words(self.language)
            text = f"{used.exercise}. {used.nothing_to_do} {text} {used.exercise}"
        if is_right_to_left(self.language):
            text = f"{_RIGHT_TO_LEFT_MARK}{text}"
        return _fitted(text, self.language)

    def phone(self, source: str) -> str:
        """Ready for a voice. Telephone numbers are said twice where that leaves time (rule L27)."""
        text, language = self.phone_words(source), base_language(self.language)
        twice = speak(text, language, repeat_phones=True)
        if spoken_seconds(twice, language) <= REPEATING_SECONDS:
            return twice
        return speak(text, language)

    def phone_words(self, source: str) -> str:
        """The phone text before numbers and abbreviations become words; a blank line is a pause."""
        text = _reflowed(_plain(self.pieces(source, Channel.PHONE), "")).replace("\n", "\n\n")
        if self.system.exercise:
            used = words(self.language)
            end = used.exercise_spoken.partition(" ")[0]
            text = f"{used.exercise_spoken} {used.nothing_to_do}\n\n{text}\n\n{end}"
        return text

    def html(self, source: str) -> str:
        inserts: list[Insert | ActionMark] = []
        parts: list[str] = []
        for piece in self.pieces(source, Channel.WEB):
            if isinstance(piece, Text):
                parts.append(piece.text)
                continue
            parts.append(mark(len(inserts)))
            inserts.append(
                ActionMark(piece.id) if isinstance(piece, Action) else self._insert(piece.rendered)
            )
        try:
            html = to_html("".join(parts), inserts)
        except ValueError as error:
            raise ComposeError(f"{self.version.key}: {error}", language=self.language) from error
        if not self.system.exercise:
            return html
        used = words(self.language)
        first, last = f"{used.exercise}. {used.nothing_to_do}", used.exercise
        return sanitised(
            f"<p><strong>{escape(first)}</strong></p>\n{html}\n<p><strong>{escape(last)}</strong></p>"
        )

    def actions(self, source: str, channel: Channel) -> tuple[str, ...]:
        found = (piece.id for piece in self.pieces(source, channel) if isinstance(piece, Action))
        return tuple(dict.fromkeys(found))

    def pieces(self, source: str, channel: Channel | None) -> tuple[Piece, ...]:
        """The text with its blocks decided and its values rendered; `channel` None is the title."""
        template = parsed(source)
        if template.errors:
            raise ComposeError(
                f"{self.version.key}, {self.language}: {template.errors[0]}", language=self.language
            )
        pieces: list[Piece] = []
        for node in template.nodes:
            if not isinstance(node, When):
                pieces.append(self._piece(node, channel))
            elif self.holds(node):
                pieces.extend(self._piece(leaf, channel) for leaf in node.body)
        return _without_double_stops(pieces)

    def holds(self, block: When) -> bool:
        """Whether a block's condition is true for these values and decisions."""
        if not block.values:
            return bool(self.values.get(block.name)) is not block.negated
        decision = next((item for item in self.version.decisions if item.name == block.name), None)
        if decision is None or decision.value == PER_AREA:
            return self.values.get(block.name, "") in block.values
        if not decision.value:
            raise ComposeError(
                f"{self.version.key} needs the local decision {block.name!r}, which is not made yet",
                language=self.language,
                slot=block.name,
            )
        return decision.value in block.values

    def _piece(self, leaf: Leaf, channel: Channel | None) -> Piece:
        if isinstance(leaf, SlotRef):
            return self._slot(leaf, channel)
        if isinstance(leaf, FactRef):
            return self._fact(leaf)
        if isinstance(leaf, LocalRef):
            return self._local(leaf)
        return leaf

    def _slot(self, leaf: SlotRef, channel: Channel | None) -> Piece:
        if leaf.name in SYSTEM_SLOTS:
            return Value(leaf.name, Rendered(self._system_value(leaf, channel)))
        slot = self.version.slot(leaf.name)
        if slot is None:
            raise self._error(leaf.name, f"names {leaf.source}, which is no slot")
        if slot.personal:
            if channel is not Channel.SMS:
                raise self._error(
                    leaf.name, f"shows the personal slot {leaf.source} outside the SMS"
                )
            return Text(leaf.source)
        value = self.values.get(leaf.name, "")
        if not value:
            raise self._error(leaf.name, f"shows {leaf.source}, which is not filled")
        used = Channel.SMS if channel is None else channel
        try:
            return Value(leaf.name, render(slot, value, self.language, used, leaf.form))
        except (ValueError, KeyError) as error:
            raise self._error(leaf.name, f"cannot show {leaf.source}: {error}") from error

    def _system_value(self, leaf: SlotRef, channel: Channel | None) -> str:
        system = self.system
        if leaf.name == "issued_at":
            form = "" if channel is Channel.PHONE and leaf.form == "short" else leaf.form
            return moments.render_moment(system.issued_at, self.language, form)
        return {
            "municipality": system.municipality,
            "page": system.page,
            "number": str(system.number),
            "closes": str(system.closes),
            "update_no": str(system.update_no),
        }[leaf.name]

    def _fact(self, leaf: FactRef) -> Value:
        fact = next((item for item in self.version.facts if item.name == leaf.name), None)
        if fact is None:
            raise self._error(leaf.name, f"names the fact {leaf.name!r}, which it does not have")
        if fact.withdrawn:
            raise self._error(
                leaf.name, f"uses the fact {leaf.name!r}, which is withdrawn: {fact.withdrawn}"
            )
        return Value(f"fact.{leaf.name}", Rendered(fact.words(self.language)))

    def _local(self, leaf: LocalRef) -> Value:
        decision = next((item for item in self.version.decisions if item.name == leaf.name), None)
        if decision is None or not decision.value:
            raise self._error(
                leaf.name, f"needs the local value {leaf.name!r}, which is not decided yet"
            )
        return Value(f"local.{leaf.name}", Rendered(decision.words(self.language)))

    def _insert(self, rendered: Rendered) -> Insert:
        if rendered.inline is not None:
            return Insert(rendered.inline, rendered.html)
        inline = escape(rendered.text)
        if is_right_to_left(self.language) and _LATIN_OR_DIGIT.search(rendered.text):
            inline = f"<bdi>{inline}</bdi>"
        return Insert(inline, rendered.html)

    def _error(self, slot: str, what: str) -> ComposeError:
        return ComposeError(
            f"{self.version.key} in {self.language!r} {what}", language=self.language, slot=slot
        )


def _without_double_stops(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """`Vi skriver igen {until:short}.` in German ends in a full stop already, as some values do: one is enough."""
    kept: list[Piece] = []
    for piece in pieces:
        last = kept[-1] if kept else None
        if (
            isinstance(piece, Text)
            and isinstance(last, Value)
            and last.rendered.text.endswith(".")
            and re.match(r"\.(?!\.)", piece.text)
        ):
            piece = Text(piece.text[1:])
        kept.append(piece)
    return tuple(kept)


def _plain(pieces: Sequence[Piece], language: str) -> str:
    """The words; instruction ids go with the blank behind them. `language` is empty for a voice, which has no use for
    direction marks."""
    parts: list[str] = []
    after_action = False
    for piece in pieces:
        if isinstance(piece, Action):
            after_action = True
            continue
        if isinstance(piece, Text):
            parts.append(piece.text.lstrip(" ") if after_action else piece.text)
        else:
            parts.append(_isolated(piece.rendered.text, language))
        after_action = False
    return "".join(parts)


def _isolated(text: str, language: str) -> str:
    """In a right-to-left text, a value with Latin letters or digits keeps its own order: telephone numbers turn around
    otherwise (fact sheet status-page, item 5)."""
    if not language or not is_right_to_left(language) or not _LATIN_OR_DIGIT.search(text):
        return text
    if not re.search(r"[^\W\d_]", text):
        text = text.replace(" ", NO_BREAK_SPACE)
    return f"{_FIRST_STRONG}{text}{_POP}"


def _reflowed(text: str) -> str:
    """Line ends inside a paragraph become blanks, a blank line a line end."""
    paragraphs = re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip())
    joined = (re.sub(r"[ \t\n]+", " ", paragraph).strip() for paragraph in paragraphs)
    return "\n".join(paragraph for paragraph in joined if paragraph)


def _fitted(text: str, language: str) -> str:
    """In GSM-7 where small fixes of typography are enough; otherwise untouched."""
    if base_language(language) not in GSM7_LANGUAGES or encoding_of(text) is Encoding.GSM7:
        return text
    fixed = to_gsm7(text)
    return fixed if encoding_of(fixed) is Encoding.GSM7 else text
