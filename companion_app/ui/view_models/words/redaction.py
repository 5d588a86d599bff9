"""What was masked in a picture and what was left to be seen, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

_ONE_AND_MANY: Mapping[str, tuple[str, str]] = {
    "face": ("face", "faces"),
    "text": ("piece of text", "pieces of text"),
    "card": ("bank card", "bank cards"),
    "document": ("identity document", "identity documents"),
    "plate": ("number plate", "number plates"),
    "contact": ("address or phone number", "addresses or phone numbers"),
    "code": ("code", "codes"),
    "screen": ("screen", "screens"),
}
_OWN = ("place of your own choice", "places of your own choice")


def place(kind: str, count: int = 1) -> str:
    """One kind of place, counted: "2 faces"; what the wearer drew has no kind of its own."""
    one, many = _ONE_AND_MANY.get(kind, _OWN)
    return f"{count} {one if count == 1 else many}"


def places(kinds: Iterable[str]) -> str:
    """All of them, most frequent first: "2 faces, 1 bank card"; empty for none."""
    counted = Counter(kind if kind in _ONE_AND_MANY else "" for kind in kinds)
    return ", ".join(place(kind, count) for kind, count in counted.most_common())


def kinds_words(kept: Iterable[str], *, masked: bool) -> str:
    """Every kind that is masked, or that stays to be seen, by the rules of a session; empty where none stays."""
    kept = frozenset(kept)
    named = ["text" if kind == "text" else many for kind, (_, many) in _ONE_AND_MANY.items()]
    named = [words for kind, words in zip(_ONE_AND_MANY, named, strict=True) if (kind not in kept) is masked]
    return ", ".join(named)


def still_seen(kinds: Iterable[str]) -> str:
    """What the second look found, as a part of a sentence: "a face and readable text"."""
    nouns = {"text": "readable text", "document": "an identity document", "contact": "an address or phone number"}
    found = [nouns.get(kind, f"a {_ONE_AND_MANY.get(kind, ('place', ''))[0]}") for kind in dict.fromkeys(kinds)]
    if len(found) <= 1:
        return found[0] if found else "something"
    return f"{', '.join(found[:-1])} and {found[-1]}"


def known_kinds() -> frozenset[str]:
    """Every kind that has words of its own."""
    return frozenset(_ONE_AND_MANY)


def hash_words(sha256: str) -> str:
    """A hash in groups of eight, so that two people can compare it and a line can break."""
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))
