"""What a room says to people: English text that still knows its blanks, so that the desk can say it in Danish."""

from __future__ import annotations


class Said(str):
    """A `str` in English. `words` holds `%(name)s` blanks that `values` fills; without values it is taken as it
    stands. The desk looks `words` up in its catalogue; a HubError made from one is translated where it is shown."""

    words: str
    values: dict[str, object]

    def __new__(cls, words: str, /, **values: object) -> Said:
        said = super().__new__(cls, words % values if values else words)
        said.words, said.values = words, values
        return said
