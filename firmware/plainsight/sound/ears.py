"""What the microphone hears, for all who may hear it: one reader, one ring in memory, and a place in it for each.

Promise 6 has its second home here. What an ear takes is asked for each time: the mute switch, the policy, and for
sound that may leave the glasses the policy for that. At the first no it hears nothing more; when nobody hears any more
the microphone is let go, and the ring is zeroed.
"""

from array import array

from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.sound.microphone import BLOCK_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from plainsight.listening import VoicePolicy
    from plainsight.sound.microphone import Microphone

    class Board(Protocol):
        """What the ring needs of a board."""

        def wipe(self, view: "bytes | bytearray | memoryview") -> None: ...


_BLOCKS = const(32)  # 0.77 s of whole blocks: what the one that reads late may lag behind the one that reads often


class Ears:
    """The ring, filled by whoever of its ears asks first, and overwritten as it goes."""

    def __init__(self, board: "Board", microphone: "Microphone", voice: "VoicePolicy"):
        self._board = board
        self._microphone = microphone
        self._voice = voice
        self._ring = bytearray()
        self._blocks: list[memoryview] = []
        self._samples = array("H")
        self._listening: list[Ear] = []
        self.written = 0  # blocks, since the ring was made

    def ear(self, leaves: bool) -> "Ear":
        """For one that wants to hear; `leaves`: what it hears may leave the glasses, which takes more of a yes."""
        return Ear(self, leaves)

    @property
    def oldest(self) -> int:
        """The first block that is not overwritten yet; one is always being filled."""
        return self.written - _BLOCKS + 1

    def join(self, ear: "Ear") -> None:
        """It hears what comes from now on. Raises Refused: voice_off, microphone_failed."""
        if not self._may_hear(ear):
            raise Refused("voice_off")
        self._make_room()
        if not self._microphone.is_open:
            self.all_leave()  # whoever heard through one that has failed
            self._microphone.open()
        if ear not in self._listening:
            self._listening.append(ear)

    def leave(self, ear: "Ear") -> None:
        """It hears no more. The last one closes the microphone, and nothing stays of what was heard."""
        if ear in self._listening:
            self._listening.remove(ear)
        if not self._listening:
            self._microphone.close()
            self._board.wipe(self._ring)

    def all_leave(self) -> None:
        """Nobody hears any more, and nothing stays of what was heard."""
        while self._listening:
            self.leave(self._listening[-1])

    def hears(self, ear: "Ear") -> bool:
        """Whether this one may go on; at a no it leaves, and with a no to the microphone everybody does."""
        if not self._microphone.is_open or not self._microphone.allowed():
            self.all_leave()
        elif ear in self._listening and not self._may_hear(ear):
            self.leave(ear)
        return ear in self._listening

    def fill(self) -> bool:
        """Read one more block, where there is one."""
        at = self.written % _BLOCKS
        samples = self._microphone.read_into(self._blocks[at])
        self._samples[at] = samples
        if samples:
            self.written += 1
        return samples > 0

    def block(self, number: int) -> memoryview:
        """The memory of a block that is not overwritten yet."""
        return self._blocks[number % _BLOCKS]

    def samples(self, number: int) -> int:
        """How many samples of a block are sound."""
        return self._samples[number % _BLOCKS]

    def _may_hear(self, ear: "Ear") -> bool:
        return self._microphone.allowed() and (not ear.leaves or self._voice.may_send())

    def _make_room(self) -> None:
        """Once: glasses that never listen do without the memory. Raises Refused where there is none."""
        if self._blocks:
            return
        try:
            self._ring = bytearray(_BLOCKS * BLOCK_BYTES)
            whole = memoryview(self._ring)
            self._blocks = [whole[at * BLOCK_BYTES : (at + 1) * BLOCK_BYTES] for at in range(_BLOCKS)]
            self._samples = array("H", bytes(2 * _BLOCKS))
        except MemoryError:
            self._blocks = []
            raise Refused("microphone_failed", {"errno": 12})


class Ear:
    """One that hears: `block` holds s16le, 16 kHz, mono after each `next`; `lost_blocks`: what it was too late for."""

    def __init__(self, ears: Ears, leaves: bool):
        self._ears = ears
        self.leaves = leaves
        self._next = 0
        self.block = memoryview(b"")
        self.lost_blocks = 0

    @property
    def is_open(self) -> bool:
        """Asks anew: False from the first no on, and a later yes does not open it again."""
        return self._ears.hears(self)

    def open(self) -> None:
        """Hear from now on, not what was heard before. Refused: voice_off, microphone_failed."""
        self._ears.join(self)
        self._next = self._ears.written

    def next(self) -> int:
        """The samples in `block`, whose memory is good until others have their turn; 0: nothing yet, or closed."""
        ears = self._ears
        if not ears.hears(self):
            return 0
        if self._next == ears.written and not ears.fill():
            return 0
        late = ears.oldest - self._next
        if late > 0:
            self.lost_blocks += late
            self._next += late
        self.block = ears.block(self._next)
        self._next += 1
        return ears.samples(self._next - 1)

    def skip(self) -> None:
        """Forget what has come so far; go on with what comes."""
        ears = self._ears
        while ears.hears(self) and ears.fill():
            pass
        self._next = ears.written

    def close(self) -> None:
        """Hear no more; harmless when it hears nothing."""
        self._ears.leave(self)
