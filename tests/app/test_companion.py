"""The whole app against glasses in memory: the main job, what goes wrong, and what is left then."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.gallery.errors import CannotOpen, GalleryFull
from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import GlassesRefused
from companion_app.link.events import Refusal
from tests.app.conftest import TYPED_CODE
from tests.app.ledger_words import entries, kinds
from tests.app.peer import PAIR_KEY, SECRET, Peer

Until = Callable[[Callable[[], bool]], Awaitable[None]]


def test_the_typed_code_is_the_peers_secret() -> None:
    assert base64.b32encode(SECRET).decode().rstrip("=") == TYPED_CODE


async def test_capture_fetches_opens_and_stores(paired: Companion, peer: Peer) -> None:
    picture = await paired.capture()
    assert picture.read() == peer.jpegs[1]
    assert picture.sha256 == hashlib.sha256(peer.jpegs[1]).hexdigest()
    assert paired.gallery.pictures() == [picture]
    info = paired.link_info()
    assert info["mtu"] == 247
    assert info["goodput_bytes_per_s"] > 0
    assert (info["bytes_sent_twice"], info["resumed"]) == (0, 0)
    assert info["bytes_received"] == len(peer.blobs[1])


async def test_an_import_is_recorded_by_its_commitment_alone(paired: Companion) -> None:
    picture = await paired.capture()
    (record,) = entries(paired, "import")
    assert record["commit"] == picture.commitment
    assert record["light"] == {"level": "optical", "verdict": "proven"}
    assert (record["item"], record["glasses"], record["trigger"]) == (1, picture.glasses, "button")
    ledger = "".join(str(entry.data) for entry in paired.ledger.entries())
    assert picture.sha256 not in ledger
    assert picture.salt not in ledger


async def test_a_picture_is_recorded_before_it_is_stored(paired: Companion, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(kind: str, **data: object) -> None:
        raise LedgerWriteFailed(kind, 28)

    monkeypatch.setattr(paired.ledger, "append", fail)
    with pytest.raises(LedgerWriteFailed):
        await paired.capture()
    assert paired.gallery.pictures() == []


async def test_sync_imports_what_is_missing_alone(paired: Companion, peer: Peer) -> None:
    first = await paired.capture()
    for _ in range(3):
        peer.take_picture()
    imported = await paired.sync()
    assert [picture.item for picture in imported] == [2, 3, 4]
    assert await paired.sync() == []
    assert [picture.item for picture in paired.gallery.pictures()] == [4, 3, 2, 1]
    assert first in paired.gallery.pictures()
    assert [fields["item"] for operation, fields in peer.requests if operation == "fetch"] == [1, 2, 3, 4]


async def test_a_press_of_the_button_brings_its_picture(paired: Companion, peer: Peer, until: Until) -> None:
    arrived: list[Picture] = []
    end = paired.on_picture(arrived.append)
    taken = peer.take_picture()
    await peer.post("item", **taken, reason="done")
    await until(lambda: len(arrived) == 1)
    assert arrived[0].sha256 == taken["media_sha256"]
    end()
    await paired.capture()
    assert len(arrived) == 1


async def test_a_picture_that_is_told_and_answered_arrives_once(paired: Companion, peer: Peer) -> None:
    arrived: list[Picture] = []
    paired.on_picture(arrived.append)
    told: list[asyncio.Task[None]] = []

    def capture(fields: dict[str, Any]) -> dict[str, Any]:
        taken = peer.take_picture()
        told.append(asyncio.create_task(peer.post("item", **taken, reason="done")))
        return taken

    peer.answers["capture"] = capture
    picture = await paired.capture()
    await asyncio.gather(*told)
    await paired.sync()
    assert arrived == [picture]
    assert kinds(paired).count("import") == 1


async def test_pictures_taken_while_apart_come_at_the_next_visit(paired: Companion, peer: Peer, until: Until) -> None:
    await paired.disconnect()
    peer.take_picture()
    await paired.connect()
    await until(lambda: len(paired.gallery.pictures()) == 1)


async def test_a_refusal_reaches_whoever_asked(paired: Companion, peer: Peer) -> None:
    peer.answers["capture"] = lambda fields: {"error": "light_open", "detail": {"mv": 0}}
    with pytest.raises(GlassesRefused) as raised:
        await paired.capture()
    assert (raised.value.code, raised.value.detail) == ("light_open", {"mv": 0})
    assert paired.gallery.pictures() == []
    assert paired.connection.state is ConnectionState.CONNECTED


async def test_a_refused_button_reaches_the_observers(paired: Companion, peer: Peer, until: Until) -> None:
    heard: list[Refusal] = []
    end = paired.on_refusal(heard.append)
    await peer.post("refusal", reason="light_open", trigger="button")
    await until(lambda: heard == [Refusal("light_open", "button", {})])
    end()


async def test_an_import_that_nobody_waits_for_tells_its_problem(paired: Companion, peer: Peer, until: Until) -> None:
    problems: list[AppError] = []
    end = paired.on_problem(problems.append)
    taken = peer.take_picture()
    await peer.post("item", **{**taken, "media_sha256": "00" * 32, "reason": "done"})
    await until(lambda: [type(problem) for problem in problems] == [CannotOpen])
    assert paired.gallery.pictures() == []
    end()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda peer: peer.take_picture() | {"media_sha256": "00" * 32}, "another_picture"),
        (lambda peer: _with_item(peer, 9), "another_item"),
    ],
)
async def test_what_is_not_the_picture_that_was_taken_is_not_stored(
    paired: Companion, peer: Peer, change: Callable[[Peer], dict[str, Any]], fault: str
) -> None:
    peer.answers["capture"] = lambda fields: change(peer)
    with pytest.raises(CannotOpen) as raised:
        await paired.capture()
    assert raised.value.fault == fault
    assert paired.gallery.pictures() == []
    assert "import" not in kinds(paired)


def _with_item(peer: Peer, number: int) -> dict[str, Any]:
    """A captured item under another number than the one sealed inside."""
    taken = peer.take_picture()
    peer.blobs[number] = peer.blobs[1]
    peer.items[0]["id"] = number
    return taken


async def test_a_full_phone_keeps_nothing_and_can_import_later(
    paired: Companion, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise GalleryFull(28)

    with monkeypatch.context() as broken:
        broken.setattr(paired.gallery, "add", full)
        with pytest.raises(GalleryFull):
            await paired.capture()
    assert [picture.item for picture in await paired.sync()] == [1]


async def test_the_journal_and_everything_else_can_be_asked(paired: Companion, peer: Peer) -> None:
    assert await paired.glasses.journal(0, 100) == peer.lines
    assert (await paired.glasses.status()).items == 0
    assert [phone.id for phone in await paired.glasses.phones()] == [1]
    assert await paired.glasses.invite() == "A" * 26
    assert (await paired.glasses.link_test("down", 30_000)).size == 30_000
    assert (await paired.glasses.link_test("up", 30_000)).size == 30_000
    assert peer.pair_key == PAIR_KEY
    await paired.glasses.revoke(1)
    assert peer.pair_key is None
