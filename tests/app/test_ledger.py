"""Promise 3 on the phone: what is done to the records is found, by position, and an append that returned is there."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app import files
from companion_app.ledger import Ledger
from companion_app.ledger import head as head_file
from companion_app.ledger import ledger as ledger_module
from companion_app.ledger.errors import LedgerWriteFailed, NotRecordable
from companion_app.ledger.records import GENESIS, MAX_LINE_BYTES, UnreadableLine, make_entry, parse_line
from companion_app.ledger.verdict import Damage, Finding

pytestmark = pytest.mark.promise(3)

Lines = list[bytes]


@pytest.fixture(autouse=True)
def ledger(tmp_path: Path) -> Ledger:
    """Six records."""
    ledger = open_ledger(tmp_path)
    for number in range(6):
        ledger.append("note", number=number)
    return ledger


def open_ledger(folder: Path) -> Ledger:
    return Ledger(folder / "ledger", clock=lambda: 1_800_000_000)


def records(folder: Path) -> Path:
    return folder / "ledger" / "ledger.jsonl"


def head(folder: Path) -> Path:
    return folder / "heads" / "ledger.head"


def change(folder: Path, how: Callable[[Lines], Lines]) -> None:
    *lines, _ = records(folder).read_bytes().split(b"\n")
    records(folder).write_bytes(b"".join(line + b"\n" for line in how(lines)))


def found(ledger: Ledger) -> list[tuple[Damage, int]]:
    """What a ledger that was opened before the files were changed finds in them now."""
    return [(finding.damage, finding.position) for finding in ledger.verify().findings]


def test_an_untouched_ledger_is_intact(ledger: Ledger, tmp_path: Path) -> None:
    verdict = ledger.verify()
    assert verdict.intact
    assert verdict.count == 6
    assert verdict.words() == "All 6 records are in place."
    assert open_ledger(tmp_path).verify().intact
    assert [entry.data["number"] for entry in open_ledger(tmp_path).entries()] == list(range(6))


def test_each_record_is_chained_to_the_one_before(ledger: Ledger, tmp_path: Path) -> None:
    previous = GENESIS
    for number, line in enumerate(records(tmp_path).read_bytes().splitlines()):
        core, stated = line[:-68], line[-66:-2].decode()
        assert hashlib.sha256(core).hexdigest() == stated
        assert json.loads(line)[0] == number
        assert json.loads(line)[4] == previous
        previous = stated
    assert json.loads(head(tmp_path).read_bytes()) == {"count": 6, "hash": previous}


@pytest.mark.parametrize("position", range(6))
def test_an_edit_is_found(ledger: Ledger, tmp_path: Path, position: int) -> None:
    def edit(lines: Lines) -> Lines:
        lines[position] = lines[position].replace(b'"number":', b'"Number":')
        return lines

    change(tmp_path, edit)
    assert found(ledger) == [(Damage.EDITED, position)]


@pytest.mark.parametrize("position", range(6))
def test_an_edit_with_a_fitting_hash_is_found(ledger: Ledger, tmp_path: Path, position: int) -> None:
    def forge(lines: Lines) -> Lines:
        old, _ = parse_line(lines[position])
        lines[position] = make_entry(old.seq, old.time_s, "forged", {}, old.previous)[1]
        return lines

    change(tmp_path, forge)
    assert found(ledger) == [(Damage.REPLACED, position)]


@pytest.mark.parametrize("position", range(6))
def test_a_rewritten_rest_is_found_by_the_head(ledger: Ledger, tmp_path: Path, position: int) -> None:
    def rewrite(lines: Lines) -> Lines:
        previous = parse_line(lines[position])[0].previous
        for number in range(position, len(lines)):
            entry, lines[number] = make_entry(number, 1_800_000_000, "forged", {}, previous)
            previous = entry.hash
        return lines

    change(tmp_path, rewrite)
    assert found(ledger) == [(Damage.REPLACED, 5)]


@pytest.mark.parametrize("position", range(5))
def test_a_removed_record_is_found(ledger: Ledger, tmp_path: Path, position: int) -> None:
    change(tmp_path, lambda lines: lines[:position] + lines[position + 1 :])
    assert found(ledger) == [(Damage.REMOVED, position)]


def test_a_removed_run_is_named_by_its_first(ledger: Ledger, tmp_path: Path) -> None:
    change(tmp_path, lambda lines: lines[:1] + lines[4:])
    assert found(ledger) == [(Damage.REMOVED, 1)]


@pytest.mark.parametrize("kept", range(6))
def test_a_cut_off_tail_is_found(ledger: Ledger, tmp_path: Path, kept: int) -> None:
    change(tmp_path, lambda lines: lines[:kept])
    assert found(ledger) == [(Damage.CUT_OFF, kept)]


def test_the_whole_file_gone_is_a_cut_off_tail(ledger: Ledger, tmp_path: Path) -> None:
    records(tmp_path).unlink()
    assert found(ledger) == [(Damage.CUT_OFF, 0)]


@pytest.mark.parametrize("position", range(5))
def test_two_records_exchanged_are_found(ledger: Ledger, tmp_path: Path, position: int) -> None:
    def swap(lines: Lines) -> Lines:
        lines[position], lines[position + 1] = lines[position + 1], lines[position]
        return lines

    change(tmp_path, swap)
    assert (Damage.REORDERED, position) in found(ledger)


def test_a_record_that_stands_twice_is_found(ledger: Ledger, tmp_path: Path) -> None:
    change(tmp_path, lambda lines: lines[:3] + lines[2:])
    assert found(ledger) == [(Damage.DUPLICATED, 2)]


def test_a_line_that_is_no_record_is_found(ledger: Ledger, tmp_path: Path) -> None:
    change(tmp_path, lambda lines: [*lines[:3], b"nonsense", *lines[4:]])
    assert found(ledger) == [(Damage.UNREADABLE, 3)]


def test_a_torn_tail_is_found_while_it_stands(ledger: Ledger, tmp_path: Path) -> None:
    with records(tmp_path).open("ab") as file:
        file.write(b"[6,")
    assert found(ledger) == [(Damage.UNREADABLE, 6)]


def test_an_older_copy_of_the_records_is_found(tmp_path: Path, ledger: Ledger) -> None:
    older = records(tmp_path).read_bytes()
    ledger.append("later")
    records(tmp_path).write_bytes(older)
    assert found(ledger) == [(Damage.CUT_OFF, 6)]
    assert "an older copy was put back" in ledger.verify().words()


def test_an_older_head_is_found(tmp_path: Path, ledger: Ledger) -> None:
    older = head(tmp_path).read_bytes()
    ledger.append("later")
    ledger.append("last")
    head(tmp_path).write_bytes(older)
    assert found(ledger) == [(Damage.HEAD_BEHIND, 6)]


@pytest.mark.parametrize(
    "content", [None, b"", b"{}", b"[]", b'{"count":6}', b'{"count":-1,"hash":"%s"}' % (b"a" * 64)]
)
def test_a_missing_or_unreadable_head_is_found(ledger: Ledger, tmp_path: Path, content: bytes | None) -> None:
    head(tmp_path).unlink() if content is None else head(tmp_path).write_bytes(content)
    assert found(ledger) == [(Damage.HEAD_MISSING, 0)]


def test_a_chain_that_does_not_begin_at_the_beginning_is_found(ledger: Ledger, tmp_path: Path) -> None:
    entry, line = make_entry(0, 1, "note", {}, "0" * 64)
    records(tmp_path).write_bytes(line + b"\n")
    head(tmp_path).write_text(json.dumps({"count": 1, "hash": entry.hash}))
    assert found(ledger) == [(Damage.REPLACED, 0)]


def test_damage_found_at_opening_is_recorded_and_stays(tmp_path: Path) -> None:
    change(tmp_path, lambda lines: lines[:4])
    reopened = open_ledger(tmp_path)
    assert reopened.entries()[-1].kind == "damage"
    assert reopened.entries()[-1].data == {"findings": [["CUT_OFF", 4]]}
    reopened.append("later")
    again = open_ledger(tmp_path)
    verdict = again.verify()
    assert not verdict.intact
    assert verdict.findings == ()
    assert verdict.recorded == (Finding(Damage.CUT_OFF, 4),)
    assert "Record 4 and all after it were cut off" in verdict.words()
    assert [entry.kind for entry in again.entries()].count("damage") == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"findings": None},
        {"findings": [7]},
        {"findings": [["FLOWN", 0]]},
        {"findings": [[[], 0]]},
        {"findings": [["EDITED", "x"]]},
    ],
)
def test_a_forged_record_of_damage_is_found_and_stops_nothing(tmp_path: Path, data: dict[str, object]) -> None:
    def forge(lines: Lines) -> Lines:
        last, _ = parse_line(lines[-1])
        return [*lines, make_entry(6, last.time_s, "damage", data, last.hash)[1], b"nonsense"]

    change(tmp_path, forge)
    assert open_ledger(tmp_path).verify().recorded == (Finding(Damage.HEAD_BEHIND, 6), Finding(Damage.UNREADABLE, 7))


def test_an_edited_record_is_not_believed_and_not_reported_twice(tmp_path: Path) -> None:
    change(tmp_path, lambda lines: [*lines[:2], lines[2].replace(b'"number":2', b'"number":9'), *lines[3:]])
    reopened = open_ledger(tmp_path)
    assert [entry.seq for entry in reopened.entries()] == [0, 1, 3, 4, 5, 6]
    again = open_ledger(tmp_path)
    assert [entry.kind for entry in again.entries()].count("damage") == 1
    assert again.verify().findings == (Finding(Damage.EDITED, 2),)


def test_growing_after_an_edited_last_record_keeps_the_chain(tmp_path: Path) -> None:
    change(tmp_path, lambda lines: [*lines[:5], lines[5].replace(b'"number":5', b'"number":9')])
    assert open_ledger(tmp_path).verify().findings == (Finding(Damage.EDITED, 5),)


def test_growing_after_an_unreadable_last_record_keeps_the_numbers(tmp_path: Path) -> None:
    change(tmp_path, lambda lines: [*lines[:5], b"nonsense"])
    reopened = open_ledger(tmp_path)
    assert reopened.entries()[-1].seq == 6
    assert reopened.verify().findings == (Finding(Damage.UNREADABLE, 5),)


@pytest.mark.parametrize("torn", [b"[6,", b"\x00" * 10, b'[6,1800000000,"note",{}'])
def test_a_torn_tail_is_dropped_and_said(tmp_path: Path, torn: bytes) -> None:
    with records(tmp_path).open("ab") as file:
        file.write(torn)
    reopened = open_ledger(tmp_path)
    assert reopened.entries()[-1].kind == "recovered"
    assert reopened.entries()[-1].data == {"dropped_bytes": len(torn)}
    assert reopened.verify().intact
    assert [entry.seq for entry in reopened.entries()] == list(range(7))


def test_a_newline_taken_from_a_recorded_line_is_no_torn_tail(tmp_path: Path) -> None:
    records(tmp_path).write_bytes(records(tmp_path).read_bytes()[:-1])
    reopened = open_ledger(tmp_path)
    assert (Damage.CUT_OFF, 5) in [(one.damage, one.position) for one in reopened.verify().recorded]


def test_a_crash_between_line_and_head_is_recovered(tmp_path: Path, ledger: Ledger) -> None:
    older = head(tmp_path).read_bytes()
    ledger.append("last")
    head(tmp_path).write_bytes(older)
    reopened = open_ledger(tmp_path)
    assert reopened.verify().intact
    assert reopened.entries()[-1].kind == "last"


def test_a_crash_after_the_very_first_line_is_recovered(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    open_ledger(folder).append("first")
    head(folder).unlink()
    assert open_ledger(folder).verify().intact


def test_a_forged_record_beyond_the_head_is_no_unfinished_append(tmp_path: Path) -> None:
    change(tmp_path, lambda lines: [*lines, make_entry(6, 1, "forged", {}, GENESIS)[1]])
    assert not open_ledger(tmp_path).verify().intact


def test_line_and_head_are_flushed_before_append_returns(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each flush the content must already be there: first the line, then the head."""
    flushed: list[tuple[int, int]] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        name = os.readlink(f"/proc/self/fd/{handle}")
        lines = records(tmp_path).read_bytes().count(b"\n")
        if name.endswith("ledger.jsonl"):
            flushed.append((lines, -1))
        elif "ledger.head" in name:
            flushed.append((lines, json.loads(Path(name).read_bytes())["count"]))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    ledger.append("last")
    assert flushed == [(7, -1), (7, 7)]


