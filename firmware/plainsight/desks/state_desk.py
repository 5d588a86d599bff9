"""Who the glasses are and how they are."""

import binascii

from plainsight import wire
from plainsight.errors import Refused
from plainsight.identity import FIRMWARE_VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from plainsight.identity import Identity
    from plainsight.journal import Journal
    from plainsight.phones import Phone
    from plainsight.settings import Settings
    from plainsight.store import Store

    class Board(Protocol):
        """What this desk needs of a board."""

        name: str

        def battery_mv(self) -> int: ...
        def heap_free(self) -> int: ...
        def set_time(self, unix_s: int) -> None: ...


class StateDesk:
    """`hello` and `status`."""

    def __init__(self, board: "Board", identity: "Identity", store: "Store", journal: "Journal", settings: "Settings"):
        self._board = board
        self._identity = identity
        self._store = store
        self._journal = journal
        self._settings = settings
        self.answers = {"hello": self._hello, "status": self._status}
        self.slow = {}

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
            "journal_head": binascii.hexlify(self._journal.head).decode(),
        }

    def _status(self, _fields: dict, _phone: "Phone") -> dict:
        return {
            "battery_mv": self._board.battery_mv(),
            "free_bytes": self._store.free_bytes(),
            "items": self._store.count,
            "heap_free": self._board.heap_free(),
        }
