"""The network's machine code for the board, in the interpreter: equal to the plain kernels and to TensorFlow Lite's.

Every kernel's memory is compared after every call, for the published models and those that ship, and every layer with
what TFLite's reference kernels make of the same quantised features: no tolerance.
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plainsight.keyword import kernels_plain, model, network

from host_tools.keyword.convert import stock
from host_tools.keyword.convert.converter import convert_file
from host_tools.simulator.paths import FIRMWARE
from host_tools.xtensa.bridging import Bridge
from host_tools.xtensa.machine import Machine
from tests.unit.xtensa.twins import Twins

LITERT: Any = import_module("ai_edge_litert.interpreter")  # has no types
KERNELS = Path(kernels_plain.__file__).with_name("kernels_viper.py")
SHIPPED = [str(path) for path in sorted((FIRMWARE / "models").glob("*.tflite"))]
LAYERS = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
CHANCE = random.Random(4)
HIGHEST = 0xFFFF
FRAMES: dict[str, Callable[[int], int]] = {
    "noise": lambda _: CHANCE.randrange(700),
    "edges": lambda _: CHANCE.choice((0, 1, 25, 26, 650, 651, HIGHEST)),
    "loud": lambda _: HIGHEST,
    "silence": lambda _: 0,
}


KINDS = ("noise", "noise", *FRAMES)


def features(kind: str) -> array[int]:
    return array("H", [FRAMES[kind](channel) for channel in range(model.FEATURES)])


def reference(name: str) -> Callable[[bytes], tuple[list[bytes], list[int]]]:
    """What TFLite's own reference kernels make of one step's quantised features: every layer's output, and the last.

    Bytes are the arena's: the model's int8 plus 128.
    """
    path, _ = stock.find(name)
    interpreter: Any = LITERT.Interpreter(
        str(path),
        experimental_op_resolver_type=LITERT.OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    given, found = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    outputs = [each["outputs"][0] for each in interpreter._get_ops_details() if each["op_name"] in LAYERS]

    def step(quantised: bytes) -> tuple[list[bytes], list[int]]:
        signed = (np.frombuffer(quantised, np.uint8) ^ 0x80).view(np.int8)
        interpreter.set_tensor(given["index"], signed.reshape(given["shape"]))
        interpreter.invoke()
        layers = [interpreter.get_tensor(each).ravel().view(np.uint8) ^ 0x80 for each in outputs]
        return [each.tobytes() for each in layers], interpreter.get_tensor(found["index"]).ravel().tolist()

    return step


class Watched(Twins):
    """Also keeps what each layer left in the arena."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(kernels_plain, bridge, _used)
        self.layers: list[bytes] = []

    def __getattr__(self, name: str) -> Callable[..., int | None]:
        call = super().__getattr__(name)
        if name != "requantise":
            return call

        def requantise(blob: memoryview, arena: bytearray, layer: array[int], sums: array[int]) -> int | None:
            result = call(blob, arena, layer, sums)
            out = layer[kernels_plain.OUT]
            self.layers.append(bytes(arena[out : out + layer[kernels_plain.OUTPUTS]]))
            return result

        return requantise


def _used(name: str, arguments: tuple[Any, ...]) -> int | None:
    """Sums are made eight by eight; those beyond the layer's outputs mean nothing."""
    return 4 * arguments[2][kernels_plain.OUTPUTS] if name in ("convolution", "depthwise") else None


@pytest.mark.parametrize("name", [*stock.names(), *SHIPPED], ids=lambda name: Path(name).stem)
def test_every_layer_of_every_step_is_equal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(Bridge(Machine(), KERNELS))
    monkeypatch.setattr(network, "kernels", watched)
    read = model.read(convert_file(name))
    made, meant = network.Network(read), reference(name)
    for kind in KINDS:
        for row in range(model.FRAMES):
            made.put(row, features(kind))
        quantised = bytes(made.arena[read.input : read.input + model.FRAMES * model.FEATURES])
        watched.layers.clear()
        made.step()
        layers, outputs = meant(quantised)
        assert watched.layers == layers
        assert list(made.outputs) == outputs
    steps = len(KINDS)
    assert sum(watched.calls[each] for each in ("convolution", "depthwise", "dense")) == steps * len(read.layers)
    assert watched.calls["quantise"] == steps * model.FRAMES


def test_there_is_something_to_compare_with() -> None:
    assert stock.names() == ("alexa", "hey_jarvis", "hey_mycroft", "okay_nabu")
