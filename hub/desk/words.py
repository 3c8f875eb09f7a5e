"""The interface's words. English in the code; `translations/` has the others.

As flask_babel's functions, with their types. `python -m hub.desk.translations_check` finds the calls.
"""

from __future__ import annotations

import flask_babel
from markupsafe import escape


def gettext(words: str, **values: object) -> str:
    """The words in the reader's language, `%(name)s` filled from `values`."""
    return str(flask_babel.gettext(words, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The words that go with a number, `%(num)s`."""
    return str(flask_babel.ngettext(one, many, num, **values))


class LazyWords:
    """Words that are looked up when they are shown: for tables at the top of a module."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __str__(self) -> str:
        return str(flask_babel.gettext(self._words))

    def __html__(self) -> str:
        return str(escape(str(self)))


def lazy_gettext(words: str) -> LazyWords:
    """Words for a table at the top of a module; `str()` of one is in the reader's language."""
    return LazyWords(words)
