"""When the microphone may be read, what is lost when it is read too late, and that nothing is allocated."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import plainsight
import pytest
from plainsight.errors import Refused
from plainsight.sound import stalls
from plainsight.sound.microphone import BLOCK_BYTES, BLOCK_SAMPLES, Microphone

_RING_US = 312_000  # what the driver's memory holds, its piece in progress left out


class Clock:
    """Microseconds that move when the test says so."""

    def __init__(self) -> None:
        self.now_us = (1 << 30) - 1000

    def us(self) -> int:
        return self.now_us & (1 << 30) - 1

    def diff(self, end: int, start: int) -> int:
        return ((end - start + (1 << 29)) & ((1 << 30) - 1)) - (1 << 29)


class Voice:
    """Two answers."""

    def __init__(self) -> None:
        self.listen = True

    def may_listen(self) -> bool:
        return self.listen


class Input:
    """Delivers what the clock says has come, as DMA does: pieces of 256 frames of two words, or of one of them."""

    def __init__(self, clock: Clock, ring_bytes: int, is_pdm: bool) -> None:
        self.bytes_per_ms, self.piece = (256, 2048) if is_pdm else (64, 1024)
        ring_bytes = ring_bytes * self.piece // 2048
        self.clock, self.ring_bytes = clock, ring_bytes
        self.begun_us, self.taken, self.reads, self.ended = clock.now_us, 0, 0, 0
        self.error: OSError | None = None

    def readinto(self, buffer: memoryview) -> int:
        self.reads += 1
        if self.error:
            raise self.error
        come = (self.clock.now_us - self.begun_us) * self.bytes_per_ms // 1000 // self.piece * self.piece
        self.taken = max(self.taken, come - (self.ring_bytes - self.piece))
        size = min(len(buffer), come - self.taken)
        buffer[:size] = b"\x55" * size
        self.taken += size
        return size

    def deinit(self) -> None:
        self.ended += 1


class Board:
    """One switch, one microphone."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.inputs, self.switch = clock, list[Input](), False
        self.error: Exception | None = None
        self.microphone_is_pdm = True

    def muted(self) -> bool:
        return self.switch

    def open_microphone(self, ring_bytes: int) -> Input:
        if self.error:
            raise self.error
        self.inputs.append(Input(self.clock, ring_bytes, self.microphone_is_pdm))
        return self.inputs[-1]


