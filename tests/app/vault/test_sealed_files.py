"""Sealed files: what was written comes back, and nothing else ever does."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion_app.vault import SealedFiles, sealed_files, sealing
from companion_app.vault.errors import SealBroken
from tests.app.vaults import room, vault_in

pytestmark = pytest.mark.promise(4)

PIECE = sealing.PIECE_BYTES
SECRET = b"a picture of somebody's breakfast"


@pytest.fixture
def files(tmp_path: Path) -> SealedFiles:
    return room(tmp_path / "room")


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_what_was_written_comes_back(files: SealedFiles, size: int) -> None:
    data = os.urandom(size)
    files.write_pieces("clip", (data[at : at + 1000] for at in range(0, size, 1000)))

    assert files.read("clip") == data
    assert files.size("clip") == size
    assert [len(piece) for piece in files.pieces("clip")][:-1] == [PIECE] * ((max(size, 1) - 1) // PIECE)


def test_nothing_can_be_read_from_outside(files: SealedFiles) -> None:
    files.write("breakfast.jpg", SECRET)
    files.append_line("breakfast.log", SECRET)

    for path in files.folder.iterdir():
        assert SECRET not in path.read_bytes()
        assert "breakfast" not in path.name
        assert path.stat().st_mode & 0o777 == 0o600
    assert files.names() == ["breakfast.jpg", "breakfast.log"]
    assert files.names("breakfast.l") == ["breakfast.log"]


def test_the_same_twice_looks_different(files: SealedFiles) -> None:
    files.write("a", SECRET)
    one = files.path("a").read_bytes()
    files.write("a", SECRET)
    assert files.path("a").read_bytes() != one
    files.append_line("l", SECRET)
    files.append_line("l", SECRET)
    first, second, _ = files.path("l").read_bytes().split(b"\n")
    assert first != second


def test_an_exchanged_moved_or_foreign_file_is_none_of_ours(files: SealedFiles, tmp_path: Path) -> None:
    files.write("a", b"1")
    files.write("b", b"2")
    other = SealedFiles(files.vault, tmp_path / "other")
    shutil.copy(files.path("b"), files.path("a"))
    shutil.copy(files.path("b"), other.path("b"))
    stranger = room(tmp_path / "elsewhere" / "room")
    stranger.write("c", b"3")
    shutil.copy(stranger.path("c"), files.path("c"))

    for where, name in ((files, "a"), (other, "b"), (files, "c")):
        with pytest.raises(SealBroken) as told:
            where.read(name)
        assert (told.value.name, told.value.fault) == (name, "changed")
    assert files.read("b") == b"2"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_flipped_bit_is_found(files: SealedFiles, data: st.DataObject) -> None:
    files.write("a", SECRET)
    content = bytearray(files.path("a").read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    files.path("a").write_bytes(content)
    with pytest.raises(SealBroken):
        files.read("a")


@pytest.mark.parametrize(
    ("left", "fault"),
    [
        (0, "not_sealed"),
        (sealing.HEADER_BYTES - 1, "not_sealed"),
        (sealing.HEADER_BYTES, "changed"),
        (sealing.HEADER_BYTES + PIECE + sealing.TAG_BYTES, "cut"),
        (sealing.HEADER_BYTES + PIECE + sealing.TAG_BYTES + 1, "changed"),
    ],
)
def test_a_cut_file_is_never_taken_for_whole(files: SealedFiles, left: int, fault: str) -> None:
    files.write("a", bytes(2 * PIECE))
    os.truncate(files.path("a"), left)
    with pytest.raises(SealBroken) as told:
        files.read("a")
    assert told.value.fault == fault


def test_pieces_cannot_change_places(files: SealedFiles) -> None:
    files.write("a", os.urandom(3 * PIECE))
    whole, step = files.path("a").read_bytes(), PIECE + sealing.TAG_BYTES
    head, one, two, rest = (
        whole[: sealing.HEADER_BYTES],
        whole[sealing.HEADER_BYTES :][:step],
        whole[sealing.HEADER_BYTES :][step : 2 * step],
        whole[sealing.HEADER_BYTES :][2 * step :],
    )
    for content in (head + two + one + rest, head + one + rest, head + one + two + two + rest, whole + b"x"):
        files.path("a").write_bytes(content)
        with pytest.raises(SealBroken):
            files.read("a")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(content: bytes) -> None:
    key = bytes(32)
    with pytest.raises(sealing.Unsealable):
        sealing.read_salt(io.BytesIO(content))
    with pytest.raises(sealing.Unsealable):
        list(sealing.opened_pieces(key, io.BytesIO(content)))
    assert sealing.opened_line(key, content) is None
    assert sealing.opened_name(bytes(64), content.decode("latin-1")) is None


def test_lines_grow_and_one_that_was_changed_leaves_the_others(files: SealedFiles) -> None:
    assert files.lines("log").lines == ()
    for number in range(3):
        files.append_line("log", b"line %d\nwith a break" % number)
    rows = files.path("log").read_bytes().split(b"\n")
    files.path("log").write_bytes(b"\n".join([rows[0], rows[1][:-4] + b"AAAA", rows[2], rows[2][:9]]))

    found = files.lines("log")
    assert found.lines == (b"line 0\nwith a break", None, b"line 2\nwith a break")
    assert found.torn_bytes == 9
    assert files.cut_torn("log") == 9
    assert files.cut_torn("log") == 0
    assert files.lines("log").lines == found.lines


def test_a_line_can_be_taken_back(files: SealedFiles) -> None:
    files.append_line("log", b"stays")
    before = files.append_line("log", b"goes")
    files.cut("log", before)
    assert files.lines("log").lines == (b"stays",)


def test_a_line_of_another_file_is_none_of_this_one(files: SealedFiles) -> None:
    files.append_line("a", b"1")
    files.append_line("b", b"2")
    shutil.copy(files.path("a"), files.path("b"))
    assert files.lines("b").lines == (None,)


@pytest.mark.parametrize("step", ["write", "fsync"])
def test_a_line_that_cannot_be_made_durable_is_not_there(
    files: SealedFiles, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    files.append_line("log", b"stays")

    def full(*_: object) -> int:
        raise OSError(28, "full")

    with monkeypatch.context() as patched:
        patched.setattr(os, step, full)
        with pytest.raises(OSError, match="full"):
            files.append_line("log", b"goes")
    assert files.lines("log").lines == (b"stays",)
    assert files.lines("log").torn_bytes == 0


def test_a_first_line_whose_file_cannot_be_made_durable_is_not_there(
    files: SealedFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "full")

    with monkeypatch.context() as patched:
        patched.setattr(sealed_files, "sync_folder", full)
        with pytest.raises(OSError, match="full"):
            files.append_line("log", b"goes")
    assert files.lines("log").lines == ()


def test_removed_is_removed_and_what_a_crash_left_is_cleared(files: SealedFiles) -> None:
    files.write_json("a", {"b": 1})
    assert files.read_json("a") == {"b": 1}
    files.path("a").with_name(files.path("a").name + ".new").write_bytes(b"half")
    assert files.names() == ["a"], "what is unfinished is no file"
    files.clear_unfinished()
    assert len(list(files.folder.iterdir())) == 1
    files.remove("a")
    files.remove("a")
    assert not files.exists("a")
    with pytest.raises(FileNotFoundError):
        files.read("a")


def test_what_is_sealed_and_no_json_is_told(files: SealedFiles) -> None:
    files.write("a", b"{")
    with pytest.raises(SealBroken) as told:
        files.read_json("a")
    assert told.value.fault == "not_json"


def test_a_room_lies_below_its_vault(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="subpath"):
        SealedFiles(vault_in(tmp_path / "app"), tmp_path / "elsewhere")


def test_the_app_may_move_to_another_place(tmp_path: Path) -> None:
    room(tmp_path / "app" / "room").write("a", SECRET)
    (tmp_path / "app").rename(tmp_path / "moved")
    assert room(tmp_path / "moved" / "room").read("a") == SECRET
