"""Installing: the signature decides first, then board, version and hashes; and nothing but the free slot is touched."""

from __future__ import annotations

import asyncio
import hashlib
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight import compat, wire
from plainsight.errors import Refused
from plainsight.update import bundle, installer, lms, manifest

from host_tools.release.release import canonical
from tests.unit.update.making import BOARD, FILES, KEY, OTHER_KEY, PUBLIC, fields_of, release, signed

WHOLE = release()
BODIES = b"".join(FILES.values())


def install(folder: Path, data: bytes, **changed: Any) -> manifest.Manifest:
    path = folder / "release"
    path.write_bytes(data)
    arguments = {"key": PUBLIC, "board": BOARD, "floor": "0.1.0", "folder": str(folder / "slots/a")} | changed
    return asyncio.run(installer.install(str(path), hashlib.sha256(data).hexdigest(), **arguments))


def refusal(folder: Path, data: bytes, **changed: Any) -> str:
    """The code; nothing may be unpacked. "" where the release was taken."""
    try:
        install(folder, data, **changed)
    except Refused as refused:
        return refused.code if refused.code in wire.ERRORS else "not of the wire"
    return ""


def unpacked(folder: Path) -> dict[str, bytes]:
    slot = folder / "slots/a"
    return {path.relative_to(slot).as_posix(): path.read_bytes() for path in slot.rglob("*") if path.is_file()}


def test_every_file_arrives_and_nothing_else(tmp_path: Path) -> None:
    stale = tmp_path / "slots/a/plainsight/old/left.py"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"of the release before")
    assert install(tmp_path, WHOLE).version == "0.2.0"
    assert unpacked(tmp_path) == FILES


def test_there_is_nothing_to_install(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="update_missing"):
        asyncio.run(
            installer.install(str(tmp_path / "none"), "ab" * 32, key=PUBLIC, board=BOARD, floor="0.1.0", folder="x")
        )


def test_only_the_release_that_was_taken_is_installed(tmp_path: Path) -> None:
    path = tmp_path / "release"
    path.write_bytes(WHOLE)
    with pytest.raises(Refused, match="update_missing"):
        asyncio.run(
            installer.install(str(path), "ab" * 32, key=PUBLIC, board=BOARD, floor="0.1.0", folder=str(tmp_path / "a"))
        )
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("key", [b"", bytes(56), OTHER_KEY.public(), PUBLIC[:-1], PUBLIC + b"\0"])
def test_no_other_key_will_do(tmp_path: Path, key: bytes) -> None:
    assert refusal(tmp_path, WHOLE, key=key) == "update_untrusted"
    assert unpacked(tmp_path) == {}


def test_a_release_of_somebody_else(tmp_path: Path) -> None:
    assert refusal(tmp_path, release(key=OTHER_KEY)) == "update_untrusted"


@pytest.mark.parametrize(
    "manifest_text", [b"{", canonical(fields_of(FILES, board="other")), canonical(fields_of(FILES, "0.0.1"))]
)
def test_the_signature_comes_before_anything_that_is_signed(
    tmp_path: Path, manifest_text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "parse_head", lambda _: pytest.fail("parsed before it was verified"))
    assert refusal(tmp_path, signed(manifest_text, BODIES, OTHER_KEY)) == "update_untrusted"


@pytest.mark.parametrize(
    ("data", "changed", "code"),
    [
        (release(board="other"), {}, "update_other_board"),
        (WHOLE, {"floor": "0.2.1"}, "update_older"),
        (WHOLE, {"floor": "0.10.0"}, "update_older"),
        (release(version="0.10.0"), {"floor": "0.9.9"}, ""),
        (WHOLE, {"floor": "0.2.0"}, ""),
        (signed(b"{}", BODIES), {}, "update_damaged"),
        (release(files={"a.py": b""}), {}, "update_damaged"),
        (WHOLE + b"\0", {}, "update_damaged"),
        (WHOLE[:-1], {}, "update_damaged"),
        (WHOLE[: -len(BODIES)], {}, "update_damaged"),
        (b"PSU1", {}, "update_damaged"),
        (b"PSU2" + WHOLE[4:], {}, "update_damaged"),
        (WHOLE[4:], {}, "update_damaged"),
    ],
)
def test_what_is_refused_and_why(tmp_path: Path, data: bytes, changed: dict[str, Any], code: str) -> None:
    assert refusal(tmp_path, data, **changed) == code
    assert (unpacked(tmp_path) == {}) == (code != "")


