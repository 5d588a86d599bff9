"""The home of promise 4: photographs lie in flash sealed to the owner's key, and nothing on the glasses opens them.

An item is two files: `<id>.psi`, the sealed blob, and `<id>.json`, what may be known without the key: wire.ITEM_FIELDS.
It exists once the second has its name. Staged: both have the ending `.new`. After a power cut `open` finishes what was
half committed, removes what was only staged or half deleted, and never uses an id twice.
"""

import binascii
import json
import os

from plainsight import compat, files, seal
from plainsight.compat import const
from plainsight.errors import Refused

_ENOSPC = const(28)
_RESERVE_BYTES = const(65536)  # stays free for the journal, so that a full store can still say so
_BLOB = ".psi"
_INDEX = ".json"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO

    Item = dict[str, Any]
    Items = list[Item]
    Numbers = list[int]
    Names = list[str]


class OwnerKnown(Exception):
    """Items may lie here for another owner; only a reset changes the owner."""


class Store:
    """Sealed items in `folder`. Call `open` only once the radio is on: before that the random bytes can be guessed."""

    def __init__(self, folder: str, draw: "Callable[[int], bytes]" = compat.urandom):
        self._folder = folder
        self._draw = draw
        self._ids: "Numbers" = []
        self._last = 0
        self._ratchet: seal.Ratchet | None = None
        self._reading = 0  # the item whose blob is open
        self._blob: "BinaryIO | None" = None
        self.owner: bytes | None = None

    def open(self) -> None:
        """Recover from any power cut and draw this boot's key. Raises OSError."""
        files.make_folder(self._folder)
        self._last = self._read_last()
        self._ids = self._recover()
        self.owner = files.read(self._folder + "/owner.key")
        if self.owner is not None:
            self._ratchet = seal.Ratchet(self.owner, self._draw)

    @property
    def has_owner(self) -> bool:
        """True once photographs can be sealed."""
        return self._ratchet is not None

    def set_owner(self, public: bytes) -> None:
        """Seal to this X25519 key from now on. Raises OwnerKnown, seal.BadOwnerKey, OSError; then nothing changed."""
        if self.owner is not None:
            if self.owner != public:
                raise OwnerKnown()
            return
        ratchet = seal.Ratchet(public, self._draw)
        files.write_atomic(self._folder + "/owner.key", public)
        self.owner = bytes(public)
        self._ratchet = ratchet

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self._ids)

    def free_bytes(self) -> int:
        """Room for items, the journal's reserve left out."""
        status = os.statvfs(self._folder)
        return max(0, status[1] * status[4] - _RESERVE_BYTES)

    def add(self, jpeg: bytearray, meta: "Item") -> "Item":
        """Stage and commit at once; for callers that keep no journal."""
        item = self.stage(jpeg, meta)
        self.commit(item)
        return item

    def stage(self, jpeg: bytearray, meta: "Item") -> "Item":
        """Write a sealed item that nobody sees yet; returns it as in wire.ITEM_FIELDS. Raises Refused.

        `meta`: time_s, trigger, jpeg_sha256, salt, light; the id is added here and sealed with it.
        """
        ratchet = self._ratchet
        if ratchet is None:
            raise Refused("no_owner")
        number = self._last + 1
        sealed_meta = json.dumps(_with_id(meta, number)).encode()
        size = seal.sealed_bytes(len(sealed_meta), len(jpeg))
        if size > self.free_bytes():
            raise Refused("storage_full", {"needed_bytes": size, "free_bytes": self.free_bytes()})
        self._last = number
        item: "Item" = {"id": number, "time_s": meta["time_s"], "trigger": meta["trigger"], "sealed_bytes": size}
        try:
            item["sealed_sha256"] = self._write_blob(number, ratchet, sealed_meta, jpeg)
            item["light"] = meta["light"]
            self._write_index(number, item)
        except OSError as error:
            self.unstage(item)
            raise _refused(error)
        return item

    def commit(self, item: "Item") -> None:
        """Make a staged item visible. Raises Refused; then it is gone."""
        number = item["id"]
        try:
            files.rename(self._path(number, _BLOB + files.BESIDE), self._path(number, _BLOB))
            files.rename(self._path(number, _INDEX + files.BESIDE), self._path(number, _INDEX))
        except OSError as error:
            self.unstage(item)
            raise _refused(error)
        self._ids.append(number)

    def unstage(self, item: "Item") -> None:
        """Remove what `stage` wrote."""
        number = item["id"]
        for ending in (_INDEX + files.BESIDE, _BLOB + files.BESIDE, _BLOB):
            files.remove(self._path(number, ending))

    def list(self, after: int, limit: int) -> "tuple[Items, bool]":
        """Up to `limit` items with an id above `after`, oldest first, and whether there are more."""
        later = [number for number in self._ids if number > after]
        return [self.item(number) for number in later[:limit]], len(later) > limit

    def item(self, number: int) -> "Item":
        """One item as in wire.ITEM_FIELDS. Raises Refused("unknown_item")."""
        index = files.read(self._path(number, _INDEX)) if number in self._ids else None
        if index is None:
            raise Refused("unknown_item")
        return json.loads(index)

    def read_into(self, number: int, offset: int, buffer: bytearray | memoryview) -> int:
        """Fill `buffer` with sealed bytes from `offset`; returns how many there were. Raises Refused."""
        if number not in self._ids:
            raise Refused("unknown_item")
        file = self._open_blob(number)
        if file.seek(0, 2) < offset:
            raise Refused("bad_offset")
        file.seek(offset)
        return file.readinto(buffer) or 0

    def delete(self, number: int) -> None:
        """Erase an item, and with it the only copy of its salt. Raises Refused("unknown_item"), OSError."""
        if number not in self._ids:
            raise Refused("unknown_item")
        self._close_blob()
        if number == self._last:
            self._write_last()
        files.remove(self._path(number, _INDEX))
        self._ids.remove(number)
        files.remove(self._path(number, _BLOB))

    def _write_blob(self, number: int, ratchet: seal.Ratchet, meta: bytes, jpeg: bytearray) -> str:
        """Returns the SHA-256 of the sealed blob in hex."""
        with open(self._path(number, _BLOB + files.BESIDE), "wb") as file:
            digest = seal.seal(file.write, ratchet, meta, jpeg)
            compat.flush(file)
        return binascii.hexlify(digest).decode()

    def _write_index(self, number: int, item: "Item") -> None:
        with open(self._path(number, _INDEX + files.BESIDE), "wb") as file:
            file.write(json.dumps(item).encode())
            compat.flush(file)

    def _recover(self) -> "Numbers":
        """The ids of whole items, ascending, once every half one is finished or removed."""
        names = files.names(self._folder)
        numbers = sorted({number for number in map(_number, names) if number is not None})
        self._last = max([self._last] + numbers)
        return [number for number in numbers if self._settle(number, names)]

    def _settle(self, number: int, names: "Names") -> bool:
        """Finish or remove what a power cut left of one item; True where a whole item remains."""
        blob, index = self._name(number, _BLOB), self._name(number, _INDEX)
        if index not in names and blob in names and index + files.BESIDE in names:
            # Only a commit gives the blob its name while the index has none: the journal knows this item.
            files.rename(self._path(number, _INDEX + files.BESIDE), self._path(number, _INDEX))
            return True
        if index in names and blob in names:
            return True
        if self._last == number:
            self._write_last()
        self.unstage({"id": number})
        files.remove(self._path(number, _INDEX))
        return False

    def _read_last(self) -> int:
        """The highest id that was ever used, as far as it was written down."""
        text = files.read(self._folder + "/last") or b"0"
        return int(text) if text.isdigit() else 0

    def _write_last(self) -> None:
        files.write_atomic(self._folder + "/last", b"%d" % self._last)

    def _open_blob(self, number: int) -> "BinaryIO":
        """The open file of an item; the last one stays open, since a transfer reads it in many pieces."""
        if self._blob is not None and self._reading == number:
            return self._blob
        self._close_blob()
        blob = open(self._path(number, _BLOB), "rb")
        self._blob = blob
        self._reading = number
        return blob

    def _close_blob(self) -> None:
        if self._blob is not None:
            self._blob.close()
            self._blob = None

    def _path(self, number: int, ending: str) -> str:
        return self._folder + "/" + self._name(number, ending)

    def _name(self, number: int, ending: str) -> str:
        return "%08d%s" % (number, ending)


def _number(name: str) -> int | None:
    """The id in the name of a file of an item, or None for another file."""
    digits = name.split(".", 1)[0]
    return int(digits) if digits.isdigit() else None


def _with_id(meta: "Item", number: int) -> "Item":
    fields: "Item" = {"id": number}
    fields.update(meta)
    return fields


def _refused(error: OSError) -> Refused:
    code = "storage_full" if error.errno == _ENOSPC else "storage_failed"
    return Refused(code, {"errno": error.errno})
