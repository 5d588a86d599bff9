"""What the store makes of a power cut at any operation, of a failing medium, and of files that somebody damaged."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight import seal
from plainsight.errors import Refused
from plainsight.storage import checked
from plainsight.store import Store

from tests.unit.firmware_capture import opener
from tests.unit.firmware_capture.cuts import Power, PowerCut
from tests.unit.firmware_capture.taking import (
    JPEG,
    LIGHT,
    OWNER,
    OWNER_PUBLIC,
    THUMB,
    blob,
    check_whole,
    clip,
    frame,
    opened,
    owned,
    photo,
    staged,
)

OF_AN_ITEM = {".psi", ".thm"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def assert_recovers(folder: Path, power: Power, certain: set[int], possible: set[int]) -> Store:
    """After a cut, and after cuts at every operation of the recovery itself: whole items, no leftovers, new ids."""
    for operation in itertools.count(1):
        power.cut(operation)
        try:
            store = opened(folder)
        except PowerCut:
            continue
        break
    power.cut(None)
    assert store.take_news() == []
    for number in store.unfinished:
        store.adopt(number)
    for number in store.lost:
        store.abandon(number)
    ids = {item["id"] for item in store.list(0, 9)[0]}
    assert certain <= ids <= certain | possible
    for number in ids:
        check_whole(store, number)
    indexed = {number for number in ids if (folder / f"{number:08d}.json").exists()}
    expected = {f"{number:08d}.json" for number in indexed} | {f"{n:08d}.imported.json" for n in ids - indexed}
    expected |= {f"{number:08d}{ending}" for number in ids for ending in OF_AN_ITEM}
    assert names(folder) - {"owner.key", "last", "last.new"} - {f"{n:08d}.thm" for n in ids} <= expected
    assert photo(store)["id"] == 3
    return store


def every_cut(
    tmp_path: Path, power: Power, act: Callable[[Store], object], certain: set[int], items: int = 1
) -> list[set[int]]:
    """What was there after a cut before operation 1, 2, 3 … of act()."""
    seen: list[set[int]] = []
    for operation in itertools.count(1):
        folder = tmp_path / str(operation)
        power.cut(None)
        store = owned(folder)
        for _ in range(items):
            photo(store)
        power.cut(operation)
        try:
            act(store)
        except PowerCut:
            after = assert_recovers(folder, power, certain, {1, 2})
            seen.append({item["id"] for item in after.list(0, 9)[0]} - {3})
        else:
            return seen
    raise AssertionError


def test_power_cut_at_every_operation_of_a_photograph(tmp_path: Path, power: Power) -> None:
    seen = every_cut(tmp_path, power, photo, {1})
    assert seen == [{1}] * 4  # thumbnail, blob, index, and the name: only with the last one it is there


def test_power_cut_at_every_operation_of_a_deletion(tmp_path: Path, power: Power) -> None:
    seen = every_cut(tmp_path, power, lambda store: store.delete(2), {1}, items=2)
    assert seen[:3] == [{1, 2}] * 3
    assert seen[3:] == [{1}] * (len(seen) - 3)
    assert len(seen) == 7


def test_power_cut_at_every_operation_of_a_confirmation(tmp_path: Path, power: Power) -> None:
    seen = every_cut(tmp_path, power, lambda store: store.mark_imported(2), {1, 2}, items=2)
    assert seen == [{1, 2}]


def test_power_cut_at_every_operation_of_a_clip(tmp_path: Path, power: Power) -> None:
    """Once a chunk is on the medium, the clip is offered; before, nothing is left but its id."""

    def film(store: Store) -> None:
        draft = clip(store)
        draft.thumb(THUMB)
        store.commit(draft.finish("done", LIGHT))

    seen = every_cut(tmp_path, power, film, {1})
    first = seen.index({1, 2})
    assert first == 1  # after the marker: CPython writes what is larger than its buffer at once
    assert seen == [{1}] * first + [{1, 2}] * (len(seen) - first)
    assert len(seen) > 6


def test_what_is_left_of_a_clip_is_offered_and_says_that_it_was_cut(tmp_path: Path) -> None:
    draft = clip(owned(tmp_path))
    draft.thumb(THUMB)
    store = opened(tmp_path)
    assert (store.unfinished, store.count, store.lost) == ([1], 0, [])
    item = store.adopt(1)
    assert store.item(1) == item
    told = {"kind": "clip", "whole": False, "frames": 0, "trigger": "app", "light": {"verdict": "cut"}}
    assert told.items() <= item.items()
    assert item["thumb_bytes"] > 0
    inside = check_whole(store, 1)
    assert (inside.whole, inside.end) == (False, None)
    assert [body for kind, _, body in inside.media if kind == 2] == [frame(number) for number in range(10)]
    assert store.unfinished == []
    assert opened(tmp_path).item(1) == item


def test_an_unfinished_clip_waits_from_boot_to_boot_or_is_given_up(tmp_path: Path) -> None:
    clip(owned(tmp_path))
    for _ in range(2):
        store = opened(tmp_path)
        assert store.unfinished == [1]
    store.abandon(1)
    assert (store.unfinished, names(tmp_path)) == ([], {"owner.key", "last"})
    assert opened(tmp_path).unfinished == []


def test_a_clip_of_which_nothing_is_left_is_told_until_it_is_on_record(tmp_path: Path) -> None:
    owned(tmp_path).begin("clip", "button", 1)
    for _ in range(2):
        store = opened(tmp_path)
        assert (store.unfinished, store.lost) == ([], [1])
        assert names(tmp_path) == {"owner.key", "00000001.json.new"}
    store.abandon(1)
    assert store.lost == opened(tmp_path).lost == []
    assert names(tmp_path) == {"owner.key", "last"}
    assert photo(opened(tmp_path))["id"] == 2


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"\xff", b"{}", b'{"id": 1, "kind": 5}', b'{"id": 2, "kind": "clip"}', b"{" * 40]
)
def test_a_draft_that_makes_no_sense_is_removed(tmp_path: Path, content: bytes) -> None:
    clip(owned(tmp_path))
    checked.write(str(tmp_path / "00000001.json.new"), content)
    store = opened(tmp_path)
    assert (store.unfinished, store.lost, names(tmp_path)) == ([], [], {"owner.key", "last"})
    assert photo(store)["id"] == 2


def test_a_clip_that_cannot_be_adopted_is_still_there_at_the_next_boot(tmp_path: Path, power: Power) -> None:
    clip(owned(tmp_path))
    for operation in itertools.count(1):
        store = opened(tmp_path)
        power.failing = OSError(5, "medium")
        power.cut(operation)
        try:
            store.adopt(1)
        except Refused:
            power.cut(None)
            assert opened(tmp_path).unfinished == [1]
            continue
        break
    assert operation == 4
    assert store.item(1)["kind"] == "clip"


def test_a_clip_with_its_end_that_was_not_committed_is_offered_as_whole(tmp_path: Path) -> None:
    clip(owned(tmp_path)).finish("done", LIGHT)
    store = opened(tmp_path)
    assert store.unfinished == [1]
    assert store.adopt(1)["whole"]
    assert check_whole(store, 1).whole


@pytest.mark.parametrize(("errno", "code"), [(28, "storage_full"), (5, "storage_failed")])
def test_a_failing_medium_stores_nothing_half(tmp_path: Path, power: Power, errno: int, code: str) -> None:
    for operation in itertools.count(1):
        folder = tmp_path / str(operation)
        store = owned(folder)
        draft = store.begin("photo", "button", 1)
        power.failing = OSError(errno, "medium")
        power.cut(operation)
        try:
            draft.frame(JPEG, 0)
            draft.thumb(THUMB)
            store.commit(draft.finish("done", LIGHT))
        except Refused as refused:
            power.cut(None)
            told = refused.code
            store.abandon(draft)
            assert told == code
            assert (store.count, names(folder)) == (0, {"owner.key", "last"})
            assert photo(store)["id"] == 2
        else:
            break
    assert operation == 5


@pytest.mark.parametrize("ending", [".json", ".imported.json"])
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_in_an_index_is_named_and_not_obeyed(
    tmp_path_factory: pytest.TempPathFactory, ending: str, place: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = owned(folder)
    photo(store)
    photo(store)
    if ending == ".imported.json":
        store.mark_imported(1)
    path = folder / f"00000001{ending}"
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1 << bit
    path.write_bytes(data)
    store = opened(folder)
    assert ([item["id"] for item in store.list(0, 9)[0]], store.damaged) == ([2], {1: "index"})
    assert (store.take_news(), store.take_news()) == ([(1, "index")], [])
    again = opened(folder)
    assert (again.damaged, again.take_news()) == ({1: "index"}, [])
    with pytest.raises(Refused):
        again.item(1)
    again.delete(1)
    assert not list(folder.glob("00000001*"))
    assert photo(opened(folder))["id"] == 3


@pytest.mark.parametrize(
    "change", [{"id": 2}, {"id": "1"}, {"sealed_bytes": 0}, {"place": "moon"}, {"whole": 1}, {"thumb_bytes": -1}]
)
def test_an_index_that_makes_no_sense_is_not_obeyed(tmp_path: Path, change: dict[str, object]) -> None:
    item = photo(owned(tmp_path))
    checked.write(str(tmp_path / "00000001.json"), json.dumps({**item, **change}).encode())
    assert opened(tmp_path).damaged == {1: "index"}


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b"[1]", b"\xff\xfe"])
def test_an_index_with_rubbish_in_it_is_not_obeyed(tmp_path: Path, content: bytes) -> None:
    photo(owned(tmp_path))
    for data in (content, checked.checked(content)):
        (tmp_path / "00000001.json").write_bytes(data)
        assert opened(tmp_path).damaged == {1: "index"}
        (tmp_path / "00000001.bad").rename(tmp_path / "00000001.json")


def test_an_index_that_is_damaged_while_the_glasses_run_is_named_too(tmp_path: Path) -> None:
    store = owned(tmp_path)
    photo(store)
    photo(store)
    (tmp_path / "00000001.json").write_text("{")
    assert [item["id"] for item in store.list(0, 9)[0]] == [2]
    assert (store.damaged, store.take_news(), store.count) == ({1: "index"}, [(1, "index")], 1)
    with pytest.raises(Refused):
        store.item(1)


@pytest.mark.parametrize("ending", [".psi", ".thm"])
@pytest.mark.parametrize("left", [None, 100])
def test_a_blob_that_is_missing_or_too_short_is_named(tmp_path: Path, ending: str, left: int | None) -> None:
    store = owned(tmp_path)
    photo(store)
    photo(store)
    path = tmp_path / f"00000001{ending}"
    if left is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:left])
    store = opened(tmp_path)
    assert (store.count, store.damaged, store.take_news()) == (1, {1: "blob"}, [(1, "blob")])
    assert photo(store)["id"] == 3


def test_a_blob_without_an_index_was_being_deleted(tmp_path: Path) -> None:
    photo(owned(tmp_path))
    (tmp_path / "00000001.json").unlink()
    store = opened(tmp_path)
    assert (store.count, store.damaged, names(tmp_path)) == (0, {}, {"owner.key", "last"})
    assert photo(store)["id"] == 2


def test_an_owner_key_that_flipped_is_no_owner(tmp_path: Path) -> None:
    """To seal to it would lose every picture from now on."""
    photo(owned(tmp_path))
    path = tmp_path / "owner.key"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    store = opened(tmp_path)
    assert (store.has_owner, store.owner, store.take_news()) == (False, None, [(0, "owner.key")])
    assert store.count == 1
    store.set_owner(OWNER_PUBLIC)
    assert opened(tmp_path).owner == OWNER_PUBLIC


@pytest.mark.parametrize("text", ["nonsense", "1", '7\n"0000000000000000"'])
def test_a_last_id_that_flipped_gives_no_id_out_again(tmp_path: Path, text: str) -> None:
    store = owned(tmp_path)
    for _ in range(3):
        photo(store)
    store.delete(3)
    (tmp_path / "last").write_text(text)
    store = opened(tmp_path)
    assert store.take_news() == [(0, "last")]
    assert photo(store)["id"] == 1003


def test_foreign_files_do_no_harm(tmp_path: Path) -> None:
    photo(owned(tmp_path))
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "12.txt").write_text("x")
    (tmp_path / "folder").mkdir()
    assert photo(opened(tmp_path))["id"] == 13


@given(cut=st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
def test_a_clip_cut_at_any_byte_keeps_its_whole_chunks(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = tmp_path_factory.mktemp("store")
    clip(owned(folder)).finish("done", LIGHT)
    path = folder / "00000001.psi"
    data = path.read_bytes()
    path.write_bytes(data[: cut % (len(data) + 1)])
    left = len(path.read_bytes())
    store = opened(folder)
    chunks = max(0, left - 40) // 16436
    assert store.unfinished == ([1] if chunks else [])
    if chunks:
        item = store.adopt(1)
        assert item["whole"] == (left == len(data))
        assert item["sealed_bytes"] == (left if item["whole"] else 40 + chunks * 16436)
        opener.unseal(OWNER, blob(store, 1))


def test_a_staged_photograph_is_gone_after_a_cut(tmp_path: Path) -> None:
    staged(owned(tmp_path))
    store = opened(tmp_path)
    assert (store.count, store.unfinished, names(tmp_path)) == (0, [], {"owner.key", "last"})


def test_a_clip_that_was_dropped_in_the_middle_is_offered_without_a_reboot(tmp_path: Path, power: Power) -> None:
    store = owned(tmp_path)
    draft = clip(store)
    power.failing = OSError(5, "medium")
    power.cut(1)
    with pytest.raises(Refused):
        draft.finish("done", LIGHT)
    power.cut(None)
    store.tend()
    assert store.unfinished == []  # it could still be abandoned
    draft.drop(Refused("storage_failed"))
    store.tend()
    assert store.unfinished == [1]
    assert store.adopt(1)["kind"] == "clip"
    assert check_whole(store, 1).meta["id"] == 1
    store.tend()
    assert (store.unfinished, photo(store)["id"]) == ([], 2)


def test_what_was_finished_is_not_taken_for_dropped(tmp_path: Path) -> None:
    store = owned(tmp_path)
    item = clip(store).finish("done", LIGHT)
    store.tend()
    assert store.unfinished == []
    store.commit(item)
    assert store.item(1) == item


def test_a_heap_without_room_at_the_beginning_costs_one_item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = owned(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(seal.Sealer, "begin", no_memory)
        with pytest.raises(MemoryError):
            store.begin("photo", "button", 5)
    assert photo(store)["id"] == 2
    assert not list(tmp_path.glob("*1.*"))


def test_a_clip_that_lost_half_a_record_is_never_called_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = owned(tmp_path)
    draft = clip(store)
    with monkeypatch.context() as patch:
        patch.setattr(seal.Sealer, "_emit", no_memory)
        with pytest.raises(Refused, match="storage_failed"):
            draft.frame(frame(13, 40_000), 1300)
    with pytest.raises(Refused, match="storage_failed"):
        draft.finish("storage_failed", LIGHT)
    draft.drop(Refused("storage_failed"))
    store.tend()
    [number] = store.unfinished
    assert store.adopt(number)["whole"] is False
    assert [body for kind, _, body in check_whole(store, number).media if kind == 2] == [frame(n) for n in range(10)]


def no_memory(*_: object) -> None:
    raise MemoryError