def test_the_first_record_makes_the_file_itself_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    monkeypatch.setattr(ledger_module, "sync_folder", lambda folder: flushed.append(folder.name))
    ledger = open_ledger(tmp_path / "new")
    ledger.append("first")
    ledger.append("second")
    assert flushed == ["ledger"]


@pytest.mark.parametrize("place", ["line", "flush", "head"])
def test_a_failed_write_records_nothing(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    before = records(tmp_path).read_bytes(), head(tmp_path).read_bytes()
    seen: list[object] = []
    ledger.observe(seen.append)

    def write_half(handle: int, data: bytes) -> None:
        os.write(handle, data[:10])
        raise OSError(errno.ENOSPC, "full")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        if place == "line":
            broken.setattr(ledger_module, "write_all", write_half)
        elif place == "flush":
            broken.setattr(os, "fsync", fail)
        else:
            broken.setattr(ledger_module, "write_head", fail)
        with pytest.raises(LedgerWriteFailed) as raised:
            ledger.append("lost")
    assert (raised.value.kind, raised.value.errno) == ("lost", errno.ENOSPC)
    assert (records(tmp_path).read_bytes(), head(tmp_path).read_bytes()) == before
    assert len(ledger.entries()) == 6
    assert seen == []
    ledger.append("after")
    assert ledger.verify().intact


def test_a_folder_that_cannot_be_written_is_said(ledger: Ledger, tmp_path: Path) -> None:
    records(tmp_path).unlink()
    records(tmp_path).mkdir()
    with pytest.raises(LedgerWriteFailed):
        ledger.append("lost")


def test_observers_hear_of_records_that_are_durable(ledger: Ledger, tmp_path: Path) -> None:
    heard: list[int] = []
    end = ledger.observe(lambda entry: heard.append(records(tmp_path).read_bytes().count(b"\n")))
    ledger.append("one")
    end()
    end()
    ledger.append("two")
    assert heard == [7]


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("", {}, "bad_kind"),
        ("k" * 41, {}, "bad_kind"),
        ("note", {"x": b"bytes"}, "not_json"),
        ("note", {"x": float("nan")}, "not_json"),
        ("note", {"x": "a" * MAX_LINE_BYTES}, "too_long"),
    ],
)
def test_what_cannot_be_recorded_is_refused(ledger: Ledger, kind: str, data: dict[str, object], reason: str) -> None:
    with pytest.raises(NotRecordable) as raised:
        ledger.append(kind, **data)
    assert raised.value.reason == reason
    assert ledger.verify().intact


