"""Promise 4 at its home: what lies in the folder is sealed, whole or absent, and an id never means two things."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from plainsight import seal, wire
from plainsight.errors import Refused
from plainsight.store import OwnerKnown, Store

from tests.unit.firmware_capture import opener
from tests.unit.firmware_capture.cuts import Power, PowerCut

OWNER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
OWNER_PUBLIC = OWNER.public_key().public_bytes_raw()
JPEG = bytearray(b"\xff\xd8" + b"a picture of something private " * 200 + b"\xff\xd9")


def meta(**changes: Any) -> dict[str, Any]:
    fields = {
        "time_s": 1_800_000_000,
        "trigger": "button",
        "jpeg_sha256": hashlib.sha256(JPEG).hexdigest(),
        "salt": "5a" * 16,
        "light": {"level": "optical", "verdict": "proven", "evidence": {"pulses": 7}},
    }
    return {**fields, **changes}


def opened(folder: Path) -> Store:
    store = Store(str(folder))
    store.open()
    return store


def owned(folder: Path) -> Store:
    store = opened(folder)
    store.set_owner(OWNER_PUBLIC)
    return store


def blob(store: Store, number: int) -> bytes:
    buffer = bytearray(store.item(number)["sealed_bytes"] + 10)
    return bytes(buffer[: store.read_into(number, 0, buffer)])


def test_an_item_comes_back_to_its_owner(tmp_path: Path) -> None:
    store = owned(tmp_path)
    item = store.add(JPEG, meta())
    assert wire.check_item(item) == store.item(1) == item
    assert item["id"] == 1
    data = blob(store, 1)
    assert (len(data), hashlib.sha256(data).hexdigest()) == (item["sealed_bytes"], item["sealed_sha256"])
    fields, jpeg = opener.unseal(OWNER, data)
    assert jpeg == JPEG
    assert fields == {"id": 1, **meta()}


def test_without_an_owner_nothing_is_stored(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert not store.has_owner
    assert store.owner is None
    with pytest.raises(Refused) as caught:
        store.add(JPEG, meta())
    assert caught.value.code == "no_owner"
    assert (store.count, list(tmp_path.iterdir())) == (0, [])


def test_the_owner_stays(tmp_path: Path) -> None:
    store = owned(tmp_path)
    store.set_owner(OWNER_PUBLIC)
    other = X25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(OwnerKnown):
        store.set_owner(other)
    again = opened(tmp_path)
    assert again.has_owner
    assert again.owner == OWNER_PUBLIC == store.owner
    with pytest.raises(OwnerKnown):
        again.set_owner(other)


def test_an_owner_key_that_is_none_is_not_kept(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with pytest.raises(seal.BadOwnerKey):
        store.set_owner(bytes(32))
    assert not store.has_owner
    assert not opened(tmp_path).has_owner


def test_each_boot_seals_with_keys_of_its_own(tmp_path: Path) -> None:
    owned(tmp_path).add(JPEG, meta())
    store = opened(tmp_path)
    store.add(JPEG, meta())
    first, second = blob(store, 1), blob(store, 2)
    assert first[4:36] != second[4:36]
    assert opener.unseal(OWNER, first)[1] == opener.unseal(OWNER, second)[1] == JPEG


def test_nothing_private_lies_in_the_folder(tmp_path: Path) -> None:
    drawn: list[bytes] = []

    def draw(count: int) -> bytes:
        drawn.append(os.urandom(count))
        return drawn[-1]

    store = Store(str(tmp_path), draw)
    store.open()
    store.set_owner(OWNER_PUBLIC)
    staged = store.stage(JPEG, meta())
    store.commit(staged)
    store.stage(JPEG, meta())
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert len(drawn) == 1
    for secret in (drawn[0], b"private", b"\xff\xd8a", b"5a5a5a", meta()["jpeg_sha256"].encode(), b"jpeg_sha256"):
        assert secret not in everything


def test_the_index_tells_only_what_the_wire_may_carry(tmp_path: Path) -> None:
    owned(tmp_path).add(JPEG, meta())
    index = json.loads((tmp_path / "00000001.json").read_text())
    assert set(index) == {row[0] for row in wire.ITEM_FIELDS}


def test_pages_oldest_first(tmp_path: Path) -> None:
    store = owned(tmp_path)
    for _ in range(5):
        store.add(JPEG, meta())
    pages = [(0, 3, [1, 2, 3], True), (3, 3, [4, 5], False), (2, 3, [3, 4, 5], False), (5, 3, [], False)]
    for after, limit, ids, more in pages:
        items, further = store.list(after, limit)
        assert ([item["id"] for item in items], further) == (ids, more)


def test_reading_in_pieces(tmp_path: Path) -> None:
    store = owned(tmp_path)
    for _ in range(2):
        store.add(JPEG, meta())
    whole = {number: blob(store, number) for number in (1, 2)}
    piece = bytearray(1000)
    for number, offset in [(1, 0), (2, 500), (1, 1000), (1, 6000), (2, 0)]:
        got = store.read_into(number, offset, memoryview(piece))
        assert piece[:got] == whole[number][offset : offset + 1000]
    size = len(whole[1])
    assert store.read_into(1, size, piece) == 0
    with pytest.raises(Refused) as caught:
        store.read_into(1, size + 1, piece)
    assert caught.value.code == "bad_offset"


def test_a_transfer_opens_its_file_once_and_a_deletion_closes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = owned(tmp_path)
    store.add(JPEG, meta())
    handles: list[Any] = []

    def counted(path: str, mode: str) -> Any:
        handles.append(Path(path).open(mode))  # noqa: SIM115 - the store closes it
        return handles[-1]

    monkeypatch.setattr("plainsight.store.open", counted, raising=False)
    for offset in (0, 100, 200):
        store.read_into(1, offset, bytearray(100))
    assert len(handles) == 1
    monkeypatch.undo()
    store.delete(1)
    assert handles[0].closed


def test_what_is_not_there(tmp_path: Path) -> None:
    store = owned(tmp_path)
    store.add(JPEG, meta())
    store.delete(1)
    acts = [lambda: store.item(1), lambda: store.read_into(1, 0, bytearray(4)), lambda: store.delete(1)]
    for act in [*acts, lambda: store.item(9)]:
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "unknown_item"


def test_deleting_removes_every_trace(tmp_path: Path) -> None:
    store = owned(tmp_path)
    store.add(JPEG, meta())
    store.add(JPEG, meta())
    blob(store, 1)
    store.delete(1)
    assert store.count == 1
    assert not list(tmp_path.glob("00000001*"))
    assert [item["id"] for item in opened(tmp_path).list(0, 9)[0]] == [2]


def test_an_id_is_never_used_twice(tmp_path: Path) -> None:
    store = owned(tmp_path)
    for expected in (1, 2, 3):
        assert store.add(JPEG, meta())["id"] == expected
    store.delete(3)
    store.delete(2)
    store = opened(tmp_path)
    assert store.add(JPEG, meta())["id"] == 4
    staged = store.stage(JPEG, meta())
    assert staged["id"] == 5
    store = opened(tmp_path)
    assert store.add(JPEG, meta())["id"] == 6
    staged = store.stage(JPEG, meta())
    store.unstage(staged)
    assert store.add(JPEG, meta())["id"] == 8


def test_what_is_staged_is_not_there_yet(tmp_path: Path) -> None:
    store = owned(tmp_path)
    staged = store.stage(JPEG, meta())
    assert (store.count, store.list(0, 9)) == (0, ([], False))
    with pytest.raises(Refused):
        store.item(staged["id"])
    store.unstage(staged)
    assert [path.name for path in tmp_path.iterdir()] == ["owner.key"]


def free(monkeypatch: pytest.MonkeyPatch, blocks: int) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: (4096, 1024, 10_000, 9_999, blocks, 0, 0, 0, 0, 255))


def test_room_leaves_the_journal_its_reserve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = owned(tmp_path)
    free(monkeypatch, 100)
    assert store.free_bytes() == 102_400 - 65_536
    free(monkeypatch, 10)
    assert store.free_bytes() == 0
    with pytest.raises(Refused) as caught:
        store.add(JPEG, meta())
    assert caught.value.code == "storage_full"
    assert caught.value.detail["free_bytes"] == 0 < caught.value.detail["needed_bytes"]
    assert store.count == 0


@pytest.mark.parametrize(("errno", "code"), [(28, "storage_full"), (5, "storage_failed")])
def test_a_failing_medium_stores_nothing_half(tmp_path: Path, power: Power, errno: int, code: str) -> None:
    for operation in itertools.count(1):
        folder = tmp_path / str(operation)
        store = owned(folder)
        power.failing = OSError(errno, "medium")
        power.cut(operation)
        try:
            store.add(JPEG, meta())
        except Refused as refused:
            power.cut(None)
            told = refused.code
            assert told == code
            assert (store.count, [path.name for path in folder.iterdir()]) == (0, ["owner.key"])
            assert store.add(JPEG, meta())["id"] == 2
        else:
            break
    assert operation == 5


def test_power_cut_at_every_operation_of_an_item(tmp_path: Path, power: Power) -> None:
    for operation in itertools.count(1):
        folder = tmp_path / str(operation)
        store = owned(folder)
        store.add(JPEG, meta())
        power.cut(operation)
        try:
            store.add(JPEG, meta())
        except PowerCut:
            assert_recovers(folder, power, {1}, {2})
        else:
            break
    assert operation == 5


def test_power_cut_at_every_operation_of_a_deletion(tmp_path: Path, power: Power) -> None:
    for operation in itertools.count(1):
        folder = tmp_path / str(operation)
        store = owned(folder)
        for _ in range(2):
            store.add(JPEG, meta())
        power.cut(operation)
        try:
            store.delete(2)
        except PowerCut:
            assert_recovers(folder, power, {1}, {2})
        else:
            break
    assert operation == 5


def assert_recovers(folder: Path, power: Power, certain: set[int], possible: set[int]) -> None:
    """After a cut, and after cuts at every operation of the recovery itself: whole items, no leftovers, new ids."""
    for operation in itertools.count(1):
        power.cut(operation)
        try:
            store = opened(folder)
        except PowerCut:
            continue
        break
    power.cut(None)
    ids = {item["id"] for item in store.list(0, 9)[0]}
    assert certain <= ids <= certain | possible
    for number in ids:
        data = blob(store, number)
        assert hashlib.sha256(data).hexdigest() == store.item(number)["sealed_sha256"]
        assert opener.unseal(OWNER, data)[1] == JPEG
    files = {path.name for path in folder.iterdir()}
    items = {f"{number:08d}{ending}" for number in ids for ending in (".psi", ".json")}
    assert items <= files <= items | {"owner.key", "last", "last.new"}
    assert store.add(JPEG, meta())["id"] == 3


def test_a_commit_cut_in_the_middle_is_finished(tmp_path: Path, power: Power) -> None:
    store = owned(tmp_path)
    staged = store.stage(JPEG, meta())
    power.cut(2)
    with pytest.raises(PowerCut):
        store.commit(staged)
    power.cut(None)
    assert opened(tmp_path).item(1) == staged


@pytest.mark.parametrize("missing", ["00000001.psi", "00000001.json"])
def test_half_an_item_is_removed(tmp_path: Path, missing: str) -> None:
    owned(tmp_path).add(JPEG, meta())
    (tmp_path / missing).unlink()
    store = opened(tmp_path)
    assert store.count == 0
    assert {path.name for path in tmp_path.iterdir()} == {"owner.key", "last"}
    assert store.add(JPEG, meta())["id"] == 2


def test_foreign_files_do_no_harm(tmp_path: Path) -> None:
    owned(tmp_path).add(JPEG, meta())
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "last").write_text("nonsense")
    store = opened(tmp_path)
    assert store.count == 1
    assert store.add(JPEG, meta())["id"] == 2


def test_the_order_of_writing_an_owner(tmp_path: Path, power: Power) -> None:
    store = opened(tmp_path)
    power.failing = OSError(28, "full")
    power.cut(1)
    with pytest.raises(OSError, match="full"):
        store.set_owner(OWNER_PUBLIC)
    assert (store.has_owner, store.owner) == (False, None)


def test_room_is_asked_of_the_folder_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = owned(tmp_path)
    asked: list[str] = []

    def statvfs(path: str) -> SimpleNamespace | tuple[int, ...]:
        asked.append(path)
        return (4096, 4096, 1, 1, 1000, 0, 0, 0, 0, 255)

    monkeypatch.setattr(os, "statvfs", statvfs)
    store.free_bytes()
    assert asked == [str(tmp_path)]
