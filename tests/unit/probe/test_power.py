"""Switches of the supply: what is run, what its output means, what each failure is called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.exits import MissingTool
from host_tools.harness.power import open_power
from host_tools.harness.power.errors import CommandFailed, HubDenied, NoSmartHub, PortNotSwitched, UnknownSwitch
from host_tools.harness.power.runner import Ran, run
from host_tools.harness.power.switches import CommandPower, ProbePower, SimulatedPower
from host_tools.harness.power.uhubctl import UhubctlPower, port_flags

# As uhubctl 2.6 prints it for `-l 1-1.4 -p 2 -a off`: first how it was, then how it is; both sides of a USB 3 hub.
OFF = """Current status for hub 1-1.4 [2109:2817 VIA Labs, Inc. USB2.0 Hub, USB 2.10, 4 ports, ppps]
  Port 2: 0103 power enable connect [303a:1001 Espressif USB JTAG/serial debug unit 34:85:18:AA:BB:CC]
Sent power off request
New status for hub 1-1.4 [2109:2817 VIA Labs, Inc. USB2.0 Hub, USB 2.10, 4 ports, ppps]
  Port 2: 0000 off
Current status for hub 2-1.4 [2109:0817 VIA Labs, Inc. USB3.0 Hub, USB 3.10, 4 ports, ppps]
  Port 2: 02a0 power 5gbps Rx.Detect
Sent power off request
New status for hub 2-1.4 [2109:0817 VIA Labs, Inc. USB3.0 Hub, USB 3.10, 4 ports, ppps]
  Port 2: 00a0 off
"""
ON = """Current status for hub 1-1.4 [2109:2817 VIA Labs, Inc. USB2.0 Hub, USB 2.10, 4 ports, ppps]
  Port 2: 0000 off
Sent power on request
New status for hub 1-1.4 [2109:2817 VIA Labs, Inc. USB2.0 Hub, USB 2.10, 4 ports, ppps]
  Port 2: 0100 power
