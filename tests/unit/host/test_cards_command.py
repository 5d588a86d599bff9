"""`plainsight cards`: adding, choosing and removing endpoints, and what is said of each where the owner is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from companion_app.sharing import egress
from host_tools.cli.main import main
from host_tools.exits import Exit

OPENAI = "openai-compatible:https://api.openai.com/v1/chat/completions"
GEMINI = "https://generativelanguage.googleapis.com/v1beta/openai"


class Cards:
    """The command on one folder; `said` is what it printed last."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.said = ""
        self.aside = ""

    def __call__(self, *words: str) -> int:
        try:
            code = main(["cards", *words, "--folder", str(self.folder)])
        except SystemExit as end:  # argparse ends this way
            code = end.code if isinstance(end.code, int) else -1
        self.said, self.aside = self.capsys.readouterr()
        return code

    def listed(self) -> dict[str, dict[str, Any]]:
        assert self("--json") == Exit.OK
        return {card["id"]: card for card in json.loads(self.said)}


@pytest.fixture
def cards(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cards:
    monkeypatch.setattr(egress, "install", lambda: None)  # the guard of a process cannot be taken out again
    return Cards(tmp_path / "app", capsys)


def test_looking_makes_nothing(cards: Cards) -> None:
    assert list(cards.listed()) == ["local"]
    assert not cards.folder.exists()


def test_an_endpoint_is_added_chosen_and_removed(cards: Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", "sk-secret")
    assert cards("add", "https://api.openai.com/v1", "--model", "m", "--key-variable", "THE_KEY") == Exit.OK
    assert OPENAI in cards.said
    assert "sk-secret" not in cards.said + cards.aside
    assert cards("default", "api.openai.com") == Exit.OK
    assert cards.listed()[OPENAI]["default"]
    assert cards("remove", OPENAI) == Exit.OK
    assert list(cards.listed()) == ["local"]
    assert cards.listed()["local"]["default"]


def test_the_dialect_follows_the_address_or_the_owner(cards: Cards) -> None:
    assert cards("add", "https://api.anthropic.com") == Exit.OK
    assert cards("add", "https://h.example", "--kind", "anthropic", "--dialect-version", "2026-10-21") == Exit.OK
    assert cards("add", "https://h.example", "--kind", "openai") == Exit.OK
    assert list(cards.listed())[1:] == [
        "anthropic:https://api.anthropic.com/v1/messages",
        "anthropic:https://h.example/v1/messages",
        "openai-compatible:https://h.example/v1/chat/completions",
    ]


def test_what_is_not_offered_is_shown_as_such_and_cannot_be_chosen(cards: Cards) -> None:
    assert cards("add", GEMINI, "--plan", "paid") == Exit.OK
    assert cards("region", "CN") == Exit.OK
    assert "NOT OFFERED: it is not offered where you are" in cards.said
    assert cards("default", "generativelanguage.googleapis.com") == Exit.NOT_SHARED
    assert cards("region", "none") == Exit.OK
    assert cards("default", "generativelanguage.googleapis.com") == Exit.NOT_SHARED
    assert cards("region", "de") == Exit.OK
    assert cards("default", "generativelanguage.googleapis.com") == Exit.OK


def test_who_trains_cannot_be_the_default(cards: Cards) -> None:
    cards("region", "US-OR")
    cards("add", GEMINI)
    assert cards("default", "generativelanguage.googleapis.com") == Exit.FAILED
    assert "trains on pictures" in cards.aside


def test_an_old_card_says_so(cards: Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime

    from host_tools.cli.sharing import choosing

    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Later:
            return cls(2099, 1, 1, tzinfo=tz)

    monkeypatch.setattr(choosing.datetime, "datetime", Later)
    assert cards("--endpoint", "https://api.openai.com/v1") == Exit.OK
    assert "OLD CARD: its terms were to be read again by 2027-05-22" in cards.said


@pytest.mark.parametrize(
    "words",
    [
        ("add",),
        ("list", "x"),
        ("fly",),
        ("add", "ftp://h.example"),
        ("add", "http://h.example"),
        ("add", "https://o:hunter2@h.example"),
        ("region", "XX"),
        ("region", "US-IX"),
        ("remove", "nobody"),
        ("default", "nobody"),
        ("probe", "nobody"),
        ("--endpoint", "http://h.example"),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_gets_one_line(cards: Cards, words: tuple[str, ...]) -> None:
    assert cards(*words) == Exit.USAGE
    assert cards.said == ""
    assert "hunter2" not in cards.aside
    assert "Traceback" not in cards.aside


def test_only_an_address_of_this_computer_is_probed(cards: Cards) -> None:
    cards("add", "https://h.example")
    assert cards("probe", "h.example") == Exit.FAILED
    assert "address of this computer" in cards.aside
