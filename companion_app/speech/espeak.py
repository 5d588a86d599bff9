"""espeak-ng, where it is installed: the one program that the app starts.

The text goes through a pipe: it passes no shell, is never taken for an option, and does not stand in the list of
processes for other users to read. The program's surroundings are cleaned, so that no variable sends sound to another
computer (`PULSE_SERVER`, `PIPEWIRE_REMOTE`); what a sound server is configured to do by itself is out of sight.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

_PROGRAM = "espeak-ng"
_OPTIONS = ("--stdin", "-b", "1", "-s", "165")
# The sound system is found by its socket in the user's own folder; nothing else is needed.
_SURROUNDINGS = ("HOME", "PATH", "LANG", "XDG_RUNTIME_DIR")
_LONGEST_S = 60.0
_log = logging.getLogger(__name__)


class Espeak:
    """One sentence at a time. A failing program costs the sound, never the answer."""

    def __init__(self, program: Path, options: tuple[str, ...] = _OPTIONS) -> None:
        self._program = program
        self._options = options
        self._process: asyncio.subprocess.Process | None = None

    @classmethod
    def find(cls, environment: Mapping[str, str] = os.environ, language: str = "") -> Espeak | None:
        """The installed one, speaking `language` (BCP 47; empty: its usual one); None where there is none."""
        found = shutil.which(_PROGRAM, path=environment.get("PATH"))
        return cls(Path(found), (*_OPTIONS, *(("-v", language) if language else ()))) if found else None

    async def say(self, sentence: str) -> None:
        """Say it; returns at its end, after `hush`, or when it took too long. Cancelling silences it."""
        try:
            process = await asyncio.create_subprocess_exec(
                self._program,
                *self._options,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env={name: os.environ[name] for name in _SURROUNDINGS if name in os.environ},
            )
        except OSError as error:
            _log.warning("nothing is said: %s", error.strerror)
            return
        self._process = process
        try:
            async with asyncio.timeout(_LONGEST_S):
                await process.communicate(sentence.encode())
        except TimeoutError:
            _log.warning("a sentence took too long to say")
        finally:
            _end(process)
            await asyncio.shield(process.wait())
            self._process = None

    def hush(self) -> None:
        """End the program now."""
        if self._process is not None:
            _end(self._process)


def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
