"""Makes unmodified Bleak code run on the virtual radio.

`install(adapter)` serves a whole process, `using(adapter)` one block and its tasks, `backends(adapter)` explicit code:
`BleakClient(device, backend=backends(adapter).client)`.
"""

from __future__ import annotations

from typing import NamedTuple

import bleak
from bleak.backends.client import get_platform_client_backend_type
from bleak.backends.scanner import get_platform_scanner_backend_type

from host_tools.simulator.radio.adapter import VirtualAdapter
from host_tools.simulator.radio.bleak_client import VirtualClient
from host_tools.simulator.radio.bleak_scanner import VirtualScanner
from host_tools.simulator.radio.installed import set_default, using

__all__ = ["Backends", "VirtualAdapter", "backends", "install", "uninstall", "using"]

_BACKEND_NAME = "virtual"


class Backends(NamedTuple):
    """Backend classes bound to one adapter, for Bleak's `backend=` arguments."""

    client: type[VirtualClient]
    scanner: type[VirtualScanner]


def backends(adapter: VirtualAdapter) -> Backends:
    """Return backend classes that use `adapter` whatever is installed."""
    return Backends(
        type("BoundClient", (VirtualClient,), {"adapter": adapter}),
        type("BoundScanner", (VirtualScanner,), {"adapter": adapter}),
    )


def install(adapter: VirtualAdapter | None = None) -> None:
    """Make Bleak use the virtual radio in this process; without `adapter`, code must run inside `using`."""
    set_default(adapter)
    bleak.get_platform_client_backend_type = lambda: (VirtualClient, _BACKEND_NAME)  # pyright: ignore[reportPrivateImportUsage]
    bleak.get_platform_scanner_backend_type = lambda: (VirtualScanner, _BACKEND_NAME)  # pyright: ignore[reportPrivateImportUsage]


def uninstall() -> None:
    """Give Bleak its own platform back."""
    set_default(None)
    bleak.get_platform_client_backend_type = get_platform_client_backend_type  # pyright: ignore[reportPrivateImportUsage]
    bleak.get_platform_scanner_backend_type = get_platform_scanner_backend_type  # pyright: ignore[reportPrivateImportUsage]
