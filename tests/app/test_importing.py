"""Rounds of imports: thumbnails first, resumed over drops and restarts, confirmed, never stopped by one bad item."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery import importer
from companion_app.gallery.errors import CannotOpen, GalleryFull, ItemNotImported
from companion_app.gallery.unsealing import unseal
from companion_app.ledger.errors import LedgerWriteFailed
from tests.app.conftest import Air
from tests.app.ledger_words import entries
from tests.app.peer import Peer
from tests.app.sealing import jpeg, noise
from tests.app.vaults import room, vault_in

Until = Callable[[Callable[[], bool]], Awaitable[None]]


def asked(peer: Peer, *operations: str) -> list[tuple[str, int]]:
    """Which items were asked for, with `fetch`'s part in place of its name."""
    return [
        (fields.get("part", operation), fields["item"])
        for operation, fields in peer.requests
        if operation in operations
    ]


@pytest.fixture
def problems(paired: Companion) -> list[AppError]:
    """What nobody waited for."""
    heard: list[AppError] = []
    paired.on_problem(heard.append)
    return heard


def named(problems: list[AppError]) -> list[tuple[int, str]]:
    """(item, what was wrong with it)."""
    found: list[tuple[int, str]] = []
    for problem in problems:
        assert isinstance(problem, ItemNotImported)
        word = getattr(problem.cause, "code", None) or getattr(problem.cause, "fault", None)
        found.append((problem.item, str(word or type(problem.cause).__name__)))
    return found


# The order and the end of a round


async def test_all_thumbnails_come_before_the_first_item(paired: Companion, peer: Peer) -> None:
    for number in (1, 2, 3):
        taken = peer.take_picture()
        if number != 2:
            peer.add_thumb(taken["item"], jpeg(number))
    seen: list[tuple[int, list[bool]]] = []

    def watch(item: int, have: int, size: int) -> None:
        waiting = [paired.thumbnail(row["sealed_sha256"]) is not None for row in peer.items]
        seen.append((item, waiting))
        assert 0 < have <= size == len(peer.blobs[item])

    await paired.sync(watch)
    assert asked(peer, "fetch") == [("thumb", 1), ("thumb", 3), ("item", 1), ("item", 2), ("item", 3)]
    assert seen[0] == (1, [True, False, True])
    assert seen[-1] == (3, [False, False, True])
    pictures = paired.gallery.pictures()
    assert [picture.thumb_sha256 is not None for picture in pictures] == [True, False, True]
    assert (paired.gallery.thumb(pictures[0]), paired.gallery.thumb(pictures[2])) == (jpeg(3), jpeg(1))
    assert [paired.thumbnail(row["sealed_sha256"]) for row in peer.items] == [None] * 3


async def test_who_waits_for_a_round_under_way_hears_its_progress(paired: Companion, peer: Peer) -> None:
    peer.take_picture()
    heard: list[int] = []
    first = asyncio.create_task(paired.sync())
    await asyncio.sleep(0)  # it has the turn
    assert await paired.sync(lambda item, _have, _size: heard.append(item)) == []
    assert [picture.item for picture in await first] == [1]
    assert set(heard) == {1}


async def test_an_import_is_confirmed_after_it_is_stored_and_recorded(paired: Companion, peer: Peer) -> None:
    taken = peer.take_picture()
    held: list[bool] = []

    def imported(fields: dict[str, Any]) -> dict[str, Any]:
        held.append(paired.gallery.get_by_seal(fields["sealed_sha256"]).read() == peer.jpegs[1])
        held.append(len(entries(paired, "import")) == 1)
        return {"item": fields["item"], "erased": False}

    peer.answers["imported"] = imported
    (picture,) = await paired.sync()
    assert held == [True, True]
    assert picture.sealed_sha256 == taken["item"]["sealed_sha256"]
    assert entries(paired, "imported") == [{"glasses": picture.glasses, "item": 1, "erased": False}]


@pytest.mark.parametrize("erase", [False, True])
async def test_the_glasses_erase_what_was_imported_where_they_are_set_to(
    paired: Companion, peer: Peer, erase: bool
) -> None:
    await paired.change_settings(erase_after_import=erase)
    picture = await paired.capture()
    assert [item["imported"] for item in peer.items] == ([] if erase else [True])
    assert entries(paired, "imported") == [{"glasses": picture.glasses, "item": 1, "erased": erase}]
    assert await paired.sync() == []
    assert picture.read() == peer.jpegs[1]
    await paired.delete(picture)
    assert entries(paired, "deleted_on_glasses") == [{"glasses": picture.glasses, "item": 1}]


