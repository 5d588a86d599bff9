"""The reference: pymicro-features, TFLite's reference kernels and the firmware's decision, all in this process.

Quicker to start than the firmware's engine and, to the last bit, of the same opinion: a test compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray
from plainsight.keyword.decision import Decision
from plainsight.keyword.model import Word
from pymicro_features import MicroFrontend

from host_tools.keyword.decoders import Samples
from host_tools.keyword.scoring.heard import Heard

_HOP_BYTES = 320
FRAMES = 3
FEATURES = 40


def features(sound: Samples) -> NDArray[np.float32]:
    """(frames, 40) of the front end, one frame each 10 ms from the third hop on."""
    frontend = MicroFrontend()
    content = sound.astype("<i2").tobytes()
    frames: list[list[float]] = []
    for at in range(0, len(content) - _HOP_BYTES + 1, _HOP_BYTES):
        frame = frontend.process_samples(content[at : at + _HOP_BYTES]).features
        if frame:
            frames.append(frame)
    return np.array(frames, np.float32).reshape(-1, FEATURES)


class ReferenceEngine:
    """A .tflite with its words; hears one sound after the other."""

    def __init__(self, tflite: Path, words: list[Word]) -> None:
        self._content = tflite.read_bytes()
        self._words = words

    def hear(self, sounds: Sequence[Samples], tell: Callable[[int], None] = lambda _done: None) -> list[Heard]:
        """One answer for each sound; `tell`: how many are done."""
        answers: list[Heard] = []
        for sound in sounds:
            answers.append(self.judged(self.outputs(features(sound))))
            tell(len(answers))
        return answers

    def outputs(self, frames: NDArray[np.float32]) -> NDArray[np.uint8]:
        """(steps, words) of the network, from the state before the first sound."""
        # A new one each time: reset_all_variables() leaves resource variables, which hold the stream, as they are.
        network: Any = Interpreter(
            model_content=self._content, num_threads=1, experimental_op_resolver_type=OpResolverType.BUILTIN_REF
        )
        network.allocate_tensors()
        (taken,), (given,) = network.get_input_details(), network.get_output_details()
        scale, zero = taken["quantization"]
        quantised = np.clip(np.rint(frames.astype(np.float64) / scale + zero), -128, 127).astype(np.int8)
        steps = len(quantised) // FRAMES
        outputs = np.zeros((steps, len(self._words)), np.uint8)
        for step in range(steps):
            network.set_tensor(taken["index"], quantised[None, step * FRAMES : (step + 1) * FRAMES])
            network.invoke()
            outputs[step] = network.get_tensor(given["index"]).reshape(-1)
        return outputs

    def judged(self, outputs: NDArray[np.uint8]) -> Heard:
        """What the decision makes of the network's outputs."""
        return Heard(recognised(outputs, self._words), outputs)


def recognised(outputs: NDArray[np.uint8], words: list[Word]) -> tuple[tuple[int, int], ...]:
    """(step, word) as the firmware's detector would: of several at one step the one whose output is highest."""
    decisions = [Decision(word.limit, word.window, word.refractory_ms) for word in words]
    found: list[tuple[int, int]] = []
    for step, row in enumerate(outputs.tolist()):
        hits = [index for index, decision in enumerate(decisions) if decision.put(row[index])]
        if hits:
            found.append((step, max(hits, key=lambda index: (row[index], -index))))
    return tuple(found)
