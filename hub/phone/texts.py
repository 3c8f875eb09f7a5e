"""The phone's files: what `composing` makes, as text, JSON, SSML and TwiML, one set for each language and each
announcement (docs/phone-robot.md).

A language that no voice speaks has no file: a robot reading numbers wrong does harm, and the page has that language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hub.phone.composing import LONGEST, LONGEST_SECONDS, Part, PhoneText, Spoken, phone_text
from hub.phone.markup import ssml, twiml
from hub.phone.words import WORDS
from hub.text.situation import Situation, Standing
from hub.text.speech import SPOKEN_LANGUAGES

__all__ = ["EXERCISE_FOLDER", "LONGEST", "LONGEST_SECONDS", "SCHEMA", "phone_files"]

SCHEMA = 1
EXERCISE_FOLDER = "/ovelse"


def phone_files(situation: Situation) -> dict[str, bytes]:
    """`/phone/<lang>.txt`, `.json`, `.ssml` and `.twiml.xml`, and `/phone/<lang>/<number>` likewise for each
    announcement that holds, or did in the last day, in each of the site's languages that has a voice, path to
    content; those of exercises below `/ovelse/`."""
    files: dict[str, bytes] = {}
    for exercise, folder in ((False, ""), (True, EXERCISE_FOLDER)):
        for language in situation.languages:
            if language in SPOKEN_LANGUAGES and language in WORDS:
                spoken = phone_text(situation, language, exercise=exercise)
                files.update(_files(situation, spoken, f"{folder}/phone/{language}"))
    return files


def _files(situation: Situation, spoken: PhoneText, path: str) -> Iterator[tuple[str, bytes]]:
    yield from _forms(path, spoken.whole.text, spoken.language)
    yield f"{path}.json", _json(_whole(situation, spoken))
    for part in spoken.parts:
        own = f"{path}/{part.item.number}"
        yield from _forms(own, part.alone.text, spoken.language)
        yield f"{own}.json", _json(_alone(situation, spoken, part))


def _forms(path: str, text: str, language: str) -> Iterator[tuple[str, bytes]]:
    yield f"{path}.txt", f"{text}\n".encode()
    yield f"{path}.ssml", ssml(text, language)
    document = twiml(text, language)
    if document is not None:
        yield f"{path}.twiml.xml", document


def _whole(situation: Situation, spoken: PhoneText) -> dict[str, Any]:
    return {
        **_head(situation, spoken, spoken.whole),
        "parts": [_listed(spoken.language, part) for part in spoken.parts if part.told],
    }


def _alone(situation: Situation, spoken: PhoneText, part: Part) -> dict[str, Any]:
    return {**_about(part), **_head(situation, spoken, part.alone)}


def _head(situation: Situation, spoken: PhoneText, text: Spoken) -> dict[str, Any]:
    held = text.held
    return {
        "schema": SCHEMA,
        "language": spoken.language,
        "municipality": situation.municipality,
        "exercise": spoken.exercise,
        "quiet": spoken.quiet,
        "updated": _iso(held.updated),
        "valid_until": _iso(held.until),
        "next_update": None if held.next_update is None else _iso(held.next_update),
        "hash": text.hash,
        "text": text.text,
        "short": text.short,
        "outlived": text.outlived,
        "written": text.written,
    }


def _listed(language: str, part: Part) -> dict[str, Any]:
    return {
        **_about(part),
        "text": part.words,
        "hash": hashlib.sha256(part.words.encode()).hexdigest(),
        "address": f"{language}/{part.item.number}.json",
    }


def _about(part: Part) -> dict[str, Any]:
    """Subject and place first: what a menu offers."""
    item = part.item
    return {
        "subject": part.subject,
        "place": part.place or None,
        "number": item.number,
        "incident": item.incident,
        "severity": item.severity,
        "over": item.standing is not Standing.IN_FORCE,
        "version": item.version,
    }


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
