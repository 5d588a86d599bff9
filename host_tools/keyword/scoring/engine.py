"""The firmware's own engine on the host: MicroPython processes that run its front end, network and decision."""

from __future__ import annotations

import os
import struct
import subprocess
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np

from host_tools.keyword.decoders import Samples
from host_tools.keyword.errors import EngineEnded, ModelRefused
from host_tools.keyword.scoring.heard import Heard
from host_tools.simulator.interpreter import interpreter_command
from host_tools.simulator.paths import FIRMWARE

_MAIN = Path(__file__).with_name("on_micropython") / "hear_main.py"
_HEAP_BYTES = 8 * 1024 * 1024
_NUMBER = struct.Struct("<I")
_PAIR = struct.Struct("<II")


class FirmwareEngine:
    """Several of them at once; use as a context. Raises ModelRefused, EngineEnded."""

    def __init__(self, model: bytes, words: int, processes: int | None = None) -> None:
        self._model = model
        self._words = words
        self._count = processes or os.cpu_count() or 1
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        try:
            self._workers = [_Worker(self._words) for _ in range(self._count)]
            for worker in self._workers:
                worker.load(self._model)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def hear(self, sounds: Sequence[Samples], tell: Callable[[int], None] = lambda _done: None) -> list[Heard]:
        """One answer for each sound; `tell`: how many are done. What stops one process stops all."""
        answers: dict[int, Heard] = {}
        turns = _Turns(len(sounds), tell)

        def work(worker: _Worker) -> None:
            while (index := turns.take()) is not None:
                answers[index] = worker.hear(sounds[index])
                turns.done()

        with ThreadPoolExecutor(self._count) as pool:
            try:
                for future in as_completed([pool.submit(work, worker) for worker in self._workers]):
                    future.result()
            finally:
                turns.end()
        return [answers[index] for index in range(len(sounds))]

    def _end(self) -> None:
        for worker in self._workers:
            worker.end()


class _Turns:
    """Deals out indices to threads, each once, and counts those that are done."""

    def __init__(self, count: int, tell: Callable[[int], None]) -> None:
        self._left = iter(range(count))
        self._tell = tell
        self._done = 0
        self._lock = threading.Lock()

    def take(self) -> int | None:
        """The next one, None at the end."""
        with self._lock:
            return next(self._left, None)

    def done(self) -> None:
        """One more."""
        with self._lock:
            self._done += 1
            self._tell(self._done)

    def end(self) -> None:
        """Nobody gets another one."""
        with self._lock:
            self._left = iter(range(0))


class _Worker:
    """One MicroPython process."""

    def __init__(self, words: int) -> None:
        self._words = words
        environment = {"MICROPYPATH": os.pathsep.join((str(FIRMWARE), ".frozen"))}
        self._process = subprocess.Popen(
            [*interpreter_command(_HEAP_BYTES), str(_MAIN)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def load(self, model: bytes) -> None:
        """Give it the model. Raises ModelRefused with the firmware's own reason."""
        self._put(_NUMBER.pack(len(model)) + model)
        size = int.from_bytes(self._get(2), "little")
        if size:
            raise ModelRefused("the model", self._get(size).decode(errors="replace"))

    def hear(self, sound: Samples) -> Heard:
        self._put(_NUMBER.pack(len(sound)) + sound.astype("<i2").tobytes())
        steps, count = _PAIR.unpack(self._get(_PAIR.size))
        recognised = tuple(_PAIR.unpack(self._get(_PAIR.size)) for _ in range(count))
        outputs = np.frombuffer(self._get(steps * self._words), np.uint8).reshape(steps, self._words)
        return Heard(tuple((int(step), int(word)) for step, word in recognised), outputs)

    def end(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                _close(pipe)
        self._process.kill()
        self._process.wait()

    def _put(self, content: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(content)
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._ended() from error

    def _get(self, size: int) -> bytes:
        assert self._process.stdout is not None
        content = self._process.stdout.read(size)
        if len(content) != size:
            raise self._ended()
        return content

    def _ended(self) -> EngineEnded:
        """With what it said last: MicroPython prints an exception's name at the end."""
        assert self._process.stderr is not None
        assert self._process.stdout is not None
        said = (self._process.stdout.read() + self._process.stderr.read()).decode(errors="replace").splitlines()
        return EngineEnded(said[-1] if said else "without a word")


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:  # what was still to be written nobody reads any more
        return
