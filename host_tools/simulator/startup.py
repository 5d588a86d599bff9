"""How the process that is the board is started: what it may import, which programs it runs, what it finds around it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from host_tools.simulator.chip import PLAINSIGHT
from host_tools.simulator.flash import FlashImage
from host_tools.simulator.interpreter import interpreter_command
from host_tools.simulator.paths import FIRMWARE, STANDINS, board_folder

# An S3 with 8 MiB of PSRAM, less 768 KiB for two UXGA frame buffers (esp32-camera: width * height / 5 each) and
# 256 KiB for what ESP-IDF puts there. Strict rather than generous: the virtual camera's buffers lie inside this heap,
# and objects of the 64-bit port take twice the room.
HEAP_BYTES = 7 * 1024 * 1024


@dataclass
class Startup:
    """`main`: a program on this computer instead of the board's own; `environ`: what it finds in `uos.getenv`.

    `before`: a folder whose modules and models come before the firmware's.
    """

    link: Path
    flash: FlashImage
    board: str
    main: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict[str, str])
    before: Path | None = None

    def programs(self, application: str) -> list[Path]:
        """What runs after power-on, in order; empty: what lies in the flash."""
        if self.main is not None:
            return [self.main.absolute()]
        if application != PLAINSIGHT:
            return []
        own = [board_folder(self.board) / name for name in ("boot.py", "main.py")]
        return [one.absolute() for one in own if one.exists()]

    async def start(
        self, application: str, programs: Sequence[Path], *, stdio: int | None = None, repl: str | None = None
    ) -> asyncio.subprocess.Process:
        """Start the interpreter; with `stdio`, a terminal, and `repl` ("friendly" or "raw") there is a console."""
        folders = [STANDINS]
        if application == PLAINSIGHT:
            folders += [*([] if self.before is None else [self.before]), FIRMWARE, board_folder(self.board)]
        environment = {
            "PATH": os.defpath,
            "TZ": "UTC",
            "PLAINSIGHT_BOARD_SOCKET": str(self.link),
            "PLAINSIGHT_FLASH": str(self.flash.path),
            "PLAINSIGHT_CARD": str(self.flash.card_slot),
            "PLAINSIGHT_PATH": ":".join(str(folder) for folder in folders),
            "PLAINSIGHT_RUN": ":".join(str(program) for program in programs),
            **({} if repl is None else {"PLAINSIGHT_REPL": repl}),
            **self.environ,
        }
        return await asyncio.create_subprocess_exec(
            *interpreter_command(HEAP_BYTES),
            str(STANDINS / "boot_board.py"),
            stdin=asyncio.subprocess.DEVNULL if stdio is None else stdio,
            stdout=asyncio.subprocess.PIPE if stdio is None else stdio,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
