"""What the world keeps of each journey, and the lines by which those inside the namespace say which one they are on."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.promises.watched.account import Heard
from tests.promises.watched.capture import Packet


@dataclass
class Journey:
    """One journey: `facts` is what the traveller said at its end (receipts, refusals)."""

    name: str
    packets: list[Packet] = field(default_factory=list[Packet])
    heard: list[Heard] = field(default_factory=list[Heard])
    facts: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass
class Diary:
    """All journeys of a run; `counted` is the kernel's own count of bytes sent by interface while it lasted, and
    `housekeeping_bytes` what it sent on its own account (neighbour discovery)."""

    journeys: dict[str, Journey] = field(default_factory=dict[str, Journey])
    counted: dict[str, int] = field(default_factory=dict[str, int])
    housekeeping_bytes: int = 0


class Traveller:
    """Inside the namespace: tells the world, over this process's pipes, when a journey begins and ends."""

    def __init__(self) -> None:
        self._out = sys.stdout
        sys.stdout = sys.stderr  # what a library prints is no message to the world

    @contextmanager
    def journey(self, name: str, **wanted: str) -> Generator[dict[str, Any]]:
        """Do one thing; what the block puts into the yielded dict are its facts. `wanted`: how recipients shall act."""
        facts: dict[str, Any] = {}
        self._say({"begin": name, **wanted})
        yield facts
        self._say({"end": name, "facts": facts})

    def _say(self, message: dict[str, Any]) -> None:
        self._out.write(json.dumps(message) + "\n")
        self._out.flush()
        if not sys.stdin.readline():
            raise EOFError("the world is gone")
