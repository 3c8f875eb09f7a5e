"""Changing a text in the desk: the file is written anew and goes the way that every loaded file goes.

What a person typed becomes the bytes of `<phase>.<language>.md`. These are read with all other files of the scenario
as a folder is read, so that a mistake is found with its line, the version has the hash that its files give, and an
export writes exactly what was edited. Of a file that is there, only what was changed is changed: its comments, its
translator and its line ends stay.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub import journal
from hub.accounts import require_role
from hub.database import db, deciding
from hub.errors import Conflict, Invalid
from hub.library.files import LibraryRead, read_library
from hub.library.lifecycle import name_of, newest, newest_of
from hub.library.loading import EDITED, LoadReport, load_message
from hub.library.problems import Problems
from hub.library.reading import decode, is_language
from hub.library.scenarios import FACTS_FILE
from hub.library.text_files import SECTIONS, front_matter_end, read_text, section_span
from hub.models import LibraryFile, Role, Version
from hub.text.types import LanguageText, Section, VersionText

LONGEST_TEXT = 20_000
"""Characters of one section: many times what a page needs."""

OPTIONAL = (Section.SHORT, Section.BACK)


class EditedMeanwhile(Conflict):
    """Somebody else saved this message since it was opened. `hash` is that of the version there is now."""

    def __init__(self, message: str, *, hash: str) -> None:
        super().__init__(message)
        self.hash = hash


@dataclass(frozen=True)
class Draft:
    """A text as its file would be. `message` is the whole message with it, None where a mistake refuses it;
    `starts` has the line on which the `title` and each section (`sms`, `short` ...) begins in the file."""

    path: str
    content: bytes
    read: LibraryRead
    message: VersionText | None
    starts: Mapping[str, int]

    def place(self, path: str, line: int) -> tuple[str, int]:
        """The field that a mistake is in and the line in it; the field is empty for another file."""
        if path != self.path:
            return "", line
        before = [(start, name) for name, start in self.starts.items() if start <= line]
        if not before:
            return "title", 1
        start, name = max(before)
        return name, line - start + 1


def draft(session: Session, key: str, text: LanguageText) -> Draft:
    """What saving this text would give; nothing is stored. Raises NotFound for an unknown message and Invalid for a
    language that the hub does not know or a text beyond all bounds."""
    _check_given(text)
    version = newest(session, key)
    texts = {**version.text.languages, text.language: text}
    path = f"{key}.{text.language}.md"
    stored = stored_files(session, version.scenario)
    files = {name: content for name, content in stored.items() if not _is_text_of(name, key)}
    for language, words in texts.items():
        name = f"{key}.{language}.md"
        files[name] = file_of(words, stored.get(name))
    read = read_files(files)
    message = read.messages.get(key)
    return Draft(
        path=path,
        content=files[path],
        read=read,
        message=message.text if message else None,
        starts=_starts(path, text.language, files[path]),
    )


def save(key: str, text: LanguageText, *, actor: journal.Actor, based_on: str) -> LoadReport:
    """Keep an edited text as a new draft version. Needs the role author; the editor becomes a contributor.

    `based_on` is the hash of the newest version that is not retired, as the editor saw it. Mistakes are in the
    report, and then nothing is stored. Raises EditedMeanwhile when that is not the newest version any more; NotFound,
    NotAllowed, Invalid.
    """
    with deciding() as session:
        require_role(session, actor, Role.AUTHOR)
    text = tidy(text)
    made = draft(db.session(), key, text)
    unchanged = partial(_refuse_if_edited, key, based_on)
    return load_message(made.read, key, actor=actor, part=EDITED, check=unchanged)


def tidy(text: LanguageText) -> LanguageText:
    """The words as a file holds them, of what a form sent."""
    return LanguageText(
        language=text.language,
        title=_one_line(text.title),
        **{section.value: _lines(text.section(section)) for section in Section},
    )


def file_of(text: LanguageText, stored: bytes | None) -> bytes:
    """The bytes of a text's file: those that are stored, with another title or section where it says other words."""
    old = _readable(stored)
    if old is None:
        return _new_file(text).encode()
    bom = "\ufeff" if stored is not None and stored.startswith(b"\xef\xbb\xbf") else ""
    ends = "\r\n" if stored is not None and b"\r\n" in stored else "\n"
    lines = old.split("\n")
    for section in reversed(_in_order(lines)):
        start, end = section_span(lines, section) or (0, 0)
        words = text.section(section)
        if not words and section in OPTIONAL:
            _take_out(lines, start, end)
        elif "\n".join(lines[start:end]) != words:
            lines[start:end] = words.split("\n")
    for name, section in SECTIONS.items():
        if text.section(section) and section_span(lines, section) is None:
            while lines and not lines[-1].strip():
                lines.pop()
            lines += ["", f"## {name}", "", *text.section(section).split("\n"), ""]
    lines = _titled(lines, text.title)
    return (bom + ends.join(lines)).encode("utf-8", "surrogatepass")


