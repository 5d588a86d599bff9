"""Words from elsewhere on their way to a terminal: what it would obey becomes visible, and a line stays one line."""

from __future__ import annotations


def printable(text: str) -> str:
    """`text` on one line; control, escape and direction characters as Python would write them (`\\x1b`, `\\n`)."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def printable_lines(text: str) -> str:
    """As `printable`, but for ends of lines."""
    return "\n".join(printable(line) for line in text.split("\n"))
