"""Scripts the world around a virtual board in another process, over its control socket; blocking, from any thread."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from host_tools.cable.reconnecting import pause
from host_tools.exits import Exit, HostError

_BOOT_S = 60.0
_POLL_S = 0.05
_PATIENCE_S = 90.0  # the world answers at once; what it waits for on the board has its own time


class WorldError(HostError):
    """Base of what can go wrong between us and the simulator."""

    exit_code = Exit.LINK


class WorldGone(WorldError):
    """The simulator did not start, or ended; `reason` in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the virtual board: {reason}")
        self.reason = reason


class WorldRefused(WorldError):
    """The simulator answered `op` with an error; `error` names its class there."""

    def __init__(self, op: str, error: str, message: str) -> None:
        super().__init__(f"the virtual board: {op}: {message or error}")
        self.op = op
        self.error = error
        self.message = message


def control_of(port: Path) -> Path:
    """The control socket of the virtual board whose port, or name for it, this is. Raises WorldGone."""
    for beside in (port.with_name(f"{port.name}.radio").resolve(), port):
        control = beside.with_name("control")
        if control.is_socket():
            return control
    raise WorldGone(f"no virtual board runs at {port}; `plainsight simulate --cable {port}` starts one")


class Control:
    """`control.ask("button", press="tap")`: the verbs are those of host_tools/simulator/control.py."""

    def __init__(self, path: Path) -> None:
        self._turn = threading.Lock()
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_PATIENCE_S)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise WorldGone(f"{path}: {error.strerror}") from error
        self._lines = self._socket.makefile("rb")

    def ask(self, op: str, **fields: Any) -> Any:
        """The verb's result. Raises WorldRefused, WorldGone."""
        with self._turn:
            try:
                self._socket.sendall(json.dumps({"op": op, **fields}).encode() + b"\n")
                line = self._lines.readline()
            except OSError as error:  # TimeoutError is one
                raise WorldGone(f"{op}: {error}") from error
        if not line:
            raise WorldGone(f"no answer to {op}")
        answer = json.loads(line)
        if not answer["ok"]:
            raise WorldRefused(op, answer["error"], answer["message"])
        return answer["result"]

    def printed(self) -> int:
        """How many lines the board has printed so far."""
        status = self.ask("status")
        return int(status["log_from"]) + len(status["log"])

    def wait_for_log(self, texts: Sequence[str], *, after: int = 0) -> int:
        """Return when the board has printed one of `texts` after its first `after` lines: the number of lines up to it.

        Raises WorldGone with its last line if the board ended, or was not so far in a minute.
        """
        end = time.monotonic() + _BOOT_S
        while True:
            status = self.ask("status")
            log: list[str] = status["log"]
            for number, line in enumerate(log, int(status["log_from"]) + 1):
                if number > after and any(text in line for text in texts):
                    return number
            if not status["running"] or time.monotonic() > end:
                raise WorldGone((log or ["it printed nothing"])[-1].removeprefix("OSError: "))
            pause(_POLL_S)

    def close(self) -> None:
        """Leave; the world goes on."""
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
