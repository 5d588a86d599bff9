"""Hears two folders with an engine and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, overload

from host_tools.keyword.decoders import Samples
from host_tools.keyword.recordings import Recording, as_refused
from host_tools.keyword.scoring.heard import LEAD_S, STEP_S, Heard, padded
from host_tools.keyword.scoring.models import ScoredModel
from host_tools.keyword.scoring.noise import Noises
from host_tools.keyword.scoring.results import Negatives, Positives, Rate, Share

Tell = Callable[[int], None]


class Engine(Protocol):
    """Hears sounds, each from silence, with everything of the one before forgotten."""

    def hear(self, sounds: Sequence[Samples], tell: Tell = ...) -> list[Heard]:
        """One answer for each sound, in their order; `tell`: how many are done."""
        ...


class Scorer:
    """One model on one engine, under one noise."""

    def __init__(self, model: ScoredModel, engine: Engine, noises: Noises | None = None, snr_db: float = 0.0) -> None:
        self._model = model
        self._engine = engine
        self._noises = noises
        self._snr_db = snr_db

    def positives(self, folder: Path, recordings: Sequence[Recording], word: int, tell: Tell) -> Positives:
        """How many of the recordings hold the word, by this model."""
        heard = self._engine.hear(self._prepared(folder, recordings), tell)
        patchy = [index for index, one in enumerate(recordings) if one.mended]
        views = self._engine.hear(self._prepared(folder, [as_refused(recordings[index]) for index in patchy]))
        seen = dict(zip(patchy, views, strict=True))
        hits = [answer.times(word) for answer in heard]
        hits_patchy = sum(seen.get(index, answer).times(word) > 0 for index, answer in enumerate(heard))
        return Positives(
            folder=str(folder),
            word=self._model.words[word].name,
            heard=Share(sum(count > 0 for count in hits), len(hits)),
            patchy=Share(hits_patchy, len(hits)) if patchy else None,
            refused_files=len(patchy),
            other_word=sum(any(other != word for _, other in answer.recognised) for answer in heard),
            repeated=sum(count > 1 for count in hits),
            missed=tuple(_name(folder, one) for one, count in zip(recordings, hits, strict=True) if not count),
        )

    def negatives(self, folder: Path, recordings: Sequence[Recording], word: int | None, tell: Tell) -> Negatives:
        """How often it was recognised where nobody said it; `word` None: any of the model's words."""
        heard = self._engine.hear(self._prepared(folder, recordings), tell)
        accepts = [
            (_name(folder, one), self._model.words[which].name, max(0.0, (step + 1) * STEP_S - LEAD_S))
            for one, answer in zip(recordings, heard, strict=True)
            for step, which in answer.recognised
            if word in (None, which)
        ]
        counts = Counter(which for _, which, _ in accepts)
        names = [one.name for index, one in enumerate(self._model.words) if word in (None, index)]
        return Negatives(
            folder=str(folder),
            recordings=len(recordings),
            rate=Rate(len(accepts), sum(one.seconds for one in recordings) / 3600),
            by_word={name: counts[name] for name in names},
            accepts=tuple((name, which, round(second, 2)) for name, which, second in accepts),
        )

    def _prepared(self, folder: Path, recordings: Sequence[Recording]) -> Sequence[Samples]:
        return _Prepared(folder, recordings, self._noises, self._snr_db)


class _Prepared(Sequence[Samples]):
    """Recordings with what is put around and under them, made when they are asked for: hours of them take no room."""

    def __init__(self, folder: Path, recordings: Sequence[Recording], noises: Noises | None, snr_db: float) -> None:
        self._folder = folder
        self._recordings = recordings
        self._noises = noises
        self._snr_db = snr_db

    def __len__(self) -> int:
        return len(self._recordings)

    @overload
    def __getitem__(self, index: int) -> Samples: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Samples]: ...
    def __getitem__(self, index: int | slice) -> Samples | Sequence[Samples]:
        if isinstance(index, slice):
            return _Prepared(self._folder, self._recordings[index], self._noises, self._snr_db)
        recording = self._recordings[index]
        if self._noises is None:
            return padded(recording.samples)
        return self._noises.under(recording.samples, _name(self._folder, recording), self._snr_db)


def _name(folder: Path, recording: Recording) -> str:
    """What a recording is called, here and in another place of the folder."""
    return recording.path.relative_to(folder).as_posix()
