"""Versions: MAJOR.MINOR.PATCH, compared as numbers."""

from plainsight.update.errors import BadRelease

_PARTS = 3
_MOST_DIGITS = 5


def parse(text: object) -> tuple[int, ...]:
    """`1.2.3` as (1, 2, 3). Raises BadRelease."""
    parts = text.split(".") if isinstance(text, str) else []
    if len(parts) != _PARTS:
        raise BadRelease("bad_version")
    return tuple([_number(part) for part in parts])


def _number(text: str) -> int:
    if not 0 < len(text) <= _MOST_DIGITS or (len(text) > 1 and text[0] == "0"):
        raise BadRelease("bad_version")
    for letter in text:
        if letter not in "0123456789":
            raise BadRelease("bad_version")
    return int(text)
