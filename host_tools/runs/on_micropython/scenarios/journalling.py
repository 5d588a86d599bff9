"""Operations of the journal: append, over a segment's end, countersign, prune."""

from cutting import Scenario
from plainsight.journal import Journal

from scenarios.glasses import ANCHOR, NOW_S, check_chain

_SOUND = ("new", "ok", "recovered")


def opened():
    """The journal as a boot finds it, with its verdict."""
    book = Journal("journal", lambda: NOW_S, ANCHOR)
    book.verdict = book.open()
    return book


class Journalling(Scenario):
    """A journal of `records` records."""

    records = 3

    def prepare(self):
        book = opened()
        for number in range(self.records):
            book.append("mark", trigger="button", number=number)

    def boot(self):
        return opened()

    def judge(self, book):
        if book.verdict not in _SOUND:
            raise AssertionError("after a cut the journal says " + book.verdict)
        check_chain(book)
        return self.sort(book)

    def use(self, book):
        count = book.count
        book.append("mark", trigger="app")
        check_chain(book)
        if book.count != count + 1:
            raise AssertionError("it does not go on")

    def reported(self, book):
        return book.verdict not in _SOUND

    def sort(self, book):
        """By the number of records."""
        if book.count not in (self.records, self.records + 1):
            raise AssertionError("%d records" % book.count)
        return "old" if book.count == self.records else "new"


class Append(Journalling):
    name = "journal: append"

    def act(self, book):
        book.append(
            "exposure", item=7, kind="photo", commit="00" * 32, level="optical", verdict="proven", trigger="app"
        )


class AppendOverTheEdge(Append):
    name = "journal: append, new segment"
    records = 64


class Countersign(Journalling):
    name = "journal: countersign"

    def act(self, book):
        book.countersign(self.records, book.head_at(self.records), bytes(32))

    def sort(self, book):
        if book.countersigned not in (0, self.records) or book.count - self.records not in (0, 1):
            raise AssertionError("countersigned %d of %d" % (book.countersigned, book.count))
        if book.count > self.records and book.countersigned == 0:
            raise AssertionError("a record of a signature that is not there")
        return "new" if book.countersigned else "old"

    def reported(self, book):
        """A note of a signature that is gone counts for nothing: the phone signs again."""
        return super().reported(book) or book.countersigned == 0


class Prune(Journalling):
    """Flash that is nearly full makes the journal drop what was countersigned."""

    name = "journal: prune"
    records = 64 * 34
    blocks = 192

    def act(self, book):
        book.countersign(self.records, book.head, bytes(32))

    def sort(self, book):
        if book.count - self.records not in (0, 1, 2):
            raise AssertionError("%d records" % book.count)
        if book.first and book.count - self.records != 2:
            raise AssertionError("pruned off the record")
        if book.first > book.countersigned:
            raise AssertionError("pruned what was not countersigned")
        return "new" if book.first else "old"

    def judge_flipped(self, book):
        """Only the newest segments are checked at boot; the others while the glasses run."""
        try:
            return super().judge_flipped(book)
        except AssertionError:
            if not book.unchecked():
                raise
            return "left to the audit"


ALL = (Append, AppendOverTheEdge, Countersign, Prune)
