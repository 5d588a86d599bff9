"""Every injector mends, however its block ends, and says by which means it worked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from host_tools.exits import Exit, HostError
from host_tools.harness.byte_trigger import ByteTrigger, wait_for_bytes
from host_tools.harness.errors import MissingCapability, NotSeen
from host_tools.harness.fault_code import BOOT, FILLER, KEPT_BOOT, boot_without_camera
from host_tools.harness.faults import Faults, FaultStays
from host_tools.harness.log import BoardLog


class Refusal(HostError):
    """What a board or a world may raise."""


class World:
    """The control socket: what was asked of it; `refuses` one of them."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.refuses: dict[str, Any] | None = None

    def ask(self, op: str, **fields: Any) -> Any:
        self.asked.append({"op": op, **fields})
        if self.asked[-1] == self.refuses:
            raise Refusal("no")


class Probe:
    """Of all a probe can do, breaking the LED."""

    def __init__(self) -> None:
        self.on: set[str] = set()

    def led(self, fault: str, on: bool) -> None:
        (self.on.add if on else self.on.discard)(fault)

    @contextmanager
    def fault(self, fault: str) -> Iterator[None]:
        self.led(fault, True)
        try:
            yield
        finally:
            self.led(fault, False)


class Cable:
    """Files in a dictionary; code is only noted."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def execute(self, code: str, **_options: Any) -> str:
        self._board.did.append("fill" if FILLER in code else "execute")
        self._board.contents[FILLER + "/0"] = b"x"
        return "free 0"

    def files(self) -> dict[str, int]:
        return {path: len(content) for path, content in self._board.contents.items()}

    def get(self, path: str) -> bytes:
        return self._board.contents[path]

    def put(self, path: str, content: bytes) -> None:
        self._board.contents[path] = content

    def rename(self, old: str, new: str) -> None:
        self._board.contents[new] = self._board.contents.pop(old)

    def remove(self, path: str) -> None:
        for one in [one for one in self._board.contents if one == path or one.startswith(path + "/")]:
            del self._board.contents[one]


class Board:
    """A board whose boots are the test's."""

    def __init__(self, folder: Path) -> None:
        self.log = BoardLog(folder)
        self.contents: dict[str, bytes] = {BOOT: b"its own", "/main.py": b""}
        self.did: list[str] = []
        self.repl_closed = False
        self.boots = True

    @contextmanager
    def repl(self) -> Iterator[Cable]:
        if self.repl_closed:
            raise Refusal("locked")
        self.did.append("repl")
        yield Cable(self)

    def hard_reset(self) -> None:
        """As the chip does: boot.py runs, and the injected one puts the board's own back."""
        self.did.append("reset")
        if self.boots and self.contents.get(BOOT) == boot_without_camera().encode():
            if KEPT_BOOT in self.contents:
                self.contents[BOOT] = self.contents.pop(KEPT_BOOT)
            else:
                del self.contents[BOOT]


def faults_of(**parts: Any) -> Faults:
    return Faults(**parts)


LED = [("led_open", "open", "cut"), ("led_short", "short", "short"), ("led_replaced", "replace", "replace"),
       ("led_covered", "cover", "cover")]  # fmt: skip


@pytest.mark.parametrize(("injector", "on_probe", "in_world"), LED)
def test_the_light_is_broken_by_the_probe_where_there_is_one(injector: str, on_probe: str, in_world: str) -> None:
    probe, world = Probe(), World()
    with getattr(faults_of(probe=probe, control=world), injector)() as injected:
        assert probe.on == {on_probe}
        assert injected.means == "probe"
    assert probe.on == set()
    assert world.asked == []


@pytest.mark.parametrize(("injector", "on_probe", "in_world"), LED)
def test_the_light_is_broken_by_the_world_else(injector: str, on_probe: str, in_world: str) -> None:
    world = World()
    with getattr(faults_of(control=world), injector)() as injected:
        assert world.asked == [{"op": "led", "fault": in_world}]
        assert injected.means == "simulated"
    assert world.asked[1:] == [{"op": "led", "fault": in_world, "on": False}]


@pytest.mark.parametrize(
    "injector", ["led_open", "led_short", "led_replaced", "led_covered", "link_drop", "disk_full", "camera_absent"]
)
def test_what_nothing_can_do_is_a_missing_capability(injector: str) -> None:
    with pytest.raises(MissingCapability), getattr(faults_of(), injector)():
        pass


@pytest.mark.parametrize(
    ("injector", "mended"),
    [("led_open", {"op": "led", "fault": "cut", "on": False}), ("camera_absent", {"op": "camera", "fault": "mend"})],
)
def test_the_world_is_mended_after_an_exception(injector: str, mended: dict[str, Any]) -> None:
    world = World()
    with pytest.raises(ZeroDivisionError), getattr(faults_of(control=world), injector)():
        raise ZeroDivisionError
    assert world.asked[-1] == mended


def test_what_a_test_leaves_is_mended_once() -> None:
    world = World()
    faults = faults_of(control=world)
    left = faults.led_open()
    left.__enter__()
    faults.mend()
    assert [asked.get("on", True) for asked in world.asked] == [True, False]
    faults.mend()
    left.__exit__(None, None, None)
    assert len(world.asked) == 2


