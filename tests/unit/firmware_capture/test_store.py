"""Promise 4 at its home: what lies in the folder is sealed, whole or absent, and an id never means two things."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from plainsight import seal, wire
from plainsight.errors import Refused
from plainsight.store import OwnerKnown, Store

from tests.unit.firmware_capture import opener
from tests.unit.firmware_capture.cuts import Power
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
    sound,
    staged,
)


def test_a_photograph_comes_back_to_its_owner(tmp_path: Path) -> None:
    store = owned(tmp_path)
    draft = store.begin("photo", "button", 1_800_000_000)
    draft.frame(JPEG, 0)
    draft.thumb(THUMB)
    item = draft.finish("done", LIGHT)
    store.commit(item)
    assert wire.check_item(dict(item)) == store.item(1) == item
    told = {"id": 1, "kind": "photo", "frames": 1, "duration_ms": 0, "whole": True, "imported": False, "place": "flash"}
    assert told.items() <= item.items()
    inside = check_whole(store, 1)
    meta = {"id": 1, "kind": "photo", "time_s": 1_800_000_000, "trigger": "button", "salt": draft.salt.hex()}
    assert (inside.meta, inside.media, inside.whole) == (meta, [(2, 0, JPEG)], True)
    sha256 = hashlib.sha256(JPEG).hexdigest()
    end = {"reason": "done", "frames": 1, "duration_ms": 0, "media_sha256": sha256, "light": LIGHT}
    assert inside.end == end
    assert draft.media_sha256.hex() == inside.media_sha256 == sha256
    small = opener.unseal(OWNER, blob(store, 1, "thumb"))
    assert small.meta == {**meta, "kind": "thumb"}
    assert small.end is not None
    assert small.end["media_sha256"] == hashlib.sha256(THUMB).hexdigest()


def test_a_clip_comes_back_with_its_times_and_sound(tmp_path: Path) -> None:
    store = owned(tmp_path)
    draft = clip(store)
    item = draft.finish("button", LIGHT)
    assert store.count == 0
    store.commit(item)
    assert (item["kind"], item["frames"], item["duration_ms"], item["thumb_bytes"]) == ("clip", 12, 1150, 0)
    inside = check_whole(store, 1)
    expected = [
        row for number in range(12) for row in ((2, number * 100, frame(number)), (3, number * 100 + 50, sound(number)))
    ]
    assert inside.media == expected
    assert inside.end is not None
    assert (inside.end["reason"], inside.end["frames"], inside.end["duration_ms"]) == ("button", 12, 1150)
    assert inside.end["media_sha256"] == draft.media_sha256.hex() == inside.media_sha256


def test_without_an_owner_nothing_is_stored(tmp_path: Path) -> None:
    store = opened(tmp_path)
    assert (store.has_owner, store.owner) == (False, None)
    for act in (store.check, lambda: store.begin("photo", "button", 1)):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "no_owner"
    assert (store.count, list(tmp_path.iterdir())) == (0, [])


def test_a_store_that_could_not_be_opened_takes_nothing(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("no folder")
    store = Store(str(tmp_path / "media"))
    with pytest.raises(OSError, match="directory"):
        store.open()
    with pytest.raises(Refused) as caught:
        store.begin("photo", "button", 1)
    assert caught.value.code == "storage_failed"


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


def test_the_order_of_writing_an_owner(tmp_path: Path, power: Power) -> None:
    store = opened(tmp_path)
    power.failing = OSError(28, "full")
    power.cut(1)
    with pytest.raises(OSError, match="full"):
        store.set_owner(OWNER_PUBLIC)
    assert (store.has_owner, store.owner) == (False, None)


def test_each_boot_seals_with_keys_of_its_own(tmp_path: Path) -> None:
    photo(owned(tmp_path))
    store = opened(tmp_path)
    photo(store)
    first, second = blob(store, 1), blob(store, 2)
    assert first[4:36] != second[4:36]
    assert opener.unseal(OWNER, first).media == opener.unseal(OWNER, second).media


def test_item_and_thumbnail_have_keys_of_their_own(tmp_path: Path) -> None:
    store = owned(tmp_path)
    photo(store)
    photo(store)
    steps = [
        int.from_bytes(blob(store, number, part)[36:40], "little") for number in (1, 2) for part in ("item", "thumb")
    ]
    assert steps == [0, 1, 2, 3]


def test_nothing_private_lies_in_the_folder(tmp_path: Path) -> None:
    drawn: list[bytes] = []

    def draw(count: int) -> bytes:
        drawn.append(os.urandom(count))
        return drawn[-1]

    store = Store(str(tmp_path), draw)
    store.open()
    store.set_owner(OWNER_PUBLIC)
    photo(store)
    clip(store)  # is left under way
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    sha256 = hashlib.sha256(JPEG).hexdigest().encode()
    assert [len(secret) for secret in drawn] == [32, 16, 16]
    secrets = [
        *drawn,
        *(secret.hex().encode() for secret in drawn),
        b"private",
        b"\xff\xd8a",
        sha256,
        b"media_sha256",
        b"salt",
    ]
    for secret in secrets:
        assert secret not in everything


def test_the_index_tells_only_what_the_wire_may_carry(tmp_path: Path) -> None:
    photo(owned(tmp_path))
    index = json.loads((tmp_path / "00000001.json").read_text().splitlines()[0])
    assert set(index) == {row[0].removesuffix("?") for row in wire.ITEM_FIELDS}


def test_pages_oldest_first(tmp_path: Path) -> None:
    store = owned(tmp_path)
    for _ in range(5):
        photo(store)
    pages = [(0, 3, [1, 2, 3], True), (3, 3, [4, 5], False), (2, 3, [3, 4, 5], False), (5, 3, [], False)]
    for after, limit, ids, more in pages:
        items, further = store.list(after, limit)
        assert ([item["id"] for item in items], further) == (ids, more)


def test_reading_in_pieces(tmp_path: Path) -> None:
    store = owned(tmp_path)
    for _ in range(2):
        photo(store)
    whole = {(number, part): blob(store, number, part) for number in (1, 2) for part in ("item", "thumb")}
    piece = bytearray(1000)
    for number, part, offset in [
        (1, "item", 0),
        (2, "item", 500),
        (1, "thumb", 300),
        (1, "item", 6000),
        (2, "item", 0),
    ]:
        got = store.read_into(number, offset, memoryview(piece), part)
        assert piece[:got] == whole[number, part][offset : offset + 1000]
    for part in ("item", "thumb"):
        size = len(whole[1, part])
        assert store.read_into(1, size, piece, part) == 0
        with pytest.raises(Refused) as caught:
            store.read_into(1, size + 1, piece, part)
        assert (caught.value.code, caught.value.detail) == ("bad_offset", {"size": size})


def test_what_lies_behind_an_item_in_its_file_is_not_read(tmp_path: Path) -> None:
    store = owned(tmp_path)
    item = photo(store)
    with (tmp_path / "00000001.psi").open("ab") as file:
        file.write(b"more")
    assert store.read_into(1, item["sealed_bytes"] - 4, bytearray(100)) == 4
    assert opened(tmp_path).read_into(1, item["sealed_bytes"], bytearray(100)) == 0


def test_without_a_thumbnail_there_is_none_to_read(tmp_path: Path) -> None:
    store = owned(tmp_path)
    item = photo(store, thumb=False)
    assert (item["thumb_bytes"], "thumb_sha256" in item) == (0, False)
    with pytest.raises(Refused) as caught:
        store.read_into(1, 0, bytearray(10), "thumb")
    assert caught.value.code == "unknown_item"


def test_a_transfer_opens_its_file_once_and_a_deletion_closes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = owned(tmp_path)
    photo(store)
    handles: list[Any] = []

    def counted(path: str, mode: str) -> Any:
        handles.append(Path(path).open(mode))  # noqa: SIM115 - the store closes it
        return handles[-1]

    monkeypatch.setattr("plainsight.storage.reader.open", counted, raising=False)
    for offset in (0, 100, 200):
        store.read_into(1, offset, bytearray(100))
    assert len(handles) == 1
    store.read_into(1, 0, bytearray(100), "thumb")
    assert (len(handles), handles[0].closed) == (2, True)
    store.delete(1)
    assert handles[1].closed


def test_what_is_not_there(tmp_path: Path) -> None:
    store = owned(tmp_path)
    photo(store)
    store.delete(1)
    acts = [
        lambda: store.item(1),
        lambda: store.read_into(1, 0, bytearray(4)),
        lambda: store.delete(1),
        lambda: store.check_erasable(1),
        lambda: store.mark_imported(1),
        lambda: store.adopt(1),
        lambda: store.item(9),
    ]
    for act in acts:
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "unknown_item"


def test_deleting_removes_every_trace(tmp_path: Path) -> None:
    store = owned(tmp_path)
    photo(store)
    photo(store)
    blob(store, 1)
    store.delete(1)
    assert store.count == 1
    assert not list(tmp_path.glob("00000001*"))
    assert [item["id"] for item in opened(tmp_path).list(0, 9)[0]] == [2]


def test_an_id_is_never_used_twice(tmp_path: Path) -> None:
    store = owned(tmp_path)
    for expected in (1, 2, 3):
        assert photo(store)["id"] == expected
    store.delete(3)
    store.delete(2)
    store = opened(tmp_path)
    assert photo(store)["id"] == 4
    assert staged(store)["id"] == 5
    store = opened(tmp_path)
    item = staged(store)
    assert item["id"] == 6
    store.abandon(item)
    store = opened(tmp_path)
    draft = clip(store)
    assert draft.id == 7
    store.abandon(draft)
    assert opened(tmp_path).begin("photo", "app", 1).id == 8


def test_what_is_staged_is_not_there_yet(tmp_path: Path) -> None:
    store = owned(tmp_path)
    item = staged(store)
    assert (store.count, store.list(0, 9)) == (0, ([], False))
    with pytest.raises(Refused):
        store.item(item["id"])
    store.abandon(item)
    assert {path.name for path in tmp_path.iterdir()} == {"owner.key", "last"}


@pytest.mark.parametrize("make", [clip, staged])
def test_what_is_abandoned_leaves_nothing(tmp_path: Path, make: Any) -> None:
    store = owned(tmp_path)
    store.abandon(make(store))
    assert {path.name for path in tmp_path.iterdir()} == {"owner.key", "last"}
    assert photo(store)["id"] == 2


def test_one_draft_at_a_time(tmp_path: Path) -> None:
    store = owned(tmp_path)
    draft = clip(store)
    with pytest.raises(Refused) as caught:
        store.begin("photo", "button", 1)
    assert caught.value.code == "busy"
    item = draft.finish("done", LIGHT)
    assert photo(store)["id"] == 2
    store.commit(item)
    assert [each["id"] for each in store.list(0, 9)[0]] == [1, 2]


def test_a_draft_that_was_dropped_takes_nothing_more(tmp_path: Path) -> None:
    store = owned(tmp_path)
    draft = clip(store)
    store.abandon(draft)
    for act in (lambda: draft.frame(JPEG, 1), lambda: draft.thumb(THUMB), lambda: draft.finish("done", LIGHT)):
        with pytest.raises(Refused):
            act()
    assert not list(tmp_path.glob("*.psi"))
