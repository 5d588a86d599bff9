"""`plainsight bench keyword`: a step of each model, a hop of the front end, their memory; the board is MODELLED."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory

from plainsight.frontend.frontend import HOP_SAMPLES
from plainsight.keyword.model import FRAMES

from host_tools.bench.keyword import modelled
from host_tools.bench.keyword.sound import speech_like
from host_tools.bench.rows import Row, against
from host_tools.exits import HostError
from host_tools.keyword.convert import stock
from host_tools.keyword.convert.converter import convert_file
from host_tools.simulator.interpreter import interpreter_command
from host_tools.simulator.paths import FIRMWARE
from host_tools.xtensa.cycles import CLOCK_HZ

_MAIN = Path(__file__).with_name("on_micropython") / "measure_main.py"
_SHIPPED = FIRMWARE / "models"
_HEAP_BYTES = 8 * 1024 * 1024
_SECONDS, _QUICK_SECONDS = 1.5, 0.4
_ROUNDS, _QUICK_ROUNDS = 9, 3
_HOP_CYCLES = CLOCK_HZ // 100  # there are in 10 ms
# What the first sketch of each part took in the same model, before it was written for what mpy-cross makes of it.
_FIRST_STEP = Row("first sketch: okay_nabu, a step (modelled)", 1_050_000.0, "cycles")
_FIRST_HOP = Row("first sketch: front end, a hop (modelled)", 370_000.0, "cycles")


async def keyword(profile: str, *, quick: bool) -> list[Row]:
    """Every stock model and every one that ships; a step is 30 ms of sound, a hop 10 ms."""
    del profile  # nothing crosses the radio
    pcm = speech_like(_QUICK_SECONDS if quick else _SECONDS)
    hops, frames = modelled.hops(pcm, len(pcm))
    decimator, coding = modelled.decimated(HOP_SAMPLES), modelled.encoded(pcm[: modelled.HOP_BYTES])
    models = _models()
    measured = {name: await _measured(content, pcm, quick=quick) for name, content in models.items()}
    found = [_FIRST_STEP, _FIRST_HOP]
    found += [
        against("front end, a hop, S3 (modelled)", mean(hops), "cycles", _FIRST_HOP),
        Row("front end, longest hop, S3 (modelled)", float(max(hops)), "cycles"),
        Row("front end, a hop, this computer", median(each["hop_us"] for each in measured.values()), "us"),
        Row("decimator, 10 ms, S3 (modelled)", float(decimator), "cycles"),
        Row("spoken question, coding 10 ms, S3 (modelled)", float(coding), "cycles"),
        Row("machine code of all kernels, S3", float(modelled.code_bytes()), "bytes"),
    ]
    for name, content in models.items():
        steps = modelled.steps(content, frames)
        found += _rows(name, content, steps, decimator + mean(hops), measured[name])
    return found


def _models() -> dict[str, bytes]:
    found = {name: convert_file(name) for name in stock.names()}
    return found | {path.stem: path.read_bytes() for path in sorted(_SHIPPED.glob("*.kwm"))}


def _rows(name: str, content: bytes, steps: list[int], each_hop: float, measured: dict[str, float]) -> list[Row]:
    share = 100 * (mean(steps) / FRAMES + each_hop) / _HOP_CYCLES
    step = f"{name}, a step, S3 (modelled)"
    return [
        against(step, mean(steps), "cycles", _FIRST_STEP)
        if name in _FIRST_STEP.name
        else Row(step, round(mean(steps), 3), "cycles"),
        Row(f"{name}, longest step, S3 (modelled)", float(max(steps)), "cycles"),
        Row(f"{name}, a step, this computer", measured["step_us"], "us"),
        Row(f"{name}, all of it, S3 (modelled)", round(share, 2), "%"),
        Row(f"{name}, file", float(len(content)), "bytes"),
        Row(f"{name}, heap beside the file, 64 bits", measured["heap_bytes"], "bytes"),
    ]


async def _measured(content: bytes, pcm: bytes, *, quick: bool) -> dict[str, float]:
    """Medians of one model's run under MicroPython."""
    with TemporaryDirectory(prefix="plainsight-bench-") as folder:
        model, sound = Path(folder) / "model.kwm", Path(folder) / "sound.pcm"
        model.write_bytes(content)
        sound.write_bytes(pcm)
        process = await asyncio.create_subprocess_exec(
            *interpreter_command(_HEAP_BYTES),
            *(str(_MAIN), str(model), str(sound), str(_QUICK_ROUNDS if quick else _ROUNDS)),
            env={"MICROPYPATH": f"{FIRMWARE}{os.pathsep}.frozen", "PATH": os.defpath},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
    if process.returncode != 0:
        raise HostError(f"the keyword bench failed under MicroPython: {output.decode(errors='replace')[-200:]}")
    found = json.loads(output)
    heap = found["detector_bytes"] + found["model_bytes"] - len(content)
    return {"hop_us": median(found["hop_us"]), "step_us": median(found["step_us"]), "heap_bytes": float(heap)}
