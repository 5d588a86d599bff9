"""What was masked in a picture and what was left to be seen, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from companion_app.language import N_, NN_, _, listed, ngettext

_COUNTED: Mapping[str, tuple[str, str]] = {
    "face": NN_("{n} face", "{n} faces"),
    "text": NN_("{n} piece of text", "{n} pieces of text"),
    "card": NN_("{n} bank card", "{n} bank cards"),
    "document": NN_("{n} identity document", "{n} identity documents"),
    "plate": NN_("{n} number plate", "{n} number plates"),
    "contact": NN_("{n} address or phone number", "{n} addresses or phone numbers"),
    "code": NN_("{n} code", "{n} codes"),
    "screen": NN_("{n} screen", "{n} screens"),
}
_OWN = NN_("{n} place of your own choice", "{n} places of your own choice")
_ALL: Mapping[str, str] = {
    "face": N_("faces"),
    "text": N_("text"),
    "card": N_("bank cards"),
    "document": N_("identity documents"),
    "plate": N_("number plates"),
    "contact": N_("addresses or phone numbers"),
    "code": N_("codes"),
    "screen": N_("screens"),
}
_ONE: Mapping[str, str] = {
    "face": N_("a face"),
    "text": N_("readable text"),
    "card": N_("a bank card"),
    "document": N_("an identity document"),
    "plate": N_("a number plate"),
    "contact": N_("an address or phone number"),
    "code": N_("a code"),
    "screen": N_("a screen"),
}


def place(kind: str, count: int = 1) -> str:
    """One kind of place, counted: "2 faces"; what the wearer drew has no kind of its own."""
    return ngettext(*_COUNTED.get(kind, _OWN), count)


def places(kinds: Iterable[str]) -> str:
    """All of them, most frequent first: "2 faces, 1 bank card"; empty for none."""
    counted = Counter(kind if kind in _COUNTED else "" for kind in kinds)
    return listed(place(kind, count) for kind, count in counted.most_common())


def kinds_words(kept: Iterable[str], *, masked: bool) -> str:
    """Every kind that is masked, or that stays to be seen, by the rules of a session; empty where none stays."""
    kept = frozenset(kept)
    return listed(_(words) for kind, words in _ALL.items() if (kind not in kept) is masked)


def still_seen(kinds: Iterable[str]) -> str:
    """What the second look found, as a part of a sentence: "a face and readable text"."""
    found = [_(_ONE.get(kind, N_("a place"))) for kind in dict.fromkeys(kinds)]
    if len(found) <= 1:
        return found[0] if found else _("something")
    return _("{some} and {last}", some=listed(found[:-1]), last=found[-1])


def known_kinds() -> frozenset[str]:
    """Every kind that has words of its own."""
    return frozenset(_COUNTED)


def hash_words(sha256: str) -> str:
    """A hash in groups of eight, so that two people can compare it and a line can break."""
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))
