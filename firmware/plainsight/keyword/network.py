"""Runs a keyword model, one step for each three frames of features, without an allocation after construction."""

from array import array

from plainsight.compat import MICROPYTHON
from plainsight.keyword.model import BLOCK, CONVOLUTION, DEPTHWISE, FEATURES, FRAMES, LIMITS

TYPE_CHECKING = False
if TYPE_CHECKING or not MICROPYTHON:
    from plainsight.keyword import kernels_plain as kernels
else:
    from plainsight.keyword import kernels_viper as kernels

if TYPE_CHECKING:
    from plainsight.keyword.model import Model


class Network:
    """`put` three frames, then `step`: `outputs` then holds one byte a word, its probability in 256ths."""

    def __init__(self, model: "Model"):
        """`model` as plainsight.keyword.model.read gave it: its offsets are believed."""
        self.outputs = bytearray(len(model.words))
        self.arena = bytearray(model.arena_size)
        self._model = model
        # What lies in flash, or is a part of something else, may begin anywhere.
        self._blob = memoryview(bytearray(model.blob)) if kernels.misplaced(model.blob) else model.blob
        self._layers = [(_kernel(row[0]), array("i", row[1:])) for row in model.layers]
        self._sums = array("I", bytes(4 * (max(row[4] for row in model.layers) + BLOCK - 1)))
        self._moves = array("i", [number for row in model.moves for number in row])
        self.reset()

    def reset(self) -> None:
        """Forget everything that was heard: each state is what it was before the first step."""
        kernels.clear(self._sums, len(self._sums))
        kernels.fill(self.outputs, 0, len(self.outputs), 0)
        kernels.fill(self.arena, 0, len(self.arena), 0)
        for at, size, value in self._model.fills:
            kernels.fill(self.arena, at, size, value)

    def put(self, row: int, features: "bytearray | memoryview | array[int]") -> None:
        """Frame `row` (0 to 2) of the coming step: 40 values as the front end gives them."""
        if not 0 <= row < FRAMES:
            raise ValueError(row)
        table = self._model.feature_bytes
        kernels.quantise(features, self.arena, table, self._model.input + row * FEATURES, len(table) - 1)

    def step(self) -> None:
        """Run the network over the three frames."""
        # Two by two: a tuple of four would be allocated.
        arena, sums = self.arena, self._sums
        model, blob = self._model, self._blob
        for kernel, layer in self._layers:
            kernel(blob, arena, layer, sums)
            if layer[LIMITS]:
                kernels.hold(blob, arena, layer, sums)
            kernels.requantise(blob, arena, layer, sums)
        for index in range(len(self.outputs)):
            self.outputs[index] = blob[model.logistic + arena[model.words[index].output]]
        kernels.move(arena, self._moves, len(model.moves))


def _kernel(kind: int):
    if kind == CONVOLUTION:
        return kernels.convolution
    return kernels.depthwise if kind == DEPTHWISE else kernels.dense
