"""The status light: one rhythm for each thing worth knowing, told apart by rhythm alone and never by colour.

The table is the whole language; docs/status-light.md shows it to people. No second holds more than three flashes: the
light is worn beside an eye (WCAG 2.3.1).
"""

from plainsight.compat import const, ticks_add

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from plainsight.contract import Clock

    class Board(Protocol):
        """What the status light needs of a board."""

        def status_light(self, on: bool) -> None: ...


# Most urgent first: (name, milliseconds on, off, on, off …, meaning). The first that holds is shown, from its start;
# but what lasts for hours takes turns, or a low battery would hide that the microphone is open, or the other way round.
PATTERNS = (
    ("wiping", (170, 170), "everything is being erased: do not take the power away"),
    ("confirm", (100, 200, 600, 600), "waiting for the press that confirms the reset gesture"),
    ("updating", (900, 100), "a release is being installed: do not take the power away"),
    ("not_provisioned", (600, 300, 600, 300, 600, 2100), "there is no identity: run `plainsight provision`"),
    ("refused", (500, 150, 100, 150, 100, 1000), "no: the trigger was refused; the app says why"),
    ("error", (100, 250, 100, 250, 100, 250, 100, 2000), "something failed inside; the app's crash log says what"),
    ("pairing", (300, 300), "the pairing window is open: a phone may pair"),
    ("recording", (1000, 1000), "a clip or a time-lapse is running"),
    ("live", (600, 150, 600, 650), "what the camera sees is sent to your phone"),
    ("asking", (600, 150, 100, 650), "what you say now is sent to your phone"),
    ("too_hot", (100, 250, 100, 250, 100, 2500), "too hot for pictures until the glasses have cooled"),
    ("low_battery", (100, 250, 100, 4000), "the battery is low; clips, then photographs are refused"),
    ("listening", (40, 960), "the microphone is open for the spoken words"),
    ("shelf", (2000, 60000), "going to the shelf: dark after this, and only the button wakes them"),
    ("ready", (40, 9960), "ready"),
)
_IN_TURN = ("too_hot", "low_battery", "listening")  # they stand together in the table
_TICK_MS = const(20)


REFUSED_MS = const(2_000)  # one round of its pattern


class StatusLight:
    """Shows the most urgent of what holds. What holds is shown and hidden by name, or asked in `conditions`."""

    def __init__(self, board: "Board", clock: "Clock"):
        self._board = board
        self._clock = clock
        self._held = [False] * len(PATTERNS)
        self._until: list[int | None] = [None] * len(PATTERNS)
        self._asked: list[Callable[[], bool] | None] = [None] * len(PATTERNS)
        self._first_in_turn = _index(_IN_TURN[0])
        self._top = -1  # the most urgent that holds: what is shown, or takes turns with it
        self._shown = -1
        self._begun_ms = 0
        self._lit = False

    @property
    def showing(self) -> str:
        """The name of the pattern that is shown, or ""."""
        return PATTERNS[self._shown][0] if self._shown >= 0 else ""

    def when(self, name: str, holds: "Callable[[], bool]") -> None:
        """Ask `holds()` at each tick whether `name` is to be shown. Raises ValueError for an unknown name."""
        self._asked[_index(name)] = holds

    def show(self, name: str, for_ms: int = 0) -> None:
        """From now on, or for so long. Raises ValueError for an unknown name."""
        index = _index(name)
        self._held[index] = True
        self._until[index] = ticks_add(self._clock.ms(), for_ms) if for_ms else None

    def hide(self, name: str) -> None:
        """No longer. Raises ValueError for an unknown name."""
        self._held[_index(name)] = False

    def tick(self) -> None:
        """Set the light for this moment; allocates nothing."""
        now_ms = self._clock.ms()
        top = self._most_urgent(now_ms)
        shown = self._shown
        if top != self._top or not self._holds(shown, now_ms):
            shown = top
            self._top = top
            self._begun_ms = now_ms
        elif self._clock.diff(now_ms, self._begun_ms) >= _whole_ms(PATTERNS[shown][1]):
            shown = self._next_in_turn(shown, now_ms)
            self._begun_ms = ticks_add(self._begun_ms, _whole_ms(PATTERNS[self._shown][1]))
        self._shown = shown
        lit = shown >= 0 and _lit_at(PATTERNS[shown][1], self._clock.diff(now_ms, self._begun_ms))
        if lit != self._lit:
            self._lit = lit
            self._board.status_light(lit)

    async def run(self, alive: "Callable[[], None]") -> None:
        """For ever; `alive` is called each time."""
        while True:
            alive()
            self.tick()
            await self._clock.sleep_ms(_TICK_MS)

    def _most_urgent(self, now_ms: int) -> int:
        for index in range(len(PATTERNS)):
            if self._holds(index, now_ms):
                return index
        return -1

    def _holds(self, index: int, now_ms: int) -> bool:
        if index < 0:
            return False
        if self._held[index]:
            until = self._until[index]
            if until is None or self._clock.diff(until, now_ms) > 0:
                return True
            self._held[index] = False
        asked = self._asked[index]
        return asked is not None and asked()

    def _next_in_turn(self, shown: int, now_ms: int) -> int:
        """After one round: the next of those that take turns, or the same again."""
        place = shown - self._first_in_turn
        if 0 <= place < len(_IN_TURN):
            for step in range(1, len(_IN_TURN)):
                index = self._first_in_turn + (place + step) % len(_IN_TURN)
                if self._holds(index, now_ms):
                    return index
        return shown


def _index(name: str) -> int:
    for index in range(len(PATTERNS)):
        if PATTERNS[index][0] == name:
            return index
    raise ValueError(name)


def _lit_at(times_ms: tuple, elapsed_ms: int) -> bool:
    """Whether a rhythm is in one of its flashes after this long."""
    left_ms = elapsed_ms % _whole_ms(times_ms)
    lit = True
    for duration_ms in times_ms:
        if left_ms < duration_ms:
            break
        left_ms -= duration_ms
        lit = not lit
    return lit


def _whole_ms(times_ms: tuple) -> int:
    """How long one round of a rhythm lasts."""
    whole_ms = 0
    for duration_ms in times_ms:
        whole_ms += duration_ms
    return whole_ms
