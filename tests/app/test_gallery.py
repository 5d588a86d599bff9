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

from companion_app.gallery import Gallery, GalleryChange, Picture
from companion_app.gallery import gallery as gallery_module
from companion_app.gallery.errors import GalleryFull, PictureDamaged, PictureGone
from companion_app.gallery.sidecar import read_sidecar
from tests.app.opened import GLASSES, clip, seal_hash, unsealed
from tests.app.sealing import LIGHT, jpeg


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


def crash_at_flush(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int) -> list[int]:
    """From now on: the gallery's files at flush `fails_at` are kept in `crashed`; returns the handles as they flush."""
    flushed: list[int] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        flushed.append(handle)
        if len(flushed) == fails_at:
            shutil.copytree(tmp_path / "gallery", tmp_path / "crashed")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return flushed


@pytest.mark.parametrize("fails_at", range(1, 5))
def test_a_crash_at_any_flush_leaves_a_whole_picture_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    """The files as they are at each flush are what a crash there would leave."""
    gallery = Gallery(tmp_path / "gallery")
    add(gallery, 1)
    flushed = crash_at_flush(tmp_path, monkeypatch, fails_at)
    add(gallery, 2)
    assert len(flushed) == 4
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


@pytest.mark.parametrize("which", ["write_atomic_pieces", "write_json"])
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
        {"version": 3},
        {"version": True},
        {"version": None},
        {"version": [2]},
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


# Clips and thumbnails


def test_a_clip_is_a_file_with_a_thumbnail_and_survives_a_restart(gallery: Gallery, tmp_path: Path) -> None:
    one = gallery.add(clip(), glasses=GLASSES, sealed_sha256=seal_hash(1))
    assert one.path.name == f"{one.id}.avi"
    assert one.read()[:4] == b"RIFF"
    assert (one.bytes, one.sha256) == (len(one.read()), hashlib.sha256(one.read()).hexdigest())
    assert one.preview() == clip().jpeg
    assert (one.kind, one.frames, one.duration_ms, one.whole, one.reason) == ("clip", 3, 200, False, "power_cut")
    assert Gallery(tmp_path / "gallery").pictures() == [one]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "gallery").iterdir()} == {0o600}


def test_a_clips_commitment_is_of_what_was_sealed_not_of_the_file(gallery: Gallery) -> None:
    one = gallery.add(clip(), glasses=GLASSES, sealed_sha256=seal_hash(1))
    assert one.commitment == hmac.new(bytes.fromhex(one.salt), bytes.fromhex("5a" * 32), "sha256").hexdigest()


def test_a_thumbnail_that_came_before_is_kept_beside_the_picture(gallery: Gallery, tmp_path: Path) -> None:
    small = jpeg(9)
    for number, one in ((1, unsealed()), (2, clip(2))):
        picture = gallery.add(one, glasses=GLASSES, sealed_sha256=seal_hash(number), thumb=small)
        assert picture.thumb is not None
        assert picture.thumb.read_bytes() == small
        assert picture.preview() == (picture.read() if number == 1 else small)
    assert len(Gallery(tmp_path / "gallery").pictures()) == 2


def test_a_changed_thumbnail_is_not_shown(gallery: Gallery) -> None:
    one = gallery.add(clip(), glasses=GLASSES, sealed_sha256=seal_hash(1))
    assert one.thumb is not None
    one.thumb.write_bytes(jpeg(99))
    with pytest.raises(PictureDamaged):
        one.preview()
    one.thumb.unlink()
    with pytest.raises(PictureGone):
        one.preview()


def test_deleting_a_clip_takes_file_thumbnail_and_sidecar(gallery: Gallery, tmp_path: Path) -> None:
    one = gallery.add(clip(), glasses=GLASSES, sealed_sha256=seal_hash(1))
    gallery.delete(one)
    assert names(tmp_path) == []


@pytest.mark.parametrize("fails_at", range(1, 7))
def test_a_crash_at_any_flush_leaves_a_whole_clip_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    gallery = Gallery(tmp_path / "gallery")
    flushed = crash_at_flush(tmp_path, monkeypatch, fails_at)
    one = gallery.add(clip(), glasses=GLASSES, sealed_sha256=seal_hash(1))
    assert len(flushed) == 6
    survivor = Gallery(tmp_path / "crashed")
    for picture in survivor.pictures():
        assert (picture.read(), picture.preview()) == (one.read(), one.preview())
    left = sorted(path.name.partition(".")[2] for path in (tmp_path / "crashed").iterdir())
    assert left == (["avi", "json", "thumb.jpg"] if survivor.pictures() else [])
    assert survivor.damaged == []


def test_a_gallery_of_the_version_before_still_opens(tmp_path: Path) -> None:
    """A sidecar as version 1 wrote it, beside its JPEG."""
    folder = tmp_path / "gallery"
    folder.mkdir()
    photograph = b"\xff\xd8old\xff\xd9"
    old = {
        "version": 1,
        "sha256": hashlib.sha256(photograph).hexdigest(),
        "time_s": 1_790_000_000,
        "trigger": "app",
        "light": LIGHT,
        "bytes": len(photograph),
        "salt": "0f" * 16,
        "item": 7,
        "glasses": GLASSES,
        "sealed_sha256": seal_hash(7),
    }
    (folder / f"{seal_hash(7)[:16]}.jpg").write_bytes(photograph)
    (folder / f"{seal_hash(7)[:16]}.json").write_text(json.dumps(old))
    gallery = Gallery(folder)
    (picture,) = gallery.pictures()
    assert gallery.damaged == []
    assert picture.read() == picture.preview() == photograph
    assert (picture.kind, picture.frames, picture.whole, picture.thumb) == ("photo", 1, True, None)
    assert (
        picture.commitment
        == hmac.new(bytes.fromhex("0f" * 16), hashlib.sha256(photograph).digest(), "sha256").hexdigest()
    )
    gallery.delete(picture)
    assert list(folder.iterdir()) == []


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
