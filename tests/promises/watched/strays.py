"""Everything that must never happen, done on purpose: `python -m tests.promises.watched.strays guarded|unguarded`.

Each is a journey of its own, so that the capture shows what left; the fact `refused` says what the guard did.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from typing import Any

import cffi

from companion_app.sharing import egress
from companion_app.sharing.errors import EgressRefused
from tests.promises.watched.diary import Traveller

# TEST-NET-2: an address that nobody has. Packets to it leave and are lost.
_ELSEWHERE, _PORT = "198.51.100.7", 8443
_SILENCE_S = 0.05
_CHILD = f"import socket; s = socket.socket(); s.settimeout({_SILENCE_S}); s.connect_ex(({_ELSEWHERE!r}, {_PORT}))"


def look_up() -> None:
    """A name is asked for."""
    socket.getaddrinfo("telemetry.example", 443)


def connection() -> None:
    """A TCP connection is begun."""
    _connect(_ELSEWHERE)


def connection_6() -> None:
    """The same over IPv6."""
    with socket.socket(socket.AF_INET6) as sock:
        sock.settimeout(_SILENCE_S)
        sock.connect_ex(("2001:db8:ffff::7", _PORT))


def datagram() -> None:
    """One UDP datagram is sent."""
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(b"1 picture", (_ELSEWHERE, _PORT))


def loopback() -> None:
    """Another program on this computer is talked to."""
    _connect("127.0.0.1")


def web() -> None:
    """The standard library fetches a page."""
    urllib.request.urlopen(f"http://{_ELSEWHERE}:{_PORT}/", timeout=_SILENCE_S)


def raw() -> None:
    """A packet is made by hand, below IP."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind(("phone", 0))
        sock.send(b"\x02\0\0\0\0\x01" + b"\x02\0\0\0\0\x02" + b"\x88\xb5" + b"1 picture".ljust(46))


def program() -> None:
    """curl is started."""
    subprocess.run(["curl", "--silent", "--max-time", "0.05", f"http://{_ELSEWHERE}:{_PORT}/"], check=False)


def another_python() -> None:
    """A Python without the guard is started."""
    subprocess.run([sys.executable, "-I", "-S", "-c", _CHILD], check=False)


def shell() -> None:
    """A shell is asked for it."""
    os.system(f"exec {sys.executable} -I -S -c '{_CHILD.replace(chr(39), chr(34))}'")


def native() -> None:
    """libc is called directly, past Python's socket module."""
    libc = ctypes.CDLL(None)
    sock = libc.socket(2, 2, 0)
    address = b"\x02\x00" + _PORT.to_bytes(2, "big") + socket.inet_aton(_ELSEWHERE) + bytes(8)
    libc.sendto(sock, b"1 picture", 9, 0, address, len(address))
    libc.close(sock)


def unseen() -> None:
    """The same through a door that CPython reports to nobody: another library that calls C."""
    ffi = cffi.FFI()
    ffi.cdef("int socket(int, int, int); long sendto(int, const void *, size_t, int, const void *, unsigned);")
    address = b"\x02\x00" + _PORT.to_bytes(2, "big") + socket.inet_aton(_ELSEWHERE) + bytes(8)
    libc: Any = ffi.dlopen(None)
    libc.sendto(libc.socket(2, 2, 0), b"1 picture", 9, 0, address, len(address))


def spawned() -> None:
    """multiprocessing starts a fresh interpreter, which CPython reports to no audit hook."""
    process = multiprocessing.get_context("spawn").Process(target=connection)
    process.start()
    process.join()


def _connect(host: str) -> None:
    with socket.socket() as sock:
        sock.settimeout(_SILENCE_S)
        sock.connect_ex((host, _PORT))


STRAYS: tuple[Callable[[], None], ...] = (
    look_up, connection, connection_6, datagram, loopback, web, raw, program, another_python, shell, native, spawned,
    unseen,
)  # fmt: skip


def main(manner: str) -> None:
    """Try every one of them."""
    traveller = Traveller()
    if manner == "guarded":
        egress.install()
    for stray in STRAYS:
        with traveller.journey(f"{manner}: {stray.__name__}") as facts:
            try:
                stray()
            except EgressRefused:
                facts["refused"] = True
            except OSError as error:  # urllib wraps whatever stopped it, and an unguarded packet finds nobody
                facts["refused"] = isinstance(error.__context__, EgressRefused)


if __name__ == "__main__":
    main(sys.argv[1])
