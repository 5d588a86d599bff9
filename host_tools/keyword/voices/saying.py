"""What is to be said, by whom and how; and what came of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
Samples: TypeAlias = NDArray[np.int16]
Wave: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, order=True)
class Voice:
    """A speaker of one engine; `name` is what the engine's own folder understands, `accent` a language tag."""

    engine: str
    name: str
    accent: str = "en"

    def __str__(self) -> str:
        return f"{self.engine}:{self.name}"


@dataclass(frozen=True)
class Saying:
    """One utterance to be made.

    `phonemes` are ARPAbet with stress ("L UH1 K"), words parted by "|", pauses by ","; "" leaves the reading of
    `text` to the engine. `before` and `after` are phonemes said in the same breath around it. `rate` and `pitch` are
    factors on what is natural for the voice; `seed` varies what the engine leaves to chance.
    """

    text: str
    voice: Voice
    phonemes: str = ""
    before: str = ""
    after: str = ""
    rate: float = 1.0
    pitch: float = 1.0
    seed: int = 0

    def at(self, rate: float | None = None, pitch: float | None = None) -> Saying:
        """The same at another rate or pitch, where one is given."""
        return replace(self, rate=rate or self.rate, pitch=pitch or self.pitch)

    def digest(self, version: str) -> str:
        """A name for its sound (hexadecimal): the same saying by the same version of an engine."""
        content = json.dumps([asdict(self), version], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Utterance:
    """The sound of a saying, 16 kHz; what was asked for (without `before` and `after`) is samples[start:end]."""

    samples: Samples
    start: int
    end: int

    @property
    def seconds(self) -> float:
        """Its whole length."""
        return len(self.samples) / SAMPLE_RATE_HZ
