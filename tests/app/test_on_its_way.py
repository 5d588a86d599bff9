"""What has arrived in part, waits for its item or waits to be deleted: it survives a restart, within bounds."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.gallery import partials as partials_module
from companion_app.gallery.errors import GalleryFull
from companion_app.gallery.partials import Partials
from companion_app.gallery.pending import Deletion, PendingDeletions
from companion_app.gallery.waiting import WaitingThumbs
from companion_app.link.answers import Item
from companion_app.vault import SealedFiles
from tests.app.opened import GLASSES, seal_hash
from tests.app.vaults import room


@pytest.fixture
def arriving(tmp_path: Path) -> SealedFiles:
    """The room of what is on its way."""
    return room(tmp_path / "arriving")


def again(arriving: SealedFiles) -> SealedFiles:
    """The same room after a restart of the app."""
    return room(arriving.folder)


def item(number: int, size: int = 10) -> Item:
    return Item(number, "photo", 5, "app", 1, 0, size, seal_hash(number), 0, None, {}, True, False, "flash")


def test_what_arrived_of_an_item_survives_a_restart(arriving: SealedFiles) -> None:
    first = Partials(arriving).of(item(1))
    first.add(b"abc")
    first.add(memoryview(b"de"))
    later = Partials(again(arriving))
    partial = later.of(item(1))
    assert (partial.data, partial.offset, partial.complete) == (b"abcde", 5, False)
    assert later.came(seal_hash(1)) == 5
    assert next(arriving.folder.iterdir()).stat().st_mode & 0o777 == 0o600
    partial.clear()
    assert Partials(arriving).of(item(1)).data == b""
    assert later.came(seal_hash(1)) == 0
    partial.add(b"new")
    Partials(arriving).drop(seal_hash(1))
    assert list(arriving.folder.iterdir()) == []


def test_more_than_the_item_holds_is_not_believed(arriving: SealedFiles) -> None:
    Partials(arriving).of(item(1, size=9)).add(bytes(9))
    assert Partials(arriving).of(item(1, size=8)).offset == 0
    assert list(arriving.folder.iterdir()) == []


def kept(arriving: SealedFiles) -> set[str]:
    """The hashes of the items of which something is here."""
    return {name.partition("/")[2] for name in arriving.names("partial/")}


def test_the_partials_are_bounded_in_number_and_bytes(arriving: SealedFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    partials = Partials(arriving)
    for number in range(1, 12):
        partials.of(item(number)).add(b"x")
        os.utime(arriving.path(f"partial/{seal_hash(number)}"), ns=(number, number))
    assert kept(arriving) == {seal_hash(number) for number in range(4, 12)}
    partials.of(item(4))
    assert partials.of(item(4)).offset == 1
    monkeypatch.setattr(partials_module, "_MAX_BYTES", 12)
    partials.of(item(11, size=10))
    assert kept(arriving) == {seal_hash(number) for number in (9, 10, 11)}


def test_a_full_disk_takes_no_part_of_a_piece(arriving: SealedFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    partial = Partials(arriving).of(item(1))
    partial.add(b"abc")

    def half(handle: int, data: bytes) -> None:
        os.write(handle, data[:1])
        raise OSError(28, "full")

    with monkeypatch.context() as broken:
        broken.setattr(partials_module, "write_all", half)
        with pytest.raises(GalleryFull):
            partial.add(b"def")
    assert partial.data == b"abc" == Partials(arriving).of(item(1)).data


def test_thumbnails_wait_sealed_until_their_items_do_not(arriving: SealedFiles) -> None:
    waiting = WaitingThumbs(arriving)
    for number in (1, 2, 3):
        waiting.add(seal_hash(number), b"small picture %d" % number)
    for path in arriving.folder.iterdir():
        assert b"small" not in path.read_bytes()
        assert seal_hash(1) not in path.name
    later = WaitingThumbs(again(arriving))
    assert later.read(seal_hash(2)) == b"small picture 2"
    later.drop(seal_hash(2))
    later.keep_only([seal_hash(1), seal_hash(9)])
    assert [later.read(seal_hash(number)) for number in (1, 2, 3)] == [b"small picture 1", None, None]
    assert [later.has(seal_hash(number)) for number in (1, 2, 3)] == [True, False, False]


def test_a_damaged_thumbnail_is_none(arriving: SealedFiles) -> None:
    waiting = WaitingThumbs(arriving)
    waiting.add(seal_hash(1), b"small")
    next(arriving.folder.iterdir()).write_bytes(b"\xff\xd8 another one")
    assert waiting.read(seal_hash(1)) is None


def test_pending_deletions_survive_a_restart(arriving: SealedFiles) -> None:
    pending = PendingDeletions(arriving)
    first, second = Deletion(GLASSES, 1, seal_hash(1)), Deletion("cd" * 8, 2, seal_hash(2))
    pending.add(first)
    pending.add(second)
    later = PendingDeletions(again(arriving))
    assert later.of(GLASSES) == [first]
    assert later.covers(seal_hash(2))
    later.done(first)
    assert PendingDeletions(arriving).of(GLASSES) == []
    assert not PendingDeletions(arriving).covers(seal_hash(1))
    assert PendingDeletions(arriving).of("cd" * 8) == [second]


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=100), st.sampled_from([[{"glasses": "x"}], [5], {}, None]), st.booleans())
def test_any_file_of_pending_deletions_can_be_opened(content: bytes, value: object, sealed: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = room(Path(folder) / "gallery")
        if sealed:
            files.write_json("pending_deletions", value)
        else:
            files.path("pending_deletions").write_bytes(content)
        assert PendingDeletions(files).of(GLASSES) == []
