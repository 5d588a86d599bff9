"""Provisioning over a board that answers well, badly, or not at all."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.exits import LinkError, UsageError
from host_tools.provisioning.calibrate import read_calibration
from host_tools.provisioning.install import BoardSummary, inspect, provision, read_summary
from host_tools.provisioning.keys import make_identity

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


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
    fields = {"provisioned": True, "phones": 2, "items": 7, "level": "optical", "mode": "locked", "certificate": "ab"}
    held = BoardSummary(True, 2, 7, "locked", "optical", "ab")
    assert await inspect(Board("boot noise\n" + json.dumps(fields) + "\n")) == held
    assert await inspect(Board('{"provisioned": false}')) == BoardSummary(False, 0, 0)
    assert (await inspect(Board('{"provisioned": false, "mode": null, "wiping": true}'))).wiping
    assert (await inspect(Board('{"provisioned": false, "remains": true}'))).remains


@pytest.mark.parametrize(
    ("summary", "owned"),
    [
        (BoardSummary(False), False),
        (BoardSummary(False, wiping=True), False),
        (BoardSummary(True), True),
        (BoardSummary(False, phones=1), True),
        (BoardSummary(False, items=1), True),
    ],
)
def test_whatever_belongs_to_somebody_is_asked_about(summary: BoardSummary, owned: bool) -> None:
    assert summary.owned is owned


@pytest.mark.parametrize(
    ("summary", "first"),
    [
        (BoardSummary(False), False),
        (BoardSummary(False, wiping=True), True),
        (BoardSummary(False, remains=True), True),
        (BoardSummary(True), True),
    ],
)
def test_whatever_is_left_is_wiped_before_there_is_a_new_identity(summary: BoardSummary, first: bool) -> None:
    """In a step that has the time for it: the free flash is written over, too."""
    assert summary.has_to_be_wiped is first


NO_SUMMARY = (
    *("", "\n", "[]", "{}", "null", "Traceback", "[" * 100_000, '{"provisioned": 1}'),
    *(
        '{"provisioned": true, "phones": "x"}',
        '{"provisioned": true, "items": true}',
        '{"provisioned": true, "mode": 3}',
    ),
)


@pytest.mark.parametrize("answer", NO_SUMMARY, ids=lambda answer: answer[:30])
async def test_an_answer_that_is_no_summary_is_an_error_not_a_guess(answer: str) -> None:
    with pytest.raises(LinkError):
        await inspect(Board(answer))


@given(st.text())
def test_any_output_is_a_summary_or_an_error(output: str) -> None:
    with contextlib.suppress(LinkError):
        read_summary(output)


@given(st.dictionaries(st.sampled_from(["provisioned", "phones", "items", "mode", "wiping", "remains"]), json_values))
def test_any_fields_are_a_summary_or_an_error(fields: dict[str, object]) -> None:
    try:
        summary = read_summary(json.dumps(fields))
    except LinkError:
        return
    assert summary.provisioned is fields["provisioned"]
    assert type(summary.phones) is int


@pytest.mark.parametrize("number", ["9" * 5000, "٣", "4_000", "--4", ""])
def test_a_number_that_none_of_ours_is_is_no_calibration(number: str) -> None:
    for output in (f"calibrated {number} 0", f"calibrated 4000 {number}"):
        with pytest.raises(LinkError):
            read_calibration(output, 4100)


@given(st.text() | st.from_regex(r"(calibrated|refused) \S+ \S+"))
def test_any_output_is_a_calibration_a_refusal_or_an_error(output: str) -> None:
    with contextlib.suppress(LinkError, UsageError):
        read_mv, ppm = read_calibration(output, 4100)
        assert output.split()[-3:] == ["calibrated", *output.split()[-2:]]
        assert (type(read_mv), type(ppm)) == (int, int)
