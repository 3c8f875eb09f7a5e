"""Finding the messages that come with the installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.errors import NotFound
from hub.library import folders
from tests.library.samples import FILES, write


def test_a_checkout_has_them_beside_the_package() -> None:
    assert folders.shipped_messages() == Path(__file__).resolve().parents[2] / "messages"


def test_a_wheel_has_them_inside_the_package_and_another_packages_folder_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site-packages"
    inside = site / "hub" / "_share" / "messages"
    beside = site / "messages"
    write(beside, {"__init__.py": ""})
    monkeypatch.setattr(folders, "PLACES", (inside, beside))
    with pytest.raises(NotFound, match="library load DIR"):
        folders.shipped_messages()
    write(inside, FILES)
    assert folders.shipped_messages() == inside


def test_the_places_are_those_that_the_wheel_is_built_with() -> None:
    project = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text()
    assert '"messages" = "hub/_share/messages"' in project
    assert folders.PLACES[0].parts[-3:] == ("hub", "_share", "messages")
