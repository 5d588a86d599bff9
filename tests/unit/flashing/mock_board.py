"""A bare chip on a pseudo-terminal: the real esp32-mock-bootloader behind a cable that can be pulled and plugged in."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import struct
import threading
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

from esp32_mock_bootloader.server import BootloaderConnection, FlashImage, handle_client

_LOOK_S = 0.02
# RTC_CNTL_WDTCONFIG0_REG and what esptool writes there to leave the loader: enabled, reset the system at stage 0.
_WATCHDOG = struct.pack("<II", 0x60008098, 1 << 31 | 5 << 28 | 1 << 8 | 2)
# RTC_CNTL_OPTION1_REG: the bit by which machine.bootloader() has the next starts wait in the loader, cleared.
_FORGET = struct.pack("<III", 0x6000812C, 0, 1)


class _Plug(BootloaderConnection):
    """The chip's end of the cable; counts what the host sends and lets go after `pull_after` bytes."""

    def __init__(self, master: int, board: MockBoard) -> None:
        super().__init__(serial_port=board)  # any: nothing of the base class's input and output is used
        self._master = master
        self._board = board

    def set_timeout(self, timeout: float) -> None:
        pass

    def recv(self, size: int) -> bytes:
        ready, _, _ = select.select([self._master], [], [], _LOOK_S)
        if not ready:
            raise TimeoutError
        try:
            chunk = os.read(self._master, size)
        except OSError:  # nobody has the other end open, as between two commands
            raise TimeoutError from None
        self._board.heard(chunk)
        if self._board.mute:
            raise TimeoutError
        if self._board.is_pulled:
            raise OSError("pulled")
        return chunk

    def sendall(self, data: bytes) -> None:
        os.write(self._master, data)

    def close(self) -> None:
        pass

    def abort_empty_session(self) -> bool:
        return False

    def ignore_eof_for_disconnect(self) -> bool:
        return True


class MockBoard:
    """`with MockBoard(folder, "esp32s3") as board: board.port`: a stable link, as the virtual board's port is.

    `flash` outlives the cable. `pull_after`: bytes from the host after which the cable is pulled, once.
    """

    def __init__(self, folder: Path, chip: str = "esp32s3", flash: FlashImage | None = None) -> None:
        self.port = str(folder / f"tty-{chip}")
        self.flash = flash or FlashImage()
        self.sent = 0
        self.left_loader = False
        self.forgot_download_mode = False
        self.pull_after: int | None = None
        self.is_pulled = False
        self.mute = False  # a program runs that does not speak the loader's protocol
        self._chip = chip
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._ends: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()

    def plug(self) -> None:
        """Plug the board in: its loader answers, under the same link."""
        self._stop.clear()
        self.is_pulled, self.sent, self.left_loader = False, 0, False
        master, slave = pty.openpty()
        tty.setraw(slave)
        self._ends = master, slave
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.port)
        os.symlink(os.ttyname(slave), self.port)
        self._thread = threading.Thread(target=self._serve, args=(master,))
        self._thread.start()

    def unplug(self) -> None:
        """Pull the cable, if it is in."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._let_go()

    def heard(self, chunk: bytes) -> None:
        """Bytes from the host."""
        self.sent += len(chunk)
        self.forgot_download_mode |= _FORGET in chunk
        self.left_loader |= _WATCHDOG in chunk
        if self.pull_after is not None and self.sent >= self.pull_after:
            self.pull_after, self.is_pulled = None, True
            self._let_go()

    def _serve(self, master: int) -> None:
        while not self._stop.is_set() and not self.is_pulled:
            handle_client(_Plug(master, self), self._stop, self._chip, flash=self.flash, exit_on_disconnect=True)

    def _let_go(self) -> None:
        ends, self._ends = self._ends, None
        for end in ends or ():
            os.close(end)
        if ends:
            os.unlink(self.port)
