"""The virtual glasses as one object: board, world, radio and control socket in the running event loop."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from plainsight.keyword import words

from host_tools.simulator.boardlink import BoardLink
from host_tools.simulator.boardprocess import BoardProcess
from host_tools.simulator.chip import PLAINSIGHT, Chip
from host_tools.simulator.console import Console
from host_tools.simulator.control import ControlServer
from host_tools.simulator.flash import FlashImage
from host_tools.simulator.paths import board_folder
from host_tools.simulator.probe.probe import VirtualProbe
from host_tools.simulator.radio.radio import VirtualRadio
from host_tools.simulator.startup import Startup
from host_tools.simulator.usb.device import UsbDevice
from host_tools.simulator.world.wiring import Fitted, Wiring
from host_tools.simulator.world.world import World


class Simulator:
    """`async with Simulator(…) as sim`: sim.world, .radio, .board, .console, .hci_socket, .control_socket.

    flash: image file that outlives the simulator (None: a new chip each time). level: which light sensors are fitted
    ("software" none, "current" the resistor, "optical" both); what the firmware claims is its identity's affair.
    main: program to run instead of the board's main.py; environ: what it finds in `uos.getenv`. cable (True, or the
    path for its port): a host can open `sim.port` while the board is on, and after the program comes the REPL.
    image: what a new chip holds (chip.py).
    keyword: the model of an own phrase, instead of the one that ships.
    probe: a second board with the probe's firmware watches and breaks the light; its port is `sim.probe.port`.
    The board is off until `sim.board.start()`.
    """

    world: World
    radio: VirtualRadio
    board: BoardProcess
    console: Console
    port: Path
    probe: VirtualProbe | None = None
    hci_socket: Path
    control_socket: Path

    def __init__(
        self,
        profile: str = "instant",
        flash: Path | None = None,
        board: str = "xiao_esp32s3",
        level: str = "optical",
        *,
        main: Path | None = None,
        environ: Mapping[str, str] | None = None,
        cable: bool | Path = False,
        image: str | None = PLAINSIGHT,
        probe: bool = False,
        keyword: Path | None = None,
    ) -> None:
        self._profile = profile
        self._flash = flash
        self._board = board
        self._fitted = Fitted.for_level(level)
        self._main = main
        self._environ = environ
        self._cable = cable
        self._image = image
        self._with_probe = probe
        self._keyword = keyword
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            await self._start(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _start(self, stack: contextlib.AsyncExitStack) -> None:
        """Bring the parts up, each with its end on the stack."""
        # Unix socket paths are short (107 bytes): a folder directly under the system's temporary one.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="plainsight-")))
        self.hci_socket, self.control_socket = folder / "hci", folder / "control"
        link = BoardLink(folder / "board")
        await link.start()
        stack.push_async_callback(link.close)
        flash = FlashImage(self._flash if self._flash is not None else folder / "flash.img")
        self.port = self._cable if isinstance(self._cable, Path) else folder / "port"
        usb = UsbDevice(self.port) if self._cable else None
        before = None if self._keyword is None else _own_words(folder, self._keyword)
        startup = Startup(link.path, flash, self._board, self._main, self._environ or {}, before)
        self.board = BoardProcess(link, Chip(flash, self._image), startup, usb)
        self.console = Console(link, self.board)
        if usb is not None:
            usb.hears = self.console.typed
        wiring = Wiring.of_board(board_folder(self._board), self._fitted)
        self.world = World(link, self.board, wiring)
        stack.callback(self.world.close)
        if self._with_probe:
            self.probe = VirtualProbe(folder, self.world, self.board, wiring.light_sense_nominal_mv)
            await self.probe.start()
            stack.push_async_callback(self.probe.close)
        self.radio = VirtualRadio(link, self._profile)
        stack.push_async_callback(self.radio.close)
        await self.radio.serve_hci(self.hci_socket)
        control = ControlServer(self.control_socket, self.world, self.radio, self.board, self.probe)
        await control.start()
        stack.push_async_callback(control.close)
        # Last in, first out: the board goes off before the world that it stands in.
        stack.push_async_callback(self.board.kill)


def _own_words(folder: Path, model: Path) -> Path:
    """A folder like the firmware's that holds this model alone. Raises OSError."""
    place = folder / "own" / words.OWN
    place.parent.mkdir(parents=True)
    shutil.copy(model, place)
    return folder / "own"
