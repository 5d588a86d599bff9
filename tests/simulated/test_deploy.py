"""`plainsight deploy` on the virtual board (simulated): from MicroPython alone to glasses that put it on record."""

from __future__ import annotations

import functools
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from host_tools.cable import Cable
from host_tools.cable import cable as cable_module
from host_tools.cable.errors import CableLost
from host_tools.cable.line import Line
from host_tools.cable.virtual import VirtualBoard
from host_tools.cli.main import main
from host_tools.deploying import Deployed, Options, deploy, firmware_hash, suitable
from host_tools.deploying.errors import ApplicationBroken
from host_tools.deploying.suitable import FIRMWARE
from host_tools.exits import Exit
from host_tools.provisioning import over_cable
from tests.simulated.probe_bench import wait_until

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(240)]

PLAINSIGHT = Path(sys.executable).with_name("plainsight")
PROMPT = 'Type "help()"'
UP = ("ready", "not provisioned")


@dataclass(frozen=True)
class First:
    """A deploy onto a bare board: what it did, how many bytes the computer sent, and the flash it left."""

    done: Deployed
    sent_bytes: int
    flash: Path

    def copy(self, path: Path) -> Path:
        shutil.copyfile(self.flash, path)
        return path


def brought(board: VirtualBoard, firmware: Path = FIRMWARE) -> Deployed:
    return deploy(board.port, lambda _line: None, None, Options(firmware))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> First:
    flash, sent, write = tmp_path_factory.mktemp("deployed") / "flash.img", 0, Line.write

    def counted(line: Line, data: bytes) -> int:
        nonlocal sent
        sent += len(data)
        return write(line, data)

    with VirtualBoard(flash, image="micropython") as board, pytest.MonkeyPatch.context() as patch:
        board.wait_for_log([PROMPT])
        patch.setattr(Line, "write", counted)
        done = brought(board)
    return First(done, sent, flash)


@pytest.fixture(autouse=True, scope="module")
def built_once() -> Iterator[None]:
    """The compiler is tried elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suitable, "application", functools.cache(suitable.application))
        yield


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody puts the cable in again while a command runs."""
    monkeypatch.setattr(cable_module, "_BACK_S", 1.0)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[VirtualBoard]:
    """MicroPython alone, at its prompt."""
    with VirtualBoard(tmp_path / "bare.img", image="micropython") as board:
        board.wait_for_log([PROMPT])
        yield board


@pytest.fixture
def deployed(first: First, tmp_path: Path) -> Iterator[VirtualBoard]:
    """The application runs on it; nobody has provisioned it."""
    with VirtualBoard(first.copy(tmp_path / "deployed.img"), image="micropython") as board:
        board.wait_for_log(UP)
        yield board


@pytest.fixture(scope="module")
def development(first: First, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualBoard]:
    """Provisioned, with an open console; each test leaves it running something."""
    with VirtualBoard(first.copy(tmp_path_factory.mktemp("development") / "f.img"), image="micropython") as board:
        board.wait_for_log(UP)
        provision(board, "development")
        yield board


def a_copy_of_the_firmware(folder: Path, path: str, old: str, new: str) -> Path:
    """With one change."""
    tree = folder / "firmware"
    shutil.copytree(FIRMWARE, tree, ignore=shutil.ignore_patterns("__pycache__"))
    before = (tree / path).read_text()
    assert old in before
    (tree / path).write_text(before.replace(old, new, 1))
    return tree


def provision(board: VirtualBoard, mode: str) -> None:
    with Cable.open(board.port) as cable:
        over_cable.reach(cable)
        over_cable.give_identity(cable, level="optical")
        over_cable.finish(cable, mode=mode)


def version(board: VirtualBoard) -> str | None:
    with Cable.open(board.port) as cable:
        cable.enter_repl()
        application = cable.info().application
        cable.hard_reset()
    return application


def on_record(board: VirtualBoard) -> list[dict[str, str]]:
    """The data of the journal's records about updates."""
    with Cable.open(board.port) as cable:
        cable.enter_repl()
        text = cable.get("/journal/00000000.log").decode()
        cable.hard_reset()
    records = [json.loads(line) for line in text.splitlines()]
    return [record[3] for record in records if record[2] == "update"]


def test_on_provisioned_glasses_it_sends_what_changed_and_they_put_it_on_record(
    development: VirtualBoard, first: First, tmp_path: Path
) -> None:
    tree = a_copy_of_the_firmware(tmp_path, "plainsight/version.py", '"0.1.0"', '"0.1.7"')
    done = brought(development, tree)
    assert (done.slot, done.version, done.uploaded, done.copied) == ("b", "0.1.7", 1, first.done.uploaded - 1)
    assert done.uploaded_bytes < 1000
    assert done.state.startswith("ready: development")
    assert on_record(development) == [
        {"state": "deployed", "version": "0.1.0", "sha256": first.done.sha256},
        {"state": "deployed", "version": "0.1.7", "sha256": done.sha256},
    ]


