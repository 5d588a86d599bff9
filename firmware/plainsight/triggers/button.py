"""The task that watches the button."""

from plainsight.triggers.contact import POLL_MS, Contact
from plainsight.triggers.gestures import Gestures

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.contract import Board, Clock


class Button:
    """Watches board.button_pressed()."""

    def __init__(self, board: "Board", clock: "Clock"):
        self._board = board
        self._clock = clock

    async def run(self, on_gesture: "Callable[[str], None]", alive: "Callable[[], None] | None" = None) -> None:
        """For ever: on_gesture(name) for each, a plain function that returns at once; alive() at every poll.

        A button that is held at boot does nothing until it was let go.
        """
        contact = Contact(self._board)
        while contact.poll():
            await self._next_poll(alive)
        gestures = Gestures(self._clock)
        while True:
            gesture = gestures.step(contact.poll())
            if gesture:
                on_gesture(gesture)
            await self._next_poll(alive)

    async def _next_poll(self, alive: "Callable[[], None] | None") -> None:
        if alive is not None:
            alive()
        await self._clock.sleep_ms(POLL_MS)
