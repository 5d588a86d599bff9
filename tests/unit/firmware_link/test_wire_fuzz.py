"""Bytes from the other end: every parser takes anything, and understands it or says what is wrong."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plainsight import knock, wire
from plainsight.stream import ByteStream

from tests.unit.firmware_link.glasses_side import PHONE, SECRET, Glasses
from tests.unit.firmware_link.manual_clock import ManualClock, others
from tests.unit.firmware_link.peer import Closed, settled

_FRAME = st.tuples(st.sampled_from([*wire.FRAMES, 0, 10, 255]), st.integers(0, 0xFFFF), st.binary(max_size=60))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _raw(kind: int, request: int, body: bytes) -> bytes:
    out = bytearray(wire.HEADER_BYTES)
    wire.pack_header(out, kind, request, len(body))
    return bytes(out) + body


@given(st.lists(_FRAME, max_size=8), st.lists(st.integers(1, 50), min_size=1, max_size=20))
def test_frames_are_cut_the_same_however_the_bytes_come(frames: list[tuple[int, int, bytes]], cuts: list[int]) -> None:
    stream = b"".join(_raw(*frame) for frame in frames)
    good: list[tuple[int, int, bytes]] = []
    for kind, request, body in frames:
        row = wire.FRAMES.get(kind)
        if row is None or not row[3] <= len(body) <= row[4] or row[1] == wire.TO_PHONE:
            break
        good.append((kind, request, body))
    reader, found, turn, failed = wire.FrameReader(wire.TO_GLASSES), [], 0, False
    while stream and not failed:
        piece, turn = stream[: cuts[turn % len(cuts)]], turn + 1
        try:
            taken = reader.feed(piece)
        except wire.BadFrame:
            failed = True
            break
        assert taken > 0
        stream = stream[taken:]
        if reader.ready():
            kind, request, body = reader.take()
            found.append((kind, request, bytes(body)))
    assert found == good
    assert failed == (len(good) < len(frames))


@given(st.binary(max_size=300))
def test_a_request_is_understood_or_refused(body: bytes) -> None:
    try:
        operation, fields = wire.parse_request(body)
    except wire.BadBody:
        return
    wire.check_fields(fields, wire.OPERATIONS[operation][1])


@given(st.sampled_from(sorted(wire.OPERATIONS)), st.dictionaries(st.text(max_size=8), _JSON, max_size=4))
def test_an_object_is_understood_or_refused(operation: str, fields: dict[str, object]) -> None:
    test_a_request_is_understood_or_refused.hypothesis.inner_test(  # type: ignore[attr-defined]
        json.dumps({**fields, "op": operation}).encode()
    )


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 7 + b"]" * 7,
        b'{"a":' * 7 + b"1" + b"}" * 7,
        b'["' + b"]" * 3000 + b'",' + b"[" * 900,
        b'{"a":"\\"' + b"]" * 50 + b'","b":' + b"[" * 7 + b"]" * 7 + b"}",
        b"]]]",
    ],
)
def test_depth_is_bounded_whatever_stands_in_strings(body: bytes) -> None:
    with pytest.raises(wire.BadBody):
        wire.parse_json(body)


def test_brackets_in_strings_are_only_letters() -> None:
    assert wire.parse_json(b'{"a":"[[[[[[[[[[{{{{{{"}') == {"a": "[" * 10 + "{" * 6}


@given(st.integers(0, 1 << 22), st.integers(0, 700))
def test_the_link_test_pattern_is_what_the_table_says(offset: int, size: int) -> None:
    out = bytearray(size)
    wire.test_pattern(out, offset)
    assert out == bytes((at * 31 + (at >> 8)) & 0xFF for at in range(offset, offset + size))


@given(st.binary(max_size=80))
async def test_whatever_is_said_before_tls_nobody_is_recognised(said: bytes) -> None:
    stream = ByteStream(128, 128)
    stream.incoming.put(said)
    stream.end()
    if said[:4] != wire.KNOCK_HELLO or len(said) < 20:
        with pytest.raises(knock.KnockRefused) as refused:
            await knock.listen(stream)
        wrong = len(said) >= 4 and said[:4] != wire.KNOCK_HELLO
        assert refused.value.reason == ("hello" if wrong else "ended")
        return
    nonce, proof = await knock.listen(stream)
    assert said[:4] == wire.KNOCK_HELLO
    assert proof == said[4:20]
    assert knock.recognise(proof, nonce, [(knock.knock_key(SECRET), "somebody")]) is None


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16), st.integers(0, 3))
def test_a_knock_is_recognised_by_its_key_alone(secret: bytes, nonce: bytes, place: int) -> None:
    callers: list[tuple[bytes, object]] = [(knock.knock_key(b"somebody else %d" % n), n) for n in range(3)]
    key = knock.knock_key(secret)
    callers.insert(place, (key, "the one"))
    proof = knock.knock_proof(key, nonce)
    assert knock.recognise(proof, nonce, callers) == "the one"
    assert knock.recognise(proof, bytes(byte ^ 1 for byte in nonce), callers) is None
    callers.pop(place)
    assert knock.recognise(proof, nonce, callers) is None


_SAID = st.lists(
    st.one_of(
        st.binary(min_size=1, max_size=40),
        st.builds(_raw, st.integers(0, 12), st.integers(0, 3), st.binary(max_size=40)),
        st.builds(lambda value: wire.json_frame(wire.REQUEST, 1, {"op": value}), _JSON),
        st.builds(
            lambda op, fields: wire.json_frame(wire.REQUEST, 2, {**fields, "op": op}),
            st.sampled_from(sorted(set(wire.OPERATIONS) - {"revoke"})),
            st.dictionaries(st.sampled_from(["item", "offset", "window", "size", "from", "after"]), _JSON, max_size=3),
        ),
        st.just(wire.json_frame(wire.REQUEST, 3, {"op": "link_test", "direction": "up", "size": 9000, "window": 4096})),
        st.just(wire.media_frame(3, 0, bytes(4000))),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=_SAID)
async def test_whatever_a_paired_phone_says_the_glasses_stay_up(
    tmp_path_factory: pytest.TempPathFactory, said: list[bytes]
) -> None:
    """The session goes on or ends with a reason of its own; nothing unforeseen happens, and the phone can come back."""
    glasses = Glasses(Path(tmp_path_factory.mktemp("glasses")), ManualClock())
    glasses.camera.released.set()
    peer, session, pair_key = await glasses.pair(PHONE)
    reading = asyncio.create_task(peer.closed())
    try:
        for piece in said:
            await peer.send(piece)
        await others()
        await peer.transport.close()
        reason = await settled(session)
    except Closed:
        reason = await settled(session)
    assert reason in ("closed", "bad_frame"), (reason, glasses.log)
    await reading
    assert [phone.number for phone in glasses.phones.all()] == [1]
    again, _ = await glasses.greet(PHONE, pair_key)
    assert (await again.ask("status"))["battery_mv"] == 3900
