"""What presses of one button mean. The grammar stands in docs/wearing.md.

press   up again before HOLD_MS, and nothing more within AGAIN_MS
double  two presses, each within AGAIN_MS of the one before;  triple: three
hold    up again after HOLD_MS
long    still down after LONG_MS: told at once, and nothing more when it comes up
"""

from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.contract import Clock

PRESS = "press"
DOUBLE = "double"
TRIPLE = "triple"
HOLD = "hold"
LONG = "long"

HOLD_MS = const(800)
LONG_MS = const(5000)
AGAIN_MS = const(300)  # what a single press waits for a second one: a photograph takes longer than this to settle
_BY_NUMBER = ("", PRESS, DOUBLE, TRIPLE)
_MOST_PRESSES = const(3)


class Gestures:
    """Fed with the settled contact at each poll."""

    def __init__(self, clock: "Clock"):
        self._clock = clock
        self._down = False
        self._since_ms = 0  # the last edge
        self._presses = 0  # short ones that may still become more
        self._told = False  # this hold has been told while it lasts

    def step(self, down: bool) -> str:
        """The gesture that is complete now, or ""."""
        now_ms = self._clock.ms()
        lasted_ms = self._clock.diff(now_ms, self._since_ms)
        if down != self._down:
            self._down = down
            self._since_ms = now_ms
            return self._begun() if down else self._let_go(lasted_ms)
        if down:
            return self._held(lasted_ms)
        return self._tell_presses() if self._presses and lasted_ms >= AGAIN_MS else ""

    def _begun(self) -> str:
        self._told = False
        return ""

    def _held(self, lasted_ms: int) -> str:
        if self._presses and lasted_ms >= HOLD_MS:  # no second press, so those before stand for themselves
            return self._tell_presses()
        if not self._told and lasted_ms >= LONG_MS:
            self._told = True
            return LONG
        return ""

    def _let_go(self, lasted_ms: int) -> str:
        if self._told:
            return ""
        if lasted_ms >= HOLD_MS:
            return HOLD
        self._presses += 1
        return self._tell_presses() if self._presses == _MOST_PRESSES else ""

    def _tell_presses(self) -> str:
        presses = self._presses
        self._presses = 0
        return _BY_NUMBER[presses]
