"""What a power cut, a pulled card or a failing medium left behind, settled at boot and whenever the card comes.

Begun and never finished: removed, but for a clip with whole chunks, which is offered. Blobs without an index: removed,
their deletion was under way. An index whose blob is missing or too short: condemned, and so said.
"""

from plainsight import files
from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.storage import blobs
from plainsight.storage.index import file_name, number_in

_EIO = const(5)
_ON_RECORD = "on_record"  # in a draft: the journal says that a power cut ended this clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from plainsight.storage.index import Index

    Item = dict[str, Any]


class Leftovers:
    """`unfinished`: id to folder of the clips that can be adopted; `lost`: ids of clips of which nothing is left."""

    def __init__(self, index: "Index"):
        self._index = index
        self.unfinished: "dict[int, str]" = {}
        self.lost: "set[int]" = set()
        self._examined: "blobs.Whole | None" = None

    def settle(self, folder: str, card: str) -> None:
        """Look through one place, the flash (`card` "") or a card that has just been mounted. Raises OSError."""
        sizes = files.sizes(folder)
        self._check_blobs(sizes, card)
        for number, fields in list(self._index.staged.items()):
            if fields.get("card", "") == card and number not in self.unfinished:
                self._settle_draft(number, fields, folder)
        for number in sorted({number_in(name) for name in sizes if name.endswith((blobs.BLOB, blobs.THUMB))}):
            if not self._is_known(number, card):
                self._index.keep_last(number)
                blobs.remove(folder, file_name(number, ""))

    def card_with(self, sizes: "dict[str, int]") -> str:
        """The card, known by its items, that all lie among these files: one of ours that lost its identity; or ""."""
        entries = self._index.entries
        for card in {entry.card for entry in entries.values() if entry.card}:
            items = [number for number in entries if entries[number].card == card]
            if all(file_name(number, blobs.BLOB) in sizes for number in items):
                return card
        return ""

    def forget(self, number: int) -> None:
        """It is an item now, or nothing."""
        self.unfinished.pop(number, None)
        self.lost.discard(number)

    def let_go_of_card(self) -> None:
        """What lies on a card is offered again when it is back."""
        self._examined = None
        for number in list(self.unfinished):
            if self._index.staged[number].get("card"):
                del self.unfinished[number]

    def is_on_record(self, number: int) -> bool:
        """What `note_on_record` noted."""
        return _ON_RECORD in self._index.staged.get(number, {})

    def note_on_record(self, number: int) -> None:
        """Keep with its draft that the journal has an unfinished clip. Raises OSError."""
        fields = dict(self._index.staged[number])
        fields[_ON_RECORD] = True
        self._index.stage(number, fields)
        self._index.staged[number] = fields

    def examine(self, number: int) -> bool:
        """Read on in an unfinished clip; True once `item` need not. Raises Refused("unknown_item"), OSError."""
        return self._whole(number).step()

    def item(self, number: int) -> "Item":
        """What can be told of an unfinished clip without its key. Raises Refused("unknown_item"), OSError."""
        whole = self._whole(number)
        self._examined = None
        path = whole.path[: -len(blobs.BLOB)]
        fields = self._index.staged[number]
        item: "Item" = {"frames": 0, "duration_ms": 0, "light": {"verdict": "cut"}, "thumb_bytes": 0}
        item.update(fields)
        item.pop(_ON_RECORD, None)
        item.update({"whole": whole.ended, "imported": False, "sealed_bytes": whole.size})
        item["sealed_sha256"] = whole.sha256()
        thumb = blobs.Whole(path + blobs.THUMB)
        if thumb.ended:
            item["thumb_bytes"] = thumb.size
            item["thumb_sha256"] = thumb.sha256()
        return item

    def _whole(self, number: int) -> "blobs.Whole":
        """What is being looked through. Raises Refused("unknown_item"), OSError."""
        if number not in self.unfinished:
            raise Refused("unknown_item")
        path = self.unfinished[number] + "/" + file_name(number, blobs.BLOB)
        if self._examined is None or self._examined.path != path:
            self._examined = blobs.Whole(path)
            if not self._examined.size:
                raise OSError(_EIO)  # it was there when it was offered
        return self._examined

    def _check_blobs(self, sizes: "dict[str, int]", card: str) -> None:
        for number, entry in list(self._index.entries.items()):
            if entry.card == card and (
                sizes.get(file_name(number, blobs.BLOB), 0) < entry.blob_bytes
                or sizes.get(file_name(number, blobs.THUMB), 0) < entry.thumb_bytes
            ):
                self._index.condemn(number, "blob")

    def _settle_draft(self, number: int, fields: "Item", folder: str) -> None:
        if fields.get("kind") == "clip":
            if blobs.whole_bytes(folder + "/" + file_name(number, blobs.BLOB))[0]:
                self.unfinished[number] = folder
                return
            self.lost.add(number)  # its draft stays until that is on record: the journal says that it began
        blobs.remove(folder, file_name(number, ""))
        if number not in self.lost:
            self._index.unstage(number)

    def _is_known(self, number: int, card: str) -> bool:
        """A file with this number may lie at this place: of items on cards, on any that is called ours."""
        entry = self._index.entries.get(number)
        if entry is not None:
            return bool(entry.card) == bool(card)
        fields = self._index.staged.get(number) or self._index.pending.get(number)
        if fields is not None:
            return bool(fields.get("card")) == bool(card)
        return number in self._index.damaged
