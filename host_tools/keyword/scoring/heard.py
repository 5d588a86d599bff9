"""What an engine made of one recording, and the silence that is put around each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from host_tools.keyword.decoders import Samples
from host_tools.keyword.recordings import RATE_HZ

STEP_S = 0.03
LEAD_S = 1.0  # the detector judges nothing in its first second
TAIL_S = 0.5  # so that a word that ends with the file fills the window


@dataclass(frozen=True)
class Heard:
    """`recognised`: (step, word) in order; `outputs`: (steps, words) of what the network said, 0 to 255."""

    recognised: tuple[tuple[int, int], ...]
    outputs: NDArray[np.uint8]

    def times(self, word: int) -> int:
        """How often this word was recognised."""
        return sum(one == word for _, one in self.recognised)


def padded(sound: Samples) -> Samples:
    """With silence before and behind it."""
    lead, tail = (np.zeros(int(seconds * RATE_HZ), np.int16) for seconds in (LEAD_S, TAIL_S))
    return np.concatenate([lead, sound, tail])