async def test_a_confirmation_that_was_lost_is_given_at_the_next_round_without_another_import(
    paired: Companion, peer: Peer, until: Until
) -> None:
    peer.answers["imported"] = lambda fields: {"error": "storage_failed"}
    picture = await paired.capture()
    assert entries(paired, "imported") == []
    del peer.answers["imported"]
    assert await paired.sync() == []
    assert peer.items[0]["imported"] is True
    assert entries(paired, "imported") == [{"glasses": picture.glasses, "item": 1, "erased": False}]
    await paired.sync()
    assert asked(peer, "fetch", "imported") == [("item", 1), ("imported", 1), ("imported", 1)]


async def test_what_the_glasses_know_to_be_imported_is_not_confirmed_again_after_a_restart(
    paired: Companion, peer: Peer, folder: Path
) -> None:
    await paired.capture()
    await paired.close()
    peer.requests.clear()
    again = await Companion.open(vault_in(folder))
    await again.connect()
    assert await again.sync() == []
    assert asked(peer, "fetch", "imported") == []
    assert len(entries(again, "imported")) == 1
    await again.close()


async def test_a_clip_is_imported_with_its_first_frame_to_show(paired: Companion, peer: Peer) -> None:
    taken = peer.take_clip(4, bytes(3200))
    (clip,) = await paired.sync()
    assert (clip.kind, clip.frames, clip.whole, clip.read()[:4]) == ("clip", 4, True, b"RIFF")
    assert clip.preview() == peer.jpegs[1]
    assert clip.read()[:4] == b"RIFF"
    assert clip.media_sha256 == taken["media_sha256"]
    assert entries(paired, "import")[0]["commit"] == clip.commitment
    everything = "".join(str(entry.data) for entry in paired.ledger.entries())
    assert taken["media_sha256"] not in everything
    assert clip.sha256 not in everything


async def test_a_clip_that_a_power_cut_ended_is_kept_and_says_so(paired: Companion, peer: Peer) -> None:
    peer.take_clip(60, whole=False, light={"verdict": "cut"}, frames=0)
    blob = peer.blobs[1]
    assert len(blob) > 2 * 16384
    torn = blob[: 40 + 16384 + 16 + 36 + 100]
    peer.cut_off(1, torn)
    (clip,) = await paired.sync()
    assert (clip.whole, clip.reason, clip.light) == (False, "power_cut", {"verdict": "cut"})
    assert 0 < clip.frames < 60
    assert clip.duration_ms == 100 * (clip.frames - 1)


async def test_two_rounds_at_once_are_one_after_the_other(paired: Companion, peer: Peer) -> None:
    for _ in range(2):
        peer.take_picture()
    first, second = await asyncio.gather(paired.sync(), paired.sync())
    assert ([picture.item for picture in first], second) == ([1, 2], [])
    assert asked(peer, "fetch") == [("item", 1), ("item", 2)]
    assert asked(peer, "imported") == [("imported", 1), ("imported", 2)]


