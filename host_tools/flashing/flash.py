"""The whole of flashing one board: look, say what is lost, ask, write, verify, start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from host_tools.cable.info import BoardInfo
from host_tools.cable.ports import PortInfo
from host_tools.cable.usb_ids import Kind
from host_tools.flashing import writing
from host_tools.flashing.boards import Contents, Reached, started
from host_tools.flashing.chip import Chip
from host_tools.flashing.errors import ImageError, NotAgreed
from host_tools.flashing.sources import BOARD_CHIP, Image


@dataclass(frozen=True)
class Flashed:
    """What was done: to which chip, and what its MicroPython says of itself now."""

    port: str
    simulated: bool
    chip: str
    mac: str
    flash_bytes: int
    contents_known: bool
    image: Image
    micropython: BoardInfo


@dataclass(frozen=True)
class Voice:
    """How the person is spoken with. `agree` gets the statement of what will be lost, and says whether to go on."""

    agree: Callable[[tuple[str, ...]], bool]
    tell: Callable[[str], None]
    progress: Callable[[int], None]


def flash(board: PortInfo, image: Image, voice: Voice) -> Flashed:
    """Make a board run `image`, if the person agrees. Raises FlashError, CableError."""
    simulated = board.kind is Kind.SIMULATED
    with Reached.reach(board, BOARD_CHIP) as reached:
        if reached.chip is not None:
            _require_fit(image, reached.chip, reached)
        try:
            if not voice.agree(statement(board, reached.chip, reached.contents, image)):
                raise NotAgreed
        except (NotAgreed, KeyboardInterrupt):
            reached.leave_as_found()
            raise
        chip = reached.enter_loader()
        _require_fit(image, chip, reached)
        voice.tell(f"erasing {chip.flash_bytes >> 20} MB of flash, which may take a minute")
        writing.write(image, chip, voice.progress)
        voice.tell(f"verified: the chip holds the {len(image.data)} bytes of {image.name}; starting it")
        chip.restart()
    port, micropython = started(board)
    return Flashed(
        port=port,
        simulated=simulated,
        chip=chip.name,
        mac=chip.mac,
        flash_bytes=chip.flash_bytes,
        contents_known=reached.contents.known,
        image=image,
        micropython=micropython,
    )


def _require_fit(image: Image, chip: Chip, reached: Reached) -> None:
    """Let the board go on as it was where the image is not for it. Raises ImageForOtherChip, ImageTooLarge."""
    try:
        writing.require_fit(image, chip)
    except ImageError:
        reached.leave_as_found()
        raise


def statement(board: PortInfo, chip: Chip | None, contents: Contents, image: Image) -> tuple[str, ...]:
    """What will be lost and what will be there instead, line by line."""
    label = f"{board.device} (simulated)" if board.kind is Kind.SIMULATED else str(board)
    silicon = "" if chip is None else f", {chip.name} {chip.mac}, {chip.flash_bytes >> 20} MB"
    return (
        f"This erases everything on the board at {label}{silicon}:",
        *(f"  {line}" for line in contents.words),
        "  (a memory card in it is left as it is)",
        f"and writes {image.name}, {len(image.data)} bytes ({image.what})",
    )
