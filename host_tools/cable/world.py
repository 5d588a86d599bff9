"""Scripts the world around a virtual board in another process, over its control socket; blocking, from any thread."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from host_tools.exits import Exit, HostError

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
