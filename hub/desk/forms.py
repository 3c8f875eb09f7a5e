"""What a person typed into a form, and what is wrong with it: the page shows both again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import request

from hub.desk.refusals import refusal
from hub.errors import HubError


@dataclass
class Form:
    """Values by field name and the mistakes in them. The macros of `desk/forms.html` read it."""

    values: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    @classmethod
    def posted(cls) -> Form:
        """What this request carries. Values are stripped; of a field that stands several times, `lists` has all."""
        lists = {name: request.form.getlist(name) for name in request.form}
        return cls({name: found[0].strip() for name, found in lists.items()}, lists)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, such as ticked boxes."""
        return tuple(self.lists.get(name, ()))

    def require(self, name: str, message: str) -> str:
        """The value; an empty one is a mistake."""
        value = self[name]
        if not value:
            self.wrong(name, message)
        return value

    def wrong(self, name: str, message: str) -> None:
        """A mistake at a field; the first one of a field stays."""
        self.errors.setdefault(name, message)

    def refuse(self, error: HubError, name: str | None = None) -> None:
        """What a room refused: at a field, or above the form."""
        if name is not None:
            self.wrong(name, " ".join(refusal(error)))
        else:
            self.refusals.extend(refusal(error))

    @property
    def ok(self) -> bool:
        return not self.errors and not self.refusals
