"""From a microphone to PCM, block by block, without an allocation after construction: bits of PDM, or words of I2S."""

from array import array

from plainsight.compat import MICROPYTHON, const
from plainsight.sound import pdm

TYPE_CHECKING = False
if TYPE_CHECKING or not MICROPYTHON:
    from plainsight.sound.kernels_plain import cic, fir, pcm
else:
    from plainsight.sound.kernels_viper import cic, fir, pcm

_HISTORY_BYTES = const(16)  # a window of 24 bytes moves on by 8
_HISTORY_SAMPLES = const(30)  # a window of 32 samples moves on by 2
_SILENCE = const(0x55)  # as many ones as zeros
_WORD_BYTES = const(4)
_MIDDLE = b"\x00\x80"  # and what the first filter makes of them, 32768


class Decimator:
    """Put PDM into `room()` as I2S delivers it, then `run` says what PCM it makes."""

    def __init__(self, block_samples: int):
        """`block_samples`: the most PCM that one call of `run` makes."""
        self._table = pdm.cic_table()
        self._bits = bytearray(_HISTORY_BYTES + block_samples * pdm.PDM_BYTES_PER_PCM)
        self._whole_room = memoryview(self._bits)[_HISTORY_BYTES:]
        self._middle = array("H", bytes(2 * (_HISTORY_SAMPLES + 2 * block_samples)))
        self._dc = array("I", [0])
        self._over = 0
        self.reset()

    def reset(self) -> None:
        """Forget all that was heard: not one bit or sample of it stays in memory."""
        self._bits[:] = bytes([_SILENCE]) * len(self._bits)
        self._middle[:] = array("H", _MIDDLE * len(self._middle))
        self._dc[0] = pdm.DC_MIDDLE
        self._over = 0

    def room(self) -> memoryview:
        """Where the next PDM bytes go."""
        if self._over == 0:
            return self._whole_room
        # Half a sample waits. Real DMA buffers hold whole ones: this is not the usual way.
        return self._whole_room[self._over :]

    def run(self, size: int, out: bytearray | memoryview) -> int:
        """`size` bytes were put into `room`; their whole samples go into `out` as s16le, returns how many."""
        fresh = self._over + size
        count = fresh // pdm.PDM_BYTES_PER_PCM
        if count:
            cic(self._bits, self._table, self._middle, _HISTORY_SAMPLES, 2 * count)
            fir(self._middle, out, self._dc, count)
            self._move_on(count, fresh)
        self._over = fresh - count * pdm.PDM_BYTES_PER_PCM
        return count

    def _move_on(self, count: int, fresh: int) -> None:
        """Put the end of this block before the next one."""
        bits, used = self._bits, count * pdm.PDM_BYTES_PER_PCM
        for index in range(_HISTORY_BYTES + fresh - used):
            bits[index] = bits[used + index]
        middle, used = self._middle, 2 * count
        for index in range(_HISTORY_SAMPLES):
            middle[index] = middle[used + index]


class Words:
    """The same for a microphone that delivers samples: words of 32 bits at 16 kHz, its 24 bits on top."""

    def __init__(self, block_samples: int):
        """`block_samples`: the most PCM that one call of `run` makes."""
        self._words = bytearray(_WORD_BYTES * block_samples)
        self._room = memoryview(self._words)
        self._dc = array("I", [0])
        self.reset()

    def reset(self) -> None:
        """Forget all that was heard."""
        self._words[:] = bytes(len(self._words))
        self._dc[0] = pdm.WORDS_MIDDLE

    def room(self) -> memoryview:
        """Where the next words go: DMA delivers whole ones."""
        return self._room

    def run(self, size: int, out: bytearray | memoryview) -> int:
        """`size` bytes were put into `room`; they go into `out` as s16le, returns how many samples."""
        count = size // _WORD_BYTES
        if count:
            pcm(self._words, out, self._dc, count)
        return count
