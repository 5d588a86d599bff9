"""Every parser of the app that faces bytes from outside: the glasses, an advertisement, a QR, sealed media, paper."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from plainsight import seal, wire

from companion_app.gallery.errors import CannotOpen
from companion_app.gallery.unsealing import unseal
from companion_app.keys.errors import PhraseWrong
from companion_app.keys.owner import OwnerKey
from companion_app.keys.phrase import key_of, phrase_of
from companion_app.ledger.head import Head
from companion_app.ledger.lines import chain
from companion_app.ledger.mirror import JournalMirror
from companion_app.link import answers
from companion_app.link.beacon import parse_beacon
from companion_app.link.ble_bearer import CreditWindow
from companion_app.link.errors import BadSetupCode, ProtocolBroken
from companion_app.link.events import parse_event
from companion_app.link.setup_code import parse_setup_code
from companion_app.rooms import Rooms
from host_tools.provisioning.setup_code import SetupCode
from host_tools.runs.mutate import fields_for, mutated, pick
from host_tools.worn.unlocking import virtual_vault

_GLASSES = bytes(range(32))


class Parser:
    """As the parsers of the glasses: valid() -> bytes, take(data) -> understood or not; all else is a crash."""

    code: ClassVar[tuple[str, ...]] = ()

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def valid(self) -> bytes:
        """Something that is understood."""
        raise NotImplementedError

    def spoilt(self) -> bytes:
        """One input."""
        return bytes(mutated(self.valid()))

    def take(self, data: bytes) -> bool:
        """Understood, or refused as it should be."""
        raise NotImplementedError


class Answers(Parser):
    """What the glasses answer, as far as the client's own tables go."""

    code = ("companion_app/link/answers.py",)
    _MORE: ClassVar[dict[str, Callable[[dict[str, Any]], object]]] = {
        "capture": answers.parse_captured,
        "burst": answers.parse_burst,
        "items": lambda fields: [answers.Item.parse(row) for row in fields["items"]],
        "phones": lambda fields: [answers.parse_phone(row) for row in fields["phones"]],
        "crashes": lambda fields: [answers.parse_crash(row) for row in fields["crashes"]],
    }

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self._operation = "status"

    def valid(self) -> bytes:
        self._operation = pick(sorted(wire.OPERATIONS))
        fields = fields_for(wire.OPERATIONS[self._operation][2])
        if "item" in fields and isinstance(fields["item"], dict):
            fields["item"] = fields_for(wire.ITEM_FIELDS)
        if "items" in fields:
            fields["items"] = [fields_for(wire.ITEM_FIELDS)]
        if "phones" in fields:
            fields["phones"] = [{"id": 1, "name": "phone", "paired_s": 1, "current": True}]
        if "crashes" in fields and isinstance(fields["crashes"], list):
            fields["crashes"] = [{"boot": 1, "time_s": 1, "cause": "late", "text": "button"}]
        return json.dumps(fields).encode()

    def take(self, data: bytes) -> bool:
        try:
            fields = wire.parse_json(data)
            wire.check_fields(fields, wire.OPERATIONS[self._operation][2], strict=False)
            self._MORE.get(self._operation, answers.known)(*self._arguments(fields))
        except wire.BadBody:
            return False
        return True

    def _arguments(self, fields: dict[str, Any]) -> tuple[Any, ...]:
        return (fields,) if self._operation in self._MORE else (fields, wire.OPERATIONS[self._operation][2])


class Events(Parser):
    """What the glasses say unasked."""

    code = ("companion_app/link/events.py",)

    def valid(self) -> bytes:
        name = pick(sorted(wire.EVENTS))
        fields = fields_for(wire.EVENTS[name][0])
        if name == "item":
            fields["item"] = fields_for(wire.ITEM_FIELDS)
        return json.dumps({"event": name, **fields}).encode()

    def take(self, data: bytes) -> bool:
        try:
            return parse_event(data) is not None
        except wire.BadBody:
            return False


class FramesToPhone(Parser):
    """A stream of frames as it comes out of TLS at the phone."""

    code = ("firmware/plainsight/wire/frames.py",)

    def valid(self) -> bytes:
        frames = (
            wire.json_frame(wire.RESPONSE, random.getrandbits(16), {"record": 1}),
            wire.media_frame(7, random.getrandbits(30), bytes(random.randint(1, 300))),
            wire.u32_frame(wire.PONG, 1, random.getrandbits(30)),
            wire.json_frame(wire.EVENT, 0, {"event": "voice", "voice": "off"}),
        )
        return b"".join(pick(frames) for _ in range(random.randint(1, 4)))

    def take(self, data: bytes) -> bool:
        reader, view = wire.FrameReader(wire.TO_PHONE), memoryview(data)
        while view:
            try:
                view = view[reader.feed(view[: random.randint(1, 600)]) :]
            except wire.BadFrame:
                return False
            if reader.ready():
                reader.take()
        return True


