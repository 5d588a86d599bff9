"""What a test waits for on the console, and what it fails with when the board says something else, or nothing."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.cable.errors import CableLost, PortVanished
from host_tools.harness.board import HilBoard
from host_tools.harness.errors import FatalLine, MissingCapability, NotSeen
from host_tools.harness.fatal import KINDS, RESTART, kind_of
from tests.unit.harness.fake_board import BACKTRACE, PANIC, PORT, FakeCable, FakePower, make_board

SOON_S = 0.05  # of what does not come
READY = "plainsight: ready: development, level optical"


@pytest.fixture
def cable() -> FakeCable:
    return FakeCable()


@pytest.fixture
def board(tmp_path: Path, cable: FakeCable) -> Generator[HilBoard]:
    made = make_board(tmp_path, cable)
    made.begin("tests/x.py::test_it")
    yield made
    made.close()


def test_each_line_is_looked_at_once(board: HilBoard, cable: FakeCable) -> None:
    cable.say("one 1", "two 2", "one 3")
    assert board.expect(r"one (\d)").group(1) == "1"
    assert board.expect(r"one (\d)").group(1) == "3"
    with pytest.raises(NotSeen):
        board.expect("two", SOON_S)


def test_what_was_said_before_a_reset_does_not_count(board: HilBoard, cable: FakeCable) -> None:
    cable.say("nobody looks", READY)
    board.expect("nobody looks")
    board.hard_reset()
    with pytest.raises(NotSeen):
        board.expect("ready", SOON_S)
    cable.on_reset = [READY]
    board.hard_reset()
    assert board.ready() == "ready"


def test_the_two_resets_and_the_power_cycle_are_different_things(tmp_path: Path, cable: FakeCable) -> None:
    power = FakePower()
    board = make_board(tmp_path, cable, power)
    board.begin("x")
    board.soft_reset()
    board.hard_reset()
    assert (cable.done, power.cycles) == (["enter_repl", "soft_reset", "enter_repl", "hard_reset"], 0)
    board.power_cycle()
    assert (cable.done, power.cycles) == (["enter_repl", "soft_reset", "enter_repl", "hard_reset", "reattach"], 1)
    board.close()
    assert "power cycle by fake switch, off for 1 s" in "\n".join(board.log.tail())


def test_a_power_cycle_without_a_switch_names_the_mark(tmp_path: Path, cable: FakeCable) -> None:
    board = make_board(tmp_path, cable, missing={"power_cycle": "nothing switches the board's supply: --power"})
    with pytest.raises(MissingCapability) as caught:
        board.power_cycle()
    assert str(caught.value) == (
        "nothing switches the board's supply: --power; mark the test with @pytest.mark.needs('power_cycle')"
    )


def test_a_line_that_does_not_come_is_named_with_what_came(board: HilBoard, cable: FakeCable) -> None:
    cable.say("plainsight: booting", "plainsight: still booting")
    with pytest.raises(NotSeen) as caught:
        board.expect("ready", SOON_S)
    lines = str(caught.value).splitlines()
    assert lines[0] == f"not seen within 0.05 s: 'ready'; the whole log: {board.log.path}"
    assert lines[1] == "the board said last:"
    assert lines[-1].endswith("board   plainsight: still booting")
    assert caught.value.log == board.log.path


def test_a_panic_fails_at_once_and_tells_the_backtrace_that_follows(board: HilBoard, cable: FakeCable) -> None:
    cable.say("plainsight: booting", PANIC)
    for line in ("Core  1 register dump:", BACKTRACE, "Rebooting..."):
        cable.take_its_time(SOON_S)
        cable.say(line)
    with pytest.raises(FatalLine) as caught:
        board.expect("ready", 60.0)
    assert caught.value.kind == "panic"
    assert str(caught.value).startswith(f"panic, waiting for 'ready': {PANIC!r}; the whole log: ")
    assert BACKTRACE in str(caught.value)


# Lines as ESP-IDF, its ROM, MicroPython and the glasses' own crash log print them.
FATAL_LINES = [
    ("panic", PANIC),
    ("panic", "A fatal error occurred. The crash dump printed below may be used to help"),
    ("panic", "***ERROR*** A stack overflow in task mp_task has been detected."),
    ("abort", "abort() was called at PC 0x40376f4b on core 0"),
    ("assertion", "assert failed: xQueueSemaphoreTake queue.c:1549 (pxQueue)"),
    ("backtrace", BACKTRACE),
    ("watchdog", "E (82918) task_wdt: Task watchdog got triggered. The following tasks did not reset the watchdog:"),
    ("watchdog", "Guru Meditation Error: Core  0 panic'ed (Interrupt wdt timeout on CPU0)."),
    ("watchdog", "rst:0x7 (TG0WDT_SYS_RST),boot:0x8 (SPI_FAST_FLASH_BOOT)"),
    ("watchdog", "rst:0x10 (RTCWDT_RTC_RST),boot:0x8 (SPI_FAST_FLASH_BOOT)"),
    ("watchdog", "plainsight: watchdog: "),
    ("watchdog", "plainsight: late: session"),
    ("brown-out", "E BOD: Brownout detector was triggered"),
    ("brown-out", "Brownout detector was triggered"),
    ("brown-out", "rst:0xf (RTCWDT_BROWN_OUT_RST),boot:0x8 (SPI_FAST_FLASH_BOOT)"),
    ("brown-out", "plainsight: brownout: "),
    ("exception", "Traceback (most recent call last):"),
    ("exception", "plainsight: exception: house: KeyError at main.py:12"),
]
HARMLESS_LINES = [
    READY,
    "plainsight: not provisioned",
    "rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)",
    "rst:0x3 (RTC_SW_SYS_RST),boot:0x8 (SPI_FAST_FLASH_BOOT)",
    "rst:0x5 (DSLEEP),boot:0x8 (SPI_FAST_FLASH_BOOT)",
    "rst:0x15 (USB_UART_CHIP_RESET),boot:0x8 (SPI_FAST_FLASH_BOOT)",
    "I (31) boot: Disabling RNG early entropy source...",
    "plainsight: pairing window open",
    "the watchdog is fed",
    "",
]


@pytest.mark.parametrize(("kind", "line"), FATAL_LINES)
def test_a_board_that_fell_over_fails_the_test_by_the_kind(
    board: HilBoard, cable: FakeCable, kind: str, line: str
) -> None:
    cable.say(line, READY)
    with pytest.raises(FatalLine) as caught:
        board.expect("ready")
    assert (caught.value.kind, caught.value.line) == (kind, line)


@pytest.mark.parametrize("line", HARMLESS_LINES)
def test_an_ordinary_line_is_no_fall(line: str) -> None:
    assert kind_of(line) is None


def test_every_kind_has_a_line() -> None:
    assert {kind for kind, _ in FATAL_LINES} == set(KINDS) - {RESTART}


def test_a_test_may_want_the_very_line_and_see_others_without_failing(board: HilBoard, cable: FakeCable) -> None:
    cable.say("E BOD: Brownout detector was triggered", "rst:0xf (RTCWDT_BROWN_OUT_RST)", READY)
    board.expect("Brownout")
    board.expect("ready", not_matching=())


def test_what_is_allowed_fails_nothing_until_the_next_test(board: HilBoard, cable: FakeCable) -> None:
    board.allow("brown-out")
    cable.say("rst:0xf (RTCWDT_BROWN_OUT_RST)", READY)
    board.expect("ready")
    cable.say(PANIC)
    with pytest.raises(FatalLine):
        board.expect("ready")
    board.begin("tests/x.py::test_next")
    cable.say("rst:0xf (RTCWDT_BROWN_OUT_RST)", READY)
    with pytest.raises(FatalLine):
        board.expect("ready")


def test_only_what_can_happen_can_be_allowed(board: HilBoard) -> None:
    with pytest.raises(ValueError, match="earthquake: none of brown-out, watchdog, panic"):
        board.allow("earthquake")


def test_a_fall_before_a_reset_is_not_lost_by_it(board: HilBoard, cable: FakeCable) -> None:
    cable.say("begun", PANIC, "Rebooting...")
    board.expect("begun")
    board.log.wait_for_more(4, 5.0)
    with pytest.raises(FatalLine, match="panic, before the hard reset"):
        board.hard_reset()
    assert cable.done == []


def test_a_lost_cable_is_told_as_such_and_not_as_a_line_that_did_not_come(board: HilBoard, cable: FakeCable) -> None:
    cable.say("plainsight: booting")
    cable.fails["reattach"] = PortVanished(PORT)
    cable.vanish()
    with pytest.raises(CableLost, match="listening"):
        board.expect("ready", 60.0)
    assert cable.done.count("reattach") == 20


def test_a_line_said_before_the_cable_was_lost_still_counts(board: HilBoard, cable: FakeCable) -> None:
    cable.say(READY)
    cable.fails["reattach"] = PortVanished(PORT)
    cable.vanish()
    board.expect("ready")


def test_a_board_that_restarts_without_a_word_is_noticed_by_its_port(board: HilBoard, cable: FakeCable) -> None:
    cable.on_reset = [READY]
    cable.vanish()
    with pytest.raises(FatalLine, match="restart, waiting for 'ready': 'the port went away and came back") as caught:
        board.expect("ready")
    assert caught.value.kind == "restart"


def test_a_restart_belongs_to_what_is_allowed(board: HilBoard, cable: FakeCable) -> None:
    cable.on_reset = [READY]
    board.allow("watchdog")
    cable.vanish()
    board.expect("ready")


def test_what_follows_a_fall_is_not_a_second_one(board: HilBoard, cable: FakeCable) -> None:
    cable.say(PANIC, BACKTRACE)
    with pytest.raises(FatalLine, match="panic"):
        board.expect("ready")
    board.check()


def test_nobody_reads_the_console_while_the_repl_is_used(board: HilBoard, cable: FakeCable) -> None:
    cable.say(READY)
    board.expect("ready")
    with board.repl():
        cable.say("raw bytes of the protocol")
        board.log.wait_for_more(board.log.length, SOON_S)
    assert "raw bytes" not in "\n".join(board.log.tail())
    assert cable.done == ["enter_repl"]


def test_what_was_executed_and_printed_is_in_the_log(board: HilBoard) -> None:
    assert board.execute("print(1)\nprint(2)") == "printed\n"
    tail = "\n".join(board.log.tail())
    assert "harness execute: print(1)" in tail
    assert "harness printed: printed" in tail


@given(st.text())
def test_any_line_has_a_kind_or_none(line: str) -> None:
    assert kind_of(line) in (*KINDS, None)
