"""Renewing: an approved text is read again and approved again, word for word, before its review date or after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hub import clock, journal
from hub.accounts import require_role
from hub.database import deciding
from hub.errors import Conflict
from hub.library.lifecycle import name_of, newest_of, versions_of
from hub.models import Role, Version, VersionContributor, VersionLanguage, VersionState
from hub.text.said import Said

RENEWED, TRANSLATED = "renewed", "translated"


@dataclass(frozen=True)
class VersionRenewed(journal.Entry):
    """A new draft with the words of the approved version."""

    kind: ClassVar[str] = "version-renewed"
    key: str
    number: int
    hash: str


def renew(key: str, *, actor: journal.Actor) -> Version:
    """Make a new draft with the words of the approved version, which is sent until the draft is approved. Whoever
    renews, and the translators, cannot approve it; signatures hold, because the hashes are the same.

    Needs the role author. Raises Conflict when something newer is on its way already, nothing is approved, or a fact
    that the text uses was changed (then its files are loaded again, and the draft has the new value); NotFound.
    """
    with deciding() as session:
        person = require_role(session, actor, Role.AUTHOR)
        versions = versions_of(session, key, lock=True)
        approved = newest_of(versions, session, key)
        if approved.state != VersionState.APPROVED:
            raise Conflict(
                Said(
                    "%(name)s is not approved: there is nothing to renew, or a newer text is on its way. Look where "
                    "it stands.",
                    name=name_of(approved),
                )
            )
        changed = sorted({*approved.recheck, *approved.blocked})
        if changed:
            raise Conflict(
                Said(
                    "%(name)s uses facts that were changed or withdrawn (%(facts)s): it cannot stay as it is. Open its "
                    "text in the desk and save it, or run `hub library load`: that makes a draft with the facts as "
                    "they are now.",
                    name=name_of(approved),
                    facts=", ".join(changed),
                )
            )
        version = _again(approved, versions[0].number + 1, person.email)
        session.add(version)
        session.flush()
        journal.append(session, actor, VersionRenewed(key, version.number, version.hash))
    return version


def _again(approved: Version, number: int, renewer: str) -> Version:
    translators = {item.person for item in approved.contributors if item.part == TRANSLATED}
    people = {(renewer, RENEWED), *((person, TRANSLATED) for person in translators)}
    return Version(
        key=approved.key,
        scenario=approved.scenario,
        phase=approved.phase,
        number=number,
        state=VersionState.DRAFT.value,
        hash=approved.hash,
        content=approved.content,
        scenario_meta=approved.scenario_meta,
        made_at=clock.now(),
        made_by=renewer,
        recheck=[],
        blocked=[],
        languages=[
            VersionLanguage(
                language=row.language,
                hash=row.hash,
                translated_by=row.translated_by,
                translated_on=row.translated_on,
            )
            for row in approved.languages
        ],
        contributors=[
            VersionContributor(person=person, part=part) for person, part in sorted(people)
        ],
    )
