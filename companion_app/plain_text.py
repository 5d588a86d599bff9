"""Words from outside (a recipient, a sign, a QR code) made safe to show: on a screen, a terminal, a log line."""

from __future__ import annotations

import unicodedata

_KEPT = frozenset("\n\t")
# Control, format (which turn the reading direction), lone surrogates, private use: they change what a reader sees.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def plain_text(text: str, limit: int) -> str:
    """`text` without invisible and control characters, at most `limit` characters; an ellipsis shows a cut."""
    kept = visible(text[: 4 * limit]).strip()
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def visible(text: str) -> str:
    """`text` without invisible and control characters, with all of its spaces: for a piece of something longer."""
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _DROPPED_CATEGORIES)
