"""The camera as the firmware meets it, through MicroPython."""

from __future__ import annotations

from itertools import pairwise

import pytest

from host_tools.simulator import BoardCodeFailed, Simulator

OPEN = """
from camera import Camera, FrameSize, GainCeiling, GrabMode, PixelFormat
def open_camera(**options):
    settings = dict(pixel_format=PixelFormat.JPEG, frame_size=FrameSize.QVGA, jpeg_quality=80, fb_count=1,
                    grab_mode=GrabMode.WHEN_EMPTY)
    settings.update(options)
    return Camera(**settings)
"""


async def run(simulator: Simulator, code: str) -> list[str]:
    return (await simulator.board.execute(OPEN + code)).splitlines()


async def test_the_constructor_takes_a_frame_and_keeps_it(simulator: Simulator):
    await run(simulator, "open_camera()\n")
    assert len(simulator.world.exposures) == 1
    assert simulator.world.exposures[0].sha256 is not None


async def test_even_without_init_it_takes_one_and_then_stops(simulator: Simulator):
    code = "c = open_camera(init=False)\ntry:\n    c.capture()\nexcept OSError as error:\n    print(error.errno)\n"
    assert await run(simulator, code + "c.init()\nprint(len(c.capture()) > 1000)\nc.deinit()\n") == ["2", "True"]


async def test_the_view_is_of_the_drivers_memory_and_read_only(simulator: Simulator):
    code = """
import uctypes
c = open_camera()
view = c.capture()
print(bytes(view[:2]), bytes(view[-2:]))
try:
    view[0] = 0
except TypeError:
    print("read-only")
uctypes.bytearray_at(uctypes.addressof(view), 320 * 240 // 5)[:] = bytes(320 * 240 // 5)
print(bytes(view) == bytes(len(view)))
c.deinit()
"""
    assert await run(simulator, code) == [r"b'\xff\xd8' b'\xff\xd9'", "read-only", "True"]
    assert [exposure.wiped for exposure in simulator.world.exposures] == [True, True]


async def test_what_is_not_zeroed_is_not_wiped(simulator: Simulator):
    await run(simulator, "c = open_camera()\nc.capture()\nc.deinit()\n")
    assert simulator.world.exposures[-1].wiped is False


async def test_zeroing_less_than_the_frame_is_not_enough(simulator: Simulator):
    code = """
import uctypes
c = open_camera()
view = c.capture()
uctypes.bytearray_at(uctypes.addressof(view), len(view) - 1)[:] = bytes(len(view) - 1)
c.deinit()
"""
    await run(simulator, code)
    assert simulator.world.exposures[-1].wiped is False


async def test_freeing_the_buffer_starts_the_next_exposure(simulator: Simulator):
    code = """
import time
c = open_camera()
c.capture()
time.sleep_ms(100)
print(c.frame_available())
c.free_buffer()
deadline = time.ticks_add(time.ticks_ms(), 5000)
while not c.frame_available() and time.ticks_diff(deadline, time.ticks_ms()) > 0:
    time.sleep_ms(5)
print(c.frame_available())
c.deinit()
"""
    assert await run(simulator, code) == ["False", "True"]
    assert len(simulator.world.exposures) == 3


async def test_capture_gives_the_former_frame_back(simulator: Simulator):
    code = """
c = open_camera()
first = c.capture()
before = bytes(first)
c.capture()
print(bytes(first) == before)
c.deinit()
"""
    assert await run(simulator, code) == ["False"]  # the old view shows the new frame's bytes: it is the same memory


@pytest.mark.parametrize(
    ("fault", "told"),
    [("absent", "(-261, 'ESP_ERR_NOT_FOUND')"), ("enomem", "(12,)"), ("raise", "(2,)")],
)
async def test_failures_of_the_constructor(simulator: Simulator, fault, told):
    simulator.world.camera.fail(fault)
    code = "try:\n    open_camera()\nexcept OSError as error:\n    print(error.args)\n"
    again = "open_camera().deinit()\nprint('well')\n"
    if fault == "raise":
        again = ""
    assert (await run(simulator, code + again))[0] == told


async def test_no_first_frame(simulator: Simulator):
    simulator.world.camera.timeout_ms = 50
    simulator.world.camera.fail("none")
    code = "try:\n    open_camera()\nexcept OSError as error:\n    print(error.args[0][:31])\n"
    code += "open_camera().deinit()\nprint(1)\n"
    assert await run(simulator, code) == ["Failed to capture initial frame", "1"]


async def test_none_and_half_at_a_capture(simulator: Simulator):
    simulator.world.camera.timeout_ms = 200
    simulator.world.camera.fail("none", skip=1)
    simulator.world.camera.fail("half", skip=1)
    code = "c = open_camera()\nprint(c.capture())\nhalf = c.capture()\n"
    code += "print(bytes(half[-2:]) == b'\\xff\\xd9')\nc.deinit()\n"
    assert await run(simulator, code) == ["None", "False"]


