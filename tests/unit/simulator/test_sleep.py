"""Deep and light sleep of the virtual chip: what wakes it, what it still knows, and what a floating pin does."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_tools.simulator import BoardExited, Simulator

_SLEEPER = """
import machine, esp32, time
from machine import Pin
print("cause", machine.reset_cause(), "reason", machine.wake_reason(), "memory", machine.RTC().memory())
if machine.reset_cause() == machine.DEEPSLEEP_RESET:
    print("woken")
    while True:
        time.sleep_ms(10)
machine.RTC().memory(b"before")
button = Pin(3, Pin.IN, Pin.PULL_UP{hold})
{before}
print("going")
machine.deepsleep({ms})
print("never printed")
"""
_BY_BUTTON = "esp32.wake_on_ext0(button, esp32.WAKEUP_ALL_LOW)"


def program(folder: Path, *, hold: bool = True, before: str = _BY_BUTTON, ms: int = 0) -> Path:
    path = folder / "sleeper.py"
    path.write_text(_SLEEPER.format(hold=", hold=True" if hold else "", before=before, ms=ms))
    return path


async def test_the_button_wakes_a_chip_that_sleeps_deeply(tmp_path: Path):
    async with Simulator(main=program(tmp_path)) as sim:
        await sim.board.start()
        await sim.board.wait_until_asleep()
        assert sim.board.running
        assert sim.board.asleep
        assert sim.board.pid is None
        sim.world.button.press()
        await sim.board.wait_for_log("woken")
        assert not sim.board.asleep
        assert sim.board.log[0] == "cause 1 reason 0 memory b''"
        assert "cause 4 reason 2 memory b'before'" in sim.board.log
        assert "never printed" not in sim.board.log


async def test_a_pull_up_that_is_not_held_wakes_it_at_once(tmp_path: Path):
    async with Simulator(main=program(tmp_path, hold=False)) as sim:
        await sim.board.start()
        await sim.board.wait_for_log("woken")


async def test_a_finger_that_is_still_there_wakes_it_at_once(tmp_path: Path):
    async with Simulator(main=program(tmp_path)) as sim:
        sim.world.button.press()
        await sim.board.start()
        await sim.board.wait_for_log("woken")


async def test_a_timer_wakes_it(tmp_path: Path):
    async with Simulator(main=program(tmp_path, ms=50)) as sim:
        await sim.board.start()
        await sim.board.wait_for_log("cause 4 reason 4")


async def test_any_of_several_high_pins_wakes_it(tmp_path: Path):
    before = "esp32.wake_on_ext1((button, Pin(7)), esp32.WAKEUP_ANY_HIGH)"
    async with Simulator(main=program(tmp_path, before=before)) as sim:
        sim.world.button.press()
        await sim.board.start()
        await sim.board.wait_until_asleep()
        sim.world.button.release()
        await sim.board.wait_for_log("cause 4 reason 3")


async def test_without_a_source_it_sleeps_until_the_power_goes(tmp_path: Path):
    async with Simulator(main=program(tmp_path, before="")) as sim:
        await sim.board.start()
        await sim.board.wait_until_asleep()
        sim.world.button.tap()
        await sim.board.kill()
        assert not sim.board.running
        with pytest.raises(BoardExited):
            await sim.board.wait_until_asleep()
        await sim.board.start()
        await sim.board.wait_for_log("cause 1 reason 0 memory b''", after=2)


async def test_a_pin_that_is_not_on_the_rtc_is_refused(tmp_path: Path):
    before = "esp32.wake_on_ext0(Pin(43), esp32.WAKEUP_ALL_LOW)"
    async with Simulator(main=program(tmp_path, before=before)) as sim:
        await sim.board.start()
        await sim.board.wait_for_log("ValueError: invalid pin")


async def test_light_sleep_goes_on_where_it_was(tmp_path: Path):
    path = tmp_path / "light.py"
    path.write_text(
        "import machine\nmachine.lightsleep(20)\nprint('on', machine.wake_reason(), machine.reset_cause())\n"
        "try:\n    machine.RTC().memory(bytes(2049))\nexcept ValueError as error:\n    print(error)\n"
    )
    async with Simulator(main=path) as sim:
        await sim.board.start()
        await sim.board.wait_for_log("on 4 1")
        await sim.board.wait_for_log("buffer too long")


async def test_the_chip_says_how_warm_it_is_and_what_is_wrong_with_its_sensor(tmp_path: Path):
    path = tmp_path / "warm.py"
    path.write_text(
        "import esp32\nprint('warm', esp32.mcu_temperature(), hasattr(esp32, 'raw_temperature'))\n"
        "try:\n    esp32.mcu_temperature()\nexcept OSError as error:\n    print('sensor', error.errno)\n"
    )
    async with Simulator(main=path) as sim:
        sim.world.heat.set_c(71.4)
        sim.world.at_call(2, lambda: setattr(sim.world.heat, "broken", True), lambda service, _: service == "heat")
        await sim.board.start()
        await sim.board.wait_for_log("warm 71 False")
        await sim.board.wait_for_log("sensor -259")
