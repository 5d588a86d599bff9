"""Glasses in memory: knock, TLS server, frames and every operation, in the plainest way, with hooks to misbehave."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import ssl
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from plainsight import wire

from companion_app.keys.phone import PhoneIdentity, load_phone_identity
from companion_app.link.errors import LinkLost
from tests.app.memory_link import End
from tests.app.peer_tls import TlsServer, exactly
from tests.app.sealing import AUDIO, FRAME, LIGHT, Boot, noise
from tests.app.sealing import jpeg as jpeg_of
from tests.app.vaults import room

SECRET = bytes(range(16))
PAIR_KEY = bytes(range(100, 132))


@cache
def glasses_identity() -> PhoneIdentity:
    """Key and certificate of the peer; made once."""
    return load_phone_identity(room(Path(tempfile.mkdtemp(prefix="plainsight-peer-")) / "keys"))


@dataclass(frozen=True)
class _Outgoing:
    """Media announced by `sha256` and sent from `offset` on; `breaks_off`: after how many bytes, with which error."""

    data: bytes
    sha256: str
    offset: int
    window: int
    breaks_off: tuple[int, str] | None = None


class Peer:
    """The state survives sessions. `phone` is the identity it may meet; `paired` pins it before the first session."""

    def __init__(self, phone: PhoneIdentity, *, paired: bool = True, owner_public: bytes = b"") -> None:
        self.identity = glasses_identity()
        self.certificate_sha256 = self.identity.certificate_sha256
        self.phone = phone
        self.pair_key = PAIR_KEY if paired else None
        self.secret: bytes | None = SECRET
        self.owner_public = owner_public
        self.boot: Boot | None = Boot(owner_public) if owner_public else None
        self.items: list[dict[str, Any]] = []
        self.blobs: dict[int, bytes] = {}
        self.thumbs: dict[int, bytes] = {}
        self.jpegs: dict[int, bytes] = {}
        self.settings: dict[str, Any] = {name: safe for name, (_, safe) in wire.SETTINGS.items()}
        self.releases: list[bytes] = []
        self.damaged: set[int] = set()  # items whose last byte is another one on its way
        self.breaks_off: dict[int, tuple[int, str]] = {}  # item: bytes after which its transfer ends with this error
        self.voice: str | None = "off"
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.signatures: list[dict[str, Any]] = []
        self.answers: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {}
        self.lines: list[str] = []
        self.head = hashlib.sha256(b"plainsight-journal-v1" + self.certificate_sha256).hexdigest()
        self.record("boot")
        self.media_sent = 0
        self.media_end = 0
        self.send: Callable[[bytes], Any] | None = None
        self.stream: End | None = None

    def record(self, kind: str, **data: Any) -> None:
        """One more line in the journal."""
        line = json.dumps([len(self.lines), 1_800_000_000, kind, data], separators=(",", ":"))
        self.lines.append(line)
        self.head = hashlib.sha256(bytes.fromhex(self.head) + line.encode()).hexdigest()

    def rechain(self) -> None:
        """State a head that fits whatever the lines are now, as a liar would."""
        head = hashlib.sha256(b"plainsight-journal-v1" + self.certificate_sha256).digest()
        for line in self.lines:
            head = hashlib.sha256(head + line.encode()).digest()
        self.head = head.hex()

    def take_picture(self, jpeg: bytes | None = None, **changes: Any) -> dict[str, Any]:
        """Seal and store one photograph; returns what `capture` answers. `changes` replace fields of the item."""
        jpeg = jpeg or noise(20_000)
        return self._keep("photo", [(FRAME, 0, jpeg)], jpeg, changes)

    def take_clip(self, length: int = 5, sound: bytes = b"", **changes: Any) -> dict[str, Any]:
        """Seal and store one clip of ten frames a second, sound under its first."""
        media = [(FRAME, 100 * number, jpeg_of(number % 256)) for number in range(length)]
        if sound:
            media.insert(1, (AUDIO, 0, sound))
        return self._keep("clip", media, media[0][2], changes)

    def cut_off(self, number: int, blob: bytes) -> None:
        """Another blob in place of a stored one, in keeping with the index."""
        self.blobs[number] = blob
        item = next(item for item in self.items if item["id"] == number)
        item.update({"sealed_bytes": len(blob), "sealed_sha256": hashlib.sha256(blob).hexdigest()})

    def add_thumb(self, item: dict[str, Any], picture: bytes) -> None:
        """Seal a thumbnail beside an item that is there."""
        assert self.boot is not None
        blob = self.boot.seal(picture, kind="thumb", id=item["id"])
        self.thumbs[item["id"]] = blob
        item.update({"thumb_bytes": len(blob), "thumb_sha256": hashlib.sha256(blob).hexdigest()})

    def _keep(
        self, kind: str, media: list[tuple[int, int, bytes]], shown: bytes, changes: dict[str, Any]
    ) -> dict[str, Any]:
        assert self.boot is not None
        number = len(self.blobs) + 1
        time_s = 1_800_000_000 + number
        blob = self.boot.seal_media(media, kind=kind, id=number, time_s=time_s)
        item = {
            "id": number,
            "kind": kind,
            "time_s": time_s,
            "trigger": "button",
            "frames": sum(part == FRAME for part, _, _ in media),
            "duration_ms": media[-1][1],
            "sealed_bytes": len(blob),
            "sealed_sha256": hashlib.sha256(blob).hexdigest(),
            "thumb_bytes": 0,
            "light": LIGHT,
            "whole": True,
            "imported": False,
            "place": "flash",
            **changes,
        }
        self.items.append(item)
        self.blobs[number] = blob
        self.jpegs[number] = shown
        self.record("exposure", item=number)
        bodies = b"".join(body for _, _, body in media)
        return {"item": item, "media_sha256": hashlib.sha256(bodies).hexdigest(), "media_bytes": len(bodies)}

    async def serve(self, stream: End) -> None:
        """One session from the knock to its end."""
        self.stream = stream
        try:
            await self._serve(stream)
        except (LinkLost, ssl.SSLError):
            return
        finally:
            self.send = None
            await stream.close()

    async def post(self, event: str, **fields: Any) -> None:
        """Send an event in the open session."""
        assert self.send is not None
        await self.send(wire.json_frame(wire.EVENT, 0, {"event": event, **fields}))

    async def _serve(self, stream: End) -> None:
        nonce = os.urandom(16)
        buffer = await exactly(stream, b"", 4)
        await stream.send(nonce)
        buffer = await exactly(stream, buffer[4:], 16)
        if not any(hmac.compare_digest(buffer[:16], self._knock(key, nonce)) for key in self._knock_keys()):
            return
        tls = TlsServer(self._context(), stream, buffer[16:])
        await tls.handshake()
        self.send = tls.send
        reader = wire.FrameReader(wire.TO_GLASSES)
        while True:
            data = await tls.receive()
            while data:
                data = data[reader.feed(data) :]
                if reader.ready():
                    kind, request, body = reader.take()
                    await self._frame(tls, kind, request, bytes(body), nonce)

    def _knock_keys(self) -> list[bytes]:
        return [key for key in (self.pair_key, self.secret) if key is not None]

    def _knock(self, key: bytes, nonce: bytes) -> bytes:
        inner = hmac.digest(key, b"knock", "sha256")
        return hmac.digest(inner, b"plainsight-knock-v1" + nonce, "sha256")[:16]

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        self.identity.load_into(context)
        context.verify_mode = ssl.CERT_REQUIRED
        certificate = x509.load_der_x509_certificate(self.phone.certificate)
        context.load_verify_locations(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())
        return context

    async def _frame(self, tls: TlsServer, kind: int, request: int, body: bytes, nonce: bytes) -> None:
        if kind == wire.PING:
            await tls.send(wire.u32_frame(wire.PONG, request, wire.u32(body)))
        elif kind == wire.ACK:
            self.acked.set_result(wire.u32(body)) if not self.acked.done() else None
            self.ack = wire.u32(body)
            self.moved.set()
        elif kind == wire.MEDIA:
            await self._take_media(tls, request, body)
        elif kind == wire.REQUEST:
            operation, fields = wire.parse_request(body)
            self.requests.append((operation, fields))
            await self._answer(tls, request, operation, fields, nonce)

    async def _answer(self, tls: TlsServer, request: int, operation: str, fields: dict[str, Any], nonce: bytes) -> None:
        if operation in self.answers:
            answer = self.answers[operation](fields)
            if answer is not None:
                await tls.send(wire.json_frame(wire.RESPONSE, request, answer))
            return
        if operation == "fetch":
            await self._fetch(tls, request, fields)
        elif operation == "link_test" and fields["direction"] == "down":
            data = bytearray(fields["size"])
            wire.test_pattern(data, 0)
            self._start(tls, request, _Outgoing(bytes(data), hashlib.sha256(data).hexdigest(), 0, fields["window"]))
        elif operation in ("link_test", "update"):
            self.incoming, self.incoming_size = bytearray(), fields["size"]
        else:
            answer = getattr(self, "_" + operation)(fields, nonce)
            await tls.send(wire.json_frame(wire.RESPONSE, request, answer))

    async def _fetch(self, tls: TlsServer, request: int, fields: dict[str, Any]) -> None:
        held = self.blobs if fields["part"] == "item" else self.thumbs
        if fields["item"] not in [item["id"] for item in self.items] or fields["item"] not in held:
            await tls.send(wire.json_frame(wire.RESPONSE, request, {"error": "unknown_item"}))
        elif fields["offset"] > len(held[fields["item"]]):
            await tls.send(wire.json_frame(wire.RESPONSE, request, {"error": "bad_offset"}))
        else:
            breaks_off, data = self.breaks_off.get(fields["item"]), held[fields["item"]]
            sha256 = hashlib.sha256(data).hexdigest()
            if fields["item"] in self.damaged:
                data = data[:-1] + bytes([data[-1] ^ 1])
            self._start(tls, request, _Outgoing(data, sha256, fields["offset"], fields["window"], breaks_off))

    def _start(self, tls: TlsServer, request: int, outgoing: _Outgoing) -> None:
        self.moved = asyncio.Event()
        self.acked: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.ack = outgoing.offset
        self.sender = asyncio.create_task(self._send_media(tls, request, outgoing))

    async def _send_media(self, tls: TlsServer, request: int, outgoing: _Outgoing) -> None:
        data, breaks_off = outgoing.data, outgoing.breaks_off
        try:
            await tls.send(wire.json_frame(wire.RESPONSE, request, {"size": len(data), "sha256": outgoing.sha256}))
            sent = outgoing.offset
            while sent < len(data):
                if breaks_off is not None and sent >= breaks_off[0]:
                    await tls.send(wire.json_frame(wire.RESPONSE, request, {"error": breaks_off[1]}))
                    return
                chunk = data[sent : sent + wire.MEDIA_CHUNK]
                while sent + len(chunk) - self.ack > outgoing.window:
                    self.moved.clear()
                    await self.moved.wait()
                self.media_sent += len(chunk)
                sent += len(chunk)
                await tls.send(wire.media_frame(request, sent - len(chunk), chunk))
        except LinkLost:
            return

    async def _take_media(self, tls: TlsServer, request: int, body: bytes) -> None:
        assert wire.u32(body) == len(self.incoming)
        self.incoming += body[4:]
        await tls.send(wire.u32_frame(wire.ACK, request, len(self.incoming)))
        if len(self.incoming) == self.incoming_size:
            self.releases.append(bytes(self.incoming))
            digest = hashlib.sha256(self.incoming).hexdigest()
            await tls.send(wire.json_frame(wire.RESPONSE, request, {"size": self.incoming_size, "sha256": digest}))

    def _hello(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return {
            "version": wire.VERSION,
            "board": "peer",
            "firmware": "0",
            "mode": "development",
            "level": "optical",
            "phone": 1,
            "battery_mv": 3900,
            "settings": {**self.settings, "voice": self.voice},
            "journal_first": 0,
            "journal_first_head": hashlib.sha256(b"plainsight-journal-v1" + self.certificate_sha256).hexdigest(),
            "journal_count": len(self.lines),
            "journal_head": self.head,
            "crashes": 0,
        }

    def _pair(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        assert self.secret is not None
        transcript = self.certificate_sha256 + self.phone.certificate_sha256 + nonce
        expected = hmac.digest(self.secret, b"plainsight-pair-phone-v1" + transcript, "sha256").hex()
        if fields["proof"] != expected:
            return {"error": "pairing_refused"}
        answer = hmac.digest(self.secret, b"plainsight-pair-glasses-v1" + transcript, "sha256").hex()
        self.pair_key = PAIR_KEY
        self.secret = None
        if not self.owner_public:
            self.owner_public = bytes.fromhex(fields["owner_key"])
            self.boot = Boot(self.owner_public)
        self.record("pairing", phone=1)
        return {"proof": answer, "pair_key": PAIR_KEY.hex(), "phone": 1, "owner_key": self.owner_public.hex()}

    def _capture(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return self.take_picture()

    def _items(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        later = [item for item in self.items if item["id"] > fields["after"]]
        return {"items": later[:2], "more": len(later) > 2}

    def _delete(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        if fields["item"] not in [item["id"] for item in self.items]:
            return {"error": "unknown_item"}
        self.items = [item for item in self.items if item["id"] != fields["item"]]
        self.record("delete", item=fields["item"])
        return {"item": fields["item"]}

    def _settings(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        self.voice = fields.get("voice", self.voice)
        self.settings.update({name: value for name, value in fields.items() if name in wire.SETTINGS})
        self.record("settings", **fields)
        return {"settings": {**self.settings, "voice": self.voice}}

    def _imported(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        found = [item for item in self.items if item["id"] == fields["item"]]
        if not found or found[0]["sealed_sha256"] != fields["sealed_sha256"]:
            return {"error": "unknown_item"}
        erased = self.settings["erase_after_import"]
        found[0]["imported"] = True
        self.record("imported", item=fields["item"], erased=erased)
        if erased:
            self.items.remove(found[0])
        return {"item": fields["item"], "erased": erased}

    def _journal(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        later = self.lines[fields["from"] :]
        return {"records": later[:3], "more": len(later) > 3}

    def _countersign(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        assert self.pair_key is not None
        key = hmac.digest(self.pair_key, b"countersign", "sha256")
        signed = struct.pack("<I", fields["count"]) + bytes.fromhex(fields["head"])
        assert fields["mac"] == hmac.digest(key, signed, "sha256").hex()
        self.signatures.append(fields)
        self.record("countersign", count=fields["count"])
        return {"count": fields["count"]}

    def _status(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return {
            "battery_mv": 3900,
            "battery_percent": 80,
            "temperature_c": 31,
            "state": "connectable",
            "recording": "nothing",
            "muted": False,
            "free_bytes": 1000,
            "card": "none",
            "items": len(self.items),
            "not_imported": sum(not item["imported"] for item in self.items),
            "unsigned": 0,
            "uptime_s": 5,
            "heap_free": 2000,
        }

    def _stop(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return {"stopped": "nothing"}

    def _mark(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        self.record("mark")
        return {"record": len(self.lines) - 1}

    def _timelapse(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return fields

    def _power(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return fields

    def _adopt_card(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return {"card": "ready"}

    def _crashes(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return {"crashes": [{"boot": 3, "time_s": 9, "cause": "watchdog", "text": "the trigger task was stuck"}]}

    def _burst(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return {"items": [self.take_picture()["item"] for _ in range(fields["frames"])]}

    def _clip(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return {"item": len(self.blobs) + 1, "seconds": fields.get("seconds", 30), "audio": fields.get("audio", False)}

    def _install(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        if fields["sha256"] not in [hashlib.sha256(release).hexdigest() for release in self.releases]:
            return {"error": "update_missing"}
        return {"version": "0.2.0"}

    def _phones(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return {"phones": [{"id": 1, "name": "phone", "paired_s": 5, "current": True}]}

    def _revoke(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        self.pair_key = None
        return {"phone": fields["phone"]}

    def _invite(self, fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        return {"code": "A" * 26}
