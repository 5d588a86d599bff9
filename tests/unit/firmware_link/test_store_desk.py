"""Items over the link: fetched on record once, confirmed, erased, deleted; and the SD card that some of them lie on."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from plainsight.errors import Refused
from plainsight.phones import Phone
from plainsight.storage import checked
from plainsight.storage.card import Card
from plainsight.store import Store

from tests.unit.firmware_link.glasses_side import Glasses, add_item

OWNER_PUBLIC = bytes([9]) + bytes(31)


class Slot:
    """A slot for a card that is a folder of this computer."""

    def __init__(self, glasses: Glasses) -> None:
        self.card: Path | None = None
        glasses.board.mount_card = self.mount_card  # type: ignore[method-assign]
        glasses.board.unmount_card = self.unmount_card  # type: ignore[method-assign]

    def insert(self, card: Path) -> None:
        card.mkdir(exist_ok=True)
        self.card = card

    def pull(self) -> None:
        assert self.card is not None
        self.card = None

    def mount_card(self, path: str) -> None:
        if self.card is None:
            raise OSError(116, "ETIMEDOUT")
        os.symlink(self.card, path)

    def unmount_card(self, path: str) -> None:
        os.unlink(path)


@pytest.fixture
def slot(glasses: Glasses) -> Slot:
    return Slot(glasses)


@pytest.fixture(autouse=True)
def _with_owner(glasses: Glasses) -> None:
    glasses.store.set_owner(OWNER_PUBLIC)


def phone(number: int = 1, pair_key: bytes = b"one") -> Phone:
    return cast("Phone", SimpleNamespace(number=number, pair_key=pair_key))


def fetch(glasses: Glasses, item: int = 1, part: str = "item", offset: int = 0, by: Phone | None = None) -> Any:
    fields = {"item": item, "part": part, "offset": offset, "window": 4096}
    return glasses.service.source("fetch", fields, by or phone())


def refusal(act: Callable[[], object]) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code, caught.value.detail


def photo(glasses: Glasses, *, thumb: bool = True) -> dict[str, Any]:
    draft = glasses.store.begin("photo", "button", 5)
    draft.frame(bytes(9000), 0)
    if thumb:
        draft.thumb(bytes(700))
    item = draft.finish("done", {"level": "optical"})
    glasses.store.commit(item)
    return item


def confirm(glasses: Glasses, item: dict[str, Any], by: Phone | None = None) -> dict[str, Any]:
    fields = {"item": item["id"], "sealed_sha256": item["sealed_sha256"]}
    return glasses.service.answer("imported", fields, by or phone())


def journal_fails(glasses: Glasses) -> None:
    def fail(kind: str, **data: Any) -> None:
        raise Refused("journal_failed")

    glasses.journal.append = fail  # type: ignore[method-assign]


async def test_item_and_thumbnail_are_what_the_index_says(glasses: Glasses) -> None:
    item = photo(glasses)
    for part, size, sha256 in (
        ("item", item["sealed_bytes"], item["sealed_sha256"]),
        ("thumb", item["thumb_bytes"], item["thumb_sha256"]),
    ):
        source = fetch(glasses, part=part)
        assert (source.size, await source.sha256(bytearray())) == (size, sha256)
        view = memoryview(bytearray(size + 1))
        assert source.read_into(0, view) == size
        assert source.read_into(size - 1, view) == 1


def test_without_a_thumbnail_none_is_sent(glasses: Glasses) -> None:
    photo(glasses, thumb=False)
    assert refusal(lambda: fetch(glasses, part="thumb")) == ("unknown_item", {"part": "thumb"})
    assert glasses.records("import") == []


@pytest.mark.parametrize(("part", "beyond"), [("item", 1), ("thumb", 1)])
def test_past_the_end(glasses: Glasses, part: str, beyond: int) -> None:
    item = photo(glasses)
    size = item["sealed_bytes" if part == "item" else "thumb_bytes"]
    assert refusal(lambda: fetch(glasses, part=part, offset=size + beyond)) == ("bad_offset", {"size": size})
    assert fetch(glasses, part=part, offset=size).size == size


def test_an_import_is_one_record_however_often_it_is_resumed(glasses: Glasses) -> None:
    photo(glasses)
    photo(glasses)
    for offset in (0, 0, 500, 900):
        fetch(glasses, offset=offset)
    fetch(glasses, part="thumb")
    fetch(glasses, part="thumb", offset=3)
    fetch(glasses, 2)
    fetch(glasses, by=phone(2, b"two"))
    fetch(glasses, by=phone(1, b"paired anew"))
    fetch(glasses, by=phone(1, b"paired anew"))
    rows = [(row["item"], row["part"], row["phone"]) for row in glasses.records("import")]
    assert rows == [(1, "item", 1), (1, "thumb", 1), (2, "item", 1), (1, "item", 2), (1, "item", 1)]
    glasses.boot()
    fetch(glasses)
    assert len(glasses.records("import")) == 6


def test_what_cannot_be_recorded_is_not_sent_even_later(glasses: Glasses) -> None:
    photo(glasses)
    append = glasses.journal.append
    journal_fails(glasses)
    for _ in range(2):
        assert refusal(lambda: fetch(glasses))[0] == "journal_failed"
    glasses.journal.append = append  # type: ignore[method-assign]
    fetch(glasses)
    assert len(glasses.records("import")) == 1


def test_a_confirmation_counts_for_these_very_bytes(glasses: Glasses) -> None:
    item, other = photo(glasses), photo(glasses)
    wrong = {"item": item["id"], "sealed_sha256": other["sealed_sha256"]}
    code, detail = refusal(lambda: glasses.service.answer("imported", wrong, phone()))
    assert (code, detail) == ("bad_request", {"reason": "other_sealed_sha256"})
    assert glasses.store.not_imported == 2
    assert confirm(glasses, item) == {"item": 1, "erased": False}
    assert [row["imported"] for row in glasses.store.list(0, 9)[0]] == [True, False]
    assert confirm(glasses, item, phone(2, b"two")) == {"item": 1, "erased": False}
    assert glasses.records("imported") == [{"item": 1, "phone": 1}]
    assert refusal(lambda: confirm(glasses, {**item, "id": 9}))[0] == "unknown_item"


def test_a_confirmation_is_recorded_before_it_counts(glasses: Glasses) -> None:
    item = photo(glasses)
    journal_fails(glasses)
    assert refusal(lambda: confirm(glasses, item))[0] == "journal_failed"
    assert glasses.store.not_imported == 1


def test_where_the_owner_says_so_it_is_erased_on_record(glasses: Glasses) -> None:
    item = photo(glasses)
    glasses.settings.values["erase_after_import"] = True
    assert confirm(glasses, item) == {"item": 1, "erased": True}
    assert glasses.store.count == 0
    assert glasses.records("imported") == [{"item": 1, "phone": 1}]
    assert glasses.records("delete") == [{"item": 1, "phone": 1, "reason": "imported"}]


def test_what_cannot_be_recorded_is_not_erased(glasses: Glasses) -> None:
    item = photo(glasses)
    confirm(glasses, item)
    glasses.settings.values["erase_after_import"] = True
    journal_fails(glasses)
    assert refusal(lambda: confirm(glasses, item))[0] == "journal_failed"
    assert glasses.store.count == 1


def on_card(glasses: Glasses, slot: Slot, card: Path) -> dict[str, Any]:
    """A photograph on a card that has been adopted."""
    slot.insert(card)
    glasses.settings.values["storage"] = "card"
    assert glasses.service.answer("adopt_card", {}, phone()) == {"card": "ready"}
    return photo(glasses)


def test_a_card_is_adopted_on_record(glasses: Glasses, slot: Slot, tmp_path: Path) -> None:
    glasses.settings.values["storage"] = "card"
    assert refusal(lambda: glasses.service.answer("adopt_card", {}, phone()))[0] == "card_absent"
    slot.insert(tmp_path / "card")
    (tmp_path / "card" / "holiday.jpg").write_bytes(b"somebody's")
    assert refusal(lambda: photo(glasses))[0] == "card_foreign"
    append = glasses.journal.append
    journal_fails(glasses)
    assert refusal(lambda: glasses.service.answer("adopt_card", {}, phone()))[0] == "journal_failed"
    assert [path.name for path in (tmp_path / "card").iterdir()] == ["holiday.jpg"]
    glasses.journal.append = append  # type: ignore[method-assign]
    for _ in range(2):
        assert glasses.service.answer("adopt_card", {}, phone()) == {"card": "ready"}
    assert glasses.records("card") == [{"adopted": True, "phone": 1}]
    item = photo(glasses)
    assert (item["place"], "card" in item) == ("card", False)
    assert (tmp_path / "card" / "holiday.jpg").read_bytes() == b"somebody's"
    assert not list((tmp_path / "media").glob("*.psi"))


def test_without_its_card_an_item_is_listed_and_kept(glasses: Glasses, slot: Slot, tmp_path: Path) -> None:
    item = on_card(glasses, slot, tmp_path / "card")
    fetch(glasses)
    slot.pull()
    os.rename(tmp_path / "card", tmp_path / "drawer")
    assert glasses.service.answer("items", {"after": 0}, phone())["items"] == [item]
    source = fetch(glasses)
    assert refusal(lambda: source.read_into(0, memoryview(bytearray(10))))[0] == "card_absent"
    assert refusal(lambda: glasses.service.answer("delete", {"item": 1}, phone()))[0] == "card_absent"
    assert glasses.records("delete") == []
    glasses.settings.values["erase_after_import"] = True
    assert confirm(glasses, item) == {"item": 1, "erased": False}
    assert glasses.records("delete") == []
    assert glasses.store.card == "absent"
    os.rename(tmp_path / "drawer", tmp_path / "card")
    slot.insert(tmp_path / "card")
    glasses.store.tend()
    assert glasses.store.card == "ready"
    assert confirm(glasses, item) == {"item": 1, "erased": True}
    assert not list((tmp_path / "card").rglob("*.psi"))


def test_the_card_says_when_it_comes_and_goes(glasses: Glasses, slot: Slot, tmp_path: Path) -> None:
    told: list[str] = []
    glasses.store.on_card = told.append
    glasses.store.tend()
    assert (glasses.store.card, told) == ("none", [])
    glasses.settings.values["storage"] = "card"
    glasses.store.tend()
    slot.insert(tmp_path / "card")
    glasses.store.tend()
    glasses.store.tend()
    glasses.store.adopt_card()
    slot.pull()
    os.rename(tmp_path / "card", tmp_path / "drawer")
    glasses.store.tend()
    assert told == ["absent", "foreign", "ready", "absent"]


def test_a_reboot_finds_the_card_again(glasses: Glasses, slot: Slot, tmp_path: Path) -> None:
    item = on_card(glasses, slot, tmp_path / "card")
    os.unlink(tmp_path / "sd")
    glasses.boot()
    assert glasses.store.card == "ready"
    assert asyncio.run(fetch(glasses).sha256(bytearray())) == item["sealed_sha256"]
    assert fetch(glasses).read_into(0, memoryview(bytearray(10))) == 10


def test_a_clip_that_was_cut_waits_on_its_card(glasses: Glasses, slot: Slot, tmp_path: Path) -> None:
    on_card(glasses, slot, tmp_path / "card")
    draft = glasses.store.begin("clip", "app", 1)
    for number in range(12):
        draft.frame(bytes(3000), number)
    os.unlink(tmp_path / "sd")
    slot.pull()
    os.rename(tmp_path / "card", tmp_path / "drawer")
    store = Store(
        str(tmp_path / "media"), card=Card(glasses.board, str(tmp_path / "sd")), values=glasses.settings.values
    )
    store.open()
    assert (store.card, store.unfinished, store.lost) == ("absent", [], [])
    os.rename(tmp_path / "drawer", tmp_path / "card")
    slot.insert(tmp_path / "card")
    store.check()  # a trigger may find the card before `tend` does
    store.tend()
    assert store.unfinished == [2]
    (tmp_path / "card").rename(tmp_path / "drawer")
    slot.pull()
    assert refusal(lambda: store.adopt(2))[0] == "card_absent"
    assert store.unfinished == []
    assert refusal(lambda: store.adopt(2))[0] == "unknown_item"
    (tmp_path / "drawer").rename(tmp_path / "card")
    slot.insert(tmp_path / "card")
    store.tend()
    item = store.adopt(2)
    assert (item["place"], item["whole"], item["kind"], store.item(2)) == ("card", False, "clip", item)


def test_a_clip_is_offered_when_the_card_that_was_pulled_comes_back(
    glasses: Glasses, slot: Slot, tmp_path: Path
) -> None:
    on_card(glasses, slot, tmp_path / "card")
    store = glasses.store
    draft = store.begin("clip", "app", 1)
    for number in range(12):
        draft.frame(bytes(3000), number)
    slot.pull()
    (tmp_path / "card").rename(tmp_path / "drawer")
    store.tend()
    assert refusal(lambda: draft.frame(bytes(3000), 13))[0] == "card_absent"
    assert store.unfinished == []
    (tmp_path / "drawer").rename(tmp_path / "card")
    slot.insert(tmp_path / "card")
    store.tend()
    assert store.unfinished == [2]
    assert store.adopt(2)["whole"] is False


def test_a_card_that_was_wiped_has_nothing_of_ours_and_is_foreign(glasses: Glasses, slot: Slot, tmp_path: Path) -> None:
    on_card(glasses, slot, tmp_path / "card")
    (tmp_path / "card" / "holiday.jpg").write_bytes(b"somebody's")
    os.unlink(tmp_path / "sd")
    card = Card(glasses.board, str(tmp_path / "sd"))
    card.open(str(tmp_path / "media" / "glasses.tag"))
    card.look()
    card.wipe()
    assert card.state == "foreign"
    assert [path.name for path in (tmp_path / "card").rglob("*") if path.is_file()] == ["holiday.jpg"]
    assert not (tmp_path / "sd").exists()


def test_deletions_are_recorded_one_by_one(glasses: Glasses) -> None:
    for _ in range(3):
        add_item(glasses.store, bytes(50))
    for number in (3, 1, 2):
        assert glasses.service.answer("delete", {"item": number}, phone()) == {"item": number}
    assert [row["item"] for row in glasses.records("delete")] == [3, 1, 2]
    assert refusal(lambda: glasses.service.answer("delete", {"item": 3}, phone()))[0] == "unknown_item"
    assert len(glasses.records("delete")) == 3


def test_another_pairs_card_stays_as_it_is_until_it_is_adopted(glasses: Glasses, slot: Slot, tmp_path: Path) -> None:
    on_card(glasses, slot, tmp_path / "card")
    theirs = tmp_path / "theirs"
    folder = theirs / "plainsight" / ("0" * 16)
    folder.mkdir(parents=True)
    (folder / "00000007.psi").write_bytes(b"PSI2" + bytes(100))
    checked.write(str(theirs / "plainsight" / "card"), b'{"glasses": "0000000000000000", "card": "1111111111111111"}')
    before = {path: path.read_bytes() for path in theirs.rglob("*") if path.is_file()}
    slot.pull()
    os.rename(tmp_path / "card", tmp_path / "drawer")
    slot.insert(theirs)
    glasses.store.tend()
    assert glasses.store.card == "foreign"
    assert refusal(lambda: photo(glasses))[0] == "card_foreign"
    assert {path: path.read_bytes() for path in theirs.rglob("*") if path.is_file()} == before
    assert glasses.service.answer("adopt_card", {}, phone()) == {"card": "ready"}
    assert photo(glasses)["id"] == 2
    assert (folder / "00000007.psi").exists()


@pytest.mark.parametrize("identity", [None, b"half a li", b'{"glasses": "0000000000000000", "card": "11"}'])
def test_our_card_adopted_anew_still_has_our_items(
    glasses: Glasses, slot: Slot, tmp_path: Path, identity: bytes | None
) -> None:
    """Its identity was deleted or damaged, or it was in another pair of glasses meanwhile."""
    item = on_card(glasses, slot, tmp_path / "card")
    named = tmp_path / "card" / "plainsight" / "card"
    named.unlink()
    if identity is not None:
        checked.write(str(named), identity)
    glasses.store.tend()
    assert glasses.store.card == "foreign"
    assert glasses.service.answer("adopt_card", {}, phone()) == {"card": "ready"}
    assert glasses.service.answer("items", {"after": 0}, phone())["items"] == [item]
    view = memoryview(bytearray(item["sealed_bytes"]))
    assert fetch(glasses).read_into(0, view) == item["sealed_bytes"]


def test_nothing_of_ours_goes_with_an_adoption(glasses: Glasses, slot: Slot, tmp_path: Path) -> None:
    """Only some items of a card are on this one, so it is another: what lies there stays, and is not called damaged."""
    on_card(glasses, slot, tmp_path / "card")
    photo(glasses)
    other = tmp_path / "other"
    shutil.copytree(tmp_path / "card", other)
    (other / "plainsight" / "card").unlink()
    [blob] = other.rglob("00000002.psi")
    blob.unlink()
    slot.pull()
    os.rename(tmp_path / "card", tmp_path / "drawer")
    slot.insert(other)
    glasses.store.tend()
    assert glasses.service.answer("adopt_card", {}, phone()) == {"card": "ready"}
    assert list(other.rglob("00000001.psi"))
    assert (glasses.store.count, glasses.store.damaged) == (2, {})


def test_what_is_missing_from_a_card_that_comes_back_is_on_record(glasses: Glasses, slot: Slot, tmp_path: Path) -> None:
    on_card(glasses, slot, tmp_path / "card")
    for _ in range(19):
        photo(glasses)
    slot.pull()
    os.rename(tmp_path / "card", tmp_path / "drawer")
    glasses.store.tend()
    for blob in (tmp_path / "drawer").rglob("*.psi"):
        blob.unlink()
    os.rename(tmp_path / "drawer", tmp_path / "card")
    slot.insert(tmp_path / "card")
    glasses.store.tend()
    append = glasses.journal.append
    journal_fails(glasses)
    assert refusal(glasses.parts.catch_up)[0] == "journal_failed"
    glasses.journal.append = append  # type: ignore[method-assign]
    for _ in range(2):
        glasses.parts.catch_up()
    rows = [{"file": f"media/{number:08d}", "what": "blob"} for number in range(1, 21)]
    assert (glasses.records("damage"), glasses.store.count) == (rows, 0)
