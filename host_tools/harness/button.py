"""Who presses the glasses' button: the simulated world, the probe board, or a person who is asked to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cable.world import Control
from host_tools.exits import UsageError

if TYPE_CHECKING:
    from host_tools.harness.board import Button
    from host_tools.harness.probe.probe import Probe


class WorldButton:
    """The simulated world's finger."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def press(self) -> None:
        """Down."""
        self._control.ask("button", press="down")

    def release(self) -> None:
        """Up."""
        self._control.ask("button", press="up")


class ProbeButton:
    """The probe's switch across the button."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe

    def press(self) -> None:
        """Down."""
        self._probe.button(True)

    def release(self) -> None:
        """Up."""
        self._probe.button(False)


class Hand:
    """A person at the bench; `ask(text)` returns when what it says was done."""

    def __init__(self, ask: Callable[[str], None]) -> None:
        self._ask = ask

    def press(self) -> None:
        """Down."""
        self._ask("press the button of the glasses, hold it down, then press Enter")

    def release(self) -> None:
        """Up."""
        self._ask("let go of the button, then press Enter")


def ask_at_terminal(text: str, terminal: Path = Path("/dev/tty")) -> None:
    """Ask whoever sits there, past what pytest captures. Raises UsageError where nobody does."""
    try:
        with terminal.open("r+b", buffering=0) as lines:
            lines.write(f"\n>>> {text}: ".encode())
            answered = lines.readline()
    except OSError as error:
        raise UsageError(f"--hand: there is no terminal to ask at ({error.strerror})") from error
    if not answered:
        raise UsageError("--hand: nobody answers at the terminal")


def button_of(control: Control | None, probe: Probe | None, *, hand: bool = False) -> Button | None:
    """The probe's, as on a bench, before the world's, before a person's; None where nobody is there to press it."""
    if probe is not None:
        return ProbeButton(probe)
    if control is not None:
        return WorldButton(control)
    return Hand(ask_at_terminal) if hand else None
