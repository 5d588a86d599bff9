"""Fault injectors, the same for a board and for the virtual one: `with faults.led_open() as injected: …`.

Each mends what it did when its block ends, however it ends. `injected.means` says by what it was done: the probe's
hardware ("probe"), code on the board or this computer ("software"), or the simulated world ("simulated").
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from host_tools.cable.cable import Cable
from host_tools.cable.world import Control
from host_tools.exits import Exit, HostError
from host_tools.harness import fault_code
from host_tools.harness.byte_trigger import ByteTrigger, wait_for_bytes
from host_tools.harness.errors import MissingCapability
from host_tools.harness.log import BoardLog
from host_tools.harness.power.protocol import Means
from host_tools.harness.probe.probe import LedFault, Probe

_FILL_S = 600.0  # 6 MB of NOR flash; typically some 100 kB/s
_FAR_BYTES = 1 << 60
_OPENINGS = 1_000_000  # every attempt of the driver to open the camera
_WORLD_LED = {"open": "cut", "short": "short", "replace": "replace", "cover": "cover"}


class FaultStays(HostError):
    """A fault could not be mended; `name` is the fault, the reason is the error's cause."""

    exit_code = Exit.BOARD

    def __init__(self, name: str, way_out: str, why: object) -> None:
        super().__init__(f"{name} could not be mended ({why}): {way_out}")
        self.name = name


class Board(Protocol):
    """What this file needs of HilBoard."""

    log: BoardLog

    def repl(self) -> AbstractContextManager[Cable]: ...
    def hard_reset(self) -> None: ...


class Phone(Protocol):
    """What this file needs of the test's phone."""

    def drop(self) -> None: ...


@dataclass(frozen=True)
class Injected:
    """What was done, and by which means."""

    name: str
    means: Means