def test_one_that_can_not_be_mended_does_not_keep_others_from_it() -> None:
    world = World()
    faults = faults_of(control=world)
    left = [faults.camera_absent(), faults.led_open()]
    for fault in left:
        fault.__enter__()
    world.refuses = {"op": "led", "fault": "cut", "on": False}
    with pytest.raises(FaultStays, match=r"LED open could not be mended \(no\)") as caught:
        faults.mend()
    assert world.asked[-1] == {"op": "camera", "fault": "mend"}
    assert (caught.value.name, caught.value.exit_code) == ("LED open", Exit.BOARD)


def test_a_link_drops_in_the_world_at_once_or_at_a_byte() -> None:
    world = World()
    with faults_of(control=world).link_drop() as injected:
        assert injected.means == "simulated"
    assert world.asked == [{"op": "radio", "fault": "drop"}]
    with faults_of(control=world).link_drop(after_bytes=5000):
        assert world.asked[-1] == {"op": "radio", "fault": "drop_after", "value": 5000}
    assert world.asked[-1]["value"] > 1 << 40, "never"


class Phone:
    """A phone that can go away."""

    dropped = 0

    def drop(self) -> None:
        self.dropped += 1


def test_with_a_board_the_phone_drops_the_link() -> None:
    phone = Phone()
    with faults_of(phone=phone).link_drop() as injected:
        assert (phone.dropped, injected.means) == (1, "software")
    with pytest.raises(MissingCapability), faults_of(phone=phone).link_drop(after_bytes=1):
        pass


def test_a_full_disk_is_emptied_again(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.contents[FILLER + "/7"] = b"of a run that was killed"
    with faults_of(board=board).disk_full() as injected:
        assert board.did == ["repl", "fill", "reset"]
        assert list(board.contents) == [BOOT, "/main.py", FILLER + "/0"]
        assert injected.means == "software"
    assert board.did == ["repl", "fill", "reset", "repl", "reset"]
    assert list(board.contents) == [BOOT, "/main.py"]


def test_a_disk_that_can_not_be_emptied_says_what_to_remove(tmp_path: Path) -> None:
    board = Board(tmp_path)
    with pytest.raises(FaultStays, match=FILLER), faults_of(board=board).disk_full():
        board.repl_closed = True


def test_without_a_world_the_camera_is_taken_away_in_software(tmp_path: Path) -> None:
    board = Board(tmp_path)
    with faults_of(board=board).camera_absent() as injected:
        assert injected.means == "software"
        assert board.contents == {BOOT: b"its own", "/main.py": b""}, "one boot has put it back"
    assert board.did[-1] == "reset", "the next boot has a camera"


def test_a_board_that_never_booted_gets_its_own_boot_back(tmp_path: Path) -> None:
    board = Board(tmp_path)
    with faults_of(board=board).camera_absent():
        board.boots = False
        board.contents = {BOOT: boot_without_camera().encode(), KEPT_BOOT: b"its own"}
    assert board.contents == {BOOT: b"its own"}


def test_a_board_without_a_boot_file_gets_none(tmp_path: Path) -> None:
    board = Board(tmp_path)
    del board.contents[BOOT]
    board.boots = False
    with faults_of(board=board).camera_absent():
        assert list(board.contents) == ["/main.py", BOOT]
    assert list(board.contents) == ["/main.py"]


def test_a_reset_at_a_byte_comes_at_that_byte_and_once(tmp_path: Path) -> None:
    board = Board(tmp_path)
    with faults_of(board=board).reset_at_byte(1000) as (_, trigger):
        trigger.saw(999)
        assert not trigger.fired
        trigger.saw(1)
        assert trigger.fired
        trigger.saw(5000)
    assert board.did == ["reset"]


def test_a_byte_that_never_comes_resets_nothing(tmp_path: Path) -> None:
    board = Board(tmp_path)
    with faults_of(board=board).reset_at_byte(1000) as (_, trigger):
        trigger.saw(999)
    trigger.saw(1)
    assert board.did == []


def test_a_trigger_does_not_hold_up_whoever_counts() -> None:
    go = threading.Event()
    trigger = ByteTrigger(1, lambda: go.wait(30) or None)
    trigger.saw(1)
    go.set()
    trigger.finish()


def test_what_the_act_raises_is_raised_in_the_test() -> None:
    def fail() -> None:
        raise Refusal("gone")

    trigger = ByteTrigger(1, fail)
    trigger.saw(1)
    with pytest.raises(Refusal):
        trigger.finish()


def test_bytes_of_the_console_are_counted_from_now_on_without_the_harness_s_own(tmp_path: Path) -> None:
    log = BoardLog(tmp_path)
    log.board_said(b"x" * 100)
    talk = threading.Thread(target=lambda: [log.note("n" * 100), log.board_said(b"12345678"), log.board_said(b"")])
    talk.start()
    wait_for_bytes(log, 12, 1, 30.0)
    talk.join()
    with pytest.raises(NotSeen, match="byte 13"):
        wait_for_bytes(log, 13, 1, 0.0)


def test_a_reset_at_a_byte_of_the_console(tmp_path: Path) -> None:
    board = Board(tmp_path)
    with pytest.raises(NotSeen), faults_of(board=board).reset_at_console_byte(1, timeout_s=0.0):
        pass
    assert board.did == []
    with faults_of(board=board, control=World()).reset_at_console_byte(0) as injected:
        assert (board.did, injected.means) == (["reset"], "simulated")
