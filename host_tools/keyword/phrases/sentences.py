"""What people say that is not the phrase: sentences of our own, sentences made of common words, and rare words.

For bulk speech without the phrase, of wide phonetic coverage.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from host_tools.keyword.phrases import dictionary

_SENTENCES = Path(__file__).parent / "sentences.txt"
_LETTERS = re.compile(r"[a-z']+")
# Frames for sentences that nobody wrote: each capital is a word of its list.
_FRAMES = (
    "the A N will V the N", "D you V the A N", "we V a N and a N", "that N is A", "my N and your N are A",
    "I V the N P the N", "she will V it P the N", "why D they V the N", "there is a A N P the N", "N and N",
    "a A N", "they V A N", "he V the N P me", "please V my N", "it is A and A", "what A N", "V it P the A N",
)  # fmt: skip
_LISTS = {
    "A": "big small old young warm cold green yellow white black quiet loud early late heavy light rough smooth thick "
    "thin clever lazy angry happy strange usual wooden golden foreign royal public junior southern northern gentle "
    "brave shy narrow huge tiny fresh sour sweet bitter empty busy dusty muddy shiny",
    "N": "table chair window door garden kitchen doctor teacher engine bottle paper river mountain village city horse "
    "rabbit chicken mouse bridge church station airport picture mirror letter number question answer father mother "
    "brother sister uncle daughter friend neighbour judge lawyer nurse farmer singer voice music thunder weather "
    "season summer winter morning evening hour minute measure pleasure treasure shelf glass knife spoon plate bowl "
    "sugar butter cheese bread apple orange lemon onion potato jacket shirt trousers shoe button zipper thread needle "
    "pencil ruler machine battery cable switch signal zone village youth truth tooth month earth birth cloth path",
    "V": "buy sell carry find lose open close push pull wash paint repair measure borrow lend throw catch follow visit "
    "choose change enjoy imagine remember forget understand believe thank forgive join begin finish watch hear touch "
    "smell taste cook bake chop mix share hide bring take send use need want love like",
    "P": "under over behind beside near with without for from before after through against around between",
    "D": "can could should would will did must may might",
}
_KINDS = ("written", "framed", "words")
_WEIGHTS = (0.45, 0.35, 0.2)
_RARE_WORDS = (2, 6)


@cache
def sentences() -> tuple[str, ...]:
    """Those that were written down."""
    return tuple(_SENTENCES.read_text("utf-8").splitlines())


@cache
def common_words() -> frozenset[str]:
    """Words that people use every day, as far as these sentences tell."""
    used = {word for sentence in sentences() for word in _LETTERS.findall(sentence.lower())}
    frames = {word.lower() for frame in _FRAMES for word in frame.split() if word not in _LISTS}
    return frozenset(used | frames | {word for words in _LISTS.values() for word in words.split()})


def chatter(count: int, seed: int, without: Sequence[str] = ()) -> list[str]:
    """`count` different sentences in which none of the words `without` stands, the written ones as far as they go."""
    draw = random.Random(f"chatter {seed}")
    unwanted = {word.lower() for word in without}
    written = [sentence for sentence in sentences() if not unwanted & set(_LETTERS.findall(sentence.lower()))]
    draw.shuffle(written)
    said: dict[str, None] = {}
    while len(said) < count:
        kind = draw.choices(_KINDS, weights=_WEIGHTS)[0]
        if kind == "written" and written:
            sentence = written.pop()
        elif kind == "words":
            sentence = _rare(draw)
        else:
            sentence = _framed(draw)
        if not unwanted & set(_LETTERS.findall(sentence.lower())):
            said[sentence] = None
    return list(said)


def _framed(draw: random.Random) -> str:
    """A sentence of common words that nobody ever said."""
    words = draw.choice(_FRAMES).split()
    return " ".join(draw.choice(_LISTS[word].split()) if word in _LISTS else word for word in words)


def _rare(draw: random.Random) -> str:
    """A few words from anywhere in the dictionary."""
    return " ".join(draw.choice(_all_words()) for _ in range(draw.randint(*_RARE_WORDS)))


@cache
def _all_words() -> tuple[str, ...]:
    return tuple(word for word in dictionary.words() if word.isalpha() and len(word) > 1)
