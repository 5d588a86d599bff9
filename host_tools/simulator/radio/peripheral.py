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
from bumble.gatt import Characteristic, Descriptor, Service
from bumble.host import Host

from host_tools.simulator.boardlink import BoardErrno, Value
from host_tools.simulator.radio.adapter import hang_up
from host_tools.simulator.radio.attributes import AttributeBuffer
from host_tools.simulator.radio.controller import RadioController
from host_tools.simulator.radio.link import PacedLink
from host_tools.simulator.radio.uuids import uuid_text

_LOG = logging.getLogger(__name__)

# Event codes and flags of MicroPython's `bluetooth` module.
_IRQ_CENTRAL_CONNECT = 1
_IRQ_CENTRAL_DISCONNECT = 2
_IRQ_GATTS_WRITE = 3
_IRQ_GATTS_INDICATE_DONE = 20
_IRQ_MTU_EXCHANGED = 21
_FLAG_READ = 0x02
_FLAG_ANY_WRITE = 0x04 | 0x08
_PROPERTY_FLAGS = 0xFF
_SECURITY_FLAGS = 0x7E00

_DEFAULT_MTU = 256
_LARGEST_MTU = 517
_ATT_NOTIFY_HEADER_OCTETS = 3
_INDICATION_FAILED = 13  # BLE_HS_ETIMEOUT
_ADDRESS = "24:0A:C4:00:00:01"
# Packets between gatts_notify and the air before NimBLE is out of buffers; 12 to 24 depending on the build.
NOTIFY_QUEUE_PACKETS = 16