def test_files_are_private(ledger: Ledger, tmp_path: Path) -> None:
    for path in (records(tmp_path), head(tmp_path)):
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


@given(st.binary(max_size=300))
def test_any_line_is_a_record_or_refused(line: bytes) -> None:
    try:
        parse_line(line)
    except UnreadableLine:
        return


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=8,
)


@given(st.lists(_json, max_size=6))
def test_any_json_in_a_line_is_a_record_or_refused(parts: list[object]) -> None:
    core = json.dumps(parts)[:-1].encode()
    line = core + b',"' + hashlib.sha256(core).hexdigest().encode() + b'"]'
    try:
        entry, sound = parse_line(line)
    except UnreadableLine:
        return
    assert sound
    assert [entry.seq, entry.time_s, entry.kind, entry.data, entry.previous] == parts


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_damage_to_the_file_is_found(data: st.DataObject) -> None:
    """Cut, flip or insert anything anywhere: never intact, and opening never fails."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger = open_ledger(folder)
        for number in range(4):
            ledger.append("note", number=number)
        content = records(folder).read_bytes()
        at = data.draw(st.integers(0, len(content) - 1))
        end = data.draw(st.integers(at, len(content)))
        changed = content[:at] + data.draw(st.binary(max_size=80)) + content[end:]
        if changed == content:
            return
        records(folder).write_bytes(changed)
        assert not ledger.verify().intact
        assert ledger.verify().words()
        reopened = open_ledger(folder)
        count = len(reopened.entries())
        assert reopened.append("after").seq >= count


def test_atomic_write_leaves_the_old_file_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    files.write_atomic(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="full"):
            files.write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["file"]


def test_write_all_goes_on_after_a_short_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, bytes(data)[:3]))
    files.write_atomic(tmp_path / "file", b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


@given(st.binary(max_size=200))
def test_any_head_file_is_a_head_or_none(content: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        found = head_file.read_head(Path(file.name))
    assert found is None or (found.count >= 0 and len(found.hash) == 64)
