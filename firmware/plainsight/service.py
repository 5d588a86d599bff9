"""What a paired phone can ask: one method for each operation of wire.OPERATIONS, from checked fields to an answer."""

import binascii
import json
import struct

from plainsight import wire
from plainsight.compat import same
from plainsight.errors import Refused
from plainsight.hkdf import hmac_sha256
from plainsight.identity import FIRMWARE_VERSION
from plainsight.media import pattern_into, pattern_sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from plainsight.capture import Capture
    from plainsight.failures import Failures
    from plainsight.identity import Identity
    from plainsight.journal import Journal
    from plainsight.listening import VoicePolicy
    from plainsight.pairing import Pairing
    from plainsight.phones import Phone
    from plainsight.settings import Settings
    from plainsight.store import Store

    class Board(Protocol):
        """What the service needs of a board."""

        name: str

        def battery_mv(self) -> int: ...
        def heap_free(self) -> int: ...
        def set_time(self, unix_s: int) -> None: ...


_MOST_ITEMS = 8
_MOST_RECORDS = 16
_LIST_BYTES = wire.MAX_BODY - 64  # what an answer's rows may take, the rest of the object left out


class Service:
    """Answers for the glasses. Every failure that a phone can cause or meet is a Refused."""

    def __init__(
        self,
        board: "Board",
        identity: "Identity",
        capture: "Capture",
        store: "Store",
        journal: "Journal",
        settings: "Settings",
        voice: "VoicePolicy",
        pairing: "Pairing",
        failures: "Failures",
    ):
        self._board = board
        self._identity = identity
        self._capture = capture
        self._store = store
        self._journal = journal
        self._settings = settings
        self._voice = voice
        self._pairing = pairing
        self._failures = failures
        self.on_voice: Callable[[str], None] | None = None
        self._answers = {
            "hello": self._hello,
            "phones": self._phones,
            "revoke": self._revoke,
            "invite": self._invite,
            "items": self._items,
            "delete": self._delete,
            "settings": self._change_settings,
            "journal": self._records,
            "countersign": self._countersign,
            "status": self._status,
        }

    def answer(self, operation: str, fields: dict, phone: "Phone") -> dict:
        """The answer to one request that is answered at once. Raises Refused."""
        try:
            return self._answers[operation](fields, phone)
        except OSError as error:
            raise Refused("storage_failed", {"errno": error.errno})

    async def capture(self, trigger: str) -> dict:
        """Take a photograph. Raises Refused."""
        return await self._capture.take(trigger)

    def source(self, operation: str, fields: dict, phone: "Phone") -> "ItemSource | PatternSource":
        """What `fetch` or `link_test` sends; a fetch is recorded before its first byte leaves. Raises Refused."""
        if operation == "link_test":
            return PatternSource(fields["size"])
        try:
            item = self._store.item(fields["item"])
        except OSError as error:
            raise Refused("storage_failed", {"errno": error.errno})
        if fields["offset"] > item["sealed_bytes"]:
            raise Refused("bad_offset", {"size": item["sealed_bytes"]})
        self._journal.append("import", item=item["id"], phone=phone.number, offset=fields["offset"])
        return ItemSource(self._store, item)

    def may_send_voice(self) -> bool:
        """What the voice policy says at this moment."""
        return self._voice.may_send()

    def record_failures(self) -> None:
        """The owner's phone is here: what strangers tried meanwhile goes into the journal that it will read."""
        self._failures.record()

    def _hello(self, fields: dict, phone: "Phone") -> dict:
        try:
            self._board.set_time(fields["time_s"])
        except (OverflowError, ValueError):  # the ESP32's calendar is narrower than the wire's
            raise Refused("bad_request", {"reason": "bad_time_s"})
        return {
            "version": wire.VERSION,
            "board": self._board.name,
            "firmware": FIRMWARE_VERSION,
            "mode": self._identity.mode,
            "level": self._identity.level,
            "phone": phone.number,
            "battery_mv": self._board.battery_mv(),
            "settings": self._settings.values,
            "journal_count": self._journal.count,
            "journal_head": _hex(self._journal.head),
        }

    def _phones(self, _fields: dict, phone: "Phone") -> dict:
        return {"phones": self._pairing.list(phone)}

    def _revoke(self, fields: dict, phone: "Phone") -> dict:
        self._pairing.revoke(fields["phone"], phone.number)
        return {"phone": fields["phone"]}

    def _invite(self, _fields: dict, _phone: "Phone") -> dict:
        return {"code": self._pairing.invite()}

    def _items(self, fields: dict, _phone: "Phone") -> dict:
        items, more = self._store.list(fields["after"], _MOST_ITEMS)
        fitting = rows_that_fit(items)
        return {"items": fitting, "more": more or len(fitting) < len(items)}

    def _delete(self, fields: dict, phone: "Phone") -> dict:
        self._store.item(fields["item"])
        self._journal.append("delete", item=fields["item"], phone=phone.number)
        self._store.delete(fields["item"])
        return {"item": fields["item"]}

    def _change_settings(self, fields: dict, _phone: "Phone") -> dict:
        if "voice" in fields:
            self._voice.set(fields["voice"], fields["consent"])
            if self.on_voice is not None:
                self.on_voice(fields["voice"])
        return {"settings": self._settings.values}

    def _records(self, fields: dict, _phone: "Phone") -> dict:
        lines, more = self._journal.lines(fields["from"], _MOST_RECORDS)
        fitting = rows_that_fit(lines)
        return {"records": fitting, "more": more or len(fitting) < len(lines)}

    def _countersign(self, fields: dict, phone: "Phone") -> dict:
        head = binascii.unhexlify(fields["head"])
        mac = binascii.unhexlify(fields["mac"])
        if not same(mac, hmac_sha256(phone.countersign_key, struct.pack("<I", fields["count"]) + head)):
            raise Refused("bad_request", {"reason": "bad_mac"})
        self._journal.countersign(fields["count"], head, mac)
        return {"count": fields["count"]}

    def _status(self, _fields: dict, _phone: "Phone") -> dict:
        return {
            "battery_mv": self._board.battery_mv(),
            "free_bytes": self._store.free_bytes(),
            "items": self._store.count,
            "heap_free": self._board.heap_free(),
        }


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


class PatternSource:
    """The link-test pattern."""

    def __init__(self, size: int):
        self.size = size
        self.read_into = pattern_into

    async def sha256(self, scratch: bytearray) -> str:
        """Hash of the whole, in hex."""
        return await pattern_sha256(self.size, scratch)


def rows_that_fit(rows: list) -> list:
    """As many rows from the front as fit one answer, and at least one."""
    room = _LIST_BYTES
    fitting = []
    for row in rows:
        room -= len(json.dumps(row, separators=(",", ":")).encode()) + 1
        if room < 0 and fitting:
            break
        fitting.append(row)
    return fitting


def _hex(data: bytes) -> str:
    return binascii.hexlify(data).decode()
