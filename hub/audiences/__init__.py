"""Lists of recipients: imported for a purpose, kept encrypted, deleted when the purpose is over."""

from hub.audiences.importing import AudienceImported, ImportResult, import_list
from hub.audiences.lists import (
    AudienceDeleted,
    condition,
    delete,
    field,
    find,
    list_all,
    matching,
    summary,
)
from hub.audiences.storing import SetAside

__all__ = [
    "AudienceDeleted",
    "AudienceImported",
    "ImportResult",
    "SetAside",
    "condition",
    "delete",
    "field",
    "find",
    "import_list",
    "list_all",
    "matching",
    "summary",
]
