"""One board on a cable: its REPL, its files, its resets, its console. Blocking; asyncio callers use a thread."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

from host_tools.cable import board_files, reconnecting, rom, watchdog
from host_tools.cable.board_files import Progress
from host_tools.cable.console import Lines, rom_words
from host_tools.cable.errors import BoardCodeFailed, BoardConfused, BoardSilent, CableLost, NoMicroPython, ReplClosed
from host_tools.cable.info import BoardInfo, ask_info
from host_tools.cable.line import Line, SerialPort, open_port
from host_tools.cable.ports import PortInfo, info_of
from host_tools.cable.transport import ReplTransport

_INTERRUPT_S = 3.0  # one attempt; a collection, a write to flash or a TLS handshake may be under way
_INTERRUPT_ATTEMPTS = 3
_RESTART_S = 15.0
_LEAVE_S = 5.0
_RESET_LINE_S = 0.1
_VANISH_S = 3.0
_BACK_S = 20.0


class Cable:
    """`with Cable.open(port) as cable: cable.enter_repl(); cable.execute(…)`. The port is this process's alone."""

    def __init__(self, line: Line, identity: PortInfo, clock: Callable[[], float] = time.monotonic) -> None:
        self.port = identity.device
        self._identity = identity
        self._clock = clock
        self._line = line
        self._transport = ReplTransport(line)
        self._lines = Lines(line)

    @classmethod
    def open(cls, port: str, *, opener: Callable[[str], SerialPort] = open_port) -> Self:
        """Raises PortBusy, PermissionDenied, PortVanished, NotAPort."""
        identity = info_of(port)
        return cls(Line(port, opener(port)), identity)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the port, whatever state it is in."""
        self._line.close()

    # REPL

    @property
    def at_repl(self) -> bool:
        """The raw REPL was entered and has not been left or lost."""
        return self._transport.in_raw_repl

    def enter_repl(self, *, soft_reset: bool = True) -> None:
        """Interrupt the program and get to the raw REPL; `soft_reset`: with a fresh interpreter, boot.py run.

        Raises ReplClosed (locked glasses, or a program that hangs), NoMicroPython, BoardSilent, CableLost.
        """
        self._interrupt()
        if soft_reset:
            with self._line.within(_RESTART_S, "restarting the interpreter"):
                self._transport.enter(soft_reset=True)
        watchdog.keep_fed(self)

    def _interrupt(self) -> None:
        """To the raw REPL of the interpreter that runs. Raises ReplClosed, NoMicroPython, CableLost."""
        heard = b""
        for _ in range(_INTERRUPT_ATTEMPTS):
            if self.hears_ctrl_c(_INTERRUPT_S):
                return
            heard = self._line.take_heard()
            if said := rom_words(heard) or (rom.WAITS if rom.rom_answers(self._line) else ""):
                raise NoMicroPython(self.port, said)
        raise ReplClosed(self.port, _last_line(heard))

    def execute(self, code: str, *, timeout_s: float = 10.0, consumer: Callable[[bytes], None] | None = None) -> str:
        """Run `code` at the REPL; what it printed. `timeout_s`: until it has ended. `consumer` gets the output instead.

        Raises BoardCodeFailed, BoardSilent, BoardConfused, CableLost; after the last three the REPL is entered anew.
        """
        if not self.at_repl:
            self.enter_repl(soft_reset=False)
        try:
            with self._line.within(timeout_s, "running code"):
                output, traceback = self._transport.run(code, consumer)
        except (BoardSilent, BoardConfused, CableLost):
            self._transport.in_raw_repl = False
            raise
        text = output.decode(errors="replace").replace("\r\n", "\n")
        if traceback:
            raise BoardCodeFailed(self.port, text, traceback.decode(errors="replace").replace("\r\n", "\n"))
        return text

    def hears_ctrl_c(self, seconds: float) -> bool:
        """Whether a Ctrl-C gets to the REPL now; for glasses that should be locked. Raises CableLost."""
        try:
            with self._line.within(seconds, "trying Ctrl-C"):
                self._transport.enter(soft_reset=False)
        except BoardSilent:
            return False
        return True

    def soft_reset(self) -> None:
        """Leave the REPL: a fresh interpreter runs boot.py and main.py. Raises CableLost."""
        with self._line.within(_LEAVE_S, "leaving the REPL"):
            self._transport.exit_raw_repl()
            self._line.write(b"\x04")

    def leave(self, code: str) -> None:
        """Run `code`, which does not return: machine.reset(), machine.bootloader(). The port may go away at once."""
        with self._line.within(_LEAVE_S, "leaving the REPL"), contextlib.suppress(CableLost):
            self._transport.start(code)
        self._transport.in_raw_repl = False

    def hard_reset(self) -> None:
        """Restart the chip, from its REPL or else by the reset line, and wait until its port is there again.

        Raises ReplClosed where neither is possible, PortVanished if the port does not come back.
        """
        if self.at_repl:
            self.leave("import machine\nmachine.reset()")
        elif not self._pull_reset_line():
            raise ReplClosed(self.port)
        if reconnecting.wait_until_gone(self._line, _VANISH_S, self._clock):
            self.reattach(_BACK_S)

    def reattach(self, timeout_s: float = _BACK_S) -> None:
        """Let go of the port and open it again as soon as the same board is there, perhaps under another name.

        Raises PortVanished if it did not come back in time, PortBusy if somebody else was faster.
        """
        self._line.close()
        port, device = reconnecting.wait_until_back(self._identity, timeout_s, self._clock)
        held = self._line.take_heard()
        self.port = port
        self._line = Line(port, device)
        self._line.put_back(held)
        self._transport = ReplTransport(self._line)
        self._lines = Lines(self._line, self._lines.partial)

    def _pull_reset_line(self) -> bool:
        """Espressif boards: RTS without DTR holds the chip in reset. False where the port has no such lines."""
        if not self._line.set_lines(rts=True, dtr=False):
            return False
        reconnecting.pause(_RESET_LINE_S)
        try:
            return self._line.set_lines(rts=False, dtr=False)
        except CableLost:  # the chip's own USB port goes with the chip
            return True

    # console

    def read_lines(self, timeout_s: float) -> Iterator[bytes]:
        """The lines printed in the next `timeout_s`, as they come, without their ends. Raises CableLost."""
        self._transport.in_raw_repl = False
        end = self._clock() + timeout_s
        while True:
            yield from self._lines.whole()
            if self._clock() >= end:
                return
            self._line.listen()

    # files

    def put(self, path: str, content: bytes, progress: Progress | None = None) -> None:
        """Write a file: beside, then renamed. `progress` gets bytes done and bytes in all."""
        board_files.put(self, path, content, progress)

    def get(self, path: str) -> bytes:
        """A file's bytes. Raises BoardCodeFailed where there is none."""
        return board_files.get(self, path)

    def make_folder(self, path: str) -> None:
        """Make a folder and those above it; what exists is left."""
        board_files.make_folder(self, path)

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it; what is not there is no error."""
        board_files.remove(self, path)

    def rename(self, old: str, new: str) -> None:
        """Rename a file; one that has the new name already is replaced."""
        board_files.rename(self, old, new)

    def files(self, root: str = "/") -> dict[str, int]:
        """Path to size in bytes of every file under `root`; none where it does not exist."""
        return board_files.files(self, root)

    def hashes(self, paths: Iterable[str]) -> dict[str, str]:
        """Path to SHA-256 (hexadecimal), computed on the board; files that are not there are left out."""
        return board_files.hashes(self, paths)

    def info(self) -> BoardInfo:
        """What the board says of itself."""
        return ask_info(self)


def _last_line(heard: bytes) -> str:
    lines = [line.strip() for line in heard.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1][-80:] if lines else ""
