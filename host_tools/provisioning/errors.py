"""What can come between a board and its identity, beside what the cable's own errors say."""

from __future__ import annotations

from host_tools.cable.errors import CableError
from host_tools.exits import Exit


class NotSeenLocked(CableError):
    """The code was shown, and then the board went away or stayed silent before it was seen to run with it.

    `step`: what was under way; `problem`: the cable's error in words.
    """

    def __init__(self, port: str, step: str, problem: str) -> None:
        super().__init__(
            port,
            f"{step}: {problem}. The code above is valid, whether these glasses are locked is not known: "
            f"`plainsight doctor --target {port}` tells, and provisioning again repairs it; "
            f"if this happens again, first `plainsight deploy --target {port}`, which renews boot.py and main.py",
        )
        self.step = step
        self.problem = problem


class StillOpen(CableError):
    """Glasses that should be locked answered Ctrl-C after their restart."""

    def __init__(self, port: str) -> None:
        super().__init__(
            port,
            f"the glasses on {port} say that they are locked, and still answer Ctrl-C: do not wear them; "
            f"`plainsight deploy --target {port}` renews boot.py and main.py, then provision again",
        )


class CodeNotShown(CableError):
    """The code could not be written to where it was to go, so the glasses were not locked; `problem` in words."""

    def __init__(self, port: str, problem: str) -> None:
        super().__init__(
            port,
            f"the code could not be shown ({problem}): the glasses on {port} have an identity that no phone can pair "
            "with, and are not locked: provision again, into a terminal or a file",
        )
        self.problem = problem


class Stopped(CableError):
    """Ctrl-C after the wipe had begun, or before the glasses were seen locked."""

    exit_code = Exit.INTERRUPTED

    def __init__(self, port: str) -> None:
        super().__init__(
            port,
            f"interrupted: the glasses on {port} may be half wiped, or have an identity and still answer Ctrl-C: "
            "do not wear them, run the same command again",
        )
