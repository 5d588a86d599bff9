"""Provisioning over a board that answers well, badly, or not at all."""

from __future__ import annotations

import ast
import hashlib
import json

import pytest

from host_tools.exits import LinkError
from host_tools.provisioning.install import BoardSummary, inspect, provision
from host_tools.provisioning.keys import make_identity


class Board:
    """Remembers what it was asked to run and prints a fixed answer."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.ran: list[str] = []

    async def execute(self, code: str) -> str:
        self.ran.append(code)
        return self.answer


def call_of(code: str) -> dict[str, object]:
    """The keyword arguments of the one call `identity.provision(...)`."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    call = next(call for call in calls if ast.unparse(call.func) == "identity.provision")
    assert ast.literal_eval(call.args[0]) == "."
    return {keyword.arg or "": ast.literal_eval(keyword.value) for keyword in call.keywords}


async def test_key_certificate_and_secret_go_to_the_board_and_match_the_code() -> None:
    board = Board("provisioned\n")
    code = await provision(board, level="current", mode="development")
    (sent,) = [call_of(text) for text in board.ran]
    assert sent["level"] == "current"
    assert sent["mode"] == "development"
    assert sent["secret"] == code.secret.hex()
    assert isinstance(sent["cert"], bytes)
    assert make_identity().certificate != sent["cert"]
    assert hashlib.sha256(sent["cert"]).digest() == code.certificate_sha256


async def test_boards_are_locked_unless_asked_otherwise() -> None:
    board = Board("provisioned")
    await provision(board, level="optical")
    assert call_of(board.ran[0])["mode"] == "locked"


@pytest.mark.parametrize("answer", ["", "Traceback …\nValueError: level", "provisioned!", "unprovisioned"])
async def test_a_board_that_does_not_confirm_gets_no_code(answer: str) -> None:
    with pytest.raises(LinkError):
        await provision(Board(answer), level="optical")


async def test_what_a_board_holds_is_read_from_its_last_line() -> None:
    fields = {"provisioned": True, "phones": 2, "items": 7, "level": "optical", "mode": "locked"}
    assert await inspect(Board("boot noise\n" + json.dumps(fields) + "\n")) == BoardSummary(True, 2, 7)
    assert await inspect(Board('{"provisioned": false}')) == BoardSummary(False, 0, 0)


@pytest.mark.parametrize("answer", ["", "\n", "[]", "{}", "null", '{"provisioned": true, "phones": "x"}', "Traceback"])
async def test_an_answer_that_is_no_summary_is_an_error_not_a_guess(answer: str) -> None:
    with pytest.raises(LinkError):
        await inspect(Board(answer))
