"""Opened copies: whole ones alone, under names of their time, nothing replaced, on record before the first."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from companion_app.gallery import Gallery, Picture
from companion_app.gallery.errors import NotExported, PictureDamaged
from companion_app.gallery.exporting import Exporter, copying, exporting
from companion_app.gallery.exporting.names import names_for
from companion_app.ledger.errors import LedgerWriteFailed
from tests.app.libraries import gallery_in
from tests.app.opened import GLASSES, clip, seal_hash, unsealed
from tests.app.vaults import ledger_in, room


class Owner:
    """An app with three pictures, and a folder outside it."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "app"
        self.out = tmp_path / "out"
        self.out.mkdir()
        self.gallery: Gallery = gallery_in(self.folder)
        self.ledger = ledger_in(self.folder)
        self.exporter = Exporter(self.ledger, self.folder)
        items = (unsealed(1), replace(unsealed(2), time_s=unsealed(1).time_s), clip(3))
        self.pictures = [
            self.gallery.add(item, glasses=GLASSES, sealed_sha256=seal_hash(number))
            for number, item in enumerate(items, 1)
        ]

    def copies(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.out.iterdir()}


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner(tmp_path)


async def test_opened_copies_lie_in_the_owners_folder(owner: Owner) -> None:
    seen: list[tuple[int, int]] = []
    done = await owner.exporter.export(owner.pictures, owner.out, lambda have, size: seen.append((have, size)))
    assert [path.read_bytes() for path in done.files] == [picture.read() for picture in owner.pictures]
    assert [path.suffix for path in done.files] == [".jpg", ".jpg", ".avi"]
    assert done.failed == ()
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert len(owner.gallery.pictures()) == 3


async def test_nothing_that_lay_there_is_replaced(owner: Owner) -> None:
    first = await owner.exporter.export(owner.pictures, owner.out)
    mine = first.files[0]
    mine.write_bytes(b"edited by the owner")
    again = await owner.exporter.export(owner.pictures, owner.out)
    assert mine.read_bytes() == b"edited by the owner"
    assert not set(first.files) & set(again.files)
    assert len(owner.copies()) == 6


async def test_one_record_names_them_by_commitment_and_not_the_place(owner: Owner) -> None:
    await owner.exporter.export(owner.pictures, owner.out)
    (record,) = [entry for entry in owner.ledger.entries() if entry.kind == "export"]
    assert record.data == {"count": 3, "commits": [picture.commitment for picture in owner.pictures]}
    assert str(owner.out) not in str(record.data)


async def test_a_large_selection_is_on_record_whole(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_MOST_ON_ONE_RECORD", 2)
    await owner.exporter.export(owner.pictures, owner.out)
    records = [entry.data["commits"] for entry in owner.ledger.entries() if entry.kind == "export"]
    assert [commit for record in records for commit in record] == [picture.commitment for picture in owner.pictures]


async def test_what_cannot_be_recorded_is_not_copied(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(kind: str, **_: object) -> None:
        raise LedgerWriteFailed(kind, 28)

    monkeypatch.setattr(owner.ledger, "append", full)
    with pytest.raises(LedgerWriteFailed):
        await owner.exporter.export(owner.pictures, owner.out)
    assert owner.copies() == {}


async def test_a_damaged_picture_is_named_and_the_others_go_on(owner: Owner) -> None:
    room(owner.folder / "gallery").path(owner.pictures[0].id).write_bytes(b"not sealed")
    done = await owner.exporter.export(owner.pictures, owner.out)
    assert len(done.files) == 2
    ((picture, error),) = done.failed
    assert (picture, type(error)) == (owner.pictures[0], PictureDamaged)


@pytest.mark.parametrize("inside", ["", "gallery", "new/.."])
async def test_no_opened_copy_goes_into_the_apps_own_folder(owner: Owner, inside: str) -> None:
    with pytest.raises(NotExported) as raised:
        await owner.exporter.export(owner.pictures, owner.folder / inside if "new" not in inside else owner.folder)
    assert (raised.value.fault, raised.value.written) == ("own_folder", 0)


async def test_a_link_does_not_lead_into_it_either(owner: Owner, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(owner.folder / "gallery")
    with pytest.raises(NotExported):
        await owner.exporter.export(owner.pictures, tmp_path / "link")


async def test_a_folder_that_is_not_there_is_not_made(owner: Owner) -> None:
    with pytest.raises(NotExported) as raised:
        await owner.exporter.export(owner.pictures, owner.out / "typo")
    assert raised.value.fault == "no_folder"
    assert owner.ledger.entries() == ()


async def test_a_full_disk_leaves_whole_copies_alone(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = copying.write_all, list[int]()

    def half(handle: int, data: bytes) -> None:
        calls.append(handle)
        if len(calls) == 2:
            os.write(handle, data[:3])
            raise OSError(28, "No space left on device")
        real(handle, data)

    monkeypatch.setattr(copying, "write_all", half)
    with pytest.raises(NotExported) as raised:
        await owner.exporter.export(owner.pictures, owner.out)
    assert (raised.value.fault, raised.value.written) == ("No space left on device", 1)
    assert list(owner.copies().values()) == [owner.pictures[0].read()]


async def test_stopping_it_leaves_whole_copies_alone(owner: Owner) -> None:
    async def export() -> None:
        await owner.exporter.export(owner.pictures, owner.out, lambda have, size: task.cancel())

    task = asyncio.create_task(export())
    with pytest.raises(asyncio.CancelledError):
        await task
    whole = {picture.read() for picture in owner.pictures}
    assert set(owner.copies().values()) <= whole


def test_names_say_when_and_what(owner: Owner) -> None:
    assert next(names_for(owner.pictures[0], UTC)) == "2027-01-15_08-00-01_photo-1.jpg"
    names = names_for(owner.pictures[2], UTC)
    assert [next(names), next(names)] == ["2027-01-15_08-00-03_clip-3.avi", "2027-01-15_08-00-03_clip-3_2.avi"]
    undated: Picture = replace(owner.pictures[0], time_s=5)
    assert next(names_for(undated, UTC)) == "undated_photo-1.jpg"
