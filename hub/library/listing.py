"""A list of every prepared message in a folder, with its languages, sources and what a municipality must still check
before it approves: Markdown, for reading and for `docs/library.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hub.library.decisions import undecided
from hub.library.files import LibraryRead, Message
from hub.library.signing import is_translation
from hub.text.types import Fact, Phase, Section

_PHASES = list(Phase)


def listing(read: LibraryRead) -> str:
    """The list of what was read, scenario by scenario. What has a mistake is named with it."""
    scenarios: dict[str, list[Message]] = {}
    for message in read.messages.values():
        scenarios.setdefault(message.scenario, []).append(message)
    lines = [*_summary(read, scenarios)]
    for name in sorted(scenarios):
        messages = sorted(scenarios[name], key=lambda item: _PHASES.index(item.phase))
        lines += ["", *_scenario(name, messages)]
    lines += ["", *_facts(read.facts.good, read.messages.values())]
    if read.problems:
        lines += ["", "## Files with a mistake", ""]
        lines += [f"- `{item.path}`, line {item.line}: {item.reason}" for item in read.problems]
    return "\n".join(lines) + "\n"


def _summary(read: LibraryRead, scenarios: Mapping[str, Sequence[Message]]) -> Iterator[str]:
    texts = [
        (message, language)
        for message in read.messages.values()
        for language in message.text.languages
    ]
    translations = [item for item in texts if is_translation(item[1])]
    named = [item for item in translations if item[0].translations[item[1]].by]
    notes = sum(len(messages[0].meta["verify"]) for messages in scenarios.values())
    yield f"{len(scenarios)} scenarios, {len(read.messages)} messages, {len(texts)} texts, {notes} notes to check."
    yield (
        f"{len(translations)} of the texts are translations; {len(named)} name a translator. A translator's name in a "
        "file is no review: each language is reviewed by a recorded signature (`hub library review`)."
    )


def _scenario(name: str, messages: Sequence[Message]) -> Iterator[str]:
    meta = messages[0].meta
    yield f"## {meta['title'].get('en', name)} (`{name}`)"
    yield ""
    signers = ", ".join(meta["co_signers"]) or "nobody else"
    yield (
        f"{meta['title']['da']}. Owner: {meta['owner']}; needs the yes of {signers}. Severity {meta['severity']}, "
        f"channels {', '.join(meta['channels'])}, reviewed every {meta['review_months']} months."
    )
    yield ""
    yield "| phase | languages | short SMS | told back in Danish |"
    yield "|---|---|---|---|"
    for message in messages:
        yield (
            f"| {message.phase.value} | {_languages(message)} | {_having(message, Section.SHORT)} "
            f"| {_having(message, Section.BACK)} |"
        )
    used = sorted({fact.name for message in messages for fact in message.text.facts})
    if used:
        yield ""
        yield "Facts: " + ", ".join(f"`{fact}`" for fact in used) + "."
    waiting = {item.name: item for message in messages for item in undecided(message.text)}
    if waiting:
        yield ""
        yield "To be decided locally before approval:"
        yield ""
        yield from (
            f"- `{item.name}`: {item.label.get('en') or item.label['da']}"
            for item in waiting.values()
        )
    if meta["verify"]:
        yield ""
        yield "To be checked before approval:"
        yield ""
        yield from (f"- {note}" for note in meta["verify"])


def _languages(message: Message) -> str:
    return ", ".join(
        f"{language} ({who})" if (who := message.translations[language].by) else language
        for language in _ordered(message.text.languages)
    )


def _having(message: Message, section: Section) -> str:
    found = [
        language
        for language in _ordered(message.text.languages)
        if message.text.languages[language].section(section)
    ]
    return ", ".join(found) or "none"


def _ordered(languages: Iterable[str]) -> list[str]:
    first = ["da", "da-x-let", "en", "de"]
    return sorted(languages, key=lambda item: (first.index(item) if item in first else 9, item))


def _facts(facts: Mapping[str, Fact], messages: Iterable[Message]) -> Iterator[str]:
    users: dict[str, set[str]] = {}
    for message in messages:
        for fact in message.text.facts:
            users.setdefault(fact.name, set()).add(message.scenario)
    yield "## Facts and their sources"
    yield ""
    yield "| fact | value | checked | used by | source |"
    yield "|---|---|---|---|---|"
    for name, fact in sorted(facts.items()):
        used = ", ".join(sorted(users.get(name, ()))) or "nothing"
        state = f" **Withdrawn: {fact.withdrawn}**" if fact.withdrawn else ""
        yield f"| `{name}` | {fact.words('en')} | {fact.checked} | {used} | {_cell(fact.source)}{state} |"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")
