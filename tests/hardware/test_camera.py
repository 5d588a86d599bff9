"""The sensor on the board that is there: whole pictures, their memory, a clear refusal without it, and its return."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from plainsight.power.power import FAST_HZ, SLOW_HZ

from host_tools.harness.faults import Faults
from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "camera", "radio", "button")

SEQUENCE = "capture sequence with the OV2640, settling frames"
RESIZING = (
    "`set_frame_size` on a running camera: it returns the held frame, the frame under way is the last of the old size, "
    "`frame_available` holds after it"
)
_SIMULATED = 12
_MEASURED = 40
_SLACK_BYTES = 16_384  # a list of records that grew; less than 1.7 kB a picture is noticed on a board alone


@pytest.mark.status(SEQUENCE)
@pytest.mark.status(RESIZING)
def test_a_photograph_is_a_whole_jpeg_with_its_thumbnail(worn: Worn) -> None:
    worn.phone.call(lambda app: app.glasses.capture())
    (picture,) = worn.phone.call(lambda app: app.sync())
    with Image.open(io.BytesIO(picture.read())) as image:
        image.load()
        assert image.format == "JPEG"
        size = image.size
    assert picture.thumb_sha256 is not None
    with Image.open(io.BytesIO(worn.phone.app.gallery.thumb(picture))) as thumb:
        thumb.load()
        assert thumb.size[0] < size[0]


@pytest.mark.status("`machine.freq` 80 ↔ 240 MHz while the radio advertises and the camera runs")
def test_photographs_go_on_after_the_processor_has_slowed_down(worn: Worn) -> None:
    worn.board.hard_reset()  # a phone that has gone may still be waited for: one that never came is not
    assert worn.board.ready() == "ready"
    assert hz_of(worn) == SLOW_HZ
    worn.start()
    assert hz_of(worn) == FAST_HZ, "in a session"
    worn.start()
    worn.phone.drop()
    worn.meet()
    assert worn.status().state == "connectable"
    assert worn.take().whole
    assert worn.take().whole


def hz_of(worn: Worn) -> int:
    """The clock of the processor at this moment, at which the program is ended."""
    return int(worn.board.execute("import machine\nprint(machine.freq())", soft_reset=False))


def test_a_short_press_is_one_photograph(worn: Worn) -> None:
    before = len(worn.records("exposure"))
    picture = worn.press()
    assert picture.trigger == "button"
    assert len(worn.records("exposure")) == before + 1


@pytest.mark.needs("camera_faults")
def test_without_a_camera_the_refusal_says_so_and_its_return_is_noticed(worn: Worn, faults: Faults) -> None:
    with faults.camera_absent() as injected:
        if injected.means == "software":  # code in the driver's place gets there by a restart
            worn.restarted()
        refused = worn.refusal()
        assert refused.code == "camera_absent"
        assert refused.detail["errno"] != 0
        assert worn.status().recording == "nothing"
    if injected.means == "software":
        worn.restarted()
    assert worn.take().whole


def test_a_clip_is_whole_and_plays_in_order(worn: Worn) -> None:
    clip = worn.phone.call(lambda app: app.clip(2, audio=False))
    assert (clip.whole, clip.reason, clip.kind) == (True, "done", "clip")
    assert clip.frames > 2
    assert clip.duration_ms > 0


def test_the_heap_is_as_free_after_many_photographs_as_after_the_first(worn: Worn) -> None:
    free: list[int] = []
    for _ in range(_SIMULATED if worn.board.target.simulated else _MEASURED):
        taken = worn.phone.call(lambda app: app.glasses.capture())
        free.append(worn.status().heap_free)  # the glasses collect at the end of a photograph
        worn.phone.call(lambda app, item=taken.item.id: app.glasses.delete(item))
    assert max(free[-2:]) > max(free[:2]) - _SLACK_BYTES, free


@pytest.mark.status("eight frames of 157 kB each in PSRAM beside a running camera")
def test_eight_frames_fit_into_memory_at_once(worn: Worn) -> None:
    pictures = worn.phone.call(lambda app: app.burst(8))
    assert len({picture.sha256 for picture in pictures}) == len(pictures) == 8
    assert worn.status().recording == "nothing"
