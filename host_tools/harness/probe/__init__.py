"""The probe on the host: `open_probe` gives what `--probe` names."""

from __future__ import annotations

from host_tools.cable.world import Control
from host_tools.exits import UsageError
from host_tools.harness.probe.probe import Probe

__all__ = ["Probe", "open_probe"]


def open_probe(spec: str, *, control: Control | None) -> Probe | None:
    """`none`: None. `sim`: the probe of the simulated world. Else a port. Raises UsageError, ProbeError, CableError."""
    if spec == "none":
        return None
    if spec != "sim":
        return Probe.open(spec)
    port = control.ask("status")["probe_port"] if control is not None else None
    if port is None:
        raise UsageError("--probe sim: there is no simulated world with a probe; it needs --target sim")
    return Probe.open(port)
