"""Promise 3 on the glasses: whatever is done to the record is found and named; a power cut loses at most a line."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plainsight import files
from plainsight.errors import Refused
from plainsight.journal import KINDS, Journal

from tests.unit.firmware_capture.cuts import Power, PowerCut

ANCHOR = bytes(range(32))
NOW_S = 1_800_000_000


def journal(folder: Path, *, anchor: bytes = ANCHOR) -> Journal:
    return Journal(str(folder), lambda: NOW_S, anchor)


def opened(folder: Path, verdict: str) -> Journal:
    book = journal(folder)
    assert book.open() == verdict
    return book


def filled(folder: Path, count: int) -> Journal:
    book = opened(folder, "new")
    for number in range(count):
        book.append("boot", number=number)
    return book


def chain(lines: list[str], anchor: bytes = ANCHOR) -> bytes:
    """The head as a verifier computes it, from the text as received."""
    head = hashlib.sha256(b"plainsight-journal-v1" + anchor).digest()
    for line in lines:
        head = hashlib.sha256(head + line.encode()).digest()
    return head


def everything(book: Journal) -> list[str]:
    lines, more = book.lines(0, 1_000_000)
    assert not more
    return lines


def edit(folder: Path, change: dict[int, bytes | None] | None = None, *, order: list[int] | None = None) -> None:
    """Rewrite the first segment: replace or drop lines by number, or put them into another order."""
    path = folder / "00000000.log"
    lines = path.read_bytes().splitlines(keepends=True)
    for number, line in (change or {}).items():
        lines[number] = b"" if line is None else line
    path.write_bytes(b"".join(lines[number] for number in order or range(len(lines))))


def test_a_line_is_what_a_verifier_expects(tmp_path: Path) -> None:
    book = opened(tmp_path, "new")
    book.append("refusal", reason="busy", trigger="button", detail={})
    book.append("boot", journal="ok")
    lines = everything(book)
    assert json.loads(lines[0]) == [0, NOW_S, "refusal", {"reason": "busy", "trigger": "button", "detail": {}}]
    assert json.loads(lines[1])[0] == 1
    assert (book.count, book.head) == (2, chain(lines))


def test_an_empty_journal_is_chained_to_its_device(tmp_path: Path) -> None:
    assert opened(tmp_path / "a", "new").head == chain([])
    other = journal(tmp_path / "b", anchor=bytes(32))
    other.open()
    assert other.head == chain([], bytes(32)) != chain([])


def test_another_device_does_not_take_the_record_over(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    (tmp_path / "head").unlink()
    assert journal(tmp_path, anchor=bytes(32)).open() != "ok"


def test_only_known_kinds_and_bounded_lines(tmp_path: Path) -> None:
    book = opened(tmp_path, "new")
    for kind in KINDS:
        book.append(kind)
    with pytest.raises(ValueError, match="gossip"):
        book.append("gossip")
    with pytest.raises(ValueError, match="boot"):
        book.append("boot", text="x" * 1100)
    assert book.count == len(KINDS) == len(everything(opened(tmp_path, "ok")))


@pytest.mark.parametrize("count", [1, 255, 256, 257, 600])
def test_what_was_written_is_there_after_a_restart(tmp_path: Path, count: int) -> None:
    before = filled(tmp_path, count)
    after = opened(tmp_path, "ok")
    assert (after.count, after.head) == (before.count, before.head) == (count, chain(everything(after)))
    assert len(everything(after)) == count
    after.append("boot")
    assert opened(tmp_path, "ok").count == count + 1


@pytest.mark.parametrize(("first", "limit"), [(0, 16), (250, 16), (255, 1), (256, 1), (590, 16), (600, 4), (584, 16)])
def test_pages(tmp_path: Path, first: int, limit: int) -> None:
    book = filled(tmp_path, 600)
    lines, more = book.lines(first, limit)
    assert [json.loads(line)[0] for line in lines] == list(range(first, min(600, first + limit)))
    assert more == (first + limit < 600)


def test_an_edited_line(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    line = json.dumps([2, NOW_S, "boot", {"number": 7}], separators=(",", ":")).encode() + b"\n"
    edit(tmp_path, {2: line})
    opened(tmp_path, "edited")


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"[2]", b"{}", b'["2",0,"boot",{}]', b"\xff\xfe", b"[-1,0,0,0]", b"{[]:1}"),
        *(b"[" * 1000, b"x" * 5000, b'[2,0,"\xff",{}]'),
    ],
)
def test_a_line_that_is_none(tmp_path: Path, line: bytes) -> None:
    filled(tmp_path, 5)
    edit(tmp_path, {2: line + b"\n"})
    opened(tmp_path, "edited")


def test_the_last_line_edited(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    edit(tmp_path, {4: b'[4,0,"boot",{}]\n'})
    opened(tmp_path, "edited")


@pytest.mark.parametrize("number", range(4))
def test_a_removed_line(tmp_path: Path, number: int) -> None:
    filled(tmp_path, 5)
    edit(tmp_path, {number: None})
    opened(tmp_path, "removed")


@pytest.mark.parametrize("order", [[0, 2, 1, 3, 4], [1, 0, 2, 3, 4], [0, 1, 2, 4, 3], [4, 3, 2, 1, 0]])
def test_another_order(tmp_path: Path, order: list[int]) -> None:
    filled(tmp_path, 5)
    edit(tmp_path, order=order)
    opened(tmp_path, "reordered")


def test_a_line_that_stands_twice(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    edit(tmp_path, order=[0, 1, 1, 2, 3, 4])
    opened(tmp_path, "reordered")


@pytest.mark.parametrize("kept", range(5))
def test_a_tail_cut_off(tmp_path: Path, kept: int) -> None:
    filled(tmp_path, 5)
    edit(tmp_path, order=list(range(kept)) or None, change=None if kept else {n: None for n in range(5)})
    opened(tmp_path, "truncated")


def test_a_tail_cut_off_within_a_line(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    path = tmp_path / "00000000.log"
    path.write_bytes(path.read_bytes()[:-4])
    opened(tmp_path, "truncated")


def test_a_line_without_its_end_is_no_line(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    path = tmp_path / "00000000.log"
    path.write_bytes(path.read_bytes()[:-1])
    book = opened(tmp_path, "truncated")
    assert [json.loads(line)[0] for line in everything(book)] == [0, 1, 2, 3]


def test_half_a_line_within_the_chain(tmp_path: Path) -> None:
    filled(tmp_path, 300)
    with (tmp_path / "00000000.log").open("ab") as file:
        file.write(b"[")
    opened(tmp_path, "edited")


def test_a_lost_segment(tmp_path: Path) -> None:
    filled(tmp_path, 600)
    (tmp_path / "00000256.log").unlink()
    opened(tmp_path, "removed")


def test_the_last_segment_lost(tmp_path: Path) -> None:
    filled(tmp_path, 600)
    (tmp_path / "00000576.log").unlink()
    opened(tmp_path, "truncated")


def test_a_segment_under_another_name(tmp_path: Path) -> None:
    filled(tmp_path, 300)
    (tmp_path / "00000256.log").rename(tmp_path / "00000255.log")
    opened(tmp_path, "reordered")


def test_names_that_are_no_segments_are_ignored(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    (tmp_path / "notes.log").write_text("x")
    (tmp_path / "readme").write_text("x")
    opened(tmp_path, "ok")


def test_the_second_file_put_back(tmp_path: Path) -> None:
    book = filled(tmp_path, 3)
    old = (tmp_path / "head").read_bytes()
    for _ in range(2):
        book.append("boot")
    (tmp_path / "head").write_bytes(old)
    opened(tmp_path, "rolled_back")


@pytest.mark.parametrize(
    "content",
    [
        *(None, b"", b"[]", b"{", b'{"count":"x"}', b'{"count":1}', b'{"count":7,"base":3}', b"\xff"),
        b'{"count":3,"head":"00","base":0,"base_head":"00","first":0}',
        b'{"count":-1,"head":"%s","base":0,"base_head":"%s","first":0}' % (b"00" * 32, b"00" * 32),
        b'{"count":99999999999,"head":"%s","base":0,"base_head":"%s","first":0}' % (b"00" * 32, b"00" * 32),
        b"[" * 3000,
        b" " * 100_000,
    ],
)
def test_the_second_file_gone_or_spoilt(tmp_path: Path, content: bytes | None) -> None:
    filled(tmp_path, 3)
    if content is None:
        (tmp_path / "head").unlink()
    else:
        (tmp_path / "head").write_bytes(content)
    book = opened(tmp_path, "rolled_back")
    assert (book.count, book.head) == (3, chain(everything(book))), "what is left is gone on from"
    book.append("boot")
    assert opened(tmp_path, "ok").count == 4


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"count":99}', b'{"count":"x","head":"00"}', b'{"head":"zz"}'])
def test_a_countersignature_that_is_none(tmp_path: Path, content: bytes) -> None:
    filled(tmp_path, 3)
    (tmp_path / "countersigned").write_bytes(content)
    book = opened(tmp_path, "ok")
    assert book.countersigned == 0
    book.countersign(3, book.head, bytes(32))


def test_everything_put_back_but_the_countersignature(tmp_path: Path) -> None:
    book = filled(tmp_path / "now", 3)
    shutil.copytree(tmp_path / "now", tmp_path / "old")
    book.append("boot")
    book.countersign(4, book.head, bytes(32))
    shutil.copy(tmp_path / "now" / "countersigned", tmp_path / "old")
    opened(tmp_path / "old", "rolled_back")


def test_a_record_written_anew_under_a_countersignature(tmp_path: Path) -> None:
    book = filled(tmp_path / "true", 3)
    book.countersign(3, book.head, bytes(32))
    forged = opened(tmp_path / "forged", "new")
    for number in range(4):
        forged.append("boot", number=number + 10)
    shutil.copy(tmp_path / "true" / "countersigned", tmp_path / "forged")
    opened(tmp_path / "forged", "edited")


def test_lines_and_second_file_gone_under_a_countersignature(tmp_path: Path) -> None:
    book = filled(tmp_path, 3)
    book.countersign(3, book.head, bytes(32))
    (tmp_path / "00000000.log").unlink()
    (tmp_path / "head").unlink()
    opened(tmp_path, "rolled_back")


@pytest.mark.parametrize("damage", ["edited", "removed", "truncated"])
def test_the_record_goes_on_after_damage(tmp_path: Path, damage: str) -> None:
    before = filled(tmp_path, 300)
    before.countersign(300, before.head, bytes(32))
    if damage == "truncated":
        (tmp_path / "00000256.log").unlink()
    else:
        edit(tmp_path, {2: None if damage == "removed" else b'[2,0,"boot",{}]\n'})
    book = opened(tmp_path, damage)
    assert book.count >= before.count
    assert book.head == before.head, "a phone that saw the old head can go on from it"
    assert len(everything(book)) > 250, "what is left stays readable"
    assert opened(tmp_path, "ok").count == book.count, "named once, then known"
    book.append("boot", journal=damage)
    later = opened(tmp_path, "ok")
    assert later.count == book.count == before.count + 1
    assert later.head == hashlib.sha256(before.head + everything(later)[-1].encode()).digest()
    later.countersign(later.count, later.head, bytes(32))
    opened(tmp_path, "ok")


def test_after_damage_the_new_lines_are_guarded_too(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    edit(tmp_path, {2: None})
    book = opened(tmp_path, "removed")
    for _ in range(4):
        book.append("boot")
    path = tmp_path / "00000005.log"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    opened(tmp_path, "truncated")


def test_countersigning(tmp_path: Path) -> None:
    book = filled(tmp_path, 5)
    heads = [chain(everything(book)[:count]) for count in range(6)]
    for count, head in [(5, heads[4]), (4, heads[5]), (6, heads[5]), (9, heads[5]), (5, bytes(32))]:
        with pytest.raises(Refused) as caught:
            book.countersign(count, head, bytes(32))
        assert caught.value.code == "bad_request"
    assert (book.count, book.countersigned) == (5, 0)
    assert not (tmp_path / "countersigned").exists()
    book.countersign(4, heads[4], b"\x01" * 32)
    assert book.countersigned == 4
    stored = json.loads((tmp_path / "countersigned").read_text())
    assert stored == {"count": 4, "head": heads[4].hex(), "mac": "01" * 32}
    assert json.loads(everything(book)[-1])[2:] == ["countersign", {"count": 4}]
    with pytest.raises(Refused):
        book.countersign(3, heads[3], bytes(32))
    again = opened(tmp_path, "ok")
    assert again.countersigned == 4
    again.countersign(again.count, again.head, bytes(32))


def test_the_head_at_any_count(tmp_path: Path) -> None:
    book = filled(tmp_path, 300)
    lines = everything(book)
    for count in (0, 1, 255, 256, 257, 299, 300):
        assert book.head_at(count) == chain(lines[:count])
    assert book.head_at(301) is None


@pytest.mark.parametrize("before", [0, 3, 255, 256])
def test_power_cut_at_every_operation_of_an_append(tmp_path: Path, power: Power, before: int) -> None:
    for operation in itertools.count(1):
        folder = tmp_path / str(operation)
        book = filled(folder, before)
        power.cut(operation)
        try:
            book.append("boot", last=True)
        except PowerCut:
            power.cut(None)
            after = journal(folder)
            assert after.open() in ("ok", "recovered")
            assert after.count in (before, before + 1)
            assert after.head == chain(everything(after))
            after.append("boot", next=True)
            assert opened(folder, "ok").count == after.count
        else:
            break
    assert operation > 2


def test_a_segment_is_mended_once(tmp_path: Path, power: Power) -> None:
    book = filled(tmp_path, 3)
    with (tmp_path / "00000000.log").open("ab") as file:
        file.write(b"[3")
    book = opened(tmp_path, "recovered")
    operations: list[int] = []
    for _ in range(2):
        power.cut(None)
        book.append("boot")
        operations.append(power.operations)
    assert operations == [7, 3], "head, then mend: flush and rename each; line: flush; head: flush and rename"


@pytest.mark.parametrize("torn", [1, 5, 20])
def test_half_a_line_is_dropped_before_the_next_one(tmp_path: Path, torn: int) -> None:
    book = filled(tmp_path, 3)
    with (tmp_path / "00000000.log").open("ab") as file:
        file.write(b'[3,1800000000,"boot",{}]'[:torn])
    after = opened(tmp_path, "recovered")
    assert (after.count, after.head) == (3, book.head)
    after.append("boot")
    assert opened(tmp_path, "ok").count == 4


def test_a_whole_line_without_its_head_is_taken_in(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    with (tmp_path / "00000000.log").open("ab") as file:
        file.write(b'[3,1800000000,"boot",{}]\n')
    after = opened(tmp_path, "recovered")
    assert after.count == 4
    assert opened(tmp_path, "ok").count == 4


def test_two_lines_without_their_heads_are_not(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    with (tmp_path / "00000000.log").open("ab") as file:
        file.write(b'[3,1800000000,"boot",{}]\n[4,1800000000,"boot",{}]\n')
    opened(tmp_path, "rolled_back")


def test_a_failing_medium_refuses_and_changes_nothing(tmp_path: Path, power: Power) -> None:
    for operation in itertools.count(1):
        folder = tmp_path / str(operation)
        book = filled(folder, 3)
        head = book.head
        power.failing = OSError(28, "full")
        power.cut(operation)
        try:
            book.append("boot")
        except Refused as refused:
            power.cut(None)
            told = (refused.code, refused.detail)
            assert told == ("journal_failed", {"errno": 28})
            assert (book.count, book.head) == (3, head)
            book.append("boot", again=True)
            assert (book.count, book.head) == (4, chain(everything(book)))
            assert opened(folder, "ok").head == book.head
        else:
            break
    assert operation > 2


def test_a_failing_medium_at_countersigning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: str, data: bytes) -> None:
        raise OSError(28, "full")

    book = filled(tmp_path, 3)
    monkeypatch.setattr(files, "write_atomic", fail)
    with pytest.raises(Refused) as caught:
        book.countersign(3, book.head, bytes(32))
    assert caught.value.code == "journal_failed"
    assert book.countersigned == 0


@given(
    position=st.integers(0, 2000),
    change=st.sampled_from(["flip", "drop", "insert", "cut"]),
    byte=st.integers(0, 255),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_change_of_the_file_goes_unseen(
    tmp_path_factory: pytest.TempPathFactory, position: int, change: str, byte: int
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    filled(folder, 8)
    path = folder / "00000000.log"
    old = path.read_bytes()
    at = position % len(old)
    new = {
        "flip": old[:at] + bytes((byte,)) + old[at + 1 :],
        "drop": old[:at] + old[at + 1 :],
        "insert": old[:at] + bytes((byte,)) + old[at:],
        "cut": old[:at],
    }[change]
    path.write_bytes(new)
    verdict = journal(folder).open()
    if new == old:
        assert verdict == "ok"
    else:
        assert verdict in ("edited", "removed", "reordered", "truncated")
