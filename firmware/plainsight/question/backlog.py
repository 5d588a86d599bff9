"""What was said and has not left yet, in RAM alone: pieces of IMA ADPCM in a ring that is zeroed as it empties.

A piece is what one AUDIO frame carries: predictor (s16le), index of the step (u8), 0, then codes of 4 bits. Each can be
read without those before it. 16 kHz take 8.1 kB a second so, where PCM would take 32 kB.
"""

from array import array

from plainsight.compat import MICROPYTHON, const
from plainsight.question.steps import STEPS

TYPE_CHECKING = False
if TYPE_CHECKING or not MICROPYTHON:
    from plainsight.question.kernels_plain import encode
else:
    from plainsight.question.kernels_viper import encode

PIECE_SAMPLES = const(768)  # 48 ms
HEADER_BYTES = const(4)
_PIECE_BYTES = const(388)
# 8.4 s, a whole question: nothing leaves before the photograph is stored, and a slow link takes its time.
PIECES = const(176)
_MIDDLE = const(32768)
_PREDICTOR = const(0)  # places in the kernels' state
_INDEX = const(1)
_SAMPLES = const(2)
_LOUDNESS = const(3)
_NOTHING = bytes(_PIECE_BYTES)


class Backlog:
    """One task puts sound in, one takes pieces out. After construction `put` allocates nothing."""

    def __init__(self):
        view = memoryview(bytearray(PIECES * _PIECE_BYTES))
        self._pieces = [view[at : at + _PIECE_BYTES] for at in range(0, len(view), _PIECE_BYTES)]
        self._codes = [piece[HEADER_BYTES:] for piece in self._pieces]
        self._sizes = array("H", bytes(2 * PIECES))
        self._state = array("i", (_MIDDLE, 0, 0, 0))
        self._first = 0
        self._whole = 0

    @property
    def waiting(self) -> int:
        """Whole pieces that wait."""
        return self._whole

    def put(self, block: "bytearray | memoryview", samples: int) -> bool:
        """Append `samples` (s16le, 1 to PIECE_SAMPLES of them); False where there is no room, and nothing changes."""
        if samples > PIECE_SAMPLES:
            raise ValueError("samples")
        state = self._state
        if state[_SAMPLES] + samples > PIECE_SAMPLES:
            self.finish()
        if self._whole == PIECES:
            return False
        at = (self._first + self._whole) % PIECES
        if state[_SAMPLES] == 0:
            self._head(self._pieces[at])
        encode(block, self._codes[at], state, STEPS, samples)
        return True

    def finish(self) -> None:
        """What was put so far is whole: it may leave."""
        state = self._state
        if state[_SAMPLES] > 1:  # a code of 4 bits without its neighbour is dropped
            self._sizes[(self._first + self._whole) % PIECES] = HEADER_BYTES + (state[_SAMPLES] >> 1)
            self._whole += 1
        state[_SAMPLES] = 0

    def loudness(self) -> int:
        """The sum of the amplitudes of what was put since the last time."""
        found = self._state[_LOUDNESS]
        self._state[_LOUDNESS] = 0
        return found

    def oldest(self) -> memoryview:
        """The next piece to leave; `waiting` is not 0."""
        return self._pieces[self._first][: self._sizes[self._first]]

    @property
    def oldest_samples(self) -> int:
        """How much sound that is."""
        return (self._sizes[self._first] - HEADER_BYTES) << 1

    def drop(self) -> None:
        """The oldest piece has left: forget it."""
        self._pieces[self._first][:] = _NOTHING
        self._first = (self._first + 1) % PIECES
        self._whole -= 1

    def forget(self) -> None:
        """Zero everything that was heard."""
        for piece in self._pieces:
            piece[:] = _NOTHING
        state = self._state
        state[_PREDICTOR], state[_INDEX], state[_SAMPLES], state[_LOUDNESS] = _MIDDLE, 0, 0, 0
        self._first = self._whole = 0

    def _head(self, piece: memoryview) -> None:
        predictor = self._state[_PREDICTOR] ^ _MIDDLE
        piece[0] = predictor & 0xFF
        piece[1] = predictor >> 8
        piece[2] = self._state[_INDEX]
        piece[3] = 0
