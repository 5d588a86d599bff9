"""What there is to hear, as a sound pressure over time, and what a microphone makes of it for I2S to collect."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from host_tools.simulator.boardlink import BoardErrno, BoardLink
from host_tools.simulator.world.agenda import Agenda, Appointment
from host_tools.simulator.world.wiring import Wiring

_ENOMEM = 12
_EINVAL = 22
_SOUND_HZ = 64_000
_SAMPLES_PER_FRAME = 2
_FRAME_BITS = 64
_DMA_FRAMES = 256  # the port's DMA_BUF_LEN_IN_I2S_FRAMES
_FRAME_BYTES = 8
_MOST_RING_BYTES = 128 * 1024  # of internal memory that is left beside radio and camera; a guess, as no board was asked
# MSM261D3526H1CPM: the clock at which it works; below, it sleeps.
_CLOCK_HZ = (1_000_000, 3_250_000)
_SPEECH_LEVEL = 0.125  # a recording at full scale is 102 dB SPL, 18 dB below what the microphone takes
_OFFSET = 0.004  # of full scale, which a real one has too
_FULL_SCALE = 1 << 20  # as standins/machine_pdm.py has it
_I2S_SHIFT = 11  # to the top of a word of 32 bits


class NotASound(ValueError):
    """The file is not a WAV of 16-bit samples."""


class _Receiver:
    """One I2S port that runs: a ring of DMA memory which the hardware fills whether it is read or not."""

    def __init__(self, opened_us: int, rate_hz: int, ring_bytes: int, hears: bool, mono: bool) -> None:
        self.rate_hz = rate_hz
        self.mono = mono
        self.hears = hears
        self._opened_us = opened_us
        # One piece is being filled while the others wait.
        self._most_waiting = max(1, ring_bytes // (_DMA_FRAMES * _FRAME_BYTES) - 1) * _DMA_FRAMES
        self.taken = 0  # frames, those overwritten included
        self.overwritten = 0

    def waiting(self, now_us: int) -> int:
        """Frames that can be read at this moment, once those that are overwritten by now are gone."""
        come = (now_us - self._opened_us) * self.rate_hz // 1_000_000 // _DMA_FRAMES * _DMA_FRAMES
        lost = max(0, come - self.taken - self._most_waiting)
        # A piece that was read in part is overwritten as a whole only when the next lap reaches it.
        self.taken += lost
        self.overwritten += lost
        return come - self.taken

    def moment_us(self, frames: int) -> int:
        """When so many frames from the opening on are there to be read."""
        pieces = -(-frames // _DMA_FRAMES)
        return self._opened_us + -(-pieces * _DMA_FRAMES * 1_000_000 // self.rate_hz)


class Sound:
    """Serves "i2s" on the board link. Silent until something is played; the mute switch is a wish, not a cut wire."""

    def __init__(self, agenda: Agenda, link: BoardLink, wiring: Wiring) -> None:
        self._agenda = agenda
        self._link = link
        self._pdm_pins = (wiring.microphone_clock, wiring.microphone_data)
        self.i2s_microphone = wiring.i2s_microphone  # (SCK, WS, SD) of one that somebody wired, or None
        self._receivers: dict[int, _Receiver] = {}
        self._told: dict[int, Appointment] = {}
        self._begun_us = 0
        self._samples: NDArray[np.int32] = np.zeros(0, np.int32)
        self.broken = False
        self.bits_heard = 0  # that the board has read from the microphone, ever
        link.register("i2s", self)

    def play(self, sound: Path | bytes, *, level: float = _SPEECH_LEVEL) -> float:
        """Let a WAV (16 bits, any rate, first channel) be heard from now on; its seconds. Raises NotASound, OSError."""
        samples, rate_hz = _read_wav(sound)
        return self.play_samples(samples, rate_hz, level=level)

    def play_samples(self, samples: NDArray[np.float64], rate_hz: int, *, level: float = _SPEECH_LEVEL) -> float:
        """As play(), for samples between -1 and 1."""
        self._begun_us = self._agenda.now_us
        self._samples = _at_the_pin(_resampled(samples, rate_hz) * level)
        return len(samples) / rate_hz

    def stop(self) -> None:
        """Silence."""
        self._samples = np.zeros(0, np.int32)

    @property
    def listening(self) -> bool:
        """The microphone is clocked: the board may hear."""
        return any(receiver.hears for receiver in self._receivers.values())

    @property
    def overwritten_frames(self) -> int:
        """Frames of 64 bits that the running receivers lost because nobody read them in time."""
        return sum(receiver.overwritten for receiver in self._receivers.values())

    def reset(self) -> None:
        """The chip starts anew: no port runs."""
        for number in list(self._receivers):
            self.board_close(number)

    def board_open(
        self, number: int, sck: int, ws: int, sd: int, rate_hz: int, ring_bytes: int, mono: bool = False
    ) -> None:
        """machine.I2S(…): ENOMEM without so much DMA memory, EINVAL where two signals share a pin."""
        if len({sck, ws, sd}) < 3:
            raise BoardErrno(_EINVAL)
        if ring_bytes > _MOST_RING_BYTES:
            raise BoardErrno(_ENOMEM)
        low_hz, high_hz = _CLOCK_HZ
        wired = (sck, ws, sd) == self.i2s_microphone if mono else (sck, sd) == self._pdm_pins
        awake = not self.broken and wired and low_hz <= rate_hz * _FRAME_BITS <= high_hz
        self._receivers[number] = _Receiver(self._agenda.now_us, rate_hz, ring_bytes, awake, mono)

    def board_close(self, number: int) -> None:
        """I2S.deinit()."""
        self._receivers.pop(number, None)
        if (told := self._told.pop(number, None)) is not None:
            told.cancel()

    def board_waiting(self, number: int) -> int:
        """Frames that can be read now."""
        return self._receiver(number).waiting(self._agenda.now_us)

    def board_take(self, number: int, most_frames: int) -> tuple[int, bytes | None]:
        """Up to so many frames: their number and the sound behind them (_heard); None where nothing drives the pin."""
        receiver = self._receiver(number)
        frames = min(most_frames, receiver.waiting(self._agenda.now_us))
        begun = receiver.taken
        receiver.taken += frames
        if not receiver.hears:
            return frames, None
        self.bits_heard += frames * _FRAME_BITS
        return frames, self._heard(receiver, begun, frames)

    def board_tell(self, number: int, frames: int) -> None:
        """Interrupt the board ("i2s", number) once so many further frames can be read."""
        receiver = self._receiver(number)
        due_us = receiver.moment_us(receiver.taken + frames)
        self._told[number] = self._agenda.at(due_us, lambda: self._link.event("i2s", number))

    def _receiver(self, number: int) -> _Receiver:
        if number not in self._receivers:
            raise BoardErrno(_EINVAL)
        return self._receivers[number]

    def _heard(self, receiver: _Receiver, first_frame: int, frames: int) -> bytes:
        """Samples from the moment of a frame on: for PDM u32le at 64 kHz, full scale added; of I2S its words, s32le."""
        # Counted from the opening, not from the clock at each read: pieces join without a step.
        opened = (receiver.moment_us(0) - self._begun_us) * _SOUND_HZ // 1_000_000
        each = 1 if receiver.mono else _SAMPLES_PER_FRAME
        places = np.arange(first_frame * each, (first_frame + frames) * each)
        places = opened + places * (_SOUND_HZ // each) // receiver.rate_hz
        heard = np.full(len(places), _at_the_pin(np.zeros(1))[0], np.int32)
        sounding = (places >= 0) & (places < len(self._samples))
        heard[sounding] = self._samples[places[sounding]]
        return (
            (heard << _I2S_SHIFT).astype("<i4").tobytes()
            if receiver.mono
            else (heard + _FULL_SCALE).astype("<u4").tobytes()
        )


def _at_the_pin(pressure: NDArray[np.float64]) -> NDArray[np.int32]:
    """Full scale of the microphone is 1; it clips short of that."""
    return np.round(np.clip(pressure + _OFFSET, -0.9, 0.9) * _FULL_SCALE).astype(np.int32)


def _resampled(samples: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """The same sound at 64 kHz, through its spectrum: exact for what a period of the whole holds."""
    if len(samples) == 0:
        return samples
    spectrum = np.fft.rfft(samples)
    length = round(len(samples) * _SOUND_HZ / rate_hz)
    wider = np.zeros(length // 2 + 1, complex)
    kept = min(len(spectrum), len(wider))
    wider[:kept] = spectrum[:kept]
    return np.fft.irfft(wider, length) * (length / len(samples))


def _read_wav(sound: Path | bytes) -> tuple[NDArray[np.float64], int]:
    try:
        with wave.open(io.BytesIO(sound) if isinstance(sound, bytes) else str(sound), "rb") as file:
            if file.getsampwidth() != 2:
                raise NotASound("its samples have not 16 bits")
            frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            return frames[:: file.getnchannels()].astype(np.float64) / 32768, file.getframerate()
    except (wave.Error, EOFError) as error:
        raise NotASound(str(error)) from error
