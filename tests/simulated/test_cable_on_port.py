"""The cable on the virtual board's port, as on a real one: files, resets, a pulled plug, the glasses' watchdog."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator, Iterator

import pytest

from host_tools.cable import Cable, watchdog
from host_tools.cable.errors import BoardCodeFailed, CableLost
from host_tools.cable.virtual import BOOTED, VirtualBoard

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def board() -> Generator[VirtualBoard]:
    with VirtualBoard() as virtual:
        virtual.wait_for_log(BOOTED)
        yield virtual


@pytest.fixture
def cable(board: VirtualBoard) -> Generator[Cable]:
    """At the REPL; what a test leaves in /test goes."""
    with Cable.open(board.port) as opened:
        opened.enter_repl()
        opened.make_folder("/test/inner")
        yield opened
        opened.enter_repl()
        opened.remove("/test")


def test_the_board_says_what_it_is(cable: Cable) -> None:
    info = cable.info()
    assert info.simulated
    assert "ESP32S3" in info.machine
    assert (info.arch, info.mpy_version, info.has_camera) == ("x64", 6, True)
    assert info.application is not None
    assert (info.provisioned, info.broken) == (False, "")
    assert 0 < info.files_free < info.files_bytes


@pytest.mark.parametrize("size", [0, 1, 3071, 3072, 3073, 20_000])
def test_a_file_is_the_same_there_and_back(size: int, cable: Cable) -> None:
    content = os.urandom(size)
    told: list[tuple[int, int]] = []
    cable.put('/test/it\'s \\ a "file"', content, lambda *done: told.append(done))
    assert cable.get('/test/it\'s \\ a "file"') == content
    assert cable.files("/test") == {'/test/it\'s \\ a "file"': size}
    assert cable.hashes(['/test/it\'s \\ a "file"', "/test/none"]) == {
        '/test/it\'s \\ a "file"': hashlib.sha256(content).hexdigest()
    }
    assert [done for done, _ in told] == [min(at, size) for at in range(3072, size + 3072, 3072)]


def test_files_are_listed_renamed_and_removed_with_their_folders(cable: Cable) -> None:
    cable.put("/test/inner/a", b"1")
    cable.put("/test/b", b"22")
    assert cable.files("/test") == {"/test/inner/a": 1, "/test/b": 2}
    assert {path: size for path, size in cable.files().items() if path.startswith("/test/")} == cable.files("/test")
    cable.rename("/test/b", "/test/inner/a")
    assert cable.get("/test/inner/a") == b"22"
    cable.make_folder("/test/inner")
    cable.remove("/test/inner")
    cable.remove("/test/inner")
    assert cable.files("/test") == {}
    assert cable.files("/nowhere") == {}


def test_what_cannot_be_is_the_boards_own_error(cable: Cable) -> None:
    for impossible in (
        lambda: cable.get("/test/none"),
        lambda: cable.put("/nowhere/file", b"x"),
        lambda: cable.rename("/test/none", "/test/x"),
        lambda: cable.hashes(["/test/inner"]),
    ):
        with pytest.raises(BoardCodeFailed) as failed:
            impossible()
        assert "OSError" in failed.value.traceback
    assert cable.execute("print(1)").strip() == "1", "the REPL is still there"


@pytest.mark.parametrize("after", [40, 2000, 6000])
def test_a_cable_pulled_while_a_file_is_written_leaves_the_old_one(
    after: int, board: VirtualBoard, cable: Cable
) -> None:
    cable.put("/test/file", b"old")
    board.ask("pull_after", count=after)
    with pytest.raises(CableLost):
        cable.put("/test/file", os.urandom(9000))
    board.ask("plug")
    cable.reattach()
    cable.enter_repl()
    assert cable.get("/test/file") == b"old"
    new = os.urandom(9000)
    cable.put("/test/file", new)
    assert cable.get("/test/file") == new
    assert set(cable.files("/test")) == {"/test/file"}


def first_with(lines: Iterator[bytes], text: bytes) -> bytes:
    return next(line for line in lines if text in line)


def test_a_hard_reset_takes_the_port_along_and_the_program_runs_again(cable: Cable) -> None:
    cable.execute("x = 1")
    cable.hard_reset()
    assert not cable.at_repl
    assert first_with(cable.read_lines(30), b"not provisioned")
    cable.enter_repl(soft_reset=False)
    assert cable.execute("import machine\nprint(machine.reset_cause() == machine.HARD_RESET)").strip() == "True"
    with pytest.raises(BoardCodeFailed, match="NameError"):
        cable.execute("print(x)")


def test_a_soft_reset_keeps_the_port_and_the_program_runs_again(cable: Cable) -> None:
    cable.soft_reset()
    assert not cable.at_repl
    assert first_with(cable.read_lines(30), b"not provisioned")
    cable.enter_repl(soft_reset=False)
    assert cable.execute("import machine\nprint(machine.reset_cause() == machine.SOFT_RESET)").strip() == "True"


def test_without_a_reset_the_interpreter_is_the_programs(cable: Cable) -> None:
    cable.execute("x = 7")
    cable.enter_repl(soft_reset=False)
    assert cable.execute("print(x)").strip() == "7"
    cable.enter_repl()
    with pytest.raises(BoardCodeFailed, match="NameError"):
        cable.execute("print(x)")


def test_a_board_that_restarts_by_itself_is_a_lost_cable_and_can_be_had_again(
    board: VirtualBoard, cable: Cable
) -> None:
    board.ask("reset", cause="watchdog")
    with pytest.raises(CableLost):
        list(cable.read_lines(30))
    cable.reattach()
    assert first_with(cable.read_lines(30), b"not provisioned")


def test_a_watchdog_that_runs_is_fed_while_somebody_works_at_the_repl(cable: Cable) -> None:
    """Where there is an identity; without one no watchdog is started, by whoever it is."""
    short = watchdog.FEED_CODE.replace("60000", "1000").replace("period=2000", "period=200")
    assert short != watchdog.FEED_CODE
    stop_feeding = "import machine\nmachine.Timer(3).deinit()"
    cable.execute(short + stop_feeding)
    assert list(cable.read_lines(1.5)) == [], "nothing bites"
    cable.enter_repl()
    cable.make_folder("/identity")
    cable.put("/identity/device.json", b"{}")
    cable.execute(short)
    cable.remove("/identity")
    assert list(cable.read_lines(1.5)) == [], "fed"
    cable.enter_repl(soft_reset=False)
    cable.execute(stop_feeding)
    with pytest.raises(CableLost):  # it was there all the time
        list(cable.read_lines(30))
    cable.reattach()
    assert first_with(cable.read_lines(30), b"not provisioned")
