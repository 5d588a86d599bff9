"""The board link's encoding: exact both ways, on both interpreters, and never surprised by bytes."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_tools.simulator import Simulator
from host_tools.simulator.standins import linkcodec

INTEGERS = st.integers(-(2**63), 2**63 - 1)
LEAVES = st.none() | st.booleans() | INTEGERS | st.text() | st.binary()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=12)


def depth(value: object) -> int:
    return 1 + max(map(depth, value), default=0) if isinstance(value, tuple) else 0


@settings(deadline=None)
@given(VALUES.filter(lambda value: depth(value) <= linkcodec.MAX_DEPTH))
def test_what_goes_in_comes_out(value):
    decoded = linkcodec.decode(linkcodec.encode(value))
    assert decoded == value
    assert type(decoded) is type(value)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_bad_message(data):
    try:
        value = linkcodec.decode(data)
    except linkcodec.BadMessage:
        return
    assert linkcodec.encode(value) == data


@settings(deadline=None)
@given(VALUES.filter(lambda value: depth(value) <= linkcodec.MAX_DEPTH), st.data())
def test_cut_and_lengthened_messages_are_refused(value, data):
    encoded = linkcodec.encode(value)
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(linkcodec.BadMessage):
        linkcodec.decode(encoded[:cut])
    with pytest.raises(linkcodec.BadMessage):
        linkcodec.decode(encoded + b"N")


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=60), st.data())
def test_damaged_messages_are_refused_or_decode_to_something(value, data):
    encoded = bytearray(linkcodec.encode((1, value, "text", (None, True))))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        linkcodec.decode(bytes(encoded))
    except linkcodec.BadMessage:
        return


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = (value,)
    return value


def test_depth_is_bounded_both_ways():
    deepest = nested(linkcodec.MAX_DEPTH)
    encoded = linkcodec.encode(deepest)
    assert linkcodec.decode(encoded) == deepest
    with pytest.raises(linkcodec.BadMessage):
        linkcodec.encode(nested(linkcodec.MAX_DEPTH + 1))
    with pytest.raises(linkcodec.BadMessage):
        linkcodec.decode(struct.pack("<BI", 0x74, 1) + encoded)


@pytest.mark.parametrize("value", [1.5, {1: 2}, object(), 2**63, -(2**63) - 1])
def test_other_types_and_big_integers_are_refused(value):
    with pytest.raises(linkcodec.BadMessage):
        linkcodec.encode(value)


@pytest.mark.parametrize("length", [0, linkcodec.MAX_MESSAGE_BYTES + 1, 2**32 - 1])
def test_impossible_lengths_are_refused(length):
    with pytest.raises(linkcodec.BadMessage):
        linkcodec.body_length(struct.pack("<I", length))


def test_the_longest_length_is_believed():
    assert linkcodec.body_length(struct.pack("<I", linkcodec.MAX_MESSAGE_BYTES)) == linkcodec.MAX_MESSAGE_BYTES


def test_a_message_that_is_too_long_is_not_sent():
    with pytest.raises(linkcodec.BadMessage):
        linkcodec.frame(bytes(linkcodec.MAX_MESSAGE_BYTES))


SAMPLES = (
    None,
    True,
    False,
    0,
    -1,
    2**62,
    -(2**63),
    "",
    "ä\x00x",
    b"",
    bytes(range(256)),
    (),
    (1, ("a", (b"b",)), None),
)


async def test_micropython_encodes_the_same_bytes(simulator: Simulator):
    expected = linkcodec.encode(SAMPLES)
    code = (
        f"import linkcodec\nexpected = {expected!r}\nsamples = {SAMPLES!r}\n"
        "print(linkcodec.encode(samples) == expected, linkcodec.decode(expected) == samples)\n"
        "refused = 0\n"
        "for cut in range(len(expected)):\n"
        "    try:\n        linkcodec.decode(expected[:cut])\n"
        "    except linkcodec.BadMessage:\n        refused += 1\n"
        "print(refused == len(expected))\n"
        "for bad in (b's\\x01\\x00\\x00\\x00\\xff', b'?', b'i123', b'b\\xff\\xff\\xff\\xff'):\n"
        "    try:\n        linkcodec.decode(bad)\n"
        "    except linkcodec.BadMessage as error:\n        print(error)\n"
    )
    lines = (await simulator.board.execute(code)).split("\n")
    assert lines[:2] == ["True True", "True"]
    assert lines[2:6] == ["text is not UTF-8", "unknown tag", "integer cut short", "longer than its message"]
