"""Everything that is said for a training run, by training voices and by others who are kept for the test."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from host_tools.keyword.phrases.arpabet import sounds
from host_tools.keyword.phrases.near_misses import NearMiss, contains, near_misses
from host_tools.keyword.phrases.pronunciations import pronunciations, readings
from host_tools.keyword.phrases.sentences import chatter
from host_tools.keyword.training.sound.scenes import OTHER
from host_tools.keyword.voices.casting import cast, cast_each
from host_tools.keyword.voices.espeak import speech as espeak
from host_tools.keyword.voices.saying import Saying

if TYPE_CHECKING:
    from host_tools.keyword.training.plan import Plan
    from host_tools.keyword.training.sound.filters import Wave
    from host_tools.keyword.training.sound.noises import Draw
    from host_tools.keyword.voices.recital import Recital

Part = Literal["train", "test"]
# Nearer than this (distance.py) a near miss is how an accent says the phrase: teaching it as wrong costs recall.
# A short phrase can't afford as much.
_LEAST_DISTANCE, _LEAST_DISTANCE_A_SOUND = 0.55, 0.1
_SEED_OF_OTHERS = 1000
_CUT_SHARE = 0.3
_FOREIGN_SHARE = 0.5
# How often each engine's sayings of a phrase are shown: the more human it sounds, the more often.
_WEIGHTS = {"kokoro": 0.65, "espeak": 0.25, "flite": 0.1}


@dataclass
class Spoken:
    """Waves by what they are: each phrase's by the engine that said it, near misses, sentences."""

    phrases: list[dict[str, list[Wave]]]
    near: list[Wave] = field(default_factory=list["Wave"])
    sentences: list[Wave] = field(default_factory=list["Wave"])


@dataclass(frozen=True)
class Talker:
    """Says phrases, near misses and sentences in these shares (the rest are sentences)."""

    spoken: Spoken
    phrase_share: float
    near_share: float

    def __call__(self, draw: Draw) -> tuple[Wave, int]:
        """One of them."""
        kind = draw.random()
        if kind < self.phrase_share:
            word = int(draw.integers(len(self.spoken.phrases)))
            engines = self.spoken.phrases[word]
            names = sorted(engines)
            weights = np.array([_WEIGHTS[name] for name in names])
            waves = engines[names[int(draw.choice(len(names), p=weights / weights.sum()))]]
            return waves[int(draw.integers(len(waves)))], word
        if kind < self.phrase_share + self.near_share and self.spoken.near:
            return self.spoken.near[int(draw.integers(len(self.spoken.near)))], OTHER
        wave = self.spoken.sentences[int(draw.integers(len(self.spoken.sentences)))]
        if draw.random() < _CUT_SHARE:
            start = int(draw.integers(0, max(1, len(wave) - 8000)))
            wave = wave[start : start + int(draw.integers(6000, 16_000))]
        return wave, OTHER


def spoken(plan: Plan, part: Part, recital: Recital, tell: Callable[[int, int], None]) -> Spoken:
    """Have the corpus of one part said. Raises PhraseError, VoiceError."""
    wanted = _sayings(plan, part)
    result = Spoken([{} for _ in plan.phrases])
    order = [kind for kind, sayings in wanted for _ in sayings]
    sayings = [saying for _, group in wanted for saying in group]
    kinds = dict(zip(sayings, order, strict=True))
    for saying, utterance in recital.say(sayings, tell):
        kind = kinds[saying]
        whole = utterance.samples.astype(np.float32)
        if kind == "near":
            result.near.append(whole)
        elif kind == "sentence":
            result.sentences.append(whole)
        else:
            result.phrases[int(kind)].setdefault(saying.voice.engine, []).append(whole[: utterance.end])
    return result


def _sayings(plan: Plan, part: Part) -> list[tuple[str, list[Saying]]]:
    """(kind, sayings): a phrase's index, "near" or "sentence"."""
    amounts, training = plan.amounts, part == "train"
    groups: list[tuple[str, list[Saying]]] = []
    forms = [pronunciations(phrase.text) for phrase in plan.phrases]
    every = [form for of_one in forms for form in of_one]
    shares = plan.shares(amounts.kokoro_share)
    for word, phrase in enumerate(plan.phrases):
        count = amounts.positives if training else amounts.test_positives
        groups.append((str(word), cast(phrase.text, forms[word], count, plan.seed, part=part, shares=shares)))
    near, talk = plan.shares(amounts.kokoro_share_of_near), plan.shares(amounts.kokoro_share_of_sentences)
    draw = random.Random(f"near {plan.seed} {part}")
    if training:
        for word in range(len(plan.phrases)):
            misses = [miss for miss in near_misses(forms[word]) if _is_other(miss, every)]
            said = _weighted(misses, amounts.near_misses, draw)
            groups.append(("near", cast_each(said, plan.seed + word, part=part, shares=near)))
    count = amounts.sentences if training else amounts.test_sentences
    texts = _without(every, chatter(count, plan.seed + (0 if training else _SEED_OF_OTHERS)))
    said = cast_each([(text, "") for text in texts], plan.seed, part=part, shares=talk)
    groups.append(("sentence", [_as_a_foreigner(saying, part, draw) for saying in said]))
    return groups


def _is_other(miss: NearMiss, forms: Sequence[str]) -> bool:
    """Not the phrase in an accent, and not a word that begins with it."""
    least = min(_LEAST_DISTANCE, 0.05 + _LEAST_DISTANCE_A_SOUND * min(len(sounds(form)) for form in forms))
    return miss.kind != "contains" and miss.distance >= least and not contains(miss.phonemes, forms)


def _as_a_foreigner(saying: Saying, part: Part, draw: random.Random) -> Saying:
    """Half of what espeak-ng says, it reads as if it were another language: sounds that English sentences lack."""
    if saying.voice.engine != espeak.NAME or draw.random() > _FOREIGN_SHARE:
        return saying
    seed = 2 * saying.seed + (part == "test")  # odd made-up speakers are of the test (casting.py)
    return replace(saying, voice=espeak.made_up(seed, draw.choice(sorted(espeak.ACCENTS))))


def _weighted(misses: Sequence[NearMiss], count: int, draw: random.Random) -> list[tuple[str, str]]:
    """So many (text, phonemes) to say, the nearer ones more often."""
    if not misses:
        return []
    chosen = draw.choices(misses, weights=[1 / (0.3 + miss.distance) for miss in misses], k=count)
    return [(miss.text or miss.phonemes, miss.phonemes) for miss in chosen]


def _without(forms: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The sentences in which none of the phrases is heard."""
    return [text for text in texts if not any(contains(reading, forms) for reading in readings(text))]
