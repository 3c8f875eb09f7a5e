"""Why a login or an act on an account is refused, in words that the desk can translate.

`str()` of one is English, for the command line. The desk looks `words` up in its catalogue and fills in `values`.
"""

from __future__ import annotations

from hub.errors import Conflict, HubError, Invalid, NotAllowed


def N_(words: str) -> str:
    """Marks words for translation where they are written; they are looked up where they are shown."""
    return words


class Refusal(HubError):
    """Refused. `words` holds `%(name)s` blanks that `values` fills."""

    def __init__(self, words: str, **values: object) -> None:
        self.words, self.values = words, values
        super().__init__(words % values)


class RefusedAct(Refusal, NotAllowed):
    """This person may not do this, or not now."""


class RefusedInput(Refusal, Invalid):
    """What was typed cannot be used."""


class RefusedState(Refusal, Conflict):
    """The account or link is not in a state in which this can be done."""


class WrongLogin(RefusedInput):
    """Address, password or code are not right. Says no more, so that nobody learns who has an account."""

    def __init__(self) -> None:
        super().__init__(N_("The address or the password is not right."))


class NoAccountHere(RefusedAct):
    """Somebody whom the provider knows, and who has no open account with a password here."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Your work login has no account here that is ready. If you have an invitation, open its link "
                "first. Else ask an administrator to invite you."
            )
        )


class WrongCode(RefusedInput):
    """The code is wrong, too old, or was used before."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The code is not right, or it was used before. Wait for the next one in your app, "
                "or use a recovery code that you have not used."
            )
        )


class TooManyTries(RefusedAct):
    """Refused without looking at what was typed. `seconds` says when to try again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            N_(
                "Too many wrong tries. Try again in %(seconds)s seconds. If it is urgent, an administrator can "
                "give you a new link (`hub user reset` on the hub's own machine)."
            ),
            seconds=seconds,
        )


class LoginEnded(RefusedAct):
    """There is no such login (any more)."""

    def __init__(self) -> None:
        super().__init__(N_("The login took too long or has ended. Log in again."))


class PasswordsDiffer(RefusedInput):
    """A new password is typed twice so that a slip shows."""

    def __init__(self) -> None:
        super().__init__(N_("The two passwords are not the same. Type the new one twice."))


class DeadLink(RefusedState):
    """The link was used, is too old, or never was one."""

    def __init__(self) -> None:
        super().__init__(
            N_("This link was used before or is too old. Ask an administrator for a new one.")
        )
