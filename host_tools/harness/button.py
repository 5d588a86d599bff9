"""Who presses the glasses' button: the simulated world or the probe board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from host_tools.cable.world import Control

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


def button_of(control: Control | None, probe: Probe | None) -> Button | None:
    """The probe's, as on a bench, before the world's; None where nobody is there to press it."""
    if probe is not None:
        return ProbeButton(probe)
    return None if control is None else WorldButton(control)
