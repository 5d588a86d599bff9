"""The virtual board as a command finds it on a port: a process of its own, with a pseudo-terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from host_tools.cable.world import Control, WorldGone

# What the firmware says when it has booted (plainsight/start.py, glasses.py).
BOOTED = ("ready: ", "not provisioned")
_END_S = 20.0


class VirtualBoard:
    """`with VirtualBoard(flash) as board: board.port`; switched on. It ends with the block, and with this process.

    `image`: "plainsight", "micropython" or "none"; `main`: a program to run instead of the board's. Raises WorldGone.
    """

    port: str
    control_socket: Path
    hci_socket: Path  # of a phone's virtual radio
    probe_port: str | None
    control: Control

    def __init__(
        self,
        flash: Path | None = None,
        *,
        level: str = "optical",
        image: str = "plainsight",
        main: Path | None = None,
        profile: str = "instant",
        probe: bool = False,
    ) -> None:
        options = ["--cable", "--level", level, "--profile", profile]
        options += ["--image", image] if image != "plainsight" else []
        options += ["--flash", str(flash)] if flash is not None else []
        options += ["--main", str(main.absolute())] if main is not None else []
        options += ["--probe"] if probe else []
        self._command = [sys.executable, "-m", "host_tools.simulator", *options]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,  # it ends when this closes, so it can't outlive us
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C at the terminal is for us; we end it in our own time
        )
        assert self._process.stdout is not None
        try:
            ready = json.loads(self._process.stdout.readline())
        except ValueError as error:
            self._end()
            raise WorldGone("it did not start") from error
        self.port, self.control_socket = str(ready["port"]), Path(ready["control_socket"])
        self.hci_socket, self.probe_port = Path(ready["hci_socket"]), ready.get("probe_port")
        self.control = Control(self.control_socket)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.control.close()
        self._end()

    def ask(self, op: str, **fields: object) -> Any:
        """One verb of the control socket. Raises WorldRefused, WorldGone."""
        return self.control.ask(op, **fields)

    def printed(self) -> int:
        """How many lines the board has printed so far."""
        return self.control.printed()

    def wait_for_log(self, texts: Sequence[str], *, after: int = 0) -> int:
        """`Control.wait_for_log`."""
        return self.control.wait_for_log(texts, after=after)

    def _end(self) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
