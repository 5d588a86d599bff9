"""The journal against a plain list: whatever is appended, signed, cut and restarted, the two agree on what is kept."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from plainsight import journal as journal_module
from plainsight.chain import notes
from plainsight.journal import Journal

from tests.unit.firmware_capture.cuts import Power, PowerCut
from tests.unit.firmware_capture.test_journal import ANCHOR, chain

_SEGMENT_LINES = 4  # small, so that a short run goes through many segments and prunings
_MOST_SEGMENTS = 4
_KINDS = ("boot", "refusal", "exposure", "delete")


class JournalAndList(RuleBasedStateMachine):
    """`said` is every line that was ever recorded, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        for name, value in (
            ("SEGMENT_LINES", _SEGMENT_LINES),
            ("_MOST_SEGMENTS", _MOST_SEGMENTS),
            ("_PRUNED_TO_SEGMENTS", 2),
            ("_CHECKED_AT_BOOT", 2),
        ):
            self.patch.setattr(journal_module, name, value)
        self.patch.setattr(notes, "RESERVE_BYTES", 16)
        self.patch.setattr("os.fsync", lambda _: None)
        self.power = Power(self.patch)
        self.folder = Path(tempfile.mkdtemp(prefix="plainsight-journal-"))
        self.said: list[str] = []
        self.number = 0

    @initialize()
    def new(self) -> None:
        self.book = self._journal()
        assert self.book.open() == "new"

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.folder)

    def _journal(self) -> Journal:
        return Journal(str(self.folder), lambda: self.number, ANCHOR)

    def _take(self) -> None:
        """Write down what the journal has recorded since it was last looked at."""
        lines, more = self.book.lines(len(self.said), 1000)
        assert not more
        self.said += lines

    @rule(kind=st.sampled_from(_KINDS), times=st.integers(1, 6))
    def append(self, kind: str, times: int) -> None:
        for _ in range(times):
            self.number += 1
            self.book.append(kind, number=self.number)
            self._take()
            assert json.loads(self.said[-1])[2:] == [kind, {"number": self.number}]

    @rule(back=st.integers(0, 12))
    def countersign(self, back: int) -> None:
        count = max(self.book.countersigned, self.book.first, self.book.count - back)
        self.book.countersign(count, chain(self.said[:count]), bytes(32))
        self._take()
        assert self.book.countersigned == count
        unsigned = self.book.count - count
        assert self.book.count - self.book.first <= (_MOST_SEGMENTS + 2) * _SEGMENT_LINES + unsigned

    @rule(back=st.integers(0, 30))
    def ask_for_a_head(self, back: int) -> None:
        count = max(0, self.book.count - back)
        assert self.book.head_at(count) == (chain(self.said[:count]) if count >= self.book.first else None)

    @rule()
    def restart(self) -> None:
        self.book = self._journal()
        assert self.book.open() == "ok"

    @rule(at=st.integers(1, 12), sign=st.booleans())
    def cut(self, at: int, sign: bool) -> None:
        """The power goes before the n-th write of a record or of a countersignature, and comes back."""
        before = len(self.said)
        head = chain(self.said)
        self.power.cut(at)
        try:
            self.book.countersign(before, head, bytes(32)) if sign else self.book.append("boot", cut=at)
        except PowerCut:
            self.power.cut(None)
            self.book = self._journal()
            assert self.book.open() in (("ok", "recovered") if before else ("new", "ok", "recovered"))
        self.power.cut(None)
        self._take()
        assert len(self.said) - before <= (2 if sign else 1)

    @invariant()
    def they_agree(self) -> None:
        if not hasattr(self, "book"):
            return
        book = self.book
        assert (book.count, book.head) == (len(self.said), chain(self.said))
        assert book.lines(0, 1000) == (self.said[book.first :], False)
        assert book.first_head == chain(self.said[: book.first])
        assert book.first <= book.countersigned or book.first == 0


TestJournalAndList = JournalAndList.TestCase
TestJournalAndList.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
