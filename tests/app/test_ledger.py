"""Promise 3 on the phone: what is done to the records is found, by position, and an append that returned is there."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from companion_app.ledger import Ledger
from companion_app.ledger.records import GENESIS, make_entry, parse_line
from companion_app.ledger.verdict import Damage, Finding
from tests.app.ledger_files import Lines, change, found, head, open_ledger, records
from tests.app.ledger_files import ledger as ledger

pytestmark = pytest.mark.promise(3)


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
    records(tmp_path).tear(b"[6,")
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
    records(tmp_path).tear(torn)
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


@pytest.mark.promise(4)
def test_what_is_edited_without_the_key_is_unreadable_and_named(ledger: Ledger, tmp_path: Path) -> None:
    path = records(tmp_path).files.path("ledger.jsonl")
    sealed = path.read_bytes().split(b"\n")
    assert b"note" not in path.read_bytes()
    for forged in (sealed[2][:-6] + b"AAAAA=", records(tmp_path).read_bytes().split(b"\n")[2], b""):
        path.write_bytes(b"\n".join([*sealed[:2], forged, *sealed[3:]]))
        assert found(ledger) == [(Damage.UNREADABLE, 2)]
    path.write_bytes(b"\n".join([*sealed[:2], *sealed[3:]]))
    assert found(ledger) == [(Damage.REMOVED, 2)]


@pytest.mark.promise(4)
def test_a_head_that_was_not_sealed_here_is_none(ledger: Ledger, tmp_path: Path) -> None:
    opened = head(tmp_path)
    opened.files.path(opened.name).write_bytes(opened.read_bytes())
    assert found(ledger) == [(Damage.HEAD_MISSING, 0)]
