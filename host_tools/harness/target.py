"""What the tests run on: which board, simulated or real, and what it can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from host_tools.cable.world import Control
from host_tools.harness.errors import MissingCapability

CAPABILITIES: dict[str, str] = {
    "application": "Plainsight is deployed on the board",
    "development": "its REPL stays reachable: no identity, or one for development",
    "camera": "a camera module in the image",
    "card": "an SD card that tests may pull, fill and write to",
    "battery": "a battery is connected: --battery",
    "button": "something presses the glasses' button: the simulated world, a probe board, or a person: --hand",
    "light_faults": "something opens, shorts or covers the capture light: the simulated world, or a probe board",
    "light_current": "the glasses sense the current of their light: an identity of level current",
    "light_optical": "the glasses see their own light: an identity of level optical",
    "camera_faults": "something takes the camera away: the simulated world, or code in the place of its driver",
    "power_cycle": "something switches the board's supply: --power",
    "probe": "a probe board: --probe",
    "radio": "a Bluetooth adapter for the phone: --radio",
    "simulator": "the simulated world itself, for what no board can be asked",
}


@dataclass(frozen=True)
class Target:
    """`board_id` is the chip's own number, `firmware` a hash of what is deployed ("" where there is none).

    `missing`: the capabilities that it lacks, each with the reason. `control` scripts the simulated world.
    """

    simulated: bool
    port: str
    machine: str
    board_id: str
    firmware: str
    missing: Mapping[str, str] = field(default_factory=dict[str, str])
    control: Control | None = None

    @property
    def word(self) -> str:
        """What a result on this target may be called."""
        return "simulated" if self.simulated else "measured"

    @property
    def capabilities(self) -> frozenset[str]:
        """What it can do, of `CAPABILITIES`."""
        return frozenset(CAPABILITIES) - frozenset(self.missing)

    def require(self, capability: str) -> None:
        """Raises MissingCapability for a test that did not say what it needs."""
        if capability in self.missing:
            raise MissingCapability(capability, self.missing[capability])

    def __str__(self) -> str:
        return f"{self.machine} {self.board_id} on {self.port} ({self.word})"
