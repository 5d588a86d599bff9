"""The manifest beside a .tflite: microWakeWord's own fields, and a list of words where one model hears several."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from host_tools.keyword.convert.words import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_tools.keyword.training.examination import Examination
    from host_tools.keyword.training.plan import Plan

_REFRACTORY_MS = 1500
_FEATURE_STEP_MS = 10
_ARENA_BYTES = 32_768
_DENOMINATOR = 1000


def words(plan: Plan, examination: Examination) -> list[Word]:
    """What the decision needs to know of each word."""
    return [
        Word(
            phrase.text[:24],
            phrase.act,
            Fraction(round(choice.cutoff * _DENOMINATOR), _DENOMINATOR),
            choice.window,
            _REFRACTORY_MS,
        )
        for phrase, choice in zip(plan.phrases, examination.choices, strict=True)
    ]


def manifest(chosen: Sequence[Word], tflite: str) -> bytes:
    """The manifest's bytes."""
    content: dict[str, Any] = {
        "type": "micro",
        "wake_word": " / ".join(word.name for word in chosen),
        "author": "Plainsight",
        "model": tflite,
        "trained_languages": ["en"],
        "version": 2,
        "micro": {
            "probability_cutoff": float(chosen[0].cutoff),
            "sliding_window_size": chosen[0].window,
            "feature_step_size": _FEATURE_STEP_MS,
            "tensor_arena_size": _ARENA_BYTES,
        },
        "words": [
            {
                "word": word.name,
                "act": word.act,
                "probability_cutoff": float(word.cutoff),
                "sliding_window_size": word.window,
                "refractory_ms": word.refractory_ms,
            }
            for word in chosen
        ],
    }
    return (json.dumps(content, indent=2) + "\n").encode()
