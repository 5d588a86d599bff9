"""The button: a press takes a photograph, holding it for three seconds opens the pairing window."""

from plainsight.compat import const

_POLL_MS = const(10)
_DEBOUNCE_POLLS = const(3)  # contacts of a tact switch bounce for some 5 ms
_HOLD_MS = const(3000)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.contract import Board, Clock


class Button:
    """Watches board.button_pressed()."""

    def __init__(self, board: "Board", clock: "Clock"):
        self._board = board
        self._clock = clock
        self._down = False
        self._differs = 0  # polls in a row that contradict `_down`

    async def run(
        self, on_press: "Callable[[], None]", on_hold: "Callable[[], None]", alive: "Callable[[], None] | None" = None
    ) -> None:
        """For ever: on_press() when let go early, on_hold() while still held; alive() at every poll.

        The callbacks are plain functions that return at once. A button that is held at boot does nothing until it
        was let go.
        """
        self._down = self._board.button_pressed()
        while self._settled():
            await self._next_poll(alive)
        while True:
            while not self._settled():
                await self._next_poll(alive)
            await self._held(on_press, on_hold, alive)

    async def _held(
        self, on_press: "Callable[[], None]", on_hold: "Callable[[], None]", alive: "Callable[[], None] | None"
    ) -> None:
        """From press to release."""
        begun = self._clock.ms()
        told = False
        while self._settled():
            if not told and self._clock.diff(self._clock.ms(), begun) >= _HOLD_MS:
                told = True
                on_hold()
            await self._next_poll(alive)
        if not told:
            on_press()

    def _settled(self) -> bool:
        """The button's state once it has not bounced for _DEBOUNCE_POLLS polls."""
        if self._board.button_pressed() == self._down:
            self._differs = 0
        else:
            self._differs += 1
            if self._differs == _DEBOUNCE_POLLS:
                self._down = not self._down
                self._differs = 0
        return self._down

    async def _next_poll(self, alive: "Callable[[], None] | None") -> None:
        if alive is not None:
            alive()
        await self._clock.sleep_ms(_POLL_MS)
