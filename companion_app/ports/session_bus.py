"""The door to the desktop's session bus: open only while a port here asks (keystore, notices, light or dark).

The guard of the network (companion_app/sharing/egress.py) knows no other way to that bus, behind which many services
of other people's making listen.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import unquote

_ADDRESS = "DBUS_SESSION_BUS_ADDRESS"
# What stands before the value in the socket's own name.
_NAMED = {"path": "", "abstract": "\0"}


@dataclass
class _Asking:
    open: bool = True


_asking: ContextVar[_Asking | None] = ContextVar("plainsight_session_bus", default=None)


@contextmanager
def asking() -> Generator[None]:
    """Let the code inside the `with` connect to the session bus."""
    now = _Asking()
    token = _asking.set(now)
    try:
        yield
    finally:
        # Tasks and threads that outlive the block carry a copy of the context: they must find the door shut.
        now.open = False
        _asking.reset(token)


def covers(name: str) -> bool:
    """True while a port asks, for the session bus' own socket and no other."""
    now = _asking.get()
    return now is not None and now.open and name in _sockets(os.environ.get(_ADDRESS, ""))


def _sockets(addresses: str) -> frozenset[str]:
    """The local sockets of these addresses (D-Bus Specification, "Server Addresses"); abstract ones begin with NUL."""
    found: set[str] = set()
    for address in addresses.split(";"):
        transport, _, rest = address.partition(":")
        for pair in rest.split(",") if transport == "unix" else ():
            kind, _, value = pair.partition("=")
            if value and kind in _NAMED:
                found.add(_NAMED[kind] + unquote(value))
    return frozenset(found)
