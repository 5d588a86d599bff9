"""Opens everything that tests on a board need, and closes it with the board as it was found. No pytest in here."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from host_tools.cable.cable import Cable
from host_tools.cable.errors import CableError
from host_tools.cable.info import BoardInfo
from host_tools.cable.reconnecting import pause
from host_tools.cable.target import SIM, resolve
from host_tools.cable.virtual import BOOTED, VirtualBoard
from host_tools.harness import capabilities
from host_tools.harness.backup import place
from host_tools.harness.board import HilBoard
from host_tools.harness.button import button_of
from host_tools.harness.commit import commit_of, source_hash
from host_tools.harness.errors import FatalLine, NotSeen
from host_tools.harness.fatal import kind_of
from host_tools.harness.giving_back import given_back
from host_tools.harness.log import BoardLog
from host_tools.harness.target import Target

if TYPE_CHECKING:
    from host_tools.cable.world import Control
    from host_tools.harness.power.protocol import Power
    from host_tools.harness.probe.probe import Probe

NONE = "none"
_ROOT = Path(__file__).resolve().parents[2]
_BOOT_S = 60.0
_POLL_S = 0.05
_LISTEN_S = 3.0  # a board that restarts over and over says so meanwhile
_TAIL_LINES = 20


def quiet(_text: str) -> None:
    """For whoever does not want to hear how long work gets on."""


def back_ups() -> Path:
    """Where what boards held is kept while tests run on them; not below build/, which `make clean` removes."""
    import platformdirs

    return platformdirs.user_state_path("plainsight") / "boards"


@dataclass(frozen=True)
class RigOptions:
    """What the command line said. None: what suits the target.

    `main`: program for the virtual board in place of its main.py. `keep`: where back-ups lie until they are put back.
    `give_back`: False only where nothing is done to the board that its owner would not do.
    """

    target: str | None = SIM
    probe: str = NONE
    power: str | None = None
    radio: str | None = None
    level: str = "optical"
    profile: str = "instant"
    card: bool = False
    battery: bool = False
    hand: bool = False
    main: Path | None = None
    logs: Path = Path("build/hil")
    keep: Path = field(default_factory=back_ups)
    give_back: bool = True
    tell: Callable[[str], None] = quiet


@dataclass(frozen=True)
class Rig:
    """An open board at its REPL. `world` is None for a board on a port."""

    options: RigOptions
    target: Target
    info: BoardInfo
    board: HilBoard
    world: VirtualBoard | None
    probe: Probe | None
    power: Power | None

    def properties(self) -> dict[str, str]:
        """What a report says about where its results are from."""
        return {
            "results": self.target.word,
            "board": self.target.board_id,
            "machine": self.target.machine,
            "firmware": self.target.firmware,
            "commit": commit_of(_ROOT),
        }


@contextmanager
def open_rig(options: RigOptions) -> Generator[Rig]:
    """A board that is given back as it was found. Raises HostError: of the cable, of the harness."""
    with ExitStack() as stack:
        world = stack.enter_context(_world(options)) if options.target == SIM else None
        control = world.control if world is not None else None
        port = world.port if world is not None else resolve(options.target).device
        cable = stack.enter_context(Cable.open(port))
        probe = _open_probe(options.probe, control, stack)
        power = _open_power(options.power or (SIM if world is not None else NONE), control, probe)
        enter_repl(cable)
        info = cable.info()
        if options.give_back:
            keep = _own_folder(options.logs) if world is not None else place(options.keep, info.unique_id, port)
            stack.enter_context(given_back(cable, keep, power, options.tell))
        level = info.level or (options.level if world is not None else "software")
        lacking = capabilities.missing(
            info,
            world=world is not None,
            probe=probe is not None,
            switch=power is not None,
            fitted=_fitted(options),
            radio=options.radio or ("virtual" if world is not None else NONE),
            level=level,
        )
        firmware = source_hash(_ROOT / "firmware") if world is not None else _deployed(cable)
        target = Target(info.simulated, port, info.machine, info.unique_id, firmware, lacking, control)
        board = HilBoard(
            cable, target, BoardLog(options.logs), power, button_of(control, probe, hand=options.hand), level
        )
        stack.callback(board.close)
        yield Rig(options, target, info, board, world, probe, power)


def _fitted(options: RigOptions) -> list[str]:
    """What of a real board only its owner knows."""
    said = {"card": options.card, "battery": options.battery, "button": options.hand}
    return [name for name, there in said.items() if there]


def _deployed(cable: Cable) -> str:
    """A hash of what is deployed on the board; "" where nothing is."""
    from host_tools.deploying import firmware_hash

    return firmware_hash(cable) or ""


def _open_probe(spec: str, control: Control | None, stack: ExitStack) -> Probe | None:
    if spec == NONE:
        return None
    from host_tools.harness.probe import open_probe

    probe = open_probe(spec, control=control)
    return stack.enter_context(probe) if probe is not None else None


def _open_power(spec: str, control: Control | None, probe: Probe | None) -> Power | None:
    if spec == NONE:
        return None
    from host_tools.harness.power import open_power

    return open_power(spec, control=control, probe=probe)


@contextmanager
def _world(options: RigOptions) -> Generator[VirtualBoard]:
    """A virtual board that has booted. Raises FatalLine, NotSeen, WorldGone."""
    probe = options.probe == SIM
    with VirtualBoard(level=options.level, main=options.main, profile=options.profile, probe=probe) as world:
        _wait_until_booted(world)
        yield world


def _wait_until_booted(world: VirtualBoard) -> None:
    """What is printed before a port is open is lost: the world is asked what its board said."""
    until_s = time.monotonic() + _BOOT_S
    while True:
        log: list[str] = world.ask("status")["log"]
        for line in log:
            if any(text in line for text in BOOTED):
                return
            if (kind := kind_of(line)) is not None:
                raise FatalLine(kind, line, "booting", log[-_TAIL_LINES:], None)
        if time.monotonic() > until_s:
            raise NotSeen(" or ".join(BOOTED), _BOOT_S, log[-_TAIL_LINES:], None)
        pause(_POLL_S)


def enter_repl(cable: Cable) -> None:
    """Interrupt whatever runs. Raises CableError; FatalLine where the board says why it can't be reached."""
    try:
        cable.enter_repl()
    except CableError:
        heard = [line.decode(errors="backslashreplace") for line in cable.read_lines(_LISTEN_S)]
        for line in heard:
            if (kind := kind_of(line)) is not None:
                raise FatalLine(kind, line, "opening the board", heard[-_TAIL_LINES:], None) from None
        raise


def _own_folder(logs: Path) -> Path:
    """Virtual boards all have one number, and end with their run: each has a back-up of its own."""
    logs.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="virtual-board-", dir=logs))
