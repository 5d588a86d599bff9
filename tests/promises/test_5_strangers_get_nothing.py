"""Promise 5 on the whole device: unmodified firmware on the virtual board, strangers on the virtual radio.

The decisions themselves are tried one by one in tests/unit/firmware_link (test_session, test_pairing, test_deadlines,
test_door); here somebody stands in radio range with Bleak and tries the real thing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from plainsight import beacon, wire

from host_tools.simulator import Simulator
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, backends
from tests.unit.firmware_link.glasses_side import GLASSES, PHONE, SECRET, STRANGER
from tests.unit.firmware_link.peer import Closed, Peer

pytestmark = [pytest.mark.simulated, pytest.mark.promise(5), pytest.mark.timeout(180)]

_PROVISION = (
    "import plainsight.identity as i\n"
    f"i.provision('.', cert={GLASSES.der!r}, key={GLASSES.key_der!r}, secret={SECRET.hex()!r}, level='optical')"
)


class RadioTransport:
    """Unmodified Bleak: notifications in, writes on the four characteristics in turn within the credit."""

    def __init__(self, client: BleakClient, gone: asyncio.Event) -> None:
        self._client = client
        self._gone = gone
        self._received: asyncio.Queue[bytes] = asyncio.Queue()
        self._credit = 0
        self._sent = 0
        self._moved = asyncio.Event()

    async def subscribe(self) -> None:
        await self._client.start_notify(wire.CREDIT_UUID, self._credited)
        await self._client.start_notify(wire.TX_UUID, lambda _, data: self._received.put_nowait(bytes(data)))

    def _credited(self, _: object, data: bytearray) -> None:
        self._credit = int.from_bytes(data, "little")
        self._moved.set()

    async def write(self, data: bytes) -> None:
        size = self._client.mtu_size - 3
        for at in range(0, len(data), size):
            while self._sent - self._credit >= len(wire.RX_UUIDS) and not self._gone.is_set():
                self._moved.clear()
                await self._moved.wait()
            if self._gone.is_set():
                return
            slot = wire.RX_UUIDS[self._sent % len(wire.RX_UUIDS)]
            await self._client.write_gatt_char(slot, data[at : at + size], response=False)
            self._sent += 1

    async def read(self) -> bytes:
        if self._received.empty() and self._gone.is_set():
            return b""
        return await self._received.get()

    async def close(self) -> None:
        await self._client.disconnect()

    def lost(self) -> None:
        """The glasses hung up."""
        self._gone.set()
        self._moved.set()
        self._received.put_nowait(b"")


class Stage:
    """Running glasses, and whoever is in radio range of them."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.owner = VirtualAdapter(link=simulator.radio.link)
        self.stranger = VirtualAdapter(link=simulator.radio.link)
        self.folder = folder

    async def state(self, adapter: VirtualAdapter, wanted: int | None = None) -> int:
        """The state that is broadcast, once it is `wanted`."""
        return (await self._seen(adapter, lambda state: wanted in (None, state)))[1]

    async def _seen(self, adapter: VirtualAdapter, wanted: Callable[[int], bool]) -> tuple[BLEDevice, int]:
        states: list[int] = []

        def fits(_: BLEDevice, seen: AdvertisementData) -> bool:
            payload = seen.service_data.get(wire.SERVICE_UUID, b"")
            states[:] = payload[:1]
            return bool(payload) and wanted(payload[0])

        device = await BleakScanner.find_device_by_filter(fits, timeout=30, backend=backends(adapter).scanner)
        assert device, self.simulator.board.log
        return device, states[0]

    async def connect(self, adapter: VirtualAdapter) -> Peer:
        """A connection with everything subscribed and nothing said.

        Who cannot get in looks again, as a stranger would: after each session the glasses have a new address.
        """
        while True:
            try:
                return await self._connect_once(adapter)
            except TimeoutError:
                continue

    async def _connect_once(self, adapter: VirtualAdapter) -> Peer:
        """Raises TimeoutError once Bleak gives up, after 10 s."""
        device, _ = await self._seen(adapter, lambda _: True)
        gone = asyncio.Event()
        transports: list[RadioTransport] = []

        def lost(_: BleakClient) -> None:
            gone.set()
            for each in transports:
                each.lost()

        client = BleakClient(device, disconnected_callback=lost, backend=backends(adapter).client)
        await client.connect()
        transports.append(RadioTransport(client, gone))
        await transports[0].subscribe()
        return Peer(transports[0])

    async def hold_button(self) -> None:
        """A hand on the glasses, until the window is open."""
        heard = len(self.simulator.board.log)
        self.simulator.world.button.press()
        await self.simulator.board.wait_for_log("pairing window open", after=heard)
        self.simulator.world.button.release()

    async def pair(self) -> tuple[Peer, bytes]:
        """Pair the owner's phone; returns its session and the pair key."""
        await self.hold_button()
        peer = await self.connect(self.owner)
        await peer.knock(SECRET)
        glasses = await peer.shake_hands(PHONE.pem_file(self.folder))
        answer = await peer.ask("pair", **peer.pairing_fields(SECRET, glasses, PHONE.sha256))
        assert answer["phone"] == 1
        return peer, bytes.fromhex(answer["pair_key"])

    async def come_back(self, pair_key: bytes) -> Peer:
        """The owner's phone, in a session of its own."""
        peer = await self.connect(self.owner)
        await peer.knock(pair_key)
        await peer.shake_hands(PHONE.pem_file(self.folder))
        assert (await peer.ask("hello", version=wire.VERSION, time_s=1_800_000_000))["phone"] == 1
        return peer

    async def records(self, peer: Peer, kind: str) -> list[dict[str, Any]]:
        """The data of all journal records of a kind, as the glasses tell them."""
        lines: list[str] = []
        more = True
        while more:
            answer = await peer.ask("journal", **{"from": len(lines)})
            lines += answer["records"]
            more = answer["more"]
        return [row[3] for row in map(json.loads, lines) if row[2] == kind]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with Simulator(profile="instant", flash=tmp_path / "flash.img") as simulator:
        await simulator.board.execute(_PROVISION)
        await simulator.board.start()
        await simulator.board.wait_for_log("ready")
        yield Stage(simulator, tmp_path)


