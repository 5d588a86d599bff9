"""What can be wrong with a power switch; each text is one line with the way out."""

from __future__ import annotations

from host_tools.exits import Exit, HostError, UsageError

WAYS = "uhubctl:LOCATION:PORT (uhubctl:1-1.4:2), relay, command:PROGRAM, sim or none"


class PowerError(HostError):
    """Base of them all."""

    exit_code = Exit.BOARD


class UnknownSwitch(UsageError):
    """`--power` names no switch; `spec` is what it said."""

    def __init__(self, spec: str, problem: str) -> None:
        super().__init__(f"--power {spec}: {problem}; it takes {WAYS}")
        self.spec = spec


class NoSmartHub(PowerError):
    """uhubctl finds no hub at this location that can switch its ports."""

    def __init__(self, location: str) -> None:
        super().__init__(f"no hub at {location} switches its ports: run `uhubctl` and take a location that it lists")
        self.location = location


class HubDenied(PowerError):
    """uhubctl may not access the hub."""

    def __init__(self, location: str) -> None:
        super().__init__(
            f"the hub at {location} may not be switched by you: add the udev rule that `uhubctl` prints (52-usb.rules)"
        )
        self.location = location


class PortNotSwitched(PowerError):
    """The hub says that the port's power is not what was asked for; `said` is its last line about it."""

    def __init__(self, location: str, port: int, wanted: str, said: str) -> None:
        super().__init__(
            f"port {port} of the hub at {location} is not {wanted} ({said or 'nothing said about it'}): "
            "is this the right port, and does the hub switch power for real?"
        )
        self.location = location
        self.port = port
        self.said = said


class CommandFailed(PowerError):
    """The program that switches the supply ended with an error, or not at all."""

    def __init__(self, command: str, why: str) -> None:
        super().__init__(f"{command} failed ({why}): run it by hand and see")
        self.command = command
