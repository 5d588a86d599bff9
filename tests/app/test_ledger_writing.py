"""Promise 3 on the phone: an append that returned is on the disk, a failed one left nothing, any bytes can be read."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app import files
from companion_app.ledger import Ledger
from companion_app.ledger import head as head_file
from companion_app.ledger import ledger as ledger_module
from companion_app.ledger.errors import LedgerWriteFailed, NotRecordable
from companion_app.ledger.records import MAX_LINE_BYTES, UnreadableLine, parse_line
from companion_app.vault import sealed_files, sealing
from tests.app.ledger_files import head, open_ledger, records
from tests.app.ledger_files import ledger as ledger
from tests.app.vaults import room

pytestmark = pytest.mark.promise(3)


def test_line_and_head_are_flushed_before_append_returns(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each flush the content must already be there: first the line, then the head."""
    flushed: list[tuple[int, int]] = []
    opened, heads = records(tmp_path), head(tmp_path)

    def head_in(path: Path) -> int:
        with path.open("rb") as file:
            key = heads.files._key(heads.name, sealing.read_salt(file))
            return json.loads(b"".join(sealing.opened_pieces(key, file)))["count"]

    real = os.fsync

    def fsync(handle: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        lines = opened.read_bytes().count(b"\n")
        if path == opened.files.path(opened.name):
            flushed.append((lines, -1))
        elif path.is_relative_to(heads.files.folder) and path.is_file():
            flushed.append((lines, head_in(path)))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    ledger.append("last")
    assert flushed == [(7, -1), (7, 7)]


def test_the_first_record_makes_the_file_itself_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    monkeypatch.setattr(sealed_files, "sync_folder", lambda folder: flushed.append(folder.name))
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
            broken.setattr(sealed_files, "write_all", write_half)
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
    opened = records(tmp_path)
    opened.unlink()
    opened.files.path(opened.name).mkdir()
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
    for path in (opened.files.path(opened.name) for opened in (records(tmp_path), head(tmp_path))):
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
    path = files.private_folder(tmp_path / "elsewhere") / "file"
    files.write_atomic(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="full"):
            files.write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in path.parent.iterdir()] == ["file"]


def test_write_all_goes_on_after_a_short_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, bytes(data)[:3]))
    files.write_atomic(tmp_path / "file", b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


@given(st.binary(max_size=200))
def test_any_head_file_is_a_head_or_none(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = room(Path(folder) / "heads")
        files.write("ledger.head", content)
        found = head_file.read_head(files, "ledger.head")
    assert found is None or (found.count >= 0 and len(found.hash) == 64)
