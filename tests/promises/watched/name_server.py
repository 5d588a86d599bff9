"""A name server that knows a few names, and writes down every question."""

from __future__ import annotations

import asyncio
import ipaddress
import struct
from collections.abc import Mapping
from typing import cast

_A = 1
_ANSWER, _NO_SUCH_NAME = 0x8180, 0x8183
_HEAD_BYTES = 12


class NameServer(asyncio.DatagramProtocol):
    """Answers A for the names it knows, nothing for their other types, and "no such name" for the rest."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self.asked: list[str] = []
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's word that the socket is open."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """One question."""
        name, kind = question(data)
        self.asked.append(name)
        assert self._transport is not None
        self._transport.sendto(self._answer(data, name, kind), addr)

    def _answer(self, data: bytes, name: str, kind: int) -> bytes:
        asked = data[_HEAD_BYTES : _HEAD_BYTES + len(name) + 2 + 4]
        address = self._names.get(name)
        found = b""
        if address is not None and kind == _A:
            found = b"\xc0\x0c" + struct.pack("!HHIH", _A, 1, 1, 4) + ipaddress.ip_address(address).packed
        flags = _NO_SUCH_NAME if address is None else _ANSWER
        return data[:2] + struct.pack("!HHHHH", flags, 1, 1 if found else 0, 0, 0) + asked + found


def question(data: bytes) -> tuple[str, int]:
    """Name and type that a query asks for."""
    labels: list[str] = []
    at = _HEAD_BYTES
    while length := data[at]:
        labels.append(data[at + 1 : at + 1 + length].decode("ascii").lower())
        at += 1 + length
    (kind,) = struct.unpack_from("!H", data, at + 1)
    return ".".join(labels), kind
