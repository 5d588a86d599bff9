"""`plainsight provision` before it reaches a board, and what it makes of one that does not do as it was told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from host_tools.cable import target
from host_tools.cable.errors import BoardCodeFailed, BoardConfused, BoardSilent, CableLost
from host_tools.cable.ports import PortInfo
from host_tools.cable.reconnecting import pause
from host_tools.cable.usb_ids import Kind
from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.provisioning import over_cable
from host_tools.provisioning.errors import NotSeenLocked, StillOpen
from tests.unit.cable.peer import Peer, plugged_in

ONE = PortInfo("/dev/ttyACM0", 0x303A, 0x4001, "aabbccddee01", None, Kind.MICROPYTHON)
TWO = PortInfo("/dev/ttyACM1", 0x303A, 0x1001, "AA:BB:CC:DD:EE:02", None, Kind.ESP_ROM)


@pytest.mark.parametrize(
    ("here", "arguments", "words"),
    [
        ([], [], ("no board is plugged in", "--target sim")),
        ([ONE, TWO], [], ("/dev/ttyACM0", "/dev/ttyACM1", "--target")),
        ([ONE, TWO], ["--target", "aabbccddee03"], ("aabbccddee03",)),
        ([], ["--target", "/dev/ttyACM9"], ("/dev/ttyACM9", "plug it in")),
    ],
    ids=["none", "two", "another", "vanished"],
)
def test_the_board_is_the_only_one_or_the_one_that_was_named(
    here: list[PortInfo],
    arguments: list[str],
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(target, "ports", lambda: here)
    assert main(["provision", *arguments]) == Exit.BOARD
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    for word in words:
        assert word in line


def pico(code: str) -> tuple[str, str]:
    """A board that is no glasses, asked about itself."""
    if "def answer" not in code:
        return "", ""
    mark = code.split("print('")[1].split("'")[0]
    return f'{mark}{{"machine": "Raspberry Pi Pico with RP2040", "release": "1.28.0", "mpy": 4870}}\n', ""


def test_another_board_is_named_and_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with plugged_in(Peer(run=pico)) as peer:
        assert main(["provision", "--target", peer.port, "--yes"]) == Exit.BOARD
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert "is Raspberry Pi Pico with RP2040, not an ESP32S3" in line
    assert not any("identity.provision" in code or "wiping" in code for code in peer.ran)


def test_a_release_key_that_is_none_stops_before_the_board(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key.pub").write_text("no key")
    assert main(["provision", "--target", "/dev/ttyACM9", "--release-key", str(tmp_path / "key.pub")]) != Exit.OK
    assert "ttyACM9" not in capsys.readouterr().err


class Glasses:
    """A cable to glasses that lock, restart and boot, each of which may fail."""

    port = "/dev/ttyACM0"

    def __init__(self, *, fail: dict[str, Exception] | None = None, says: str = "ready: locked", hears: bool = False):
        self.fail = fail or {}
        self.says, self.hears = says, hears
        self.did: list[str] = []

    def _do(self, what: str) -> None:
        self.did.append(what)
        if what in self.fail:
            raise self.fail[what]

    def execute(self, code: str, **_: object) -> str:
        self._do("lock" if "identity.lock" in code else "execute")
        return ""

    def soft_reset(self) -> None:
        self._do("reset")

    def read_lines(self, timeout_s: float) -> Iterator[bytes]:
        self._do("read")
        yield b"boot"
        yield f"plainsight: {self.says}".encode()

    def hears_ctrl_c(self, seconds: float) -> bool:
        self._do("try")
        return self.hears


def glasses(code: str) -> tuple[str, str]:
    """A board that has Plainsight and no identity, and does what it is told."""
    if "def answer" in code:
        mark = code.split("print('")[1].split("'")[0]
        return f'{mark}{{"machine": "ESP32S3", "release": "1.28.0", "mpy": 11014, "application": "0.1.0"}}\n', ""
    if "identity.summary" in code:
        return '{"provisioned": false}\n', ""
    if "identity.provision" in code:
        return "provisioned\n", ""
    return ("refused 1000 0\n", "") if "from_reference" in code else ("", "")


def test_a_code_that_nobody_saw_locks_nobody_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open("/dev/full", "w") as full, plugged_in(Peer(run=glasses)) as peer:
        monkeypatch.setattr("sys.stdout", full)
        assert main(["provision", "--target", peer.port]) == Exit.BOARD
        monkeypatch.undo()
    last = capsys.readouterr().err.splitlines()[-1]
    assert "the code could not be shown (No space left on device)" in last
    assert "are not locked: provision again" in last
    assert not any("identity.lock" in code for code in peer.ran)


@pytest.mark.parametrize("step", ["wipe", "give_identity", "finish"])
def test_ctrl_c_says_in_what_state_the_glasses_are(
    step: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def half_wiped(code: str) -> tuple[str, str]:
        summed_up = "identity.summary" in code and "def answer" not in code
        return ('{"provisioned": false, "wiping": true}\n', "") if summed_up else glasses(code)

    monkeypatch.setattr(over_cable, step, interrupted)
    with plugged_in(Peer(run=half_wiped)) as peer:
        assert main(["provision", "--target", peer.port]) == Exit.INTERRUPTED
    assert "do not wear them, run the same command again" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("board", "command"),
    [
        (pico, ["provision"]),
        (glasses, ["provision", "--battery-mv", "4200"]),
        (glasses, ["doctor"]),
        (lambda code: ("", ""), ["doctor"]),
    ],
    ids=["another", "refused", "looked at", "makes no sense"],
)
def test_a_board_that_gets_no_identity_runs_again(board: Callable[[str], tuple[str, str]], command: list[str]) -> None:
    with plugged_in(Peer(run=board)) as peer:
        assert main([*command, "--target", peer.port]) != Exit.OK
        while not peer.heard.endswith(
            b"\x02\x04"
        ):  # out of the raw REPL, and a soft reset; else the time limit ends it
            pause(0.01)


def test_a_board_has_the_time_to_wipe_where_it_gets_an_identity() -> None:
    """The harness gives one identity after the other, and a board wipes for longer than a minute."""

    class Slow(Glasses):
        def execute(self, code: str, **options: object) -> str:
            assert options["timeout_s"] == 600
            return "provisioned"

    assert over_cable.give_identity(Slow(), level="software").secret


def test_locking_is_seen_and_tried() -> None:
    glasses = Glasses()
    over_cable.finish(glasses, mode="locked")
    assert glasses.did == ["lock", "reset", "read", "try"]


def test_development_locks_nothing_and_tries_nothing() -> None:
    glasses = Glasses(says="ready: development")
    over_cable.finish(glasses, mode="development")
    assert glasses.did == ["reset", "read"]


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("lock", CableLost("/dev/ttyACM0", "running code")),
        ("lock", BoardCodeFailed("/dev/ttyACM0", "", "OSError: 28")),
        ("reset", CableLost("/dev/ttyACM0")),
        ("read", CableLost("/dev/ttyACM0")),
        ("read", BoardSilent("/dev/ttyACM0", "waiting for 'ready: locked'", 1)),
        ("lock", BoardConfused("/dev/ttyACM0", "x", "y")),
        ("try", CableLost("/dev/ttyACM0")),
    ],
)
def test_after_the_code_was_shown_every_failure_says_that_it_holds(what: str, error: Exception) -> None:
    with pytest.raises(NotSeenLocked) as unsure:
        over_cable.finish(Glasses(fail={what: error}), mode="locked")
    assert "The code above is valid" in str(unsure.value)
    assert str(error).rpartition(": ")[0] in str(unsure.value), "all of what happened"
    assert len(str(unsure.value).splitlines()) == 1


def test_glasses_that_come_up_in_another_mode_are_not_taken_for_locked() -> None:
    with pytest.raises(NotSeenLocked):
        over_cable.finish(Glasses(says="ready: development"), mode="locked")


def test_glasses_that_say_locked_and_answer_are_not_to_be_worn() -> None:
    with pytest.raises(StillOpen):
        over_cable.finish(Glasses(hears=True), mode="locked")