async def test_the_next_item_is_on_the_air_while_one_is_opened(
    paired: Companion, peer: Peer, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        peer.take_picture()
    let_go = threading.Event()

    def hold_back(*arguments: Any, **named: Any) -> Any:
        let_go.wait(10)
        return unseal(*arguments, **named)

    monkeypatch.setattr(importer, "unseal", hold_back)
    syncing = asyncio.create_task(paired.sync())
    await until(lambda: ("item", 2) in asked(peer, "fetch"))
    assert asked(peer, "imported") == []
    assert ("item", 3) not in asked(peer, "fetch")  # no more than two are held in memory
    let_go.set()
    assert [picture.item for picture in await syncing] == [1, 2, 3]


async def test_one_item_that_two_ask_for_comes_once(paired: Companion, peer: Peer) -> None:
    peer.take_picture()
    (item,) = await paired.items()
    pin = paired._link.pins.current
    assert pin is not None
    both = await asyncio.gather(*(paired._importer.bring(item, pin.glasses) for _ in range(2)))
    assert both[0] == both[1]
    assert asked(peer, "fetch", "imported") == [("item", 1), ("imported", 1)]
    assert len(entries(paired, "import")) == 1


# Resuming


async def test_an_unfinished_import_goes_on_after_a_restart_of_the_app(
    paired: Companion, peer: Peer, air: Air, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.take_picture()
    link = air.links[-1]
    link.drop_after = link.bytes_sent + 9000
    air.peers.clear()
    bringing = asyncio.create_task(paired.sync())
    await asyncio.wait_for(paired.glasses.ended, 10)
    bringing.cancel()
    await asyncio.wait([bringing])
    await paired.close()
    (left,) = (folder / "arriving").iterdir()
    came = left.stat().st_size
    assert 4000 < came < len(peer.blobs[1])
    assert peer.blobs[1].startswith(left.read_bytes())

    air.peers["glasses"] = peer
    peer.requests.clear()
    again = await Companion.open(vault_in(folder))
    await again.connect()
    await again.sync()
    offsets = [fields["offset"] for operation, fields in peer.requests if operation == "fetch"]
    assert offsets == [came]
    assert [picture.read() for picture in again.gallery.pictures()] == [peer.jpegs[1]]
    assert list((folder / "arriving").iterdir()) == []
    await again.close()


async def test_a_torn_partial_is_found_and_fetched_anew(paired: Companion, peer: Peer, folder: Path) -> None:
    taken = peer.take_picture()
    room(folder / "arriving").path(f"partial/{taken['item']['sealed_sha256']}").write_bytes(bytes(5000))
    (picture,) = await paired.sync()
    assert picture.read() == peer.jpegs[1]
    assert [fields["offset"] for operation, fields in peer.requests if operation == "fetch"] == [5000, 0]


async def test_a_drop_in_a_round_is_survived_and_nothing_comes_twice(paired: Companion, peer: Peer, air: Air) -> None:
    for number in range(3):
        peer.add_thumb(peer.take_picture()["item"], jpeg(number))
    link = air.links[-1]
    link.drop_after = link.bytes_sent + 30_000
    await paired.sync()
    await paired.sync()
    assert sorted(picture.item for picture in paired.gallery.pictures()) == [1, 2, 3]
    assert sorted(entry["item"] for entry in entries(paired, "import")) == [1, 2, 3]
    assert sorted(entry["item"] for entry in entries(paired, "imported")) == [1, 2, 3]
    assert peer.media_sent - sum(len(blob) for blob in [*peer.blobs.values(), *peer.thumbs.values()]) < 3 * 32768


# One bad item


def vanish(peer: Peer) -> None:
    del peer.blobs[2]


def forged(peer: Peer) -> None:
    peer.cut_off(2, peer.blobs[2][:-1] + b"\x00")


def of_another(peer: Peer) -> None:
    assert peer.boot is not None
    peer.cut_off(2, peer.boot.seal(noise(100), id=1))


def changed_on_its_way(peer: Peer) -> None:
    peer.damaged = {2}


def announced_as_another(peer: Peer) -> None:
    peer.items[1]["sealed_sha256"] = "ab" * 32


def renamed(peer: Peer) -> None:
    peer.items[1]["kind"] = "clip"


@pytest.mark.parametrize(
    ("harm", "word"),
    [
        (vanish, "unknown_item"),
        (forged, "not_for_this_owner_or_changed"),
        (of_another, "another_item"),
        (renamed, "another_item"),
        (changed_on_its_way, "TransferDamaged"),
        (announced_as_another, "AnswerMalformed"),
    ],
)
async def test_one_bad_item_is_named_and_the_others_come(
    paired: Companion, peer: Peer, problems: list[AppError], harm: Callable[[Peer], None], word: str
) -> None:
    for _ in range(3):
        peer.take_picture()
    harm(peer)
    assert [picture.item for picture in await paired.sync()] == [1, 3]
    assert named(problems) == [(2, word)]
    assert sorted(entry["item"] for entry in entries(paired, "import")) == [1, 3]
    assert [item["imported"] for item in peer.items] == [True, False, True]
    assert await paired.sync() == []
    assert named(problems) == [(2, word)] * 2


async def test_a_bad_item_comes_once_it_is_well(paired: Companion, peer: Peer, problems: list[AppError]) -> None:
    for _ in range(2):
        peer.take_picture()
    blob = peer.blobs.pop(1)
    assert [picture.item for picture in await paired.sync()] == [2]
    peer.blobs[1] = blob
    assert [picture.item for picture in await paired.sync()] == [1]
    assert len(problems) == 1


@pytest.mark.parametrize("code", ["card_absent", "storage_failed", "bad_offset", "busy"])
async def test_a_card_pulled_out_in_the_middle_is_named_and_the_rest_comes(
    paired: Companion, peer: Peer, problems: list[AppError], code: str
) -> None:
    for _ in range(3):
        peer.take_picture()
    peer.breaks_off = {2: (8000, code)}
    assert [picture.item for picture in await paired.sync()] == [1, 3]
    assert named(problems) == [(2, code)]
    peer.breaks_off = {}
    peer.requests.clear()
    assert [picture.item for picture in await paired.sync()] == [2]
    assert [fields["offset"] > 0 for operation, fields in peer.requests if operation == "fetch"] == [True]


async def test_a_bad_thumbnail_does_not_stop_its_item(paired: Companion, peer: Peer, problems: list[AppError]) -> None:
    for number in (1, 2, 3):
        peer.add_thumb(peer.take_picture()["item"], jpeg(number))
    del peer.thumbs[1]
    wrong = peer.thumbs[3]
    peer.items[1].update(thumb_bytes=len(wrong), thumb_sha256=peer.items[2]["thumb_sha256"])
    peer.thumbs[2] = wrong
    assert [picture.item for picture in await paired.sync()] == [1, 2, 3]
    assert named(problems) == [(1, "unknown_item"), (2, "another_item")]
    assert [picture.thumb_sha256 is not None for picture in paired.gallery.pictures()] == [True, False, False]


async def test_a_photograph_is_no_thumbnail(paired: Companion, peer: Peer, problems: list[AppError]) -> None:
    first = peer.take_picture()["item"]
    peer.thumbs[1] = peer.blobs[1]
    first.update(thumb_bytes=first["sealed_bytes"], thumb_sha256=first["sealed_sha256"])
    await paired.sync()
    assert named(problems) == [(1, "another_item")]


async def test_what_fails_for_all_ends_the_round(
    paired: Companion, peer: Peer, problems: list[AppError], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        peer.take_picture()

    def full(*_: object, **__: object) -> None:
        raise GalleryFull(28)

    def unwritable(kind: str, **__: object) -> None:
        raise LedgerWriteFailed(kind, 28)

    for service, method, failing, error in (
        (paired.gallery, "add", full, GalleryFull),
        (paired.ledger, "append", unwritable, LedgerWriteFailed),
    ):
        with monkeypatch.context() as broken:
            broken.setattr(service, method, failing)
            with pytest.raises(error):
                await paired.sync()
    assert problems == []
    assert [picture.item for picture in await paired.sync()] == [1, 2, 3]


async def test_an_item_that_is_to_be_deleted_is_not_imported_again(
    paired: Companion, peer: Peer, problems: list[AppError]
) -> None:
    picture = await paired.capture()
    peer.answers["delete"] = lambda fields: {"error": "storage_failed"}
    await paired.delete(picture)
    assert await paired.sync() == []
    assert paired.gallery.pictures() == []
    assert [operation for operation, _ in peer.requests].count("fetch") == 1
    assert problems == []


async def test_thumbnails_of_items_that_are_gone_are_forgotten(
    paired: Companion, peer: Peer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = peer.take_picture()
    peer.add_thumb(taken["item"], jpeg(5))
    del peer.blobs[1]
    await paired.sync()
    assert paired.thumbnail(taken["item"]["sealed_sha256"]) is None  # unknown_item: it vanished
    peer.items.clear()
    room(folder / "arriving").write("waiting/" + "ab" * 32, b"old")
    await paired.sync()
    assert list((folder / "arriving").iterdir()) == []


async def test_the_words_of_a_live_picture_are_still_checked(paired: Companion, peer: Peer) -> None:
    peer.answers["capture"] = lambda fields: {**peer.take_picture(), "media_sha256": "00" * 32}
    with pytest.raises(CannotOpen) as raised:
        await paired.capture()
    assert raised.value.fault == "another_picture"
    assert asked(peer, "imported") == []
