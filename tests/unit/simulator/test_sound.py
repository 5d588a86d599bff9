"""The virtual microphone: `machine.I2S` as the port documents it, and a sound on its whole way to PCM.

The sounds are made here (tones, and a chirp in bursts as syllables are): no recording of a person is needed.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from host_tools.simulator import BoardCodeFailed, Simulator
from host_tools.simulator.world.sound import NotASound

_OPEN = """
import select, time
from machine import I2S, Pin
def open(rate=32000, sck=42, sd=41, ws=46, ibuf=20480):
    return I2S(0, sck=Pin(sck), ws=Pin(ws), sd=Pin(sd), mode=I2S.RX, bits=32, format=I2S.STEREO, rate=rate, ibuf=ibuf)
"""
_HEAR = """
import asyncio, binascii
from board import Board
from plainsight.clock import Clock
from plainsight.sound.microphone import BLOCK_BYTES, Microphone
class Yes:
    may_listen = may_send = lambda self: True
async def main():
    board = Board()
    microphone = Microphone(board, Clock(board), Yes())
    buffer = bytearray(BLOCK_BYTES)
    microphone.open()
    left = {samples}
    while left > 0:
        count = microphone.read_into(buffer)
        left -= count
        if count:
            print(binascii.hexlify(buffer[:2 * count]).decode())
        else:
            await asyncio.sleep_ms(4)
    microphone.close()
    print(microphone.overruns)
asyncio.run(main())
"""


async def run(simulator: Simulator, code: str) -> list[str]:
    return (await simulator.board.execute(_OPEN + code)).splitlines()


async def hear(simulator: Simulator, samples: int, before: str = "") -> np.ndarray:
    """PCM as the firmware has it."""
    *lines, overruns = (await simulator.board.execute(before + _HEAR.format(samples=samples))).splitlines()
    assert overruns == "0"
    return np.frombuffer(bytes.fromhex("".join(lines)), "<i2").astype(float)


def when_it_listens(simulator: Simulator, sound: Callable[[], object]) -> None:
    """Make the sound at the moment at which the board opens its microphone, however long it took to boot."""

    def make() -> None:
        sound()

    simulator.world.at_call(1, make, lambda service, method: (service, method) == ("i2s", "open"))


def wav(samples: np.ndarray, rate_hz: int, channels: int = 1, width: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return out.getvalue()


def tone(hz: float, seconds: float, amplitude: float, rate_hz: int = 16000) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)


@pytest.mark.simulated
@pytest.mark.parametrize("hz", [440.0, 3333.0])
async def test_a_tone_comes_through_the_whole_chain_75_db_above_everything_else(simulator: Simulator, hz: float):
    when_it_listens(simulator, lambda: simulator.world.sound.play_samples(tone(hz, 2.0, 0.5), 16000))
    pcm = (await hear(simulator, 12000))[1000:12000]
    angle = 2 * np.pi * hz * np.arange(len(pcm)) / 16000
    basis = np.stack([np.cos(angle), np.sin(angle), np.ones(len(pcm))], axis=1)
    fitted, *_ = np.linalg.lstsq(basis, pcm, rcond=None)
    amplitude = np.hypot(fitted[0], fitted[1])
    noise = pcm - basis @ fitted
    assert 20 * np.log10(amplitude / np.sqrt(2) / noise.std()) > 75
    assert abs(20 * np.log10(amplitude / (0.5 * 32767))) < 0.5, "a recording comes out as loud as it went in"


@pytest.mark.simulated
async def test_a_wired_i2s_microphone_hears_the_same(simulator: Simulator):
    simulator.world.sound.i2s_microphone = (5, 4, 44)
    when_it_listens(simulator, lambda: simulator.world.sound.play_samples(tone(440, 2.0, 0.5), 16000))
    pcm = (await hear(simulator, 12000, "import pins\npins.I2S_MICROPHONE = (5, 4, 44)\n"))[6000:12000]
    assert abs(20 * np.log10(pcm.std() * np.sqrt(2) / (0.5 * 32767))) < 0.5
    assert np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)))).argmax() == round(440 * 6000 / 16000)


@pytest.mark.simulated
async def test_a_recording_comes_out_in_its_own_shape(simulator: Simulator, tmp_path: Path):
    time_s = np.arange(44100) / 44100
    said = 0.6 * np.sin(2 * np.pi * (300 + 900 * time_s) * time_s) * (np.sin(2 * np.pi * 4 * time_s) > 0)
    (tmp_path / "said.wav").write_bytes(wav(said, 44100))
    assert simulator.world.sound.play(tmp_path / "said.wav") == 1.0
    when_it_listens(simulator, lambda: simulator.world.sound.play(tmp_path / "said.wav"))
    pcm = await hear(simulator, 16000)
    wanted = np.interp(np.arange(16000) / 16000, time_s, said) * 32767
    overlap = np.correlate(pcm, wanted[4000:12000], "valid")
    at = int(overlap.argmax())
    piece = pcm[at : at + 8000]
    assert np.corrcoef(piece, wanted[4000:12000])[0, 1] > 0.99


@pytest.mark.simulated
async def test_silence_is_silent(simulator: Simulator):
    quiet = await hear(simulator, 8000)
    assert np.abs(quiet[4000:]).max() < 40
    simulator.world.sound.play_samples(tone(500, 5.0, 0.5), 16000)
    simulator.world.sound.stop()
    assert np.abs((await hear(simulator, 8000))[4000:]).max() < 40


async def test_polled_it_gives_what_is_there_in_whole_pieces(simulator: Simulator):
    code = """
