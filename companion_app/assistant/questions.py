"""Which question is this? Understood only when every word of it is: "how many people wear hats" is not a head count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_MAX_WORDS = 30


class Asked(Enum):
    """Questions that this device can answer, and one for all the others."""

    CODES = "codes"
    FACES = "faces"
    TEXT = "text"
    EVERYTHING = "everything"
    OTHER = "other"


@dataclass(frozen=True)
class _Vocabulary:
    """A question belongs here if it has one of `signs` and no word beyond `signs`, `others` and the common ones."""

    signs: frozenset[str]
    others: frozenset[str]

    def has(self, words: frozenset[str]) -> bool:
        """True when this vocabulary alone explains the whole question."""
        return bool(words & self.signs) and words <= self.signs | self.others | _COMMON


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMMON = _words(
    "what is are was there here the a an any some all this that these those it they in on at of and with inside "
    "do does did can could would you i we me my us to please hey ok okay now tell show see find front "
    "picture photo photograph image frame scene view room"
)
_VOCABULARIES = {
    Asked.CODES: _Vocabulary(
        _words("qr qrcode qrcodes code codes barcode barcodes aztec datamatrix scan"),
        _words("read decode bar matrix say says mean means contain contains hold holds link lead go where how many"),
    ),
    Asked.FACES: _Vocabulary(
        _words("people persons person faces face humans anyone anybody someone somebody"),
        _words("how many count number visible"),
    ),
    Asked.TEXT: _Vocabulary(
        _words(
            "read reads say says written printed text writing word words sign signs label labels page menu poster note"
        ),
        _words("out aloud loud letter screen board display package ticket how"),
    ),
    Asked.EVERYTHING: _Vocabulary(
        _words("what describe see"),
        _words("everything anything around am looking recognise recognize make out visible"),
    ),
}


def understand(question: str) -> Asked:
    """The first kind whose vocabulary explains the whole question, else OTHER. English only."""
    text = question.lower().replace("’", "'").replace("'s", " is").replace("for me", "")
    words = re.findall(r"[^\W_]+", text)
    if len(words) <= _MAX_WORDS:
        for asked, vocabulary in _VOCABULARIES.items():
            if vocabulary.has(frozenset(words)):
                return asked
    return Asked.OTHER
