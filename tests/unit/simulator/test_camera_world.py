"""The camera's driver in the world: grid, buffers, staleness, faults, and what each exposure's record says."""

from __future__ import annotations

import asyncio
import hashlib
import io

import pytest
from PIL import Image

from host_tools.simulator.boardlink import BoardErrno
from host_tools.simulator.world.camera import Camera, frame_interval_us
from host_tools.simulator.world.exposures import Exposure
from host_tools.simulator.world.led import FULL_DUTY, Led
from host_tools.simulator.world.scene import Scene
from host_tools.simulator.world.track import StepTrack

QVGA = (320, 240)
INTERVAL_US = 20_000
ONE_BUFFER = (*QVGA, 80, 1, False)
LATEST = (*QVGA, 80, 2, True)
TWO_WHEN_EMPTY = (*QVGA, 80, 2, False)


def plain(colour: str) -> Scene:
    return Scene(Image.new("RGB", (64, 48), colour))


class Studio:
    """A camera, its light and its record, on the test's clock."""

    def __init__(self, agenda, clock) -> None:
        self.clock = clock
        self.agenda = agenda
        self.led = Led(agenda)
        self.exposures: list[Exposure] = []
        self.scenes = StepTrack(plain("white"))
        self.camera = Camera(agenda, self.led, self.scenes, self.exposures)

    def pass_frames(self, count: float) -> None:
        """Let so many frame intervals go by."""
        self.clock.us += round(count * INTERVAL_US)
        assert self.agenda.now_us == self.clock.us

    async def capture(self, extent: int = 0) -> bytes:
        """A capture while real time stands still: a frame must be ready."""
        answer = await asyncio.wait_for(self.camera.board_capture(extent), 10)
        assert answer is not None
        return answer[1]

    def show(self, colour: str) -> None:
        self.scenes.set(self.agenda.now_us, plain(colour))


@pytest.fixture
def studio(agenda, clock) -> Studio:
    return Studio(agenda, clock)


def colour_of(jpeg: bytes) -> tuple[int, ...]:
    with Image.open(io.BytesIO(jpeg)) as image:
        pixel = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize(
    ("size", "interval_us"), [((320, 240), 20_000), ((640, 480), 40_000), ((800, 600), 40_000), ((1024, 768), 80_000)]
)
def test_frame_rates_are_those_of_the_published_benchmark(size, interval_us):
    assert frame_interval_us(*size) == interval_us


async def test_with_one_buffer_the_camera_records_once_and_stops(studio):
    studio.camera.board_open(*ONE_BUFFER)
    studio.pass_frames(1.9)
    assert not studio.camera.board_available()
    studio.pass_frames(0.1)
    assert studio.camera.board_available()
    studio.pass_frames(10)
    assert len(studio.exposures) == 1


async def test_a_frame_waits_and_may_be_older_than_the_request(studio):
    studio.show("red")
    studio.camera.board_open(*ONE_BUFFER)
    studio.pass_frames(5)
    studio.show("blue")
    stale = colour_of(await studio.capture())
    assert stale[0] > stale[2]
    studio.camera.board_free(0)
    studio.pass_frames(2)
    fresh = colour_of(await studio.capture())
    assert fresh[2] > fresh[0]


async def test_two_buffers_when_empty_hold_the_two_oldest_frames(studio):
    studio.show("red")
    studio.camera.board_open(*TWO_WHEN_EMPTY)
    studio.pass_frames(3)
    studio.show("blue")
    studio.pass_frames(10)
    assert len(studio.exposures) == 2
    for _ in range(2):
        colour = colour_of(await studio.capture())
        assert colour[0] > colour[2]


async def test_latest_goes_on_recording_and_hands_out_the_newest(studio):
    studio.show("red")
    studio.camera.board_open(*LATEST)
    studio.pass_frames(6)
    studio.show("blue")
    studio.pass_frames(3)
    assert len(studio.exposures) == 9
    newest = colour_of(await studio.capture())
    assert newest[2] > newest[0]


async def test_latest_with_a_frame_held_records_one_more_and_stops(studio):
    studio.camera.board_open(*LATEST)
    studio.pass_frames(4)
    await studio.capture()
    taken = len(studio.exposures)
    studio.show("blue")
    studio.pass_frames(1)
    studio.show("red")
    studio.pass_frames(10)
    assert len(studio.exposures) <= taken + 1
    stale = colour_of(await studio.capture())  # from when the first was handed out, not from now
    assert stale[0] <= stale[2] + 40


