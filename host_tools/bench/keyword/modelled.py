"""The board's own machine code, run in the interpreter on the firmware's own classes: MODELLED cycles of each part."""

from __future__ import annotations

from array import array
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from plainsight.frontend import frontend
from plainsight.keyword import model, network
from plainsight.question.steps import STEPS
from plainsight.sound import decimator
from plainsight.sound.pdm import PDM_BYTES_PER_PCM

from host_tools.simulator.paths import FIRMWARE
from host_tools.xtensa.bridging import Bridge
from host_tools.xtensa.machine import Machine

HOP_BYTES = 2 * frontend.HOP_SAMPLES
_SOME_BITS = b"\xa9\x35\x6c\x53"


def hops(pcm: bytes, counts: int) -> tuple[list[int], list[array[int]]]:
    """(cycles of each of so many hops that make a frame, the frames' features), after those that only fill it."""
    with _on_board(frontend) as machine:
        listening = frontend.Frontend()
        found: list[int] = []
        frames: list[array[int]] = []
        view = memoryview(pcm)
        for start in range(0, len(pcm) - HOP_BYTES + 1, HOP_BYTES):
            before = machine.cycles
            if listening.push(view[start : start + HOP_BYTES], 0):
                found.append(machine.cycles - before)
                frames.append(array("H", listening.features))
            if len(found) == counts:
                break
    return found, frames


def steps(content: bytes, frames: Sequence[array[int]]) -> list[int]:
    """Cycles of each step of the model in a .kwm, its features quantised, over these frames."""
    with _on_board(network) as machine:
        running = network.Network(model.read(content))
        found: list[int] = []
        for start in range(0, len(frames) - model.FRAMES + 1, model.FRAMES):
            before = machine.cycles
            for row in range(model.FRAMES):
                running.put(row, frames[start + row])
            running.step()
            found.append(machine.cycles - before)
    return found


def decimated(samples: int) -> int:
    """Cycles of so many samples at 16 kHz from the microphone's bits."""
    with _on_board(decimator) as machine:
        made = decimator.Decimator(samples)
        made.room()[:] = _SOME_BITS * (samples * PDM_BYTES_PER_PCM // len(_SOME_BITS))
        made.run(samples * PDM_BYTES_PER_PCM, bytearray(2 * samples))
        return machine.cycles


def encoded(pcm: bytes) -> int:
    """Cycles of the coding of so much of a spoken question."""
    machine = Machine()
    state, out = array("I", [32768, 0, 0, 0]), bytearray(len(pcm) // 4)
    Bridge(machine, FIRMWARE / "plainsight" / "question" / "kernels_viper.py").encode(
        pcm, out, state, STEPS, len(pcm) // 2
    )
    return machine.cycles


def code_bytes() -> int:
    """The machine code of all kernels in the firmware, as it lies in the board's memory."""
    files = (Machine(1 << 14).load(path) for path in sorted(FIRMWARE.rglob("kernels_viper.py")))
    return sum(len(code.content) for file in files for code in file.codes.values())


@contextmanager
def _on_board(module: ModuleType) -> Generator[Machine]:
    """Within it the module's kernels are those of the board."""
    machine = Machine()
    bridge: Any = Bridge(machine, _kernels(module), getattr(module, "kernels", None))
    kept = {name: getattr(module, name) for name in ("kernels", "cic", "fir") if hasattr(module, name)}
    for name in kept:
        setattr(module, name, bridge if name == "kernels" else getattr(bridge, name))
    try:
        yield machine
    finally:
        for name, value in kept.items():
            setattr(module, name, value)


def _kernels(module: ModuleType) -> Path:
    return Path(module.__file__ or "").with_name("kernels_viper.py")
