"""Brings a board into its boot loader, and back to its program; says what is lost on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from host_tools.cable import reconnecting
from host_tools.cable.cable import Cable
from host_tools.cable.errors import (
    BoardCodeFailed,
    BoardConfused,
    BoardSilent,
    CableLost,
    NoMicroPython,
    NotAPort,
    PermissionDenied,
    PortBusy,
    PortVanished,
    ReplClosed,
)
from host_tools.cable.info import BoardInfo
from host_tools.cable.ports import PortInfo
from host_tools.cable.usb_ids import Kind
from host_tools.flashing.chip import Chip
from host_tools.flashing.errors import LoaderSilent, MicroPythonSilent, UnknownBoard

T = TypeVar("T")

_BACK_S = 10.0
_LOADER_TRIES = 4
_START_TRIES = 4  # the first start makes a file system, which takes seconds on a real flash chip
_BETWEEN_S = 1.0
_AT_ONCE_S = 0.5
_ENTER_LOADER = "import machine\nmachine.bootloader()"
_NO_ANSWER = "it does not answer, so what is on it cannot be known: pictures, keys and programs, if any, are lost"


@dataclass(frozen=True)
class Contents:
    """What is on a board, in words; `known` is False where it did not say."""

    known: bool
    words: tuple[str, ...]


UNKNOWN_CONTENTS = Contents(False, (_NO_ANSWER,))


def require_known(board: PortInfo, *, any_board: bool) -> None:
    """Raise PortVanished, or UnknownBoard unless the person is sure: its USB id is not in the table."""
    if board.vid is None and not os.path.exists(board.device):
        raise PortVanished(board.device)
    if board.kind in (Kind.ESP_ROM, Kind.MICROPYTHON, Kind.XIAO_S3, Kind.SIMULATED) or any_board:
        return
    ids = "" if board.vid is None or board.pid is None else f" (USB {board.vid:04x}:{board.pid:04x})"
    raise UnknownBoard(board.device, f"{board.product or board.kind}{ids}")


class Reached:
    """A board whose port is held, in its loader or at its REPL; `chip` is None until `enter_loader`."""

    def __init__(
        self, board: PortInfo, wanted: str, contents: Contents, *, chip: Chip | None = None, cable: Cable | None = None
    ) -> None:
        self.board = board
        self.contents = contents
        self.chip = chip
        self._wanted = wanted
        self._cable = cable

    @classmethod
    def reach(cls, board: PortInfo, wanted: str) -> Reached:
        """Get hold of a board, by its REPL where MicroPython runs, else by its loader.

        Raises LoaderSilent, WrongBoard, ChipProtected, PortBusy, PortVanished, PermissionDenied, CableLost.
        """
        if board.kind is Kind.SIMULATED and (cable := _quick_repl(board)) is not None:
            return cls(board, wanted, _contents(cable), cable=cable)
        if board.kind is not Kind.MICROPYTHON:  # whose USB port has no lines that reset the chip
            with suppress(LoaderSilent):
                chip = Chip.open(board.device, wanted, resets=_has_lines(board))
                return cls(board, wanted, UNKNOWN_CONTENTS, chip=chip)
        cable = _at_repl(board)
        return cls(board, wanted, _contents(cable), cable=cable)

    def __enter__(self) -> Reached:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.chip is not None:
            self.chip.close()
        if self._cable is not None:
            self._cable.close()

    def enter_loader(self) -> Chip:
        """The chip, whose loader answers now. Raises what `reach` raises."""
        if self.chip is None:
            assert self._cable is not None
            self._cable.leave(_ENTER_LOADER)
            self._cable.close()
            self._cable = None
            self.chip = _retried(_LOADER_TRIES, self._loader_again)
        return self.chip

    def _loader_again(self) -> Chip:
        board = reconnecting.wait_until_listed(self.board, _BACK_S)
        return Chip.open(board.device, self._wanted, resets=_has_lines(board))

    def leave_as_found(self) -> None:
        """Let the board run what it ran before; nothing was changed on it."""
        if self.chip is not None:
            self.chip.restart()
        elif self._cable is not None:
            self._cable.hard_reset()  # a watchdog that was kept from biting goes with it


def started(board: PortInfo) -> tuple[str, BoardInfo]:
    """The port's name now, and what MicroPython says of itself once it answers.

    Raises MicroPythonSilent, PortBusy, PermissionDenied.
    """
    try:
        return _retried(_START_TRIES, lambda: _info_once(board))
    except (LoaderSilent, CableLost) as error:
        raise MicroPythonSilent(board.device) from error


def _info_once(board: PortInfo) -> tuple[str, BoardInfo]:
    with _at_repl(reconnecting.wait_until_listed(board, _BACK_S)) as cable:
        info = cable.info()
        cable.soft_reset()
        return cable.port, info


def _quick_repl(board: PortInfo) -> Cable | None:
    """A cable at the REPL if one answers at once: no USB id tells who is behind a pseudo-terminal."""
    cable = Cable.open(board.device)
    if cable.hears_ctrl_c(_AT_ONCE_S):
        return cable
    cable.close()
    return None


def _at_repl(board: PortInfo) -> Cable:
    """A cable at the board's REPL. Raises LoaderSilent where none opens: then only the loader is left."""
    cable = Cable.open(board.device)
    try:
        cable.enter_repl(soft_reset=False)
    except (ReplClosed, NoMicroPython, BoardSilent, BoardConfused) as error:
        cable.close()
        raise LoaderSilent(board.device) from error
    except BaseException:
        cable.close()
        raise
    return cable


def _contents(cable: Cable) -> Contents:
    """What is on a board at its REPL. Closes the cable where it is lost; raises CableLost."""
    try:
        info, files = cable.info(), cable.files()
    except (BoardCodeFailed, BoardConfused, BoardSilent):
        return UNKNOWN_CONTENTS
    except BaseException:
        cable.close()
        raise
    words = [f"MicroPython {info.release} on {info.machine}, {len(files)} files of {sum(files.values())} bytes"]
    if info.application is not None:
        words.append(f"Plainsight {info.application}")
    if info.provisioned:
        words.append("an identity: these glasses have to be provisioned and paired anew, and their pictures are lost")
    return Contents(True, tuple(words))


def _has_lines(board: PortInfo) -> bool:
    """Whether the port has modem lines, which reset the chip into its loader; a pseudo-terminal has none."""
    return board.kind is not Kind.SIMULATED


def _retried(tries: int, job: Callable[[], T]) -> T:
    """The first result of `job`, which a board that is restarting may fail some times."""
    while True:
        tries -= 1
        try:
            return job()
        except (LoaderSilent, CableLost, PortBusy, PermissionDenied, NotAPort):
            if not tries:
                raise
        reconnecting.pause(_BETWEEN_S)
