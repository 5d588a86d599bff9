"""MicroPython's `bluetooth` on one end, unmodified Bleak code on the other, the virtual radio between them."""

from __future__ import annotations

import asyncio

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError

from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install
from host_tools.simulator.radio.profiles import PROFILES
from host_tools.simulator.radio.radio import VirtualRadio
from tests.unit.radio.stands import RX, SERVICE, TX, BoardProcess

PICTURE = bytes((n * n >> 3) & 0xFF for n in range(20_000))

FIRMWARE = """
import asyncio, bluetooth, struct
SERVICE, TX, RX = (bluetooth.UUID("7a1e%04x-7c4f-4c1b-9d3e-5a6b7c8d9e0f" % n) for n in (1, 2, 3))
PICTURE = bytes((n * n >> 3) & 0xFF for n in range(20_000))
ble = bluetooth.BLE()
ble.active(True)
ble.config(mtu=247)
((tx, rx),) = ble.gatts_register_services(((SERVICE, ((TX, bluetooth.FLAG_NOTIFY), (RX, 0x0C))),))
ble.gatts_set_buffer(rx, 244)
mtu, start, enomem = 23, None, 0
received = bytearray()

def advertise():
    ble.gap_advertise(20_000, b"\\x02\\x01\\x06\\x11\\x07" + bytes(SERVICE), resp_data=b"\\x06\\x09Board")

def on_event(code, data):
    global mtu, start
    print("event %02d" % code)
    if code == 21:
        mtu = data[1]
    elif code == 2:
        advertise()
    elif code == 3:
        value = ble.gatts_read(rx)
        if value[:4] == b"send":
            start = data[0], struct.unpack_from("<I", value, 4)[0]
        else:
            received.extend(value)
            print("received", len(received), sum(received))

async def send(connection, offset):
    global enomem
    while offset < len(PICTURE):
        piece = PICTURE[offset : offset + mtu - 7]
        try:
            ble.gatts_notify(connection, tx, struct.pack("<I", offset) + piece)
            offset += len(piece)
        except OSError as error:
            if error.errno == 12:
                enomem += 1
                await asyncio.sleep_ms(5)
            else:
                print("ended", error.errno)
                return
    print("sent", enomem)

async def main():
    global start
    ble.irq(on_event)
    advertise()
    while True:
        await asyncio.sleep_ms(2)
        if start is not None:
            job, start = start, None
            await send(*job)

asyncio.run(main())
"""


class Receiver:
    """Puts notified pieces where their offset says."""

    def __init__(self) -> None:
        self.picture = bytearray(len(PICTURE))
        self.next_offset = 0
        self.complete = asyncio.Event()

    def take(self, _characteristic: object, data: bytearray) -> None:
        offset = int.from_bytes(data[:4], "little")
        if offset != self.next_offset:
            return
        self.picture[offset : offset + len(data) - 4] = data[4:]
        self.next_offset = offset + len(data) - 4
        if self.next_offset == len(PICTURE):
            self.complete.set()

    async def fetch(self, client: BleakClient) -> None:
        await client.start_notify(TX, self.take)
        await client.write_gatt_char(RX, b"send" + self.next_offset.to_bytes(4, "little"), response=True)


async def find() -> BLEDevice:
    device = await BleakScanner.find_device_by_filter(lambda _, data: SERVICE in data.service_uuids, timeout=10)
    assert device is not None
    return device


@pytest.mark.simulated
@pytest.mark.parametrize("profile", PROFILES)
async def test_a_picture_arrives_whole_over_every_profile(
    board_process: BoardProcess, radio: VirtualRadio, phone: VirtualAdapter, profile: str
):
    radio.set_profile(profile)
    await board_process.run(FIRMWARE)
    receiver = Receiver()
    device = await find()
    assert device.name == "Board"
    async with BleakClient(device) as client:
        assert client.mtu_size == min(247, PROFILES[profile].mtu)
        await receiver.fetch(client)
        await asyncio.wait_for(receiver.complete.wait(), 30)
    assert receiver.picture == PICTURE
    assert radio.stats.notified_bytes[TX] >= len(PICTURE)
    if profile == "no_dle_27":  # slow enough to fill its queue on any computer
        assert radio.stats.enomem > 0
        assert int((await board_process.says("sent")).split()[1]) == radio.stats.enomem


@pytest.mark.simulated
async def test_connect_comes_before_everything_else_of_a_connection(
    board_process: BoardProcess,
    phone: VirtualAdapter,
):
    await board_process.run(FIRMWARE)
    async with BleakClient(await find()) as client:
        await client.write_gatt_char(RX, b"x", response=True)
        await board_process.says("received 1")
    await board_process.says("event 02")
    assert [line for line in board_process.lines if line.startswith("event")] == [
        "event 01",
        "event 21",
        "event 03",
        "event 02",
    ]


@pytest.mark.simulated
async def test_a_sender_without_credits_loses_bytes_and_the_radio_says_how_many(
    board_process: BoardProcess, radio: VirtualRadio, phone: VirtualAdapter
):
    await board_process.run(FIRMWARE)
    async with BleakClient(await find()) as client:
        pieces = [PICTURE[at : at + 244] for at in range(0, len(PICTURE), 244)]
        for piece in pieces:
            await client.write_gatt_char(RX, piece, response=False)
        # A lost value leaves its event behind: the firmware reads a later one twice and cannot know.
        await board_process.says("event 03", times=len(pieces))
        last = [line for line in board_process.lines if line.startswith("received")][-1]
    assert radio.stats.written_bytes[RX] == len(PICTURE)
    assert 0 < radio.stats.lost_bytes[RX] < len(PICTURE)
    assert radio.stats.overruns[RX] >= radio.stats.lost_bytes[RX] // 244
    assert last != f"received {len(PICTURE)} {sum(PICTURE)}"


