"""The count that promises rest on, and the bytes that frames leave behind."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_tools.simulator.world.exposures import Exposure, count_in_dark
from host_tools.simulator.world.frame_buffers import BufferState, FrameBuffer


@pytest.mark.parametrize(("commanded", "lit", "wiped", "kept"), list(itertools.product([False, True], repeat=4)))
def test_an_exposure_in_the_dark_is_what_the_contract_says(commanded, lit, wiped, kept):
    exposure = Exposure(0.0, 1.0, commanded=commanded, lit=lit, wiped=wiped, kept=kept)
    assert exposure.in_dark is (not lit and (not commanded or not wiped or kept))


def test_the_count_adds_up():
    dark, lit = Exposure(0.0), Exposure(0.0, lit=True)
    assert count_in_dark([dark, lit, dark]) == 2


def record(buffer: FrameBuffer, length: int) -> Exposure:
    exposure = Exposure(0.0)
    buffer.begin(exposure)
    buffer.state = BufferState.READY
    buffer.hand_over(length)
    return exposure


def test_zeroing_all_of_a_frame_wipes_it():
    buffer = FrameBuffer(100)
    exposure = record(buffer, 60)
    buffer.give_up(0)
    assert exposure.wiped
    assert buffer.state is BufferState.FREE


@pytest.mark.parametrize("extent", [1, 60, 100])
def test_a_byte_left_is_a_frame_left(extent):
    buffer = FrameBuffer(100)
    exposure = record(buffer, 60)
    buffer.give_up(extent)
    assert not exposure.wiped


def test_a_longer_frame_overwrites_an_earlier_one():
    buffer = FrameBuffer(100)
    first = record(buffer, 60)
    buffer.give_up(60)
    second = record(buffer, 60)
    assert first.wiped
    buffer.give_up(60)
    assert not second.wiped


def test_the_tail_of_a_longer_frame_outlives_a_shorter_one():
    buffer = FrameBuffer(100)
    first = record(buffer, 60)
    buffer.give_up(60)
    record(buffer, 50)
    assert not first.wiped
    buffer.give_up(60)  # zeroed up to 50 only: bytes 50 to 59 are still the first frame's
    assert not first.wiped


def test_each_tail_begins_where_the_longest_later_frame_ends():
    buffer = FrameBuffer(100)
    first = record(buffer, 60)
    buffer.give_up(60)
    second = record(buffer, 50)
    buffer.give_up(60)
    record(buffer, 40)
    buffer.give_up(45)  # bytes 50 to 59 are zero, bytes 40 to 44 are the second frame's
    assert first.wiped
    assert not second.wiped


def test_zeroing_the_whole_buffer_takes_the_tail_too():
    buffer = FrameBuffer(100)
    first = record(buffer, 60)
    buffer.give_up(60)
    second = record(buffer, 50)
    buffer.give_up(0)
    assert first.wiped
    assert second.wiped


def test_a_frame_never_shown_to_the_firmware_cannot_be_wiped():
    buffer = FrameBuffer(100)
    hidden = Exposure(0.0)
    buffer.begin(hidden)
    buffer.give_up(0)
    record(buffer, 100)
    buffer.give_up(0)
    assert not hidden.wiped
    buffer.lose_power()
    assert hidden.wiped


def test_memory_without_power_forgets():
    buffer = FrameBuffer(100)
    first = record(buffer, 60)
    buffer.give_up(60)
    second = Exposure(0.0)
    buffer.begin(second)
    buffer.lose_power()
    assert first.wiped
    assert second.wiped
    assert buffer.state is BufferState.FREE


FRAMES = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30)), min_size=1, max_size=8)


@settings(deadline=None)
@given(FRAMES)
def test_wiped_agrees_with_the_memory_itself(frames):
    """Each frame fills its bytes with its own number; then the firmware zeroes a prefix."""
    buffer, memory = FrameBuffer(30), [0] * 30
    exposures: list[Exposure] = []
    for number, (length, zeroed) in enumerate(frames, 1):
        exposures.append(record(buffer, length))
        memory[:length] = [number] * length
        memory[:zeroed] = [0] * zeroed
        extent = max((at + 1 for at, owner in enumerate(memory) if owner), default=0)
        buffer.give_up(extent)
        for owner, exposure in enumerate(exposures, 1):
            # The driver knows only where the last byte is that is not zero: it errs towards "not wiped".
            if exposure.wiped:
                assert owner not in memory
            elif extent == 0:
                pytest.fail("an empty buffer holds no frame")
