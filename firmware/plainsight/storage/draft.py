"""An item while it is being taken: records go in, sealed chunks come out, and nobody sees it before its commit."""

import binascii
import hashlib
import json
import struct

from plainsight import compat, seal
from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.storage import blobs
from plainsight.storage.index import file_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO

    from plainsight.storage.place import Place

    Item = dict[str, Any]
    Buffer = bytes | bytearray | memoryview

META = const(1)
FRAME = const(2)
AUDIO = const(3)
END = const(4)
_RECORD_HEADER = "<BII"  # kind, time_ms, length
_RECORD_HEADER_BYTES = const(9)
_ENOMEM = const(12)
_END_ROOM_BYTES = const(2 * 16436)  # the chunk at hand and the one that END may begin


class Draft:
    """Made by Store.begin; ends with `finish` there and here, or with Store.abandon. All methods raise Refused."""

    def __init__(self, fields: "Item", salt: bytes, place: "Place", staged: "Callable[[Item], Item]"):
        """`fields`: id, kind, time_s, trigger; `staged(item)` writes the index of the finished item."""
        self.id: int = fields["id"]
        self.salt = salt
        self.place = place
        self.media_sha256 = b""
        self.open = True
        self.finished = False
        self.frames = 0
        self._fields = fields
        self._staged = staged
        self._media = hashlib.sha256()
        self._record = bytearray(_RECORD_HEADER_BYTES)
        self._time_ms = 0
        self._thumb: "Item" = {"thumb_bytes": 0}
        self._failed: Refused | None = None
        self._file: "BinaryIO | None" = None
        self._flushes = fields["kind"] == "clip"  # a photograph is whole or nothing, a clip is kept up to a power cut

    def start(self, sealer: seal.Sealer, thumb_sealer: seal.Sealer, ratchet: seal.Ratchet) -> None:
        """Open the blob and write what it begins with."""
        self._sealer = sealer
        self._thumb_sealer = thumb_sealer
        self._ratchet = ratchet
        try:
            self._room = self.place.free_bytes()
            file = self._file = open(self._path(blobs.BLOB), "wb")
            sealer.begin(file.write, ratchet)
            self._put(META, 0, self._meta(self._fields["kind"]))
        except OSError as error:
            raise self._fail(error)

    @property
    def bytes(self) -> int:
        """Sealed so far, what still waits in the chunk left out."""
        return self._sealer.written

    def frame(self, view: "Buffer", time_ms: int) -> None:
        """One whole JPEG, `time_ms` after the item began. On storage_full nothing of it was taken: finish what is."""
        self._media_record(FRAME, view, time_ms)
        self.frames += 1

    def audio(self, view: "Buffer", time_ms: int) -> None:
        """PCM s16le, 16 kHz, mono, that begins `time_ms` after the item began."""
        self._media_record(AUDIO, view, time_ms)

    def thumb(self, view: "Buffer") -> None:
        """One small JPEG, sealed on its own, so that a phone can look before it fetches the whole."""
        self._check()
        self._check_room(len(view) + seal.chunk_bytes(seal.CHUNK_BYTES))
        try:
            with open(self._path(blobs.THUMB), "wb") as file:
                sealer = self._thumb_sealer
                sealer.begin(file.write, self._ratchet)
                put_record(sealer, self._record, META, 0, self._meta("thumb"))
                put_record(sealer, self._record, FRAME, 0, view)
                sha256 = hashlib.sha256(view).digest()
                put_record(sealer, self._record, END, 0, _end("done", 1, 0, sha256, {}))
                digest = sealer.finish()
                compat.flush(file)
        except OSError as error:
            raise self._fail(error)
        self._thumb = {"thumb_bytes": self._thumb_sealer.written, "thumb_sha256": _hex(digest)}
        self._room -= self._thumb_sealer.written

    def finish(self, reason: str, light: "Item") -> "Item":
        """Write the end; returns the item as in wire.ITEM_FIELDS, on the medium and not yet seen."""
        self._check()
        self.media_sha256 = self._media.digest()
        try:
            self._put(END, self._time_ms, _end(reason, self.frames, self._time_ms, self.media_sha256, light))
            digest = self._sealer.finish()
            self._flush()
            self.close()
        except OSError as error:
            raise self._fail(error)
        item = self._staged(self._item(_hex(digest), light))
        self.finished = True
        return item

    def drop(self, refused: Refused) -> None:
        """Stop in the middle; what is asked of the draft from now on is refused."""
        self._failed = self._failed or refused
        try:
            self.close()
        except OSError:
            return  # the medium is gone, and with it what the file still wanted to write

    def close(self) -> None:
        """Stop writing; forget the keys. Harmless when it was done before."""
        self.open = False
        self._sealer.end()
        self._thumb_sealer.end()
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _item(self, sha256: str, light: "Item") -> "Item":
        item = dict(self._fields)
        item.update(
            {
                "frames": self.frames,
                "duration_ms": self._time_ms,
                "sealed_bytes": self._sealer.written,
                "sealed_sha256": sha256,
                "light": light,
                "whole": True,
                "imported": False,
            }
        )
        item.update(self._thumb)
        return item

    def _media_record(self, kind: int, view: "Buffer", time_ms: int) -> None:
        self._check()
        if len(view) + _RECORD_HEADER_BYTES > self._sealer.room:  # asked only where a chunk is written anyway
            self._check_room(len(view))
        try:
            self._put(kind, time_ms, view)
        except (OSError, MemoryError) as error:  # half a record may stand there: nothing can follow it
            raise self._fail(error)
        self._media.update(view)
        self._time_ms = time_ms

    def _put(self, kind: int, time_ms: int, body: "Buffer") -> None:
        written = self._sealer.written
        put_record(self._sealer, self._record, kind, time_ms, body)
        if self._flushes and self._sealer.written != written:
            self._flush()

    def _flush(self) -> None:
        if self._file is not None:
            compat.flush(self._file)

    def _check_room(self, needed_bytes: int) -> None:
        """Refuse while there is still room for the end."""
        free_bytes = self._room - self._sealer.written
        if needed_bytes + _END_ROOM_BYTES > free_bytes:
            raise Refused("storage_full", {"needed_bytes": needed_bytes, "free_bytes": free_bytes})

    def _check(self) -> None:
        if self._failed is not None:
            raise self._failed

    def _fail(self, error: "OSError | MemoryError") -> Refused:
        """The refusal for this and everything that is asked later."""
        full_heap = Refused("storage_failed", {"errno": _ENOMEM})
        self._failed = self.place.refused(error) if isinstance(error, OSError) else full_heap
        return self._failed

    def _meta(self, kind: str) -> "Buffer":
        fields: "Item" = {"salt": _hex(self.salt)}
        fields.update({name: self._fields[name] for name in ("id", "time_s", "trigger")})
        fields["kind"] = kind
        return json.dumps(fields).encode()

    def _path(self, ending: str) -> str:
        return self.place.folder + "/" + file_name(self.id, ending)


def put_record(sealer: seal.Sealer, header: bytearray, kind: int, time_ms: int, body: "Buffer") -> None:
    """One record into a sealed item; `header`: 9 bytes to build its header in."""
    struct.pack_into(_RECORD_HEADER, header, 0, kind, time_ms, len(body))
    sealer.put(header)
    sealer.put(body)


def _end(reason: str, frames: int, duration_ms: int, media_sha256: bytes, light: "Item") -> bytes:
    fields: "Item" = {"reason": reason, "frames": frames, "duration_ms": duration_ms, "light": light}
    fields["media_sha256"] = _hex(media_sha256)
    return json.dumps(fields).encode()


def _hex(data: bytes) -> str:
    return binascii.hexlify(data).decode()
