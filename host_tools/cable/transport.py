"""mpremote's raw REPL over a `Line`: the protocol is mpremote's, the waiting and the errors are ours.

mpremote opens the port itself and forgets why it could not, reads without a limit, and prints what it did not expect
to standard output. Here every read ends (`Line` raises), so that none of those branches is reached.
"""

from __future__ import annotations

from collections.abc import Callable

from mpremote.transport import TransportError
from mpremote.transport_serial import SerialTransport

from host_tools.cable.errors import BoardConfused
from host_tools.cable.line import Line

_PROMPT = b">"


class ReplTransport(SerialTransport):
    """One board's raw REPL. `line` has to have a limit (`Line.within`) around each call."""

    def __init__(self, line: Line) -> None:  # pyright: ignore[reportMissingSuperCall] - it would open the port
        self.serial = line
        self.device_name = line.port
        self.in_raw_repl = False
        self.use_raw_paste = True
        self.mounted = False
        self.is_pty = False
        self._line = line

    def read_until(
        self,
        min_num_bytes: int,
        ending: bytes,
        timeout: float | None = 10,
        data_consumer: Callable[[bytes], None] | None = None,
        timeout_overall: float | None = None,
    ) -> bytes:
        """Up to `ending`; the line's limit counts, mpremote's do not. Raises BoardSilent, CableLost."""
        del min_num_bytes, timeout, timeout_overall
        return self._line.read_until(ending, data_consumer)

    def enter(self, *, soft_reset: bool) -> None:
        """Ctrl-C, and to the prompt of the raw REPL. Raises BoardSilent, CableLost."""
        self.in_raw_repl = False
        self.enter_raw_repl(soft_reset=soft_reset)
        self._line.read_until(_PROMPT)

    def start(self, code: str) -> None:
        """Hand `code` over; it runs. Raises BoardSilent, CableLost, BoardConfused: then the REPL is lost."""
        # What interrupts have printed since the prompt may hold a ">" too, as 'File "<stdin>"' does, and mpremote
        # takes the first one that it finds.
        self._line.drop()
        self._line.put_back(_PROMPT)
        try:
            self.exec_raw_no_follow(code)
        except TransportError as error:
            raise BoardConfused(self.device_name, "handing code over", str(error)) from error

    def run(self, code: str, consumer: Callable[[bytes], None] | None = None) -> tuple[bytes, bytes]:
        """(output, traceback) of `code`; with a `consumer` the output goes there as it comes. Raises as `start`."""
        self.start(code)
        ended = self.follow(None, consumer)
        self._line.read_until(_PROMPT)
        return ended
