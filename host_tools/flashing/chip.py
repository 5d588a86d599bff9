"""The chip behind a port, through esptool's Python API: the only file that imports it."""

from __future__ import annotations

import errno
import gc
import os
import termios
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, cast

import esptool.cmds
import esptool.logger
from esptool.logger import TemplateLogger
from esptool.util import FatalError

from host_tools.cable.errors import CableLost, PermissionDenied, PortBusy, PortVanished, WrongBoard
from host_tools.flashing.errors import ChipProtected, LoaderSilent, NotVerified

Progress = Callable[[int, int], None]

# esptool is typed in part; what is checked here is what goes into it and what is made of what comes back.
_cmds: Any = esptool.cmds

_ATTEMPTS_WITH_RESET = 3  # esptool's reset sequences take turns, some seconds in all
_ATTEMPTS_WITHOUT = 12  # 0.75 s each; the virtual board starts its loader when it is first spoken to
_NOT_RECOGNISED = "Failed to autodetect"  # esptool has no class of its own for it
_GONE = (OSError, termios.error)  # what pyserial lets through; its own SerialException is an OSError
_USB_SERIAL_JTAG = 0x1001  # its reset line leaves the strapping pins latched: only the watchdog gets out of the loader


class Chip:
    """One chip whose boot loader answers, with esptool's flasher stub running on it; closes the port at its end.

    All methods raise CableLost when the port goes away or the chip falls silent.
    """

    def __init__(self, port: str, loader: Any, *, resets: bool) -> None:
        self.port = port
        self._loader = loader
        self._resets = resets
        self.name: str = loader.CHIP_NAME
        self.revision: int = loader.get_chip_revision()
        self.mac = ":".join(f"{byte:02x}" for byte in loader.read_mac())
        self.flash_bytes: int = _flash_bytes(_cmds.detect_flash_size(loader))

    @classmethod
    def open(cls, port: str, wanted: str, *, resets: bool) -> Chip:
        """The chip whose loader answers on `port`, a `wanted` one; `resets`: use the modem lines to get there.

        Raises PortBusy, PortVanished, PermissionDenied, LoaderSilent, WrongBoard, ChipProtected, CableLost.
        """
        loader: Any = None
        try:
            loader = _detected(port, resets=resets)
            if wanted != loader.CHIP_NAME:  # before anything that other chips do not have
                raise WrongBoard(port, loader.CHIP_NAME, wanted)
            _refuse_protected(port, loader)
            loader = _cmds.run_stub(loader)
            loader.WRITE_FLASH_ATTEMPTS = 1  # the person starts again, with the board that is there by then
            _cmds.attach_flash(loader)
            return cls(port, loader, resets=resets)
        except (FatalError, *_GONE) as error:
            if loader is not None:
                _close(loader)
                raise CableLost(port, _problem(error)) from error
            raise _why_not_opened(port, wanted, error) from error
        except BaseException:
            if loader is not None:
                _close(loader)
            raise

    def __enter__(self) -> Chip:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the port."""
        _close(self._loader)

    def erase(self) -> None:
        """Erase the whole flash; may take a minute."""
        self._do(lambda: _cmds.erase_flash(self._loader))

    def write(self, offset: int, data: bytes, progress: Progress) -> None:
        """Write to erased flash; `progress(sent, of)` counts compressed bytes. Raises NotVerified."""
        with _MUTE.telling(progress):
            self._do(lambda: _cmds.write_flash(self._loader, [(offset, data)]))

    def md5(self, offset: int, size: int) -> str:
        """Hexadecimal MD5 of a stretch of flash, computed by the chip."""
        return cast("str", self._do(lambda: self._loader.flash_md5sum(offset, size)))

    def restart(self) -> None:
        """Leave the loader and start what is in flash."""
        usb = self._loader.get_usb_vid_pid()[1] == _USB_SERIAL_JTAG
        by_watchdog = self._loader.WATCHDOG_RESET_SUPPORTED and (usb or not self._resets)
        with suppress(CableLost):  # the port may go away with the reset
            self._do(self._forget_download_mode)
            self._do(lambda: _cmds.reset_chip(self._loader, "watchdog-reset" if by_watchdog else "hard-reset"))

    def _forget_download_mode(self) -> None:
        """Clear what machine.bootloader() left; esptool does so before its own hard reset alone."""
        register = getattr(self._loader, "RTC_CNTL_OPTION1_REG", None)
        if register is not None:
            self._loader.write_reg(register, 0, self._loader.RTC_CNTL_FORCE_DOWNLOAD_BOOT_MASK)

    def _do(self, job: Callable[[], object]) -> object:
        """One conversation with the chip, esptool's errors turned into ours."""
        try:
            return job()
        except _GONE as error:
            raise CableLost(self.port, _problem(error)) from error
        except FatalError as error:
            # esptool compares the MD5 of every stretch that it wrote, and has no class of its own for a difference.
            if "MD5" in str(error) or "region is empty" in str(error):
                raise NotVerified(self.port) from error
            raise CableLost(self.port, _problem(error)) from error


