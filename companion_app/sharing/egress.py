"""The guard at the door: no socket of this process reaches a network unless the outbox holds a permit for that host.

`install` adds a process-wide audit hook; CPython offers no way to take one out again. It sees what Python's own modules
do: sockets (here), and programs, libc by ctypes and interpreters that would start without the hook (`ways_around.py`).
It cannot see: a C or Rust library that calls the system by itself, bytes written to a socket that was connected before,
files on network drives, what a program does that it lets start, what another service does when it is asked over D-Bus,
and code that reaches into this module on purpose. It is a net under mistakes and careless dependencies, not a jail for
hostile code; docs/egress.md says which test sees the rest. On Windows an event loop makes its own wake-up pair through
loopback: install after that.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from companion_app.ports import session_bus
from companion_app.sharing import ways_around
from companion_app.sharing.errors import EgressRefused

_TO_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOK_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})
_NEW, _BIND = "socket.__new__", "socket.bind"
# A family that is no network here, and the two that are; packets by hand, hypervisors, radios have no business here.
_UNIX = getattr(socket, "AF_UNIX", None)
_FAMILIES = frozenset({_UNIX, socket.AF_INET, socket.AF_INET6})
_TYPES = frozenset({socket.SOCK_STREAM, socket.SOCK_DGRAM, getattr(socket, "SOCK_SEQPACKET", socket.SOCK_STREAM)})
_TYPE_FLAGS = getattr(socket, "SOCK_NONBLOCK", 0) | getattr(socket, "SOCK_CLOEXEC", 0)
# Services on this computer that may be asked: the system bus, where BlueZ is; and our own simulator. The session bus,
# behind which anything may listen, only while a port asks the keystore or shows a notice (companion_app/ports).
_SYSTEM_BUS = ("/run/dbus/system_bus_socket", "/var/run/dbus/system_bus_socket")
_BUS_VARIABLE = "DBUS_SYSTEM_BUS_ADDRESS"
_OWN_FOLDER = "plainsight-"
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


def install(programs: Iterable[ways_around.Beginning] = ()) -> None:
    """Guard this process from now to its end. `programs`: beginnings of commands that this process may start besides
    the app's own (a host tool's virtual glasses); a second call can only add to them."""
    global _hooked  # noqa: PLW0603 (an audit hook is per process, and so is this)
    ways_around.may_start(programs)
    if not _hooked:
        _hooked = True
        sys.addaudithook(_guard)


def installed() -> bool:
    """True once this process is guarded."""
    return _hooked


def refused_destination(event: str, arguments: tuple[Any, ...]) -> str | None:
    """The destination in words when this audit event is an attempt to leave without a permit, else None."""
    if event in _TO_ADDRESS:
        return _refused_address(event, arguments[0], arguments[1])
    if event in _LOOK_UP:
        name = _name(arguments[0])
        return None if name is None or _permitted(name) else repr(name)
    if event == _NEW:
        _, family, kind, _ = arguments
        # Without a family the socket came in from outside, connected to whatever it is.
        usual = family in _FAMILIES and kind & ~_TYPE_FLAGS in _TYPES
        return None if usual else f"a socket of family {family}, type {kind}"
    if event == _BIND and arguments[0].family != _UNIX:
        return f"listening on {arguments[1]!r}"
    return None


def _refused_address(event: str, sock: socket.socket, destination: object) -> str | None:
    if destination is None:
        return None  # a connected socket: connecting it was permitted
    if sock.family == _UNIX:
        return None if _is_here(destination) else repr(destination)
    # A permit is for one upload over TLS: no datagram has ever one.
    if event == "socket.connect" and sock.type == socket.SOCK_STREAM and _permitted(destination):
        return None
    return repr(destination)


def _permitted(destination: object) -> bool:
    current = _permit.get()
    return current is not None and current.covers(destination)


def _is_here(path: object) -> bool:
    """True for a service on this computer that passes nothing on: not the resolver's, a container's or a printer's."""
    if not isinstance(path, str | bytes):
        return False
    name = os.fsdecode(path)
    if name in _SYSTEM_BUS or session_bus.covers(name):
        return True
    if os.environ.get(_BUS_VARIABLE, "").partition(",")[0] == f"unix:path={name}":
        return True
    folder = PurePath(name).parent
    return folder.name.startswith(_OWN_FOLDER) and folder.parent == PurePath(tempfile.gettempdir())


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
    elif event in ways_around.EVENTS:
        destination = ways_around.refused(event, arguments)
    else:
        return
    if destination is not None:
        raise EgressRefused(event=event, destination=destination)
