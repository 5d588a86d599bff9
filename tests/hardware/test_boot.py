"""From a reset, a bite of the watchdog or the shelf to glasses that run, and how they tell which it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from plainsight.version import FIRMWARE_VERSION

from host_tools.harness.board import HilBoard
from tests.hardware.worn import Worn

SLEEP = "deep sleep, wake by the button on GPIO 3 (`wake_on_ext0`, pull-up held by `hold=True`), `reset_cause`"

_CAUSE = "from board import Board\nprint('cause', Board().reset_cause())\n"
# Glasses in development start no watchdog: the board's is started here, and fed as locked ones feed it, while a task
# reports: longer than the watchdog waits, and then no more. (The timer of host_tools/cable/watchdog.py would feed it.)
_TASK_THAT_HANGS = """\
import asyncio, loader, machine
loader.visit()
machine.Timer(3).deinit()
from board import Board
from plainsight.clock import Clock
from plainsight.health import Health
async def main():
 board = Board()
 health = Health(board.watchdog(2000), Clock(board), lambda name: print("hangs:", name))
 health.expect("task", 1000)
 feeding = asyncio.create_task(health.run())
 for _ in range(30):
  health.alive("task")
  await asyncio.sleep_ms(100)
 print("reported for 3 s")
 await feeding
asyncio.run(main())
"""


@pytest.mark.needs("application", "development", "radio", "button")
@pytest.mark.status("firmware boots, advertises, pairs")
def test_a_reset_leads_to_glasses_that_their_phone_finds(worn: Worn) -> None:
    worn.start()
    hello = worn.phone.call(lambda app: app.say_hello())
    assert hello.firmware == FIRMWARE_VERSION
    assert (hello.mode, hello.level) == ("development", worn.level)
    assert hello.crashes == 0


@pytest.mark.needs("application", "development", "radio", "button")
def test_each_boot_stands_in_the_record_with_a_sound_journal(worn: Worn) -> None:
    before = len(worn.records("boot"))
    worn.start()
    boots = worn.records("boot")
    assert len(boots) == before + 1
    assert boots[-1]["journal"] == "ok"


@pytest.mark.needs("application", "development")
def test_a_hard_reset_is_told_from_a_soft_one(board: HilBoard) -> None:
    board.hard_reset()
    board.ready()
    assert "cause hard" in board.execute(_CAUSE, soft_reset=False)
    assert "cause soft" in board.execute(_CAUSE)


@pytest.mark.needs("application", "development", "power_cycle")
def test_a_power_cycle_is_told_from_a_reset(board: HilBoard) -> None:
    board.power_cycle()
    board.ready()
    assert "cause power_on" in board.execute(_CAUSE, soft_reset=False)


@pytest.mark.needs("application", "development", "radio", "button")
@pytest.mark.status("watchdog")
def test_the_watchdog_is_fed_while_a_task_reports_and_bites_when_it_hangs_and_the_record_says_so(worn: Worn) -> None:
    board, crashes = worn.board, len(worn.records("crash"))
    with board.repl() as cable:
        cable.leave(_TASK_THAT_HANGS)
    board.expect("reported for 3 s")
    board.allow("watchdog", "restart")
    worn.restarted()
    told = worn.records("crash")
    assert len(told) == crashes + 1
    assert told[-1]["cause"] == "watchdog"
    (entry,) = worn.phone.call(lambda app: app.crashes(forget=True))[-1:]
    assert entry.cause == "watchdog"


@pytest.mark.needs("application", "development", "radio", "button")
@pytest.mark.status(SLEEP)
def test_the_button_wakes_the_glasses_from_the_shelf_and_takes_no_picture(worn: Worn) -> None:
    board, taken, boots = worn.board, len(worn.records("exposure")), len(worn.records("boot"))
    board.allow("restart")
    assert worn.phone.call(lambda app: app.power("shelf")) == "shelf"
    worn.until(lambda: not Path(board.cable.port).exists(), "asleep: its USB port went away")
    board.tap()
    worn.restarted()
    assert [(power["state"], power["reason"]) for power in worn.records("power")][-2:] == [
        ("shelf", "app"),
        ("connectable", "button"),
    ]
    assert len(worn.records("exposure")) == taken
    assert len(worn.records("boot")) == boots + 1
    assert worn.records("boot")[-1]["clock"] == "kept"
