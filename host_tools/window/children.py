"""Child processes that never outlive this one, not even when it is killed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager

_END_S = 10.0


def mortal(command: Sequence[str]) -> list[str]:
    """The command, wrapped so that the kernel ends it with this process where `setpriv` (util-linux) is installed."""
    wrapper = shutil.which("setpriv")
    return [wrapper, "--pdeathsig", "TERM", *command] if wrapper else list(command)


@contextmanager
def ending(process: subprocess.Popen[bytes]) -> Generator[subprocess.Popen[bytes]]:
    """End the process when the block ends: politely, then for good."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
