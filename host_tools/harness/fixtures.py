"""The fixtures of tests on a board: the same for a virtual one and for one on a port.

The board is opened, backed up and given back once for a session on a port, and once for each file of tests on the
virtual board, whose process is new for each.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from host_tools.harness.needs import needs_of, skip_reason
from host_tools.harness.session import session_of

if TYPE_CHECKING:
    from host_tools.harness.board import HilBoard
    from host_tools.harness.faults import Faults
    from host_tools.harness.phone import Phone
    from host_tools.harness.rig import Rig
    from host_tools.harness.target import Target


def _scope(fixture_name: str, config: pytest.Config) -> Literal["session", "module"]:
    del fixture_name
    return "session" if session_of(config).on_a_port else "module"


def _probe(request: pytest.FixtureRequest) -> str:
    """What --probe says; without it the virtual board has a virtual probe in each file that has a test for one."""
    given: str | None = request.config.getoption("--probe")
    if given is not None or session_of(request.config).on_a_port:
        return given or "none"
    wanted = any("probe" in needs_of(item) and request.node in item.listchain() for item in request.session.items)
    return "sim" if wanted else "none"


def _teller(config: pytest.Config) -> Callable[[str], None]:
    """Says how a long job gets on, while pytest captures what tests print."""
    capture: Any = config.pluginmanager.getplugin("capturemanager")

    def tell(text: str) -> None:
        with capture.global_and_fixture_disabled() if capture is not None else nullcontext():
            sys.stderr.write(f"{text}\n")

    return tell


@pytest.fixture(scope=_scope)
def rig(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Generator[Rig]:
    """The open board and everything around it; given back as it was found."""
    from host_tools.harness.rig import RigOptions, open_rig, quiet

    hil = session_of(pytestconfig)
    options = RigOptions(
        target=hil.target_option,
        probe=_probe(request),
        power=pytestconfig.getoption("--power"),
        radio=pytestconfig.getoption("--radio"),
        card=bool(pytestconfig.getoption("--card")),
        battery=bool(pytestconfig.getoption("--battery")),
        hand=bool(pytestconfig.getoption("--hand")),
        main=pytestconfig.getoption("--sim-main"),
        logs=hil.logs,
        tell=_teller(pytestconfig) if hil.on_a_port else quiet,
    )
    with open_rig(options) as opened:
        hil.target = opened.target
        yield opened


@pytest.fixture(scope=_scope)
def target(rig: Rig) -> Target:
    """What the tests run on: simulated or not, its number, what it can do."""
    return rig.target


@pytest.fixture
def board(request: pytest.FixtureRequest, rig: Rig) -> HilBoard:
    """The board with a log of this test's own; skips the test where it needs what the target can't do."""
    hil = session_of(request.config)
    for name in needs_of(request.node):
        if name in rig.target.missing:
            reason = skip_reason(name, rig.target.missing[name])
            hil.listed_skips[request.node.nodeid] = reason
            pytest.skip(reason)
    request.node.user_properties.extend(rig.properties().items())  # they reach JUnit's XML, from workers, too
    hil.running.board = rig.board
    rig.board.begin(request.node.nodeid)
    return rig.board


@pytest.fixture
def phone(board: HilBoard, rig: Rig, tmp_path: Path) -> Generator[Phone]:
    """The real app on a phone that has never seen these glasses."""
    from host_tools.harness.phone import open_phone

    del board  # it begins the log, and skips the test where something is missing
    with open_phone(rig, tmp_path / "phone") as opened:
        yield opened


@pytest.fixture
def faults(board: HilBoard, rig: Rig) -> Generator[Faults]:
    """Breaks things and mends them again after the test."""
    from host_tools.harness.faults import Faults

    made = Faults(board=board, control=rig.target.control, probe=rig.probe)
    yield made
    made.mend()
