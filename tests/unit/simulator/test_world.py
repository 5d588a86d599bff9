"""Scripting the world: actions at exact places, and the count of exposures in the dark as firmware would cause it."""

from __future__ import annotations

import pytest

from host_tools.simulator import NotAPicture, Simulator
from host_tools.simulator.world.script import capture_call

CAPTURE = """
from machine import ADC, PWM, Pin
from camera import Camera, FrameSize, GrabMode, PixelFormat
import esp32, time, uctypes
counter = esp32.PCNT(0, pin=Pin(4), rising=esp32.PCNT.INCREMENT)
counter.start()
light = PWM(Pin(2), freq=4000, duty_u16={duty})
time.sleep_ms(2)
c = Camera(pixel_format=PixelFormat.JPEG, frame_size=FrameSize.QVGA, fb_count=1, grab_mode=GrabMode.WHEN_EMPTY)
view = c.capture()
if {wipe}:
    uctypes.bytearray_at(uctypes.addressof(view), 320 * 240 // 5)[:] = bytes(320 * 240 // 5)
c.deinit()
light.deinit()
print(counter.value(), ADC(Pin(1)).read_uv())
"""


def capture(*, duty: int = 32768, wipe: bool = True) -> str:
    return CAPTURE.format(duty=duty, wipe=wipe)


@pytest.mark.parametrize(
    ("duty", "damage", "wipe", "in_dark"),
    [
        (32768, None, True, 0),
        (32768, None, False, 0),
        (0, None, True, 2),
        (32768, "cut", True, 0),
        (32768, "cut", False, 1),
        (32768, "short", False, 1),
        (32768, "cover", False, 1),
        (32768, "replace", False, 1),
    ],
)
async def test_exposures_in_the_dark(simulator: Simulator, duty, damage, wipe, in_dark):
    if damage is not None:
        getattr(simulator.world.led, damage)()
    await simulator.board.execute(capture(duty=duty, wipe=wipe))
    assert len(simulator.world.exposures) == 2
    # The constructor's own frame is overwritten by the next one: only the last can be left behind.
    assert simulator.world.exposures_in_dark == in_dark


async def test_a_dark_frame_that_was_kept_counts(simulator: Simulator):
    simulator.world.led.cut()
    await simulator.board.execute(capture())
    sha256 = simulator.world.exposures[-1].sha256
    assert sha256 is not None
    assert simulator.world.exposures_in_dark == 0
    simulator.world.keep("0" * 64)
    assert simulator.world.exposures_in_dark == 0
    simulator.world.keep(sha256)
    assert simulator.world.exposures_in_dark == 1


async def test_calls_of_a_capture_can_be_counted_and_are_the_same_each_time(simulator: Simulator):
    counts: list[list[str]] = []
    for _ in range(2):
        with simulator.world.count_calls(capture_call) as calls:
            await simulator.board.execute(capture())
        counts.append(calls.names)
        assert calls.count == len(calls.names)
    assert counts[0] == counts[1]
    assert {"pwm.modulate", "camera.open", "camera.capture", "camera.close", "pcnt.pulses", "adc.microvolts"} == set(
        counts[0]
    )
    await simulator.board.execute("from machine import Pin\nPin(2, Pin.OUT, value=0)")
    assert len(counts[1]) == calls.count  # the block has ended


async def test_an_action_at_each_call_in_turn(simulator: Simulator):
    with simulator.world.count_calls(capture_call) as calls:
        await simulator.board.execute(capture())
    lit: list[int] = []
    for n in range(1, calls.count + 1):
        simulator.world.exposures.clear()
        simulator.world.at_call(n, simulator.world.led.cut, capture_call)
        await simulator.board.execute(capture())
        lit.append(sum(exposure.lit for exposure in simulator.world.exposures))
        simulator.world.led.mend()
    opened, captured, closed = (calls.names.index(f"camera.{name}") for name in ("open", "capture", "close"))
    assert lit[: opened + 1] == [0] * (opened + 1)
    # Right before the constructor's own capture nothing has been exposed to the end; before the second, one has.
    assert lit[captured] == 0
    assert lit[captured + 1] == 1
    assert lit[closed:] == [2] * (calls.count - closed)


async def test_at_call_counts_from_now_and_happens_once(simulator: Simulator):
    log: list[int] = []
    code = "from machine import unique_id\nfor _ in range(4):\n    unique_id()\n"
    await simulator.board.execute(code)
    simulator.world.at_call(3, lambda: log.append(len(log)))
    await simulator.board.execute(code)
    await simulator.board.execute(code)
    assert log == [0]


