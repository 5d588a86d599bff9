"""Which virtual adapter code that names none runs on."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason

if TYPE_CHECKING:
    from host_tools.simulator.radio.adapter import VirtualAdapter

_for_everybody: list[VirtualAdapter] = []
_in_this_context: ContextVar[VirtualAdapter | None] = ContextVar("virtual_adapter", default=None)


def current_adapter() -> VirtualAdapter:
    """Return the context's adapter, else the installed one, else raise `BleakBluetoothNotAvailableError`."""
    adapter = _in_this_context.get()
    if adapter is not None:
        return adapter
    if not _for_everybody:
        raise BleakBluetoothNotAvailableError(
            "no virtual adapter is installed", BleakBluetoothNotAvailableReason.NO_BLUETOOTH
        )
    return _for_everybody[-1]


def set_default(adapter: VirtualAdapter | None) -> None:
    """Make `adapter` the one for code outside any `using` block; None for no adapter."""
    _for_everybody.clear()
    if adapter is not None:
        _for_everybody.append(adapter)


@contextmanager
def using(adapter: VirtualAdapter) -> Generator[None]:
    """Run the block, and the tasks it starts, on `adapter`: several phones in one process."""
    token = _in_this_context.set(adapter)
    try:
        yield
    finally:
        _in_this_context.reset(token)
