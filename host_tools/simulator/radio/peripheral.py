"""The glasses' radio: a Bumble GATT server that does what NimBLE does for MicroPython's `bluetooth` on the board.

It is the board link's service "ble"; the other end is `standins/bluetooth.py`. The board hears of everything through
events, in the order in which it happened; a value written by the phone is stored before its event is even queued, and
nothing waits until the firmware has read it.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from bumble import att, core, hci, keys
from bumble.device import AdvertisingType, Connection, Device, DeviceConfiguration
from bumble.host import Host

from host_tools.simulator.boardlink import BoardErrno, Value
from host_tools.simulator.radio.adapter import hang_up
from host_tools.simulator.radio.controller import RadioController
from host_tools.simulator.radio.gatt_table import GattTable, ServiceSpec
from host_tools.simulator.radio.link import PacedLink
from host_tools.simulator.radio.uuids import uuid_text

_LOG = logging.getLogger(__name__)

# Event codes of MicroPython's `bluetooth` module.
_IRQ_CENTRAL_CONNECT = 1
_IRQ_CENTRAL_DISCONNECT = 2
_IRQ_GATTS_WRITE = 3
_IRQ_GATTS_INDICATE_DONE = 20
_IRQ_MTU_EXCHANGED = 21
_NOTIFICATIONS, _INDICATIONS = 1, 2

_DEFAULT_MTU = 256
_LARGEST_MTU = 517
_LARGEST_ADVERTISEMENT_OCTETS = 31
_ATT_NOTIFY_HEADER_OCTETS = 3
_INDICATION_TIMED_OUT = 13  # BLE_HS_ETIMEOUT
_ADDRESS = "24:0A:C4:00:00:01"
_PUBLIC_MODE = 0
# Packets between gatts_notify and the air before NimBLE is out of buffers; 12 to 24 depending on the build.
NOTIFY_QUEUE_PACKETS = 16


class Board(Protocol):
    """What the peripheral needs of the board link."""

    on_detach: list[Callable[[], None]]

    def register(self, service: str, handler: object) -> None: ...
    def event(self, service: str, *values: Value) -> None: ...


class GattPeripheral:
    """Powered by the board: without a board process, or before `active(True)`, it is not on the air."""

    def __init__(self, link: PacedLink, board: Board, *, notify_queue_packets: int = NOTIFY_QUEUE_PACKETS) -> None:
        self._link = link
        self._board = board
        self._notify_queue_packets = notify_queue_packets
        self._device: Device | None = None
        self._table: GattTable | None = None
        self._controller: RadioController | None = None
        self._connections: dict[int, Connection] = {}
        self._advertisement = (b"", b"")
        self._own_address = hci.OwnAddressType.PUBLIC
        self._tasks: set[asyncio.Task[None]] = set()
        board.register("ble", self)
        board.on_detach.append(self.vanish)

    @property
    def connected(self) -> int:
        """Number of phones connected, as the board's radio sees it."""
        return len(self._connections)

    def vanish(self) -> None:
        """The board lost its power: nothing is said to anybody."""
        if self._controller is not None:
            self._link.vanish(self._controller)
        self._controller = self._device = self._table = None
        self._connections.clear()
        self._advertisement = (b"", b"")
        self._own_address = hci.OwnAddressType.PUBLIC

    # Power and configuration

    async def board_active(self, on: bool) -> None:
        if on and self._device is None:
            self._controller = RadioController("glasses", self._link, _ADDRESS)
            host = Host()
            host.controller = self._controller
            device = self._device = Device(config=DeviceConfiguration(name="MPY ESP32"), host=host)
            device.keystore = keys.MemoryKeyStore()
            device.gatt_server.max_mtu = _DEFAULT_MTU
            self._table = GattTable(device.gatt_server, self._link.stats, self._on_write)
            device.on(Device.EVENT_CONNECTION, self._on_connection)
            await device.power_on()
        elif not on and self._device is not None:
            for connection in list(self._connections.values()):
                await hang_up(connection)
            self.vanish()

    def board_set_mtu(self, mtu: int) -> None:
        if not att.ATT_DEFAULT_MTU <= mtu <= _LARGEST_MTU:
            raise BoardErrno(errno.EINVAL)
        self._powered().gatt_server.max_mtu = mtu

    def board_address(self) -> tuple[int, bytes]:
        device = self._powered()
        if self._own_address == hci.OwnAddressType.PUBLIC:
            return 0, bytes(hci.Address(_ADDRESS))[::-1]
        return 1, bytes(device.random_address)[::-1]

    async def board_set_address_mode(self, mode: int) -> None:
        """0: the public address. 1: a new random static one; EIO while advertising, as the controller disallows it."""
        device = self._powered()
        if mode == _PUBLIC_MODE:
            self._own_address = hci.OwnAddressType.PUBLIC
            return
        if device.is_advertising:
            raise BoardErrno(errno.EIO)
        device.random_address = hci.Address.generate_static_address()
        await device.send_command(  # pyright: ignore[reportUnknownMemberType]
            hci.HCI_LE_Set_Random_Address_Command(random_address=device.random_address)
        )
        self._own_address = hci.OwnAddressType.RANDOM

    def _powered(self) -> Device:
        if self._device is None:
            raise BoardErrno(errno.ENODEV)
        return self._device

    def _services(self) -> GattTable:
        if self._table is None:
            raise BoardErrno(errno.ENODEV)
        return self._table

    # Advertising and connections

    async def board_gap_advertise(
        self, interval_us: int | None, advertisement: bytes | None, response: bytes | None, connectable: bool
    ) -> None:
        """As documented: None for either data keeps that of the last call, None for the interval stops."""
        device = self._powered()
        if interval_us is None:
            await device.stop_advertising()
            return
        kept_advertisement, kept_response = self._advertisement
        self._advertisement = (
            kept_advertisement if advertisement is None else advertisement,
            kept_response if response is None else response,
        )
        if max(map(len, self._advertisement)) > _LARGEST_ADVERTISEMENT_OCTETS:
            raise BoardErrno(errno.EINVAL)
        kind = AdvertisingType.UNDIRECTED_CONNECTABLE_SCANNABLE if connectable else AdvertisingType.UNDIRECTED_SCANNABLE
        await device.start_advertising(
            kind,
            own_address_type=self._own_address,
            advertising_data=self._advertisement[0],
            scan_response_data=self._advertisement[1],
            advertising_interval_min=interval_us / 1000,
            advertising_interval_max=interval_us / 1000,
        )

    def board_gap_disconnect(self, handle: int) -> bool:
        connection = self._connections.get(handle)
        if connection is None:
            return False
        self._in_background(hang_up(connection))
        return True

    def _on_connection(self, connection: Connection) -> None:
        handle = connection.handle
        peer = (0 if connection.peer_address.is_public else 1, bytes(connection.peer_address)[::-1])
        self._connections[handle] = connection

        def on_disconnection(_reason: int) -> None:
            if self._connections.pop(handle, None) is not None:
                self._board.event("ble", _IRQ_CENTRAL_DISCONNECT, handle, *peer)

        connection.on(connection.EVENT_DISCONNECTION, on_disconnection)
        connection.on(
            connection.EVENT_CONNECTION_ATT_MTU_UPDATE,
            lambda: self._board.event("ble", _IRQ_MTU_EXCHANGED, handle, connection.att_mtu),
        )
        self._board.event("ble", _IRQ_CENTRAL_CONNECT, handle, *peer)

    def _connection(self, handle: int) -> Connection:
        self._powered()
        try:
            return self._connections[handle]
        except KeyError:
            raise BoardErrno(errno.ENOTCONN) from None

    # GATT server

    def board_gatts_register_services(self, services: tuple[ServiceSpec, ...]) -> tuple[tuple[int, ...], ...]:
        return self._services().replace(services)

    def board_gatts_set_buffer(self, handle: int, capacity: int, append: bool) -> None:
        self._services().buffer(handle).set_buffer(capacity, append)

    def board_gatts_read(self, handle: int) -> bytes:
        return self._services().buffer(handle).read_by_firmware()

    def board_gatts_write(self, handle: int, data: bytes, send_update: bool) -> None:
        table = self._services()
        table.buffer(handle).write_from_firmware(data)
        if not send_update:
            return
        for connection in list(self._connections.values()):
            wanted = table.subscription(connection, handle)
            if wanted & _NOTIFICATIONS:
                self.board_gatts_notify(connection.handle, handle, None)
            elif wanted & _INDICATIONS:
                self.board_gatts_indicate(connection.handle, handle, None)

    def board_gatts_notify(self, connection_handle: int, handle: int, data: bytes | None) -> None:
        """Send now or fail: OSError(ENOMEM) on the board when the buffers are full. Too long a value is cut, unsaid."""
        connection, value = self._outgoing(connection_handle, handle, data)
        stats, queue = self._link.stats, connection.data_packet_queue
        if queue is None or queue.pending >= self._notify_queue_packets:
            stats.enomem += 1
            raise BoardErrno(errno.ENOMEM)
        notification = att.ATT_Handle_Value_Notification(attribute_handle=handle, attribute_value=value)
        connection.device.gatt_server.send_gatt_pdu(connection, bytes(notification))
        stats.notified_bytes[uuid_text(self._services().attribute(handle).type)] += len(value)

    def board_gatts_indicate(self, connection_handle: int, handle: int, data: bytes | None) -> None:
        connection, value = self._outgoing(connection_handle, handle, data)
        self._in_background(self._indicate(connection, handle, value))

    def _outgoing(self, connection_handle: int, handle: int, data: bytes | None) -> tuple[Connection, bytes]:
        connection = self._connection(connection_handle)
        value = self._services().buffer(handle).value if data is None else data
        return connection, value[: connection.att_mtu - _ATT_NOTIFY_HEADER_OCTETS]

    async def _indicate(self, connection: Connection, handle: int, value: bytes) -> None:
        attribute = self._services().attribute(handle)
        status = 0
        try:
            await connection.device.gatt_server.indicate_subscriber(connection, attribute, value, force=True)
        except (TimeoutError, core.BaseBumbleError):
            status = _INDICATION_TIMED_OUT
        self._board.event("ble", _IRQ_GATTS_INDICATE_DONE, connection.handle, handle, status)

    def _on_write(self, connection_handle: int, handle: int) -> None:
        self._board.event("ble", _IRQ_GATTS_WRITE, connection_handle, handle)

    # Work that no call waits for

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _LOG.error("virtual radio: %r", task.exception())
