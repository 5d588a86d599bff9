"""The Bluetooth adapter of one virtual phone: a Bumble central, on the link itself or behind an HCI socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakError
from bumble import core, hci, keys
from bumble.device import Advertisement, Connection, Device, DeviceConfiguration
from bumble.host import Host
from bumble.transport.common import Transport, TransportLostError
from bumble.transport.unix import open_unix_client_transport

from host_tools.simulator.radio.controller import RadioController, new_phone_address
from host_tools.simulator.radio.link import PacedLink
from host_tools.simulator.radio.profiles import PROFILES

_DEFAULT_MTU = PROFILES["phone_30ms"].mtu
_POWER_ON_S = 5.0
# Asked of the controller after connecting, as phones do; the link's profile may grant less.
_DATA_LENGTH_OCTETS = 251
_DATA_LENGTH_US = 2120

AdvertisementListener = Callable[[Advertisement], None]


class VirtualAdapter:
    """One phone's radio. Exactly one of `link` (same process) and `hci_socket` (another one) says where it is attached.

    `mtu` is what the phone asks for; without it the link's profile says, and behind a socket 247.
    """

    def __init__(
        self, link: PacedLink | None = None, hci_socket: Path | str | None = None, *, mtu: int | None = None
    ) -> None:
        if (link is None) == (hci_socket is None):
            raise ValueError("an adapter needs either a link or an HCI socket")
        self._link = link
        self._hci_socket = hci_socket
        self._mtu = mtu
        self._device: Device | None = None
        self._transport: Transport | None = None
        self._controller: RadioController | None = None
        self._power_lock = asyncio.Lock()
        self._connect_lock = asyncio.Lock()
        self._scanners: dict[AdvertisementListener, bool] = {}
        self._abandoned: set[asyncio.Task[None]] = set()

    @property
    def mtu(self) -> int:
        """The ATT MTU this phone asks for."""
        if self._mtu is not None:
            return self._mtu
        return _DEFAULT_MTU if self._link is None else self._link.profile.mtu

    async def device(self) -> Device:
        """Return the powered central; raise `BleakBluetoothNotAvailableError` when nothing answers at the socket."""
        async with self._power_lock:
            if self._device is None:
                try:
                    self._device = await asyncio.wait_for(self._power_on(), _POWER_ON_S)
                except (OSError, TimeoutError, TransportLostError) as error:
                    await self._detach()
                    raise BleakBluetoothNotAvailableError(
                        f"no virtual radio at {self._hci_socket}", BleakBluetoothNotAvailableReason.NO_BLUETOOTH
                    ) from error
            return self._device

    async def close(self) -> None:
        """Hang up every connection and leave the link; the adapter can be used again afterwards."""
        device = self._device
        if device is not None:
            for connection in list(device.connections.values()):
                await hang_up(connection)
        await self._detach()

    # Scanning

    async def start_scanning(self, listener: AdvertisementListener, *, active: bool) -> None:
        """Report advertisements to `listener`; scanners share the radio, which is active if any of them is."""
        self._scanners[listener] = active
        await self._apply_scanning()

    async def stop_scanning(self, listener: AdvertisementListener) -> None:
        """Stop reporting to `listener`."""
        if self._scanners.pop(listener, None) is not None:
            await self._apply_scanning()

    async def _apply_scanning(self) -> None:
        device = await self.device()
        if device.is_scanning:
            await device.stop_scanning()
        if self._scanners:
            await device.start_scanning(active=any(self._scanners.values()), filter_duplicates=False)

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        for listener in list(self._scanners):
            listener(advertisement)

    # Connecting

    async def connect(self, address: hci.Address, timeout_s: float) -> Connection:
        """Connect, one attempt at a time; raise TimeoutError, or BleakError when the radio refuses."""
        device = await self.device()
        attempt = asyncio.create_task(self._attempt(device, address, timeout_s))
        try:
            return await asyncio.shield(attempt)
        except asyncio.CancelledError:
            # Bumble must see the end of its attempt, or it would mistake a late success for one of the next.
            cleanup = asyncio.create_task(self._abandon(device, attempt))
            self._abandoned.add(cleanup)
            cleanup.add_done_callback(self._abandoned.discard)
            raise
        except core.TimeoutError as error:
            raise TimeoutError from error
        except core.BaseBumbleError as error:
            raise BleakError(f"failed to connect to {address}: {error}") from error

    async def _attempt(self, device: Device, address: hci.Address, timeout_s: float) -> Connection:
        async with self._connect_lock:
            connection = await device.connect(address, own_address_type=hci.OwnAddressType.PUBLIC, timeout=timeout_s)
        await connection.set_data_length(_DATA_LENGTH_OCTETS, _DATA_LENGTH_US)
        await connection.set_phy(tx_phys=[hci.Phy.LE_2M], rx_phys=[hci.Phy.LE_2M])
        return connection

    async def _abandon(self, device: Device, attempt: asyncio.Task[Connection]) -> None:
        """End an attempt nobody waits for any more, whether it is queued, under way or just succeeded."""
        if device.is_le_connecting:
            await device.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())  # pyright: ignore[reportUnknownArgumentType]
        (outcome,) = await asyncio.gather(attempt, return_exceptions=True)
        if isinstance(outcome, Connection):
            await hang_up(outcome)

    # Power

    async def _power_on(self) -> Device:
        host = Host()
        if self._link is not None:
            self._controller = RadioController("phone", self._link, new_phone_address())
            host.controller = self._controller
        else:
            self._transport = await open_unix_client_transport(str(self._hci_socket))
            host.set_packet_source(self._transport.source)
            host.set_packet_sink(self._transport.sink)
        device = Device(config=DeviceConfiguration(name="Virtual phone"), host=host)
        device.keystore = keys.MemoryKeyStore()
        await device.power_on()
        device.on(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        device.on(Device.EVENT_FLUSH, self._on_radio_lost)
        return device

    def _on_radio_lost(self) -> None:
        """The simulator at the other end of the HCI socket is gone; the next use tries again."""
        self._device = None
        self._scanners.clear()

    async def _detach(self) -> None:
        self._device = None
        self._scanners.clear()
        if self._transport is not None:
            await self._transport.close()
            self._transport = None
        if self._controller is not None and self._link is not None:
            self._link.vanish(self._controller)
            self._controller = None


async def hang_up(connection: Connection) -> None:
    """Disconnect; a connection that is already gone counts as disconnected."""
    try:
        await connection.disconnect()
    except (core.BaseBumbleError, hci.HCI_Error):
        if connection.handle in connection.device.connections:
            raise