i2s = open()
poller = select.poll()
poller.register(i2s, select.POLLIN)
time.sleep_ms(30)
print(len(poller.poll(0)))
buffer = bytearray(1 << 15)
print(i2s.readinto(buffer), i2s.readinto(buffer))
"""
    ready, read = await run(simulator, code)
    assert ready == "1"
    first, second = map(int, read.split())
    assert first % 2048 == 0
    assert 3 * 2048 <= first <= 9 * 2048, "no more than the ring holds"
    assert second in (0, 2048)


async def test_unpolled_it_waits_until_the_buffer_is_full(simulator: Simulator):
    code = "i2s = open()\nbuffer = bytearray(2 * 2048 + 8)\nprint(i2s.readinto(buffer), any(buffer))"
    assert await run(simulator, code) == ["4104 True"]


async def test_with_an_interrupt_it_says_when_the_buffer_is_full(simulator: Simulator):
    code = """
import asyncio
i2s = open()
buffer = bytearray(4096)
done = asyncio.Event()
i2s.irq(lambda port: done.set())
async def main():
    print(i2s.readinto(buffer), any(buffer))
    await done.wait()
    print(any(buffer))
asyncio.run(main())
"""
    assert await run(simulator, code) == ["4096 False", "True"]


async def test_read_too_late_the_oldest_is_gone_and_nobody_is_told(simulator: Simulator):
    lost: list[int] = []
    code = """
i2s = open(ibuf=4 * 2048)
poller = select.poll()
poller.register(i2s, select.POLLIN)
poller.poll(0)
time.sleep_ms(100)
buffer = bytearray(1 << 15)
print(i2s.readinto(buffer))
"""
    simulator.world.at_call(
        1,
        lambda: lost.append(simulator.world.sound.overwritten_frames),
        lambda service, method: (service, method) == ("i2s", "close"),
    )
    assert await run(simulator, code + "i2s.deinit()") == [str(3 * 2048)]
    assert lost[0] >= 9 * 256


@pytest.mark.parametrize(
    "how", ["sck=1, sd=41", "sck=42, sd=2", "rate=8000"], ids=["other clock pin", "other data pin", "clock too slow"]
)
async def test_a_microphone_that_is_not_there_or_sleeps_gives_zeros(simulator: Simulator, how: str):
    code = f"i2s = open({how})\nbuffer = bytearray(2048)\nprint(i2s.readinto(buffer), any(buffer))"
    assert await run(simulator, code) == ["2048 False"]
    assert simulator.world.sound.bits_heard == 0


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("open(rate=0)", "invalid rate"),
        ("open(ibuf=0)", "invalid ibuf"),
        ("open(ibuf=1 << 20)", "ENOMEM"),
        ("open(sck=41)", "EINVAL"),
        ("I2S(2, sck=Pin(42), ws=Pin(46), sd=Pin(41), mode=I2S.RX, bits=32, format=1, rate=1, ibuf=1)", "invalid id"),
        ("I2S(0, sck=Pin(42), ws=Pin(46), sd=Pin(41), mode=1, bits=32, format=1, rate=1, ibuf=1)", "invalid mode"),
        ("I2S(0, sck=Pin(42), ws=Pin(46), sd=Pin(41), mode=I2S.RX, bits=8, format=1, rate=1, ibuf=1)", "invalid bits"),
        ("i2s = open()\ni2s.deinit()\ni2s.deinit()\ni2s.readinto(bytearray(8))", "not initialised"),
    ],
)
async def test_what_the_port_refuses(simulator: Simulator, code: str, message: str):
    with pytest.raises(BoardCodeFailed, match=message):
        await run(simulator, code)


async def test_the_board_is_heard_listening_only_while_it_does(simulator: Simulator):
    seen: list[bool] = []
    simulator.world.at_call(
        1,
        lambda: seen.append(simulator.world.sound.listening),
        lambda service, method: (service, method) == ("i2s", "close"),
    )
    await run(simulator, "open().deinit()")
    assert seen == [True]
    assert not simulator.world.sound.listening
    await run(simulator, "open()")  # the board is gone with its port
    assert not simulator.world.sound.listening


@pytest.mark.parametrize("bad", [b"", b"RIFF", wav(np.zeros(4), 8000)[:20], wav(np.zeros(4), 8000, width=1)])
async def test_what_is_no_sound(simulator: Simulator, bad: bytes):
    with pytest.raises(NotASound):
        simulator.world.sound.play(bad)
