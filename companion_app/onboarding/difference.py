"""What changed between the words that were answered and the words of today, sentence by sentence."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum

from companion_app.onboarding.question import Shown

_SENTENCE = re.compile(r"(?<=[.?!؟。])\s+")


class Kind(StrEnum):
    """What became of a sentence."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Change:
    """One sentence, in the order of reading."""

    kind: Kind
    words: str


def difference(before: Shown | None, now: Shown) -> tuple[Change, ...]:
    """Sentences that are gone, new and kept; where the earlier words were not kept, or were read in another language,
    all of the earlier ones are gone and all of today's are new."""
    old = _sentences(before) if before is not None else []
    new = _sentences(now)
    if before is not None and before.language != now.language:
        return tuple([Change(Kind.GONE, words) for words in old] + [Change(Kind.NEW, words) for words in new])
    changes: list[Change] = []
    matched = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, begin, end, new_begin, new_end in matched.get_opcodes():
        if tag == "equal":
            changes += [Change(Kind.KEPT, words) for words in old[begin:end]]
        else:
            changes += [Change(Kind.GONE, words) for words in old[begin:end]]
            changes += [Change(Kind.NEW, words) for words in new[new_begin:new_end]]
    return tuple(changes)


def _sentences(shown: Shown) -> list[str]:
    """Question, explanation and answers; an answer is one sentence with what it means."""
    parts = [shown.text, *_SENTENCE.split(shown.explain)]
    parts += [f"{text}: {means}" if means else text for _, text, means in shown.choices]
    return [part for part in parts if part]