async def test_who_has_no_code_gets_a_nonce_and_a_farewell(stage: Stage) -> None:
    for said in (b"GET / HTTP/1.1", wire.KNOCK_HELLO + bytes(16), b"\x16\x03\x01\x00\x2f" + bytes(47)):
        peer = await stage.connect(stage.stranger)
        await peer.transport.write(said)
        heard = await peer.hung_up()
        assert len(heard) == (wire.KNOCK_NONCE_BYTES if said.startswith(wire.KNOCK_HELLO) else 0)
    peer = await stage.connect(stage.stranger)
    await peer.knock(SECRET)  # even the right code, without a hand on the glasses
    assert await peer.hung_up() == b""


async def test_a_stolen_pair_key_without_the_phones_certificate_opens_nothing(stage: Stage) -> None:
    owner, pair_key = await stage.pair()
    await owner.transport.close()
    for pem in (None, STRANGER.pem_file(stage.folder), STRANGER.pem_file(stage.folder, PHONE)):
        thief = await stage.connect(stage.stranger)
        await thief.knock(pair_key)
        with pytest.raises(Closed):
            await _says_hello(thief, pem)
    owner = await stage.come_back(pair_key)
    assert await stage.records(owner, "pairing_failures") == [{"certificate": 3}]


async def _says_hello(peer: Peer, pem: Path | None) -> None:
    await peer.shake_hands(pem)
    await peer.ask("hello", version=wire.VERSION, time_s=5)


async def test_a_flood_makes_one_record_and_the_owner_still_gets_in(stage: Stage) -> None:
    owner, pair_key = await stage.pair()
    await owner.transport.close()
    for _ in range(6):
        stranger = await stage.connect(stage.stranger)
        await stranger.knock(bytes(32))
        await stranger.hung_up()
    owner = await stage.come_back(pair_key)
    assert await stage.records(owner, "pairing_failures") == [{"knock": 6}]


async def test_nobody_can_connect_beside_a_session_and_the_beacon_stays_honest(stage: Stage) -> None:
    owner, pair_key = await stage.pair()
    waiting = asyncio.create_task(stage.connect(stage.stranger))
    data = await owner.fetch("size", op="link_test", direction="down", size=200_000, window=16384)
    assert len(data) == 200_000
    assert not waiting.done()
    assert await stage.state(VirtualAdapter(link=stage.simulator.radio.link), beacon.PAIRED) == beacon.PAIRED
    await owner.transport.close()
    stranger = await waiting
    await stranger.transport.write(b"let me in")
    assert await stranger.hung_up() == b""
    await stage.come_back(pair_key)


async def test_a_revoked_phone_is_a_stranger_at_once(stage: Stage) -> None:
    owner, pair_key = await stage.pair()
    assert await owner.ask("revoke", phone=1) == {"phone": 1}
    assert await owner.closed() == []
    again = await stage.connect(stage.owner)
    await again.knock(pair_key)
    assert await again.hung_up() == b""


async def test_the_code_is_good_once_also_after_a_restart(stage: Stage) -> None:
    owner, pair_key = await stage.pair()
    await owner.transport.close()
    await stage.simulator.board.kill()
    heard = len(stage.simulator.board.log)
    await stage.simulator.board.start()
    await stage.simulator.board.wait_for_log("ready", after=heard)
    await stage.hold_button()
    assert await stage.state(stage.stranger, beacon.PAIRED | beacon.WINDOW_OPEN)
    peer = await stage.connect(stage.stranger)
    await peer.knock(SECRET)
    assert await peer.hung_up() == b""
    await stage.come_back(pair_key)


async def test_a_silent_stranger_is_sent_away_and_the_owner_served(stage: Stage) -> None:
    owner, pair_key = await stage.pair()
    await owner.transport.close()
    silent = await stage.connect(stage.stranger)
    assert await silent.hung_up() == b""
    await stage.come_back(pair_key)
