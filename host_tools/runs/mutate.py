"""The mutator that MicroPython runs too, for CPython, with types."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

SHARED = Path(__file__).parent / "on_micropython"
T = TypeVar("T")


class _Mutating(Protocol):
    def fields_for(self, table: tuple[Any, ...]) -> dict[str, Any]: ...

    def mutated(self, data: bytes) -> bytes: ...

    def pick(self, options: Sequence[Any]) -> Any: ...


def shared_module(name: str) -> Any:
    """A module that both interpreters run; it knows its neighbours by their bare names."""
    if str(SHARED) not in sys.path:
        sys.path.insert(0, str(SHARED))
    return importlib.import_module(name)


_mutating = cast("_Mutating", shared_module("mutating"))


def fields_for(table: tuple[Any, ...]) -> dict[str, Any]:
    """Fields that fit a table of the wire, optional ones now and then."""
    return _mutating.fields_for(table)


def mutated(data: bytes) -> bytes:
    """`data` as it is, or spoilt in up to four places."""
    return _mutating.mutated(data)


def pick(options: Sequence[T]) -> T:
    """One of a sequence."""
    return cast("T", _mutating.pick(options))
