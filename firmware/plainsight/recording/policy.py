"""What is asked before any light or camera is touched, in one place for every trigger."""

from plainsight.compat import const
from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
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


class Policy:
    """Every trigger passes `check`; what a trigger may do without exposing passes `check_switch`."""

    def __init__(
        self,
        settings: "Settings",
        store: "Store",
        journal: "Journal",
        power: "Power",
        unsteady: "Callable[[], bool] | None" = None,
    ):
        self._settings = settings
        self._store = store
        self._journal = journal
        self._power = power
        self._unsteady = unsteady  # too many boots ended badly, and this one has not proven itself yet

    def check(self, trigger: str, now: str, kind: str = "photo") -> None:
        """Raises Refused: as `check_unstored`, and no_owner, card_…, storage_full.

        `now`: what the camera is doing; `kind`: photo, burst, clip or timelapse, which `trigger` asks for.
        """
        self.check_unstored(trigger, now, kind)
        self._store.check()
        try:
            self._check_room()
        except OSError as error:
            raise Refused("storage_failed", {"errno": error.errno or 0})

    def check_unstored(self, trigger: str, now: str, kind: str) -> None:
        """For what is not stored. Raises Refused: switched_off, busy, unsteady, asleep, battery_low, too_hot."""
        self.check_switch(trigger)
        if now != "nothing":
            raise Refused("busy", {"doing": now})
        if self._unsteady is not None and self._unsteady():
            raise Refused("unsteady")
        refused = self._power.may_expose(trigger, kind)
        if refused is not None:
            raise refused

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
        """Raises Refused unless the next picture fits, older ones given up where the owner allows that; OSError."""
        if self._store.free_bytes() < ROOM_BYTES:
            for number in self._store.make_room(ROOM_BYTES):  # what a phone holds already, oldest first
                self._journal.append("delete", item=number, reason="when_full")
                self._store.delete(number)
        free_bytes = self._store.free_bytes()
        if free_bytes < ROOM_BYTES:
            raise Refused("storage_full", {"free_bytes": free_bytes})
