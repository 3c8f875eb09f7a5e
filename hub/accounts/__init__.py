"""Who may do what. Roles are checked here by every room, never in a page."""

from hub.accounts.people import (
    PersonAdded,
    add_person,
    all_people,
    find_person,
    may_be_other_eyes,
    require_role,
)

__all__ = [
    "PersonAdded",
    "add_person",
    "all_people",
    "find_person",
    "may_be_other_eyes",
    "require_role",
]
