"""No light, no frame, on the board that is there: the capture LED is opened, shorted, replaced and covered for real."""

from __future__ import annotations

import asyncio
import io
import itertools
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager

import pytest
from PIL import Image

from companion_app.companion import Companion
from companion_app.link.live import LiveEnd, LiveFrame
from host_tools.harness.faults import Faults, Injected
from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "camera", "radio", "button", "light_faults")

DEVICE = "/identity/device.json"
_REST_S = 1.0
_WITHIN_S = 60.0

Break = Callable[[Faults], AbstractContextManager[Injected]]
OPTICAL = "light proof `optical`: photodiode, comparator, `esp32.PCNT`"
LIVE = (
    "live sessions: the buffer held between two frames, the next one exposed afresh and whole "
    "(the driver's queue of vertical syncs may start one late)"
)
CURRENT = "light proof `current`: sense resistor and ADC thresholds"

_ANY: list[Break] = [Faults.led_open, Faults.led_short, Faults.led_replaced, Faults.led_covered]
# What a sense resistor tells; a resistor in the LED's place and a cover it can't (docs/threat-model.md).
_ELECTRICAL: list[tuple[Break, str]] = [(Faults.led_open, "light_open"), (Faults.led_short, "light_short")]


def name(value: object) -> str:
    return getattr(value, "__name__", str(value))


@pytest.fixture
def at_current(worn: Worn) -> Generator[Worn]:
    """The same glasses, their light proven by its current alone."""
    with worn.board.repl() as cable:
        device = cable.get(DEVICE)
        cable.put(DEVICE, device.replace(b'"optical"', b'"current"'))
    worn.start()
    assert worn.phone.call(lambda app: app.say_hello()).level == "current"
    yield worn
    with worn.board.repl() as cable:
        cable.put(DEVICE, device)


@pytest.mark.needs("light_optical")
@pytest.mark.status(OPTICAL)
@pytest.mark.parametrize("fault", _ANY, ids=name)
def test_a_light_that_nobody_sees_takes_no_picture_and_the_record_says_why(
    worn: Worn, faults: Faults, fault: Break
) -> None:
    with fault(faults):
        assert worn.refusal().code == "light_unseen"
    assert worn.take().light["verdict"] == "proven"


@pytest.mark.needs("light_optical")
@pytest.mark.status(OPTICAL)
@pytest.mark.status("capture sequence with the OV2640, settling frames")
def test_a_picture_comes_with_the_flashes_that_were_counted(worn: Worn) -> None:
    picture = worn.take()
    evidence = picture.light["evidence"]
    assert (picture.light["level"], picture.light["verdict"]) == ("optical", "proven")
    assert evidence["least"] <= evidence["pulses"] <= evidence["most"]
    assert evidence["pulses"] > 0
    assert worn.records("exposure")[-1]["verdict"] == "proven"


@pytest.mark.needs("light_optical")
def test_a_light_that_is_lost_in_a_clip_ends_it_with_what_was_proven(worn: Worn, faults: Faults) -> None:
    with worn.recording(10) as clip, faults.led_open():
        picture = clip.result()
    assert picture.reason == "light_lost"
    assert picture.whole
    assert picture.frames > 0
    assert worn.records("exposure")[-1]["reason"] == "light_lost"


@pytest.mark.needs("light_optical")
@pytest.mark.status(LIVE)
def test_live_frames_are_whole_each_with_its_light_after_a_rest(worn: Worn) -> None:
    async def look(app: Companion) -> tuple[list[LiveFrame], LiveEnd]:
        async with app.live_frames(30, "vga") as view:
            frames: list[LiveFrame] = []
            for _ in range(3):
                await asyncio.sleep(_REST_S)  # the buffer is held meanwhile
                frames.append(await view.next())
            return frames, await view.stop()

    frames, end = worn.phone.call(look)
    for frame in frames:
        image = Image.open(io.BytesIO(frame.jpeg))
        image.load()
        assert image.size == (640, 480)
        evidence = frame.light["evidence"]
        assert frame.light["verdict"] == "proven"
        assert evidence["least"] <= evidence["pulses"] <= evidence["most"]
    assert [later.time_ms - earlier.time_ms >= _REST_S * 1000 for earlier, later in itertools.pairwise(frames)] == [
        True,
        True,
    ]
    assert (end.reason, end.frames, end.agrees) == ("app", 3, True)
    assert worn.records("live")[-1]["digest"] == end.digest


@pytest.mark.needs("light_optical")
def test_a_light_that_is_lost_ends_a_live_session(worn: Worn, faults: Faults) -> None:
    began = threading.Event()

    async def look(app: Companion) -> LiveEnd:
        async with app.live_frames(30, "qvga") as view:
            await view.next()
            began.set()
            return await asyncio.shield(view.ended)

    with worn.in_background(look) as end:
        assert began.wait(_WITHIN_S)
        with faults.led_open():
            assert end.result().reason == "light_lost"
    assert worn.records("live")[-1]["reason"] == "light_lost"


@pytest.mark.needs("light_current")
@pytest.mark.status(CURRENT)
@pytest.mark.parametrize(("fault", "code"), _ELECTRICAL, ids=name)
def test_a_light_without_its_current_takes_no_picture_and_the_record_says_why(
    at_current: Worn, faults: Faults, fault: Break, code: str
) -> None:
    with fault(faults):
        assert at_current.refusal().code == code
    assert at_current.take().light["verdict"] == "proven"


@pytest.mark.needs("light_current")
@pytest.mark.status(CURRENT)
def test_a_picture_comes_with_the_voltages_that_were_read(at_current: Worn) -> None:
    evidence = at_current.take().light["evidence"]
    assert evidence["low_mv"] <= evidence["lowest_mv"] <= evidence["highest_mv"] <= evidence["high_mv"]
