"""Items: what there is, what a phone has of it, and what is erased."""

from plainsight.desks.fitting import rows_that_fit
from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.journal import Journal
    from plainsight.phones import Phone
    from plainsight.store import Store

_MOST_ITEMS = 8


class StoreDesk:
    """`items`, `delete`, and the source of a `fetch`."""

    def __init__(self, store: "Store", journal: "Journal"):
        self._store = store
        self._journal = journal
        self.answers = {"items": self._items, "delete": self._delete}
        self.slow = {}

    def source(self, fields: dict, phone: "Phone") -> "ItemSource":
        """What a `fetch` sends; recorded before its first byte leaves. Raises Refused."""
        try:
            item = self._store.item(fields["item"])
        except OSError as error:
            raise Refused("storage_failed", {"errno": error.errno})
        if fields["offset"] > item["sealed_bytes"]:
            raise Refused("bad_offset", {"size": item["sealed_bytes"]})
        self._journal.append("import", item=item["id"], phone=phone.number, offset=fields["offset"])
        return ItemSource(self._store, item)

    def _items(self, fields: dict, _phone: "Phone") -> dict:
        items, more = self._store.list(fields["after"], _MOST_ITEMS)
        fitting = rows_that_fit(items)
        return {"items": fitting, "more": more or len(fitting) < len(items)}

    def _delete(self, fields: dict, phone: "Phone") -> dict:
        self._store.item(fields["item"])
        self._journal.append("delete", item=fields["item"], phone=phone.number)
        self._store.delete(fields["item"])
        return {"item": fields["item"]}


class ItemSource:
    """The sealed bytes of one stored item."""

    def __init__(self, store: "Store", item: dict):
        self.size: int = item["sealed_bytes"]
        self._store = store
        self._item = item

    async def sha256(self, _scratch: bytearray) -> str:
        """Hash of the whole, in hex."""
        return self._item["sealed_sha256"]

    def read_into(self, offset: int, view: memoryview) -> int:
        """Fill `view`; how many bytes there were. Raises Refused, OSError."""
        return self._store.read_into(self._item["id"], offset, view)
