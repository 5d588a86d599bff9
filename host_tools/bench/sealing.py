"""Seal throughput against raw AES-CBC of the same MicroPython in the same run: what authentication and framing cost."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from host_tools.bench.rows import Row, against
from host_tools.exits import HostError
from host_tools.simulator.interpreter import interpreter_command
from host_tools.simulator.paths import FIRMWARE

_MAIN = Path(__file__).with_name("sealing_main.py")
_HEAP_BYTES = 8 * 1024 * 1024
_MEGABYTES = 16
_QUICK_MEGABYTES = 2
_ROUNDS = 5
_CHUNK_BYTES = 16384


async def throughput(profile: str, *, quick: bool) -> list[Row]:
    """MB/s of plaintext through AES-256-CBC alone, with one SHA-256, and through the sealer as a clip does it."""
    del profile  # no radio is involved
    figures = await _measured(_QUICK_MEGABYTES if quick else _MEGABYTES)
    raw = Row("raw AES-256-CBC", round(figures["aes"], 3), "MB/s")
    heap = Row("chunk of plaintext", float(_CHUNK_BYTES), "bytes")
    return [
        raw,
        against("AES-256-CBC and one SHA-256", figures["aes_sha256"], "MB/s", raw),
        against("seal (AES, MAC, SHA-256 of the whole)", figures["seal"], "MB/s", raw),
        against("heap taken for each chunk", figures["heap_per_chunk"], "bytes", heap),
    ]


async def _measured(megabytes: int) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        *interpreter_command(_HEAP_BYTES),
        str(_MAIN),
        str(megabytes),
        str(_ROUNDS),
        env={"MICROPYPATH": f"{FIRMWARE}:.frozen", "PATH": "/usr/bin:/bin"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise HostError(f"the seal bench failed under MicroPython: {output.decode(errors='replace')[-200:]}")
    return json.loads(output)
