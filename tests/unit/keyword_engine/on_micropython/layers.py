"""Runs under MicroPython: `layers` writes what every layer makes of every step, `memory` what a step does to the heap.

The folder holds model.kwm and features (three frames of 40 u16 for each step); `layers` leaves the file `made` there.
"""

import sys

import micropython
from plainsight.keyword import kernels_viper as kernels
from plainsight.keyword import model, network

_FRAME_BYTES = 80
_OUT, _OUTPUTS = 6, 3


class _Keeper:
    """The kernels, and a file in which each layer's output is kept."""

    def __init__(self, file):
        self.file = file
        self.convolution, self.depthwise, self.dense = kernels.convolution, kernels.depthwise, kernels.dense
        self.hold, self.move, self.misplaced = kernels.hold, kernels.move, kernels.misplaced
        self.fill, self.clear, self.quantise = kernels.fill, kernels.clear, kernels.quantise

    def requantise(self, blob, arena, layer, sums):
        kernels.requantise(blob, arena, layer, sums)
        self.file.write(arena[layer[_OUT] : layer[_OUT] + layer[_OUTPUTS]])


def _step(made, frames):
    for row in range(model.FRAMES):
        made.put(row, frames[row])
    made.step()


def _frames(folder):
    with open(folder + "/features", "rb") as file:
        while True:
            frames = [bytearray(file.read(_FRAME_BYTES)) for _ in range(model.FRAMES)]
            if not frames[-1]:
                return
            yield frames


def _layers(folder, read):
    with open(folder + "/made", "wb") as file:
        network.kernels = _Keeper(file)
        made = network.Network(read)
        for frames in _frames(folder):
            _step(made, frames)
            file.write(made.outputs)


def _memory(folder, read):
    made, fresh = network.Network(read), network.Network(read)
    first = bytes(made.arena)
    for frames in _frames(folder):
        micropython.heap_lock()
        _step(made, frames)
        micropython.heap_unlock()
    if bytes(made.arena) == first:
        raise AssertionError("nothing was heard")
    micropython.heap_lock()
    made.reset()
    micropython.heap_unlock()
    for name in ("arena", "outputs", "_sums", "_moves"):
        if bytes(getattr(made, name)) != bytes(getattr(fresh, name)):
            raise AssertionError(name + " still holds what was heard")


def _anywhere(folder, read):
    """The model's bytes may begin at any address: every copy of the numbers begins where words can be read."""
    with open(folder + "/model.kwm", "rb") as file:
        content = file.read()
    outputs = []
    for offset in range(8):
        moved = model.read(memoryview(bytes(offset) + content)[offset:])
        made = network.Network(moved)
        if kernels.misplaced(made._blob):
            raise AssertionError("words can't be read there")
        for frames in _frames(folder):
            _step(made, frames)
        outputs.append(bytes(made.arena))
    if len(set(outputs)) != 1:
        raise AssertionError("the place can be seen in the result")


def _main(what, folder):
    with open(folder + "/model.kwm", "rb") as file:
        read = model.read(file.read())
    {"layers": _layers, "memory": _memory, "anywhere": _anywhere}[what](folder, read)


_main(sys.argv[1], sys.argv[2])
