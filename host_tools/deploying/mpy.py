"""The head of compiled modules: which MicroPython takes them (docs.micropython.org, "MicroPython .mpy files")."""

from __future__ import annotations

from collections.abc import Mapping

_ENDING = ".mpy"
_SUB_VERSION = 0x03  # in the flags; counts only where a module holds native code, else 0


def version_of(contents: Mapping[str, bytes]) -> tuple[int, int] | None:
    """Version and sub-version that the compiled ones among these files need; None where nothing is compiled."""
    heads = [content[:3] for path, content in contents.items() if path.endswith(_ENDING) and content[:1] == b"M"]
    return max((head[1], head[2] & _SUB_VERSION) for head in heads) if heads else None


def takes(board: tuple[int, int], needed: tuple[int, int] | None) -> bool:
    """Whether a MicroPython of this version and sub-version imports them (py/persistentcode.c)."""
    return needed is None or (board[0] == needed[0] and needed[1] in (0, board[1]))
