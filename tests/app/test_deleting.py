"""Deleting: recorded, erased here and on the glasses, finished at the next visit, never the wrong item."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery.errors import ItemNotErased, PictureGone
from companion_app.ledger.errors import LedgerWriteFailed
from tests.app.ledger_words import entries, kinds
from tests.app.libraries import opened_in
from tests.app.opened import unsealed
from tests.app.peer import Peer
from tests.app.vaults import vault_in

Until = Callable[[Callable[[], bool]], Awaitable[None]]


async def test_deleting_is_recorded_and_reaches_the_glasses(paired: Companion, peer: Peer) -> None:
    picture = await paired.capture()
    await paired.delete(picture)
    assert paired.gallery.pictures() == []
    with pytest.raises(PictureGone):
        picture.read()
    assert peer.items == []
    (deleted,) = entries(paired, "delete")
    assert deleted == {"glasses": picture.glasses, "item": 1, "commit": picture.commitment}
    assert entries(paired, "deleted_on_glasses") == [{"glasses": picture.glasses, "item": 1}]
    with pytest.raises(PictureGone):
        await paired.delete(picture)


async def test_after_deletion_the_picture_cannot_be_recognised_in_any_file(paired: Companion, folder: Path) -> None:
    picture = await paired.capture()
    salt, digest = picture.salt, picture.sha256
    shown = paired.sharing.propose(picture, "local", "What is this?")
    terms = {"terms_sha256": shown.card.terms_sha256, "picture_sha256": shown.sha256}
    receipt = paired.sharing.agree(shown, recipient=shown.card.recipient, purpose=shown.purpose, **terms)
    assert paired.sharing.receipt(receipt.id)["original"] == {"sha256": digest}
    await paired.delete(picture)
    assert paired.sharing.receipt(receipt.id)["original"] is None
    everything = opened_in(folder)
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
    again = await Companion.open(vault_in(folder))
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
