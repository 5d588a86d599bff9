"""Which model the glasses take, and what they make of none and of broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from plainsight.keyword import words
from plainsight.keyword.words import OWN, SHIPPED, NoWords


def refusal(*folders: Path | str) -> tuple[str, str]:
    with pytest.raises(NoWords) as raised:
        words.load([str(folder) for folder in folders])
    return raised.value.state, raised.value.why


def put(folder: Path, name: str, content: bytes) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def test_none_is_said(tmp_path: Path) -> None:
    assert refusal() == ("no_model", "missing")
    assert refusal(tmp_path, tmp_path / "nowhere", "", ".frozen") == ("no_model", "missing")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "truncated"),
        (b"PKWM", "truncated"),
        (b"TFL3" * 100, "foreign"),
        (bytes(words.MOST_BYTES + 1), "too_large"),
    ],
)
def test_a_broken_one_is_named(tmp_path: Path, content: bytes, why: str) -> None:
    put(tmp_path, SHIPPED, content)
    assert refusal(tmp_path) == ("bad_model", why)


def test_one_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / SHIPPED).mkdir(parents=True)
    assert refusal(tmp_path) == ("bad_model", "unreadable")


def test_an_own_phrase_wins_wherever_it_lies(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    put(first, SHIPPED, b"TFL3" * 100)
    put(second, OWN, b"PKWM")
    assert refusal(first, second) == ("bad_model", "truncated")
