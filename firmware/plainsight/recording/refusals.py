"""Refusals on record: each one where a person waits for an answer, together where a machine repeats itself.

A hot board that refuses a time-lapse 3,600 times an hour must not push everything else out of the journal. So the
first refusals of a kind stand there one by one, and what comes after them within RECORD_EVERY_MS is counted and
written as one record. What a hand on the button was refused is never merely counted.
"""

from plainsight.compat import const
from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.contract import Clock
    from plainsight.journal import Journal

RECORD_EVERY_MS = const(600_000)  # as for what strangers try: failures.py
SINGLY = const(5)  # of one trigger and reason, before they are counted
_BY_HAND = "button"


class Refusals:
    """Records what triggers were refused."""

    def __init__(self, journal: "Journal", clock: "Clock"):
        self._journal = journal
        self._clock = clock
        self._seen: dict[tuple[str, str], int] = {}  # (trigger, reason): how many since the counts began
        self._begun_ms = 0

    def record(self, refused: Refused, trigger: str) -> Refused:
        """The refusal to raise, once it stands in the journal or is counted: the graver one where it can't be written.

        A journal that fails is itself a reason to refuse.
        """
        if trigger != _BY_HAND and self._counted(refused.code, trigger):
            return refused
        try:
            self._journal.append("refusal", reason=refused.code, trigger=trigger, detail=refused.detail)
        except Refused as journal_failed:
            return journal_failed
        return refused

    def write_if_due(self) -> None:
        """Write the counts once RECORD_EVERY_MS have passed since the first of them."""
        if self._seen and self._clock.diff(self._clock.ms(), self._begun_ms) >= RECORD_EVERY_MS:
            self.write()

    def write(self) -> None:
        """Write the counts now: a time-lapse has ended, or it is time."""
        for trigger, reason in sorted(self._seen):
            more = self._seen[(trigger, reason)] - SINGLY
            if more > 0:
                try:
                    self._journal.append("refusal", reason=reason, trigger=trigger, count=more)
                except Refused:
                    self._begun_ms = self._clock.ms()  # what is left stays counted; each attempt wears the flash
                    return
            del self._seen[(trigger, reason)]

    def _counted(self, reason: str, trigger: str) -> bool:
        """Count one more; True where it needs no record of its own."""
        if not self._seen:
            self._begun_ms = self._clock.ms()
        key = (trigger, reason)
        self._seen[key] = self._seen.get(key, 0) + 1
        return self._seen[key] > SINGLY
