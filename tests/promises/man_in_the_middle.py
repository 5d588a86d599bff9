"""Somebody between phone and glasses: lets the knock through, and ends TLS on both sides with keys of his own."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

from plainsight import wire

from companion_app.keys.phone import load_phone_identity
from companion_app.link.client import GlassesClient
from companion_app.link.errors import GlassesRefused, LinkError, LinkLost
from companion_app.link.frames import FrameChannel
from companion_app.link.secure_channel import SecureChannel, client_context
from companion_app.link.stream import ByteStream
from tests.app.vaults import room


class ManInTheMiddle:
    """A bearer to the phone, on a real bearer to the glasses. `overheard`: what he decrypted of the phone."""

    def __init__(self, glasses: ByteStream, folder: Path) -> None:
        self.overheard = b""
        self.glasses_said: GlassesRefused | LinkError | None = None
        self.handshaken = False
        self._glasses = glasses
        self._identity = load_phone_identity(room(folder / "keys"))
        self._said_hello = False
        self._proof = b""
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._identity.load_into(context)
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._to_phone: asyncio.Queue[bytes] = asyncio.Queue()

    @property
    def mtu(self) -> int:
        return self._glasses.mtu

    @property
    def bytes_in(self) -> int:
        return 0

    async def send(self, data: bytes) -> None:
        """The phone says something."""
        if not self._said_hello:
            self._said_hello = True
            await self._glasses.send(data)
            self._to_phone.put_nowait(await self._glasses.receive())
            return
        if not self._proof:
            self._proof, data = data[: wire.KNOCK_PROOF_BYTES], data[wire.KNOCK_PROOF_BYTES :]
        self._incoming.write(data)
        await self._turn()

    async def receive(self) -> bytes:
        """What the phone hears; b"" in the queue is the end."""
        if data := await self._to_phone.get():
            return data
        raise LinkLost

    async def close(self) -> None:
        self._to_phone.put_nowait(b"")
        await self._glasses.close()

    async def _turn(self) -> None:
        try:
            if not self.handshaken:
                self._tls.do_handshake()
                self.handshaken = True
            self.overheard += self._tls.read(16384)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            await self.close()
        if self.overheard and self.glasses_said is None:
            await self._pass_on_the_proof()
        if data := self._outgoing.read():
            self._to_phone.put_nowait(data)

    async def _pass_on_the_proof(self) -> None:
        """Offer the phone's proof to the glasses as one's own, and throw it back at the phone as theirs."""
        request = int.from_bytes(self.overheard[3:5], "little")
        fields = wire.parse_json(self.overheard[wire.HEADER_BYTES :])
        context = client_context(self._identity)
        try:
            channel = await SecureChannel.open(self._glasses, context, before=self._proof, pinned=None)
            client = GlassesClient(FrameChannel(channel), on_event=lambda _: None, voice_allowed=lambda: False)
            await client.pair(bytes.fromhex(fields["proof"]), "man", bytes.fromhex(fields["owner_key"]))
        except (GlassesRefused, LinkError) as error:
            self.glasses_said = error
        answer = {"proof": fields["proof"], "pair_key": "11" * 32, "phone": 1, "owner_key": fields["owner_key"]}
        self._tls.write(wire.json_frame(wire.RESPONSE, request, answer))
