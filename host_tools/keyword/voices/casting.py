"""Who says a phrase how, so that it is said in as many ways as people would: a plan drawn from a seed.

Real people differ in throat, pitch, tempo, melody, accent and in where they put the stress; a handful of voices that
repeat themselves teaches a network those voices. So most sayings are by somebody who does not exist: blends of Kokoro's
voices, made-up throats of espeak-ng.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from host_tools.keyword.phrases.pronunciations import varied
from host_tools.keyword.voices import engines
from host_tools.keyword.voices.errors import NoVoices
from host_tools.keyword.voices.espeak import speech as espeak
from host_tools.keyword.voices.kokoro.ipa import ACCENTS as KOKORO_ACCENTS
from host_tools.keyword.voices.saying import Saying, Voice

# By what a saying costs (20 ms, 30 ms, 500 ms of a core) and by how human it sounds.
SHARES: Mapping[str, float] = {"espeak": 0.5, "flite": 0.1, "kokoro": 0.4}
_MADE_UP_SHARE = 0.6
_OWN_VOICE_SHARE = 0.2
_OTHER_MELODY_SHARE = 0.5
_ENGLISH_SHARE = 0.6
_TEST_ACCENTS = ("it", "pt")
_TEST_SHARE = 0.2
_SEEDS = 1 << 30
Part = Literal["train", "test"]
# Words that people say around a command, in ARPAbet; none is near a command itself.
_BEFORE = (
    "AO1 R AY2 T", "S OW1", "W EH1 L", "AH1 M", "P L IY1 Z", "Y EH1 S", "AH0 N D", "N AW1", "AH0 N D | DH EH1 N",
    "AY1 | S EH1 D", "K AH1 M | AA1 N", "DH AE1 T | W AH0 Z", "M EY1 B IY0", "G UH1 D",
)  # fmt: skip
_AFTER = (
    "P L IY1 Z", "N AW1", "AH0 G EH1 N", "W AH1 T | IH0 Z | DH AE1 T", "HH UW1 | IH0 Z | DH AE1 T", "DH EH1 R",
    "R EH1 D | DH IH1 S", "T EH1 L | M IY0", "HH AW1 | M AH1 CH", "W EH1 R | AE1 M | AY0", "IH0 T",
    "M AY1 | F R EH1 N D",
)  # fmt: skip


@dataclass(frozen=True)
class Manner:
    """How far sayings may differ: the least and the most of tempo and pitch; how many stand in a context, are said
    with other sounds or stress than written, have a foreign accent.
    """

    rates: tuple[float, float] = (0.7, 1.5)
    pitches: tuple[float, float] = (0.86, 1.18)
    context_share: float = 0.15
    varied_share: float = 0.35
    accent_share: float = 0.18


POSITIVE = Manner()
# An accent makes a phrase of some near misses ("luke" by a Spaniard), and so does another vowel or a word around it.
EXACT = Manner(context_share=0.0, varied_share=0.0, accent_share=0.0)


def cast(
    text: str,
    forms: Sequence[str],
    count: int,
    seed: int,
    *,
    part: Part = "train",
    shares: Mapping[str, float] = SHARES,
    manner: Manner = POSITIVE,
) -> list[Saying]:
    """`count` sayings of a phrase whose pronunciations are `forms` (the most common first).

    Voices of part "test" are never heard in part "train", and no blend or made-up speaker of one is in the other.
    Engines that are not here give their share to the others. Raises NoVoices.
    """
    draw = random.Random(f"{text} {seed} {part}")
    troupe = Troupe(part, shares)
    chosen = (forms[min(int(draw.expovariate(1.0)), len(forms) - 1)] for _ in range(count))
    return [_saying(text, form, troupe, manner, draw) for form in chosen]


def cast_each(
    words: Iterable[tuple[str, str]],
    seed: int,
    *,
    part: Part = "train",
    shares: Mapping[str, float] = SHARES,
    manner: Manner = EXACT,
) -> list[Saying]:
    """One saying of each (text, phonemes), by somebody else each time; "" for phonemes is the engine's own reading.

    Raises NoVoices.
    """
    draw = random.Random(f"each {seed} {part}")
    troupe = Troupe(part, shares)
    return [_saying(text, phonemes, troupe, manner, draw) for text, phonemes in words]


def _saying(text: str, form: str, troupe: Troupe, manner: Manner, draw: random.Random) -> Saying:
    """One of them."""
    if form and draw.random() < manner.varied_share:
        form = varied(form, draw)
    before = after = ""
    if form and draw.random() < manner.context_share:
        side = draw.random()
        before = draw.choice(_BEFORE) if side < 0.65 else ""
        after = draw.choice(_AFTER) if side > 0.35 else ""
    return Saying(
        text=text,
        voice=troupe.somebody(draw, manner.accent_share),
        phonemes=form,
        before=before,
        after=after,
        rate=round(_between(manner.rates, draw), 3),
        pitch=round(_between(manner.pitches, draw), 3),
        seed=draw.randrange(1, _SEEDS),
    )


def _between(limits: tuple[float, float], draw: random.Random) -> float:
    """Most often near the natural 1, seldom near a limit."""
    return draw.triangular(limits[0], limits[1], 1.0)


class Troupe:
    """The voices of one part, by engine."""

    def __init__(self, part: Part, shares: Mapping[str, float] = SHARES) -> None:
        """Raises NoSuchVoice, NoVoices."""
        self.part = part
        self._voices = {name: parted_for(part, engines.installed(name)) for name, share in shares.items() if share > 0}
        self._voices = {name: voices for name, voices in self._voices.items() if voices}
        if not self._voices:
            raise NoVoices("/".join(shares))
        self._shares = [shares[name] for name in self._voices]

    def engines(self) -> tuple[str, ...]:
        """Those that are here."""
        return tuple(self._voices)

    def somebody(self, draw: random.Random, accent_share: float) -> Voice:
        """A voice, real or made up, now and then with a foreign accent."""
        foreign = draw.random() < accent_share
        name = draw.choices(list(self._voices), weights=self._shares)[0]
        if name == "espeak":
            return self._by_espeak(draw, foreign)
        if name == "kokoro":
            return self._by_kokoro(draw, foreign)
        return draw.choice(self._voices[name])

    def _by_espeak(self, draw: random.Random, foreign: bool) -> Voice:
        own = [voice for voice in self._voices["espeak"] if "+" not in voice.name]
        accents = [voice for voice in own if not voice.accent.startswith("en")]
        if accents and foreign:
            return espeak.made_up(self._seed(draw), draw.choice(accents).accent)
        english = [voice for voice in self._voices["espeak"] if voice.accent.startswith("en")]
        if draw.random() < _MADE_UP_SHARE:
            return espeak.made_up(self._seed(draw), draw.choice(english).accent)
        return draw.choice(english)

    def _by_kokoro(self, draw: random.Random, foreign: bool) -> Voice:
        """Seldom one of its voices; else a blend, often with the melody of another, now and then with an accent."""
        here = self._voices["kokoro"]
        accents = [accent for accent in KOKORO_ACCENTS if (accent in _TEST_ACCENTS) == (self.part == "test")]
        accent = draw.choice(accents if foreign else ["en-us", "en-us", "en-gb"])
        if draw.random() < _OWN_VOICE_SHARE:
            own = draw.choice(here)
            return replace(own, accent=own.accent if own.accent.startswith("en") else accent)
        speaker = _blend(draw, here)
        if draw.random() < _OTHER_MELODY_SHARE:
            speaker = f"{speaker}/{_blend(draw, here)}"
        return Voice("kokoro", speaker, accent)

    def _seed(self, draw: random.Random) -> int:
        """Odd made-up speakers are of the test, even ones of the training."""
        return 2 * draw.randrange(_SEEDS) + (self.part == "test")


def _blend(draw: random.Random, voices: Sequence[Voice]) -> str:
    """Two or three voices with weights, the first mostly one that learnt English; a weight a little below none takes
    the speaker past the other.
    """
    english = [voice for voice in voices if voice.accent.startswith("en")] or voices
    names = [draw.choice(english if draw.random() < _ENGLISH_SHARE else voices).name]
    others = [voice.name for voice in voices if voice.name not in names]
    names += draw.sample(others, min(len(others), draw.choice((1, 1, 2))))
    weights = [round(draw.uniform(0.3, 1.0), 2), *(round(draw.uniform(-0.1, 0.8), 2) for _ in names[1:])]
    return "+".join(f"{name}*{weight}" for name, weight in zip(names, weights, strict=True))


def parted_for(part: Part, voices: Sequence[Voice]) -> list[Voice]:
    """The voices of this part: a fifth of the speakers of an engine, always the same ones, are the test's."""
    speakers = sorted({_speaker(voice) for voice in voices}, key=lambda name: random.Random(name).random())
    tests = set(speakers[: round(_TEST_SHARE * len(speakers))])
    return [voice for voice in voices if (_speaker(voice) in tests) == (part == "test")]


def _speaker(voice: Voice) -> str:
    """Who it is: a variant of espeak-ng is the same throat in all its accents."""
    return f"{voice.engine} {voice.name.partition('+')[2] or voice.name}"