@given(at=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
def test_no_bit_can_change(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    spoilt = bytearray(WHOLE)
    spoilt[at] ^= 1 << bit
    folder = tmp_path_factory.mktemp("flip")
    expected = "update_untrusted" if 12 <= at < len(WHOLE) - len(BODIES) else "update_damaged"
    code = refusal(folder, bytes(spoilt))
    assert code == expected or (at < 12 and code == "update_untrusted")
    assert unpacked(folder) == {}


@given(length=st.integers(0, len(WHOLE) - 1))
def test_no_end_can_be_missing(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    folder = tmp_path_factory.mktemp("cut")
    assert refusal(folder, WHOLE[:length]) in ("update_damaged", "update_untrusted")
    assert unpacked(folder) == {}


@given(data=st.binary(max_size=400), lengths=st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)))
def test_lengths_are_bounded_before_they_are_believed(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, lengths: tuple[int, int]
) -> None:
    folder = tmp_path_factory.mktemp("noise")
    for noise in (data, b"PSU1" + struct.pack("<II", *lengths) + data):
        assert refusal(folder, noise) in ("update_damaged", "update_untrusted")


@pytest.mark.parametrize(
    "lengths", [(2**32 - 1, 10), (10, 2**32 - 1), (8193, 10), (10, 32 * 1024 + 1), (0, 10), (10, 0)]
)
def test_no_absurd_length_is_read(lengths: tuple[int, int]) -> None:
    class Counting:
        """A file of any length that says how much was asked for."""

        asked = 0

        def read(self, count: int) -> bytes:
            self.asked += count
            return (b"PSU1" + struct.pack("<II", *lengths)) if count == 12 else bytes(count)

    file = Counting()
    with pytest.raises(bundle.BadRelease, match="bad_length"):
        bundle.read_head(file, 2**33)  # type: ignore[arg-type]
    assert file.asked == 12


def test_flash_that_does_not_hold_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = bundle.copy

    async def forgetting(source: Any, size: int, write: Any, pause: Any) -> bytes:
        name = getattr(source, "name", "")
        found = await copy(source, size, write, pause)
        return bytes(32) if "slots" in str(name) and size else found

    monkeypatch.setattr(bundle, "copy", forgetting)
    assert refusal(tmp_path, WHOLE) == "storage_failed"


def test_other_tasks_run_between_any_two_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each read, each write, each chain of the signature and each removal is followed by a pause."""
    pauses = 0

    async def counted() -> None:
        nonlocal pauses
        pauses += 1

    monkeypatch.setattr(installer, "pause", counted)
    install(tmp_path, WHOLE)
    pieces = sum(-(-len(content) // bundle.PIECE_BYTES) for content in FILES.values())
    assert pauses == -(-len(WHOLE) // bundle.PIECE_BYTES) + 67 + len(FILES) + 3 * pieces


def test_the_key_of_these_tests_signs_what_the_glasses_verify() -> None:
    assert lms.signature_bytes(PUBLIC) == len(KEY.sign(0, b"", bytes(32)))


def test_every_file_is_on_the_medium_before_anybody_can_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    flush = compat.flush

    def noted(file: Any) -> None:
        flush(file)
        flushed.append(Path(file.name).relative_to(tmp_path / "slots/a").as_posix())

    monkeypatch.setattr(compat, "flush", noted)
    install(tmp_path, WHOLE)
    assert flushed == list(FILES)