"""
NO_HUB = "No compatible devices detected at location 1-1.4!\nRun with -h to get usage info.\n"
DENIED = NO_HUB + "There were permission problems while accessing USB.\nFollow https://git.io/JIB2Z for a fix!\n"


class Host:
    """Programs that the test answers for."""

    def __init__(self, *answers: Ran) -> None:
        self.asked: list[tuple[str, ...]] = []
        self._answers = list(answers)

    def __call__(self, command: Sequence[str]) -> Ran:
        self.asked.append(tuple(command))
        return self._answers.pop(0)


def hub(*answers: Ran, slept: list[float] | None = None) -> tuple[UhubctlPower, Host]:
    host = Host(*answers)
    return UhubctlPower("1-1.4", 2, ask=host, sleep=(slept if slept is not None else []).append), host


def test_uhubctl_gets_a_list_of_arguments() -> None:
    slept: list[float] = []
    power, host = hub(Ran(0, OFF, ""), Ran(0, ON, ""), slept=slept)
    power.cycle(2.0)
    assert host.asked == [
        ("uhubctl", "-l", "1-1.4", "-p", "2", "-a", "off", "-r", "100"),
        ("uhubctl", "-l", "1-1.4", "-p", "2", "-a", "on"),
    ]
    assert slept == [2.0]
    assert power.means == "software"


@pytest.mark.parametrize(
    ("ran", "error"),
    [
        (Ran(1, "", NO_HUB), NoSmartHub),
        (Ran(1, "", DENIED), HubDenied),
        (Ran(1, "", "Error initializing USB!\n"), CommandFailed),
        (Ran(0, ON, ""), PortNotSwitched),  # a hub that only pretends
        (Ran(0, OFF.replace("1-1.4", "1-1.40"), ""), PortNotSwitched),
        (Ran(0, OFF.replace("Port 2:", "Port 3:"), ""), PortNotSwitched),
        (Ran(0, "", ""), PortNotSwitched),
    ],
)
def test_a_supply_that_is_not_off_is_never_called_off(ran: Ran, error: type[Exception]) -> None:
    power, _ = hub(ran)
    with pytest.raises(error) as caught:
        power.off()
    assert "\n" not in str(caught.value)


def test_a_supply_that_does_not_come_back_is_named() -> None:
    power, _ = hub(Ran(0, OFF, ""))
    with pytest.raises(PortNotSwitched, match="is not on"):
        power.on()


def test_the_power_comes_back_also_when_switching_off_failed() -> None:
    power, host = hub(Ran(0, ON, ""), Ran(0, ON, ""))
    with pytest.raises(PortNotSwitched):
        power.cycle()
    assert host.asked[-1][-1] == "on"


def test_the_last_word_about_a_port_counts() -> None:
    assert (port_flags(OFF, "1-1.4", 2) or "").split() == ["off"]
    assert (port_flags(ON, "1-1.4", 2) or "").split() == ["power"]
    assert (port_flags(OFF, "2-1.4", 2) or "").split() == ["off"]
    assert port_flags(OFF, "1-1.4", 1) is None


@given(st.text(max_size=300), st.text(max_size=8), st.integers(0, 20))
def test_no_output_is_too_strange(output: str, location: str, port: int) -> None:
    port_flags(output, location, port)
    port_flags(f"New status for hub {location} [x]\n  Port {port}: {output}", location, port)


def test_a_program_that_is_missing_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MissingTool, match="apt install uhubctl"):
        UhubctlPower("1-1", 1).off()


def test_a_program_of_the_user_s_own(tmp_path: Path) -> None:
    program = tmp_path / "switch.py"
    program.write_text("import sys, pathlib\npathlib.Path(sys.argv[1]).write_text(' '.join(sys.argv[2:]))\n")
    said = tmp_path / "a file; with $(signs)"
    power = CommandPower([sys.executable, str(program), str(said)])
    power.off()
    assert said.read_text() == "off"
    power.on()
    assert said.read_text() == "on"


def test_a_program_that_fails_is_quoted() -> None:
    power = CommandPower([sys.executable, "-c", "import sys; sys.exit('the plug does not answer')"])
    with pytest.raises(CommandFailed, match="the plug does not answer"):
        power.off()


def test_a_program_that_does_not_end_is_ended() -> None:
    with pytest.raises(CommandFailed, match="no end after"):
        run([sys.executable, "-c", "import signal; signal.pause()"], patience_s=0.3)


def test_a_program_that_may_not_be_run(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed):
        run([str(tmp_path)])


class World:
    """The control socket."""

    def __init__(self) -> None:
        self.running = True
        self.asked: list[str] = []

    def ask(self, op: str, **_fields: Any) -> Any:
        self.asked.append(op)
        if op == "status":
            return {"running": self.running}
        self.running = op == "start"
        return None


def test_the_simulated_supply() -> None:
    world = World()
    power = SimulatedPower(world, sleep=lambda _s: None)  # pyright: ignore[reportArgumentType]
    power.cycle()
    assert world.asked == ["kill", "status", "start"]
    power.on()
    assert world.asked[-1] == "status"
    assert power.means == "simulated"


class Switched:
    """A probe."""

    def __init__(self) -> None:
        self.said: list[bool] = []

    def power(self, on: bool) -> None:
        self.said.append(on)


def test_the_probe_s_load_switch() -> None:
    probe = Switched()
    power = ProbePower(probe, sleep=lambda _s: None)  # pyright: ignore[reportArgumentType]
    power.cycle()
    assert probe.said == [False, True]
    assert power.means == "probe"


def test_what_the_option_names() -> None:
    assert open_power("none", control=None, probe=None) is None
    made = open_power("uhubctl:1-1.4.2:3", control=None, probe=None)
    assert made is not None
    assert made.name == "uhubctl 1-1.4.2 port 3"
    own = open_power("command:ssh 'my plug' --now", control=None, probe=None)
    assert own is not None
    assert own.name == "ssh my plug --now"


@pytest.mark.parametrize(
    "spec",
    ["", "usb", "uhubctl", "uhubctl:1-1", "uhubctl:1-1:x", "uhubctl:1-1:0", "uhubctl::2", "uhubctl:1-1:²", "sim",
     "relay", "relay:1", "command:", "command:'", "sim:1", "none:1"],
)  # fmt: skip
def test_an_option_that_names_no_switch_says_which_there_are(spec: str) -> None:
    with pytest.raises(UnknownSwitch, match=r"it takes uhubctl:LOCATION:PORT") as caught:
        open_power(spec, control=None, probe=None)
    assert "\n" not in str(caught.value)
