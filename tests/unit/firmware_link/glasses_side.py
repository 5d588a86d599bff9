"""The glasses' end of the link on CPython: the real parts on a folder, with a camera that a test holds in its hand."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

from plainsight import identity
from plainsight.errors import Refused
from plainsight.parts import Parts
from plainsight.session import Session
from plainsight.store import Store
from plainsight.stream import ByteStream
from plainsight.tls_port import TlsEndpoint
from plainsight.ways_in.key_copies import KeyCopies

from tests.unit.firmware_link import certificates
from tests.unit.firmware_link.manual_clock import ManualClock
from tests.unit.firmware_link.peer import Peer, mac

SECRET = bytes(range(16))
PACKET_BYTES = 244
GLASSES = certificates.make("plainsight")
PHONE = certificates.make("phone")
STRANGER = certificates.make("stranger")


class HeldCamera:
    """In place of the recorder's photograph: it is taken when the test lets it happen."""

    def __init__(self, store: Store) -> None:
        self.busy = False
        self.released = asyncio.Event()
        self.failure: Exception | None = None
        self._store = store

    async def photo(self, trigger: str) -> dict[str, Any]:
        if self.busy:
            raise Refused("busy")
        self.busy = True
        try:
            await self.released.wait()
            if self.failure is not None:
                raise self.failure
            return add_item(self._store, b"\xff\xd8" + bytes(9000) + b"\xff\xd9", trigger)
        finally:
            self.busy = False


def add_item(store: Store, jpeg: bytes, trigger: str = "button") -> dict[str, Any]:
    """Store one picture as Capture does, and say what Capture says."""
    draft = store.begin("photo", trigger, 5)
    draft.frame(memoryview(jpeg), 0)
    item = draft.finish("done", {"level": "optical", "verdict": "proven", "evidence": {"pulses": 200}})
    store.commit(item)
    return {"item": item, "media_sha256": hashlib.sha256(jpeg).hexdigest(), "media_bytes": len(jpeg)}


class TestBoard:
    """What the parts ask of a board that nobody photographs with."""

    __test__ = False
    name = "test board"
    has_buzzer = False
    light_hz = 4000
    light_sense_nominal_mv = 200

    def __init__(self) -> None:
        self.time_s = 0

    def temperature_c(self) -> int:
        return 25

    def muted(self) -> bool:
        return False

    def button_pressed(self) -> bool:
        return False

    def set_cpu(self, hz: int) -> None:
        pass

    def mount_card(self, path: str) -> None:
        raise OSError(19)

    def unmount_card(self, path: str) -> None:
        raise OSError(19)

    def reset(self) -> None:
        raise AssertionError("nobody restarts these glasses")

    def battery_mv(self) -> int:
        return 3900

    def heap_free(self) -> int:
        return 1_000_000

    def now_s(self) -> int:
        return self.time_s

    def set_time(self, unix_s: int) -> None:
        self.time_s = unix_s


class MemoryTransport:
    """A bearer without a radio: packets as `ByteStream.due` makes them, so that a missing push is felt."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._scratch = memoryview(bytearray(PACKET_BYTES))
        self.reading = asyncio.Event()
        self.reading.set()

    async def write(self, data: bytes) -> None:
        while data and not self._stream.ended:
            count = self._stream.incoming.put(data)
            data = data[count:]
            self._stream.readable.set()
            if data:
                self._stream.work.clear()
                await self._stream.work.wait()

    async def close(self) -> None:
        self._stream.end()

    async def read(self) -> bytes:
        stream = self._stream
        while True:
            await self.reading.wait()
            stream.work.clear()
            count = stream.due(PACKET_BYTES)
            if count:
                packet = bytes(stream.outgoing.peek(count, self._scratch))
                stream.sent(count)
                return packet
            if stream.ended:
                return b""
            await stream.work.wait()


class Glasses:
    """Everything below the radio; `connect` opens a connection and runs its session."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.folder = folder
        self.root = str(folder)
        self.clock = clock
        self.board = TestBoard()
        self.log: list[str] = []
        identity.provision(self.root, cert=GLASSES.der, key=GLASSES.key_der, secret=SECRET.hex(), level="optical")
        self.boot()

    def boot(self) -> None:
        """Read everything from flash, as after a restart."""
        self.identity = identity.load(self.root)
        self.parts = Parts(self.board, self.clock, self.root, self.identity, self.log.append)
        self.phones, self.code, self.window = self.parts.phones, self.parts.code, self.parts.window
        self.recovery = self.parts.recovery
        self.journal, self.store, self.settings = self.parts.journal, self.parts.store, self.parts.settings
        self.voice, self.failures, self.pairing = self.parts.voice, self.parts.failures, self.parts.pairing
        self.camera = HeldCamera(self.store)
        self.parts.recorder.photo = self.camera.photo  # type: ignore[method-assign]
        self.heard: list[str] = []
        self.service = self.parts.service(self.heard.append)
        self.endpoint = TlsEndpoint(self.identity.certificate, self.identity.key)
        self.session: Session | None = None

    def connect(self) -> tuple[Peer, asyncio.Task[str]]:
        """A phone that has connected, and the session that serves it."""
        stream = ByteStream(8192, 12_800)
        session = Session(stream, self.endpoint, self.pairing, self.service, self.clock, self.log.append)
        self.session = session
        self.pairing.on_revoked = session.revoked

        async def run() -> str:
            try:
                return await session.run()
            finally:
                stream.end()

        return Peer(MemoryTransport(stream)), asyncio.create_task(run())

    async def pair(
        self, phone: certificates.Credentials, secret: bytes = SECRET
    ) -> tuple[Peer, asyncio.Task[str], bytes]:
        """Pair one phone the right way: (the peer in its session, the session, the pair key)."""
        self.window.open()
        peer, session = self.connect()
        await peer.knock(secret)
        glasses = await peer.shake_hands(phone.pem_file(self.folder))
        answer = await peer.ask("pair", **peer.pairing_fields(secret, glasses, phone.sha256))
        label = b"plainsight-pair-glasses-v1"
        expected = mac(secret, label + GLASSES.sha256 + phone.sha256 + peer.nonce).hex()
        assert answer["proof"] == expected, answer
        return peer, session, bytes.fromhex(answer["pair_key"])

    async def greet(self, phone: certificates.Credentials, pair_key: bytes) -> tuple[Peer, asyncio.Task[str]]:
        """Connect a paired phone and say hello."""
        peer, session = self.connect()
        await peer.knock(pair_key)
        await peer.shake_hands(phone.pem_file(self.folder))
        assert (await peer.ask("hello", version=1, time_s=1_800_000_123))["board"] == "test board"
        return peer, session

    def copies(self) -> KeyCopies:
        """What moves the owner's key between phones."""
        return KeyCopies(self.phones, self.journal)

    def records(self, kind: str) -> list[dict[str, Any]]:
        """The data of all journal records of one kind."""
        import json

        lines, more = self.journal.lines(0, 10_000)
        assert not more
        return [row[3] for row in map(json.loads, lines) if row[2] == kind]
