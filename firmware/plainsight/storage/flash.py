"""The internal flash as a place for sealed blobs."""

import os

from plainsight.compat import const
from plainsight.errors import Refused

_ENOSPC = const(28)
_RESERVE_BYTES = const(65536)  # stays free for the journal, so that a full store can still say so


class Flash:
    """Always there. `folder` is where blobs lie."""

    name = "flash"
    card = ""

    def __init__(self, folder: str):
        self.folder = folder

    def check(self) -> None:
        """Nothing can be missing."""

    def check_erasable(self) -> None:
        """Nothing can be missing."""

    def free_bytes(self) -> int:
        """Room for items, the journal's reserve left out."""
        status = os.statvfs(self.folder)
        return max(0, status[1] * status[4] - _RESERVE_BYTES)

    def refused(self, error: OSError, writing: bool = True) -> Refused:  # noqa: ARG002 - a place's
        """What to answer when the medium failed."""
        return Refused("storage_full" if error.errno == _ENOSPC else "storage_failed", {"errno": error.errno})
