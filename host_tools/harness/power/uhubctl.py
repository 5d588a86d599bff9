"""A USB hub that switches its ports, by the program uhubctl (https://github.com/mvp/uhubctl)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import Literal

from host_tools.harness.power.errors import CommandFailed, HubDenied, NoSmartHub, PortNotSwitched
from host_tools.harness.power.runner import Ran, Run, run
from host_tools.harness.power.switch import Switch

_REMEDY = "install it (Debian, Ubuntu: sudo apt install uhubctl; macOS: brew install uhubctl)"
_HUB = re.compile(r"(?:Current|New) status for hub (\S+) \[")
_PORT = re.compile(r"\s*Port (\d+): [0-9a-f]{4}\b(.*)")
# uhubctl says which hub it could not open before it gives up (get_computer_info, usb_find_hubs).
_DENIED = "permission problems"
_NO_HUB = "No compatible"


class UhubctlPower(Switch):
    """One port of one hub; both its USB 2 and USB 3 side, which uhubctl switches together."""

    means: Literal["software"] = "software"

    def __init__(
        self, location: str, port: int, *, ask: Run | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        super().__init__(sleep)
        self._location = location
        self._port = port
        self._run = ask or _uhubctl
        self.name = f"uhubctl {location} port {port}"

    def off(self) -> None:
        """See Power. Raises PowerError, MissingTool."""
        self._switch("off")

    def on(self) -> None:
        """See Power. Raises PowerError, MissingTool."""
        self._switch("on")

    def _switch(self, action: Literal["on", "off"]) -> None:
        # `-r`: some devices need the request more than once before they let go (uhubctl's own advice).
        repeat = ("-r", "100") if action == "off" else ()
        ran = self._run(("uhubctl", "-l", self._location, "-p", str(self._port), "-a", action, *repeat))
        self._check_end(ran)
        said = port_flags(ran.output, self._location, self._port)
        powered = said is not None and "power" in said.split()
        if said is None or powered != (action == "on"):
            raise PortNotSwitched(self._location, self._port, action, (said or "").strip())

    def _check_end(self, ran: Ran) -> None:
        if _DENIED in ran.errors:
            raise HubDenied(self._location)
        if _NO_HUB in ran.errors:
            raise NoSmartHub(self._location)
        if ran.code != 0:
            raise CommandFailed("uhubctl", (ran.errors.strip().splitlines() or [f"exit code {ran.code}"])[0])


def port_flags(output: str, location: str, port: int) -> str | None:
    """What uhubctl says last about a port of the hub at this very location: "power enable connect …"; None: nothing."""
    hub, flags = "", None
    for line in output.splitlines():
        if found := _HUB.match(line):
            hub = found.group(1)
        elif hub == location and (row := _PORT.fullmatch(line)) and int(row.group(1)) == port:
            flags = row.group(2)
    return flags


def _uhubctl(command: Sequence[str]) -> Ran:
    return run(command, remedy=_REMEDY)