def test_a_broken_application_is_refused_and_the_old_one_runs(development: VirtualBoard, tmp_path: Path) -> None:
    tree = a_copy_of_the_firmware(
        tmp_path, "plainsight/parts.py", "from plainsight", "import no_such_module\nfrom plainsight"
    )
    before, seen = version(development), len(development.ask("status")["log"])
    with pytest.raises(ApplicationBroken, match=r"no_such_module.*parts\.py"):
        brought(development, tree)
    development.wait_for_log(["ready: development"], after=seen)
    assert version(development) == before


def test_locked_glasses_take_nothing_over_the_cable(deployed: VirtualBoard, capsys: pytest.CaptureFixture[str]) -> None:
    provision(deployed, "locked")
    assert main(["deploy", "--target", deployed.port]) == Exit.BOARD
    said = capsys.readouterr().err
    assert "locked glasses take no commands over the cable" in said.splitlines()[-1]
    assert deployed.ask("status")["running"]


def test_a_retry_goes_on_wherever_the_cable_was_pulled(bare: VirtualBoard, first: First) -> None:
    for percent in (10, 40, 49):  # of what the computer sends in all: after 10, 50 and 99 %
        bare.ask("pull_after", percent=percent, of=first.sent_bytes)
        with pytest.raises(CableLost, match="plug it in and run the same command again"):
            brought(bare)
        bare.ask("plug")
    done = brought(bare)
    assert (done.sha256, done.state) == (first.done.sha256, "not provisioned")
    assert done.kept > first.done.uploaded // 2, "what had arrived is not sent again"


def test_a_retry_goes_on_after_the_power_went_at_a_write(deployed: VirtualBoard, tmp_path: Path) -> None:
    tree = a_copy_of_the_firmware(tmp_path, "plainsight/version.py", '"0.1.0"', '"0.1.7"')
    deployed.ask("power", after_writes=600, torn=True)
    with pytest.raises(CableLost):
        brought(deployed, tree)
    wait_until(lambda: not deployed.ask("status")["running"], "the board is off")
    deployed.ask("start")
    assert version(deployed) == "0.1.0"
    done = brought(deployed, tree)
    assert (done.version, done.state, done.uploaded) == ("0.1.7", "not provisioned", 1)
    assert done.kept > 0


def test_ctrl_c_leaves_what_ran_running_and_the_command_goes_on_from_there(
    deployed: VirtualBoard, tmp_path: Path
) -> None:
    tree = a_copy_of_the_firmware(tmp_path, "plainsight/version.py", '"0.1.0"', '"0.1.7"')
    command = [PLAINSIGHT, "deploy", "--target", deployed.port, "--firmware", tree]
    seen = len(deployed.ask("status")["log"])
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while not (line := process.stderr.readline()).startswith("copied: "):
            assert line, "it ended"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == Exit.INTERRUPTED
    assert said.splitlines()[-1] == "plainsight deploy: interrupted"
    deployed.wait_for_log(["not provisioned"], after=seen)
    done = brought(deployed, tree)
    assert (done.slot, done.state, done.version) == ("b", "not provisioned", "0.1.7")
    assert done.kept > 0


def test_a_bare_board_runs_what_was_compiled_for_it_and_the_command_says_what_is_left_to_do(
    first: First, deployed: VirtualBoard, capsys: pytest.CaptureFixture[str]
) -> None:
    done = first.done
    assert (done.simulated, done.architecture, done.slot, done.state) == (True, "x64", "a", "not provisioned")
    assert done.uploaded_bytes == done.bytes > 100_000
    assert (done.kept, done.copied, done.removed) == (0, 0, 0)
    with Cable.open(deployed.port) as cable:
        cable.enter_repl()
        assert firmware_hash(cable) == done.sha256
        cable.hard_reset()
    assert main(["deploy", "--target", deployed.port, "--source", "--dry-run"]) == Exit.OK
    shown = capsys.readouterr()
    assert "0 kept, 1 to copy there, " in shown.out  # the words' model, which is the same in source
    assert shown.out.endswith("nothing was changed\n")
    assert main(["deploy", "--target", deployed.port]) == Exit.OK
    shown = capsys.readouterr()
    assert "(simulated)" in shown.out.splitlines()[0]
    assert "running   not provisioned" in shown.out
    assert "bytes     0 sent" in shown.out
    assert "\x1b" not in shown.err
