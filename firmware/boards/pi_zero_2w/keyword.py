"""What hears words on a Pi: front end and network from packages, each in C, for plainsight.keyword.detector.

The network runs on TFLite's reference kernels, to which the microcontrollers' engine is equal to the last bit; those
that TFLite prefers differ from it by some 256ths, and a step takes no time worth saving.
"""

from array import array

import numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from pymicro_features import MicroFrontend

_HOP_BYTES = 320  # 10 ms
_FRAMES, _FEATURES = 3, 40
_RAW_SCALE = 0.0390625  # a feature of the package over the number that the front end computed


class Frontend:
    """As plainsight.frontend.frontend.Frontend."""

    def __init__(self):
        self.features = array("H", bytes(2 * _FEATURES))
        self._frontend = MicroFrontend()

    def push(self, block, offset_samples: int) -> bool:
        """Take 160 samples (s16le) from `offset_samples` on; True: `features` are new, from the third hop on."""
        hop = bytes(block[2 * offset_samples : 2 * offset_samples + _HOP_BYTES])
        if len(hop) != _HOP_BYTES:
            raise ValueError("block")
        frame = self._frontend.process_samples(hop).features
        for channel, feature in enumerate(frame):
            self.features[channel] = round(feature / _RAW_SCALE)
        return bool(frame)

    def reset(self) -> None:
        """Forget what was heard: the package's can't be emptied, so it is made anew."""
        self.__init__()


class Network:
    """As plainsight.keyword.network.Network; `content`: the bytes of a .tflite with one output for each word."""

    def __init__(self, content: bytes):
        self._content = content
        self.reset()

    def reset(self) -> None:
        """Forget what was heard. reset_all_variables() would leave the resource variables, in which the stream is."""
        self._interpreter = Interpreter(
            model_content=self._content,
            num_threads=1,
            experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
        )
        self._interpreter.allocate_tensors()
        (self._taken,), (self._given,) = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        self._frames = numpy.zeros((1, _FRAMES, _FEATURES), numpy.int8)
        self.outputs = bytearray(int(self._given["shape"][-1]))

    def put(self, row: int, features: array) -> None:
        """Frame `row` (0 to 2) of the coming step."""
        scale, zero = self._taken["quantization"]
        levels = numpy.rint(numpy.array(features, numpy.float64) * _RAW_SCALE / scale + zero)
        self._frames[0, row] = numpy.clip(levels, -128, 127).astype(numpy.int8)

    def step(self) -> None:
        """Run the network over the three frames."""
        self._interpreter.set_tensor(self._taken["index"], self._frames)
        self._interpreter.invoke()
        self.outputs[:] = self._interpreter.get_tensor(self._given["index"]).tobytes()
