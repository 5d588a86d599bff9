"""What a training run does and how much of it: drawn up before it begins, and written into its report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from host_tools.keyword.training.learning import Schooling
from host_tools.keyword.training.net import Architecture

# Raised when the same plan would give another model: work that an older version left is then not taken up.
_METHOD = 4
_ALL_VOICES = ("espeak", "flite", "kokoro")


@dataclass(frozen=True)
class Phrase:
    """What is to be recognised and what the glasses then do (`capture`, `stop`, `ask` or `none`)."""

    text: str
    act: str = "capture"


@dataclass(frozen=True)
class Amounts:
    """How many sayings and scenes; `positives` and `near_misses` are of each phrase."""

    positives: int = 1000
    near_misses: int = 900
    sentences: int = 1400
    scenes: int = 3000
    test_positives: int = 200
    test_sentences: int = 240
    test_scenes: int = 900
    kokoro_share: float = 0.45
    kokoro_share_of_near: float = 0.08
    kokoro_share_of_sentences: float = 0.1


QUICK = Amounts(
    positives=500,
    near_misses=500,
    sentences=300,
    scenes=700,
    test_positives=80,
    test_sentences=80,
    test_scenes=240,
    kokoro_share=0.12,
    kokoro_share_of_near=0.0,
    kokoro_share_of_sentences=0.06,
)
QUICK_SCHOOLING = Schooling(steps=2000)


@dataclass(frozen=True)
class Plan:
    """The whole run; two runs of one plan with the same voices give the same model."""

    phrases: tuple[Phrase, ...]
    seed: int = 1
    voices: tuple[str, ...] = _ALL_VOICES
    amounts: Amounts = field(default_factory=Amounts)
    schooling: Schooling = field(default_factory=Schooling)
    negatives: str = ""
    noise: str = ""

    @property
    def shape(self) -> Architecture:
        """The network, with one output for each phrase."""
        return Architecture(words=len(self.phrases))

    @property
    def name(self) -> str:
        """What its files are called: "look_stop"."""
        words = "_".join(phrase.text for phrase in self.phrases)
        return "".join(letter if letter.isalnum() else "_" for letter in words.lower())

    def shares(self, kokoro: float) -> dict[str, float]:
        """How much each engine says, of those that were asked for."""
        all_shares = {"espeak": 0.85 * (1 - kokoro), "flite": 0.15 * (1 - kokoro), "kokoro": kokoro}
        chosen = {name: all_shares[name] for name in self.voices}
        return chosen if sum(chosen.values()) > 0 else dict.fromkeys(self.voices, 1.0)

    def digest(self) -> str:
        """Names the run's folder."""
        content = json.dumps([asdict(self), _METHOD], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def drawn_up(phrases: Sequence[Phrase], seed: int, voices: Sequence[str], *, quick: bool) -> Plan:
    """The default plan, or the quick one."""
    if quick:
        return Plan(tuple(phrases), seed, tuple(voices), QUICK, QUICK_SCHOOLING)
    return Plan(tuple(phrases), seed, tuple(voices))
