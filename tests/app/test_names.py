"""What the owner calls their glasses: kept sealed on the phone, bounded, and never in the way of anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion_app.control.errors import BadName
from companion_app.control.names import MOST_CHARACTERS, GlassesNames
from companion_app.vault import SealedFiles
from tests.app.vaults import room


@pytest.fixture
def files(tmp_path: Path) -> SealedFiles:
    return room(tmp_path / "app" / "keys")


def test_a_name_is_kept_and_taken_back(files: SealedFiles) -> None:
    names = GlassesNames(files)
    assert names.of("aa") == ""
    assert names.give("aa", "  Sunday \n pair ") == "Sunday pair"
    names.give("bb", "Work")
    assert GlassesNames(files).of("aa") == "Sunday pair"
    names.give("aa", " ")
    assert GlassesNames(files).of("aa") == ""
    assert GlassesNames(files).of("bb") == "Work"


@pytest.mark.parametrize("name", ["x" * (MOST_CHARACTERS + 1), "right\u202eleft", "bell\x07"])
def test_a_name_that_cannot_be_shown_is_refused(files: SealedFiles, name: str) -> None:
    names = GlassesNames(files)
    names.give("aa", "Before")
    with pytest.raises(BadName):
        names.give("aa", name)
    assert names.of("aa") == "Before"


@pytest.mark.parametrize("value", [[], {}, {"names": 3}, {"names": {"aa": 7}}])
def test_names_that_make_no_sense_are_no_names(files: SealedFiles, value: object) -> None:
    files.write_json("names.json", value)
    assert GlassesNames(files).of("aa") == ""


def test_no_name_stands_readable_on_the_disk(files: SealedFiles, tmp_path: Path) -> None:
    GlassesNames(files).give("aa", "Sunday pair")
    for path in tmp_path.rglob("*"):
        assert b"Sunday" not in (path.read_bytes() if path.is_file() else b"")
