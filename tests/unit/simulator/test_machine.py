"""`machine`, `esp32`, `time` and `network` as the firmware meets them, through MicroPython."""

from __future__ import annotations

import asyncio
import time

import pytest

from host_tools.simulator import BoardCodeFailed, Simulator


async def run(simulator: Simulator, code: str) -> list[str]:
    return (await simulator.board.execute("from machine import *\nimport time\n" + code)).splitlines()


async def test_the_button_reads_low_when_pressed(simulator: Simulator):
    code = "print(Pin(3, Pin.IN, Pin.PULL_UP).value(), Pin(3).value())"
    assert await run(simulator, code) == ["1 1"]
    simulator.world.button.press()
    assert await run(simulator, code) == ["0 0"]
    simulator.world.button.release()
    assert await run(simulator, "print(Pin(3, Pin.IN).value())") == ["0"]  # without its pull-up it floats low here


async def test_the_mute_switch(simulator: Simulator):
    code = "print(Pin(6, Pin.IN, Pin.PULL_UP).value())"
    assert await run(simulator, code) == ["1"]
    simulator.world.pins.muted = True
    assert await run(simulator, code) == ["0"]


@pytest.mark.parametrize("gpio", [22, 30, 49, -1])
async def test_pins_that_the_chip_has_not(simulator: Simulator, gpio):
    with pytest.raises(BoardCodeFailed, match="invalid pin"):
        await run(simulator, f"Pin({gpio})")


