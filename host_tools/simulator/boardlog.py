"""What a board has printed, and waiting for what it will print."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

_LOG_LINES = 20_000


class BoardExited(Exception):
    """The board ended while somebody waited for it; carries what it printed last."""

    def __init__(self, log: Sequence[str]) -> None:
        super().__init__("the board ended:\n" + "\n".join(log[-20:]))
        self.log = list(log)


class BoardLog:
    """`lines` are the latest; `changed` is notified of each, and of whatever else its owner has to tell."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.changed = asyncio.Condition()
        self._dropped = 0

    async def note(self, line: str) -> None:
        """One more line."""
        async with self.changed:
            self.lines.append(line)
            if len(self.lines) > _LOG_LINES:
                del self.lines[0]
                self._dropped += 1
            self.changed.notify_all()

    async def wait_for_line(self, texts: Sequence[str], running: Callable[[], bool], after: int) -> str:
        """The first line from index `after` on that contains any of `texts`; BoardExited when `running` has ended."""
        async with self.changed:
            seen = after
            while True:
                for line in self.lines[max(0, seen - self._dropped) :]:
                    if any(text in line for text in texts):
                        return line
                seen = self._dropped + len(self.lines)
                if not running():
                    raise BoardExited(self.lines)
                await self.changed.wait()
