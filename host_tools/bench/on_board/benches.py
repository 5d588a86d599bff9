"""The benches of a board by name, what each needs, and what has no bench yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from companion_app.companion import Companion
from host_tools.bench.on_board import alone, with_phone
from host_tools.bench.on_board.figures import Figure, LeftOut, Outcome
from host_tools.cable.answers import Board


class Alone(Protocol):
    """Runs in the REPL of a board, the application stopped."""

    def __call__(self, board: Board, *, quick: bool) -> Sequence[Outcome]: ...


class WithPhone(Protocol):
    """Runs from a paired phone, the application running."""

    def __call__(self, app: Companion, *, quick: bool) -> Awaitable[list[Figure]]: ...


BOOT = "boot"
ALONE: dict[str, Alone] = {
    "memory": alone.memory,
    "handshake": alone.handshake,
    "agreement": alone.agreement,
    "seal": alone.sealing,
    "signature": alone.signature,
    "flash": alone.flash,
    "record": alone.record,
    "sound": alone.sound,
    "keyword": alone.keyword,
}
WITH_PHONE: dict[str, WithPhone] = {
    "connect": with_phone.connect,
    "goodput": with_phone.goodput,
    "capture": with_phone.capture,
    "clip": with_phone.clip,
}
# Named like a bench, so that asking for one is answered with its reason.
NOT_THERE: dict[str, Callable[[], LeftOut]] = {
    "current": lambda: LeftOut(
        "current of each power state", "a board can't measure it: put a meter into the battery's wire (docs/power.md)"
    ),
}
NAMES = (BOOT, *WITH_PHONE, *ALONE, *NOT_THERE)
