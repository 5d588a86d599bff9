"""The one reader of the microphone: PCM while the voice policy and the mute switch allow it, and else not one bit.

Permission is asked at each read, and the hardware is let go at the first no. The policy itself is listening.py's; who
gets what was read, and what of it may leave the glasses, is decided in ears.py.
"""

from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.sound.decimator import Decimator, Words
from plainsight.sound.stalls import BUFFER_MS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.contract import Board, Clock, SoundInput
    from plainsight.listening import VoicePolicy

# 24 ms, 6 kB of PDM: whoever takes a block at a time has three hops of the front end and one step of the network to
# do, and never more.
BLOCK_SAMPLES = const(384)
BLOCK_BYTES = const(768)
# The driver fills its memory in pieces of 256 frames, two words each, and hands over whole ones: one is always being
# filled. A frame of PDM lasts 1/32 ms; of an I2S microphone, which speaks in the first word alone, 1/16 ms.
_DMA_BYTES = const(2048)
_PDM_PIECE_MS = const(8)
_I2S_PIECE_MS = const(16)
# Time is counted in halves of a microsecond: a sample at 16 kHz lasts 125 of them.
_SAMPLE_HALF_US = const(125)
_SETTLE_SAMPLES = const(1536)  # 96 ms: the microphone wakes up, and its offset is learned
_I2S_WAKE_SAMPLES = const(4096)  # 2 ** 18 clocks at 1.024 MHz in which it says nothing (INMP441)


class Microphone:
    """s16le, 16 kHz, mono. `overruns`: how often something was lost, `lost_samples`: how much; both since boot."""

    def __init__(self, board: "Board", clock: "Clock", voice: "VoicePolicy"):
        self._board = board
        self._clock = clock
        self._voice = voice
        self._decimator: Decimator | Words | None = None
        self._ring_half_us = 0
        self._input: "SoundInput | None" = None
        self._settling = 0
        self._seen_us = 0
        self._behind_half_us = 0
        self.overruns = 0
        self.lost_samples = 0

    @property
    def is_open(self) -> bool:
        """False as soon as a read found that it may not be read any more."""
        return self._input is not None

    def allowed(self) -> bool:
        """The owner's policy and the wearer's switch, asked anew."""
        return self._voice.may_listen() and not self._board.muted()

    def open(self) -> None:
        """Start it. Refused: voice_off, microphone_failed, busy."""
        if self._input is not None:
            raise Refused("busy")
        if not self.allowed():
            raise Refused("voice_off")
        is_pdm = self._board.microphone_is_pdm
        piece_ms = _PDM_PIECE_MS if is_pdm else _I2S_PIECE_MS
        if self._decimator is None:
            self._decimator = Decimator(BLOCK_SAMPLES) if is_pdm else Words(BLOCK_SAMPLES)
        self._decimator.reset()
        try:
            self._input = self._board.open_microphone((BUFFER_MS // piece_ms + 2) * _DMA_BYTES)
        except (OSError, ValueError, MemoryError) as error:
            raise Refused("microphone_failed", {"errno": getattr(error, "errno", None) or 0})
        self._settling = _SETTLE_SAMPLES if is_pdm else _I2S_WAKE_SAMPLES + _SETTLE_SAMPLES
        self._ring_half_us = (BUFFER_MS + piece_ms) * 2000
        self._behind_half_us = 0
        self._seen_us = self._clock.us()

    def read_into(self, buffer: bytearray | memoryview) -> int:
        """Up to BLOCK_SAMPLES that have come, into a buffer of BLOCK_BYTES or more; returns how many, never waits.

        0: nothing more yet, or closed by now. Call until it returns 0, and again within BUFFER_MS.
        """
        source, decimator = self._input, self._decimator
        if source is None or decimator is None:
            return 0
        if not self.allowed():
            self.close()
            return 0
        if len(buffer) < BLOCK_BYTES:
            raise ValueError("buffer")
        self._count_lost()
        try:
            size = source.readinto(decimator.room()) or 0
        except OSError:
            self.close()
            return 0
        samples = decimator.run(size, buffer)
        self._behind_half_us = max(0, self._behind_half_us - samples * _SAMPLE_HALF_US)
        if self._settling > 0:
            self._settling -= samples
            return 0 if samples == 0 else self.read_into(buffer)
        return samples

    def close(self) -> None:
        """Let the hardware go and forget what came of it; harmless when it is closed."""
        source = self._input
        self._input = None
        if source is not None:
            source.deinit()
        if self._decimator is not None:
            self._decimator.reset()

    def _count_lost(self) -> None:
        """The driver overwrites its oldest memory and does not say so; the clock does."""
        now = self._clock.us()
        self._behind_half_us += 2 * max(0, self._clock.diff(now, self._seen_us))
        self._seen_us = now
        over = self._behind_half_us - self._ring_half_us
        if over > 0:
            self.overruns += 1
            self.lost_samples += (over + _SAMPLE_HALF_US - 1) // _SAMPLE_HALF_US
            self._behind_half_us = self._ring_half_us
