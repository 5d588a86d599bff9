"""What a script may do to the board's cable, buttons and supply; part of the control socket's verbs."""

from __future__ import annotations

from host_tools.simulator.boardprocess import BoardProcess
from host_tools.simulator.reset import Reset
from host_tools.simulator.usb.device import UsbDevice

_CAUSES = {cause.name.lower(): cause for cause in (Reset.HARD, Reset.WATCHDOG, Reset.PANIC, Reset.BROWN_OUT)}


class CableVerbs:
    """One method for each verb. Those that need a cable raise ValueError where the board has none."""

    def __init__(self, board: BoardProcess) -> None:
        self._board = board

    def reset(self, *, cause: str = "hard") -> None:
        """cause: hard (the reset button), watchdog, panic, brown_out."""
        if cause not in _CAUSES:
            raise ValueError(f"{cause!r} is none of {', '.join(_CAUSES)}")
        self._board.reset(_CAUSES[cause])

    def brown_out(self) -> None:
        """The supply sags until the chip resets itself."""
        self._board.reset(Reset.BROWN_OUT)

    def boot_button(self, *, down: bool) -> None:
        """Hold the BOOT button, or let it go; held at a reset, the chip waits in its ROM."""
        self._board.boot_held = bool(down)

    def unplug(self) -> None:
        """Pull the USB cable."""
        self._usb.unplug()

    def plug(self) -> None:
        """Put the USB cable in."""
        self._usb.plug()

    def pull_after(self, *, count: int = 0, percent: float | None = None, of: int = 0) -> None:
        """Pull the cable when the host has sent `count` further bytes, or this part of `of` bytes."""
        self._usb.pull_after(int(count) if percent is None else round(float(percent) / 100 * int(of)))

    @property
    def _usb(self) -> UsbDevice:
        if self._board.usb is None:
            raise ValueError("this board has no cable")
        return self._board.usb
