"""A run on a board: what fails takes nothing else with it, and the board is left running its program."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from companion_app.link.errors import NotPaired
from host_tools.bench.on_board import alone, benches
from host_tools.bench.on_board.benches import ALONE, BOOT, NAMES, WITH_PHONE
from host_tools.bench.on_board.booting import boot
from host_tools.bench.on_board.figures import Figure, LeftOut, figure
from host_tools.bench.on_board.run import NoPhone, Run
from host_tools.cable.errors import BoardCodeFailed, CableLost
from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.harness.board import HilBoard
from host_tools.harness.phone import Phone

PORT = "/dev/ttyACM0"


class FakeBoard:
    """Remembers what is done to it."""

    def __init__(self) -> None:
        self.done: list[str] = []

    @contextmanager
    def repl(self) -> Generator[object]:
        self.done.append("repl")
        yield self

    def hard_reset(self) -> None:
        self.done.append("reset")

    def ready(self) -> str:
        self.done.append("ready")
        return "ready"


class FakePhone:
    """Benches that are called with it answer at once."""

    def call(self, act: Any, timeout_s: float) -> list[Figure]:
        return [figure("over the air", [timeout_s], "s")]


def run_on(board: FakeBoard, phone: Any = FakePhone) -> Run:
    return Run(cast("HilBoard", board), phone, True, lambda _: None)


def replace(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception | None = None) -> None:
    def bench(board: object, *, quick: bool) -> list[Figure]:
        if error is not None:
            raise error
        return [figure(name, [1.0], "ms")]

    monkeypatch.setitem(benches.ALONE, name, bench)


def test_a_bench_that_fails_is_a_row_and_the_next_one_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    board = FakeBoard()
    replace(monkeypatch, "memory", BoardCodeFailed(PORT, "", "Traceback …\nMemoryError: 16384"))
    replace(monkeypatch, "flash")
    failed, good = run_on(board).measure(["memory", "flash"])
    assert isinstance(failed, LeftOut)
    assert failed.failed
    assert "MemoryError" in failed.reason
    assert isinstance(good, Figure)
    assert board.done[-3:] == ["repl", "reset", "ready"]


def test_a_board_that_is_gone_ends_the_run_and_keeps_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    replace(monkeypatch, "handshake", CableLost(PORT))
    replace(monkeypatch, "memory")
    replace(monkeypatch, "flash", AssertionError("was run"))
    *measured, lost = run_on(FakeBoard()).measure(["goodput", "memory", "handshake", "flash"])
    assert [row.name for row in measured] == ["over the air", "memory"]
    assert isinstance(lost, LeftOut)
    assert lost.failed
    assert PORT in lost.reason


def test_without_a_phone_its_benches_have_the_reason_and_did_not_fail() -> None:
    def no_phone() -> Phone:
        raise NoPhone("no Bluetooth adapter")

    found = run_on(FakeBoard(), no_phone).measure(["goodput", "capture"])
    assert found == [LeftOut("goodput", "no Bluetooth adapter"), LeftOut("capture", "no Bluetooth adapter")]


def test_a_phone_that_fails_says_so_in_the_words_of_the_app() -> None:
    def not_paired() -> Phone:
        raise NotPaired

    (found,) = run_on(FakeBoard(), not_paired).measure(["goodput"])
    assert isinstance(found, LeftOut)
    assert found.failed
    assert found.reason


def test_the_program_runs_again_before_a_phone_is_asked_and_only_then() -> None:
    board = FakeBoard()
    asked_after: list[list[str]] = []

    def phone() -> FakePhone:
        asked_after.append(list(board.done))
        return FakePhone()

    run_on(board, phone).measure(["connect", "goodput"])
    assert asked_after == [["repl", "reset", "ready"]]
    board = FakeBoard()
    run_on(board, phone).measure(["current"])
    assert len(asked_after) == 1


def test_a_step_of_the_network_is_what_a_hop_with_it_takes_more(monkeypatch: pytest.MonkeyPatch) -> None:
    readings: dict[str, list[float]] = {"hop_us": [1000.0, 900.0, 1000.0, 5000.0], "step_us": [3000.0, 3200.0, 3100.0]}

    def answers(*_: object) -> dict[str, list[float]]:
        return readings

    monkeypatch.setattr(alone, "run_script", answers)
    found = {row.name: row for row in alone.keyword(cast("Any", None), quick=True)}
    step = found["keyword, a step of the network"]
    assert isinstance(step, Figure)
    assert (step.least, step.value, step.most) == (2.0, 2.1, 2.2)
    share = found["keyword, share of the processor"]
    assert isinstance(share, Figure)
    assert share.value == round(100 * (3.1 + 2 * 1.0) / 30, 4)
    readings = {"no_words": [1.0]}
    (left,) = alone.keyword(cast("Any", None), quick=True)
    assert isinstance(left, LeftOut)
    assert not left.failed


def test_names_that_were_not_asked_for_are_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ALONE:
        replace(monkeypatch, name)
    assert [getattr(row, "name", "") for row in run_on(FakeBoard()).measure(["sound", "memory"])] == ["memory", "sound"]


def test_the_time_of_a_boot_begins_at_the_reset_and_ends_at_ready() -> None:
    board = FakeBoard()
    moments = iter((10.0, 12.5))
    (found,) = boot(board, quick=True, clock=lambda: next(moments))
    assert (found.value, found.unit) == (2.5, "s")
    assert board.done == ["repl", "reset", "ready"]


@pytest.mark.simulated
def test_every_bench_runs_on_the_virtual_board_and_says_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["bench", "--target", "sim", "--quick", "--json"]) == Exit.OK
    shown = capsys.readouterr()
    found = json.loads(shown.out)
    assert found["label"] == "simulated"
    assert found["board"]["simulated"] is True
    given = [row for row in found["rows"] if row["value"] is not None]
    assert {row["label"] for row in given} == {"simulated"}
    assert all(row["least"] <= row["value"] <= row["most"] for row in given)
    missing = {row["name"] for row in found["rows"] if row["value"] is None}
    assert missing == {"current of each power state"}
    for name in (BOOT, *ALONE, *WITH_PHONE):
        assert f"measuring {name} …" in shown.err
    assert "simulated: it replaces nothing" in shown.err
    (written,) = (tmp_path / "build").glob("on-board-*.json")
    assert json.loads(written.read_text()) == found


@pytest.mark.parametrize(
    "wrong", [["--target", "sim", "teleport"], ["--target", "sim", "--profile", "instant"], ["--radio", "system"]]
)
def test_what_a_board_cannot_be_asked_is_refused_at_once(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", *wrong]) == Exit.USAGE
    out, err = capsys.readouterr()
    assert (out, len(err.strip().splitlines())) == ("", 1)


def test_help_names_every_bench_of_a_board(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--target", "sim", "teleport"]) == Exit.USAGE
    err = capsys.readouterr().err
    assert all(name in err for name in NAMES)
