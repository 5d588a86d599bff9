"""What can be wrong with a board on a cable: one class each, with data; the text is one line with the way out."""

from __future__ import annotations

from collections.abc import Sequence

from host_tools.cable.ports import is_simulated
from host_tools.exits import Exit, HostError

# Whoever sits at the computer may open these boards and adapters (usb_ids.py); modem managers leave them alone.
UDEV_RULE = (
    'SUBSYSTEM=="tty", ATTRS{idVendor}=="303a|2886|2e8a|10c4|1a86|0403", MODE="0660", TAG+="uaccess", '
    'ENV{ID_MM_DEVICE_IGNORE}="1"'
)
UDEV_FILE = "/etc/udev/rules.d/60-plainsight.rules"
DIALOUT = 'sudo usermod -aG dialout "$USER"'
RESET_GESTURE = (
    "hold their button at boot for ten seconds, let go, and press once more within five: "
    "that erases everything on them, pictures first"
)
_AGAIN = "press its reset button and run the same command again"
_SHOWN = 200


class CableError(HostError):
    """Base of them all; `port` is the port, "" where there is none."""

    exit_code = Exit.BOARD

    def __init__(self, port: str, text: str) -> None:
        super().__init__(text)
        self.port = port


class NoBoard(CableError):
    """No port looks like a board; `target` is what was asked for, "" for any; `others` are ports of other devices."""

    def __init__(self, target: str = "", others: Sequence[str] = ()) -> None:
        what = f"no board with serial number {target} is plugged in" if target else "no board is plugged in"
        seen = f" (other serial ports, which --target can name: {'; '.join(others)})" if others else ""
        super().__init__("", f"{what}{seen}: plug it in with a cable that carries data, or use --target sim")
        self.target = target
        self.others = tuple(others)


class SeveralBoards(CableError):
    """More than one board, and none was named; `found` describes each."""

    def __init__(self, found: Sequence[str]) -> None:
        super().__init__("", f"{len(found)} boards are plugged in; name one with --target: {'; '.join(found)}")
        self.found = tuple(found)


class PortBusy(CableError):
    """Another program has the port open."""

    def __init__(self, port: str) -> None:
        ways = f"a serial monitor, mpremote, another plainsight; `fuser -v {port}` names it"
        super().__init__(port, f"{port} is in use by another program: close it ({ways}) and try again")


class PermissionDenied(CableError):
    """The port may not be opened by this user."""

    def __init__(self, port: str) -> None:
        rule = f"put this line into {UDEV_FILE} and plug the board in again: {UDEV_RULE}"
        super().__init__(port, f"{port} may not be opened by you: run `{DIALOUT}` and log in again, or {rule}")


class NotAPort(CableError):
    """What was named is there, and is no serial port; `reason` in words."""

    def __init__(self, port: str, reason: str) -> None:
        super().__init__(port, f"{port} is no serial port ({reason}): `plainsight doctor` lists the ports")
        self.reason = reason


class CableLost(CableError):
    """The port went away while it was in use: unplugged, or the board restarted. `step`: what was under way."""

    def __init__(self, port: str, step: str = "") -> None:
        during = f" ({step})" if step else ""
        super().__init__(port, f"the board on {port} is gone{during}: plug it in and run the same command again")
        self.step = step


class PortVanished(CableLost):
    """The port is not there, or did not come back after a reset."""


class WrongBoard(CableError):
    """Another board than was asked for; `found` and `wanted` say which."""

    def __init__(self, port: str, found: str, wanted: str) -> None:
        super().__init__(port, f"the board on {port} is {found}, not {wanted}: plug in the right one, or name its port")
        self.found = found
        self.wanted = wanted


class NoMicroPython(CableError):
    """The chip has no MicroPython; `heard` is what it said instead."""

    def __init__(self, port: str, heard: str) -> None:
        way = f"`plainsight flash --target {port}` puts it there"
        super().__init__(port, f"the board on {port} runs no MicroPython (it says {heard!r}): {way}")
        self.heard = heard


class NoApplication(CableError):
    """MicroPython answers, and Plainsight is not on the board."""

    def __init__(self, port: str) -> None:
        way = f"`plainsight deploy --target {port}` puts it there"
        super().__init__(port, f"the board on {port} has MicroPython and no Plainsight: {way}")


class BrokenApplication(CableError):
    """Plainsight is on the board and can't be imported; `problem`: the exception."""

    def __init__(self, port: str, problem: str) -> None:
        way = f"`plainsight deploy --target {port}` puts a whole one there"
        super().__init__(port, f"Plainsight on the board on {port} is broken ({problem[-_SHOWN:]}): {way}")
        self.problem = problem


class ReplClosed(CableError):
    """The board is there, and Ctrl-C does not get to its REPL. `heard`: the last line it printed meanwhile."""

    def __init__(self, port: str, heard: str = "") -> None:
        said = f" (it printed {heard!r})" if heard else ""
        finger = f"`plainsight press --reset-gesture --target {port}`; with --flash, --reset-gesture"
        virtual = f" (virtual glasses: {finger})" if is_simulated(port) else ""
        super().__init__(
            port,
            f"the board on {port} does not answer Ctrl-C{said}: locked glasses take no commands over the cable; to "
            f"begin anew, {RESET_GESTURE}{virtual}; a board that hangs: press its reset button",
        )
        self.heard = heard


class BoardSilent(CableError):
    """The board did not finish in time; `seconds` it was given for `step`."""

    def __init__(self, port: str, step: str, seconds: float) -> None:
        super().__init__(port, f"the board on {port} did not answer within {seconds:g} s ({step}): {_AGAIN}")
        self.step = step
        self.seconds = seconds


class BoardConfused(CableError):
    """The board answered something that makes no sense; `answer` is all of it."""

    def __init__(self, port: str, step: str, answer: str) -> None:
        super().__init__(port, f"the board on {port} answered {answer[-_SHOWN:]!r} ({step}): {_AGAIN}")
        self.step = step
        self.answer = answer


class BoardCodeFailed(CableError):
    """Code ended with an exception on the board: `output` before it, and its `traceback`."""

    def __init__(self, port: str, output: str, traceback: str) -> None:
        lines = traceback.strip().splitlines() or ["no traceback"]
        super().__init__(
            port, f"the board on {port} says {lines[-1][-_SHOWN:]!r}: `plainsight doctor --target {port}` looks at it"
        )
        self.output = output
        self.traceback = traceback