async def test_latest_with_one_buffer_is_when_empty(studio):
    studio.camera.board_open(*QVGA, 80, 1, True)
    studio.pass_frames(10)
    assert len(studio.exposures) == 1


async def test_an_exposure_begins_one_interval_before_its_readout(studio):
    opened_s = studio.agenda.now_us / 1e6
    studio.camera.board_open(*ONE_BUFFER)
    studio.pass_frames(3)
    await studio.capture()
    studio.camera.board_free(0)
    studio.pass_frames(4)
    first, second = studio.exposures
    interval_s = INTERVAL_US / 1e6
    assert (first.begun_s, first.ended_s) == pytest.approx((opened_s, opened_s + 2 * interval_s))
    assert second.ended_s - second.begun_s == pytest.approx(2 * interval_s)
    # Released at 3 intervals: read out from tick 4 (the tick at hand had passed), so integrated from tick 3.
    assert second.begun_s == pytest.approx(opened_s + 3 * interval_s)


@pytest.mark.parametrize(
    ("on_at", "off_at", "commanded", "lit"),
    [(0, 9, True, True), (0, 2, True, True), (0, 1.999, True, False), (0.001, 9, False, False), (9, 9, False, False)],
)
async def test_lit_means_during_all_of_it(studio, on_at, off_at, commanded, lit):
    start = studio.agenda.now_us
    studio.agenda.at(start + round(on_at * INTERVAL_US), lambda: studio.led.drive(FULL_DUTY, 0))
    studio.agenda.at(start + round(off_at * INTERVAL_US), lambda: studio.led.drive(0, 0))
    studio.pass_frames(0)
    studio.camera.board_open(*ONE_BUFFER)
    studio.pass_frames(12)
    (exposure,) = studio.exposures
    assert (exposure.commanded, exposure.lit) == (commanded, lit)


