"""A frame's record is on the disk before its bytes may leave, and after any crash nothing is silent."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.sharing.live import merkle
from companion_app.sharing.live.errors import LogUnavailable
from companion_app.sharing.live.frame_log import FrameLog, read_lines
from companion_app.sharing.live.summary import outcome_of
from companion_app.sharing.outcome import Outcome
from tests.app.vaults import OpenedLines, opened_log, room

pytestmark = pytest.mark.promise(3)


def opened(folder: Path) -> OpenedLines:
    return opened_log(folder, "r1")


def filled(folder: Path) -> FrameLog:
    log = FrameLog(room(folder / "sharing"), "r1")
    log.frame(1, {"sent_sha256": "aa"})
    log.ended(1, Outcome.SENT, {"body_bytes": 9})
    log.withheld({"seq": 2, "reason": "StillVisible"})
    log.frame(2, {"sent_sha256": "bb"})
    return log


def test_each_line_is_on_the_disk_when_its_call_returns(tmp_path: Path) -> None:
    log = filled(tmp_path)
    kinds = [json.loads(line)["record"] for line in opened(tmp_path).read_bytes().splitlines()]
    assert kinds == ["session", "frame", "ended", "withheld", "frame"]
    assert log.lines == read_lines(room(tmp_path / "sharing"), "r1")
    assert opened(tmp_path).path.stat().st_mode & 0o777 == 0o600


def test_a_line_is_flushed_to_the_disk_and_not_only_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, flushed = FrameLog(room(tmp_path / "sharing"), "r1"), list[int]()
    real = os.fsync

    def fsync(handle: int) -> None:
        flushed.append(opened(tmp_path).path.stat().st_size)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    log.frame(1, {})
    assert flushed == [opened(tmp_path).path.stat().st_size]


def test_the_root_is_over_the_lines_as_they_lie_there(tmp_path: Path) -> None:
    log = filled(tmp_path)
    leaves = [merkle.leaf_hash(line) for line in opened(tmp_path).read_bytes().splitlines()]
    assert log.root == merkle.root(leaves).hex()
    assert FrameLog(room(tmp_path / "sharing"), "r1").root == log.root


@settings(max_examples=40)
@given(st.data())
def test_cut_at_any_byte_whole_lines_stay_and_each_frame_has_an_end(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    filled(folder)
    whole = opened(folder).read_bytes()
    opened(folder).write_bytes(whole[: data.draw(st.integers(0, len(whole)))])

    log = FrameLog(room(folder / "sharing"), "r1")
    begun = [record["frame"] for record in log.records() if record["record"] == "frame"]
    open_frames = log.unfinished()
    log.close("interrupted")

    assert whole.startswith(b"\n".join(log.lines[: -len(open_frames) or None]))
    ends = {record["frame"]: record["outcome"] for record in log.records() if record["record"] == "ended"}
    assert set(ends) == set(begun)
    assert all(ends[number] == Outcome.UNKNOWN.value for number in open_frames)
    assert FrameLog(room(folder / "sharing"), "r1").lines == log.lines


@pytest.mark.parametrize("fails", ["write", "fsync"])
def test_on_a_full_disk_the_log_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    log = filled(tmp_path)
    before, root = opened(tmp_path).read_bytes(), log.root

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, fails, full)
        with pytest.raises(LogUnavailable) as failed:
            log.frame(3, {})

    assert failed.value.data["reason"] == "No space left on device"
    assert opened(tmp_path).read_bytes() == before
    assert (log.root, log.unfinished()) == (root, [2])
    log.frame(3, {})
    assert log.unfinished() == [2, 3]


def test_a_log_that_cannot_be_read_is_an_error_by_name(tmp_path: Path) -> None:
    opened(tmp_path).path.mkdir()
    with pytest.raises(LogUnavailable):
        FrameLog(room(tmp_path / "sharing"), "r1")


def test_one_frame_in_doubt_puts_the_session_in_doubt(tmp_path: Path) -> None:
    log = filled(tmp_path)
    assert outcome_of(log.records()) is Outcome.UNKNOWN
    log.ended(2, Outcome.NOT_SENT, {})
    assert outcome_of(log.records()) is Outcome.SENT
    log.frame(3, {})
    log.ended(3, Outcome.UNKNOWN, {})
    assert outcome_of(log.records()) is Outcome.UNKNOWN
    assert outcome_of(()) is Outcome.NOT_SENT


def test_a_closed_log_takes_no_further_line(tmp_path: Path) -> None:
    log = filled(tmp_path)
    log.close("stopped")
    root = log.root
    with pytest.raises(LogUnavailable):
        log.ended(2, Outcome.SENT, {})
    assert (log.root, log.unfinished()) == (root, [])


def test_a_log_does_not_grow_without_bound(tmp_path: Path) -> None:
    log = FrameLog(room(tmp_path / "sharing"), "r1")
    with pytest.raises(LogUnavailable):
        log.withheld({"reason": "x" * (17 << 20)})
    assert len(log.lines) == 1


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_foreign_lines_are_read_without_stumbling(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    folder = tmp_path_factory.mktemp("foreign")
    rows = [*lines, b'{"record":"frame"}', b'{"record":"ended","frame":"x"}', b"[1]", b'{"record":7}']
    opened(folder).write_bytes(b"\n".join(rows) + b"\n")
    log = FrameLog(room(folder / "sharing"), "r1")
    assert log.unfinished() == []
    assert len(log.root) == 64
