"""Room: what is kept free, what may go, and that nothing goes which no phone has confirmed."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight.errors import Refused
from plainsight.storage.draft import Draft

from tests.unit.firmware_capture.taking import JPEG, LIGHT, check_whole, clip, frame, opened, owned, photo

DROPPING = {"storage": "flash", "when_full": "drop_imported"}


def free(monkeypatch: pytest.MonkeyPatch, free_bytes: int) -> list[str]:
    """The medium has this much room beside the journal's reserve; returns what is asked for it."""
    asked: list[str] = []

    def statvfs(path: str) -> tuple[int, ...]:
        asked.append(path)
        return (4096, 1, 10_000, 9_999, free_bytes + 65_536, 0, 0, 0, 0, 255)

    monkeypatch.setattr(os, "statvfs", statvfs)
    return asked


def film(draft: Draft) -> None:
    """Frames until one is refused."""
    for number in itertools.count():
        draft.frame(frame(number % 256), number * 100)


def test_room_is_asked_of_the_folder_itself_and_leaves_the_journal_its_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = owned(tmp_path)
    asked = free(monkeypatch, 1000)
    assert store.free_bytes() == 1000
    assert asked == [str(tmp_path)]
    monkeypatch.setattr(os, "statvfs", lambda _: (4096, 4096, 1, 1, 10, 0, 0, 0, 0, 255))
    assert store.free_bytes() == 0


def test_a_frame_that_does_not_fit_is_refused_whole_and_the_clip_still_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = owned(tmp_path)
    free(monkeypatch, 100_000)
    draft = store.begin("clip", "app", 1)
    with pytest.raises(Refused) as caught:
        film(draft)
    taken = draft.frames
    assert caught.value.code == "storage_full"
    assert caught.value.detail["needed_bytes"] == 6000
    assert 0 < caught.value.detail["free_bytes"] < 6000 + 2 * 16436
    item = draft.finish("storage_full", LIGHT)
    store.commit(item)
    assert item["frames"] == taken > 5
    assert item["sealed_bytes"] <= 100_000
    assert len(check_whole(store, 1).media) == taken


def test_a_photograph_without_room_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = owned(tmp_path)
    free(monkeypatch, 40_000)
    draft = store.begin("photo", "button", 1)
    with pytest.raises(Refused) as caught:
        draft.frame(JPEG * 3, 0)
    assert caught.value.code == "storage_full"
    with pytest.raises(Refused):
        draft.thumb(JPEG)
    store.abandon(draft)
    assert {path.name for path in tmp_path.iterdir()} == {"owner.key", "last"}


def test_only_what_was_imported_goes_oldest_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = owned(tmp_path, values=DROPPING)
    size = photo(store, thumb=False)["sealed_bytes"]
    for _ in range(5):
        photo(store, thumb=False)
    for number in (5, 2, 3):
        store.mark_imported(number)
    free(monkeypatch, 100)
    assert store.make_room(100) == []
    assert store.make_room(101) == [2]
    assert store.make_room(100 + size) == [2]
    assert store.make_room(100 + size + 1) == [2, 3]
    assert store.make_room(100 + 3 * size) == [2, 3, 5]
    assert store.make_room(101 + 3 * size) == []  # nothing is dropped in vain


def test_nothing_goes_unless_the_owner_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = owned(tmp_path)
    photo(store)
    store.mark_imported(1)
    free(monkeypatch, 0)
    assert store.make_room(1) == []


@given(imported=st.lists(st.booleans(), max_size=12), needed=st.integers(0, 200_000))
@settings(max_examples=40, deadline=None)
def test_what_no_phone_has_is_never_named(
    tmp_path_factory: pytest.TempPathFactory, imported: list[bool], needed: int
) -> None:
    store = owned(tmp_path_factory.mktemp("store"), values=DROPPING)
    for number, has in enumerate(imported, 1):
        photo(store)
        if has:
            store.mark_imported(number)
    with pytest.MonkeyPatch.context() as patch:
        free(patch, 0)
        dropped = store.make_room(needed)
    confirmed = [number for number, has in enumerate(imported, 1) if has]
    assert dropped == confirmed[: len(dropped)]
    assert store.not_imported == len(imported) - len(confirmed)


def test_a_confirmation_stays(tmp_path: Path) -> None:
    store = owned(tmp_path)
    photo(store)
    photo(store)
    store.mark_imported(1)
    store.mark_imported(1)
    for again in (store, opened(tmp_path)):
        assert [item["imported"] for item in again.list(0, 9)[0]] == [True, False]
        assert (again.count, again.not_imported) == (2, 1)
        check_whole(again, 1)
    store.delete(1)
    assert not list(tmp_path.glob("00000001*"))


def test_a_clip_says_how_much_it_has(tmp_path: Path) -> None:
    draft = clip(owned(tmp_path))
    assert draft.bytes == 40 + 4 * 16436 == (tmp_path / "00000001.psi").stat().st_size
