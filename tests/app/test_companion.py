"""The whole app against glasses in memory: the main job, drops, deletions, what goes wrong and what is left then."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from plainsight import wire

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.gallery.errors import CannotOpen, GalleryFull, ItemNotErased, PictureGone
from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.link.connection import ConnectionState, Reason
from companion_app.link.errors import GlassesRefused, LinkLost, NotAdmitted, NotConnected, ProtocolBroken
from companion_app.link.events import Refusal
from tests.app.conftest import TYPED_CODE, Air
from tests.app.ledger_words import entries, kinds
from tests.app.opened import unsealed
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


# Drops


@pytest.mark.parametrize("after", [4000, 9000, 15_000])
async def test_a_drop_in_the_transfer_is_resumed_at_the_offset(
    paired: Companion, peer: Peer, air: Air, after: int
) -> None:
    link = air.links[-1]

    def drop_later(fields: dict[str, Any]) -> dict[str, Any]:
        link.drop_after = link.bytes_sent + after
        return peer.take_picture()

    peer.answers["capture"] = drop_later
    picture = await paired.capture()
    assert picture.read() == peer.jpegs[1]
    offsets = [fields["offset"] for operation, fields in peer.requests if operation == "fetch"]
    assert len(offsets) == 2
    assert offsets[0] == 0
    assert offsets[1] <= after
    sent_twice = peer.media_sent - len(peer.blobs[1])
    assert 0 <= sent_twice <= wire.DEFAULT_WINDOW
    info = paired.link_info()
    assert info["resumed"] == 1
    assert info["bytes_received"] == len(peer.blobs[1])
    assert 0 <= info["bytes_sent_twice"] <= 4096 + 4096
    assert paired.connection.state is ConnectionState.CONNECTED


async def test_a_lost_link_is_opened_again_and_each_change_has_its_reason(
    paired: Companion, air: Air, until: Until
) -> None:
    states: list[tuple[str, str]] = []
    paired.connection.observe(lambda change: states.append((change.state.value, change.reason.value)))
    air.links[-1].drop()
    await until(lambda: states[-1:] == [("connected", "ready")])
    assert states == [
        ("disconnected", "link_lost"),
        ("searching", "retry"),
        ("connecting", "found"),
        ("securing", "linked"),
        ("connected", "ready"),
    ]


async def test_reconnecting_goes_on_until_the_glasses_are_there(
    paired: Companion, peer: Peer, air: Air, until: Until
) -> None:
    air.peers.clear()
    failures: list[Reason] = []
    paired.connection.observe(
        lambda change: failures.append(change.reason) if change.state is ConnectionState.DISCONNECTED else None
    )
    air.links[-1].drop()
    await until(lambda: failures.count(Reason.NOT_FOUND) == 3)
    air.peers["glasses"] = peer
    await until(lambda: paired.connection.state is ConnectionState.CONNECTED)


async def test_reconnecting_outlives_a_ledger_that_cannot_be_written(
    paired: Companion, peer: Peer, air: Air, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[str] = []

    def fail(kind: str, **data: object) -> None:
        failed.append(kind)
        raise LedgerWriteFailed(kind, 28)

    with monkeypatch.context() as broken:
        broken.setattr(paired.ledger, "append", fail)
        peer.voice = "keyword"
        air.links[-1].drop()
        await until(lambda: len(failed) == 2)
    await until(lambda: paired.connection.state is ConnectionState.CONNECTED)


async def test_a_revoked_phone_is_told_and_does_not_hammer(
    paired: Companion, peer: Peer, air: Air, until: Until
) -> None:
    peer.pair_key = None
    opened = len(air.links)
    air.links[-1].drop()
    await until(lambda: paired.connection.reason is Reason.NOT_ADMITTED)
    await asyncio.sleep(0)
    assert len(air.links) == opened + 1
    with pytest.raises(NotAdmitted):
        await paired.connect()
    with pytest.raises(NotConnected):
        _ = paired.glasses


async def test_after_disconnect_nothing_reconnects(paired: Companion, air: Air) -> None:
    await paired.disconnect()
    assert (paired.connection.state, paired.connection.reason) == (ConnectionState.DISCONNECTED, Reason.ASKED)
    opened = len(air.links)
    for task in air.tasks:
        await task
    assert len(air.links) == opened
    with pytest.raises(NotConnected):
        await paired.capture()


async def test_connecting_twice_keeps_the_session(paired: Companion, air: Air) -> None:
    await paired.connect()
    assert len(air.links) == 1


async def test_a_breach_is_the_reason_that_is_shown(paired: Companion, peer: Peer, until: Until) -> None:
    reasons: list[Reason] = []
    paired.connection.observe(lambda change: reasons.append(change.reason))
    assert peer.send is not None
    await peer.send(wire.frame(wire.AUDIO, 0, b"\x00\x00"))
    await until(lambda: Reason.PROTOCOL_BROKEN in reasons)
    await until(lambda: paired.connection.state is ConnectionState.CONNECTED)


async def test_voice_is_borne_only_while_the_owner_allows_it(paired: Companion, peer: Peer, until: Until) -> None:
    paired.onboarding.answer("voice_listen", "yes")
    paired.onboarding.answer("voice_leave", "yes")
    await until(lambda: peer.voice == "stream")
    ended = paired.glasses.ended
    assert peer.send is not None
    await peer.send(wire.frame(wire.AUDIO, 0, b"\x00\x00"))
    await paired.glasses.status()
    assert not ended.done()
    paired.onboarding.answer("voice_leave", "no")
    await until(lambda: entries(paired, "voice_policy")[-1]["voice"] == "keyword")
    await peer.send(wire.frame(wire.AUDIO, 0, b"\x00\x00"))
    assert isinstance(await ended, ProtocolBroken)


async def test_a_withdrawal_while_a_session_is_being_opened_is_not_lost(
    paired: Companion, peer: Peer, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    paired.onboarding.answer("voice_listen", "yes")
    await until(lambda: peer.voice == "keyword")
    await paired.disconnect()
    paired.onboarding.answer("voice_leave", "yes")
    settings = peer._settings  # pyright: ignore[reportPrivateUsage]

    def withdrawn_meanwhile(fields: dict[str, Any], nonce: bytes) -> dict[str, Any]:
        if paired.onboarding.voice == "stream":
            paired.onboarding.answer("voice_leave", "no")
        return settings(fields, nonce)

    monkeypatch.setattr(peer, "_settings", withdrawn_meanwhile)
    await paired.connect()
    assert peer.voice == "keyword"
    assert entries(paired, "voice_policy")[-1]["voice"] == "keyword"


async def test_a_session_that_dies_in_its_first_words_is_no_connection(
    companion: Companion, peer: Peer, air: Air
) -> None:
    peer.pair_key, peer.secret = None, SECRET
    peer.answers["hello"] = lambda fields: {"error": "bad_request"}
    with pytest.raises(GlassesRefused):
        await companion.pair(TYPED_CODE, "phone")
    assert companion.connection.state is ConnectionState.DISCONNECTED
    assert companion.connection.reason is Reason.REFUSED


async def test_closing_in_the_middle_of_everything_leaves_no_task(paired: Companion, peer: Peer, until: Until) -> None:
    peer.answers["capture"] = lambda fields: None
    capturing = asyncio.create_task(paired.capture())
    await until(lambda: "capture" in [operation for operation, _ in peer.requests])
    await paired.close()
    with pytest.raises(LinkLost):
        await capturing
    assert paired.connection.state is ConnectionState.DISCONNECTED


# Deletion


async def test_deleting_is_recorded_and_reaches_the_glasses(paired: Companion, peer: Peer) -> None:
    picture = await paired.capture()
    await paired.delete(picture)
    assert paired.gallery.pictures() == []
    assert not picture.path.exists()
    assert peer.items == []
    (deleted,) = entries(paired, "delete")
    assert deleted == {"glasses": picture.glasses, "item": 1, "commit": picture.commitment}
    assert entries(paired, "deleted_on_glasses") == [{"glasses": picture.glasses, "item": 1}]
    with pytest.raises(PictureGone):
        await paired.delete(picture)


async def test_after_deletion_the_picture_cannot_be_recognised_in_any_file(paired: Companion, folder: Path) -> None:
    picture = await paired.capture()
    salt, digest = picture.salt, picture.sha256
    await paired.delete(picture)
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert salt.encode() not in everything
    assert digest.encode() not in everything
    assert picture.commitment.encode() in everything
    assert paired.ledger.verify().intact


async def test_a_deletion_while_apart_is_finished_at_the_next_visit(
    paired: Companion, peer: Peer, folder: Path
) -> None:
    picture = await paired.capture()
    await paired.disconnect()
    await paired.delete(picture)
    assert len(peer.items) == 1
    await paired.close()
    again = await Companion.open(folder)
    await again.connect()
    assert peer.items == []
    assert entries(again, "deleted_on_glasses") == [{"glasses": picture.glasses, "item": 1}]
    assert await again.sync() == []
    assert again.gallery.pictures() == []
    await again.close()


async def test_a_deleted_picture_is_not_imported_again(paired: Companion, peer: Peer) -> None:
    picture = await paired.capture()
    peer.answers["delete"] = lambda fields: {"error": "storage_failed"}
    await paired.delete(picture)
    assert len(peer.items) == 1
    assert await paired.sync() == []
    assert "deleted_on_glasses" not in kinds(paired)
    del peer.answers["delete"]
    await paired.disconnect()
    await paired.connect()
    assert peer.items == []


async def test_an_item_that_is_gone_already_counts_as_deleted(paired: Companion, peer: Peer) -> None:
    picture = await paired.capture()
    peer.items.clear()
    await paired.delete(picture)
    assert "deleted_on_glasses" in kinds(paired)
    requests = len(peer.requests)
    await paired.disconnect()
    await paired.connect()
    assert "delete" not in [operation for operation, _ in peer.requests[requests:]]


async def test_what_cannot_be_recorded_is_not_deleted(
    paired: Companion, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = await paired.capture()

    def fail(kind: str, **data: object) -> None:
        raise LedgerWriteFailed(kind, 28)

    with monkeypatch.context() as broken:
        broken.setattr(paired.ledger, "append", fail)
        with pytest.raises(LedgerWriteFailed):
            await paired.delete(picture)
    assert picture.read() == peer.jpegs[1]
    assert len(peer.items) == 1


async def test_a_deletion_that_the_glasses_refuse_is_told_and_holds_up_nothing(
    paired: Companion, peer: Peer, until: Until
) -> None:
    first, second = await paired.capture(), await paired.capture()
    await paired.disconnect()
    for picture in (first, second):
        await paired.delete(picture)
    peer.take_picture()
    problems: list[AppError] = []
    paired.on_problem(problems.append)

    def refuse_the_first(fields: dict[str, Any]) -> dict[str, Any]:
        return {"error": "card_absent"} if fields["item"] == 1 else peer._delete(fields, b"")  # pyright: ignore

    peer.answers["delete"] = refuse_the_first
    await paired.connect()
    await until(lambda: [picture.item for picture in paired.gallery.pictures()] == [3])
    assert [(type(problem), problem.args[0]) for problem in problems] == [(ItemNotErased, 1)]
    assert entries(paired, "deleted_on_glasses") == [{"glasses": second.glasses, "item": 2}]
    del peer.answers["delete"]
    await paired.disconnect()
    await paired.connect()
    assert [item["id"] for item in peer.items] == [3]


@pytest.mark.parametrize("apart", [False, True])
async def test_deleting_an_old_picture_erases_no_other_item_of_glasses_that_count_anew(
    paired: Companion, peer: Peer, apart: bool, until: Until
) -> None:
    """After a reset of the glasses another item may have the number of the one that was imported."""
    picture = await paired.capture()
    peer.items.clear()
    peer.blobs.clear()
    peer.take_picture()
    assert peer.items[0]["id"] == picture.item
    if apart:
        await paired.disconnect()
    await paired.delete(picture)
    if apart:
        await paired.connect()
    assert [item["id"] for item in peer.items] == [picture.item]
    assert "delete" not in [operation for operation, _ in peer.requests]
    assert entries(paired, "deleted_on_glasses") == [{"glasses": picture.glasses, "item": picture.item}]


async def test_a_picture_of_other_glasses_is_deleted_here_alone(paired: Companion, peer: Peer) -> None:
    foreign = paired.gallery.add(
        unsealed(jpeg=os.urandom(100)),
        glasses="00" * 8,
        sealed_sha256="11" * 32,
    )
    await paired.delete(foreign)
    assert "delete" not in [operation for operation, _ in peer.requests]


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
