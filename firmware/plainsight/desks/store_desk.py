"""Items: what there is, what a phone has of it, what is erased. Each act stands in the journal before it is done."""

from plainsight.desks.fitting import rows_that_fit
from plainsight.errors import Refused
from plainsight.media import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from plainsight.journal import Journal
    from plainsight.phones import Phone
    from plainsight.store import Store

_MOST_ITEMS = 8


class StoreDesk:
    """`items`, `imported`, `delete`, `adopt_card`, and the source of a `fetch`. `values`: the settings."""

    def __init__(self, store: "Store", journal: "Journal", values: "Mapping[str, object]"):
        self._store = store
        self._journal = journal
        self._values = values
        self._fetched = Fetched()
        self.answers = {
            "items": self._items,
            "imported": self._imported,
            "delete": self._delete,
            "adopt_card": self._adopt_card,
        }
        self.slow = {}
        self.sources = {"fetch": self.source}

    def source(self, fields: dict, phone: "Phone") -> "ItemSource":
        """What a `fetch` sends; recorded before its first byte leaves, resumed fetches once a boot. Raises Refused."""
        try:
            source = ItemSource(self._store, self._store.item(fields["item"]), fields["part"])
        except OSError as error:
            raise Refused("storage_failed", {"errno": error.errno})
        if fields["offset"] > source.size:
            raise Refused("bad_offset", {"size": source.size})
        if not self._fetched.before(phone, fields["item"], fields["part"]):
            self._journal.append("import", item=fields["item"], part=fields["part"], phone=phone.number)
            self._fetched.note(phone, fields["item"], fields["part"])
        return source

    def _items(self, fields: dict, _phone: "Phone") -> dict:
        items, more = self._store.list(fields["after"], _MOST_ITEMS)
        fitting = rows_that_fit(items)
        return {"items": fitting, "more": more or len(fitting) < len(items)}

    def _imported(self, fields: dict, phone: "Phone") -> dict:
        """Retention and erasing rest on this, so it counts only for the very bytes that lie here."""
        number = fields["item"]
        item = self._store.item(number)
        if fields["sealed_sha256"] != item["sealed_sha256"]:
            raise Refused("bad_request", {"reason": "other_sealed_sha256"})
        if not item["imported"]:
            self._journal.append("imported", item=number, phone=phone.number)
            self._store.mark_imported(number)
        erased = bool(self._values["erase_after_import"]) and self._erase(number, phone)
        return {"item": number, "erased": erased}

    def _erase(self, number: int, phone: "Phone") -> bool:
        """False where the card that holds the item can't be written now; it stays, imported."""
        try:
            self._store.check_erasable(number)
        except Refused:
            return False
        self._journal.append("delete", item=number, phone=phone.number, reason="imported")
        self._store.delete(number)
        return True

    def _delete(self, fields: dict, phone: "Phone") -> dict:
        self._store.check_erasable(fields["item"])
        self._journal.append("delete", item=fields["item"], phone=phone.number)
        self._store.delete(fields["item"])
        return {"item": fields["item"]}

    def _adopt_card(self, _fields: dict, phone: "Phone") -> dict:
        if self._store.card_is_foreign():
            self._journal.append("card", adopted=True, phone=phone.number)
            self._store.adopt_card()
        return {"card": self._store.card}


class Fetched:
    """Which phone has begun to fetch what since boot: an import is one record, however often it is resumed."""

    def __init__(self):
        self._of_phone: "dict[int, tuple[bytes, set[int]]]" = {}

    def before(self, phone: "Phone", number: int, part: str) -> bool:
        """True once it was noted for this very pairing."""
        pair_key, begun = self._of_phone.get(phone.number, (b"", set()))
        return pair_key == phone.pair_key and _key(number, part) in begun

    def note(self, phone: "Phone", number: int, part: str) -> None:
        """It is on record now."""
        known = self._of_phone.get(phone.number)
        if known is None or known[0] != phone.pair_key:
            known = self._of_phone[phone.number] = (phone.pair_key, set())
        known[1].add(_key(number, part))


def _key(number: int, part: str) -> int:
    return 2 * number + (part == "thumb")


class ItemSource(Source):
    """The sealed bytes of one stored item, or of its thumbnail."""

    def __init__(self, store: "Store", item: dict, part: str):
        """Raises Refused("unknown_item") where there is no thumbnail."""
        self.size: int = item["thumb_bytes"] if part == "thumb" else item["sealed_bytes"]
        if self.size == 0:
            raise Refused("unknown_item", {"part": part})
        self._sha256: str = item["thumb_sha256"] if part == "thumb" else item["sealed_sha256"]
        self._store = store
        self._number: int = item["id"]
        self._part = part

    async def sha256(self, scratch: bytearray) -> str:  # noqa: ARG002 - it is known already
        """Hash of the whole, in hex."""
        return self._sha256

    def read_into(self, offset: int, view: memoryview) -> int:
        """Fill `view`; how many bytes there were. Raises Refused."""
        return self._store.read_into(self._number, offset, view, self._part)
