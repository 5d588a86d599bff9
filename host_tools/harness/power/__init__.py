"""Switching a board's supply off and on: `open_power` makes what `--power` names."""

from __future__ import annotations

import shlex

from host_tools.cable.world import Control
from host_tools.harness.power.errors import UnknownSwitch
from host_tools.harness.power.protocol import Power
from host_tools.harness.power.switches import CommandPower, ProbePower, SimulatedPower
from host_tools.harness.power.uhubctl import UhubctlPower
from host_tools.harness.probe.probe import Probe

__all__ = ["Power", "open_power"]


def open_power(spec: str, *, control: Control | None, probe: Probe | None) -> Power | None:
    """`none`: None. Raises UnknownSwitch."""
    kind, _, rest = spec.partition(":")
    if spec == "none":
        return None
    if spec == "sim":
        if control is None:
            raise UnknownSwitch(spec, "there is no simulated world without --target sim")
        return SimulatedPower(control)
    if kind == "relay" and not rest:
        if probe is None:
            raise UnknownSwitch(spec, "the relay is the probe's, and there is no --probe")
        return ProbePower(probe)
    if kind == "uhubctl":
        return _uhubctl(spec, rest)
    if kind == "command":
        return _command(spec, rest)
    raise UnknownSwitch(spec, "no such switch")


def _uhubctl(spec: str, rest: str) -> UhubctlPower:
    location, _, port = rest.rpartition(":")
    if not location or not port.isascii() or not port.isdecimal() or int(port) < 1:
        raise UnknownSwitch(spec, "a hub's location and the number of its port are missing")
    return UhubctlPower(location, int(port))


def _command(spec: str, rest: str) -> CommandPower:
    try:
        words = shlex.split(rest)
    except ValueError as error:
        raise UnknownSwitch(spec, str(error)) from error
    if not words:
        raise UnknownSwitch(spec, "the program is missing")
    return CommandPower(words)
