"""Counts of what strangers tried, so that a thousand attempts make one journal record and not a thousand."""

from plainsight.compat import const
from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.clock import Clock
    from plainsight.journal import Journal

RECORD_EVERY_MS = const(600_000)  # at most six records an hour, whatever strangers do


class Failures:
    """Failed attempts by kind, written to the journal together."""

    def __init__(self, journal: "Journal", clock: "Clock"):
        self._journal = journal
        self._clock = clock
        self._counts: dict[str, int] = {}
        self._first_ms = 0

    def count(self, kind: str) -> None:
        """One more failed attempt. Kinds: silent, knock, handshake, certificate, proof."""
        if not self._counts:
            self._first_ms = self._clock.ms()
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def record_if_due(self) -> None:
        """Write the counts once RECORD_EVERY_MS have passed since the first of them."""
        if self._counts and self._clock.diff(self._clock.ms(), self._first_ms) >= RECORD_EVERY_MS:
            self.record()

    def record(self) -> None:
        """Write the counts now, where there are any: the owner's phone is there to read them, or a window closes."""
        if not self._counts:
            return
        try:
            self._journal.append("pairing_failures", **self._counts)
        except Refused:
            self._first_ms = self._clock.ms()  # the counts stay; not tried again at every look, which wears the flash
            return
        self._counts = {}
