"""An HCI socket at which other processes attach virtual phones: each connection gets its own controller on the link."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from bumble import hci
from bumble.transport.common import StreamPacketSource

from host_tools.simulator.radio.controller import RadioController, new_phone_address
from host_tools.simulator.radio.link import PacedLink

_LOG = logging.getLogger(__name__)


class _AttachedPhone(StreamPacketSource):
    """Bytes of one socket in, HCI packets into one controller; and back."""

    def __init__(self, link: PacedLink, phones: set[_AttachedPhone]) -> None:
        super().__init__()
        self._link = link
        self._phones = phones
        self._transport: asyncio.Transport | None = None
        self._controller = RadioController("phone", link, new_phone_address())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._phones.add(self)
        self._controller.set_packet_sink(self)
        self.set_packet_sink(self._controller)

    def on_packet(self, packet: bytes) -> None:
        """Controller to host."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(packet)

    def connection_lost(self, exc: Exception | None) -> None:
        """The process ended; its operating system would hang up for it."""
        _LOG.debug("phone left: %r", exc)
        self._phones.discard(self)
        for connection in list(self._controller.le_connections.values()):
            peer = self._link.peer_of(connection)
            if peer is not None:
                peer.controller.on_le_disconnected(peer, hci.HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR)
        self._link.vanish(self._controller)

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()


class HciServer:
    """Listens on a unix socket until closed."""

    def __init__(self, link: PacedLink, path: Path) -> None:
        self.path = path
        self._link = link
        self._phones: set[_AttachedPhone] = set()
        self._server: asyncio.Server | None = None

    @property
    def attached(self) -> int:
        """Number of phones attached."""
        return len(self._phones)

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(lambda: _AttachedPhone(self._link, self._phones), str(self.path))

    async def close(self) -> None:
        """Stop listening and detach every phone."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for phone in list(self._phones):
            phone.hang_up()
        self.path.unlink(missing_ok=True)
