"""Charge and heat as the board reads them, the shelf and the press that wakes from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "radio", "button")

SLEEP = "deep sleep, wake by the button on GPIO 3 (`wake_on_ext0`, pull-up held by `hold=True`), `reset_cause`"
RTC = "the RTC's drift between two phones' visits, its time through watchdog resets and deep sleep"


@pytest.mark.status("chip temperature (`esp32.mcu_temperature`), and how much warmer the chip is than the case")
def test_the_chip_is_as_warm_as_a_chip_can_be(worn: Worn) -> None:
    assert 0 < worn.status().temperature_c < 75


@pytest.mark.needs("battery")
@pytest.mark.status("battery gauge")
def test_the_battery_is_as_charged_as_a_cell_can_be(worn: Worn) -> None:
    status = worn.status()
    assert 3000 < status.battery_mv < 4300
    assert 0 <= status.battery_percent <= 100


@pytest.mark.status(SLEEP)
@pytest.mark.status(RTC)
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
