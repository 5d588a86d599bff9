"""Kernels that run twice, in plain integers and as the board's machine code, and must leave the same memory behind."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable
from types import ModuleType
from typing import Any

from host_tools.xtensa.bridging import Bridge

Used = Callable[[str, tuple[Any, ...]], int | None]


class Twins:
    """Stands for a module of kernels; `calls` counts by name what was compared.

    `used(name, arguments)`: how many bytes of the last argument mean something, None: all; the rest is left-over room.
    """

    def __init__(self, plain: ModuleType, bridge: Bridge, used: Used | None = None) -> None:
        self._plain = plain
        self._bridge = bridge
        self._used = used
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Callable[..., int | None]:
        plain, compiled = getattr(self._plain, name), getattr(self._bridge, name)
        if name not in self._bridge.names:
            return plain

        def call(*arguments: Any) -> int | None:
            copies = [_copy(argument) for argument in arguments]
            meant = plain(*copies)
            found = compiled(*arguments)
            assert found == meant, name
            used = self._used(name, arguments) if self._used else None
            for index, (copy, argument) in enumerate(zip(copies, arguments, strict=True)):
                size = used if argument is arguments[-1] else None
                assert _content(argument, size) == _content(copy, size), f"{name}, argument {index}"
            self.calls[name] += 1
            return found

        return call


def _content(argument: Any, size: int | None) -> bytes | int:
    return argument if isinstance(argument, int) else bytes(memoryview(argument).cast("B")[:size])


def _copy(argument: Any) -> Any:
    if isinstance(argument, int) or memoryview(argument).readonly:
        return argument
    view = memoryview(argument)
    return array(view.format, view.tobytes()) if view.format in "HhIi" else bytearray(view)
