"""Gives a board on a cable its identity: looks, asks, wipes, installs, shows the code, locks, and sees it run.

A cable can be pulled at any step, and the board may or may not have its own battery. Until the code has been shown the
glasses stay in development, where a Ctrl-C gets in whatever happened: running the same command again begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from host_tools.cable import BoardInfo, Cable
from host_tools.cable.errors import BoardCodeFailed, BoardSilent, CableError
from host_tools.cable.info import check_application, check_glasses
from host_tools.exits import LinkError
from host_tools.provisioning import install
from host_tools.provisioning.calibrate import calibration_code, read_calibration
from host_tools.provisioning.errors import NotSeenLocked, StillOpen
from host_tools.provisioning.install import BoardSummary
from host_tools.provisioning.keys import make_identity
from host_tools.provisioning.setup_code import SetupCode

_VISIT = "import loader\nloader.visit()\n"  # the release that runs on this board, wherever it lies
LOCK_CODE = _VISIT + "import plainsight.identity as identity\nidentity.lock('.')"
_BLOCK_BYTES = 4096  # of the free flash, written over one by one (plainsight/wiping.py)
_TICK_BLOCKS = 32
_WIPE_S = 600.0  # some 90 s are expected on a board (docs/hardware-status.md); its flash may be slower
_BOOT_S = 60.0
_LISTEN_S = 2.0

_WIPE_CODE = f"""\
import plainsight.wiping as wiping
_ticks = 0
def _tick():
 global _ticks
 _ticks += 1
 if _ticks % {_TICK_BLOCKS} == 0:
  print(".", end="")
if not wiping.is_due("."):
 wiping.begin(".", wiping.PROVISIONING, 0)
wiping.finish(".", _tick)
"""


@dataclass(frozen=True)
class Reached:
    """A board at its REPL: what it is and what it holds."""

    info: BoardInfo
    summary: BoardSummary


def reach(cable: Cable) -> Reached:
    """Get to the board's REPL and look. Raises ReplClosed (locked), WrongBoard, NoApplication and their kin."""
    cable.enter_repl()
    info = cable.info()
    check_glasses(info, cable.port)
    check_application(info, cable.port)
    return Reached(info, install.read_summary(cable.execute(_VISIT + install.SUMMARY_CODE)))


def calibrate(cable: Cable, true_mv: int) -> tuple[int, int]:
    """(what the board read in mV, its correction in ppm). Raises UsageError, LinkError."""
    return read_calibration(cable.execute(_VISIT + calibration_code(true_mv)), true_mv)


def wipe(cable: Cable, free_bytes: int, progress: Callable[[int, int], None]) -> None:
    """Erase all that belongs to somebody, pictures first; a wipe that was interrupted goes on. `progress`: bytes."""
    done = 0

    def ticked(output: bytes) -> None:
        nonlocal done
        done += output.count(b".") * _TICK_BLOCKS * _BLOCK_BYTES
        progress(min(done, free_bytes), free_bytes)

    cable.execute(_VISIT + _WIPE_CODE, timeout_s=_WIPE_S, consumer=ticked)


def give_identity(cable: Cable, *, level: str, release_key: bytes = b"") -> SetupCode:
    """A new key, certificate and one-time code; the glasses are in development until `finish`. Raises LinkError.

    Whatever was not wiped before, the board wipes first.
    """
    made = make_identity()
    code = SetupCode.new(made.certificate_sha256)
    install_code = install.install_code(made, code.secret, level, "development", release_key)
    try:
        install.check_installed(cable.execute(_VISIT + install_code, timeout_s=_WIPE_S))
    except BoardCodeFailed as error:
        raise LinkError("provisioning", f"{error}") from error
    return code


def finish(cable: Cable, *, mode: str) -> None:
    """Once the code was shown: lock, restart, and see the glasses run in their mode, their REPL shut where it must be.

    Raises NotSeenLocked, StillOpen.
    """
    step = "locking the glasses"
    try:
        if mode == "locked":
            cable.execute(LOCK_CODE)
        step = "restarting them"
        cable.soft_reset()  # a hard one takes the port along, and with it the line that is waited for
        wait_for_line(cable, f"ready: {mode}", _BOOT_S)
        step = "trying Ctrl-C"
        still_open = mode == "locked" and cable.hears_ctrl_c(_LISTEN_S)
    except CableError as error:
        raise NotSeenLocked(cable.port, step, _without_way_out(error)) from error
    if still_open:
        raise StillOpen(cable.port)


def leave_running(cable: Cable) -> None:
    """Start the program of a board that was looked at, and maybe interrupted, if its REPL was reached."""
    if cable.at_repl:
        with suppress(CableError):
            cable.enter_repl(soft_reset=False)
            cable.soft_reset()


def wait_for_line(cable: Cable, text: str, timeout_s: float) -> str:
    """The first line of the console with `text`. Raises BoardSilent, CableLost."""
    for line in cable.read_lines(timeout_s):
        words = line.decode(errors="replace")
        if text in words:
            return words
    raise BoardSilent(cable.port, f"waiting for {text!r}", timeout_s)


def _without_way_out(error: CableError) -> str:
    return str(error).rpartition(": ")[0]
