"""Sealed items: what the owner's key opens, and every change that it must not."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight import wire

from companion_app.gallery.errors import CannotOpen
from companion_app.gallery.records import MAX_CLIP_MS, parse_records
from companion_app.gallery.unsealing import unseal
from companion_app.keys.owner import OwnerKey
from tests.app.sealing import AUDIO, CHUNK_BYTES, END, FRAME, LIGHT, META, Boot, jpeg, noise, plain_of, record

OWNER = OwnerKey(X25519PrivateKey.from_private_bytes(bytes(range(32))))
JPEG = noise(5000)
HEADER_BYTES = 40
FRAMES = [(100 * number, jpeg(20 * number)) for number in range(5)]
SOUND = [(50 + 100 * number, os.urandom(3200)) for number in range(4)]


def boot() -> Boot:
    return Boot(OWNER.public)


def fault(blob: bytes, owner: OwnerKey = OWNER, **how: bool) -> str:
    with pytest.raises(CannotOpen) as raised:
        unseal(blob, owner, **how)
    return raised.value.fault


@pytest.mark.parametrize("size", [1, 15, 16, 17, 5000, CHUNK_BYTES, 3 * CHUNK_BYTES])
def test_what_was_sealed_opens(size: int) -> None:
    photograph = os.urandom(size)
    opened = unseal(boot().seal(photograph), OWNER)
    assert opened.jpeg == photograph
    assert (opened.item, opened.kind, opened.trigger, opened.light) == (1, "photo", "button", LIGHT)
    assert opened.media_sha256 == hashlib.sha256(photograph).hexdigest()
    assert (opened.time_s, opened.reason, opened.whole, len(opened.salt)) == (1_800_000_001, "done", True, 32)


def test_each_item_of_a_boot_opens_with_its_own_step() -> None:
    one_boot = boot()
    blobs = [one_boot.seal(JPEG + bytes([number])) for number in range(5)]
    assert [unseal(blob, OWNER).item for blob in reversed(blobs)] == [5, 4, 3, 2, 1]


def test_a_clip_opens_with_its_frames_and_sound_in_their_order() -> None:
    opened = unseal(boot().clip(FRAMES, SOUND, reason="light_lost", duration_ms=450), OWNER)
    assert [(frame.time_ms, frame.data) for frame in opened.frames] == FRAMES
    assert [(piece.time_ms, piece.data) for piece in opened.sound] == SOUND
    assert (opened.kind, opened.reason, opened.duration_ms, opened.whole) == ("clip", "light_lost", 450, True)
    in_order = sorted([(time_ms, 0, body) for time_ms, body in FRAMES] + [(time, 1, body) for time, body in SOUND])
    assert opened.media_sha256 == hashlib.sha256(b"".join(body for _, _, body in in_order)).hexdigest()


def test_another_owners_key_opens_nothing() -> None:
    other = OwnerKey(X25519PrivateKey.generate())
    assert fault(boot().seal(JPEG), other) == "not_for_this_owner_or_changed"


# Changed, cut and mixed blobs


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_any_flipped_bit_is_found(data: st.DataObject) -> None:
    blob = bytearray(boot().seal_chunks([JPEG[:200], JPEG[200:300]]))
    at = data.draw(st.integers(0, len(blob) - 1))
    blob[at] ^= 1 << data.draw(st.integers(0, 7))
    # The top bit of an X25519 point is ignored by RFC 7748, but the key schedule and the MAC cover it.
    assert fault(bytes(blob)) in {"not_for_this_owner_or_changed", "bad_length", "bad_index", "not_sealed", "bad_point"}


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.booleans(), st.booleans())
def test_any_bytes_are_refused(blob: bytes, magic: bool, cut: bool) -> None:
    assert fault(b"PSI2" + blob if magic else blob, cut=cut)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_cut_or_lengthened_photograph_is_refused(data: st.DataObject) -> None:
    blob = boot().seal(JPEG[:200])
    cut = data.draw(st.integers(0, len(blob) - 1))
    for declared in (False, True):
        assert fault(blob[:cut], cut=declared)
    assert fault(blob + data.draw(st.binary(min_size=1, max_size=50))) == "bad_length"


def test_chunks_cannot_be_left_out_repeated_or_swapped() -> None:
    pieces = [os.urandom(100) for _ in range(3)]
    blob = boot().seal_chunks(pieces)
    size = 4 + 112 + 32
    first, second, third = (blob[HEADER_BYTES + number * size :][:size] for number in range(3))
    header = blob[:HEADER_BYTES]
    for order in ([second, third], [first, third], [first, second, second, third], [second, first, third]):
        assert fault(header + b"".join(order)) == "not_for_this_owner_or_changed"
        assert fault(header + b"".join(order), cut=True)


def test_nothing_may_follow_the_last_chunk() -> None:
    blob = boot().clip(FRAMES)
    for more in (b"\x01", bytes(100), blob[HEADER_BYTES:]):
        for declared in (False, True):
            assert fault(blob + more, cut=declared) == "bad_length"


def test_a_chunk_of_another_item_is_refused() -> None:
    one_boot = boot()
    first, second = (one_boot.seal_chunks([bytes(100), bytes(100)]) for _ in range(2))
    size = 4 + 112 + 32
    assert fault(first[: HEADER_BYTES + size] + second[HEADER_BYTES + size :]) == "not_for_this_owner_or_changed"


def test_the_mark_of_the_last_chunk_is_under_the_mac() -> None:
    blob = bytearray(boot().clip(FRAMES))
    blob[HEADER_BYTES + 3] ^= 0x80
    assert fault(bytes(blob)) == "not_for_this_owner_or_changed"


def test_the_mac_is_checked_before_anything_is_decrypted() -> None:
    """Wrong padding under a right MAC is `bad_padding`; under a wrong MAC nobody learns anything about the padding."""
    blob = boot().seal_chunks([JPEG[:100]], pad=bytes(12))
    assert fault(blob) == "bad_padding"
    assert fault(blob[:-1] + bytes([blob[-1] ^ 1])) == "not_for_this_owner_or_changed"


@pytest.mark.parametrize("pad_at", [0, -1])
def test_every_byte_of_the_padding_counts(pad_at: int) -> None:
    padding = bytearray([16] * 16)
    padding[pad_at] = 15
    assert fault(boot().seal_chunks([bytes(16)], pad=bytes(padding))) == "bad_padding"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"magic": b"PSI1"}, "not_sealed"),
        ({"step": 100_001}, "bad_index"),
        ({"step": 0xFFFFFFFF}, "bad_index"),
        ({"step": 100_000}, "not_for_this_owner_or_changed"),
        ({"step": 1}, "not_for_this_owner_or_changed"),
        ({"public": bytes(32)}, "bad_point"),
    ],
)
def test_a_bad_header_is_refused(change: dict[str, Any], expected: str) -> None:
    assert fault(boot().seal_chunks([JPEG], **change)) == expected


@pytest.mark.parametrize("size", [0, CHUNK_BYTES + 1, 0x7FFFFFFF])
def test_a_chunk_of_a_size_that_cannot_be_is_refused(size: int) -> None:
    blob = boot().seal_chunks([bytes(CHUNK_BYTES)])
    assert fault(blob[:HEADER_BYTES] + struct.pack("<I", size) + blob[HEADER_BYTES + 4 :]) == "bad_length"


def test_an_oversized_blob_is_refused_by_its_length() -> None:
    assert fault(b"PSI2" + bytes(wire.MAX_ITEM_BYTES)) == "bad_length"
    assert fault(boot().seal(JPEG)[:HEADER_BYTES]) == "bad_length"


# A clip that a power cut ended


def cut_clip(frames: int = 12) -> tuple[list[bytes], bytes]:
    """The frames, and the chunks of their clip without its end: some 16 kB, 5 frames to a chunk."""
    pictures = [jpeg(number) + os.urandom(3000) for number in range(frames)]
    plain = plain_of([(FRAME, 100 * number, body) for number, body in enumerate(pictures)], 1, kind="clip")
    whole = plain[: plain.rindex(record(FRAME, b"")[:1] + struct.pack("<I", 100 * (frames - 1)))]
    pieces = [whole[at : at + CHUNK_BYTES] for at in range(0, len(whole), CHUNK_BYTES)]
    return pictures, boot().seal_chunks(pieces, ended=False)


def chunk_ends(blob: bytes) -> list[int]:
    ends, at = [], HEADER_BYTES
    while at < len(blob):
        size = struct.unpack_from("<I", blob, at)[0] & 0x7FFFFFFF
        at += 4 + (size // 16 + 1) * 16 + 32
        ends.append(at)
    return ends


@pytest.mark.parametrize("chunks", [1, 2, 3])
@pytest.mark.parametrize("told", [False, True])
def test_of_a_clip_without_its_last_chunk_the_whole_frames_are_kept(chunks: int, told: bool) -> None:
    pictures, blob = cut_clip()
    opened = unseal(blob[: chunk_ends(blob)[chunks - 1]], OWNER, cut=told)
    kept = [frame.data for frame in opened.frames]
    assert kept == pictures[: len(kept)]
    assert len(kept) in (chunks * 4, chunks * 4 + 1, 11)
    assert (opened.whole, opened.reason, opened.light) == (False, "power_cut", {})
    assert opened.duration_ms == 100 * (len(kept) - 1)
    assert opened.media_sha256 == hashlib.sha256(b"".join(kept)).hexdigest()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_torn_end_is_borne_where_the_glasses_say_that_the_power_went(data: st.DataObject) -> None:
    pictures, blob = cut_clip()
    ends = chunk_ends(blob)
    at = data.draw(st.integers(ends[0] + 1, len(blob) - 1))
    opened = unseal(blob[:at], OWNER, cut=True)
    kept = [frame.data for frame in opened.frames]
    assert kept == pictures[: len(kept)]
    assert kept == [frame.data for frame in unseal(blob[: max(end for end in ends if end <= at)], OWNER).frames]
    if at not in ends:
        assert fault(blob[:at]) == "bad_length"


def test_a_last_chunk_that_does_not_verify_is_left_out_only_at_the_very_end_of_a_cut_clip() -> None:
    _, blob = cut_clip()
    ends = chunk_ends(blob)
    torn = blob[:-1] + bytes([blob[-1] ^ 1])
    assert fault(torn) == "not_for_this_owner_or_changed"
    assert unseal(torn, OWNER, cut=True).frames == unseal(blob[: ends[-2]], OWNER).frames
    middle = bytearray(blob)
    middle[ends[0] + 10] ^= 1
    assert fault(bytes(middle), cut=True) == "not_for_this_owner_or_changed"
    first = bytearray(blob[: ends[0]])
    first[HEADER_BYTES + 10] ^= 1
    assert fault(bytes(first), cut=True) == "not_for_this_owner_or_changed"


def test_a_cut_clip_without_a_whole_frame_shows_nothing() -> None:
    plain = plain_of([(FRAME, 0, jpeg(1) + bytes(20_000))], 1, kind="clip")
    assert fault(boot().seal_chunks([plain[:CHUNK_BYTES]], ended=False), cut=True) == "no_frame"


@pytest.mark.parametrize("kind", ["photo", "thumb"])
def test_a_photograph_without_its_end_is_damaged(kind: str) -> None:
    plain = plain_of([(FRAME, 0, JPEG)], 1, kind=kind)
    cut = plain[: len(plain) - len(plain.partition(JPEG)[2])]
    for told in (False, True):
        assert fault(boot().seal_chunks([cut], ended=False), cut=told) == "cut_short"


def test_an_end_record_does_not_make_an_end() -> None:
    blob = boot().seal_chunks([plain_of([(FRAME, 0, jpeg(1))], 1, kind="clip")], ended=False)
    assert fault(blob, cut=True) == "bad_records"


# Records and descriptions


def test_a_picture_that_is_not_the_one_described_is_refused() -> None:
    assert fault(boot().seal(JPEG, media_sha256="00" * 32)) == "picture_changed"
    media = [(FRAME, time_ms, body) for time_ms, body in FRAMES]
    assert fault(boot().seal_media(media, kind="clip", frames=len(FRAMES) + 1)) == "picture_changed"
    assert fault(boot().clip(FRAMES, SOUND, media_sha256=hashlib.sha256(FRAMES[0][1]).hexdigest())) == "picture_changed"


@pytest.mark.parametrize(
    "change",
    [
        {"id": 0},
        {"kind": "film"},
        {"salt": "ab"},
        {"light": 1},
        {"trigger": ""},
        {"time_s": -1},
        {"media_sha256": "X" * 64},
        {"frames": -1},
        {"duration_ms": MAX_CLIP_MS + 1},
        {"reason": ""},
    ],
)
def test_a_description_that_breaks_its_table_is_refused(change: dict[str, Any]) -> None:
    assert fault(boot().seal_media([(FRAME, 0, JPEG)], **change)) == "bad_description"


@pytest.mark.parametrize("meta", [b"[]", b"{ ", b"\xff\xff", b"[" * 50])
def test_a_description_that_is_no_object_is_refused(meta: bytes) -> None:
    assert fault(boot().seal_plain(record(META, meta))) == "bad_description"


PHOTO = plain_of([(FRAME, 0, JPEG)], 1)
META_RECORD = PHOTO[: PHOTO.index(JPEG) - 9]
END_RECORD = PHOTO[PHOTO.index(JPEG) + len(JPEG) :]


@pytest.mark.parametrize(
    "plain",
    [
        PHOTO[:-1],
        PHOTO + b"\x00",
        PHOTO + record(FRAME, JPEG),
        PHOTO + END_RECORD,
        META_RECORD + PHOTO,
        record(FRAME, JPEG) + PHOTO,
        END_RECORD,
        META_RECORD + record(FRAME, JPEG),
        META_RECORD + record(FRAME, JPEG) + record(FRAME, JPEG) + END_RECORD,
        META_RECORD + record(FRAME, JPEG) + record(AUDIO, bytes(2)) + END_RECORD,
        META_RECORD + record(5, b"x") + END_RECORD,
        META_RECORD + record(0, b"x") + END_RECORD,
        META_RECORD + record(FRAME, b"") + END_RECORD,
        META_RECORD + record(AUDIO, b"odd") + END_RECORD,
        META_RECORD + record(AUDIO, bytes(65538)) + END_RECORD,
        META_RECORD + record(FRAME, JPEG, MAX_CLIP_MS + 1) + END_RECORD,
        META_RECORD + record(FRAME, JPEG, 5) + record(FRAME, JPEG, 4) + END_RECORD,
        record(META, json.dumps({"x": "y" * 5000}).encode()) + PHOTO,
    ],
)
def test_records_out_of_their_place_or_bounds_are_refused(plain: bytes) -> None:
    assert fault(boot().seal_plain(plain)) == "bad_records"


def test_frames_and_sound_may_interleave_but_neither_runs_backwards() -> None:
    picture, pcm = jpeg(1), bytes(64)
    mixed = [(FRAME, 0, picture), (FRAME, 100, picture), (AUDIO, 40, pcm), (AUDIO, 40, pcm), (FRAME, 100, picture)]
    assert len(unseal(boot().seal_media(mixed, kind="clip"), OWNER).frames) == 3
    for kind, body in ((FRAME, picture), (AUDIO, pcm)):
        backwards = [(FRAME, 0, picture), (kind, 100, body), (kind, 99, body)]
        assert fault(boot().seal_media(backwards, kind="clip")) == "bad_records"


def test_an_item_without_a_frame_is_no_picture() -> None:
    assert fault(boot().seal_media([], kind="clip")) == "no_frame"
    assert fault(boot().seal_media([], kind="photo")) == "no_frame"


def test_a_clip_of_something_else_than_pictures_is_refused() -> None:
    for body in (b"GIF89a" + bytes(50), b"\xff\xd8", JPEG):
        assert fault(boot().clip([(0, body)])) == "not_a_picture"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 700_000), st.binary(max_size=40)), max_size=6), st.data())
def test_any_records_are_parsed_or_refused(rows: list[tuple[int, int, bytes]], data: st.DataObject) -> None:
    """Frames and sound come out as they went in, or CannotOpen says why not."""
    plain = META_RECORD + b"".join(record(kind, body, time_ms) for kind, time_ms, body in rows)
    plain = plain[: data.draw(st.integers(0, len(plain)))]
    try:
        found = parse_records(plain, ended=False)
    except CannotOpen:
        return
    media = [body for kind, _, body in rows if kind in (FRAME, AUDIO)]
    assert found.media == media[: len(found.media)]
    assert len(found.frames) + len(found.sound) == len(found.media)
    assert found.end is None
    assert all(kind in (FRAME, AUDIO) for kind, _, _ in rows[: len(found.media)])
    assert END not in [kind for kind, _, _ in rows[: len(found.media)]]