@pytest.mark.simulated
async def test_a_sender_that_waits_for_the_reader_loses_nothing(
    board_process: BoardProcess, radio: VirtualRadio, phone: VirtualAdapter
):
    await board_process.run(FIRMWARE)
    async with BleakClient(await find()) as client:
        for at in range(0, len(PICTURE), 2_000):
            await client.write_gatt_char(RX, PICTURE[at : at + 200], response=False)
            await board_process.says(f"received {at // 10 + 200} ")
    assert radio.stats.overruns == {}
    assert radio.stats.lost_bytes == {}


@pytest.mark.simulated
async def test_after_a_drop_the_transfer_goes_on_at_its_offset(
    board_process: BoardProcess,
    radio: VirtualRadio,
    phone: VirtualAdapter,
):
    radio.set_profile("pc_15ms_2M")
    await board_process.run(FIRMWARE)
    receiver = Receiver()
    gone = asyncio.Event()
    async with BleakClient(await find(), disconnected_callback=lambda _: gone.set()) as client:
        radio.drop_after(8_000)
        await receiver.fetch(client)
        await asyncio.wait_for(gone.wait(), 10)
        with pytest.raises(BleakError):
            await client.write_gatt_char(RX, b"x", response=True)
    reached = receiver.next_offset
    assert 4_000 < reached < 8_000
    async with BleakClient(await find()) as client:
        await receiver.fetch(client)
        await asyncio.wait_for(receiver.complete.wait(), 30)
    assert receiver.picture == PICTURE


@pytest.mark.simulated
async def test_a_killed_board_goes_silent_and_its_successor_is_found(
    board_process: BoardProcess, radio: VirtualRadio, phone: VirtualAdapter
):
    await board_process.run(FIRMWARE)
    gone = asyncio.Event()
    async with BleakClient(await find(), disconnected_callback=lambda _: gone.set()) as client:
        await board_process.kill()
        await asyncio.wait_for(gone.wait(), 10)
        assert not client.is_connected
    assert radio.connected == 0
    await board_process.run(FIRMWARE)
    receiver = Receiver()
    async with BleakClient(await find()) as client:
        await receiver.fetch(client)
        await asyncio.wait_for(receiver.complete.wait(), 30)
    assert receiver.picture == PICTURE


@pytest.mark.simulated
async def test_a_phone_behind_the_hci_socket_is_a_phone(board_process: BoardProcess, radio: VirtualRadio, tmp_path):
    await radio.serve_hci(tmp_path / "hci.socket")
    adapter = VirtualAdapter(hci_socket=tmp_path / "hci.socket")
    install(adapter)
    await board_process.run(FIRMWARE)
    receiver = Receiver()
    async with BleakClient(await find()) as client:
        assert client.mtu_size == 247
        await receiver.fetch(client)
        await asyncio.wait_for(receiver.complete.wait(), 30)
    assert receiver.picture == PICTURE
    await adapter.close()
    await radio.close()


@pytest.mark.simulated
async def test_the_module_refuses_what_the_port_refuses(
    board_process: BoardProcess,
    radio: VirtualRadio,
    phone: VirtualAdapter,
):
    await board_process.run(
        """
import bluetooth
ble = bluetooth.BLE()

def attempt(name, action):
    try:
        print("attempt", name, action())
    except Exception as error:
        print("attempt", name, repr(error))

attempt("inactive", lambda: ble.gatts_read(1))
attempt("inactive_mtu", lambda: ble.config(mtu=100))
attempt("same", lambda: bluetooth.BLE() is ble)
ble.active(True)
attempt("handle", lambda: ble.gatts_read(999))
attempt("connection", lambda: ble.gatts_notify(7, 1, b""))
attempt("disconnect", lambda: ble.gap_disconnect(7))
attempt("mtu", lambda: ble.config(mtu=600))
attempt("param", lambda: ble.config("colour"))
attempt("default_mtu", lambda: ble.config("mtu"))
attempt("mac", lambda: ble.config("mac"))
attempt("uuid", lambda: bluetooth.UUID("12"))
attempt("text", lambda: bluetooth.UUID("7a1e0001-7c4f-4c1b-9d3e-5a6b7c8d9e0f"))
attempt("short", lambda: (bluetooth.UUID(0x180F), bytes(bluetooth.UUID(0x180F))))
attempt("bonds", lambda: ble.gatts_register_services(((bluetooth.UUID(1), ((bluetooth.UUID(2), 0x0202),)),)))
attempt("long", lambda: ble.gap_advertise(1000, bytes(32)))
ble.active(False)
attempt("off", lambda: ble.gap_advertise(None))
attempt("done", lambda: 0)
"""
    )
    await board_process.says("attempt done")
    said = dict(line.split(" ", 2)[1:] for line in board_process.lines)
    assert said == {
        "inactive": "OSError(19,)",
        "inactive_mtu": "OSError(19,)",
        "same": "True",
        "handle": "OSError(22,)",
        "connection": "OSError(107,)",
        "disconnect": "False",
        "mtu": "OSError(22,)",
        "param": "ValueError('unknown config param',)",
        "default_mtu": "256",
        "mac": "(0, b'$\\n\\xc4\\x00\\x00\\x01')",
        "uuid": "ValueError('invalid UUID',)",
        "text": "UUID('7a1e0001-7c4f-4c1b-9d3e-5a6b7c8d9e0f')",
        "short": "(UUID(0x180f), b'\\x0f\\x18')",
        "bonds": "OSError(95,)",
        "long": "OSError(22,)",
        "off": "OSError(19,)",
        "done": "0",
    }
