"""The flash chip of the virtual board: a 6 MiB littlefs image that survives the board, and the power cut at write n."""

from __future__ import annotations

import asyncio
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from host_tools.simulator.interpreter import interpreter_command
from host_tools.simulator.paths import STANDINS

# MicroPython's 8 MiB partition table: the file system takes what follows the 2 MiB of program.
FLASH_BYTES = 6 * 1024 * 1024
# In the gauge, instead of how many operations are left.
_NO_CUT = -1
_POWER_LOST = -2

_FORMAT = """
import sys, vfs
sys.path.insert(0, {standins!r})
from virtualflash import VirtualFlash
vfs.VfsLfs2.mkfs(VirtualFlash({image!r}, {gauge!r}, None))
"""


class FormatFailed(Exception):
    """MicroPython could not lay a file system on a new image; carries what it printed."""

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


@dataclass
class FlashGauge:
    """The file beside the image through which the board counts its flash operations: left, torn, done as int64."""

    path: Path

    def reset(self) -> None:
        """No cut pending, nothing counted."""
        self._write(_NO_CUT, torn=False, done=0)

    def power_on(self) -> None:
        """Count from zero; a cut that has happened is over, one that is still to come stays."""
        left, torn, _ = self._read()
        self._write(_NO_CUT if left == _POWER_LOST else left, torn=bool(torn), done=0)

    def cut_after(self, operations: int, *, torn: bool) -> None:
        """Let this many further programs and erases happen; the next one loses the power (half done if torn)."""
        self._write(operations, torn=torn, done=self.operations)

    def disarm(self) -> None:
        """Forget a pending cut."""
        self._write(_NO_CUT, torn=False, done=self.operations)

    @property
    def operations(self) -> int:
        """Programs and erases since power-on."""
        return self._read()[2]

    @property
    def spent(self) -> bool:
        """A planned cut has happened and the power has not come back."""
        return self._read()[0] == _POWER_LOST

    def _read(self) -> tuple[int, int, int]:
        left, torn, done = struct.unpack("<qqq", self.path.read_bytes())
        return left, torn, done

    def _write(self, left: int, *, torn: bool, done: int) -> None:
        # In place and in one write: the board keeps this file open.
        with self.path.open("r+b" if self.path.exists() else "wb", buffering=0) as file:
            file.write(struct.pack("<qqq", left, torn, done))


class FlashImage:
    """The image file; `power_on` makes it if it is missing, whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.gauge = FlashGauge(self.path.with_name(self.path.name + ".gauge"))
        self.card_slot = self.path.with_name(self.path.name + ".card")  # the SD slot: world/card.py
        self.gauge.reset()

    async def power_on(self) -> None:
        """Format a new chip unless one is there; count operations from here."""
        if not self.path.exists():
            await self._format()
        self.gauge.power_on()

    async def _format(self) -> None:
        new = self.path.with_name(self.path.name + ".new")
        new.write_bytes(b"\xff" * FLASH_BYTES)
        gauge = FlashGauge(new.with_name(new.name + ".gauge"))
        gauge.reset()
        code = _FORMAT.format(standins=str(STANDINS), image=str(new), gauge=str(gauge.path))
        process = await asyncio.create_subprocess_exec(
            *interpreter_command(heap_bytes=1024 * 1024),
            "-c",
            code,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        gauge.path.unlink()
        if process.returncode != 0:
            raise FormatFailed(output.decode(errors="replace"))
        os.replace(new, self.path)
