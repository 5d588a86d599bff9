"""A user's own recordings: noise to train under, talk to train against."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword import recordings
from host_tools.keyword.training.sound.scenes import features

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_FRAMES = 30


def waves_of(folder: str, without: Sequence[str] = ()) -> list[NDArray[np.float32]]:
    """The sounds in a folder; none where no folder is named. Raises RecordingError.

    Files whose name holds one of the phrases `without` are left out: taught as "not it", they would undo the training.
    """
    if not folder:
        return []
    paths = [path for path in recordings.find(Path(folder)) if not _named_after(path, without)]
    return [one.samples.astype(np.float32) for one in recordings.read_all(paths, resample=True)]


def _named_after(path: Path, phrases: Sequence[str]) -> bool:
    """Whether the file's name, or its folder's, says that one of the phrases is in it."""
    name = _letters(f"{path.parent.name} {path.stem}")
    return any(_letters(phrase) in name for phrase in phrases)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def features_of(folder: str, most_frames: int, without: Sequence[str]) -> list[NDArray[np.uint8]]:
    """The same as features, in pieces of at most so many frames."""
    pieces: list[NDArray[np.uint8]] = []
    for wave in waves_of(folder, without):
        whole = features(wave.astype(np.int16))
        starts = range(0, len(whole), most_frames)
        pieces += [whole[at : at + most_frames] for at in starts if len(whole) - at >= _LEAST_FRAMES]
    return pieces
