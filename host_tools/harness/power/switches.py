"""The supply over the probe's load switch, over a program of the user's own, and in the simulated world."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Literal

from host_tools.cable.world import Control
from host_tools.harness.power.errors import CommandFailed
from host_tools.harness.power.runner import Run, run
from host_tools.harness.power.switch import Switch
from host_tools.harness.probe.probe import Probe

Sleep = Callable[[float], None]


class ProbePower(Switch):
    """The probe's load switch (or relay) in the glasses' USB supply."""

    name = "the probe's load switch"
    means: Literal["probe"] = "probe"

    def __init__(self, probe: Probe, *, sleep: Sleep = time.sleep) -> None:
        super().__init__(sleep)
        self._probe = probe

    def off(self) -> None:
        """See Power. Raises ProbeError."""
        self._probe.power(False)

    def on(self) -> None:
        """See Power. Raises ProbeError."""
        self._probe.power(True)


class CommandPower(Switch):
    """A program that is called with `on` or `off` as its last argument."""

    means: Literal["software"] = "software"

    def __init__(self, command: Sequence[str], *, ask: Run = run, sleep: Sleep = time.sleep) -> None:
        super().__init__(sleep)
        self._command = tuple(command)
        self._run = ask
        self.name = " ".join(command)

    def off(self) -> None:
        """See Power. Raises CommandFailed, MissingTool."""
        self._switch("off")

    def on(self) -> None:
        """See Power. Raises CommandFailed, MissingTool."""
        self._switch("on")

    def _switch(self, action: str) -> None:
        ran = self._run((*self._command, action))
        if ran.code != 0:
            said = (ran.errors.strip() or ran.output.strip()).splitlines()
            raise CommandFailed(f"{self.name} {action}", said[-1] if said else f"exit code {ran.code}")


class SimulatedPower(Switch):
    """The virtual board's own."""

    name = "the simulated world"
    means: Literal["simulated"] = "simulated"

    def __init__(self, control: Control, *, sleep: Sleep = time.sleep) -> None:
        super().__init__(sleep)
        self._control = control

    def off(self) -> None:
        """See Power. Raises WorldError."""
        self._control.ask("kill")

    def on(self) -> None:
        """See Power; a board that is on already stays so. Raises WorldError."""
        if not self._control.ask("status")["running"]:
            self._control.ask("start")
