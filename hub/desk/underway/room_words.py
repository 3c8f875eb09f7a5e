"""What the rooms refuse about what is under way, and what gateways say, in the interface's language.

The rooms speak to operators, in English and with commands. A refusal that stands in no table is said as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hub.desk.forms import Form
from hub.desk.refusals import refusal
from hub.desk.start.room_words import line_in_words
from hub.desk.words import LazyWords, lazy_gettext
from hub.errors import HubError

WORDS: tuple[tuple[re.Pattern[str], LazyWords], ...] = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (
            r"Broadcast \d+ is \w+; from there it cannot become .*",
            lazy_gettext("That cannot be done any more: see below how the broadcast stands now."),
        ),
        (r"Broadcast \d+ is \w+, not paused\.", lazy_gettext("It is not paused.")),
        (
            r"Say why these may be sent again: .*",
            lazy_gettext("Say why these may be sent again: whoever has the text gets it twice."),
        ),
        (
            r"Broadcast \d+ was (?:stopped|superseded|outlived): nothing of it is sent again\.",
            lazy_gettext("The broadcast is over: nothing of it is sent again."),
        ),
        (r"No delivery of broadcast \d+ is unknown\.", lazy_gettext("No outcome is unknown.")),
        (
            r"Say how you know that these were received\.",
            lazy_gettext("Say how you know that they have it."),
        ),
        (
            r"Name at least one delivery that was received\.",
            lazy_gettext("Choose at least one that was received."),
        ),
        (
            r"Say why: the journal keeps it\.",
            lazy_gettext("Say why: it goes into the journal."),
        ),
        (
            r"Gateway \S+ is neither pinned, drained nor set aside\.",
            lazy_gettext("The hub decides about this gateway already."),
        ),
        (
            r"Gateway \S+ is (?:pinned|drained) already\.",
            lazy_gettext("It is so already."),
        ),
        (
            r"Without \S+ no gateway would be left\. .*",
            lazy_gettext(
                "No gateway would be left. To send nothing, pause the broadcasts instead."
            ),
        ),
        (
            r"Name at least one delivery to send again\.",
            lazy_gettext("Choose at least one to send again."),
        ),
        (
            r"The scenario of broadcast \d+ is not marked repeat_is_harmless: .*",
            lazy_gettext(
                "In this scenario twice can do harm: choose them one by one, or phone them instead."
            ),
        ),
        (
            r"Announcement \d+ is \w+: only one that is in force can take a late list\.",
            lazy_gettext("The announcement is not in force, so no list can be added to it."),
        ),
        (
            r"(?P<who>\S+) imported the list (?P<list>.*) within the last 24 hours: somebody else must .*",
            lazy_gettext(
                "%(who)s brought in the list %(list)s within the last 24 hours: somebody else must add it, so that "
                "two people saw whom it reaches."
            ),
        ),
        (
            r"The list (?P<list>.*) and incident \d+ are not both exercises\.",
            lazy_gettext("The list %(list)s does not belong here: real and exercise never mix."),
        ),
        (
            r"Incident \d+ cannot be closed yet: .*",
            lazy_gettext("The incident cannot be closed yet. See below what stands in the way."),
        ),
        (
            r"Everybody in the list (?P<list>.*) has announcement (?P<number>\d+) already, or will get it: .*",
            lazy_gettext(
                "Everybody in the list %(list)s has the text already, or will get it: there is nobody new to send to."
            ),
        ),
        (
            r"No row of the list (?P<list>.*) can be used: nobody new would get announcement \d+\.",
            lazy_gettext("No row of the list %(list)s can be used: nobody new would get the text."),
        ),
        (r"paused by (?P<who>.*)", lazy_gettext("Paused by %(who)s.")),
        (r"stopped by (?P<who>.*)", lazy_gettext("Stopped by %(who)s.")),
        (
            r"a newer hub \(instance (?P<instance>\d+)\) holds the site: .*",
            lazy_gettext(
                "A newer hub (number %(instance)s) holds the site, so this one must not send. Tell IT operations."
            ),
        ),
        (r"Incident \d+ is closed already\.", lazy_gettext("The incident is closed already.")),
    )
)

CODES: Mapping[str, LazyWords] = {
    "21211": lazy_gettext("the number is invalid"),
    "21214": lazy_gettext("the number cannot be reached"),
    "21265": lazy_gettext("the number is a short number"),
    "21408": lazy_gettext("the account may not send to this country"),
    "21610": lazy_gettext("the person has opted out (STOP)"),
    "21612": lazy_gettext("there is no way to this number"),
    "21614": lazy_gettext("the number is no mobile phone"),
    "21635": lazy_gettext("the number is a landline"),
    "30001": lazy_gettext("the gateway's queue was full"),
    "30002": lazy_gettext("the gateway's account is suspended"),
    "30003": lazy_gettext("the phone is off or out of reach"),
    "30004": lazy_gettext("the number blocks messages"),
    "30005": lazy_gettext("the number is unknown"),
    "30006": lazy_gettext("a landline, or the operator cannot be reached"),
    "30007": lazy_gettext("the operator filtered the message"),
    "30008": lazy_gettext("the operator gives no reason"),
    "30036": lazy_gettext("it waited too long at the gateway"),
}
"""What a gateway's code means for whoever phones instead (`hub.sms.gateways.twilio_codes`)."""
_TEXTS: Mapping[str, LazyWords] = {
    "the worker that held it ended": lazy_gettext("the hub was interrupted while sending"),
    "the message found for it belongs to another delivery": lazy_gettext(
        "the gateway's answer belongs to another message"
    ),
}


def in_words(error: HubError) -> list[str]:
    """What a room refused, line by line."""
    return [line(item) for item in refusal(error)]


def line(text: str) -> str:
    """One line of a refusal, or the reason why a broadcast stands still."""
    for pattern, words in WORDS:
        found = pattern.fullmatch(text)
        if found is not None:
            return str(words) % found.groupdict()
    return line_in_words(text)


def refuse(form: Form, error: HubError, name: str | None = None) -> None:
    """Put what a room refused at a field, or above the form."""
    if name is not None:
        form.wrong(name, " ".join(in_words(error)))
    else:
        form.refusals.extend(in_words(error))


def gateway_says(code: str | None, text: str | None) -> str:
    """What a gateway said of a delivery: the code's meaning and number, or its own words."""
    known = CODES.get(code or "") or _TEXTS.get(text or "")
    parts = (str(known) if known else text, f"({code})" if code else "")
    return " ".join(part for part in parts if part)
