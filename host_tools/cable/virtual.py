"""The virtual board as a command finds it on a port: a process of its own, with a pseudo-terminal."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from host_tools.exits import LinkError

_BOOTED = ("ready", "not provisioned", "simulator")
_BOOT_S = 60.0
_END_S = 20.0
_POLL_S = 0.05


class VirtualBoard:
    """`with VirtualBoard(flash) as board: board.port`. Raises LinkError where it does not start."""

    port: str
    control_socket: Path
    hci_socket: Path  # of a phone's virtual radio

    def __init__(self, flash: Path | None = None, *, level: str = "optical", image: str = "plainsight") -> None:
        self._command = [sys.executable, "-m", "host_tools.simulator", "--cable", "--image", image, "--level", level]
        if flash is not None:
            self._command += ["--flash", str(flash)]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._end()
            raise LinkError("starting the virtual board", "it ended at once")
        sockets = cast("dict[str, Any]", json.loads(line))
        self.port, self.control_socket = str(sockets["port"]), Path(sockets["control_socket"])
        self.hci_socket = Path(sockets["hci_socket"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def ask(self, op: str, **fields: object) -> Any:
        """One verb of the control socket (host_tools/simulator/control.py). Raises LinkError if it is refused."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_BOOT_S)
            connection.connect(str(self.control_socket))
            connection.sendall(json.dumps({"op": op, **fields}).encode() + b"\n")
            answer = cast("dict[str, Any]", json.loads(connection.makefile().readline() or "{}"))
        if not answer.get("ok"):
            raise LinkError(f"the virtual board: {op}", str(answer.get("message", "it ended")))
        return answer.get("result")

    def switch_on(self) -> None:
        """Switch it on and wait until it has booted, as somebody does who plugs a board in and then types a command."""
        self.ask("start")
        end = time.monotonic() + _BOOT_S
        while not any(mark in line for line in self.ask("status")["log"] for mark in _BOOTED):
            if time.monotonic() > end:
                raise LinkError("the virtual board", "it did not boot")
            time.sleep(_POLL_S)

    def _end(self) -> None:
        process = self._process
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()  # the simulator ends with its standard input
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_S)
            return
        process.kill()
        process.wait()
