"""What the rooms about incidents refuse, in the interface's language and without the command line's hints.

The rooms speak to operators, in English and with commands. A refusal that stands in this table is said as the desk
says it; one that does not is shown as it is.
"""

from __future__ import annotations

import re

from hub.desk.forms import Form
from hub.desk.refusals import refusal
from hub.desk.start.slot_words import REASONS
from hub.desk.words import LazyWords, lazy_gettext
from hub.errors import HubError

WORDS: tuple[tuple[re.Pattern[str], LazyWords], ...] = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (
            r"(?P<key>\S+) with the same slots waits for confirmation already as announcement (?P<number>\d+)\..*",
            lazy_gettext(
                "The same message with the same content waits for confirmation already, as announcement %(number)s. "
                "Confirm that one, or discard it."
            ),
        ),
        (
            r"(?P<key>\S+) with the same slots is in force already as announcement (?P<number>\d+)\..*",
            lazy_gettext(
                "The same message with the same content is in force already, as announcement %(number)s. A list that "
                "came late is added there."
            ),
        ),
        (
            r"(?P<who>\S+) has opened incident (?P<number>\d+) .* meanwhile\..*",
            lazy_gettext(
                "%(who)s has opened incident %(number)s meanwhile. Say below whether yours belongs to it or is "
                "another one."
            ),
        ),
        (
            r"(?P<who>\S+) did this and cannot be the second pair of eyes on it\. Announcement (?P<number>\d+) .*",
            lazy_gettext(
                "%(who)s prepared it and cannot confirm it too: it needs another person with the role sender."
            ),
        ),
        (
            r"(?P<maker>\S+) made the account of (?P<made>\S+) or reset its login within the last 24 hours.*",
            lazy_gettext(
                "%(maker)s made the account of %(made)s, or reset its login, within the last 24 hours: these two "
                "cannot be each other's second pair of eyes yet. It needs another person with the role sender."
            ),
        ),
        (
            r"(?P<who>\S+) has not the role sender and cannot confirm\.",
            lazy_gettext("%(who)s has not the role sender and cannot confirm."),
        ),
        (
            r"Confirming alone \(.*",
            lazy_gettext("Say why you confirm alone."),
        ),
        (
            r"Announcement (?P<number>\d+) overrides a check \((?P<reason>.*)\): that needs a second person\.",
            lazy_gettext(
                "It is sent although a check says no (%(reason)s): that needs a second person."
            ),
        ),
        (
            r"Announcement \d+ holds free text: confirming alone .*",
            lazy_gettext("It holds free text: that needs a second person."),
        ),
        (
            r"(?P<who>\S+) imported the list (?P<name>.*) within the last 24 hours: confirming alone .*",
            lazy_gettext(
                "%(who)s brought in the list %(name)s within the last 24 hours: that needs a second person."
            ),
        ),
        (
            r"Announcement (?P<number>\d+) is not the text you read .*",
            lazy_gettext(
                "The text was changed after you opened this page. Read it again: what stands here now is what goes out."
            ),
        ),
        (
            r"Announcement \d+ is not what was prepared: .*",
            lazy_gettext(
                "The stored text is not what was prepared. Discard it, and tell IT operations and the auditor."
            ),
        ),
        (
            r"Announcement \d+ was prepared more than 30 minutes ago\..*",
            lazy_gettext(
                "It was prepared more than 30 minutes ago, so its times may not be true any more. Fill it again."
            ),
        ),
        (
            r"Announcement \d+ names a time that has passed:",
            lazy_gettext("It names a time that has passed. Fill it again:"),
        ),
        (
            r"Announcement \d+ is not whole: .*",
            lazy_gettext(
                "Its recipients are still being written. Wait a moment; if it stays so, fill it again."
            ),
        ),
        (
            r"Announcement \d+ would read differently now .*",
            lazy_gettext(
                "It would read differently now than when it was prepared, because a setting was changed. Fill it again."
            ),
        ),
        (
            r"(?P<key>\S+) v\d+ is not the approved version any more\..*",
            lazy_gettext(
                "Another version of %(key)s is approved now. Fill it again: that uses the new one."
            ),
        ),
        (
            r"The list (?P<name>.*) was deleted after announcement \d+ was prepared\..*",
            lazy_gettext(
                "The list %(name)s was deleted after this was prepared. Discard it, and start again with another list."
            ),
        ),
        (
            r"Announcement \d+ changes announcement (?P<number>\d+), which is \S+ already.*",
            lazy_gettext(
                "It changes announcement %(number)s, which is not in force any more. Discard it."
            ),
        ),
        (
            r"Announcement \d+ is discarded and cannot be confirmed\.",
            lazy_gettext("It was discarded and cannot be confirmed."),
        ),
        (
            r"Announcement \d+ is returned and cannot be confirmed\. It was sent back: (?P<reason>.*) Fill it again: .*",
            lazy_gettext(
                "It was sent back (%(reason)s). Fill it again before it can be confirmed."
            ),
        ),
        (
            r"Announcement \d+ is (?:confirmed|live|updated|ended|corrected); from there it cannot become .*",
            lazy_gettext(
                "It was confirmed meanwhile. Only an update, an all-clear or a correction changes it now."
            ),
        ),
        (
            r"Announcement \d+ is (?:prepared|returned|discarded); from there it cannot become .*",
            lazy_gettext(
                "Somebody changed it meanwhile. Load the page again and see where it stands."
            ),
        ),
        (
            r"Say why, so that it can be mended: .*",
            lazy_gettext("Say why, so that it can be mended."),
        ),
        (
            r"No code was sent for announcement \d+: .*",
            lazy_gettext(
                "No code was sent: nobody who may confirm it has a duty phone. An administrator adds one under People."
            ),
        ),
        (
            r"Too many wrong codes for announcement \d+: .*",
            lazy_gettext(
                "Too many wrong codes. Have it confirmed at a screen, or fill it again, which sends new codes."
            ),
        ),
        (
            r"That is not a code for announcement \d+\..*",
            lazy_gettext("That is not the code. Have it read aloud again, digit by digit."),
        ),
        (
            r"Incident (?P<number>\d+) is closed.*",
            lazy_gettext("Incident %(number)s is closed. Start a new one."),
        ),
        (
            r"(?P<key>\S+) has no approved version .*",
            lazy_gettext(
                "%(key)s has no approved version. It must be approved before it can be sent."
            ),
        ),
        (
            r"(?P<key>\S+) cannot be sent: the fact (?P<fact>.*) was withdrawn as wrong\..*",
            lazy_gettext(
                "%(key)s cannot be sent: its fact %(fact)s was withdrawn as wrong. A corrected version must be approved."
            ),
        ),
        (
            r"(?P<key>\S+) cannot be sent: its stored text is not what was approved.*",
            lazy_gettext(
                "%(key)s cannot be sent: its stored text is not what was approved. Tell IT operations and the auditor."
            ),
        ),
        (
            r"(?P<key>\S+) is expired: its review was due (?P<due>[\d-]+)\..*",
            lazy_gettext(
                "%(key)s is expired: its review was due %(due)s. Say why it is sent anyway, or have it reviewed."
            ),
        ),
        (
            r"(?P<key>\S+) must be checked again: the fact (?P<fact>.*) changed since it was approved\..*",
            lazy_gettext(
                "%(key)s must be checked again: its fact %(fact)s changed since it was approved. Say why it is sent "
                "anyway."
            ),
        ),
        (
            r"(?P<key>\S+) needs a \S+ announcement in force in incident (?P<number>\d+); there is none\.",
            lazy_gettext(
                "%(key)s changes an announcement that is in force, and incident %(number)s has none."
            ),
        ),
        (
            r"Several \S+ announcements are in force in incident \d+: name one with --of \((?P<numbers>.*)\)\.",
            lazy_gettext(
                "Several announcements are in force (%(numbers)s): choose which one it changes."
            ),
        ),
        (
            r"The list (?P<name>'.*'|\".*\") lacks the column (?P<columns>.*): all (?P<rows>\d+) rows .*",
            lazy_gettext(
                "The list %(name)s lacks the column %(columns)s. Add the column and bring the list in again."
            ),
        ),
        (
            r"The power cannot have gone at a moment that is to come\.",
            lazy_gettext("The power cannot have gone at a moment that is to come."),
        ),
        (
            r"The power cannot have gone more than a week ago\.",
            lazy_gettext("The power cannot have gone more than a week ago."),
        ),
        (
            r"The list has no rows: nobody would get a text\.",
            lazy_gettext("The list has no rows: nobody would get an SMS."),
        ),
        (
            r"Every row was set aside, so nobody would get a text:?.*",
            lazy_gettext("No row of the list can be used, so nobody would get an SMS:"),
        ),
        (
            r"No row of (?P<name>'.*'|\".*\") has (?P<what>.*)\. There is: .*",
            lazy_gettext("The list %(name)s has no row with %(what)s any more."),
        ),
        (
            r"row (?P<row>\d+): (?P<why>.*)",
            lazy_gettext("row %(row)s: %(why)s"),
        ),
        (
            r"The column (?P<column>'.*'|\".*\") is empty in this row\.",
            lazy_gettext("the column %(column)s is empty"),
        ),
        (
            r"The slot (?P<slot>'\w+') \(\w+\) cannot be (?P<given>'.*'|\".*\"): (?P<why>.*)\.",
            lazy_gettext("%(given)s cannot be used: %(why)s"),
        ),
        (
            r"The slot '\w+' \(choice\) is not decided for the place \(.*\): .*",
            lazy_gettext("What holds is not decided for the place. Choose it."),
        ),
        (
            r"There is no announcement (?P<number>\d+)\..*",
            lazy_gettext("There is no announcement %(number)s."),
        ),
        (
            r"The slots cannot be used:",
            lazy_gettext("What was filled in cannot be used:"),
        ),
    )
)


def line_in_words(line: str) -> str:
    """One line of a refusal, or the reason why a row was set aside."""
    for pattern, words in WORDS:
        found = pattern.fullmatch(line)
        if found is not None:
            values = found.groupdict()
            if "why" in values:
                values["why"] = line_in_words(values["why"])
            return str(words) % values
    for pattern, words in REASONS:
        found = pattern.fullmatch(line)
        if found is not None:
            return str(words) % found.groupdict()
    return line


def in_words(error: HubError) -> list[str]:
    """What a room refused, line by line."""
    return [line_in_words(line) for line in refusal(error)]


def refuse(form: Form, error: HubError, name: str | None = None) -> None:
    """Put what a room refused at a field, or above the form."""
    if name is not None:
        form.wrong(name, " ".join(in_words(error)))
    else:
        form.refusals.extend(in_words(error))
