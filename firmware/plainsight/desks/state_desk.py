"""Who the glasses are, how they are, and what went wrong with them."""

import binascii

from plainsight import wire
from plainsight.identity import FIRMWARE_VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from plainsight.parts import Parts
    from plainsight.phones import Phone

    class Board(Protocol):
        """What this desk needs of a board."""

        name: str

        def muted(self) -> bool: ...
        def heap_free(self) -> int: ...


class StateDesk:
    """`hello`, `status` and `crashes`: asks every part for its share."""

    def __init__(self, board: "Board", parts: "Parts"):
        self._board = board
        self._parts = parts
        self.answers = {"hello": self._hello, "status": self._status, "crashes": self._crashes}
        self.slow = {}

    def _hello(self, fields: dict, phone: "Phone") -> dict:
        parts = self._parts
        parts.time.told(fields["time_s"], phone.number)
        return {
            "version": wire.VERSION,
            "board": self._board.name,
            "firmware": FIRMWARE_VERSION,
            "mode": parts.identity.mode,
            "level": parts.identity.level,
            "phone": phone.number,
            "battery_mv": parts.power.mv,
            "settings": parts.settings.values,
            "journal_first": parts.journal.first,
            "journal_first_head": _hex(parts.journal.first_head),
            "journal_count": parts.journal.count,
            "journal_head": _hex(parts.journal.head),
            "crashes": parts.crashes.count,
        }

    def _status(self, _fields: dict, _phone: "Phone") -> dict:
        parts = self._parts
        return {
            "battery_mv": parts.power.mv,
            "battery_percent": parts.power.percent,
            "temperature_c": parts.power.temperature_c,
            "state": parts.power.state,
            "recording": parts.recorder.doing,
            "muted": self._board.muted(),
            "keyword": parts.listener.state,
            "words": parts.listener.words,
            "free_bytes": parts.store.free_bytes(),
            "card": parts.store.card,
            "items": parts.store.count,
            "not_imported": parts.store.not_imported,
            "unsigned": parts.journal.count - parts.journal.countersigned,
            "uptime_s": parts.time.uptime_s(),
            "heap_free": self._board.heap_free(),
        }

    def _crashes(self, fields: dict, _phone: "Phone") -> dict:
        rows = self._parts.crashes.rows()
        if fields["forget"]:
            self._parts.crashes.forget()
        return {"crashes": rows}


def _hex(data: bytes) -> str:
    return binascii.hexlify(data).decode()
