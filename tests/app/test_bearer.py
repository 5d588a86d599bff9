"""The bearer on a scripted Bleak: four characteristics in turn, credits, nothing lost, and an end to everything."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from bleak.backends.device import BLEDevice
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
)
from hypothesis import given
from hypothesis import strategies as st
from plainsight import wire

from companion_app.link import ble_bearer
from companion_app.link.ble_bearer import BleBearer, CreditWindow
from companion_app.link.errors import (
    ConnectFailed,
    LinkLost,
    LinkSilent,
    NoRadio,
    NotGlasses,
    ProtocolBroken,
    RadioDenied,
    RadioFailed,
    RadioOff,
)
from companion_app.link.radio_errors import radio_errors

DEVICE = BLEDevice("00:11:22:33:44:55", "glasses", None)


class FakeBleak:
    """What the bearer needs of a BleakClient."""

    instances: list[FakeBleak] = []  # noqa: RUF012 the newest is the one in use
    missing: str | None = None
    packet_bytes = 244
    connect_error: Exception | None = None
    hang: str | None = None

    def __init__(self, device: BLEDevice, disconnected_callback: Callable[[FakeBleak], None], timeout: float) -> None:
        self.lost = lambda: disconnected_callback(self)
        self.writes: list[tuple[str, bytes]] = []
        self.notify: dict[str, Callable[[Any, bytearray], None]] = {}
        self.subscribed: list[str] = []
        self.connected = False
        self.disconnects = 0
        self.write_error: Exception | None = None
        self.services = self
        FakeBleak.instances.append(self)

    async def connect(self) -> None:
        if FakeBleak.connect_error is not None:
            raise FakeBleak.connect_error
        if FakeBleak.hang == "connect":
            await asyncio.Event().wait()
        self.connected = True

    async def disconnect(self) -> None:
        self.disconnects += 1
        self.connected = False
        self.lost()

    def get_characteristic(self, uuid: str) -> object:
        if uuid == FakeBleak.missing:
            return None
        return SimpleNamespace(uuid=uuid, max_write_without_response_size=FakeBleak.packet_bytes)

    async def start_notify(self, characteristic: Any, callback: Callable[[Any, bytearray], None]) -> None:
        self.subscribed.append(characteristic.uuid)
        self.notify[characteristic.uuid] = callback

    async def write_gatt_char(self, characteristic: Any, data: bytes, response: bool) -> None:
        assert not response
        if self.write_error is not None:
            raise self.write_error
        self.writes.append((characteristic.uuid, data))

    def give_credit(self, taken: int) -> None:
        self.notify[wire.CREDIT_UUID](None, bytearray(struct.pack("<I", taken)))

    def send(self, data: bytes) -> None:
        self.notify[wire.TX_UUID](None, bytearray(data))


@pytest.fixture(autouse=True)
def bleak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ble_bearer, "BleakClient", FakeBleak)
    for name, value in {
        "instances": [],
        "missing": None,
        "packet_bytes": 244,
        "connect_error": None,
        "hang": None,
    }.items():
        monkeypatch.setattr(FakeBleak, name, value)


async def opened() -> tuple[BleBearer, FakeBleak]:
    return await BleBearer.open(DEVICE), FakeBleak.instances[-1]


async def test_credit_is_subscribed_before_data_so_that_none_is_missed() -> None:
    _, bleak = await opened()
    assert bleak.subscribed == [wire.CREDIT_UUID, wire.TX_UUID]


@pytest.mark.parametrize(("packet_bytes", "mtu"), [(244, 247), (20, 23), (514, 515)])
async def test_the_mtu_is_the_characteristics(packet_bytes: int, mtu: int) -> None:
    FakeBleak.packet_bytes = packet_bytes
    bearer, _ = await opened()
    assert bearer.mtu == mtu


async def test_packets_go_to_the_slots_in_turn_and_wait_for_credit(until: Any) -> None:
    bearer, bleak = await opened()
    data = bytes(range(256)) * 8
    sending = asyncio.create_task(bearer.send(data))
    await until(lambda: len(bleak.writes) == 4)
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(bleak.writes) == 4
    bleak.give_credit(2)
    await until(lambda: len(bleak.writes) == 6)
    bleak.give_credit(4)
    bleak.give_credit(6)
    await sending
    assert [uuid for uuid, _ in bleak.writes] == [wire.RX_UUIDS[index % 4] for index in range(9)]
    assert b"".join(packet for _, packet in bleak.writes) == data
    assert [len(packet) for _, packet in bleak.writes] == [244] * 8 + [2048 - 8 * 244]


async def test_two_senders_do_not_mix(until: Any) -> None:
    bearer, bleak = await opened()
    both = asyncio.gather(bearer.send(b"a" * 1000), bearer.send(b"b" * 1000))
    for taken in range(1, 11):
        await until(lambda taken=taken: len(bleak.writes) >= taken)
        bleak.give_credit(taken)
    await both
    assert b"".join(packet for _, packet in bleak.writes) == b"a" * 1000 + b"b" * 1000


async def test_bytes_come_in_order_and_are_counted() -> None:
    bearer, bleak = await opened()
    bleak.send(b"one")
    bleak.send(b"two")
    assert await bearer.receive() == b"onetwo"
    waiting = asyncio.create_task(bearer.receive())
    await asyncio.sleep(0)
    bleak.send(b"three")
    assert await waiting == b"three"
    assert bearer.bytes_in == 11


async def test_what_arrived_before_a_loss_is_still_given_out() -> None:
    bearer, bleak = await opened()
    bleak.send(b"last words")
    bleak.lost()
    assert await bearer.receive() == b"last words"
    with pytest.raises(LinkLost):
        await bearer.receive()
    with pytest.raises(LinkLost):
        await bearer.send(b"x")


async def test_a_loss_wakes_reader_and_sender(until: Any) -> None:
    bearer, bleak = await opened()
    reading, sending = asyncio.create_task(bearer.receive()), asyncio.create_task(bearer.send(bytes(2000)))
    await until(lambda: len(bleak.writes) == 4)
    bleak.lost()
    for task in (reading, sending):
        with pytest.raises(LinkLost):
            await task


async def test_a_peer_that_stops_taking_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ble_bearer, "_CREDIT_S", 0.05)
    bearer, _ = await opened()
    with pytest.raises(LinkSilent):
        await bearer.send(bytes(2000))


async def test_a_peer_that_floods_is_cut_off() -> None:
    bearer, bleak = await opened()
    for _ in range(4 * wire.MAX_WINDOW // 512 + 1):
        bleak.send(bytes(512))
    await bearer.receive()
    with pytest.raises(ProtocolBroken) as raised:
        await bearer.receive()
    assert raised.value.breach == "flood"


@pytest.mark.parametrize("value", [b"", b"\x01", bytes(5), struct.pack("<I", 1), struct.pack("<I", 0xFFFFFFFF)])
async def test_credit_for_what_was_not_sent_is_a_breach(value: bytes) -> None:
    bearer, bleak = await opened()
    bleak.notify[wire.CREDIT_UUID](None, bytearray(value))
    with pytest.raises(ProtocolBroken):
        await bearer.receive()


async def test_credit_that_runs_back_is_a_breach(until: Any) -> None:
    bearer, bleak = await opened()
    await bearer.send(bytes(3 * 244))
    bleak.give_credit(2)
    bleak.give_credit(1)
    with pytest.raises(ProtocolBroken):
        await bearer.send(b"x")


@given(st.lists(st.integers(0, 4), max_size=60), st.integers(0, 3))
def test_never_more_than_four_packets_are_under_way(takes: list[int], wrap: int) -> None:
    window = CreditWindow(4)
    window._sent = window._taken = wrap * 0x40000000
    sent = taken = window._sent
    for take in takes:
        while window.open:
            assert window.next_slot() == sent % 4
            sent += 1
        assert sent - taken == 4
        taken += take
        window.credit(struct.pack("<I", taken & 0xFFFFFFFF))


@pytest.mark.parametrize("missing", [wire.TX_UUID, wire.CREDIT_UUID, wire.RX_UUIDS[3]])
async def test_a_device_without_the_service_is_no_pair_of_glasses(missing: str) -> None:
    FakeBleak.missing = missing
    with pytest.raises(NotGlasses) as raised:
        await opened()
    assert raised.value.missing == missing
    assert FakeBleak.instances[-1].disconnects == 1


async def test_a_connection_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ble_bearer, "_CONNECT_S", 0.05)
    FakeBleak.hang = "connect"
    with pytest.raises(ConnectFailed):
        await opened()
    assert FakeBleak.instances[-1].disconnects == 1


async def test_a_cancelled_opening_disconnects() -> None:
    FakeBleak.hang = "connect"
    opening = asyncio.create_task(BleBearer.open(DEVICE))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.wait([opening])
    assert opening.cancelled()
    assert FakeBleak.instances[-1].disconnects == 1


async def test_a_failed_write_is_the_radios_error() -> None:
    bearer, bleak = await opened()
    bleak.write_error = BleakError("not connected")
    with pytest.raises(RadioFailed):
        await bearer.send(b"x")


async def test_closing_twice_and_after_a_loss_is_quiet() -> None:
    bearer, bleak = await opened()
    bleak.lost()
    await bearer.close()
    await bearer.close()
    with pytest.raises(LinkLost):
        await bearer.receive()


# The radio's own errors


def unavailable(reason: BleakBluetoothNotAvailableReason) -> Exception:
    return BleakBluetoothNotAvailableError("words", reason)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (FileNotFoundError(2, "No such file or directory"), NoRadio),
        (ConnectionRefusedError(111, "refused"), NoRadio),
        (BleakError("No Bluetooth adapters found."), NoRadio),
        (BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", []), NoRadio),
        (BleakDBusError("org.freedesktop.DBus.Error.UnknownObject", []), NoRadio),
        (BleakDBusError("org.bluez.Error.Failed", ["x"]), RadioFailed),
        (unavailable(BleakBluetoothNotAvailableReason.NO_BLUETOOTH), NoRadio),
        (unavailable(BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE), NoRadio),
        (unavailable(BleakBluetoothNotAvailableReason.UNKNOWN), NoRadio),
        (unavailable(BleakBluetoothNotAvailableReason.POWERED_OFF), RadioOff),
        (unavailable(BleakBluetoothNotAvailableReason.DENIED_BY_USER), RadioDenied),
        (unavailable(BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM), RadioDenied),
        (unavailable(BleakBluetoothNotAvailableReason.DENIED_BY_UNKNOWN), RadioDenied),
        (BleakError("something else"), RadioFailed),
        (OSError(5, "io"), RadioFailed),
        (TimeoutError(), TimeoutError),
        (ZeroDivisionError(), ZeroDivisionError),
    ],
)
async def test_what_bleak_raises_becomes_the_apps_error(raised: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected), radio_errors():
        raise raised


async def test_connecting_without_a_radio_says_so() -> None:
    FakeBleak.connect_error = FileNotFoundError(2, "No such file or directory")
    with pytest.raises(NoRadio):
        await opened()
