"""The USB console as bytes in and lines out."""

import select
import sys


class Console:
    """Blocks for at most the time it is given, so that the light is looked at between two bytes."""

    def __init__(self):
        self._poller = select.poll()
        self._poller.register(sys.stdin, select.POLLIN)

    def byte(self, wait_ms: int) -> int:
        """The next byte from the host, or -1 when none came in this time."""
        if not self._poller.poll(wait_ms):
            return -1
        got = sys.stdin.buffer.read(1)
        return got[0] if got else -1

    def send(self, line: str) -> None:
        """One line to the host."""
        print(line)  # noqa: T201 the console is the protocol's wire