async def test_capture_blocks_all_of_python(simulator: Simulator):
    simulator.world.camera.timeout_ms = 300
    simulator.world.camera.fail("slow", skip=1)
    code = """
import asyncio, time
c = open_camera()
ticks = 0
async def count():
    global ticks
    while True:
        ticks += 1
        await asyncio.sleep_ms(1)
async def main():
    task = asyncio.create_task(count())
    await asyncio.sleep_ms(0)
    before, begun = ticks, time.ticks_ms()
    c.capture()
    print(ticks - before, time.ticks_diff(time.ticks_ms(), begun) >= 250)
    task.cancel()
asyncio.run(main())
c.deinit()
"""
    assert await run(simulator, code) == ["0 True"]


@pytest.mark.parametrize(
    "options",
    ["jpeg_quality=101", "jpeg_quality=-1", "grab_mode=2", "xclk_freq=50_000_000"],
)
async def test_arguments_that_the_driver_refuses(simulator: Simulator, options):
    with pytest.raises(BoardCodeFailed, match="ValueError"):
        await run(simulator, f"open_camera({options})")
    assert simulator.world.exposures == []


async def test_other_formats_than_jpeg_are_not_simulated(simulator: Simulator):
    with pytest.raises(BoardCodeFailed, match="ESP_ERR_NOT_SUPPORTED"):
        await run(simulator, "open_camera(pixel_format=PixelFormat.RGB565)")


async def test_settings_are_kept_and_frame_size_changes_frames(simulator: Simulator):
    code = """
c = open_camera()
c.set_contrast(2)
c.set_gainceiling(GainCeiling.X16)
print(c.get_contrast(), c.get_gainceiling(), c.get_sensor_name(), c.get_fb_count())
c.set_quality(20)
c.capture()
small = len(c.capture())
c.set_quality(95)
c.capture()
print(len(c.capture()) > small, c.get_quality())
c.reconfigure(frame_size=FrameSize.VGA)
print(c.get_frame_size() == FrameSize.VGA, len(c.capture()) > 5000)
with c:
    pass
try:
    c.get_contrast()
except OSError as error:
    print(error.errno)
"""
    assert await run(simulator, code) == ["2 3 OV2640, simulated 1", "True 95", "True True", "2"]


async def test_defaults_are_those_of_the_s3_image(simulator: Simulator):
    code = "c = Camera(pixel_format=PixelFormat.JPEG)\n"
    code += "print(c.get_fb_count(), c.get_grab_mode(), c.get_quality())\nc.deinit()\n"
    assert await run(simulator, code) == ["2 1 85"]


async def test_a_new_size_gives_the_held_frame_back_and_holds_from_the_next_frame_on(simulator: Simulator):
    """As the vendor's set_frame_size(): it returns every buffer, then tells the sensor. The memory stays as it was."""
    code = """
import uctypes
def size(view):
    view, at = bytes(view), 2
    while view[at + 1] not in (0xC0, 0xC2):
        at += 2 + (view[at + 2] << 8 | view[at + 3])
    return view[at + 7] << 8 | view[at + 8], view[at + 5] << 8 | view[at + 6]
c = open_camera(frame_size=FrameSize.XGA)
view = c.capture()
print(size(view))
uctypes.bytearray_at(uctypes.addressof(view), len(view))[:] = bytes(len(view))
c.set_frame_size(FrameSize.QVGA)
c.capture()
print(size(c.capture()))
print(c.get_frame_size() == FrameSize.QVGA)
c.deinit()
"""
    assert await run(simulator, code) == ["(1024, 768)", "(320, 240)", "True"]
    assert len(simulator.world.exposures) == 4
    assert simulator.world.exposures[1].wiped, "what was zeroed before the call left nothing behind"


@pytest.mark.parametrize(("size", "tick_s"), [("QVGA", 0.02), ("VGA", 0.04), ("XGA", 0.08)])
async def test_one_buffer_gives_at_most_every_second_frame(simulator: Simulator, size: str, tick_s: float):
    """As the driver's benchmark with fb_count=1: a released buffer is filled from the next tick on."""
    code = f"""
c = open_camera(frame_size=FrameSize.{size})
for _ in range(6):
    c.free_buffer()
    c.capture()
c.deinit()
"""
    await run(simulator, code)
    ended = [exposure.ended_s for exposure in simulator.world.exposures[:-1]]
    ticks = [(later - earlier) / tick_s for earlier, later in pairwise(ended)]
    assert ticks == pytest.approx([round(count) for count in ticks], abs=0.01)
    assert min(ticks) >= 1.99