@pytest.mark.parametrize(
    ("k", "fraction", "lit"), [(1, 0.0, [False, False]), (1, 0.999, [False, False]), (2, 0.5, [True, False])]
)
async def test_damage_inside_an_exposure_is_damage_during_it(simulator: Simulator, k, fraction, lit):
    simulator.world.during_exposure(k, fraction, simulator.world.led.cut)
    await simulator.board.execute(capture())
    assert [exposure.lit for exposure in simulator.world.exposures] == lit


async def test_damage_mended_within_one_exposure_is_seen_all_the_same(simulator: Simulator):
    simulator.world.during_exposure(2, 0.4, simulator.world.led.cut)
    simulator.world.during_exposure(2, 0.5, simulator.world.led.mend)
    await simulator.board.execute(capture())
    assert [exposure.lit for exposure in simulator.world.exposures] == [True, False]


async def test_actions_inside_an_exposure_are_exact(simulator: Simulator):
    moments: list[float] = []
    simulator.world.during_exposure(1, 0.25, lambda: moments.append(simulator.world.now_s))
    await simulator.board.execute(capture())
    first = simulator.world.exposures[0]
    readout_s = (first.ended_s - first.begun_s) / 2
    assert moments == [pytest.approx(first.ended_s - 0.75 * readout_s, abs=2e-6)]


async def test_power_off_right_before_a_call_leaves_it_undone(program):
    main = program("from machine import Pin\nPin(43, Pin.OUT, value=1)\nPin(2, Pin.OUT, value=1)\nprint('never')")
    async with Simulator(main=main) as simulator:
        driven: list[bool] = []
        simulator.world.led.on_change.append(lambda _, state: driven.append(state.drive.commanded))
        simulator.world.at_call(
            1, simulator.world.power.off, lambda service, method: (service, method) == ("pin", "write")
        )
        await simulator.board.start()
        await simulator.board.wait_until_off()
        assert simulator.board.log == []
        assert driven == []


async def test_what_was_planned_can_be_forgotten(simulator: Simulator):
    log: list[int] = []
    simulator.world.at_call(1, lambda: log.append(1))
    simulator.world.during_exposure(1, 0.0, lambda: log.append(2))
    simulator.world.camera.fail("absent")
    simulator.world.power.cut(0)
    simulator.world.forget_script()
    await simulator.board.execute(capture())
    assert log == []


async def test_after_runs_later(simulator: Simulator):
    import asyncio

    happened = asyncio.Event()
    begun_s = simulator.world.now_s
    simulator.world.after(0.01, happened.set)
    await happened.wait()
    assert simulator.world.now_s - begun_s >= 0.01


async def test_a_picture_that_is_refused_leaves_the_scene(simulator: Simulator):
    with pytest.raises(NotAPicture):
        simulator.world.show(b"no picture")
    await simulator.board.execute(capture())
    assert simulator.world.exposures[-1].sha256 is not None


async def test_an_action_that_fails_does_not_raise_into_the_board(simulator: Simulator, caplog):
    def fault() -> None:
        raise RuntimeError("a fault of the test")

    simulator.world.at_call(1, fault)
    code = "from machine import unique_id\ntry:\n    unique_id()\nexcept OSError as error:\n    print(error.errno)\n"
    assert await simulator.board.execute(code) == "5\n"
    assert "a fault of the test" in caplog.text


ENDING = """
import machine, time
from camera import *
if machine.reset_cause() == machine.PWRON_RESET:
    print("year", time.gmtime()[0])
    machine.RTC().datetime((2030, 1, 1, 0, 0, 0, 0, 0))
    c = Camera(pixel_format=PixelFormat.JPEG, frame_size=FrameSize.QVGA, fb_count=1, grab_mode=GrabMode.WHEN_EMPTY)
    print("exposed")
    {ending}
print("again")
while True:
    time.sleep(1)
"""


async def test_memory_outlives_a_reset(program):
    async with Simulator(main=program(ENDING.format(ending="machine.reset()"))) as simulator:
        await simulator.board.start()
        await simulator.board.wait_for_log("again")
        assert [exposure.wiped for exposure in simulator.world.exposures] == [False]


async def test_memory_and_clock_do_not_outlive_the_power(program):
    async with Simulator(main=program(ENDING.format(ending="pass"))) as simulator:
        for _ in range(2):
            before = len(simulator.board.log)
            await simulator.board.start()
            await simulator.board.wait_for_log("again", after=before)
            await simulator.board.kill()
            assert simulator.board.log[before] == "year 2000"
        assert [exposure.wiped for exposure in simulator.world.exposures] == [True, True]
