"""`--target`, read in one place: sim, a port, a USB serial number, or nothing, which is the only board there is."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from host_tools.cable.errors import NoBoard, SeveralBoards
from host_tools.cable.ports import PortInfo, info_of, is_simulated, ports, same_serial_number
from host_tools.cable.virtual import BOOTED, VirtualBoard

SIM = "sim"
PLAINSIGHT = "plainsight"
HELP = "the virtual board, a serial port, or a USB serial number (default: the only board that is plugged in)"


@dataclass(frozen=True)
class OpenTarget:
    """Where the board is for as long as it is open. `virtual` is its world, None for a port."""

    port: str
    simulated: bool
    virtual: VirtualBoard | None

    @property
    def label(self) -> str:
        """The port, and that it is simulated where it is."""
        return f"{self.port} (simulated)" if self.simulated else self.port


def add_target_option(parser: argparse.ArgumentParser, *, default: str | None = None) -> None:
    """`--target`."""
    parser.add_argument("--target", type=_named, default=default, metavar="sim|PORT|SERIAL", help=HELP)


def _named(text: str) -> str:
    """An empty name is a shell variable that is not set, and means no board: least of all the only one there is."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty; name a board, or leave the option out for the only one")
    return text


def resolve(target: str | None, among: Sequence[PortInfo] | None = None) -> PortInfo:
    """The port that `target` (not sim) means. Raises NoBoard, SeveralBoards."""
    here = ports() if among is None else list(among)
    if target:
        named = [port for port in here if same_serial_number(port.serial_number, target)]
        if len(named) > 1:
            raise SeveralBoards([str(port) for port in named])
        if named:
            return named[0]
        if "/" not in target and not target.upper().startswith("COM") and not Path(target).exists():
            raise NoBoard(target, [str(port) for port in here])
        return info_of(target, here)
    boards = [port for port in here if port.kind.may_be_glasses]
    if not boards:
        raise NoBoard("", [str(port) for port in here])
    if len(boards) > 1:
        raise SeveralBoards([str(port) for port in boards])
    return boards[0]


@contextmanager
def open_target(
    target: str | None, *, flash: Path | None = None, level: str = "optical", image: str = PLAINSIGHT
) -> Generator[OpenTarget]:
    """Where the board is. With sim a virtual one is switched on, on `flash`, for as long as the block runs.

    Raises NoBoard, SeveralBoards, and WorldGone where the virtual board does not start.
    """
    with contextlib.ExitStack() as stack:
        if target == SIM:
            virtual = stack.enter_context(VirtualBoard(flash, level=level, image=image))
            if image == PLAINSIGHT:  # somebody who plugs glasses in types a command when they have booted
                virtual.wait_for_log(BOOTED)
            yield OpenTarget(virtual.port, True, virtual)
        else:
            port = resolve(target).device
            yield OpenTarget(port, is_simulated(port), None)
