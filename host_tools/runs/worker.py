"""One worker of a long run: a process that says much and, behind a mark, its result."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

_MARK = "RESULT "
_LAST_LINES = 20


class WorkerBroke(Exception):
    """A worker ended without a result; the text is its name and what it said last."""


async def result_of(name: str, command: Sequence[str], environment: Mapping[str, str], timeout_s: float) -> str:
    """What the command prints behind the mark; one that takes too long is killed. Raises WorkerBroke, TimeoutError."""
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        said = (await asyncio.wait_for(process.communicate(), timeout_s))[0].decode(errors="replace")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    for line in said.splitlines():
        if line.startswith(_MARK):
            return line.removeprefix(_MARK)
    raise WorkerBroke(f"{name}: " + "\n".join(said.splitlines()[-_LAST_LINES:]))
