"""The radio as tests and the simulator hold it: the link, the glasses' end, the phones' socket, and the faults."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

from host_tools.simulator.radio.hci import HciServer
from host_tools.simulator.radio.link import PacedLink
from host_tools.simulator.radio.peripheral import NOTIFY_QUEUE_PACKETS, Board, GattPeripheral
from host_tools.simulator.radio.profiles import LinkProfile, profile_named
from host_tools.simulator.radio.stats import RadioStats


class VirtualRadio:
    """Create inside the event loop. Profiles: `profiles.PROFILES`."""

    def __init__(
        self, board: Board, profile: str = "instant", *, notify_queue_packets: int = NOTIFY_QUEUE_PACKETS
    ) -> None:
        self.link = PacedLink(profile_named(profile))
        self._peripheral = GattPeripheral(self.link, board, notify_queue_packets=notify_queue_packets)
        self._hci: HciServer | None = None

    @property
    def stats(self) -> RadioStats:
        """Counters since creation."""
        return self.link.stats

    @property
    def profile(self) -> LinkProfile:
        """The profile in force."""
        return self.link.profile

    @property
    def connected(self) -> int:
        """Number of phones connected to the glasses, as the glasses' radio sees it."""
        return self._peripheral.connected

    async def serve_hci(self, path: Path) -> None:
        """Let other processes attach phones at this unix socket."""
        self._hci = HciServer(self.link, path)
        await self._hci.start()

    async def close(self) -> None:
        """Take the glasses and the phones of other processes off the air."""
        self._peripheral.vanish()
        if self._hci is not None:
            await self._hci.close()
            self._hci = None

    def set_profile(self, name: str) -> None:
        """Change the link, also under connections that stand; raise `UnknownProfile`."""
        self.link.use(profile_named(name))

    def set_loss(self, fraction: float) -> None:
        """Lose this fraction of packets, which is sent again; ValueError outside [0, 1) and on an unpaced link."""
        if not 0 <= fraction < 1:
            raise ValueError(f"loss must be at least 0 and below 1, not {fraction}")
        if fraction and not self.profile.interval_ms:
            raise ValueError("only a paced link loses packets")
        self.link.use(dataclasses.replace(self.profile, loss=fraction))

    def set_latency(self, milliseconds: float) -> None:
        """Deliver everything this much later, in order."""
        self.link.use(dataclasses.replace(self.profile, latency_ms=milliseconds))

    def drop(self) -> None:
        """Both ends of every connection see it end now."""
        self.link.drop()

    def drop_after(self, octets: int) -> None:
        """Drop instead of carrying the packet that would exceed `octets` of data from now on; both directions count."""
        self.link.drop_after(octets)

    def set_out_of_range(self, out_of_range: bool) -> None:
        """Silence everything, advertisements too; connections die at their supervision timeout."""
        self.link.set_out_of_range(out_of_range)

    async def fade(self, seconds: float) -> None:
        """Out of range for a while."""
        self.set_out_of_range(True)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.set_out_of_range(False)
