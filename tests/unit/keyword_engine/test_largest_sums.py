"""Sums as large as a model's weights can make them, in the board's 32 bits: what they become is right all the same."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

import pytest
from plainsight.keyword import kernels_plain, model
from plainsight.keyword.kernels_plain import IN, LIMITS, OUT, OUTPUTS, TAPS, WEIGHTS

from host_tools.keyword.convert import stock
from host_tools.keyword.convert.converter import convert_file
from host_tools.keyword.convert.scaling import LARGEST_SUM
from host_tools.xtensa.bridging import Bridge
from host_tools.xtensa.machine import Machine

KERNELS = Path(kernels_plain.__file__).with_name("kernels_viper.py")
KINDS = {model.CONVOLUTION: "convolution", model.DENSE: "dense"}


def weights_of(read: model.Model, kind: int, layer: array[int], output: int) -> bytes:
    taps, start = layer[TAPS], layer[WEIGHTS]
    if kind == model.DENSE:
        return bytes(read.blob[start + output * taps : start + (output + 1) * taps])
    block = start + output // model.BLOCK * model.BLOCK * taps + output % model.BLOCK
    return bytes(read.blob[block : block + taps * model.BLOCK : model.BLOCK])


def limit_of(read: model.Model, layer: array[int], output: int) -> int:
    at = layer[LIMITS] + 4 * output
    return int.from_bytes(read.blob[at : at + 4], "little")


def made_by(kernels: Any, kind: int, read: model.Model, layer: array[int], inputs: bytes) -> bytes:
    """The layer's output for its inputs."""
    arena = bytearray(read.arena_size)
    arena[layer[IN] : layer[IN] + layer[TAPS]] = inputs
    sums = array("I", bytes(4 * (layer[OUTPUTS] + model.BLOCK)))
    getattr(kernels, KINDS[kind])(read.blob, arena, layer, sums)
    if layer[LIMITS]:
        kernels.hold(read.blob, arena, layer, sums)
    kernels.requantise(read.blob, arena, layer, sums)
    return bytes(arena[layer[OUT] : layer[OUT] + layer[OUTPUTS]])


def worth_trying(read: model.Model, layer: array[int]) -> list[int]:
    """The outputs that must be held, or two of a layer that needs nothing held."""
    if not layer[LIMITS]:
        return [*range(layer[OUTPUTS])][:2]
    return [output for output in range(layer[OUTPUTS]) if limit_of(read, layer, output) < LARGEST_SUM]


@pytest.mark.parametrize("name", stock.names())
def test_the_largest_sums_of_either_sign(name: str) -> None:
    read = model.read(convert_file(name))
    board = Bridge(Machine(), KERNELS)
    full = [(kind, array("i", numbers)) for kind, *numbers in read.layers if kind in KINDS]
    assert any(layer[LIMITS] for _, layer in full) == (name != "okay_nabu")
    for kind, layer in full:
        for output in worth_trying(read, layer):
            weights = weights_of(read, kind, layer, output)
            for inputs in (bytes(255 * (w > 128) for w in weights), bytes(255 * (w < 128) for w in weights)):
                assert made_by(board, kind, read, layer, inputs) == made_by(kernels_plain, kind, read, layer, inputs)
