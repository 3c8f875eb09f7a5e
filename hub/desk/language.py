"""The language of the interface: Danish unless a person chose another; words from `translations/`.

The `.po` files are read as they are, once a process: no compiled file can be older than its source.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale

DEFAULT = "da"
LANGUAGES = {"da": "Dansk", "en": "English"}
"""What the interface can be read in, each by its own name."""

SOURCE = "en"
"""The language of the words in the code."""

DOMAIN = "desk"
COOKIE = "desk_language"
_HERE = Path(__file__).resolve().parent
FOLDERS = (_HERE.parents[1] / "translations", _HERE.parent / "_share" / "translations")
"""In a checkout, and in an installed package."""


class FileDomain(Domain):  # type: ignore[misc]  # flask_babel has no types
    """A gettext domain that reads `.po` files; they are small."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return NullTranslations() if locale is None else catalogue(locale.language)


class FileBabel(Babel):  # type: ignore[misc]  # flask_babel has no types
    """Flask-Babel over `.po` files."""

    domain_instance = FileDomain(domain=DOMAIN)


def prepare(app: Flask) -> None:
    """Set the language of every page."""
    FileBabel(
        app,
        default_locale=DEFAULT,
        default_domain=DOMAIN,
        default_timezone="Europe/Copenhagen",
        locale_selector=chosen,
    )
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.context_processor(lambda: {"language": current(), "languages": LANGUAGES})


def chosen() -> str:
    """The language that this browser asked for on the desk; Danish otherwise, whatever the browser's own is."""
    asked = request.cookies.get(COOKIE, "") if request else ""
    return asked if asked in LANGUAGES else DEFAULT


def current() -> str:
    """The code of the language that is being written now."""
    locale = get_locale()
    return DEFAULT if locale is None else str(locale.language)


def po_files(language: str) -> list[Path]:
    """The files with the words of a language."""
    found = (sorted((folder / language / "LC_MESSAGES").glob("*.po")) for folder in FOLDERS)
    return next((files for files in found if files), [])


@lru_cache(maxsize=8)
def catalogue(language: str) -> NullTranslations:
    """A language's words, of all its files; the source language needs none."""
    files = po_files(language)
    if not files:
        return NullTranslations()
    words = Catalog(locale=language)
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    words.add(message.id, message.string, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, words)
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)
