"""A user's own recordings: noise to train under, talk to train against."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from host_tools.keyword import recordings
from host_tools.keyword.training.sound.scenes import features

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_FRAMES = 30


def waves_of(folder: str) -> list[NDArray[np.float32]]:
    """The sounds in a folder; none where no folder is named. Raises RecordingError."""
    if not folder:
        return []
    return [one.samples.astype(np.float32) for one in recordings.read_all(recordings.find(Path(folder)), resample=True)]


def features_of(folder: str, most_frames: int) -> list[NDArray[np.uint8]]:
    """The same as features, in pieces of at most so many frames."""
    pieces: list[NDArray[np.uint8]] = []
    for wave in waves_of(folder):
        whole = features(wave.astype(np.int16))
        starts = range(0, len(whole), most_frames)
        pieces += [whole[at : at + most_frames] for at in starts if len(whole) - at >= _LEAST_FRAMES]
    return pieces
