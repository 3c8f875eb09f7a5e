"""`<phase>.<language>.md`: front matter, the sections, and what is wrong with them by themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import yaml

from hub.library.problems import Problems, did_you_mean
from hub.text.markup import problems as markup_problems
from hub.text.template import Template, TemplateError, parse_template
from hub.text.types import Channel, LanguageText, Section

SECTIONS: Mapping[str, Section] = {
    "SMS": Section.SMS,
    "SMS short": Section.SHORT,
    "Web": Section.WEB,
    "Phone": Section.PHONE,
    "Back": Section.BACK,
}
REQUIRED = ("SMS", "Web", "Phone")
REQUIRED_OF_A_VARIANT = ("Web",)
"""A variant of a language (`da-x-let`) may have a page alone."""
FRONT_KEYS = ("title", "translated_by", "translated_on")
_FENCE = re.compile(r"---[ \t]*\Z")
_HEADING = re.compile(r"##(?!#)[ \t]*(.*?)[ \t]*\Z")


@dataclass(frozen=True)
class Part:
    """The title (`section` None) or one section, parsed, with the lines it has in its file."""

    section: Section | None
    source: str
    template: Template

    @property
    def channel(self) -> Channel | None:
        return self.section.channel if self.section else None


@dataclass(frozen=True)
class TextFile:
    """One language of one message as its file says it. With problems found, only what could be read is filled."""

    path: str
    language: str
    title: str
    parts: tuple[Part, ...]
    translated_by: str
    translated_on: str

    def text(self) -> LanguageText:
        found = {part.section: part.source for part in self.parts}
        return LanguageText(
            language=self.language,
            title=self.title,
            sms=found.get(Section.SMS, ""),
            web=found.get(Section.WEB, ""),
            phone=found.get(Section.PHONE, ""),
            short=found.get(Section.SHORT, ""),
            back=found.get(Section.BACK, ""),
        )


@dataclass(frozen=True)
class _Value:
    text: str
    line: int


@dataclass(frozen=True)
class _Section:
    """`source` is without the blank lines around it; lines count from 1."""

    section: Section
    heading: int
    first_line: int
    source: str


def read_text(path: str, language: str, text: str, problems: Problems) -> TextFile:
    """Read one file; all its own mistakes go to `problems`. Names are held against the scenario afterwards."""
    lines = text.split("\n")
    front, body_starts = _front_matter(path, lines, problems)
    title = front.get("title", _Value("", 1))
    parts = [Part(None, title.text, parse_template(title.text, title.line))]
    for found in _sections(path, lines, body_starts, language, problems):
        template = parse_template(found.source, found.first_line)
        parts.append(Part(found.section, found.source, template))
        if found.section in (Section.WEB, Section.BACK):
            _add_all(path, markup_problems(found.source, found.first_line), problems)
    for part in parts:
        _add_all(path, part.template.errors, problems)
    translated_on = front.get("translated_on", _Value("", 1))
    if translated_on.text and not _is_day(translated_on.text):
        problems.add(path, translated_on.line, "translated_on is no date; write it as 2026-11-20")
    return TextFile(
        path=path,
        language=language,
        title=title.text,
        parts=tuple(parts),
        translated_by=front.get("translated_by", _Value("", 1)).text,
        translated_on=translated_on.text,
    )


def _add_all(path: str, errors: tuple[TemplateError, ...], problems: Problems) -> None:
    for error in errors:
        problems.add(path, error.line, error.message)


def _front_matter(path: str, lines: list[str], problems: Problems) -> tuple[dict[str, _Value], int]:
    """The values, and the index of the first line after the front matter."""
    if not lines or not _FENCE.match(lines[0]):
        problems.add(
            path, 1, "the front matter is missing; start the file with ---, title: ..., ---"
        )
        return {}, _first_heading(lines)
    end = next((index for index in range(1, len(lines)) if _FENCE.match(lines[index])), None)
    if end is None:
        problems.add(path, 1, "the front matter is never closed; write --- on a line below it")
        return {}, _first_heading(lines)
    values = _yaml_values(path, lines[1:end], problems)
    if "title" not in values and not any(
        problem.path == path and problem.line <= end + 1 for problem in problems.found
    ):
        problems.add(path, 1, "the title is missing; add title: ... to the front matter")
    return values, end + 1


def _first_heading(lines: list[str]) -> int:
    return next((index for index, line in enumerate(lines) if _HEADING.match(line)), len(lines))


def _yaml_values(path: str, lines: list[str], problems: Problems) -> dict[str, _Value]:
    try:
        root = yaml.compose("\n".join(lines) + "\n", yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 2
        problems.add(
            path,
            min(line, len(lines) + 1),
            f"the front matter is not YAML ({error.problem}); put the value in double quotes",
        )
        return {}
    except yaml.YAMLError:
        problems.add(path, 2, "the front matter holds a character that YAML does not allow")
        return {}
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        problems.add(path, 2, "the front matter must be lines of the form title: ...")
        return {}
    values: dict[str, _Value] = {}
    for key, value in root.value:
        _front_value(path, lines, key, value, values, problems)
    return values


def _front_value(
    path: str,
    lines: list[str],
    key: yaml.Node,
    value: yaml.Node,
    values: dict[str, _Value],
    problems: Problems,
) -> None:
    line = key.start_mark.line + 2
    name = key.value if isinstance(key, yaml.ScalarNode) else "?"
    if name not in FRONT_KEYS:
        hint = did_you_mean(str(name), FRONT_KEYS)
        problems.add(path, line, f"unknown key {name!r} in the front matter{hint}")
        return
    if name in values:
        first = values[name].line
        problems.add(path, line, f"duplicate key {name!r}: it stands on line {first} already")
        return
    text = value.value.strip() if isinstance(value, yaml.ScalarNode) else ""
    values[name] = _Value(text, line)
    if not isinstance(value, yaml.ScalarNode):
        problems.add(path, line, f"{name} must be text; put it in double quotes")
    elif not text or value.tag == "tag:yaml.org,2002:null":
        values[name] = _Value("", line)
        problems.add(path, line, f"{name} is empty; fill it in")
    elif "\n" in text or value.end_mark.line > value.start_mark.line:
        problems.add(path, line, f"{name} must stand on one line")
    elif lines[value.end_mark.line][value.end_mark.column :].lstrip().startswith("#"):
        problems.add(
            path, line, f"{name} is cut off at #, which starts a comment; put it in double quotes"
        )


def _sections(
    path: str, lines: list[str], start: int, language: str, problems: Problems
) -> list[_Section]:
    """The sections, each once; everything before the first heading must be blank."""
    headings = [
        (index, match[1])
        for index in range(start, len(lines))
        if (match := _HEADING.match(lines[index]))
    ]
    ends = [*(index for index, _ in headings), len(lines)][1:] if headings else []
    first = headings[0][0] if headings else len(lines)
    stray = next((index for index in range(start, first) if lines[index].strip()), None)
    if stray is not None:
        problems.add(
            path,
            stray + 1,
            "text stands outside the sections; put it below ## SMS, ## Web or ## Phone",
        )
    found: dict[str, _Section] = {}
    for (index, name), end in zip(headings, ends, strict=True):
        if name not in SECTIONS:
            hint = did_you_mean(name, SECTIONS, "## {}")
            problems.add(path, index + 1, f"unknown section {name!r}{hint}")
        elif name in found:
            problems.add(
                path,
                index + 1,
                f"duplicate section ## {name}: it stands on line {found[name].heading} already",
            )
        else:
            found[name] = _section(name, lines, index, end)
            if not found[name].source:
                problems.add(path, index + 1, f"the section ## {name} is empty; write its text")
    for name in REQUIRED_OF_A_VARIANT if "-x-" in language else REQUIRED:
        if name not in found:
            last = len(lines) - 1 if lines[-1] == "" else len(lines)
            problems.add(path, max(1, last), f"the section ## {name} is missing; add it")
    return list(found.values())


def _section(name: str, lines: Sequence[str], heading: int, end: int) -> _Section:
    start, end = _without_blanks(lines, heading + 1, end)
    return _Section(SECTIONS[name], heading + 1, start + 1, "\n".join(lines[start:end]))


def _without_blanks(lines: Sequence[str], start: int, end: int) -> tuple[int, int]:
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return start, end


def front_matter_end(lines: Sequence[str]) -> int:
    """The index of the line that closes the front matter; 0 where none is closed."""
    return next((index for index in range(1, len(lines)) if _FENCE.match(lines[index])), 0)


def title_line(lines: Sequence[str]) -> int:
    """The number of the line that has the title; 0 without one."""
    front = lines[1 : front_matter_end(lines)]
    found = (number for number, line in enumerate(front, 2) if line.startswith("title:"))
    return next(found, 0)


def section_span(lines: Sequence[str], section: Section) -> tuple[int, int] | None:
    """Where a section's words stand: the index of their first line and that behind the last; None without one."""
    for index in range(front_matter_end(lines), len(lines)):
        match = _HEADING.match(lines[index])
        if match and SECTIONS.get(match[1]) is section:
            behind = range(index + 1, len(lines))
            end = next((item for item in behind if _HEADING.match(lines[item])), len(lines))
            return _without_blanks(lines, index + 1, end)
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