def _new_file(text: LanguageText) -> str:
    parts = [f"---\n{_title_line(text.title)}\n---\n"]
    parts += [
        f"\n## {name}\n\n{text.section(section)}\n"
        for name, section in SECTIONS.items()
        if text.section(section) or section not in _optional_in(text.language)
    ]
    return "".join(parts)


def _optional_in(language: str) -> tuple[Section, ...]:
    return (*OPTIONAL, Section.SMS, Section.PHONE) if "-x-" in language else OPTIONAL


def _take_out(lines: list[str], start: int, end: int) -> None:
    """Remove the section whose words are these lines, with its heading and the blank lines around it on one side."""
    start = _before_blanks(lines, start) - 1  # the heading
    behind = end
    while behind < len(lines) and not lines[behind].strip():
        behind += 1
    if behind < len(lines):
        lines[start:behind] = []
    else:
        lines[_before_blanks(lines, start) : end] = []


def _before_blanks(lines: Sequence[str], index: int) -> int:
    while index > 0 and not lines[index - 1].strip():
        index -= 1
    return index


def _readable(stored: bytes | None) -> str | None:
    """The stored file's text where it can be taken apart: without a mistake of its own."""
    if stored is None:
        return None
    problems = Problems()
    text = decode(stored, "stored.md", problems)
    if text is None:
        return None
    read_text("stored.md", "da", text, problems)
    return None if problems.found else text


def _in_order(lines: Sequence[str]) -> list[Section]:
    """The sections that the file has, as they follow each other."""
    spans = {section: section_span(lines, section) for section in SECTIONS.values()}
    return sorted((item for item in spans if spans[item]), key=lambda item: spans[item] or (0, 0))


def _titled(lines: list[str], title: str) -> list[str]:
    end = front_matter_end(lines)
    for index in range(1, end):
        if re.match(r"[\"']?title[\"']?[ \t]*:", lines[index]):
            found = yaml.safe_load(lines[index])
            if found != {"title": title}:
                lines[index] = _title_line(title)
            return lines
    return [*lines[:1], _title_line(title), *lines[1:]]


def _title_line(title: str) -> str:
    plain = f"title: {title}"
    try:
        if title and yaml.safe_load(plain) == {"title": title} and "#" not in title:
            return plain
    except yaml.YAMLError:
        pass
    return f"title: {json.dumps(title, ensure_ascii=False)}"


def _starts(path: str, language: str, content: bytes) -> dict[str, int]:
    text = decode(content, path, Problems())
    lines = text.split("\n") if text is not None else []
    starts = {"title": 1}
    for section in SECTIONS.values():
        span = section_span(lines, section)
        if span is not None:
            starts[section.value] = span[0] + 1
    return starts


def _check_given(text: LanguageText) -> None:
    if not is_language(text.language):
        raise Invalid(
            f"The language {text.language!r} is not known here. Use a code in small letters, like da, en, de."
        )
    for name in ("title", *Section):
        words = text.title if name == "title" else text.section(Section(name))
        if len(words) > LONGEST_TEXT:
            raise Invalid(
                f"The {name} has {len(words)} characters; at most {LONGEST_TEXT} can be kept."
            )


def _lines(words: str) -> str:
    """As a file holds it: line ends as one character, without blank lines around."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)


def _one_line(title: str) -> str:
    return " ".join(title.replace("\0", "").split())


def stored_files(session: Session, scenario: str) -> dict[str, bytes]:
    """The scenario's files and the facts as they were last loaded."""
    rows = session.scalars(
        select(LibraryFile).where(
            LibraryFile.path.startswith(f"{scenario}/", autoescape=True)
            | (LibraryFile.path == FACTS_FILE)
        )
    )
    return {row.path: bytes(row.content) for row in rows}


def _is_text_of(path: str, key: str) -> bool:
    return path.startswith(f"{key}.") and path.endswith(".md")


def read_files(files: Mapping[str, bytes]) -> LibraryRead:
    """Files by path, read as a folder with them is read."""
    with tempfile.TemporaryDirectory(prefix="klarbesked-edit-") as name:
        folder = Path(name)
        for path, content in files.items():
            parts = PurePosixPath(path).parts
            if len(parts) > 2 or ".." in parts or PurePosixPath(path).is_absolute():
                continue  # no library file has such a path
            target = folder / path
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
        return read_library(folder)


def _refuse_if_edited(
    key: str, based_on: str, session: Session, versions: Sequence[Version]
) -> None:
    current = newest_of(versions, session, key)
    if current.hash != based_on:
        raise EditedMeanwhile(
            f"{name_of(current)} was saved by {current.made_by} after you opened the text. Nothing of yours is lost: "
            "compare the two, carry over what is needed and save again.",
            hash=current.hash,
        )
