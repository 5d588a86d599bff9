"""Clips that a power cut ended: on record as such, and then items like any other, as far as they go."""

from plainsight.errors import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.journal import Journal
    from plainsight.store import Store


class CutClips:
    """`settle` at boot, and now and then: the card with such a clip may come later, and a long one takes its time."""

    def __init__(self, store: "Store", journal: "Journal", log: "Callable[[str], None]"):
        self._store = store
        self._journal = journal
        self._log = log
        self._given_up = False

    def settle(self) -> None:
        """Record each clip that was begun and never ended, and show what there is of it.

        Where journal or store fail the clip stays as it is, and the next boot tries again.
        """
        if self._given_up:
            return
        try:
            for number in self._store.lost:
                self._journal.append("exposure", item=number, kind="clip", state="cut", kept=False)
                self._store.abandon(number)
            for number in self._store.unfinished:
                if not self._store.cut_is_on_record(number):
                    self._journal.append("exposure", item=number, kind="clip", state="cut", kept=True)
                    self._store.note_cut_on_record(number)
                if not self._store.examine(number):
                    return  # one step at a time
                self._store.adopt(number)
        except Refused as refused:
            self._given_up = True
            self._log("a cut clip waits: %s" % refused.code)
