"""What TensorFlow Lite's own reference kernels make of a model, layer by layer, and awkward input to compare it on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import soundfile
from pymicro_features import MicroFrontend

from host_tools.keyword.convert import tflite
from host_tools.keyword.convert.features import RAW_SCALE
from host_tools.keyword.convert.tflite import Kind
from tests.recordings import read_speech

LITERT: Any = import_module("ai_edge_litert.interpreter")  # has no types
LAYERS = (Kind.CONV_2D, Kind.DEPTHWISE_CONV_2D, Kind.FULLY_CONNECTED)
ROWS, CHANNELS = 3, 40
HIGHEST = 0xFFFF
_EXTREMES = (0, 1, 12, 13, 38, 39, 333, 651, 652, 653, 654, 700, HIGHEST)


class Reference:
    """Steps through a .tflite with BUILTIN_REF; bytes are the network's own: the model's int8 plus 128."""

    def __init__(self, content: bytes) -> None:
        self._interpreter: Any = LITERT.Interpreter(
            model_content=content,
            num_threads=1,
            experimental_op_resolver_type=LITERT.OpResolverType.BUILTIN_REF,
            experimental_preserve_all_tensors=True,
        )
        self._interpreter.allocate_tensors()
        self._given = self._interpreter.get_input_details()[0]
        self._result = self._interpreter.get_output_details()[0]["index"]
        self._layers = [op.outputs[0] for op in tflite.read(content)[0].operators if op.kind in LAYERS]

    def step(self, features: np.ndarray) -> tuple[list[bytes], bytes]:
        """Raw features of the front end [3, 40] to the bytes of each layer, and of the output."""
        scale, zero_point = self._given["quantization"]
        quantised = np.clip(np.round(features * RAW_SCALE / scale + zero_point), -128, 127).astype(np.int8)
        self._interpreter.set_tensor(self._given["index"], quantised.reshape(1, ROWS, CHANNELS))
        self._interpreter.invoke()
        layers = [self._interpreter.get_tensor(place).reshape(-1) for place in self._layers]
        return [(layer.view(np.uint8) ^ 0x80).tobytes() for layer in layers], self._output()

    def _output(self) -> bytes:
        output = self._interpreter.get_tensor(self._result).reshape(-1)
        return (output.view(np.uint8) ^ (0x80 if output.dtype == np.int8 else 0)).tobytes()


def steps(random_steps: int, extreme_steps: int, spoken_steps: int, seed: int = 5) -> np.ndarray:
    """Features [steps, 3, 40] u16: noise, edges of every kind, and real speech as the front end hears it."""
    chance = np.random.default_rng(seed)
    noise = chance.integers(0, 700, (random_steps, ROWS, CHANNELS))
    edges = chance.choice(_EXTREMES, (extreme_steps, ROWS, CHANNELS))
    edges[::4] = chance.choice((0, HIGHEST), (len(edges[::4]), 1, 1))
    spoken = np.array(list(itertools.islice(_frames_of_speech(), spoken_steps * ROWS)))
    return np.concatenate([edges, noise, spoken.reshape(-1, ROWS, CHANNELS)]).astype(np.uint16)


def _frames_of_speech() -> Iterator[list[int]]:
    samples, _ = soundfile.read(read_speech(), dtype="int16")
    pcm, front_end = samples.tobytes(), MicroFrontend()
    for start in range(0, len(pcm) - 319, 320):
        frame = front_end.process_samples(pcm[start : start + 320]).features
        if frame:
            yield [round(value / RAW_SCALE) for value in frame]
