"""The guard at the door: no socket of this process reaches a network unless the outbox holds a permit for that host.

`install` adds a process-wide audit hook; CPython offers no way to take one out again. It sees what Python's own
`socket` module does. It cannot see: a C or Rust library that calls the system by itself, bytes written to a socket that
was connected before or that came in from outside, other processes (a child starts without the hook), files on network
drives, and code that reaches into this module on purpose. It is a net under mistakes and careless dependencies, not a
jail for hostile code. On Windows an event loop makes its own wake-up pair through loopback: install after that.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from companion_app.sharing.errors import EgressRefused

_TO_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOK_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})
# Families that end at this computer's kernel or its own radio; everything else counts as a network.
_NO_NETWORK = frozenset(
    getattr(socket, name) for name in ("AF_UNIX", "AF_BLUETOOTH", "AF_NETLINK", "AF_ALG") if hasattr(socket, name)
)
_hooked = False


@dataclass
class Permit:
    """Leave to look one host up and to connect to the addresses that it turned out to have."""

    host: str
    port: int
    addresses: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    open: bool = True

    def covers(self, destination: object) -> bool:
        """True while open, for a host name to look up or a socket address to connect to."""
        if not self.open:
            return False
        if isinstance(destination, tuple):
            return destination[:2] in self.addresses
        return destination == self.host


_permit: ContextVar[Permit | None] = ContextVar("plainsight_egress_permit", default=None)


@contextmanager
def permit(host: str, port: int) -> Generator[Permit]:
    """Open the door to one host for the code inside the `with`, its tasks and its `to_thread` calls."""
    granted = Permit(host, port)
    token = _permit.set(granted)
    try:
        yield granted
    finally:
        # Tasks that outlive the block carry a copy of the context: they must find the door shut.
        granted.open = False
        _permit.reset(token)


def install() -> None:
    """Guard this process from now to its end; a second call does nothing."""
    global _hooked  # noqa: PLW0603 (an audit hook is per process, and so is this)
    if not _hooked:
        _hooked = True
        sys.addaudithook(_guard)


def installed() -> bool:
    """True once this process is guarded."""
    return _hooked


def refused_destination(event: str, arguments: tuple[Any, ...]) -> str | None:
    """The destination in words when this audit event is an attempt to leave without a permit, else None."""
    if event in _TO_ADDRESS:
        sock, destination = arguments[0], arguments[1]
        if destination is None or sock.family in _NO_NETWORK:
            return None
    elif event in _LOOK_UP:
        destination = _name(arguments[0])
        if destination is None:
            return None
    else:
        return None
    current = _permit.get()
    if current is not None and current.covers(destination):
        return None
    return repr(destination)


def _name(host: object) -> object | None:
    """What would be looked up; None for what needs no asking: nothing, or an address already written in numbers."""
    if not isinstance(host, str):
        # Four bytes would pass for a packed address below; `b"a.io"` is a name.
        return host
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host or None
    return None


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith("socket."):
        destination = refused_destination(event, arguments)
        if destination is not None:
            raise EgressRefused(event=event, destination=destination)
