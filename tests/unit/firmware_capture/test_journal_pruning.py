"""Promise 3 in bounded room: what the phone countersigned is pruned, recorded first; the chain goes on behind it."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import shutil
from pathlib import Path

import pytest
from plainsight import compat, files, journal_check
from plainsight.chain import notes
from plainsight.chain.audit import audit
from plainsight.chain.segments import SEGMENT_LINES
from plainsight.errors import Refused
from plainsight.journal import Journal

from tests.unit.firmware_capture.cuts import Power, PowerCut
from tests.unit.firmware_capture.test_journal import chain, everything, filled, opened

MAC = bytes(32)
FULL = OSError(28, "full")
BOUND_LINES = 33 * SEGMENT_LINES  # after a countersignature never more, plus the segment that is being written


def signed(book: Journal) -> None:
    book.countersign(book.count, book.head, MAC)


def numbers(book: Journal) -> list[int]:
    return [json.loads(line)[0] for line in everything(book)]


def prunes(book: Journal) -> list[dict[str, object]]:
    return [json.loads(line)[3] for line in everything(book) if json.loads(line)[2] == "prune"]


@pytest.fixture(scope="module")
def long_past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2200 lines of which none is countersigned; not to be changed."""
    return filled_quickly(tmp_path_factory.mktemp("past") / "journal", 2200)


@pytest.fixture
def past(long_past: Path, tmp_path: Path) -> Path:
    """The same for one test alone."""
    return Path(shutil.copytree(long_past, tmp_path / "journal"))


def filled_quickly(folder: Path, count: int) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compat, "flush", lambda file: file.flush())
        filled(folder, count)
    return folder


def test_nothing_that_is_not_countersigned_is_pruned(past: Path) -> None:
    book = opened(past, "ok")
    book.prune()
    assert (book.first, len(numbers(book))) == (0, 2200)


def test_a_countersignature_prunes_whole_segments_and_says_so_first(past: Path) -> None:
    book = opened(past, "ok")
    lines = everything(book)
    signed(book)
    assert book.first > 0
    assert book.first % SEGMENT_LINES == 0
    assert book.first_head == chain(lines[: book.first])
    assert prunes(book) == [{"first": book.first, "head": book.first_head.hex()}]
    assert numbers(book) == list(range(book.first, book.count))
    assert len(numbers(book)) <= BOUND_LINES
    assert sorted(path.name for path in past.glob("*.log"))[0] == f"{book.first:08d}.log"
    again = opened(past, "ok")
    assert (again.first, again.first_head, again.count, again.head) == (
        *(book.first, book.first_head),
        *(book.count, book.head),
    )
    again.append("boot")
    assert opened(past, "ok").count == book.count + 1


def test_a_segment_that_is_countersigned_in_part_stays(past: Path) -> None:
    book = opened(past, "ok")
    heads = chain(everything(book)[:100])
    book.countersign(100, heads, MAC)
    assert book.first == 0 or book.first <= 64
    assert numbers(book)[0] <= 64


def test_the_journal_stays_bounded_and_starts_quickly_however_long_it_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compat, "flush", lambda file: file.flush())
    book = opened(tmp_path, "new")
    for number in range(12_000):
        book.append("boot", number=number)
        if number % 500 == 499:
            signed(book)
            assert book.count - numbers(book)[0] <= BOUND_LINES + SEGMENT_LINES
    assert len(list(tmp_path.glob("*.log"))) <= 33
    read = count_lines(monkeypatch)
    opened(tmp_path, "ok")
    assert read[0] <= 9 * SEGMENT_LINES


