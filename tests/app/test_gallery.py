"""The gallery: whole pictures or none, whatever a crash leaves behind; deletion takes the salt along."""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from companion_app.gallery import Gallery, GalleryChange, Picture
from companion_app.gallery.errors import GalleryFull, PictureDamaged, PictureGone
from companion_app.gallery.rows import PICTURES, UNDER_WAY
from companion_app.store.database import Database
from companion_app.store.errors import DatabaseUnwritable
from companion_app.vault import SealedFiles
from companion_app.vault.errors import VaultLocked
from tests.app.libraries import break_a_row, database_in, gallery_in
from tests.app.opened import GLASSES, clip, seal_hash, unsealed
from tests.app.sealing import jpeg
from tests.app.vaults import room


def add(gallery: Gallery, number: int = 1) -> Picture:
    return gallery.add(unsealed(number), glasses=GLASSES, sealed_sha256=seal_hash(number))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "app"


@pytest.fixture
def gallery(folder: Path) -> Gallery:
    return gallery_in(folder)


def names(folder: Path) -> list[str]:
    """What lies among the gallery's files, by the names that they were given."""
    return room(folder / "gallery").names()


def file_of(folder: Path, name: str) -> Path:
    return room(folder / "gallery").path(name)


def test_a_picture_survives_a_restart(gallery: Gallery, folder: Path) -> None:
    picture = add(gallery)
    assert picture.read() == gallery.read(picture) == unsealed().jpeg
    assert picture.bytes == len(unsealed().jpeg)
    (again,) = gallery_in(folder).pictures()
    assert again == picture
    assert again.read() == unsealed().jpeg
    assert gallery.get(picture.id) == picture == gallery.get_by_seal(seal_hash(1))
    assert file_of(folder, picture.id).stat().st_mode & 0o777 == 0o600
    assert (folder / "gallery").stat().st_mode & 0o777 == 0o700


def test_newest_first(gallery: Gallery) -> None:
    for number in (2, 3, 1):
        add(gallery, number)
        assert gallery.pictures()[0].item >= number
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


def test_deleting_takes_file_row_and_salt(gallery: Gallery, folder: Path) -> None:
    kept, gone = add(gallery, 1), add(gallery, 2)
    changes: list[GalleryChange] = []
    gallery.observe(changes.append)
    gallery.delete(gone)
    assert gallery.pictures() == [kept]
    assert names(folder) == [kept.id]
    database = database_in(folder)
    assert [key for key, _ in database.rows(PICTURES)] == [kept.id]
    assert database.rows(UNDER_WAY) == []
    assert changes == [GalleryChange(gone, added=False)]
    assert not gallery.holds(seal_hash(2))
    assert not gallery.has(gone.id)
    for call in (lambda: gallery.delete(gone), lambda: gallery.get(gone.id), gone.read):
        with pytest.raises(PictureGone):
            call()


def test_a_changed_file_is_not_shown_as_the_picture(gallery: Gallery, folder: Path) -> None:
    first, other = add(gallery, 1), add(gallery, 2)
    shutil.copyfile(file_of(folder, other.id), file_of(folder, first.id))
    with pytest.raises(PictureDamaged) as raised:
        first.read()
    assert raised.value.picture == first.id
    assert other.read()


def test_a_missing_file_is_a_picture_that_is_gone(gallery: Gallery, folder: Path) -> None:
    picture = add(gallery)
    file_of(folder, picture.id).unlink()
    with pytest.raises(PictureGone):
        picture.read()


def test_a_row_that_does_not_open_is_named_and_shuts_no_other_away(gallery: Gallery, folder: Path) -> None:
    pictures = [add(gallery, 1), add(gallery, 2)]
    break_a_row(folder, PICTURES)
    again = gallery_in(folder)
    (left,) = again.pictures()
    assert left in pictures
    assert len(again.damaged) == 1
    assert len(names(folder)) == 2  # nothing is dropped
    assert gallery_in(folder).damaged == again.damaged


def test_a_locked_gallery_shows_nothing(gallery: Gallery, folder: Path) -> None:
    picture = add(gallery)
    picture.files.vault.lock()  # pyright: ignore[reportAttributeAccessIssue] - the sealed files of this gallery
    for call in (picture.read, picture.preview, lambda: gallery.thumb(picture)):
        with pytest.raises(VaultLocked):
            call()


# Crashes


def crash_at_flush(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """From now on: the app's folder as it is at each flush of a file is what a crash there would leave."""
    crashed: list[Path] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        crashed.append(folder.with_name(f"crashed-{len(crashed)}"))
        shutil.copytree(folder, crashed[-1])
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return crashed


@pytest.mark.parametrize("what", [unsealed(2), clip(2)], ids=["photo", "clip"])
def test_a_crash_at_any_flush_leaves_a_whole_picture_or_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, what: object
) -> None:
    gallery = gallery_in(folder)
    add(gallery, 1)
    with monkeypatch.context() as watched:
        crashed = crash_at_flush(folder, watched)
        whole = gallery.add(what, glasses=GLASSES, sealed_sha256=seal_hash(2))  # pyright: ignore[reportArgumentType]
    assert len(crashed) >= 2
    for survivor in crashed:
        found = gallery_in(survivor)
        assert {picture.item for picture in found.pictures()} in ({1}, {1, 2})
        assert all(picture.read() for picture in found.pictures())
        assert len(names(survivor)) == len(found.pictures()) + (found.has(whole.id) and what != unsealed(2))
        assert database_in(survivor).rows(UNDER_WAY) == []


