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
    from plainsight.frontend import kernels_viper as kernels

HOP_SAMPLES = const(160)
CHANNELS = const(40)
LOUDER_BITS = const(2)  # by which a sample may be louder than the window's peak, before it is asked what wraps
_HOPS = const(3)  # a window of 480 samples
_MIDDLE = const(32768)  # silence, where signed numbers have this added
_FFT_SAMPLES = const(512)
# How the FFT's numbers are kept after a stage that a division by 4 or by 2 follows, and what undoes that.
_BY_4, _UNDO_BY_4 = const(16382), const(-8193)
_BY_2, _UNDO_BY_2 = const(32766), const(-16385)


class Frontend:
    """`push` each hop; when it says so, `features` holds 40 u16. A network takes feature x 0.0390625."""

    def __init__(self):
        self.features = array("H", bytes(2 * CHANNELS))
        self._heard = array("H", bytes(2 * _HOPS * HOP_SAMPLES))
        self._bits = bytearray(_HOPS)  # how many the loudest sample of each hop needs
        self._windowed = array("H", bytes(2 * _FFT_SAMPLES))
        self._work = array("i", bytes(4 * _FFT_SAMPLES))
        self._loudness = array("I", bytes(4 * CHANNELS))
        self._noise = array("I", bytes(4 * CHANNELS))
        self._curve = kernels.table(tables.WINDOW, "H")
        self._order = kernels.table(tables.ORDER, "B")
        self._rows = kernels.table(tables.ROWS, "i")
        self._half_turns = kernels.table(tables.HALF_TURNS, "H")
        self._widths = kernels.table(tables.WIDTHS, "B")
        self._weights = kernels.table(tables.WEIGHTS, "H")
        self._roots = kernels.table(tables.ROOTS, "H")
        self._gains = kernels.table(tables.GAINS, "H")
        self._logarithms = kernels.table(tables.LOGARITHMS, "H")
        self._bit_counts = kernels.table(tables.BITS, "B")
        self._hops = 0
        self.reset()

    def reset(self) -> None:
        """Zero everything that was heard, and begin anew."""
        for memory in (self.features, self._bits, self._work, self._loudness, self._noise):
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
        bits = self._bits
        bits[0] = bits[1]
        bits[1] = bits[2]
        bits[2] = kernels.shift_in(self._heard, 0, block, offset_samples)
        if self._hops < _HOPS - 1:
            self._hops += 1
            return False
        shift = kernels.window(self._heard, 0, self._curve, self._windowed)
        self._transform(shift, self._may_overflow(15 - shift))
        kernels.channels(self._work, shift, tables.FIRST_BIN, self._weights, self._widths, self._roots, self._loudness)
        kernels.levels(self._loudness, 0, self._noise, self._gains, self._logarithms, self._bit_counts, self.features)
        return True

    def _may_overflow(self, used: int) -> bool:
        """Can a sum of the FFT leave 16 bits, where the window's peak has `used` bits?

        Not if no sample needs more than two bits more: under the window's slopes the mean of what is transformed is
        then too small. It takes a noise that dies down just as the window rises.
        """
        bits = self._bits
        most = used + LOUDER_BITS
        return bits[0] > most or bits[1] > most or bits[2] > most

    def _transform(self, shift: int, wraps: bool) -> None:
        """The spectrum's energies into `_work`."""
        work, rows = self._work, self._rows
        kernels.first_stage(self._windowed, shift, self._order, work)
        kernels.stage(work, 4, rows, _BY_4)
        if wraps:
            kernels.wrap(work, _UNDO_BY_4, _BY_4)
        kernels.stage(work, 16, rows, _BY_4)
        if wraps:
            kernels.wrap(work, _UNDO_BY_4, _BY_4)
        kernels.stage(work, 64, rows, _BY_2)
        if wraps:
            kernels.wrap(work, _UNDO_BY_2, _BY_2)
        kernels.energies(work, 0, self._half_turns, tables.FIRST_BIN)
