"""The optional buzzer: three short tunes that tell a hand what became of its press. Off unless the owner wants it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from plainsight.contract import Clock
    from plainsight.settings import Settings

    class Board(Protocol):
        """What the buzzer needs of a board."""

        has_buzzer: bool

        def buzz(self, hz: int) -> None: ...
        def buzz_off(self) -> None: ...


# event to the phone: (Hz, ms) one after the other; 0 Hz is silence. Told apart by number and length, not only by pitch.
TUNES = {
    "item": ((2700, 60),),
    "refusal": ((1800, 300), (0, 100), (1800, 300)),
    "mark": ((2700, 60), (0, 80), (2700, 60), (0, 80), (2700, 60)),
}


class Buzzer:
    """`play` begins a tune; `tick` plays it. Silent on a board without a buzzer and while the setting is off."""

    def __init__(self, board: "Board", clock: "Clock", settings: "Settings"):
        self._board = board
        self._clock = clock
        self._settings = settings
        self._tune: tuple = ()
        self._at = 0
        self._begun_ms = 0

    def play(self, event: str) -> None:
        """Begin the tune of an event; one without a tune, and no buzzer, change nothing."""
        if event not in TUNES or not self._board.has_buzzer or not self._settings.values["buzzer"]:
            return
        self._tune = TUNES[event]
        self._at = 0
        self._sound()

    def tick(self) -> None:
        """Go on to the next note when its time has come; allocates nothing."""
        if not self._tune:
            return
        if self._clock.diff(self._clock.ms(), self._begun_ms) < self._tune[self._at][1]:
            return
        self._at += 1
        if self._at < len(self._tune):
            self._sound()
        else:
            self._tune = ()
            self._board.buzz_off()

    def _sound(self) -> None:
        self._begun_ms = self._clock.ms()
        hz = self._tune[self._at][0]
        if hz:
            self._board.buzz(hz)
        else:
            self._board.buzz_off()