def _detected(port: str, *, resets: bool) -> Any:
    """esptool's loader for the chip behind `port`; looked at twice before the chip is called unknown.

    Where the answer to an earlier question comes late, esptool takes it for the chip's number, and knows no such chip.
    """
    mode = "default-reset" if resets else "no-reset"
    attempts = _ATTEMPTS_WITH_RESET if resets else _ATTEMPTS_WITHOUT
    try:
        return _cmds.detect_chip(port, connect_mode=mode, connect_attempts=attempts)
    except FatalError as error:
        if _NOT_RECOGNISED not in str(error):
            raise
    gc.collect()  # esptool has left the port open, in a cycle of frames and exceptions; it opens it exclusively
    return _cmds.detect_chip(port, connect_mode=mode, connect_attempts=attempts)


def _refuse_protected(port: str, loader: Any) -> None:
    """Raise ChipProtected where fuses keep a plain image from running or from being verified."""
    if loader.secure_download_mode:
        raise ChipProtected(port, "secure download mode")
    if loader.get_secure_boot_enabled():
        raise ChipProtected(port, "secure boot")
    if loader.get_flash_encryption_enabled():
        raise ChipProtected(port, "flash encryption")


def _why_not_opened(port: str, wanted: str, error: Exception) -> Exception:
    """Our error for a port that esptool could not open, or behind which no loader of a chip that it knows answers."""
    if _NOT_RECOGNISED in str(error):
        return WrongBoard(port, "a chip that esptool does not know", wanted)
    cause = error.__context__
    number = cause.errno if isinstance(cause, OSError) else None
    if number in (errno.EBUSY, errno.EAGAIN):
        return PortBusy(port)
    if number in (errno.EACCES, errno.EPERM):
        return PermissionDenied(port)
    if not os.path.exists(port) or isinstance(error, _GONE):
        return PortVanished(port)
    return LoaderSilent(port)


def _flash_bytes(size: str | None) -> int:
    """esptool's "8MB" in bytes; 0 where the flash chip did not say."""
    return int(size.removesuffix("MB")) << 20 if size and size.endswith("MB") else 0


def _close(loader: Any) -> None:
    with suppress(*_GONE):
        loader._port.close()


def _problem(error: Exception) -> str:
    """One line: what esptool says, or that the port is gone, of which pyserial has many names."""
    if isinstance(error, _GONE):
        return "its port went away"
    return (str(error).strip() or "it did not say why").splitlines()[0]


class _Mute(TemplateLogger):
    """Keeps esptool off our terminal and passes its progress on."""

    def __init__(self) -> None:
        self._progress: Progress | None = None

    @contextmanager
    def telling(self, progress: Progress) -> Generator[None]:
        """Pass progress on for as long as the block runs."""
        self._progress = progress
        try:
            yield
        finally:
            self._progress = None

    def print(self, *args: object, **kwargs: object) -> None:
        """Nothing."""

    def note(self, message: str) -> None:
        """Nothing."""

    def warning(self, message: str) -> None:
        """Nothing."""

    def error(self, message: str) -> None:
        """Nothing: the exception says it."""

    def stage(self, finish: bool = False) -> None:
        """Nothing."""

    def progress_bar(self, cur_iter: int, total_iters: int, *_words: object, **_looks: object) -> None:
        """Bytes sent, of all that are to be sent."""
        if self._progress is not None:
            self._progress(cur_iter, total_iters)

    def set_verbosity(self, verbosity: str) -> None:
        """Nothing."""


# esptool has one logger for the process, and gives it away once.
_MUTE = _Mute()
cast("Any", esptool.logger.log).set_logger(_MUTE)
