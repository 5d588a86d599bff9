"""The audio front end of microWakeWord's models: 16 kHz PCM to 40 channels each 10 ms, equal to `pymicro-features`.

A Hann window of 30 ms moves by 10; FFT of 512; 40 triangles from 125 to 7500 Hz; noise taken away, automatic gain per
channel, logarithm. All in 16- and 32-bit integers, as the reference has it.
"""

from array import array

from plainsight.compat import MICROPYTHON, const
from plainsight.frontend import tables

TYPE_CHECKING = False
if TYPE_CHECKING or not MICROPYTHON:
    from plainsight.frontend import kernels_plain as kernels
else:
    from plainsight.frontend import kernels_plain as kernels

HOP_SAMPLES = const(160)
CHANNELS = const(40)
_HOPS = const(3)  # a window of 480 samples
_MIDDLE = const(32768)  # silence, where signed numbers have this added
_STAGES = ((4, 16382, 16383), (16, 16382, 16383), (64, 32766, 16383))
_WORDS = const(512)


class Frontend:
    """`push` each hop; when it says so, `features` holds 40 u16. A network takes feature x 0.0390625."""

    def __init__(self):
        self.features = array("H", bytes(2 * CHANNELS))
        self._heard = array("H", bytes(2 * _HOPS * HOP_SAMPLES))
        self._windowed = array("H", bytes(2 * _WORDS))
        self._work = array("i", bytes(4 * _WORDS))
        self._energies = array("I", bytes(4 * (_WORDS >> 1)))
        self._loudness = array("I", bytes(4 * CHANNELS))
        self._noise = array("I", bytes(4 * CHANNELS))
        self._curve = kernels.table(tables.WINDOW, "H")
        self._order = kernels.table(tables.ORDER, "B")
        self._turns = kernels.table(tables.TURNS, "h")
        self._half_turns = kernels.table(tables.HALF_TURNS, "h")
        self._widths = kernels.table(tables.WIDTHS, "B")
        self._weights = kernels.table(tables.WEIGHTS, "H")
        self._gains = kernels.table(tables.GAINS, "h")
        self._logarithms = kernels.table(tables.LOGARITHMS, "H")
        self._hops = 0
        self.reset()

    def reset(self) -> None:
        """Zero everything that was heard, and begin anew."""
        for memory in (self.features, self._work, self._energies, self._loudness, self._noise):
            for index in range(len(memory)):
                memory[index] = 0
        for memory in (self._heard, self._windowed):
            for index in range(len(memory)):
                memory[index] = _MIDDLE
        self._hops = 0

    def push(self, block: "memoryview | bytes | bytearray", offset_samples: int = 0) -> bool:
        """Take 160 samples (s16le) from `offset_samples` on; True: `features` are new, from the third hop on."""
        if offset_samples < 0 or len(block) < (offset_samples + HOP_SAMPLES) << 1:
            raise ValueError("block")
        kernels.shift_in(self._heard, block, offset_samples)
        if self._hops < _HOPS - 1:
            self._hops += 1
            return False
        shift = kernels.window(self._heard, self._curve, self._windowed)
        kernels.first_stage(self._windowed, self._order, self._work, shift)
        for span, scale, _ in _STAGES:
            kernels.stage(self._work, self._turns, span, scale, 0)
        kernels.energies(self._work, self._half_turns, self._energies)
        kernels.channels(self._energies, tables.FIRST_BIN, self._weights, self._widths, self._loudness, shift)
        kernels.levels(self._loudness, self._noise, self._gains, self._logarithms, self.features)
        return True
