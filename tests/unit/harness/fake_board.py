"""A board for tests of the harness itself: a console that a test speaks for, files in a dict, a REPL that lists."""

from __future__ import annotations

import hashlib
import json
import queue
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from host_tools.cable.errors import CableLost
from host_tools.cable.reconnecting import pause
from host_tools.harness import status
from host_tools.harness.board import HilBoard
from host_tools.harness.log import BoardLog
from host_tools.harness.target import Target

PORT = "/dev/fake"
BOARD_ID = "240ac4515301"
PANIC = "Guru Meditation Error: Core  1 panic'ed (LoadProhibited). Exception was unhandled."
BACKTRACE = "Backtrace: 0x42008d2a:0x3fcebd50 0x4200a1b2:0x3fcebd70"


class FakeCable:
    """As much of `Cable` as the harness uses. `say` is the board speaking; `on_reset` what it says after each reset."""

    port = PORT

    def __init__(self) -> None:
        self.done: list[str] = []
        self.on_reset: list[str] = []
        self.content: dict[str, bytes] = {}
        self.folders: set[str] = set()
        self.fails: dict[str, BaseException] = {}  # by name of the method
        self.at_repl = False
        self.spoils: set[str] = set()  # paths that are written wrongly
        self._said: queue.Queue[bytes | BaseException | float] = queue.Queue()

    def say(self, *lines: str) -> None:
        for line in lines:
            self._said.put(line.encode())

    def take_its_time(self, pause_s: float) -> None:
        """A UART at its baud rate: the next line comes this much later."""
        self._said.put(pause_s)

    def vanish(self) -> None:
        self._said.put(CableLost(PORT, "listening"))

    def read_lines(self, timeout_s: float) -> Iterator[bytes]:
        while True:
            try:
                said = self._said.get(timeout=timeout_s)
            except queue.Empty:
                return
            if isinstance(said, BaseException):
                raise said
            if isinstance(said, float):
                pause(said)
                continue
            yield said

    def enter_repl(self, *, soft_reset: bool = True) -> None:
        self._do("enter_repl")
        self.at_repl = True

    def soft_reset(self) -> None:
        self._do("soft_reset")
        self.at_repl = False
        self.say(*self.on_reset)

    def hard_reset(self) -> None:
        self._do("hard_reset")
        self.at_repl = False
        self.say(*self.on_reset)

    def reattach(self, timeout_s: float) -> None:
        self._do("reattach")
        self.say(*self.on_reset)

    def execute(self, code: str, *, timeout_s: float = 10.0) -> str:
        self._do("execute")
        if "_folders" not in code:
            return "printed\n"
        marks = re.findall(r"print\('([0-9a-f]+)'", code)
        return f"{marks[0]}{json.dumps(sorted(self.folders))}\n"

    def files(self, root: str = "/") -> dict[str, int]:
        return {path: len(content) for path, content in self.content.items()}

    def hashes(self, paths: Iterable[str]) -> dict[str, str]:
        return {path: hashlib.sha256(self.content[path]).hexdigest() for path in paths}

    def get(self, path: str) -> bytes:
        self._do("get")
        return self.content[path]

    def put(self, path: str, content: bytes) -> None:
        self._do("put")
        self.content[path] = content + b"?" if path in self.spoils else content

    def make_folder(self, path: str) -> None:
        self.folders.add(path)

    def remove(self, path: str) -> None:
        self.content.pop(path, None)
        self.folders.discard(path)

    def _do(self, name: str) -> None:
        self.done.append(name)
        if name in self.fails:
            raise self.fails[name]


class FakePower:
    """A switch that only says that it was used."""

    name = "fake switch"

    def __init__(self, on_cycle: Callable[[], None] = lambda: None) -> None:
        self.cycles = 0
        self._on_cycle = on_cycle

    def cycle(self, off_s: float = 1.0) -> None:
        self.cycles += 1
        self._on_cycle()


def make_target(*, simulated: bool = True, missing: dict[str, str] | None = None) -> Target:
    return Target(simulated, PORT, "XIAO ESP32S3 Sense with ESP32S3", BOARD_ID, "f1" * 32, missing or {})


def make_board(folder: Path, cable: FakeCable, power: Any = None, missing: dict[str, str] | None = None) -> HilBoard:
    """A board whose logs go below `folder`."""
    fake: Any = cable
    return HilBoard(fake, make_target(missing=missing), BoardLog(folder), power)


def make_rig(folder: Path, cable: FakeCable, target: Target) -> Any:
    """What the fixture `rig` gives, with a fake board in it."""
    fake: Any = cable
    return SimpleNamespace(
        target=target,
        board=HilBoard(fake, target, BoardLog(folder)),
        world=None,
        probe=None,
        properties=lambda: {
            "results": target.word,
            "board": target.board_id,
            "machine": target.machine,
            "firmware": target.firmware,
            "commit": "abc123",
        },
    )


def make_run(*, simulated: bool = False, board_id: str = BOARD_ID) -> status.Run:
    return status.Run(simulated, PORT, "XIAO with ESP32S3", board_id, "f1" * 32, "abc123", date(2026, 11, 22))
