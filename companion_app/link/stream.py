"""The contract of a bearer: a byte stream to the glasses."""

from __future__ import annotations

from typing import Protocol


class ByteStream(Protocol):
    """Bytes in order, none lost, until `LinkLost`."""

    @property
    def mtu(self) -> int:
        """Bytes of one radio packet's attribute value plus its 3-byte header."""
        ...

    @property
    def bytes_in(self) -> int:
        """Bytes received so far."""
        ...

    async def send(self, data: bytes) -> None:
        """Hand over all of `data`. Raises LinkLost, LinkSilent."""
        ...

    async def receive(self) -> bytes:
        """At least one byte. Raises LinkLost."""
        ...

    async def close(self) -> None:
        """End the link; may be called again."""
        ...
