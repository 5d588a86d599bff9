"""What is asked before any light or camera is touched, in one place for every trigger."""

from plainsight.compat import const
from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from plainsight.journal import Journal
    from plainsight.settings import Settings
    from plainsight.store import Store

    class Power(Protocol):
        """What charge, heat and power state still allow."""

        def used(self) -> None: ...
        def may_expose(self, trigger: str, kind: str = "photo") -> "Refused | None": ...
        def must_end(self) -> "Refused | None": ...


# The largest JPEG that the camera's buffer holds (157 kB at XGA), its thumbnail, and room for the journal.
ROOM_BYTES = const(262144)

# What the store says of its card, and why nothing can be written to it then.
_CARD_REFUSALS = {
    "none": "card_absent",
    "absent": "card_absent",
    "foreign": "card_foreign",
    "protected": "card_protected",
    "failed": "card_failed",
}


class Policy:
    """Every trigger passes `check`; what a trigger may do without exposing passes `check_switch`."""

    def __init__(self, settings: "Settings", store: "Store", journal: "Journal", power: "Power"):
        self._settings = settings
        self._store = store
        self._journal = journal
        self._power = power

    def check(self, trigger: str, now: str, kind: str = "photo") -> None:
        """Raises Refused: switched_off, busy, asleep, battery_low, too_hot, no_owner, card_…, storage_full.

        `now`: what the camera is doing; `kind`: photo, burst, clip or timelapse, which `trigger` asks for.
        """
        self.check_switch(trigger)
        if now != "nothing":
            raise Refused("busy", {"doing": now})
        refused = self._power.may_expose(trigger, kind)
        if refused is not None:
            raise refused
        if not self._store.has_owner:
            raise Refused("no_owner")
        self._check_room()

    def check_switch(self, trigger: str) -> None:
        """Raises Refused("switched_off") where the wearer's settings forbid this trigger."""
        self._power.used()
        if not self._settings.values[trigger]:
            raise Refused("switched_off", {"trigger": trigger})

    def must_end(self) -> str:
        """Why something that runs can't go on, or ""; asked at every frame."""
        refused = self._power.must_end()
        return "" if refused is None else refused.code

    def _check_room(self) -> None:
        """Raises Refused unless the next picture fits, older ones given up where the owner allows that."""
        if self._settings.values["storage"] == "card":
            code = _CARD_REFUSALS.get(self._store.card)
            if code is not None:
                raise Refused(code)
        if self._store.free_bytes() < ROOM_BYTES and self._settings.values["when_full"] == "drop_imported":
            self._drop_imported()
        free_bytes = self._store.free_bytes()
        if free_bytes < ROOM_BYTES:
            raise Refused("storage_full", {"free_bytes": free_bytes})

    def _drop_imported(self) -> None:
        """Erase what a phone holds already, oldest first, each on record before it is gone."""
        for number in self._store.make_room(ROOM_BYTES):
            self._journal.append("delete", item=number, reason="when_full")
            self._store.delete(number)
