"""A canonical slot value as words: per language, channel and form.

An SMS and the voice get plain text; the page may get markup of the hub's own making, with the value escaped in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from html import escape

from hub.text import moments, water_use
from hub.text.phones import grouped
from hub.text.slot_types import ALWAYS_OPEN, limit, parts_of, place_of
from hub.text.types import Channel, Slot, SlotType
from hub.text.words import is_right_to_left, joined, own_words, thing, words

SMS_STREETS = 3
NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True)
class Rendered:
    """`text` is plain. For the page: `html` is a block that stands in place of a paragraph of its own, `inline` goes
    into running text; without them `text` is escaped."""

    text: str
    html: str | None = None
    inline: str | None = None


@dataclass(frozen=True)
class _Request:
    slot: Slot
    value: str
    language: str
    channel: Channel
    form: str


def render(slot: Slot, value: str, language: str, channel: Channel, form: str = "") -> Rendered:
    """The value, which must be canonical, as it is read. On the phone `short` is spoken in full.

    Raises NoWords where the hub has no words in the language, ValueError for an internal slot.
    """
    if channel is Channel.PHONE and form == "short":
        form = ""
    return _RENDERERS[slot.type](_Request(slot, value, language, channel, form))


def _as_it_is(request: _Request) -> Rendered:
    return Rendered(request.value)


def _moment(request: _Request) -> Rendered:
    moment = datetime.fromisoformat(request.value)
    return Rendered(moments.render_moment(moment, request.language, request.form))


def _expected_end(request: _Request) -> Rendered:
    if request.value == "unknown":
        return Rendered(words(request.language).unknown_end)
    moment, _, source = request.value.partition(" | ")
    text = moments.render_moment(datetime.fromisoformat(moment), request.language, request.form)
    pattern = words(request.language).according_to
    return Rendered(pattern.format(text=text, source=source))


def _date(request: _Request) -> Rendered:
    day = date.fromisoformat(request.value)
    return Rendered(moments.render_day(day, request.language, request.form))


def _clock(request: _Request) -> Rendered:
    clock = time.fromisoformat(request.value)
    return Rendered(moments.render_clock(clock, request.language))


def _exercise_window(request: _Request) -> Rendered:
    start, _, end = request.value.partition(" / ")
    return Rendered(
        moments.render_span(
            datetime.fromisoformat(start), datetime.fromisoformat(end), request.language
        )
    )


def _streets(request: _Request) -> Rendered:
    names = parts_of(request.value)
    if request.channel is not Channel.SMS:
        return Rendered(joined(names, request.language), html=_html_list(names, request.language))
    shown = names[:SMS_STREETS]
    while len(shown) > 1 and len(", ".join(shown)) > limit(request.slot):
        shown = shown[:-1]
    hidden = len(names) - len(shown)
    if not hidden:
        return Rendered(joined(shown, request.language))
    pattern = words(request.language).more_streets[min(hidden, 2)]
    return Rendered(pattern.format(names=", ".join(shown), count=hidden))


def _bring(request: _Request) -> Rendered:
    things = [thing(name, request.language) for name in parts_of(request.value)]
    html = _html_list(things, request.language) if request.channel is Channel.WEB else None
    return Rendered(joined(things, request.language), html=html)


def _place(request: _Request) -> Rendered:
    place = place_of(request.value)
    if request.form == "short":
        return Rendered(place.address)
    parts = [place.address]
    if place.hours:
        parts.append(_hours(place.hours, request))
    if place.accessible is not None and request.channel is not Channel.SMS:
        used = words(request.language)
        parts.append(used.accessible if place.accessible else used.not_accessible)
    if place.things:
        things = [thing(name, request.language) for name in place.things]
        parts.append(words(request.language).bring.format(things=joined(things, request.language)))
    return Rendered(", ".join(parts))


def _hours(hours: str, request: _Request) -> str:
    used = words(request.language)
    if hours == ALWAYS_OPEN:
        return used.always_open
    start, end = (time.fromisoformat(part) for part in hours.split("-"))
    if request.channel is Channel.SMS:
        bare = [moments.render_bare_clock(at, request.language) for at in (start, end)]
        return used.hours_short.format(start=bare[0], end=bare[1])
    clocks = [moments.render_clock(at, request.language) for at in (start, end)]
    return used.hours.format(start=clocks[0], end=clocks[1])


def _phone(request: _Request) -> Rendered:
    text = grouped(request.value)
    if request.channel is not Channel.WEB:
        return Rendered(text)
    shown = escape(text.replace(" ", NO_BREAK_SPACE))
    link = f'<a href="tel:{escape(request.value)}" dir="ltr">{shown}</a>'
    return Rendered(text, inline=link)


def _water_use(request: _Request) -> Rendered:
    text = water_use.as_text(request.value, request.language, request.channel)
    if request.channel is not Channel.WEB:
        return Rendered(text)
    return Rendered(text, html=water_use.as_html(request.value, request.language))


def _dmi_category(request: _Request) -> Rendered:
    return Rendered(words(request.language).dmi[int(request.value) - 1])


def _choice(request: _Request) -> Rendered:
    shown = own_words(request.slot.options[request.value], request.language)
    if not shown:
        raise ValueError(
            f"the option {request.value!r} of {request.slot.name!r} has no words in {request.language!r}"
        )
    return Rendered(shown)


def _internal(request: _Request) -> Rendered:
    raise ValueError(f"{request.slot.name!r} is internal and never stands in a text")


def _html_list(items: Sequence[str], language: str) -> str:
    """A list whose Latin names keep their own order in a right-to-left page."""
    start, end = ("<li><bdi>", "</bdi></li>") if is_right_to_left(language) else ("<li>", "</li>")
    return "<ul>" + "".join(f"{start}{escape(item)}{end}" for item in items) + "</ul>"


_RENDERERS: Mapping[SlotType, Callable[[_Request], Rendered]] = {
    SlotType.PLACE: _as_it_is,
    SlotType.STREETS: _streets,
    SlotType.AREA: _as_it_is,
    SlotType.FROM: _moment,
    SlotType.UNTIL: _moment,
    SlotType.NEXT_UPDATE: _moment,
    SlotType.COLLECT_BY: _moment,
    SlotType.EXPECTED_END: _expected_end,
    SlotType.MOMENT: _moment,
    SlotType.DATE: _date,
    SlotType.CLOCK: _clock,
    SlotType.MEETING_PLACE: _place,
    SlotType.COLLECTION_POINT: _place,
    SlotType.PHONE: _phone,
    SlotType.LITRES: _as_it_is,
    SlotType.WATER_USE: _water_use,
    SlotType.REASON: _as_it_is,
    SlotType.SCHOOL: _as_it_is,
    SlotType.WHO: _as_it_is,
    SlotType.BRING: _bring,
    SlotType.DMI_CATEGORY: _dmi_category,
    SlotType.EXERCISE_WINDOW: _exercise_window,
    SlotType.CHOICE: _choice,
    SlotType.NUMBER: _as_it_is,
    SlotType.TEXT: _as_it_is,
    SlotType.DECIDER: _internal,
}