async def test_covered_light_is_no_light(studio):
    studio.led.drive(FULL_DUTY, 0)
    studio.agenda.at(studio.agenda.now_us + INTERVAL_US // 2, studio.led.cover)
    studio.camera.board_open(*ONE_BUFFER)
    studio.pass_frames(5)
    assert [(exposure.commanded, exposure.lit) for exposure in studio.exposures] == [(True, False)]


async def test_no_exposure_begins_before_the_sensor_runs(studio):
    studio.camera.board_open(*ONE_BUFFER)
    opened_s = studio.agenda.now_us / 1e6
    studio.camera.board_adjust(1024, 768, 80)  # frames take longer now than the first tick was away
    studio.pass_frames(1)
    assert studio.exposures[0].begun_s == pytest.approx(opened_s)


async def test_stopping_in_the_middle_ends_the_exposure_there(studio):
    studio.led.drive(FULL_DUTY, 0)
    studio.camera.board_open(*ONE_BUFFER)
    studio.pass_frames(1.5)
    studio.camera.board_close((0,))
    studio.led.drive(0, 0)
    studio.pass_frames(5)
    (exposure,) = studio.exposures
    assert exposure.lit
    assert exposure.ended_s - exposure.begun_s == pytest.approx(1.5 * INTERVAL_US / 1e6)
    assert not exposure.wiped
    assert not studio.camera.running


async def test_the_first_frames_are_badly_exposed(studio):
    studio.camera.board_open(*ONE_BUFFER)
    brightness: list[int] = []
    for _ in range(4):
        studio.pass_frames(2)
        brightness.append(colour_of(await studio.capture(0))[0])
        studio.camera.board_free(0)
    assert brightness[0] < 60
    assert brightness == sorted(brightness)
    assert brightness[-1] > 240
    assert [exposure.settled for exposure in studio.exposures[:4]] == [False, False, True, True]


async def test_no_two_frames_are_alike(studio):
    studio.camera.board_open(*ONE_BUFFER)
    seen: set[str | None] = set()
    for _ in range(5):
        studio.pass_frames(2)
        jpeg = await studio.capture(0)
        assert studio.exposures[-1].sha256 == hashlib.sha256(jpeg).hexdigest()
        seen.add(studio.exposures[-1].sha256)
        studio.camera.board_free(0)
    assert len(seen) == 5


@pytest.mark.parametrize(("kind", "errno"), [("absent", -261), ("enomem", 12)])
async def test_opening_fails_as_scripted_and_then_works(studio, kind, errno):
    studio.camera.fail(kind, 2)
    for _ in range(2):
        with pytest.raises(BoardErrno) as raised:
            studio.camera.board_open(*ONE_BUFFER)
        assert raised.value.errno == errno
        assert not studio.camera.running
    studio.camera.board_open(*ONE_BUFFER)
    assert studio.camera.running
    studio.pass_frames(5)
    assert len(studio.exposures) == 1


async def test_half_a_jpeg(studio):
    studio.camera.fail("half")
    studio.camera.board_open(*ONE_BUFFER)
    studio.pass_frames(2)
    jpeg = await studio.capture()
    assert jpeg.startswith(b"\xff\xd8")
    assert not jpeg.endswith(b"\xff\xd9")
    assert studio.exposures[0].sha256 == hashlib.sha256(jpeg).hexdigest()
    studio.camera.board_free(0)
    studio.pass_frames(2)
    assert (await studio.capture()).endswith(b"\xff\xd9")


async def test_a_capture_that_raises(studio):
    studio.camera.fail("raise", skip=1)
    studio.camera.board_open(*ONE_BUFFER)
    studio.pass_frames(2)
    await studio.capture()
    with pytest.raises(BoardErrno) as raised:
        await studio.camera.board_capture(0)
    assert raised.value.errno == 2


async def test_an_unknown_fault_is_refused(studio):
    with pytest.raises(ValueError, match="flood"):
        studio.camera.fail("flood")


async def test_mending_forgets_scripted_faults(studio):
    studio.camera.fail("absent", 5)
    studio.camera.mend()
    studio.camera.board_open(*ONE_BUFFER)


async def test_a_closed_camera_answers_enoent_and_a_second_driver_is_refused(studio):
    for call in (
        studio.camera.board_available,
        lambda: studio.camera.board_free(0),
        lambda: studio.camera.board_adjust(1, 1, 1),
    ):
        with pytest.raises(BoardErrno) as raised:
            call()
        assert raised.value.errno == 2
    studio.camera.board_open(*ONE_BUFFER)
    with pytest.raises(BoardErrno) as raised:
        studio.camera.board_open(*ONE_BUFFER)
    assert raised.value.errno == 16


async def test_zeroed_buffers_are_wiped_and_others_not(studio):
    studio.camera.board_open(*ONE_BUFFER)
    for extent in (0, 500):
        studio.pass_frames(2)
        await studio.capture(0)
        studio.camera.board_free(extent)
    studio.camera.board_close((500,))
    assert [exposure.wiped for exposure in studio.exposures[:2]] == [True, False]


async def test_closing_reports_each_buffer(studio):
    studio.camera.board_open(*ONE_BUFFER)
    studio.pass_frames(2)
    await studio.capture(0)
    studio.camera.board_close((0,))
    assert studio.exposures[0].wiped


async def test_a_reset_leaves_the_memory_and_a_power_cut_does_not(studio):
    for ending, wiped in ((studio.camera.reset, False), (studio.camera.lose_power, True)):
        studio.exposures.clear()
        studio.camera.board_open(*ONE_BUFFER)
        studio.pass_frames(2)
        await studio.capture(0)
        ending()
        assert not studio.camera.running
        assert studio.exposures[0].wiped is wiped


async def test_a_frame_that_does_not_come_in_time_is_none():
    from host_tools.simulator.world.agenda import Agenda

    agenda = Agenda()  # real time: the capture itself waits
    exposures: list[Exposure] = []
    camera = Camera(agenda, Led(agenda), StepTrack(plain("white")), exposures)
    camera.timeout_ms = 100
    camera.fail("none")
    camera.board_open(*ONE_BUFFER)
    begun_us = agenda.now_us
    assert await camera.board_capture(0) is None
    assert agenda.now_us - begun_us >= 100_000
    assert await camera.board_capture(0) is not None
    assert exposures[0].sha256 is None
    camera.fail("slow")
    begun_us = agenda.now_us
    assert await camera.board_capture(0) is not None
    assert agenda.now_us - begun_us >= 100_000 - 2 * INTERVAL_US
    camera.timeout_ms = 10
    assert await camera.board_capture(0) is None
    agenda.close()
