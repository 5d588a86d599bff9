"""Asking at the terminal: what counts as a yes, and that waiting for it stops nothing else."""

from __future__ import annotations

import asyncio
import os
import pty
from collections.abc import Iterator
from pathlib import Path

import pytest

from companion_app.sharing.cards import LOCAL
from companion_app.sharing.proposal import Proposal
from companion_app.sharing.redactions import Redactions
from host_tools.cli.terminal import ask_to_share, confirm

PROPOSAL = Proposal(
    id="1",
    picture_id="1",
    bytes=b"jpeg",
    sha256="cd" * 32,
    card=LOCAL,
    question="Who?",
    purpose="To know",
    earlier=("sent",),
    commitment="ef" * 32,
    original={"sha256": "ab" * 32},
    redactions=Redactions(640, 480, None, (("card", 1), ("face", 2)), (("text", "the question needs it"),), 0),
)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A terminal as stdin; yields the end at which the person types."""
    person, terminal = pty.openpty()
    with os.fdopen(terminal) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield person
    os.close(person)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        *((yes, True) for yes in ("y", "Y", "yes", " YES ", "Yes")),
        *((no, False) for no in ("", "n", "no", "yess", "ye", "y y", "1", "true", "ok", "j", "ÿ")),
    ],
)
async def test_only_a_typed_yes_is_a_yes(line: str, answer: bool, typed: int) -> None:
    os.write(typed, line.encode() + b"\n")
    assert await confirm("Share it") is answer


async def test_the_end_of_input_is_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.pipe()
    os.close(theirs)
    with os.fdopen(ours) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert await confirm("Share it") is False


@pytest.mark.parametrize(
    ("content", "answer"),
    [("y\n", True), ("y\ny\n", True), ("", False), ("no\n", False), ("no\ny\n", False), ("\ny\n", False)],
)
async def test_a_file_as_input_works(
    content: str, answer: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").write_text(content)
    with (tmp_path / "in").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert await confirm("Share it") is answer


async def test_no_input_at_all_is_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert await confirm("Share it") is False


async def test_the_event_loop_runs_while_a_person_thinks(typed: int) -> None:
    asked = asyncio.ensure_future(confirm("Share it"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not asked.done()
    os.write(typed, b"y\n")
    assert await asyncio.wait_for(asked, 5) is True


async def test_the_question_names_everything_that_is_agreed_to(typed: int, capsys: pytest.CaptureFixture[str]) -> None:
    os.write(typed, b"yes\n")
    agreement = await ask_to_share(PROPOSAL)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "masked: 1 card, 2 face; kept: text (the question needs it)" in shown.err
    for part in (LOCAL.recipient, LOCAL.terms_sha256, "To know", "Who?", "cd" * 32, *LOCAL.terms.splitlines()):
        assert part in shown.err
    assert agreement is not None
    assert (agreement.recipient, agreement.purpose, agreement.terms_sha256) == (
        LOCAL.recipient,
        "To know",
        LOCAL.terms_sha256,
    )


async def test_a_no_makes_no_agreement(typed: int) -> None:
    os.write(typed, b"n\n")
    assert await ask_to_share(PROPOSAL) is None