EDGES = """
import asyncio
log = []
pin = Pin(3, Pin.IN, Pin.PULL_UP)
pin.irq(lambda p: log.append(p.value()), Pin.{trigger})
print("ready")
async def main():
    level = 1
    while len(log) < {count} or not level:
        await asyncio.sleep_ms(1)
        if pin.value() != level:
            level = pin.value()
            print("level", level)
    print("edges", log)
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("trigger", "count", "expected"),
    [
        ("IRQ_FALLING", 2, "edges [0, 0]"),
        ("IRQ_RISING", 2, "edges [1, 1]"),
        ("IRQ_FALLING | Pin.IRQ_RISING", 4, "edges [0, 1, 0, 1]"),
    ],
)
async def test_edges_interrupt_a_program_that_awaits(program, trigger, count, expected):
    code = "from machine import Pin\n" + EDGES.format(trigger=trigger, count=count)
    async with Simulator(main=program(code)) as simulator:
        await simulator.board.start()
        await simulator.board.wait_for_log("ready")
        for level in (0, 1, 0, 1):
            (simulator.world.button.release if level else simulator.world.button.press)()
            await simulator.board.wait_for_log(f"level {level}", after=len(simulator.board.log))
        assert await simulator.board.wait_for_log("edges") == expected


async def test_a_tap_presses_and_releases(simulator: Simulator):
    levels: list[int] = []
    simulator.world.button.on_edge.append(levels.append)
    simulator.world.button.tap(1)
    simulator.world.button.press()  # down already: no further edge
    assert levels == [0]
    code = "p = Pin(3, Pin.IN, Pin.PULL_UP)\nwhile not p.value():\n    time.sleep_ms(1)\nprint('up')"
    assert await run(simulator, code) == ["up"]
    assert levels == [0, 1]


async def test_signal_inverts(simulator: Simulator):
    code = "s = Signal(Pin(43, Pin.OUT), invert=True)\ns.on()\nprint(Pin(43).value(), s.value())\n"
    code += "s.off()\nprint(Pin(43).value())"
    assert await run(simulator, code) == ["0 1", "1"]


async def test_the_status_light_and_the_capture_light_go_out_with_the_board(simulator: Simulator):
    seen: list[tuple[bool, bool]] = []
    simulator.world.at_call(
        6, lambda: seen.append((simulator.world.led.lit, simulator.world.pins.status_light)), lambda *_: True
    )
    await run(
        simulator,
        "Pin(43, Pin.OUT, value=1)\nPin(2, Pin.OUT, value=1)\nPin(3)\nunique_id()\nunique_id()\nunique_id()\n",
    )
    assert seen == [(True, True)]
    assert (simulator.world.led.lit, simulator.world.pins.status_light) == (False, False)


@pytest.mark.parametrize(("millivolts", "microvolts"), [(4000, 2_000_000), (3001, 1_500_500), (9000, 3_100_000)])
async def test_the_battery_behind_its_divider(simulator: Simulator, millivolts, microvolts):
    simulator.world.battery.set_mv(millivolts)
    code = "a = ADC(Pin(5), atten=ADC.ATTN_11DB)\nprint(a.read_uv(), a.read_u16(), a.read())"
    share = microvolts / 3_100_000
    assert await run(simulator, code) == [f"{microvolts} {int(share * 65535)} {int(share * 4095)}"]


async def test_the_adc_saturates_at_its_range_and_only_adc1_exists(simulator: Simulator):
    assert await run(simulator, "print(ADC(Pin(5)).read_uv())") == ["950000"]
    with pytest.raises(BoardCodeFailed, match="invalid pin"):
        await run(simulator, "ADC(Pin(43))")


LIGHT = """
import esp32
{setup}
light = {light}
time.sleep_ms(30)
print(ADC(Pin(1)).read_uv(), counter.value() > 0, Pin(2).value())
"""
COUNTER = "counter = esp32.PCNT(0, pin=Pin(4), rising=esp32.PCNT.INCREMENT)\ncounter.start()"


@pytest.mark.parametrize(
    ("light", "expected"),
    [
        ("PWM(Pin(2), freq=4000, duty_u16=32768)", ["100002 True 0"]),
        ("PWM(Pin(2), freq=4000, duty_u16=65535)", ["200000 False 1"]),
        ("PWM(Pin(2), freq=4000, duty=0)", ["0 False 0"]),
        ("Pin(2, Pin.OUT, value=1)", ["200000 False 1"]),
        ("Pin(2, Pin.OUT, value=0)", ["0 False 0"]),
    ],
)
async def test_the_lights_drive_reaches_its_sensors(simulator: Simulator, light, expected):
    assert await run(simulator, LIGHT.format(setup=COUNTER, light=light)) == expected


@pytest.mark.parametrize(
    ("level", "expected"), [("software", "0 False"), ("current", "100002 False"), ("optical", "100002 True")]
)
async def test_a_level_says_which_sensors_are_fitted(level, expected):
    async with Simulator(level=level) as simulator:
        (line,) = await run(simulator, LIGHT.format(setup=COUNTER, light="PWM(Pin(2), freq=4000, duty_u16=32768)"))
        assert line.startswith(expected)


def test_levels_that_are_not_simulated_are_refused():
    with pytest.raises(ValueError, match="supply"):
        Simulator(level="supply")


async def test_the_counter_starts_again_at_its_limit_and_counts_only_while_running(simulator: Simulator):
    code = """
import esp32
light = PWM(Pin(2), freq=40000, duty_u16=32768)
c = esp32.PCNT(0, pin=Pin(4), rising=esp32.PCNT.INCREMENT, max=100)
time.sleep_ms(5)
print(c.value())
c.start()
highest = 0
for _ in range(100):
    highest = max(highest, c.value())
    time.sleep_ms(1)
