"""Promise 6, your voice stays with you, in memory and on flash: once nobody listens any more, nothing is left of it.

A pattern is said to glasses that listen; then the whole heap of their MicroPython and every byte of their flash are
searched for it, in every form that it takes on its way to the network. While they listen it must be found in memory:
otherwise the search would be worth nothing. On flash it is never found.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from companion_app.onboarding.questions import LEAVE, LISTEN
from host_tools.simulator.startup import HEAP_BYTES
from tests.promises.rig import Home, Worn, until, worn
from tests.promises.traces import heap, pattern, traces
from tests.speaking import stock_model

pytestmark = [pytest.mark.promise(6), pytest.mark.simulated]

_SAID_S = 60
_RATE_HZ = 64_000
_HEARD_BITS = 2_048_000  # a second: the ring has gone round


async def hear_the_pattern(both: Worn) -> None:
    """Return when the glasses have listened to it for a second from now."""
    one_period = pattern(1, _RATE_HZ)
    both.world.sound.play_samples(np.tile(one_period, _SAID_S), _RATE_HZ)
    await until(lambda: both.world.sound.listening, "the microphone is open")
    before = both.world.sound.bits_heard
    await until(lambda: both.world.sound.bits_heard - before > _HEARD_BITS, "they listen")


def in_memory(both: Worn) -> dict[str, int]:
    pid = both.sim.board.pid
    assert pid is not None
    return traces(heap(pid, HEAP_BYTES))


def mute(both: Worn) -> None:
    both.world.pins.muted = True


def withdraw(both: Worn) -> None:
    both.app.onboarding.answer(LISTEN.id, "no")


async def forgotten(both: Worn) -> None:
    """Return when the microphone is let go and the glasses say so."""

    async def says_so() -> bool:
        return (await both.app.status()).keyword in ("muted", "off")

    await until(lambda: not both.world.sound.listening, "the microphone is let go")
    await until(says_so, "the glasses say that they do not listen")


async def test_what_was_heard_is_nowhere_once_nobody_listens(home: Home, tmp_path: Path) -> None:
    stops: list[Callable[[Worn], None]] = [mute, withdraw]
    async with worn(home, connect=True, keyword=stock_model(tmp_path, "capture")) as both:
        both.app.onboarding.answer(LISTEN.id, "yes")
        for stop in stops:
            both.world.pins.muted = False
            await hear_the_pattern(both)
            found = in_memory(both)
            assert {"PCM", "PDM"} <= set(found), "the search finds what is there"
            stop(both)
            await forgotten(both)
            assert in_memory(both) == {}, stop.__name__
        await both.switch_off()
    assert_nothing_on_flash(home)


async def test_of_a_clip_with_sound_only_what_was_sealed_stays(home: Home, tmp_path: Path) -> None:
    async with worn(home, connect=True, keyword=stock_model(tmp_path, "capture")) as both:
        both.app.onboarding.answer(LISTEN.id, "yes")
        both.app.onboarding.answer(LEAVE.id, "yes")
        await until(lambda: both.app.settings["voice"] == "stream", "the policy has arrived")
        await both.app.change_settings(clip_audio=True)
        await hear_the_pattern(both)
        assert b"01wb" in (await both.app.clip(1, audio=True)).read()
        mute(both)
        await forgotten(both)
        assert in_memory(both) == {}
        await both.switch_off()
    assert_nothing_on_flash(home)


def assert_nothing_on_flash(home: Home) -> None:
    """Not in any byte, written and erased ones alike; and where it lay there, it would be found."""
    flash = home.flash.read_bytes()
    assert traces(flash) == {}
    said = np.round(3000 * pattern(0.1, 16_000)).astype("<i2").tobytes()
    assert traces(flash[:100_001] + said + flash[100_001 + len(said) :]) != {}
