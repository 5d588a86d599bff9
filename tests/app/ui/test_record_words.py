"""Every kind of record has words, whatever stands in its fields; what nobody knows is named, never hidden."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kivymd.icon_definitions import md_icons
from plainsight import journal

import companion_app
from companion_app.sharing import records
from companion_app.ui.view_models.words.record.journal import JOURNAL, journal_told
from companion_app.ui.view_models.words.record.telling import Group
from companion_app.ui.view_models.words.record.words import group_of, group_words, icon_of, known_kinds, told

LEDGERS = ("ledger", "_ledger")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = [
    "item",
    "light",
    "trigger",
    "state",
    "findings",
    "told",
    "parties",
    "processing",
    "count",
    "changes",
    "outcome",
]


def appended_kinds() -> Iterator[str]:
    """The first argument of every `ledger.append("kind", …)` in the app's code."""
    for path in Path(companion_app.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr=holder) | ast.Name(id=holder), attr="append"),
                    args=[ast.Constant(value=str(kind))],
                ) if holder in LEDGERS:
                    yield kind
                case _:
                    continue


def kinds_of_sharing() -> set[str]:
    names = [name for name in vars(records) if name.isupper()]
    return {value for name in names if isinstance(value := getattr(records, name), str)}


def test_every_kind_that_the_app_records_has_words() -> None:
    written = set(appended_kinds())
    assert {"import", "delete", "settings", "journal"} <= written
    assert written | kinds_of_sharing() | {"damage", "recovered"} <= known_kinds()


def test_every_kind_of_the_glasses_journal_has_words() -> None:
    assert set(journal.KINDS) == set(JOURNAL)


@pytest.mark.parametrize("kind", sorted(known_kinds()))
def test_a_record_without_fields_still_says_something(kind: str) -> None:
    assert told(kind, {}).title
    assert group_of(kind) is not Group.OTHER
    assert icon_of(kind) in md_icons


@pytest.mark.parametrize("kind", sorted(JOURNAL))
def test_a_line_without_fields_still_says_something(kind: str) -> None:
    assert journal_told(kind, {}).title
    assert JOURNAL[kind].icon in md_icons


@given(st.sampled_from(sorted(known_kinds() | set(JOURNAL))), st.dictionaries(st.sampled_from(NAMES), ANYTHING))
def test_whatever_a_damaged_record_holds_it_is_told(kind: str, data: dict[str, Any]) -> None:
    for words in (told(kind, data), journal_told(kind, data)):
        assert words.title
        assert "\x1b" not in words.title + words.detail


def test_an_unknown_kind_is_named() -> None:
    assert "teleported" in told("teleported", {}).title
    assert group_of("teleported") is Group.OTHER
    assert icon_of("teleported") in md_icons


def test_every_group_has_a_name_of_its_own() -> None:
    assert len({group_words(group) for group in Group}) == len(Group)


def test_an_import_says_how_it_was_taken_and_what_its_light_proves() -> None:
    light = {"level": "optical", "verdict": "proven"}
    proven = told("import", {"item": 7, "trigger": "button", "light": light})
    unproven = told("import", {"item": 7, "trigger": "button", "light": {"level": "software", "verdict": "proven"}})

    assert "7" in proven.title
    assert "button" in proven.detail
    assert "proven" in proven.detail
    assert "UNPROVEN" in unproven.detail


def test_a_yes_names_its_recipient_and_purpose() -> None:
    data = {
        "parties": [{"party_name": "api.example.org"}],
        "processing": {"purposes": [{"purpose": "answering a question"}]},
    }
    words = told("share_agreed", data)
    assert "api.example.org" in words.title
    assert "answering a question" in words.detail
