"""What the board senses besides light: charge, heat, and sound where the owner has said yes twice, and else not one."""

from __future__ import annotations

import re
import struct
from collections.abc import Generator

import pytest

from companion_app.gallery import Picture
from companion_app.link.errors import GlassesRefused
from companion_app.onboarding.questions import LEAVE, LISTEN
from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "camera", "radio", "button")

PDM = "PDM microphone clocked as I2S: pins, clock edge, order of words, 80 kB of internal memory for its ring"
_CLIP_S = 2
_RATE_HZ = 16_000
_FULL_SCALE = 32_768
_SOUND = re.compile(rb"01wb(.{4})", re.DOTALL)  # a chunk of the second stream of an AVI file: its name, its length


def samples(clip: Picture) -> list[int]:
    """The sound in a clip: s16le."""
    content, found = clip.read(), b""
    for chunk in _SOUND.finditer(content):
        length = int.from_bytes(chunk.group(1), "little")
        found += content[chunk.end() : chunk.end() + length]
    return [value for (value,) in struct.iter_unpack("<h", found[: len(found) // 2 * 2])]


@pytest.fixture
def allowed(worn: Worn) -> Generator[Worn]:
    """The owner has agreed, for as long as the test lasts."""
    for question in (LISTEN, LEAVE):
        worn.answer(question.id, "yes")
    worn.until(lambda: worn.phone.app.settings.get("voice") == "stream", "the policy has arrived")
    worn.phone.call(lambda app: app.change_settings(clip_audio=True))
    yield worn
    worn.phone.call(lambda app: app.change_settings(clip_audio=False))
    for question in (LEAVE, LISTEN):
        worn.answer(question.id, "no")
    worn.until(lambda: worn.phone.app.settings.get("voice") == "off", "the withdrawal has arrived")


def test_the_chip_is_as_warm_as_a_chip_can_be(worn: Worn) -> None:
    assert 0 < worn.status().temperature_c < 75


@pytest.mark.needs("battery")
@pytest.mark.status("battery gauge")
def test_the_battery_is_as_charged_as_a_cell_can_be(worn: Worn) -> None:
    status = worn.status()
    assert 3000 < status.battery_mv < 4300
    assert 0 <= status.battery_percent <= 100


def test_without_a_yes_there_is_not_one_sample(worn: Worn) -> None:
    assert worn.phone.app.settings["voice"] == "off"
    with pytest.raises(GlassesRefused) as refused:
        worn.phone.call(lambda app: app.clip(1, audio=True))
    assert refused.value.code == "voice_off"
    assert samples(worn.phone.call(lambda app: app.clip(1))) == []


@pytest.mark.status(PDM)
def test_after_two_answers_a_clip_has_sound_of_its_length_that_is_no_garbage(allowed: Worn) -> None:
    heard = samples(allowed.phone.call(lambda app: app.clip(_CLIP_S, audio=True)))
    assert len(heard) == pytest.approx(_CLIP_S * _RATE_HZ, rel=0.25)
    # A wrong clock edge or order of words is noise near full scale; a microphone that does not answer is one value.
    assert len(set(heard)) > 1
    mean_square = sum(value * value for value in heard) / len(heard)
    assert mean_square**0.5 < _FULL_SCALE / 8