def test_a_crash_in_the_middle_of_a_deletion_leaves_no_salt(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gallery = gallery_in(folder)
    picture = gallery.add(clip(), glasses=GLASSES, sealed_sha256=seal_hash(1))
    with monkeypatch.context() as watched:
        crashed = crash_at_flush(folder, watched)
        gallery.delete(picture)
    assert len(crashed) >= 2
    for survivor in crashed:
        assert database_in(survivor).rows(PICTURES) == []  # the row goes before the first file
        assert gallery_in(survivor).pictures() == []
        assert names(survivor) == []


def test_a_deletion_that_cannot_be_written_deletes_nothing(
    gallery: Gallery, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = add(gallery)

    def full(database: Database) -> None:
        raise DatabaseUnwritable(database.path, "database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(Database, "transaction", full)
        with pytest.raises(DatabaseUnwritable):
            gallery.delete(picture)
    assert gallery.pictures() == [picture] == gallery_in(folder).pictures()
    assert picture.read()


@pytest.mark.parametrize("broken_at", ["write_pieces", "write"])
def test_a_full_disk_keeps_nothing(
    gallery: Gallery, folder: Path, monkeypatch: pytest.MonkeyPatch, broken_at: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as broken:
        broken.setattr(SealedFiles, broken_at, fail)
        with pytest.raises(GalleryFull) as raised:
            gallery.add(clip(), glasses=GLASSES, sealed_sha256=seal_hash(1))
    assert raised.value.errno == 28
    assert names(folder) == []
    assert gallery.pictures() == []
    gallery.add(clip(), glasses=GLASSES, sealed_sha256=seal_hash(1))


# Clips and thumbnails


def test_a_clip_has_a_thumbnail_and_survives_a_restart(gallery: Gallery, folder: Path) -> None:
    one = gallery.add(clip(), glasses=GLASSES, sealed_sha256=seal_hash(1))
    assert one.read()[:4] == b"RIFF"
    assert (one.bytes, one.sha256) == (len(one.read()), hashlib.sha256(one.read()).hexdigest())
    assert one.preview() == clip().jpeg
    assert (one.kind, one.frames, one.duration_ms, one.whole, one.reason) == ("clip", 3, 200, False, "power_cut")
    assert gallery_in(folder).pictures() == [one]
    assert {path.stat().st_mode & 0o777 for path in (folder / "gallery").iterdir()} == {0o600}


def test_a_clips_commitment_is_of_what_was_sealed_not_of_the_file(gallery: Gallery) -> None:
    one = gallery.add(clip(), glasses=GLASSES, sealed_sha256=seal_hash(1))
    assert one.commitment == hmac.new(bytes.fromhex(one.salt), bytes.fromhex("5a" * 32), "sha256").hexdigest()


def test_a_thumbnail_that_came_before_is_kept_beside_the_picture(gallery: Gallery, folder: Path) -> None:
    small = jpeg(9)
    for number, one in ((1, unsealed()), (2, clip(2))):
        picture = gallery.add(one, glasses=GLASSES, sealed_sha256=seal_hash(number), thumb=small)
        assert gallery.thumb(picture) == small
        assert picture.preview() == (picture.read() if number == 1 else small)
    assert len(gallery_in(folder).pictures()) == 2


def test_a_thumbnail_is_made_once_where_none_came(gallery: Gallery, folder: Path, tmp_path: Path) -> None:
    Image.new("RGB", (1600, 1200), (90, 120, 200)).save(tmp_path / "large.jpg")
    large = unsealed(1, (tmp_path / "large.jpg").read_bytes())
    picture = gallery.add(large, glasses=GLASSES, sealed_sha256=seal_hash(1))
    (tmp_path / "small.jpg").write_bytes(gallery.thumb(picture))
    with Image.open(tmp_path / "small.jpg") as small:
        assert small.size == (320, 240)
    assert names(folder) == [picture.id, picture.thumb_name]
    file_of(folder, picture.id).unlink()  # what is kept is shown, and nothing made anew
    assert gallery.thumb(picture) == (tmp_path / "small.jpg").read_bytes()
    gallery.delete(picture)
    assert names(folder) == []


def test_a_thumbnail_made_while_its_picture_is_deleted_does_not_stay(
    gallery: Gallery, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = gallery.add(unsealed(1, jpeg(9)), glasses=GLASSES, sealed_sha256=seal_hash(1))
    real = SealedFiles.write

    def slow(files: SealedFiles, name: str, data: bytes) -> None:
        gallery.delete(picture)
        real(files, name, data)

    monkeypatch.setattr(SealedFiles, "write", slow)
    gallery.thumb(picture)
    assert names(folder) == []


def test_of_what_is_no_picture_there_is_no_thumbnail(gallery: Gallery) -> None:
    picture = add(gallery)
    with pytest.raises(PictureDamaged):
        gallery.thumb(picture)


def test_a_changed_thumbnail_is_not_shown(gallery: Gallery, folder: Path) -> None:
    one = gallery.add(clip(), glasses=GLASSES, sealed_sha256=seal_hash(1))
    file_of(folder, one.thumb_name).write_bytes(jpeg(99))
    with pytest.raises(PictureDamaged):
        one.preview()
    file_of(folder, one.thumb_name).unlink()
    with pytest.raises(PictureGone):
        one.preview()


def test_the_light_says_whether_it_was_proven(gallery: Gallery) -> None:
    assert add(gallery).proven
