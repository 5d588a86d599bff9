"""How a private key is protected at rest, stated in its file and shown by the app."""

from __future__ import annotations

from enum import StrEnum


class Protection(StrEnum):
    """NONE: in the clear in a file that only this user may read (mode 0600). Nothing stronger exists yet."""

    NONE = "none"
