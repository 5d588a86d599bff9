"""Lets Python code call a machine's functions with its own buffers, as if they were the kernels it imports.

`plainsight.keyword.network`, say, calls `kernels.convolution(blob, arena, …)`; with `kernels` replaced by a Bridge, the
same network runs on the board's machine code, buffer by buffer, and can be compared with itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from host_tools.xtensa.machine import Function, Machine
from host_tools.xtensa.memory import Buffer


class Bridge:
    """The functions of a file of kernels as attributes. What they get is copied in, and what can be written back.

    What is no viper function in that file is taken from `plain`, the same kernels for this interpreter.
    """

    def __init__(self, machine: Machine, kernels: Path, plain: object = None) -> None:
        self._machine = machine
        self._plain = plain
        self._functions = machine.load(kernels)
        self.names = frozenset(self._functions)
        self._known: dict[int, tuple[object, memoryview, Buffer]] = {}

    def __getitem__(self, name: str) -> Function:
        """The machine's function, with its counts."""
        return self._functions[name]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self.names and hasattr(self._plain, name):
            return getattr(self._plain, name)
        function = self._functions[name]

        def call(*arguments: Any) -> int | None:
            places = [argument if isinstance(argument, int) else self._place(argument) for argument in arguments]
            result = function(*places)
            for argument in arguments:
                if not isinstance(argument, int):
                    _, there, here = self._known[id(memoryview(argument).obj)]
                    if not there.readonly:
                        there[:] = here.view
            return result

        return call

    def _place(self, argument: Any) -> int:
        """The address in the machine of a bytearray, array or memoryview, its content brought there."""
        view = memoryview(argument).cast("B")
        owner: Any = view.obj
        if id(owner) not in self._known:
            whole = memoryview(owner).cast("B")
            place = self._machine.buffer(whole, writable=not whole.readonly)
            self._known[id(owner)] = (owner, whole, place)
        _, whole, place = self._known[id(owner)]
        if not whole.readonly:
            place.view[:] = whole
        return place.address + _address(view) - _address(whole)


def _address(view: memoryview) -> int:
    """Where it lies in this computer's memory."""
    return np.frombuffer(view, np.uint8).ctypes.data