class Radio(Parser):
    """Credits and advertisements."""

    code = ("companion_app/link/beacon.py", "companion_app/link/ble_bearer.py")

    def valid(self) -> bytes:
        return struct.pack("<I", random.randint(0, 4)) if random.getrandbits(1) else bytes(range(11))

    def take(self, data: bytes) -> bool:
        found = parse_beacon({wire.SERVICE_UUID: data}, {0xFFFF: data * 2})
        window = CreditWindow(4)
        for _ in range(random.randint(0, 4)):
            window.next_slot()
        try:
            window.credit(data)
        except ProtocolBroken:
            return found is not None
        return True


class Codes(Parser):
    """A setup code from a QR or a keyboard, and 24 words from paper."""

    code = ("companion_app/link/setup_code.py", "companion_app/keys/phrase.py")

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        setup = SetupCode(bytes(range(16)), _GLASSES)
        phrase = phrase_of(X25519PrivateKey.from_private_bytes(bytes(range(32))))
        self._texts = (setup.qr_text.encode(), setup.typed.encode(), phrase.encode())

    def valid(self) -> bytes:
        return pick(self._texts)

    def take(self, data: bytes) -> bool:
        text = data.decode(errors="replace")
        try:
            parse_setup_code(text)
        except BadSetupCode:
            try:
                key_of(text)
            except PhraseWrong:
                return False
        return True


class Sealed(Parser):
    """A blob as the glasses seal it: spoilt outside, where no key is needed, and inside, as the glasses could do."""

    code = ("companion_app/gallery/sealed.py", "companion_app/gallery/records.py", "companion_app/gallery/unsealing.py")

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self._owner = OwnerKey(X25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
        self._ratchet = seal.Ratchet(self._owner.public)

    def valid(self) -> bytes:
        """The plaintext."""
        meta = {"id": 1, "kind": pick(("photo", "clip", "thumb")), "time_s": 1, "trigger": "app", "salt": "ab" * 16}
        frames = [(2, _JPEG)] * random.randint(1, 3) + [(3, bytes(64))] * random.randint(0, 2)
        digest = _sha256(*(body for _, body in frames))
        count = sum(1 for kind, _ in frames if kind == _FRAME)
        end: dict[str, Any] = {"reason": "done", "frames": count, "duration_ms": 0, "media_sha256": digest, "light": {}}
        records = [(1, self._text(meta)), *frames, (4, self._text(end))]
        return b"".join(struct.pack("<BII", kind, 0, len(body)) + body for kind, body in records)

    def spoilt(self) -> bytes:
        inside = self.valid() if random.getrandbits(1) else bytes(mutated(self.valid()))
        blob: list[bytes] = []
        sealer = seal.Sealer()
        sealer.begin(lambda piece: blob.append(bytes(piece)), self._ratchet)
        sealer.put(inside)
        sealer.finish()
        whole = b"".join(blob)
        if self._ratchet_is_old():
            self._ratchet = seal.Ratchet(self._owner.public)
        return whole if random.randint(0, 2) else bytes(mutated(whole))

    def take(self, data: bytes) -> bool:
        try:
            unseal(data, self._owner, cut=random.getrandbits(1) == 1)
        except CannotOpen:
            return False
        return True

    def _ratchet_is_old(self) -> bool:
        """Each item costs the app one more step to open it."""
        return random.randint(0, 63) == 0

    def _text(self, fields: dict[str, Any]) -> bytes:
        text = json.dumps(fields).encode()
        return bytes(mutated(text)) if random.randint(0, 3) == 0 else text


class JournalLines(Parser):
    """The glasses' journal as the phone's mirror is told it."""

    code = ("companion_app/ledger/mirror.py", "companion_app/ledger/lines.py", "companion_app/ledger/told.py")

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self._lines = [json.dumps([n, 1_800_000_000 + n, "boot", {"journal": "ok"}]) for n in range(6)]
        self._number = 0
        self._rooms = Rooms(virtual_vault(self.folder / "app"))

    def valid(self) -> bytes:
        return "\n".join(self._lines[: random.randint(1, 6)]).encode()

    def take(self, data: bytes) -> bool:
        lines = data.decode(errors="replace").split("\n")
        self._number += 1
        mirror = JournalMirror(self._rooms.journals, self._rooms.heads, f"{self._number:08d}", _GLASSES)
        genesis = mirror.seen.hash
        count = len(lines) if random.randint(0, 3) else random.randint(0, 9)
        honest = random.getrandbits(1) == 1
        stated = Head(count, chain(genesis, lines) if honest else "00" * 32)

        async def read(first: int, most: int) -> list[str]:
            return lines[first : first + most]

        verdict = asyncio.run(mirror.check(stated, read))
        mirror.told()
        mirror.unsigned()
        for left in self.folder.rglob(f"*{self._number:08d}*"):
            left.unlink()
        return not verdict.findings


def _sha256(*bodies: bytes) -> str:
    return hashlib.sha256(b"".join(bodies)).hexdigest()


_FRAME = 2
# The smallest baseline JPEG header that a size can be read from.
_JPEG = bytes.fromhex("ffd8ffc0000b080010001001011100ffd9")

PARSERS: dict[str, type[Parser]] = {
    "answers": Answers,
    "events": Events,
    "frames to the phone": FramesToPhone,
    "credits and beacons": Radio,
    "setup codes and phrases": Codes,
    "sealed media": Sealed,
    "journal lines": JournalLines,
}
