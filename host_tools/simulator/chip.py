"""What lies in the chip: the program in its first 2 MiB, the file system in the 6 MiB behind it.

The file system is the flash image that everything else here knows. The program has a file of its own beside it, made
when somebody reads or writes it: until then the chip holds what it was delivered with.
"""

from __future__ import annotations

from pathlib import Path

from host_tools.simulator.flash import FLASH_BYTES, FlashImage
from host_tools.simulator.usb.boot_check import NotBootable, application_of
from host_tools.simulator.usb.stand_in_image import stand_in_image

PROGRAM_BYTES = 2 * 1024 * 1024
PLAINSIGHT, MICROPYTHON = "plainsight", "micropython"
IMAGES = (PLAINSIGHT, MICROPYTHON)


class Chip:
    """`delivered`: "plainsight" (the firmware frozen in), "micropython" (only the vendor's), or None (erased)."""

    def __init__(self, flash: FlashImage, delivered: str | None) -> None:
        if delivered is not None and delivered not in IMAGES:
            raise ValueError(f"no image {delivered!r}, choose from {', '.join(IMAGES)} or none")
        self.flash = flash
        self._delivered = delivered
        self._program = flash.path.with_name(flash.path.name + ".program")

    async def power_on(self) -> None:
        """Make what a new chip has; count flash operations from here."""
        if self._delivered != PLAINSIGHT and not self.flash.path.exists():
            self.flash.path.write_bytes(b"\xff" * FLASH_BYTES)  # MicroPython formats it at its first boot
        await self.flash.power_on()

    def application(self) -> str:
        """ "plainsight" or "micropython"; raises NotBootable."""
        if self._delivered is not None and not self._program.exists():
            return self._delivered
        name = application_of(self._program.read_bytes() if self._program.exists() else b"")
        return name if name in IMAGES else MICROPYTHON

    def files(self) -> tuple[Path, Path]:
        """Program and file system as files, for the loader in ROM to read and write."""
        if not self._program.exists():
            content = b"" if self._delivered is None else stand_in_image(self._delivered)
            self._program.write_bytes(content.ljust(PROGRAM_BYTES, b"\xff"))
        return self._program, self.flash.path


__all__ = ["IMAGES", "MICROPYTHON", "PLAINSIGHT", "PROGRAM_BYTES", "Chip", "NotBootable"]
