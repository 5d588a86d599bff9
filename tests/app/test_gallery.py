"""The gallery: whole pictures or none, whatever a crash leaves behind; deletion takes the salt along."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app import files
from companion_app.gallery import Gallery, GalleryChange, Picture
from companion_app.gallery import gallery as gallery_module
from companion_app.gallery.errors import GalleryFull, PictureDamaged, PictureGone
from companion_app.gallery.pending import Deletion, PendingDeletions
from companion_app.gallery.sidecar import read_sidecar
from companion_app.gallery.unsealing import Unsealed
from tests.app.sealing import LIGHT

GLASSES = "ab" * 8


def unsealed(number: int = 1, jpeg: bytes = b"\xff\xd8picture\xff\xd9") -> Unsealed:
    digest = hashlib.sha256(jpeg).hexdigest()
    return Unsealed(jpeg, number, 1_800_000_000 + number, "button", digest, "0f" * 16, LIGHT)


def seal_hash(number: int) -> str:
    return hashlib.sha256(bytes([number])).hexdigest()


def add(gallery: Gallery, number: int = 1) -> Picture:
    return gallery.add(unsealed(number), glasses=GLASSES, sealed_sha256=seal_hash(number))


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return Gallery(tmp_path / "gallery")


def names(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "gallery").iterdir())


def test_a_picture_survives_a_restart(gallery: Gallery, tmp_path: Path) -> None:
    picture = add(gallery)
    assert picture.read() == unsealed().jpeg
    assert picture.bytes == len(unsealed().jpeg)
    assert Gallery(tmp_path / "gallery").pictures() == [picture]
    assert gallery.get(picture.id) == picture == gallery.get_by_seal(seal_hash(1))
    assert picture.path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "gallery").stat().st_mode & 0o777 == 0o700


def test_newest_first(gallery: Gallery) -> None:
    for number in (2, 3, 1):
        add(gallery, number)
    assert [picture.item for picture in gallery.pictures()] == [3, 2, 1]


def test_adding_again_changes_nothing(gallery: Gallery) -> None:
    changes: list[GalleryChange] = []
    gallery.observe(changes.append)
    assert add(gallery) is add(gallery)
    assert len(gallery.pictures()) == len(changes) == 1


def test_the_commitment_is_the_journals(gallery: Gallery) -> None:
    picture = add(gallery)
    expected = hmac.new(bytes.fromhex(picture.salt), bytes.fromhex(picture.sha256), "sha256").hexdigest()
    assert picture.commitment == expected
    assert picture.sha256 not in (picture.commitment, picture.id)


def test_deleting_takes_file_sidecar_and_salt(gallery: Gallery, tmp_path: Path) -> None:
    kept, gone = add(gallery, 1), add(gallery, 2)
    changes: list[GalleryChange] = []
    gallery.observe(changes.append)
    gallery.delete(gone)
    assert gallery.pictures() == [kept]
    assert names(tmp_path) == [f"{kept.id}.jpg", f"{kept.id}.json"]
    assert changes == [GalleryChange(gone, added=False)]
    assert not gallery.holds(seal_hash(2))
    for call in (lambda: gallery.delete(gone), lambda: gallery.get(gone.id), gone.read):
        with pytest.raises(PictureGone):
            call()


def test_a_changed_file_is_not_shown_as_the_picture(gallery: Gallery) -> None:
    picture = add(gallery)
    picture.path.write_bytes(picture.path.read_bytes().replace(b"picture", b"forgery"))
    with pytest.raises(PictureDamaged) as raised:
        picture.read()
    assert raised.value.picture == picture.id


@pytest.mark.parametrize("fails_at", range(1, 5))
def test_a_crash_at_any_flush_leaves_a_whole_picture_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    """The files as they are at each flush are what a crash there would leave."""
    gallery = Gallery(tmp_path / "gallery")
    add(gallery, 1)
    flushes = 0
    real = os.fsync

    def fsync(handle: int) -> None:
        nonlocal flushes
        flushes += 1
        if flushes == fails_at:
            shutil.copytree(tmp_path / "gallery", tmp_path / "crashed")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    add(gallery, 2)
    assert flushes == 4
    survivor = Gallery(tmp_path / "crashed")
    assert {picture.item for picture in survivor.pictures()} in ({1}, {1, 2})
    for picture in survivor.pictures():
        assert Path(tmp_path / "crashed" / picture.path.name).read_bytes() == unsealed().jpeg
    left = sorted(path.suffix for path in (tmp_path / "crashed").iterdir())
    assert left == [".jpg", ".json"] * len(survivor.pictures()) or left == [".jpg", ".jpg", ".json", ".json"]
    assert survivor.damaged == []


def test_a_crash_in_the_middle_of_a_deletion_leaves_no_salt(gallery: Gallery, tmp_path: Path) -> None:
    picture = add(gallery)
    picture.path.with_suffix(".json").unlink()
    reopened = Gallery(tmp_path / "gallery")
    assert reopened.pictures() == []
    assert names(tmp_path) == []


def test_deletion_removes_the_sidecar_first(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    removed: list[str] = []
    monkeypatch.setattr(gallery_module, "remove", lambda path: removed.append(path.suffix))
    gallery.delete(add(gallery))
    assert removed == [".json", ".jpg"]


@pytest.mark.parametrize("which", ["write_atomic", "write_json"])
def test_a_full_disk_keeps_nothing(
    gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as broken:
        broken.setattr(gallery_module, which, fail)
        with pytest.raises(GalleryFull) as raised:
            add(gallery)
    assert raised.value.errno == 28
    assert names(tmp_path) == []
    assert gallery.pictures() == []
    add(gallery)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"sha256": "x"},
        {"bytes": 1},
        {"salt": "00"},
        {"light": None},
        {"item": 0},
        {"more": 1},
        {"glasses": "../../etc"},
    ],
)
def test_a_damaged_sidecar_is_named_and_not_shown(gallery: Gallery, tmp_path: Path, change: dict[str, object]) -> None:
    picture = add(gallery)
    path = picture.path.with_suffix(".json")
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))
    reopened = Gallery(tmp_path / "gallery")
    assert reopened.pictures() == []
    assert reopened.damaged == [picture.id]


def test_a_missing_jpeg_is_named(gallery: Gallery, tmp_path: Path) -> None:
    picture = add(gallery)
    picture.path.unlink()
    assert Gallery(tmp_path / "gallery").damaged == [picture.id]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_sidecar_is_a_picture_or_none(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.json"
        path.write_bytes(content)
        path.with_suffix(".jpg").write_bytes(b"x")
        assert read_sidecar(path) is None


# Deletions that the glasses have not confirmed


def test_pending_deletions_survive_a_restart(tmp_path: Path) -> None:
    pending = PendingDeletions(tmp_path)
    first, second = Deletion(GLASSES, 1, seal_hash(1)), Deletion("cd" * 8, 2, seal_hash(2))
    pending.add(first)
    pending.add(second)
    again = PendingDeletions(tmp_path)
    assert again.of(GLASSES) == [first]
    assert again.covers(seal_hash(2))
    again.done(first)
    assert PendingDeletions(tmp_path).of(GLASSES) == []
    assert not PendingDeletions(tmp_path).covers(seal_hash(1))
    assert PendingDeletions(tmp_path).of("cd" * 8) == [second]


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=100) | st.just(b'[{"glasses":"x"}]') | st.just(b"[5]") | st.just(b"{}"))
def test_any_file_of_pending_deletions_can_be_opened(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files.write_atomic(Path(folder) / "pending_deletions", content)
        assert PendingDeletions(Path(folder)).of(GLASSES) == []
