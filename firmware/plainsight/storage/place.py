"""What the store needs of a place for blobs. For readers and type checkers, never imported at run time."""

from typing import Protocol

from plainsight.errors import Refused


class Place(Protocol):
    """The flash, or the SD card."""

    name: str
    card: str  # the identity of the card, "" for flash
    folder: str

    def check(self) -> None:
        """Raises Refused where nothing can be written here now."""
        ...

    def check_erasable(self) -> None:
        """Raises Refused where nothing can be removed now."""
        ...

    def free_bytes(self) -> int:
        """Room for items. Raises OSError."""
        ...

    def refused(self, error: OSError, writing: bool = True) -> Refused:
        """What to answer when the medium failed; finds out what is wrong with it."""
        ...
