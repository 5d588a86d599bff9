"""Whether the glasses may and shall wait for a spoken word: everything that is asked, in one place."""

from plainsight.power.power import LISTENING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from plainsight.listening import VoicePolicy

    class Board(Protocol):
        """Where the wearer's switch is."""

        def muted(self) -> bool: ...

    class Power(Protocol):
        """What the power state allows."""

        state: str
        asleep: str


OFF = "off"
MUTED = "muted"
RESTING = "resting"


class Permission:
    """Asks each time: no copy of an answer outlives it. `disturbed()`: an update, or boots that ended badly."""

    def __init__(self, board: "Board", voice: "VoicePolicy", power: "Power", disturbed: "Callable[[], bool]"):
        self._board = board
        self._voice = voice
        self._power = power
        self._disturbed = disturbed

    def why_not(self) -> str:
        """`off` (policy or trigger), `muted` (the switch), `resting` (not now), or "" where they may and shall."""
        if not self._voice.awaits_word():
            return OFF
        if self._board.muted():
            return MUTED
        if self._power.state != LISTENING or self._power.asleep or self._disturbed():
            return RESTING
        return ""
