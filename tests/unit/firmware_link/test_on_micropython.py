"""The same sessions under MicroPython itself, whose TLS is not CPython's: what is flashed is what refuses."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from plainsight import identity, wire
from plainsight.store import Store

from tests.unit.firmware_link.glasses_side import GLASSES, PHONE, SECRET, STRANGER
from tests.unit.firmware_link.peer import Closed, Peer

_FIRMWARE = Path(identity.__file__).parents[1]
_SERVE = Path(__file__).parent / "on_micropython" / "serve.py"
_MICROPYTHON = str(Path(sys.executable).with_name("micropython"))


class SocketTransport:
    """A loopback socket in place of the radio."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def read(self) -> bytes:
        try:
            return await self._reader.read(65536)
        except ConnectionError:
            return b""

    async def close(self) -> None:
        self._writer.close()


class Board:
    """A MicroPython process that serves sessions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port: int = probe.getsockname()[1]
        self._process: asyncio.subprocess.Process

    async def start(self) -> None:
        identity.provision(
            str(self.folder), cert=GLASSES.der, key=GLASSES.key_der, secret=SECRET.hex(), level="optical"
        )
        store = Store(str(self.folder / "media"))
        store.open()
        store.set_owner(bytes([9]) + bytes(31))
        environment = {**os.environ, "MICROPYPATH": f"{_FIRMWARE}:.frozen"}
        command = (_MICROPYTHON, str(_SERVE), str(self.folder), str(self._port))
        self._process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        assert (await self.line()).startswith("PORT")

    async def line(self) -> str:
        """The next line that is not a log line."""
        assert self._process.stdout
        while True:
            text = (await asyncio.wait_for(self._process.stdout.readline(), 20)).decode()
            assert text, "the board died"
            if not text.startswith("LOG"):
                return text

    async def ended(self) -> tuple[str, bool, int]:
        """Reason, whether the peer was recognised, and the heap afterwards, of the session that ends next."""
        words = (await self.line()).split()
        assert words[0] == "END", words
        return words[1], words[2] == "True", int(words[3])

    async def connect(self) -> Peer:
        return Peer(SocketTransport(*await asyncio.open_connection("127.0.0.1", self._port)))

    async def pair(self) -> bytes:
        """Pair PHONE and end the session; returns the pair key."""
        peer = await self.connect()
        await peer.knock(SECRET)
        glasses = await peer.shake_hands(PHONE.pem_file(self.folder))
        answer = await peer.ask("pair", **peer.pairing_fields(SECRET, glasses, PHONE.sha256))
        await peer.transport.close()
        await self.ended()
        return bytes.fromhex(answer["pair_key"])

    async def stop(self) -> None:
        self._process.kill()
        await self._process.wait()


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[Board]:
    board = Board(tmp_path)
    await board.start()
    yield board
    await board.stop()


async def _good_session(board: Board, pair_key: bytes) -> tuple[str, bool, int]:
    peer = await board.connect()
    await peer.knock(pair_key)
    assert await peer.shake_hands(PHONE.pem_file(board.folder)) == GLASSES.sha256
    assert (await peer.ask("hello", version=1, time_s=1_800_000_123))["phone"] == 1
    item = (await peer.ask("items", after=0))["items"][0]
    data = await peer.fetch("size", op="fetch", part="item", item=item["id"], offset=0, window=16384)
    assert len(data) == item["sealed_bytes"]
    await peer.transport.close()
    return await board.ended()


async def test_pair_hello_fetch_and_a_flat_heap(board: Board) -> None:
    pair_key = await board.pair()
    heaps = [(await _good_session(board, pair_key))[2] for _ in range(12)]
    assert max(heaps[4:]) - min(heaps[4:]) < 8_000, heaps


async def test_link_test_both_ways(board: Board) -> None:
    pair_key = await board.pair()
    peer = await board.connect()
    await peer.knock(pair_key)
    await peer.shake_hands(PHONE.pem_file(board.folder))
    data = await peer.fetch("size", op="link_test", direction="down", size=100_000, window=16384)
    expected = bytearray(100_000)
    wire.test_pattern(expected, 0)
    assert data == expected


async def _says_hello(peer: Peer, pem: Path | None, maximum: ssl.TLSVersion) -> None:
    await peer.shake_hands(pem, maximum)
    await peer.ask("hello", version=1, time_s=1_800_000_123)


async def _refused(board: Board, pair_key: bytes, pem: Path | None, maximum: ssl.TLSVersion) -> tuple[str, bool]:
    peer = await board.connect()
    await peer.knock(pair_key)
    with pytest.raises(Closed):
        await _says_hello(peer, pem, maximum)
    await peer.transport.close()
    return (await board.ended())[:2]


async def test_bad_peers_are_refused_and_the_next_good_one_is_served(board: Board) -> None:
    pair_key = await board.pair()
    twelve, thirteen = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
    stranger = STRANGER.pem_file(board.folder)
    chain = STRANGER.pem_file(board.folder, PHONE)
    assert await _refused(board, pair_key, None, twelve) == ("certificate", False)
    assert await _refused(board, pair_key, stranger, twelve) == ("certificate", False)
    assert await _refused(board, pair_key, chain, twelve) == ("certificate", False)
    assert await _refused(board, pair_key, PHONE.pem_file(board.folder), thirteen) == ("tls", False)
    assert (await _good_session(board, pair_key))[1]


async def test_the_pinned_certificate_without_its_key_is_refused(board: Board) -> None:
    """The certificate is public; only the signature in the handshake shows that the peer holds its key."""
    pair_key = await board.pair()
    peer = await board.connect()
    await peer.knock(pair_key)
    peer.forge_signature = True
    with pytest.raises(Closed):
        await peer.shake_hands(PHONE.pem_file(board.folder))
    await peer.transport.close()
    assert (await board.ended())[:2] == ("tls", False)


@pytest.mark.parametrize("garbage", [b"GET / HTTP/1.1\r\n\r\n", b"PLS1" + bytes(16), b"PLS2" + bytes(16)])
async def test_garbage_before_tls_ends_the_connection(board: Board, garbage: bytes) -> None:
    peer = await board.connect()
    await peer.transport.write(garbage)
    await peer.hung_up()
    assert (await board.ended())[:2] == ("knock", False)


async def test_garbage_in_place_of_tls_ends_the_connection(board: Board) -> None:
    pair_key = await board.pair()
    peer = await board.connect()
    await peer.knock(pair_key)
    await peer.transport.write(b"GET / HTTP/1.1\r\n\r\n" * 20)
    await peer.hung_up()
    assert (await board.ended())[:2] == ("tls", False)
    assert (await _good_session(board, pair_key))[1]


async def test_a_bad_record_ends_the_session(board: Board) -> None:
    pair_key = await board.pair()
    peer = await board.connect()
    await peer.knock(pair_key)
    await peer.shake_hands(PHONE.pem_file(board.folder))
    assert await peer.ask("status")
    record = bytearray(peer.encrypt(wire.json_frame(wire.REQUEST, 9, {"op": "status"})))
    record[-1] ^= 1
    await peer.transport.write(bytes(record))
    await peer.hung_up()
    assert (await board.ended())[:2] == ("tls", True)
