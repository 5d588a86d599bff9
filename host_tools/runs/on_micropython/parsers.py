"""Every parser of the glasses that faces bytes from outside: the link, and files that anybody with a cable can write.

Each has valid() -> bytes, and take(data) -> True (understood) or False (refused as it should be); whatever else it
raises is a crash. `code`: the files whose branches it is to reach. Runs under both interpreters.
"""

import asyncio
import io
import json
import random

from mutating import fields_for, mutated, pick
from one_parser import Parser
from parsers_of_files import IndexFiles, JournalFiles, SettingsFile, SlotRecord, SmallFiles, WaysInFiles
from plainsight import knock, wire
from plainsight.stream import ByteStream
from plainsight.update import bundle, manifest
from plainsight.update.errors import BadRelease


class Frames(Parser):
    """A stream of frames as it comes out of TLS, in pieces of any size, and the bodies in them."""

    code = ("plainsight/wire/frames.py",)

    def valid(self):
        return b"".join([self._frame() for _ in range(random.randint(1, 4))])

    def take(self, data):
        reader = wire.FrameReader(wire.TO_GLASSES)
        view = memoryview(data)
        while len(view):
            try:
                taken = reader.feed(view[: random.randint(1, 600)])
            except wire.BadFrame:
                return False
            view = view[taken:]
            if reader.ready():
                kind, _, body = reader.take()
                if kind in (wire.ACK, wire.PING, wire.PONG, wire.MEDIA):
                    wire.u32(body)
        return True

    def _frame(self):
        choice = random.randint(0, 3)
        if choice == 0:
            return wire.json_frame(wire.REQUEST, random.getrandbits(16), {"op": "status"})
        if choice == 1:
            return wire.media_frame(random.getrandbits(16), random.getrandbits(30), bytes(random.randint(1, 300)))
        if choice == 2:
            return wire.u32_frame(pick((wire.ACK, wire.PING, wire.PONG)), 1, random.getrandbits(30))
        return wire.frame(wire.CANCEL, 3)


class Requests(Parser):
    """The JSON of a request, against the table of its operation."""

    code = ("plainsight/wire/bodies.py",)

    def valid(self):
        operation = pick(sorted(wire.OPERATIONS))
        fields = fields_for(wire.OPERATIONS[operation][1])
        fields["op"] = operation
        return json.dumps(fields).encode()

    def take(self, data):
        try:
            wire.parse_request(data)
        except wire.BadBody:
            return False
        return True


class Knock(Parser):
    """What a stranger says before TLS."""

    code = ("plainsight/knock.py", "plainsight/stream.py")

    def valid(self):
        return wire.KNOCK_HELLO + bytes(wire.KNOCK_PROOF_BYTES)

    def take(self, data):
        return asyncio.run(self._listen(data))

    async def _listen(self, data):
        stream = ByteStream(64, 64)
        at = 0
        while at < len(data) and at < 64:
            size = random.randint(1, 20)
            stream.incoming.put(data[at : min(64, at + size)])
            at += size
        stream.end()
        try:
            nonce, proof = await knock.listen(stream)
        except knock.KnockRefused:
            return False
        if knock.recognise(proof, nonce, [(knock.knock_key(b"secret"), 1)]) is not None:
            raise AssertionError("a stranger was recognised")
        return True


class Releases(Parser):
    """The head and the manifest of a release, before its signature is believed."""

    code = ("plainsight/update/bundle.py", "plainsight/update/manifest.py", "plainsight/update/versions.py")

    def valid(self):
        rows = []
        for _ in range(random.randint(1, 4)):
            name = pick(("a", "b/c", "b/d.e", "__init__")) + pick((".py", ".mpy"))
            rows.append(["plainsight/" + name, random.getrandbits(8), "ab" * 32])
        return json.dumps(
            {"board": "virtual", "files": rows, "floor": "0.1.0", "format": 1, "version": pick(("0.1.0", "10.2.33"))}
        ).encode()

    def spoilt(self):
        text = mutated(self.valid())
        if random.randint(0, 3):
            return bundle.pack_head(bytes(40), text) + bytes(8)
        return mutated(bundle.pack_head(bytes(40), text))

    def take(self, data):
        try:
            release = manifest.parse(bundle.read_head(io.BytesIO(data), len(data)).manifest)
        except BadRelease:
            return False
        for path, size, _ in release.files:
            if ".." in path.split("/") or path[:1] == "/" or size < 0:
                raise AssertionError("a path that leaves the slot")
        return True


PARSERS = {
    "frames to the glasses": Frames,
    "requests": Requests,
    "knock": Knock,
    "settings file": SettingsFile,
    "crash log and clock": SmallFiles,
    "phones and codes": WaysInFiles,
    "journal files": JournalFiles,
    "store's index": IndexFiles,
    "slot record": SlotRecord,
    "release": Releases,
}
