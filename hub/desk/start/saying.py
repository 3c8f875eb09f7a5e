"""The reach of an announcement in words: the sentence on top, the one that is ticked, and what can go wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app
from markupsafe import Markup

from hub import clock
from hub.desk.formats import language_name, number, span, when
from hub.desk.start import local_choices, rule_words
from hub.desk.words import gettext as _
from hub.desk.words import ngettext
from hub.incidents.fitting import Fit
from hub.incidents.previewing import Outlook
from hub.incidents.risks import Risk
from hub.settings import Settings
from hub.text import speech
from hub.text.markup import sanitised
from hub.text.segments import Encoding, count, offenders, split

LONG_WAIT = timedelta(minutes=2)


@dataclass(frozen=True)
class Shown:
    """One language of an announcement as the page shows it."""

    language: str
    name: str
    title: str
    sms: str
    pieces: tuple[str, ...]
    cost: str
    html: Markup
    phone: str
    seconds: float | None


@dataclass(frozen=True)
class Caution:
    """A warning: what is wrong, and what to do."""

    kind: str
    words: str
    todo: str


def mark(label: str) -> str:
    """How a blank that the list fills is shown in a text."""
    return f"‹{label}›"


def _with_marks(sms: str, labels: Mapping[str, str]) -> str:
    """The SMS with its personal blanks named as people know them; everything else byte for byte."""
    for name, label in labels.items():
        for found in re.findall(rf"\{{{name}(?::\w+)?\}}", sms):
            sms = sms.replace(found, mark(label))
    return sms


def texts(outlook: Outlook, labels: Mapping[str, str]) -> list[Shown]:
    """Every language as the announcement has them. `labels` name the personal slots."""
    return [
        Shown(
            language=language,
            name=language_name(language),
            title=text.title,
            sms=_with_marks(text.sms, labels),
            pieces=split(_with_marks(text.sms, labels)),
            cost=_cost(text.sms),
            # stored bytes are clean already; a changed database must not reach an officer's session
            html=Markup(sanitised(text.html)),  # noqa: S704
            phone=text.phone,
            seconds=_seconds(text.phone, language),
        )
        for language, text in outlook.composed.texts.items()
    ]


def _seconds(text: str, language: str) -> float | None:
    try:
        return speech.seconds(text, language)
    except speech.UnsupportedLanguage:
        return None


def _cost(sms: str) -> str:
    found = count(sms)
    if found.encoding is Encoding.GSM7:
        return ""
    letters = list(dict.fromkeys(item.character for item in offenders(sms)))[:5]
    return _(
        "Each part holds 67 characters instead of 153, because of: %(letters)s",
        letters=" ".join(letters),
    )


def audience_words(outlook: Outlook) -> str:
    """`the list borgere, only område = Rødekro`; who got an earlier one; empty for nobody."""
    if outlook.reach is None:
        return ""
    if not outlook.audience:
        return _("those who got announcement %(number)s", number=outlook.of or "")
    part, first = _row_words(outlook.where), _row_words(outlook.first)
    if part:
        return _("the list %(name)s, only %(part)s", name=outlook.audience, part=part)
    if first:
        return _("the list %(name)s, first %(part)s", name=outlook.audience, part=first)
    return _("the list %(name)s", name=outlook.audience)


def _row_words(wanted: Mapping[str, str]) -> str:
    return ", ".join(f"{column} = {value}" for column, value in wanted.items())


def sentence(outlook: Outlook) -> str:
    """What goes out, in one breath."""
    reach = outlook.reach
    if reach is None:
        return _("No SMS. The page and the phone robot change at once.")
    whom = ngettext(
        "To %(phones)s phone (%(whom)s)",
        "To %(phones)s phones (%(whom)s)",
        reach.phones,
        phones=number(reach.phones),
        whom=audience_words(outlook),
    )
    said = [whom, _parts_words(outlook), *_cost_words(outlook), _last_words(outlook)]
    return f"{', '.join(said)}. " + _("The page and the phone robot change at once.")


def _cost_words(outlook: Outlook) -> list[str]:
    """The price, to two figures that count: it is an estimate."""
    if outlook.cost is None:
        return []
    whole = max(1, round(outlook.cost))
    return [_("about %(kroner)s kr", kroner=number(round(whole, min(0, 2 - len(str(whole))))))]


def _parts_words(outlook: Outlook) -> str:
    reach = outlook.reach
    assert reach is not None
    used = {outlook.parts[language] for language in reach.by_language if language in outlook.parts}
    if len(used) == 1 and not outlook.personal_slots:
        each = used.pop()
        return ngettext(
            "%(num)s SMS part each, %(all)s in all",
            "%(num)s SMS parts each, %(all)s in all",
            each,
            all=number(reach.segments),
        )
    return ngettext(
        "%(all)s SMS part in all",
        "%(all)s SMS parts in all",
        reach.segments,
        all=number(reach.segments),
    )


def _last_words(outlook: Outlook) -> str:
    last = outlook.last_leaves
    if last is None:
        return _("all leave at once")
    if last - clock.now() < LONG_WAIT:
        return _("the last one leaves within two minutes")
    return _(
        "the last one leaves %(when)s, after %(span)s",
        when=when(last),
        span=span(last - clock.now()),
    )


def tick_sentence(outlook: Outlook) -> str:
    """What a second person ticks: the reach, never a bare yes."""
    reach = outlook.reach
    if reach is None:
        words = _("This sends no SMS. It changes the citizens' page and the phone text at once.")
    else:
        words = ngettext(
            "This sends to %(phones)s phone (%(whom)s) and changes the citizens' page and the phone text at once.",
            "This sends to %(phones)s phones (%(whom)s) and changes the citizens' page and the phone text at once.",
            reach.phones,
            phones=number(reach.phones),
            whom=audience_words(outlook),
        )
        if reach.texts != reach.phones:
            words += " " + _("%(texts)s SMS in all.", texts=number(reach.texts))
    if outlook.of:
        words += " " + _("It takes the place of announcement %(number)s.", number=outlook.of)
    return f"{_('EXERCISE')}: {words}" if outlook.exercise else words


def cautions(outlook: Outlook, *, reader_confirms: bool = False) -> list[Caution]:
    """Every warning in words, in order of harm. Who can confirm is here: nobody need be woken for it."""
    return [
        _SAID[warned.risk](warned.values)
        for warned in outlook.warnings
        if not (reader_confirms and warned.risk in (Risk.NOBODY_CONFIRMS, Risk.NOBODY_WOKEN))
    ]


def _nobody(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "danger",
        _("Nobody can confirm this: there is no other person with the role sender."),
        _("An administrator gives somebody the role under People."),
    )


def _net_gone(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "danger",
        _(
            "The last SMS leaves %(last)s, and the mobile net is expected to last until %(until)s.",
            last=when(values["last"]),
            until=when(values["until"]),
        ),
        " ".join(
            [
                _("Send to the affected area first, or a shorter text. Then the rest."),
                *(_fit(item) for item in values["fits"]),
            ]
        ),
    )


def _fit(item: Fit) -> str:
    """One way that is quicker, and how long it takes."""
    length = span(timedelta(seconds=item.seconds))
    if item.column:
        return _(
            "%(column)s = %(value)s: %(span)s.", column=item.column, value=item.value, span=length
        )
    return _("The short SMS: %(span)s.", span=length)


def _too_late(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "danger",
        _(
            "The last SMS leaves %(last)s, after what it says is over (%(until)s). Those are not sent.",
            last=when(values["last"]),
            until=when(values["until"]),
        ),
        _("Send to the affected area first, or say a later end."),
    )


def _update_first(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "warning",
        _(
            "You promise the next message %(update)s, before the last SMS has left (%(last)s).",
            update=when(values["update"]),
            last=when(values["last"]),
        ),
        _("Promise a later one, or send to fewer."),
    )


def _not_as_decided(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "warning",
        local_choices.not_as_decided(values["item"]),
        _("Ask who decides it. Where places differ, send a message for each."),
    )


def _contradicts(values: Mapping[str, Any]) -> Caution:
    return Caution("danger", *rule_words.contradicts(values["clash"]))


def _contradicts_elsewhere(values: Mapping[str, Any]) -> Caution:
    return Caution("warning", *rule_words.contradicts_elsewhere(values["clash"]))


def _wrong_weekday(values: Mapping[str, Any]) -> Caution:
    return Caution("warning", *rule_words.wrong_weekday(values["written"], values["true"]))


def _promised_late(values: Mapping[str, Any]) -> Caution:
    return Caution("warning", *rule_words.promised_late(values["update"]))


def _at_night(values: Mapping[str, Any]) -> Caution:
    return Caution("note", *rule_words.at_night())


def _override(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "warning",
        _(
            "This wording should have been checked again. It is sent anyway: %(reason)s",
            reason=values["reason"],
        ),
        _("Read it with that in mind. Only a second person can confirm it."),
    )


def _nobody_woken(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "warning",
        _("Nobody who may confirm has a duty phone: nobody is woken."),
        _("Call them yourself. An administrator adds duty phones under People."),
    )


def _set_aside(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "warning",
        ngettext(
            "%(num)s row of the list was set aside and gets no SMS.",
            "%(num)s rows of the list were set aside and get no SMS.",
            values["rows"],
        ),
        _("They are listed below. Mend the list and add it later, or call them."),
    )


def _opted_out(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "note",
        ngettext(
            "%(num)s phone has opted out and gets no SMS.",
            "%(num)s phones have opted out and get no SMS.",
            values["phones"],
        ),
        _("They are counted as skipped. Tell them in another way if they must act."),
    )


def _opt_out_override(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "warning",
        _("It goes to phones that opted out, too: %(reason)s", reason=values["reason"]),
        _("Only danger to life allows that. What the gateway itself blocks stays blocked."),
    )


def _no_page(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "warning",
        _(
            "No place on the list is called %(names)s: this stands on the front page only, on no page of a place.",
            names=", ".join(values["names"]),
        ),
        _(
            "Choose the name from the list where there is one; otherwise add the place under Prepared."
        ),
    )


def _other_language(values: Mapping[str, Any]) -> Caution:
    listed = ", ".join(
        f"{language_name(code)}: {number(amount)}" for code, amount in values["languages"].items()
    )
    return Caution(
        "note",
        _(
            "Some get the SMS in Danish because it is not written in their language (%(listed)s).",
            listed=listed,
        ),
        _("Tell them in another way if they must act at once."),
    )


def _long(values: Mapping[str, Any]) -> Caution:
    return Caution(
        "note",
        _(
            "The SMS is more than two parts in: %(languages)s.",
            languages=_listed(values["languages"]),
        ),
        _("Parts can arrive out of order. Shorter words in the blanks may help."),
    )


def _setting(values: Mapping[str, Any]) -> Caution:
    return Caution("note", str(values["words"]), _("Tell IT operations."))


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(language_name(code) for code in codes)


_SAID: Mapping[Risk, Callable[[Mapping[str, Any]], Caution]] = {
    Risk.NOBODY_CONFIRMS: _nobody,
    Risk.CONTRADICTS: _contradicts,
    Risk.CONTRADICTS_ELSEWHERE: _contradicts_elsewhere,
    Risk.WRONG_WEEKDAY: _wrong_weekday,
    Risk.PROMISED_LATE: _promised_late,
    Risk.AT_NIGHT: _at_night,
    Risk.NET_GONE: _net_gone,
    Risk.TOO_LATE: _too_late,
    Risk.UPDATE_BEFORE_LAST: _update_first,
    Risk.NOT_AS_DECIDED: _not_as_decided,
    Risk.OVERRIDE: _override,
    Risk.NOBODY_WOKEN: _nobody_woken,
    Risk.SET_ASIDE: _set_aside,
    Risk.OPTED_OUT: _opted_out,
    Risk.OPT_OUT_OVERRIDE: _opt_out_override,
    Risk.NO_PAGE: _no_page,
    Risk.OTHER_LANGUAGE: _other_language,
    Risk.LONG: _long,
    Risk.SETTING: _setting,
}


def sender_name() -> str:
    """What a phone shows as the sender."""
    found: Settings = current_app.config["HUB"]
    return found.sms_sender or found.municipality


__all__ = [
    "audience_words",
    "cautions",
    "language_name",
    "sender_name",
    "sentence",
    "texts",
    "tick_sentence",
]