def count_lines(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many lines are parsed from now on, in the one element."""
    counted = [0]
    really = journal_check.read_line

    def counting(line: bytes) -> int | None:
        counted[0] += 1
        return really(line)

    monkeypatch.setattr(journal_check, "read_line", counting)
    monkeypatch.setattr("plainsight.chain.segments.read_line", counting)
    return counted


def test_no_question_reads_more_than_two_segments(past: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = opened(past, "ok")
    lines = everything(book)
    read = count_lines(monkeypatch)
    for count in (0, 1, 63, 64, 65, 1000, 2199, 2200):
        read[0] = 0
        assert book.head_at(count) == chain(lines[:count])
        assert read[0] <= SEGMENT_LINES
        read[0] = 0
        assert book.lines(count, 16)[0] == lines[count : count + 16]
        assert read[0] <= 17


def test_a_lost_index_costs_one_walk_and_no_more(past: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (past / "index").unlink()
    read = count_lines(monkeypatch)
    book = opened(past, "ok")
    assert read[0] >= 2200
    assert book.head_at(100) == chain(everything(book)[:100])
    read[0] = 0
    opened(past, "ok")
    assert read[0] <= 9 * SEGMENT_LINES


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"heads":[1]}', b'{"heads":{"x":"00"}}', b'{"heads":{"64":5}}']
)
def test_an_index_that_is_none_is_made_again(past: Path, content: bytes) -> None:
    (past / "index").write_bytes(content)
    book = opened(past, "ok")
    assert notes.read_index(str(past / "index")) == {
        start: chain(everything(book)[:start]) for start in range(0, 2200, SEGMENT_LINES)
    }


def test_an_index_that_lies_is_found_out_and_made_again(past: Path) -> None:
    heads = notes.read_index(str(past / "index"))
    newest = sorted(heads)[-8]
    heads[newest] = bytes(32)
    notes.write_index(str(past / "index"), heads)
    book = opened(past, "ok")
    assert book.head_at(newest) == chain(everything(book)[:newest])


def test_a_segment_that_the_index_knows_and_nobody_finds_is_missed(past: Path) -> None:
    (past / "00000128.log").unlink()
    opened(past, "removed")


def edit_old_line(folder: Path) -> None:
    path = folder / "00000064.log"
    path.write_bytes(path.read_bytes().replace(b'"number":70', b'"number":71', 1))


async def no_pause() -> None:
    await asyncio.sleep(0)


async def test_an_edit_too_old_for_the_start_is_found_by_the_audit_and_named_once(past: Path) -> None:
    edit_old_line(past)
    book = opened(past, "ok")
    head, count = book.head, book.count
    assert await audit(book, no_pause) == 64
    assert json.loads(everything(book)[-1])[2:] == ["damage", {"file": "journal", "what": "edited", "first": 64}]
    assert (book.first, book.first_head) == (count, head)
    again = opened(past, "ok")
    assert await audit(again, no_pause) is None
    assert again.count == count + 1


async def test_an_audit_of_a_sound_journal_changes_nothing_and_reads_a_little_at_a_time(
    past: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = opened(past, "ok")
    read = count_lines(monkeypatch)
    most = [0]

    async def pause() -> None:
        most[0] = max(most[0], read[0])
        read[0] = 0

    assert await audit(book, pause) is None
    assert 0 < most[0] <= 8
    assert book.count == 2200


async def test_pruning_during_an_audit_is_no_damage(past: Path) -> None:
    book = opened(past, "ok")
    pauses = [0]

    async def pause() -> None:
        pauses[0] += 1
        if pauses[0] == 4:
            signed(book)

    assert await audit(book, pause) is None
    assert book.first > 0
    opened(past, "ok")


async def test_a_segment_lost_while_running_is_damage(past: Path) -> None:
    book = opened(past, "ok")
    (past / "00000064.log").unlink()
    assert await audit(book, no_pause) == 64
    assert json.loads(everything(book)[-1])[3]["what"] == "unreadable"


def test_the_head_file_lost_after_pruning_leaves_the_chain_whole(past: Path) -> None:
    book = opened(past, "ok")
    signed(book)
    (past / "head").unlink()
    after = opened(past, "rolled_back")
    assert (after.count, after.head) == (book.count, book.head)
    assert opened(past, "ok").head == book.head


def test_power_cut_at_every_operation_of_a_pruning_countersignature(past: Path, tmp_path: Path, power: Power) -> None:
    untouched = opened(past, "ok")
    count, head = untouched.count, untouched.head
    lines = everything(untouched)
    for operation in itertools.count(1):
        folder = Path(shutil.copytree(past, tmp_path / str(operation)))
        book = opened(folder, "ok")
        power.cut(operation)
        try:
            book.countersign(count, head, MAC)
        except PowerCut:
            power.cut(None)
            after = Journal(str(folder), lambda: 5, bytes(range(32)))
            assert after.open() in ("ok", "recovered")
            kept = everything(after)
            assert kept[0] == lines[after.first]
            assert after.first_head == chain(lines[: after.first])
            assert kept[: count - after.first] == lines[after.first :]
            expected = after.first_head
            for line in kept:
                expected = hashlib.sha256(expected + line.encode()).digest()
            assert (expected, after.first + len(kept)) == (after.head, after.count)
            if after.first:
                assert prunes(after)[-1]["first"] == after.first
            signed(after)
            assert after.first > 0
            assert len(list(folder.glob("*.log"))) <= 33
            opened(folder, "ok")
        else:
            break
    assert operation > 15


class FullFlash:
    """No write finds room but those of the reserve's size that was given back; a removal makes room."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = 1_000_000
        self._flush, self._remove, self._size = compat.flush, files.remove, files.size
        monkeypatch.setattr(compat, "flush", self._flushed)
        monkeypatch.setattr(files, "remove", self._removed)

    def _flushed(self, file: object) -> None:
        if self.room <= 0:
            raise FULL
        self.room -= 1
        self._flush(file)  # type: ignore[arg-type]

    def _removed(self, path: str) -> bool:
        if path.endswith("/reserve") and self._size(path) is not None:
            self.room += notes.RESERVE_BYTES // 4096 * 16
        return self._remove(path)


def refusal(book: Journal) -> tuple[str, object] | None:
    """What becomes of one more refusal that is to be recorded."""
    try:
        book.append("refusal", reason="storage_full", trigger="button", detail={})
    except Refused as refused:
        return refused.code, refused.detail
    return None


def test_on_a_full_flash_refusals_end_and_deletions_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flash = FullFlash(monkeypatch)
    book = filled(tmp_path, 3)
    flash.room = 40
    answers = [refusal(book) for _ in range(3000)]
    assert answers.count(("journal_failed", {"errno": 28})) > 2900
    assert answers.count(None) > 5
    count = book.count
    for item in range(5):
        book.append("delete", item=item)
    for kind in ("revoke", "settings", "imported", "reset"):
        book.append(kind)
    signed(book)
    assert book.count >= count + 10
    assert opened(tmp_path, "ok").count == book.count
    flash.room = 1_000_000
    for _ in range(8):
        book.append("refusal")
    assert (tmp_path / "reserve").stat().st_size == notes.RESERVE_BYTES, "filled again once there is room"


def test_what_strangers_and_triggers_cause_does_not_eat_the_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flash = FullFlash(monkeypatch)
    book = filled(tmp_path, 3)
    flash.room = 0
    for kind in ("boot", "exposure", "refusal", "mark", "import", "pairing", "pairing_failures", "power", "crash"):
        with pytest.raises(Refused):
            book.append(kind)
    assert (tmp_path / "reserve").exists()


def test_a_full_flash_is_pruned_as_far_as_the_phone_has_signed(past: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = opened(past, "ok")
    flash = FullFlash(monkeypatch)
    flash.room = 0
    signed(book)
    assert len(list(past.glob("*.log"))) <= 2


def test_a_full_flash_at_the_first_start_is_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flash = FullFlash(monkeypatch)
    flash.room = 0
    book = Journal(str(tmp_path), lambda: 5, bytes(range(32)))
    assert book.open() == "new"
    with pytest.raises(Refused):
        book.append("boot")
    flash.room = 1_000_000
    book.append("boot")
    assert opened(tmp_path, "ok").count == 1


def test_a_medium_that_cannot_be_read_is_no_end(past: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = journal_check.Check.some

    def fail(self: journal_check.Check, path: str, offset: int, lines: int) -> int:
        if path.endswith("00002176.log"):
            raise OSError(5, "input/output")
        return really(self, path, offset, lines)

    with monkeypatch.context() as patch:
        patch.setattr(journal_check.Check, "some", fail)
        book = opened(past, "unreadable")
        assert book.count >= 2200
        book.append("boot", journal="unreadable")
    assert opened(past, "ok").count == book.count


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
@pytest.mark.parametrize("before", [3, SEGMENT_LINES])
def test_whatever_breaks_off_a_record_the_next_one_is_sound(
    tmp_path: Path, power: Power, error: type[BaseException], before: int
) -> None:
    """Between line and head, within the line, or right after the head was written."""
    power.failing = error()  # type: ignore[assignment]
    for operation in itertools.count(1):
        folder = tmp_path / str(operation)
        power.cut(None)
        book = filled(folder, before)
        power.cut(operation)
        try:
            book.append("exposure", item=1)
        except error:
            power.cut(None)
            assert book.count == before
            book.append("refusal", reason="busy")
            assert numbers(book) == list(range(before + 1))
            after = opened(folder, "ok")
            assert (after.count, after.head) == (book.count, chain(everything(after)))
        else:
            break
    assert operation > 3


def test_an_interruption_after_the_head_was_written_leaves_no_false_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = filled(tmp_path, 3)
    really = notes.write_head

    def interrupted(path: str, head: notes.Head) -> None:
        really(path, head)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(notes, "write_head", interrupted)
        with pytest.raises(KeyboardInterrupt):
            book.append("exposure", item=1)
    book.append("boot")
    assert numbers(book) == [0, 1, 2, 3]
    assert opened(tmp_path, "ok").head == book.head
