"""Partners sign without an account: by a link that is mailed to the address which an administrator registered, and a
code that somebody in the municipality tells them by telephone.

`register` says whom a party is reached by, `inviting` makes and mails links, `answering` takes a yes or an objection,
`waiting` knows what waits for whom. How it holds together: `docs/partners.md`.
"""

from hub.library.partners.answering import (
    DeadLink,
    Given,
    Opened,
    Outdated,
    WrongCode,
    answer,
    opened,
)
from hub.library.partners.inviting import Invited, invite
from hub.library.partners.register import (
    Registered,
    by_party,
    find,
    get,
    parties_named,
    register,
    remove,
)
from hub.library.partners.waiting import CoSigner, LastYes, co_signers_of, last_yes, waiting_for
from hub.models import Answer

__all__ = [
    "Answer",
    "CoSigner",
    "DeadLink",
    "Given",
    "Invited",
    "LastYes",
    "Opened",
    "Outdated",
    "Registered",
    "WrongCode",
    "answer",
    "by_party",
    "co_signers_of",
    "find",
    "get",
    "invite",
    "last_yes",
    "opened",
    "parties_named",
    "register",
    "remove",
    "waiting_for",
]
