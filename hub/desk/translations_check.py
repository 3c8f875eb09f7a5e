"""`python -m hub.desk.translations_check`: is every word of the interface translated, and none left over?

Words are extracted from code and templates as `babel.cfg` says. With `--update NAME [PATH ...]` missing words that
stand below one of the paths are added, empty, to `translations/<language>/LC_MESSAGES/NAME.po`, and stale ones are
taken out of that file.
"""

from __future__ import annotations

import argparse
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from hub.desk.language import LANGUAGES, SOURCE

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "Said": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}

Key = tuple[str | tuple[str, ...], str | None]


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong, line by line; 0 when nothing is."""
    parser = argparse.ArgumentParser(description="Is every word of the interface translated?")
    parser.add_argument("--update", metavar="NAME", help="add missing words to NAME.po")
    parser.add_argument("paths", nargs="*", help="with --update: only words that stand below these")
    options = parser.parse_args(arguments)
    wanted = extracted(ROOT)
    if options.update:
        for language in _targets():
            update(ROOT, language, options.update, wanted, tuple(options.paths))
    problems = [line for language in _targets() for line in check(ROOT, language, wanted)]
    print("\n".join(problems) or f"{len(wanted)} words, all translated")
    return 1 if problems else 0


def _targets() -> list[str]:
    return [language for language in LANGUAGES if language != SOURCE]


def extracted(root: Path) -> dict[Key, str]:
    """Every word that the interface shows, and where it stands first."""
    with (root / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel has no type for it
    found: dict[Key, str] = {}
    for folder in ("hub", "templates"):
        for name, line, words, _comments, context in extract_from_dir(
            root / folder,
            method_map=[(_below(folder, pattern), method) for pattern, method in methods],
            options_map={_below(folder, pattern): value for pattern, value in options.items()},
            keywords=KEYWORDS,
        ):
            key = (tuple(words) if isinstance(words, (tuple, list)) else words, context)
            found.setdefault(key, f"{folder}/{name}:{line}")
    return found


def _below(folder: str, pattern: str) -> str:
    return pattern.removeprefix(f"{folder}/")


def check(root: Path, language: str, wanted: dict[Key, str]) -> list[str]:
    """Problems of one language: untranslated, fuzzy, stale or twice differently, and other fields in it."""
    problems: list[str] = []
    have: dict[Key, tuple[str, Message]] = {}
    for path, message in _messages(root, language):
        key = _key(message)
        where = f"{path.relative_to(root)}: {message.id!r}"
        if key in have and have[key][1].string != message.string:
            problems.append(f"{where} is translated differently in {have[key][0]}")
        have.setdefault(key, (path.name, message))
        if message.fuzzy:
            problems.append(f"{where} is marked fuzzy")
        if key not in wanted:
            problems.append(f"{where} is not used any more")
        else:
            problems += [f"{where} {reason}" for reason in _faults(message)]
    problems += [
        f"{place}: {key[0]!r} is not translated into {language}"
        for key, place in wanted.items()
        if key not in have
    ]
    return problems


def _faults(message: Message) -> Iterator[str]:
    sources, strings = _several(message.id), _several(message.string)
    if len(strings) < len(sources) or not all(strings):
        yield "is not translated"
        return
    for text in strings:
        if not any(_fields(text) == _fields(source) for source in sources):
            yield f"has other fields than its translation {text!r}"


def _several(words: object) -> tuple[str, ...]:
    """One form or several, always as a tuple; a missing one is empty."""
    parts = words if isinstance(words, (tuple, list)) else (words,)
    return tuple(str(part or "") for part in parts)


def _fields(text: str) -> set[str]:
    """The names in `%(name)s`."""
    parts = text.replace("%%", "").split("%(")[1:]
    return {part.partition(")")[0] for part in parts} | {
        name for _, name, _, _ in string.Formatter().parse(text.replace("%(", "")) if name
    }


def update(
    root: Path, language: str, name: str, wanted: dict[Key, str], below: tuple[str, ...] = ()
) -> None:
    """Add what is missing, and stands below one of these paths (none: anywhere), to one file, empty; take what is
    stale out of it."""
    path = root / "translations" / language / "LC_MESSAGES" / f"{name}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    new = Catalog(locale=language)
    for message in _read(path, language):
        if message.id and _key(message) in wanted:
            new.add(message.id, message.string, context=message.context)
    present = {_key(message) for _, message in _messages(root, language)}
    for (words, context), place in wanted.items():
        if (words, context) not in present and (not below or place.startswith(below)):
            new.add(words, context=context)
    with path.open("wb") as file:
        file.write(f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n'.encode())
        file.write(b'"Content-Type: text/plain; charset=utf-8\\n"\n')
        file.write(f'"Plural-Forms: {new.plural_forms}\\n"\n\n'.encode())
        write_po(file, new, omit_header=True, no_location=True, sort_output=True, width=110)


def _messages(root: Path, language: str) -> Iterator[tuple[Path, Message]]:
    for path in sorted((root / "translations" / language / "LC_MESSAGES").glob("*.po")):
        for message in _read(path, language):
            if message.id:
                yield path, message


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _key(message: Message) -> Key:
    words = tuple(message.id) if isinstance(message.id, (tuple, list)) else message.id
    return words, message.context


if __name__ == "__main__":
    sys.exit(main())
