"""A program that hangs is ended by the chip's watchdog, and the next boot knows why there was one."""

from __future__ import annotations

import pytest

from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "radio", "button")

# The timer would keep the watchdog fed (host_tools/cable/watchdog.py).
_HANG = "import machine\nmachine.Timer(3).deinit()\nmachine.WDT(timeout=2000)\nwhile True:\n pass"


@pytest.mark.status("watchdog")
@pytest.mark.status("`RTC_CNTL_RESET_STATE_REG` telling a brown-out from a watchdog reset")
def test_the_watchdog_ends_a_program_that_hangs_and_the_record_says_so(worn: Worn) -> None:
    board, crashes = worn.board, len(worn.records("crash"))
    board.allow("watchdog", "restart")
    with board.repl() as cable:
        cable.leave(_HANG)
    worn.restarted()
    told = worn.records("crash")
    assert len(told) == crashes + 1
    assert told[-1]["cause"] == "watchdog"
    (entry,) = worn.phone.call(lambda app: app.crashes(forget=True))[-1:]
    assert entry.cause == "watchdog"
