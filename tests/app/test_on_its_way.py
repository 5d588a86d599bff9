"""What has arrived in part, waits for its item or waits to be deleted: it survives a restart, within bounds."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app import files
from companion_app.gallery import partials as partials_module
from companion_app.gallery.errors import GalleryFull
from companion_app.gallery.partials import Partials
from companion_app.gallery.pending import Deletion, PendingDeletions
from companion_app.gallery.waiting import WaitingThumbs
from companion_app.link.answers import Item
from tests.app.opened import GLASSES, seal_hash


def item(number: int, size: int = 10) -> Item:
    return Item(number, "photo", 5, "app", 1, 0, size, seal_hash(number), 0, None, {}, True, False, "flash")


def test_what_arrived_of_an_item_survives_a_restart(tmp_path: Path) -> None:
    first = Partials(tmp_path).of(item(1))
    first.add(b"abc")
    first.add(memoryview(b"de"))
    again = Partials(tmp_path).of(item(1))
    assert (again.data, again.offset, again.complete) == (b"abcde", 5, False)
    assert next(tmp_path.iterdir()).stat().st_mode & 0o777 == 0o600
    again.clear()
    assert Partials(tmp_path).of(item(1)).data == b""
    again.add(b"new")
    Partials(tmp_path).drop(seal_hash(1))
    assert list(tmp_path.iterdir()) == []


def test_more_than_the_item_holds_is_not_believed(tmp_path: Path) -> None:
    Partials(tmp_path).of(item(1, size=9)).add(bytes(9))
    assert Partials(tmp_path).of(item(1, size=8)).offset == 0
    assert list(tmp_path.iterdir()) == []


def test_the_partials_are_bounded_in_number_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partials = Partials(tmp_path)
    for number in range(1, 12):
        partials.of(item(number)).add(b"x")
        os.utime(tmp_path / f"{seal_hash(number)}.part", ns=(number, number))
    assert {path.stem for path in tmp_path.iterdir()} == {seal_hash(number) for number in range(4, 12)}
    partials.of(item(4))
    assert partials.of(item(4)).offset == 1
    monkeypatch.setattr(partials_module, "_MAX_BYTES", 12)
    partials.of(item(11, size=10))
    assert {path.stem for path in tmp_path.iterdir()} == {seal_hash(number) for number in (9, 10, 11)}


def test_a_full_disk_takes_no_part_of_a_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partial = Partials(tmp_path).of(item(1))
    partial.add(b"abc")

    def half(handle: int, data: bytes) -> None:
        os.write(handle, data[:1])
        raise OSError(28, "full")

    with monkeypatch.context() as broken:
        broken.setattr(partials_module, "write_all", half)
        with pytest.raises(GalleryFull):
            partial.add(b"def")
    assert partial.data == b"abc" == Partials(tmp_path).of(item(1)).data


def test_thumbnails_wait_until_their_items_do_not(tmp_path: Path) -> None:
    waiting = WaitingThumbs(tmp_path)
    for number in (1, 2, 3):
        waiting.add(seal_hash(number), bytes([number]))
    again = WaitingThumbs(tmp_path)
    assert again.read(seal_hash(2)) == b"\x02"
    again.drop(seal_hash(2))
    again.keep_only([seal_hash(1), seal_hash(9)])
    assert [again.read(seal_hash(number)) for number in (1, 2, 3)] == [b"\x01", None, None]


def test_pending_deletions_survive_a_restart(tmp_path: Path) -> None:
    pending = PendingDeletions(tmp_path)
    first, second = Deletion(GLASSES, 1, seal_hash(1)), Deletion("cd" * 8, 2, seal_hash(2))
    pending.add(first)
    pending.add(second)
    again = PendingDeletions(tmp_path)
    assert again.of(GLASSES) == [first]
    assert again.covers(seal_hash(2))
    again.done(first)
    assert PendingDeletions(tmp_path).of(GLASSES) == []
    assert not PendingDeletions(tmp_path).covers(seal_hash(1))
    assert PendingDeletions(tmp_path).of("cd" * 8) == [second]


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=100) | st.just(b'[{"glasses":"x"}]') | st.just(b"[5]") | st.just(b"{}"))
def test_any_file_of_pending_deletions_can_be_opened(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files.write_atomic(Path(folder) / "pending_deletions", content)
        assert PendingDeletions(Path(folder)).of(GLASSES) == []
