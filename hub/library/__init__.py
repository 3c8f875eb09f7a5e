"""The library: prepared messages, from their files through review to an approved version.

Files are read (`files`), loaded as draft versions (`loading`), reviewed and approved (`approving`), and written back
(`exporting`). `lifecycle` has the states and how to find a version.
"""

from hub.library.approving import NO_REASON, UnsignedLanguages, approve, retire, return_, submit
from hub.library.deciding import decide
from hub.library.decisions import undecided
from hub.library.editing import Draft, EditedMeanwhile, draft, save
from hub.library.exporting import export
from hub.library.files import LibraryRead, Message, read_library
from hub.library.folders import shipped_messages
from hub.library.lifecycle import (
    TRANSITIONS,
    approved,
    co_signers,
    is_expired,
    known_keys,
    known_scenarios,
    newest,
    scenario_title,
    shown_state,
    unsigned,
)
from hub.library.linting import FileFinding, findings, kept_findings, library_findings
from hub.library.listing import listing
from hub.library.loading import LoadReport, load
from hub.library.needs import RULES as LOCAL_RULES
from hub.library.needs import (
    LocalDecision,
    LocalNeeds,
    local_findings,
    local_needs,
    open_decisions,
)
from hub.library.overview import Shown, show
from hub.library.problems import FileProblem
from hub.library.readiness import Picture, Readiness, picture, readiness
from hub.library.renewing import renew
from hub.library.signing import (
    is_translation,
    language_signatures,
    sign,
    sign_language,
    translations,
    unsigned_languages,
)

__all__ = [
    "LOCAL_RULES",
    "NO_REASON",
    "TRANSITIONS",
    "Draft",
    "EditedMeanwhile",
    "FileFinding",
    "FileProblem",
    "LibraryRead",
    "LoadReport",
    "LocalDecision",
    "LocalNeeds",
    "Message",
    "Picture",
    "Readiness",
    "Shown",
    "UnsignedLanguages",
    "approve",
    "approved",
    "co_signers",
    "decide",
    "draft",
    "export",
    "findings",
    "is_expired",
    "is_translation",
    "kept_findings",
    "known_keys",
    "known_scenarios",
    "language_signatures",
    "library_findings",
    "listing",
    "load",
    "local_findings",
    "local_needs",
    "newest",
    "open_decisions",
    "picture",
    "read_library",
    "readiness",
    "renew",
    "retire",
    "return_",
    "save",
    "scenario_title",
    "shipped_messages",
    "show",
    "shown_state",
    "sign",
    "sign_language",
    "submit",
    "translations",
    "undecided",
    "unsigned",
    "unsigned_languages",
]
