"""docs/hardware-status.md takes results of boards, in its block, and nothing else from anybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from host_tools.harness import status
from host_tools.harness.status import BEGIN, END, NoBlock, Run, SimulatedRun, Tally
from tests.unit.harness.fake_board import BOARD_ID, PORT, make_run

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = f"""\
# Head

{BEGIN}

Nothing yet.

{END}

| what | simulated |
| --- | --- |
| watchdog | yes |
| light proof `current`: a, b | yes |

Words | with a line.
"""
BOARD = make_run().board


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "hardware-status.md"
    path.write_text(DOCUMENT)
    return path


def block(document: Path) -> list[str]:
    text = document.read_text()
    return [line for line in text[text.index(BEGIN) : text.index(END)].splitlines() if line.startswith("| ")][2:]


def test_a_simulated_run_writes_nothing(document: Path) -> None:
    with pytest.raises(SimulatedRun) as caught:
        status.write(document, make_run(simulated=True), [Tally("watchdog", passed=1)])
    assert str(caught.value) == f"{PORT} is simulated: docs/hardware-status.md takes results of real boards alone"
    assert document.read_text() == DOCUMENT


def test_a_real_run_writes_its_rows_into_the_block_alone(document: Path) -> None:
    assert status.write(document, make_run(), [Tally("watchdog", passed=2), Tally("battery")]) == ["watchdog"]
    assert block(document) == [f"| watchdog | yes: 2 of 2 tests | {BOARD} | f1f1f1f1f1f1 | abc123 | 2026-11-22 |"]
    text = document.read_text()
    assert text.startswith("# Head\n\n" + BEGIN)
    assert text.endswith(DOCUMENT[DOCUMENT.index(END) :])
    assert "Nothing yet." not in text


def test_the_chips_own_number_is_not_published(document: Path) -> None:
    status.write(document, make_run(), [Tally("watchdog", passed=1)])
    assert BOARD_ID not in document.read_text()
    assert make_run(board_id="another").board != BOARD


def test_rows_of_other_boards_stay_and_ones_own_are_replaced(document: Path) -> None:
    status.write(document, make_run(board_id="other"), [Tally("watchdog", passed=1)])
    status.write(document, make_run(), [Tally("watchdog", failed=1)])
    status.write(document, make_run(), [Tally("watchdog", passed=1), Tally("light proof `current`: a, b", passed=1)])
    assert len(block(document)) == 3
    assert not any("failed" in row for row in block(document))
    before = document.read_text()
    status.write(document, make_run(), [Tally("watchdog", passed=1)])
    assert document.read_text() == before


def test_a_document_without_the_block_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    for text in ("nothing", END + BEGIN, BEGIN):
        path.write_text(text)
        with pytest.raises(NoBlock, match="put them back"):
            status.write(path, make_run(), [Tally("watchdog", passed=1)])
        assert path.read_text() == text


@pytest.mark.parametrize(
    ("tally", "verdict"),
    [
        (Tally("x", passed=1), "yes"),
        (Tally("x", passed=3), "yes: 3 of 3 tests"),
        (Tally("x", passed=2, failed=1), "no: 1 of 3 tests failed"),
        (Tally("x", passed=1, skipped=1), "in part: 1 of 2 tests passed, 1 skipped, 0 not run"),
        (Tally("x", passed=1, left_out=2), "in part: 1 of 3 tests passed, 0 skipped, 2 not run"),
        (Tally("x", skipped=1), "in part: 0 of 1 tests passed, 1 skipped, 0 not run"),
    ],
)
def test_yes_means_that_every_test_of_the_row_ran_and_passed(tally: Tally, verdict: str) -> None:
    assert tally.verdict == verdict
    assert tally.says_something is (tally.passed + tally.failed > 0)


def test_a_skip_or_a_test_that_did_not_run_is_no_result(document: Path) -> None:
    assert status.write(document, make_run(), [Tally("watchdog", skipped=2, left_out=1)]) == []
    assert "Nothing yet." in document.read_text()


def test_the_rows_that_tests_may_answer_are_those_below_the_block(document: Path) -> None:
    assert status.rows_in(DOCUMENT) == {"watchdog", "light proof `current`: a, b"}
    status.write(document, make_run(), [Tally("watchdog", passed=1)])
    assert status.rows_in(document.read_text()) == status.rows_in(DOCUMENT)


def test_the_repositorys_own_document_has_the_block_and_rows() -> None:
    text = (ROOT / "docs" / "hardware-status.md").read_text()
    assert text.count(BEGIN) == text.count(END) == 1
    assert {"watchdog", "BLE goodput", "firmware boots, advertises, pairs"} <= status.rows_in(text)


@given(machine=st.text(), commit=st.text(), firmware=st.text())
@example(machine=f"x {END} | y", commit="|", firmware="\n| a |")
def test_nothing_that_a_board_says_of_itself_breaks_out_of_its_cell(
    machine: str, commit: str, firmware: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("docs") / "x.md"
    path.write_text(DOCUMENT)
    run = Run(False, PORT, machine, BOARD_ID, firmware, commit, make_run().day)
    for _ in range(2):
        status.write(path, run, [Tally("watchdog", passed=1)])
    assert len(block(path)) == 1
    assert status.rows_in(path.read_text()) == status.rows_in(DOCUMENT)