_DescriptorSpec = tuple[bytes, int]
_CharacteristicSpec = tuple[bytes, int, tuple[_DescriptorSpec, ...]]
_ServiceSpec = tuple[bytes, tuple[_CharacteristicSpec, ...]]


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
        self._controller: RadioController | None = None
        self._connections: dict[int, Connection] = {}
        self._buffers: dict[int, AttributeBuffer] = {}
        self._attributes: dict[int, Characteristic[bytes] | Descriptor] = {}
        self._built_in: list[att.Attribute[bytes]] = []
        self._advertisement = (b"", b"")
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
        self._forget()

    def _forget(self) -> None:
        self._device = None
        self._controller = None
        for kept in (self._connections, self._buffers, self._attributes):
            kept.clear()
        self._advertisement = (b"", b"")

    # Power and configuration

    async def board_active(self, on: bool) -> None:
        if on and self._device is None:
            self._controller = RadioController("glasses", self._link, _ADDRESS)
            host = Host()
            host.controller = self._controller
            self._device = Device(config=DeviceConfiguration(name="MPY ESP32"), host=host)
            self._device.keystore = keys.MemoryKeyStore()
            self._device.gatt_server.max_mtu = _DEFAULT_MTU
            self._built_in = list(self._device.gatt_server.attributes)
            self._device.on(Device.EVENT_CONNECTION, self._on_connection)
            await self._device.power_on()
        elif not on and self._device is not None:
            for connection in list(self._connections.values()):
                await hang_up(connection)
            self.vanish()

    def board_set_mtu(self, mtu: int) -> None:
        if not att.ATT_DEFAULT_MTU <= mtu <= _LARGEST_MTU:
            raise BoardErrno(errno.EINVAL)
        self._powered().gatt_server.max_mtu = mtu

    def board_address(self) -> tuple[int, bytes]:
        self._powered()
        return 0, bytes(hci.Address(_ADDRESS))[::-1]

    def _powered(self) -> Device:
        if self._device is None:
            raise BoardErrno(errno.ENODEV)
        return self._device

    # Advertising and connections

    async def board_gap_advertise(
        self, interval_us: int | None, advertisement: bytes | None, response: bytes | None, connectable: bool
    ) -> None:
        """As documented: None for either data keeps that of the last call. Only connectable advertising is modelled."""
        device = self._powered()
        if interval_us is None:
            await device.stop_advertising()
            return
        if not connectable:
            raise BoardErrno(errno.EOPNOTSUPP)
        kept_advertisement, kept_response = self._advertisement
        self._advertisement = (
            kept_advertisement if advertisement is None else advertisement,
            kept_response if response is None else response,
        )
        if max(map(len, self._advertisement)) > 31:
            raise BoardErrno(errno.EINVAL)
        await device.start_advertising(
            AdvertisingType.UNDIRECTED_CONNECTABLE_SCANNABLE,
            own_address_type=hci.OwnAddressType.PUBLIC,
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

    # GATT server

    def board_gatts_register_services(self, services: tuple[_ServiceSpec, ...]) -> tuple[tuple[int, ...], ...]:
        """Replace all services; return the value handles of each, descriptors behind their characteristic."""
        server = self._powered().gatt_server
        server.attributes = list(self._built_in)
        server.attributes_by_handle.clear()
        self._buffers.clear()
        self._attributes.clear()
        return tuple(self._register(*service) for service in services)

    def _register(self, uuid: bytes, specs: tuple[_CharacteristicSpec, ...]) -> tuple[int, ...]:
        attributes: list[tuple[Characteristic[bytes] | Descriptor, int]] = []
        characteristics: list[Characteristic[bytes]] = []
        for characteristic_uuid, flags, descriptor_specs in specs:
            if flags & _SECURITY_FLAGS:
                # Bonds are not modelled: refusing is better than pretending that the value is protected.
                raise BoardErrno(errno.EOPNOTSUPP)
            descriptors = [Descriptor(core.UUID.from_bytes(each), 0) for each, _ in descriptor_specs]
            properties = Characteristic.Properties(flags & _PROPERTY_FLAGS)
            characteristic = Characteristic[bytes](
                core.UUID.from_bytes(characteristic_uuid), properties, 0, b"", descriptors
            )
            characteristics.append(characteristic)
            attributes.append((characteristic, flags))
            attributes += zip(descriptors, (flags for _, flags in descriptor_specs), strict=True)
        self._powered().gatt_server.add_service(Service(core.UUID.from_bytes(uuid), characteristics))
        for attribute, flags in attributes:
            self._serve_value(attribute, flags)
        return tuple(attribute.handle for attribute, _ in attributes)

    def _serve_value(self, attribute: Characteristic[bytes] | Descriptor, flags: int) -> None:
        """Answer the phone for one attribute. Bumble does not look at the permission flags, so this does."""
        handle, name = attribute.handle, uuid_text(attribute.type)
        buffer = self._buffers[handle] = AttributeBuffer()
        self._attributes[handle] = attribute

        def read(_connection: Connection) -> bytes:
            if not flags & _FLAG_READ:
                raise att.ATT_Error(att.ATT_READ_NOT_PERMITTED_ERROR, handle)
            return buffer.value

        def write(connection: Connection, value: bytes) -> None:
            if not flags & _FLAG_ANY_WRITE:
                raise att.ATT_Error(att.ATT_WRITE_NOT_PERMITTED_ERROR, handle)
            loss = buffer.write_from_phone(value)
            stats = self._link.stats
            stats.written_bytes[name] += len(value)
            if loss.total:
                stats.overruns[name] += 1
                stats.lost_bytes[name] += loss.total
            self._board.event("ble", _IRQ_GATTS_WRITE, connection.handle, handle)

        attribute.value = att.AttributeValue(read, write)

    def _buffer(self, handle: int) -> AttributeBuffer:
        self._powered()
        try:
            return self._buffers[handle]
        except KeyError:
            raise BoardErrno(errno.EINVAL) from None

    def _connection(self, handle: int) -> Connection:
        self._powered()
        try:
            return self._connections[handle]
        except KeyError:
            raise BoardErrno(errno.ENOTCONN) from None

    def board_gatts_read(self, handle: int) -> bytes:
        return self._buffer(handle).read_by_firmware()

    def board_gatts_write(self, handle: int, data: bytes, send_update: bool) -> None:
        self._buffer(handle).write_from_firmware(data)
        if not send_update:
            return
        for connection in list(self._connections.values()):
            subscription = self._powered().gatt_server.subscribers.get(connection, {}).get(handle, b"\0\0")
            if subscription[0] & 1:
                self.board_gatts_notify(connection.handle, handle, None)
            elif subscription[0] & 2:
                self.board_gatts_indicate(connection.handle, handle, None)

    def board_gatts_set_buffer(self, handle: int, capacity: int, append: bool) -> None:
        self._buffer(handle).set_buffer(capacity, append)

    def board_gatts_notify(self, connection_handle: int, handle: int, data: bytes | None) -> None:
        """Send now or fail: OSError(ENOMEM) on the board when the buffers are full. Too long a value is cut, unsaid."""
        connection, value = self._outgoing(connection_handle, handle, data)
        queue = connection.data_packet_queue
        if queue is None or queue.pending >= self._notify_queue_packets:
            self._link.stats.enomem += 1
            raise BoardErrno(errno.ENOMEM)
        notification = att.ATT_Handle_Value_Notification(attribute_handle=handle, attribute_value=value)
        self._powered().gatt_server.send_gatt_pdu(connection, bytes(notification))
        self._link.stats.notified_bytes[uuid_text(self._attributes[handle].type)] += len(value)

    def board_gatts_indicate(self, connection_handle: int, handle: int, data: bytes | None) -> None:
        connection, value = self._outgoing(connection_handle, handle, data)
        self._in_background(self._indicate(connection, handle, value))

    def _outgoing(self, connection_handle: int, handle: int, data: bytes | None) -> tuple[Connection, bytes]:
        connection = self._connection(connection_handle)
        value = self._buffer(handle).value if data is None else data
        return connection, value[: connection.att_mtu - _ATT_NOTIFY_HEADER_OCTETS]

    async def _indicate(self, connection: Connection, handle: int, value: bytes) -> None:
        status = 0
        try:
            server = connection.device.gatt_server
            await server.indicate_subscriber(connection, self._attributes[handle], value, force=True)
        except (TimeoutError, core.BaseBumbleError):
            status = _INDICATION_FAILED
        self._board.event("ble", _IRQ_GATTS_INDICATE_DONE, connection.handle, handle, status)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _LOG.error("virtual radio: %r", task.exception())
