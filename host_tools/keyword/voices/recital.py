"""Many sayings: spoken by several processes, each kept as soon as it is made, and never made twice."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from host_tools.keyword.voices import engines
from host_tools.keyword.voices.cache import Cache
from host_tools.keyword.voices.errors import EngineFailed, NotSpeech
from host_tools.keyword.voices.saying import Saying, Utterance

_BATCH = 12
Tell = Callable[[int, int], None]


def _nothing(done: int, of: int) -> None:
    """Who does not want to be told."""


@dataclass
class Recital:
    """Says what it is given; `folder` keeps it all, `refused` is what could not be said, and why."""

    folder: Path
    processes: int = field(default_factory=lambda: os.cpu_count() or 1)
    refused: dict[Saying, str] = field(default_factory=dict[Saying, str])

    def say(self, sayings: Sequence[Saying], tell: Tell = _nothing) -> Iterator[tuple[Saying, Utterance]]:
        """Each saying with its sound, in order, without those that could not be said.

        `tell` hears how many of how many are ready. What was made stays when it is stopped: the same call goes on from
        there. Raises NoSuchVoice, NoVoices.
        """
        versions = {name: engines.version(name) for name in {saying.voice.engine for saying in sayings}}
        digests = [saying.digest(versions[saying.voice.engine]) for saying in sayings]
        cache = Cache(self.folder)
        self._make(cache, dict(zip(digests, sayings, strict=True)), tell)
        for saying, digest in zip(sayings, digests, strict=True):
            utterance = cache.utterance(digest)
            if utterance is not None:
                yield saying, utterance
            else:
                self.refused[saying] = cache.refusal(digest) or "it was not kept"

    def _make(self, cache: Cache, wanted: dict[str, Saying], tell: Tell) -> None:
        """Have everything said that is not in the cache yet."""
        missing = [(digest, saying) for digest, saying in wanted.items() if not cache.knows(digest)]
        done = len(wanted) - len(missing)
        tell(done, len(wanted))
        # The slow engine first: nobody waits for its last batch alone.
        missing.sort(key=lambda item: item[1].voice.engine, reverse=True)
        batches = [missing[start : start + _BATCH] for start in range(0, len(missing), _BATCH)]
        for said in self._spoken(batches):
            done += said
            tell(done, len(wanted))

    def _spoken(self, batches: list[list[tuple[str, Saying]]]) -> Iterator[int]:
        """How many were said, batch by batch; in this process where there is only one batch."""
        if self.processes == 1 or len(batches) < 2:
            yield from (_speak_all(self.folder, batch) for batch in batches)
            return
        # Not by fork: whoever trains has threads that a fork would cut off.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(min(self.processes, len(batches)), context, _leave_interrupts_to_the_parent)
        try:
            futures: list[Future[int]] = [pool.submit(_speak_all, self.folder, batch) for batch in batches]
            for future in futures:
                yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _speak_all(folder: Path, batch: list[tuple[str, Saying]]) -> int:
    """Speak a batch into the cache; how many that were."""
    cache = Cache(folder)
    for digest, saying in batch:
        try:
            cache.keep(digest, engines.speak(saying))
        except (NotSpeech, EngineFailed) as error:
            cache.refuse(digest, error.reason)
    return len(batch)