class Faults:
    """What of it is None can't be used; an injector that needs it raises MissingCapability."""

    def __init__(
        self,
        *,
        board: Board | None = None,
        control: Control | None = None,
        probe: Probe | None = None,
        phone: Phone | None = None,
    ) -> None:
        self._board = board
        self._control = control
        self._probe = probe
        self.phone = phone
        self._held: dict[int, tuple[Callable[[], None], str, str]] = {}
        self._numbers = 0

    def mend(self) -> None:
        """Mend what a test has left; one that uses `with` leaves nothing. Raises FaultStays, after all were tried."""
        stays: FaultStays | None = None
        for number in sorted(self._held, reverse=True):
            try:
                self._mend_one(number)
            except FaultStays as error:
                stays = stays or error
        if stays is not None:
            raise stays

    # light

    def led_open(self) -> AbstractContextManager[Injected]:
        """The capture LED's circuit is broken: no current, no light."""
        return self._led("open")

    def led_short(self) -> AbstractContextManager[Injected]:
        """The capture LED is bridged: more current, no light."""
        return self._led("short")

    def led_replaced(self) -> AbstractContextManager[Injected]:
        """A resistor in the LED's place: the right current, no light."""
        return self._led("replace")

    def led_covered(self) -> AbstractContextManager[Injected]:
        """A flap over the window: current and light, but nobody sees it."""
        return self._led("cover")

    # link

    @contextlib.contextmanager
    def link_drop(self, after_bytes: int | None = None) -> Generator[Injected]:
        """The link ends now, or (simulated world only) instead of carrying more than `after_bytes` from now on."""
        control, phone = self._control, self.phone
        if control is not None and after_bytes is not None:
            control.ask("radio", fault="drop_after", value=after_bytes)
            with self._holding("link drop", "simulated", lambda: _disarm_drop(control)) as injected:
                yield injected
        elif control is not None:
            control.ask("radio", fault="drop")
            yield Injected("link drop", "simulated")
        elif phone is not None and after_bytes is None:
            phone.drop()
            yield Injected("link drop", "software")
        else:
            raise MissingCapability("simulator", "a drop at a byte needs the simulated world, a drop at all a phone")

    # reset

    @contextlib.contextmanager
    def reset_at_byte(self, at: int) -> Generator[tuple[Injected, ByteTrigger]]:
        """Reset the board once `trigger.saw(count)`, called from any thread, has added up to `at` bytes of a transfer.

        The reset has a thread of its own: meanwhile leave `board` alone, and wait for the phone.
        """
        board = self._need_board()
        trigger = ByteTrigger(at, board.hard_reset)
        try:
            yield Injected(f"reset at byte {at}", self._own_means), trigger
        finally:
            trigger.finish()

    @contextlib.contextmanager
    def reset_at_console_byte(self, at: int, timeout_s: float = 60.0) -> Generator[Injected]:
        """Reset the board with the line of its console in which byte `at` (from now on) falls.

        Raises NotSeen where it says less in that time.
        """
        board = self._need_board()
        wait_for_bytes(board.log, at, board.log.length, timeout_s)
        board.hard_reset()
        yield Injected(f"reset at byte {at} of the console", self._own_means)

    # flash and camera

    @contextlib.contextmanager
    def disk_full(self) -> Generator[Injected]:
        """Fill the flash until not even 512 bytes fit; the board restarts before and after. One erase of each block."""
        board = self._need_board()
        way_out = f"remove {fault_code.FILLER} on it by hand, with mpremote"
        with self._holding("disk full", "software", lambda: _remove_filler(board), way_out) as injected:
            with board.repl() as cable:
                cable.remove(fault_code.FILLER)  # of a run that was killed
                cable.execute(fault_code.fill(), timeout_s=_FILL_S)
            board.hard_reset()
            yield injected

    @contextlib.contextmanager
    def camera_absent(self) -> Generator[Injected]:
        """The driver finds no sensor. On a board that is code in the driver's place, and "software" says so."""
        control = self._control
        if control is not None:
            control.ask("camera", fault="absent", calls=_OPENINGS)
            with self._holding("camera absent", "simulated", lambda: _mend_camera(control)) as injected:
                yield injected
            return
        board = self._need_board()
        way_out = "press its reset button: the camera is there again at the next boot"
        with self._holding("camera absent", "software", lambda: _give_camera_back(board), way_out) as injected:
            with board.repl() as cable:
                if fault_code.BOOT in cable.files():
                    cable.put(fault_code.KEPT_BOOT, cable.get(fault_code.BOOT))
                cable.put(fault_code.BOOT, fault_code.boot_without_camera().encode())
            board.hard_reset()
            yield injected

    @property
    def _own_means(self) -> Means:
        return "simulated" if self._control is not None else "software"

    def _need_board(self) -> Board:
        if self._board is None:
            raise MissingCapability("development", "this fault needs a board whose REPL can be reached")
        return self._board

    @contextlib.contextmanager
    def _led(self, fault: LedFault) -> Generator[Injected]:
        probe, control = self._probe, self._control
        name = f"LED {fault}"
        if probe is not None:
            with self._holding(name, "probe", lambda: probe.led(fault, False)) as injected, probe.fault(fault):
                yield injected
        elif control is not None:
            control.ask("led", fault=_WORLD_LED[fault])
            with self._holding(name, "simulated", lambda: _mend_light(control, fault)) as injected:
                yield injected
        else:
            raise MissingCapability("light_faults", "only a probe, or the simulated world, can break the capture LED")

    @contextlib.contextmanager
    def _holding(
        self, name: str, means: Means, mend: Callable[[], None], way_out: str = "reset board and probe by hand"
    ) -> Generator[Injected]:
        """`mend` runs once: when the block ends, or in `mend()` if that comes first."""
        self._numbers += 1
        number = self._numbers
        self._held[number] = (mend, name, way_out)
        try:
            yield Injected(name, means)
        finally:
            if number in self._held:
                self._mend_one(number)

    def _mend_one(self, number: int) -> None:
        mend, name, way_out = self._held.pop(number)
        try:
            mend()
        except HostError as error:
            raise FaultStays(name, way_out, error) from error


def _disarm_drop(control: Control) -> None:
    control.ask("radio", fault="drop_after", value=_FAR_BYTES)


def _mend_camera(control: Control) -> None:
    control.ask("camera", fault="mend")


def _mend_light(control: Control, fault: LedFault) -> None:
    control.ask("led", fault=_WORLD_LED[fault], on=False)


def _remove_filler(board: Board) -> None:
    with board.repl() as cable:
        cable.remove(fault_code.FILLER)
    board.hard_reset()


def _give_camera_back(board: Board) -> None:
    """A boot has put boot.py back; one that never came has not. Either way the next one starts without our code."""
    with board.repl() as cable:
        if fault_code.KEPT_BOOT in cable.files():
            cable.rename(fault_code.KEPT_BOOT, fault_code.BOOT)
        elif cable.get(fault_code.BOOT) == fault_code.boot_without_camera().encode():
            cable.remove(fault_code.BOOT)
    board.hard_reset()
