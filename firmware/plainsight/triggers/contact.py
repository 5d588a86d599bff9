"""The button's contact without its bounce."""

from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.contract import Board

POLL_MS = const(10)
_POLLS = const(3)  # that agree before they are believed: contacts of a tact switch bounce for some 5 ms


class Contact:
    """`down` is what the last polls agree on; call `poll` every POLL_MS."""

    def __init__(self, board: "Board"):
        self._board = board
        self._differs = 0  # polls in a row that contradict `down`
        self.down = board.button_pressed()

    def poll(self) -> bool:
        """Look once; `down` from now on."""
        if self._board.button_pressed() == self.down:
            self._differs = 0
        else:
            self._differs += 1
            if self._differs == _POLLS:
                self.down = not self.down
                self._differs = 0
        return self.down
