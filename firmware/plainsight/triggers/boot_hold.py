"""The gesture that nobody makes by accident: the button held through the boot, let go, and pressed once more.

What it asks for (a reset) is decided and done elsewhere.
"""

from plainsight.compat import const
from plainsight.triggers.contact import POLL_MS, Contact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.contract import Board, Clock

HOLD_MS = const(10_000)
CONFIRM_MS = const(5_000)
_STUCK_MS = const(60_000)  # a contact that is down for so long is broken, or something lies on it


class BootHold:
    """Run once at boot, before the button serves for anything else."""

    def __init__(self, board: "Board", clock: "Clock"):
        self._board = board
        self._clock = clock

    async def confirmed(
        self, armed: "Callable[[bool], None] | None" = None, alive: "Callable[[], None] | None" = None
    ) -> bool:
        """True: held for HOLD_MS from the boot on, let go, and pressed again within CONFIRM_MS. At once if not held.

        armed(True) when the hold was long enough, armed(False) when the second press did not come: show it to the
        wearer. alive() at every poll.
        """
        contact = Contact(self._board)
        told = _nothing if armed is None else armed
        held_ms = await self._wait(contact, down=True, most_ms=_STUCK_MS, after_ms=HOLD_MS, told=told, alive=alive)
        if held_ms < HOLD_MS:
            return False
        if not contact.down:
            await self._wait(contact, down=False, most_ms=CONFIRM_MS, after_ms=CONFIRM_MS, told=_nothing, alive=alive)
            if contact.down:
                return True
        told(False)
        return False

    async def _wait(
        self,
        contact: Contact,
        down: bool,
        most_ms: int,
        after_ms: int,
        told: "Callable[[bool], None]",
        alive: "Callable[[], None] | None",
    ) -> int:
        """The time (ms) that the contact stays `down`, `most_ms` at most; told(True) once `after_ms` have passed."""
        begun_ms = self._clock.ms()
        lasted_ms = 0
        shown = False
        while contact.poll() == down and lasted_ms < most_ms:
            lasted_ms = self._clock.diff(self._clock.ms(), begun_ms)
            if lasted_ms >= after_ms and not shown:
                shown = True
                told(True)
            if alive is not None:
                alive()
            await self._clock.sleep_ms(POLL_MS)
        return lasted_ms


def _nothing(_armed: bool) -> None:
    """Nobody looks."""