class Rig:
    """A microphone, and what decides about it."""

    def __init__(self) -> None:
        self.clock, self.voice = Clock(), Voice()
        self.board = Board(self.clock)
        self.microphone = Microphone(self.board, self.clock, self.voice)  # pyright: ignore[reportArgumentType]
        self.buffer = bytearray(BLOCK_BYTES)

    @property
    def input(self) -> Input:
        return self.board.inputs[-1]

    def listen(self, ms: int) -> int:
        """Read as a task would, every 8 ms; the samples that came."""
        heard = 0
        for _ in range(ms // 8):
            self.clock.now_us += 8000
            while count := self.microphone.read_into(self.buffer):
                heard += count
        return heard


@pytest.fixture
def rig() -> Rig:
    return Rig()


def refusal(rig: Rig) -> str:
    with pytest.raises(Refused) as refused:
        rig.microphone.open()
    return refused.value.code


def test_it_hears_in_real_time_once_it_has_settled(rig: Rig) -> None:
    rig.microphone.open()
    assert rig.listen(96) == 0
    assert rig.listen(1000) == 16000
    assert (rig.microphone.overruns, rig.microphone.lost_samples) == (0, 0)


def test_an_i2s_microphone_is_heard_once_it_is_awake(rig: Rig) -> None:
    rig.board.microphone_is_pdm = False
    rig.microphone.open()
    assert rig.listen(256 + 96) == 0
    assert rig.listen(960) == 960 * 16
    rig.clock.now_us += stalls.BUFFER_MS * 1000
    assert rig.listen(96) == (stalls.BUFFER_MS + 96) * 16
    assert rig.microphone.overruns == 0
    rig.clock.now_us += 1_000_000
    rig.listen(96)
    assert rig.microphone.overruns == 1


@pytest.mark.promise(6)
def test_no_microphone_without_the_policy(rig: Rig) -> None:
    rig.voice.listen = False
    assert refusal(rig) == "voice_off"
    assert rig.board.inputs == []


@pytest.mark.promise(6)
def test_muted_it_is_not_even_opened(rig: Rig) -> None:
    rig.board.switch = True
    assert refusal(rig) == "voice_off"
    assert rig.board.inputs == []


@pytest.mark.promise(6)
@pytest.mark.parametrize("how", ["muted", "withdrawn"])
def test_a_no_ends_it_before_another_bit_is_read(rig: Rig, how: str) -> None:
    rig.microphone.open()
    rig.listen(400)
    reads = rig.input.reads
    if how == "muted":
        rig.board.switch = True
    else:
        rig.voice.listen = False
    rig.clock.now_us += 100_000
    assert rig.microphone.read_into(rig.buffer) == 0
    assert (rig.input.reads, rig.input.ended, rig.microphone.is_open) == (reads, 1, False)
    rig.board.switch, rig.voice.listen = False, True
    assert rig.listen(400) == 0, "a yes does not open it again by itself"
    assert len(rig.board.inputs) == 1


def test_it_can_be_opened_again_and_not_twice(rig: Rig) -> None:
    rig.microphone.open()
    assert refusal(rig) == "busy"
    rig.listen(400)
    rig.microphone.close()
    rig.microphone.close()
    assert rig.input.ended == 1
    rig.clock.now_us += 5_000_000
    rig.microphone.open()
    assert rig.listen(96) == 0
    assert rig.listen(160) == 2560
    assert rig.microphone.overruns == 0


@pytest.mark.parametrize("error", [OSError(-259), ValueError("invalid pin"), MemoryError()])
def test_a_microphone_that_cannot_be_started(rig: Rig, error: Exception) -> None:
    rig.board.error = error
    assert refusal(rig) == "microphone_failed"
    assert not rig.microphone.is_open


def test_one_that_fails_while_it_is_read_is_closed(rig: Rig) -> None:
    rig.microphone.open()
    rig.input.error = OSError(5)
    assert rig.listen(16) == 0
    assert (rig.microphone.is_open, rig.input.ended) == (False, 1)


def test_a_buffer_that_is_too_small(rig: Rig) -> None:
    rig.microphone.open()
    with pytest.raises(ValueError, match="buffer"):
        rig.microphone.read_into(bytearray(BLOCK_BYTES - 1))


def test_the_longest_stall_of_the_table_loses_nothing(rig: Rig) -> None:
    assert max(stalls.STALLS_MS.values()) <= stalls.BUFFER_MS
    rig.microphone.open()
    rig.listen(400)
    rig.clock.now_us += stalls.BUFFER_MS * 1000
    late = rig.listen(96)
    assert late == (stalls.BUFFER_MS + 96) * 16
    assert rig.microphone.overruns == 0


@pytest.mark.parametrize("stall_us", [_RING_US + 16_000, 1_000_000, 4_000_000])
def test_a_longer_one_is_counted_with_what_it_lost(rig: Rig, stall_us: int) -> None:
    rig.microphone.open()
    heard = rig.listen(400)
    rig.clock.now_us += stall_us
    heard += rig.listen(800)
    assert rig.microphone.overruns == 1
    missing = (stall_us + 800_000 + 400_000 - 96_000) * 16 // 1000 - heard
    assert missing > 0
    assert abs(rig.microphone.lost_samples - missing) <= 2 * 128, "to a piece of the driver's memory"
    rig.listen(2000)
    assert rig.microphone.overruns == 1


def test_a_block_is_what_the_constants_say() -> None:
    assert BLOCK_BYTES == 2 * BLOCK_SAMPLES


@pytest.mark.promise(6)
def test_nobody_else_opens_the_microphone() -> None:
    firmware = Path(plainsight.__file__).parents[1]
    users = {path.relative_to(firmware).as_posix() for path in firmware.rglob("*.py") if "open_mic" in path.read_text()}
    assert users == {
        "plainsight/sound/microphone.py",
        "plainsight/contract.py",
        "boards/xiao_esp32s3/board.py",
    }


def test_reading_allocates_nothing_under_micropython() -> None:
    path = f"{Path(plainsight.__file__).parents[1]}{os.pathsep}.frozen"
    script = Path(__file__).parent / "on_micropython" / "locked_heap.py"
    command = [str(Path(sys.executable).with_name("micropython")), str(script)]
    done = subprocess.run(command, env={"MICROPYPATH": path}, capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout == "ok\n", done.stdout + done.stderr
