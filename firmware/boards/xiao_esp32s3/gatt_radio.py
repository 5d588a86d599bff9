"""Thin driver on `bluetooth.BLE`: one service, its handles, and events passed on as they come."""

import bluetooth
from micropython import const
from plainsight import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.bearer_ble import BleBearer

_IRQ_CENTRAL_CONNECT = const(1)
_IRQ_CENTRAL_DISCONNECT = const(2)
_IRQ_GATTS_WRITE = const(3)
_IRQ_MTU_EXCHANGED = const(21)
_INTERVAL_US = const(100_000)
_MTU = const(498)  # packets of 495 bytes fill whole link-layer packets of 251
_RX_BYTES = const(512)
# A random address without a key. Not a resolvable one (2): NimBLE makes those with a key that is the same everywhere
# unless bonds are stored, so that anybody could resolve them, and it renews them when it likes.
_RANDOM_ADDRESS = const(1)


class GattRadio:
    """The Bluetooth peripheral of the glasses."""

    def __init__(self):
        self._ble = bluetooth.BLE()
        self._tx = 0
        self._credit = 0
        self._slots = {}
        self._events: BleBearer | None = None

    def start(self, events: "BleBearer") -> None:
        """Switch the radio on; `events` gets on_connect, on_disconnect, on_packet and on_mtu, in interrupts."""
        ble = self._ble
        self._events = events
        ble.active(True)
        ble.config(mtu=_MTU)
        ble.irq(self._irq)
        characteristics = (
            (bluetooth.UUID(wire.TX_UUID), bluetooth.FLAG_NOTIFY),
            (bluetooth.UUID(wire.CREDIT_UUID), bluetooth.FLAG_NOTIFY),
        ) + tuple((bluetooth.UUID(uuid), bluetooth.FLAG_WRITE_NO_RESPONSE) for uuid in wire.RX_UUIDS)
        (handles,) = ble.gatts_register_services(((bluetooth.UUID(wire.SERVICE_UUID), characteristics),))
        self._tx, self._credit = handles[:2]
        for slot, handle in enumerate(handles[2:]):
            self._slots[handle] = slot
            ble.gatts_set_buffer(handle, _RX_BYTES, False)  # appending would cut off what does not fit, unsaid

    def advertise(self, data: bytes, response: bytes, connectable: bool) -> None:
        """Broadcast this from now on. Raises OSError."""
        self._ble.gap_advertise(_INTERVAL_US, data, resp_data=response, connectable=connectable)

    def renew_address(self) -> None:
        """Take a new random address; the advertisement stops. Raises OSError."""
        self._ble.gap_advertise(None)  # pyright: ignore[reportArgumentType] - documented: None stops it
        try:
            self._ble.config(addr_mode=_RANDOM_ADDRESS)
        except ValueError:
            pass  # this build has the public address only

    def stop(self) -> None:
        """Switch the radio off; whoever is connected is cut off."""
        self._ble.active(False)

    def notify_tx(self, connection: int, data: bytes | bytearray | memoryview) -> None:
        """Send one packet of the stream. Raises OSError: ENOMEM (12) where the queue is full."""
        self._ble.gatts_notify(connection, self._tx, data)  # pyright: ignore[reportCallIssue] - the stub leaves out self

    def notify_credit(self, connection: int, data: bytes | bytearray | memoryview) -> None:
        """Send one credit. Raises OSError like notify_tx."""
        self._ble.gatts_notify(connection, self._credit, data)  # pyright: ignore[reportCallIssue] - as above

    def disconnect(self, connection: int) -> None:
        """Hang up. Raises OSError where it is gone."""
        self._ble.gap_disconnect(connection)  # pyright: ignore[reportArgumentType] - a handle is a number

    def _irq(self, event: int, data: tuple) -> None:
        if self._events is None:
            return
        if event == _IRQ_GATTS_WRITE:
            slot = self._slots.get(data[1])
            if slot is not None:
                self._events.on_packet(data[0], slot, self._ble.gatts_read(data[1]))
        elif event == _IRQ_CENTRAL_CONNECT:
            self._events.on_connect(data[0])
        elif event == _IRQ_CENTRAL_DISCONNECT:
            self._events.on_disconnect(data[0])
        elif event == _IRQ_MTU_EXCHANGED:
            self._events.on_mtu(data[0], data[1])
