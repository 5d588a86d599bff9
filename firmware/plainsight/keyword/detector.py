"""From sound to words: front end, network, decision, block by block, without an allocation after construction."""

from plainsight.compat import MICROPYTHON, const
from plainsight.frontend.frontend import HOP_SAMPLES, Frontend
from plainsight.keyword.decision import Decision
from plainsight.keyword.network import Network

TYPE_CHECKING = False
if TYPE_CHECKING or not MICROPYTHON:
    from plainsight.keyword.hops import kernels_plain as kernels
else:
    from plainsight.keyword.hops import kernels_viper as kernels

if TYPE_CHECKING:
    from array import array
    from typing import Protocol

    from plainsight.keyword.model import Model

    class Hearing(Protocol):
        """A front end: frontend/frontend.py."""

        features: "array[int]"

        def push(self, block: "bytearray | memoryview", offset_samples: int) -> bool: ...
        def reset(self) -> None: ...

    class Thinking(Protocol):
        """A network: keyword/network.py."""

        outputs: bytearray

        def put(self, row: int, features: "array[int]") -> None: ...
        def step(self) -> None: ...
        def reset(self) -> None: ...


NO_WORD = const(-1)
_FRAMES = const(3)  # of the front end, that one step of the network takes


class Detector:
    """Hears 16 kHz s16le and says which word of `model.words` it was."""

    def __init__(self, model: "Model", frontend: "Hearing | None" = None, network: "Thinking | None" = None):
        """A board may bring its own front end and network, as the Pi does; else they are the firmware's."""
        self._frontend = Frontend() if frontend is None else frontend
        self._network = Network(model) if network is None else network
        self._decisions = [Decision(word.limit, word.window, word.refractory_ms) for word in model.words]
        self._hop = bytearray(2 * HOP_SAMPLES)
        self.steps = 0
        self._waiting = 0  # samples in _hop that are not yet a whole one
        self._frames = 0

    def reset(self) -> None:
        """Forget what was heard, every byte of it; the next second is not judged."""
        self._frontend.reset()
        self._network.reset()
        for decision in self._decisions:
            decision.reset()
        hop = self._hop
        for index in range(len(hop)):
            hop[index] = 0
        self.steps = self._waiting = self._frames = 0

    @property
    def outputs(self) -> bytearray:
        """What the network said last, of each word."""
        return self._network.outputs

    def feed(self, samples: "bytearray | memoryview", count: int) -> int:
        """The word that was recognised in the first `count` samples, or NO_WORD; at most one network step in 480.

        Raises ValueError where there are fewer.
        """
        if not 0 <= 2 * count <= len(samples):
            raise ValueError(count)
        word, at = NO_WORD, 0
        if self._waiting:
            at = min(count, HOP_SAMPLES - self._waiting)
            self._keep(samples, 0, at)
            if self._waiting < HOP_SAMPLES:
                return NO_WORD
            self._waiting = 0
            word = self._heard(self._hop, 0)
        while count - at >= HOP_SAMPLES:
            heard = self._heard(samples, at)
            if heard >= 0:
                word = heard
            at += HOP_SAMPLES
        self._keep(samples, at, count - at)
        return word

    def _keep(self, samples: "bytearray | memoryview", at: int, count: int) -> None:
        """Put what is no whole hop aside until the next block."""
        kernels.copy(self._hop, samples, 2 * self._waiting, 2 * at, 2 * count)
        self._waiting += count

    def _heard(self, samples: "bytearray | memoryview", at: int) -> int:
        """One hop through the front end; each third frame is a step of the network."""
        if not self._frontend.push(samples, at):
            return NO_WORD
        self._network.put(self._frames, self._frontend.features)
        self._frames += 1
        if self._frames < _FRAMES:
            return NO_WORD
        self._frames = 0
        self._network.step()
        self.steps += 1
        return self._judged()

    def _judged(self) -> int:
        """The word that this step recognised; of several the one whose output is highest."""
        outputs, word = self._network.outputs, NO_WORD
        for index in range(len(self._decisions)):
            if self._decisions[index].put(outputs[index]) and (word < 0 or outputs[index] > outputs[word]):
                word = index
        return word