print(50 < highest < 100)
c.stop()
stopped = c.value()
time.sleep_ms(5)
print(c.value() == stopped, c.value(0) == stopped, c.value())
print(esp32.PCNT(0) is c)
light.deinit()
"""
    assert await run(simulator, code) == ["0", "True", "True True 0", "True"]


EVIDENCE = """
import esp32
counter = esp32.PCNT(0, pin=Pin(4), rising=esp32.PCNT.INCREMENT)
counter.start()
light = PWM(Pin(2), freq=4000, duty_u16=32768)
errors = []
for _ in range(15):
    begun = time.ticks_us()
    before = counter.value()
    time.sleep_ms(10)
    ended = time.ticks_us()
    counted = counter.value() - before
    errors.append(abs(counted - time.ticks_diff(ended, begun) * 4000 // 1000000))
print(sorted(errors)[len(errors) // 2])
"""


async def test_pulses_agree_with_the_boards_own_clock_even_if_the_simulator_is_busy(simulator: Simulator):
    """Calls act at their time stamps: a late simulator does not make the evidence jitter."""

    async def hog() -> None:
        while True:
            time.sleep(0.013)  # noqa: ASYNC251 the whole event loop shall stand still, 52 pulses long
            await asyncio.sleep(0)

    hogging = asyncio.create_task(hog())
    (median,) = await run(simulator, EVIDENCE)
    hogging.cancel()
    assert int(median) <= 1


async def test_the_clock_starts_in_2000_and_can_be_set(simulator: Simulator):
    code = """
print(time.gmtime(0)[:6], time.time() < 100, time.gmtime()[0])
RTC().datetime((2027, 2, 28, 0, 23, 59, 58, 0))
print(RTC().datetime()[:4], time.gmtime(time.time())[:3], time.time_ns() > 0)
print(*(time.mktime(day + (0, 0)) for day in ((2000, 3, 1, 0, 0, 0), (2026, 11, 22, 5, 0, 1), (2100, 3, 1, 0, 0, 0))))
print(time.localtime(60 * 86400)[:3])
"""
    assert await run(simulator, code) == [
        "(2000, 1, 1, 0, 0, 0) True 2000",
        "(2027, 2, 28, 6) (2027, 2, 28) True",
        "5184000 848638801 3160857600",
        "(2000, 3, 1)",
    ]


async def test_timers_fire_at_awaits(simulator: Simulator):
    code = """
import asyncio
log = []
async def main():
    periodic = Timer(0, period=10, callback=lambda t: log.append("p"))
    Timer(1).init(mode=Timer.ONE_SHOT, period=25, callback=lambda t: log.append("once"))
    while len(log) < 8:
        await asyncio.sleep_ms(5)
    periodic.deinit()
    count = len(log)
    await asyncio.sleep_ms(60)
    print(log.count("once"), len(log) - count)
asyncio.run(main())
"""
    assert await run(simulator, code) == ["1 0"]


@pytest.mark.parametrize(
    "code", ["Timer(4)", "Timer(0, period=0)", "WDT(timeout=999)", "WDT(1)", "PWM(Pin(2), freq=0)",
             "PWM(Pin(2), duty_u16=65536)", "freq(1)", "RTC(1)"]
)  # fmt: skip
async def test_arguments_that_the_port_refuses(simulator: Simulator, code):
    with pytest.raises(BoardCodeFailed, match="ValueError"):
        await run(simulator, code)


async def test_the_chip_has_its_address_and_frequency(simulator: Simulator):
    code = "freq(240_000_000)\nprint(freq(), len(unique_id()), reset_cause() == PWRON_RESET)"
    assert await run(simulator, code) == ["240000000 6 True"]


async def test_no_access_point_is_in_reach(simulator: Simulator):
    code = """
import network
w = network.WLAN(network.STA_IF)
try:
    w.scan()
except OSError:
    print("off")
w.active(True)
w.connect("home", "secret")
print(w.scan(), w.isconnected(), w.status() == network.STAT_NO_AP_FOUND)
"""
    assert await run(simulator, code) == ["off", "[] False True"]


async def test_an_error_in_an_interrupt_is_reported_and_the_program_goes_on(simulator: Simulator):
    code = """
import asyncio
log = []
def handler(timer):
    log.append(1)
    if len(log) == 1:
        1 / 0
async def main():
    Timer(0, period=5, callback=handler)
    while len(log) < 3:
        await asyncio.sleep_ms(5)
asyncio.run(main())
print("went on")
"""
    lines = await run(simulator, code)
    assert "Unhandled exception in interrupt handler of timer" in lines
    assert lines[-1] == "went on"
