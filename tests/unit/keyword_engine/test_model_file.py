"""The model file: what `read` refuses, and that what it accepts never lets a kernel leave the network's memory."""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight.keyword import kernels_plain, model, network
from plainsight.keyword.errors import BadModel

from host_tools.keyword.convert.converter import convert_file
from host_tools.xtensa.bridging import Bridge
from host_tools.xtensa.machine import Machine

KERNELS = Path(kernels_plain.__file__).with_name("kernels_viper.py")
HEADER_BYTES = struct.calcsize(model.HEADER)
WORD_BYTES, LAYER_BYTES, RANGE_BYTES = map(struct.calcsize, (model.WORD, model.LAYER, model.RANGE))
FIELDS = (
    *("magic", "version", "front_end", "size", "arena", "words", "layers", "moves", "fills"),
    *("input", "logistic", "table", "entries"),
)
KIND, IN, STRIDE, TAPS, OUTPUTS, WEIGHTS, SCALES, OUT, DOWN, LIMITS = range(10)


@functools.cache
def good() -> bytes:
    return convert_file("okay_nabu")


def sealed(content: bytes) -> bytes:
    """With the checksum that belongs to it."""
    body = content[: -model.DIGEST_BYTES]
    return body + model.digest(body)


def with_header(**values: object) -> bytes:
    fields = list(struct.unpack_from(model.HEADER, good()))
    for name, value in values.items():
        fields[FIELDS.index(name)] = value
    return sealed(struct.pack(model.HEADER, *fields) + good()[HEADER_BYTES:])


def with_layer(index: int, change: Callable[[list[int]], None]) -> bytes:
    at = HEADER_BYTES + WORD_BYTES + index * LAYER_BYTES
    row = list(struct.unpack_from(model.LAYER, good(), at))
    change(row)
    return sealed(good()[:at] + struct.pack(model.LAYER, *row) + good()[at + LAYER_BYTES :])


def with_bytes(at: int, fresh: bytes) -> bytes:
    return sealed(good()[:at] + fresh + good()[at + len(fresh) :])


def refusal(content: bytes) -> str:
    with pytest.raises(BadModel) as caught:
        model.read(content)
    assert "\n" not in str(caught.value)
    return caught.value.reason


def test_a_good_file_is_read_from_whatever_holds_bytes() -> None:
    for kind in (bytes, bytearray, memoryview):
        (word,) = model.read(kind(good())).words
        assert (word.name, word.act, word.window, word.limit) == ("Okay Nabu", "capture", 5, 1088)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "truncated"),
        (good()[:40], "truncated"),
        (good()[:-1], "truncated"),
        (good() + b"\0", "truncated"),
        (b"\x89PNG" + good()[4:], "foreign"),
        (with_header(version=2), "version"),
        (with_header(front_end=2), "features"),
        (good()[:-1] + bytes([good()[-1] ^ 1]), "checksum"),
        (good()[:5000] + bytes([good()[5000] ^ 1]) + good()[5001:], "checksum"),
        (with_header(words=0), "tables"),
        (with_header(words=9), "tables"),
        (with_header(layers=0), "tables"),
        (with_header(layers=60000), "tables"),
        (with_header(arena=0), "memory"),
        (with_header(arena=65540), "memory"),
        (with_header(arena=4250), "memory"),
        (with_header(input=4248 - 119), "tables"),
        (with_header(logistic=len(good())), "tables"),
        (with_header(table=len(good())), "tables"),
        (with_header(entries=0), "tables"),
        (with_header(entries=1 << 20), "tables"),
    ],
)
def test_a_bad_header_is_named(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


def words_field(form: str, at: int, value: object) -> bytes:
    packed = struct.pack(form, value)
    return with_bytes(HEADER_BYTES + at, packed)


@pytest.mark.parametrize(
    "content",
    [
        words_field("<24s", 0, b""),
        words_field("<24s", 0, b"\xff\xfe"),
        words_field("<H", 24, 5 * 255 + 1),
        words_field("<B", 28, 4),
        words_field("<B", 29, 0),
        words_field("<B", 29, 65),
        words_field("<I", 32, 4248),
    ],
)
def test_a_bad_word_is_named(content: bytes) -> None:
    assert refusal(content) == "word"


def setting(field: int, value: int) -> Callable[[list[int]], None]:
    def change(row: list[int]) -> None:
        row[field] = value

    return change


@pytest.mark.parametrize("index", [0, 1, 14])  # a convolution, a depthwise layer, the fully connected one
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((KIND, 3), (KIND, -1), (IN, 4248), (IN, -1), (STRIDE, -1), (STRIDE, 4249), (TAPS, 0), (TAPS, 4100)),
        *((OUTPUTS, 0), (OUTPUTS, 4249), (WEIGHTS, 48900), (WEIGHTS, -4), (SCALES, 2), (SCALES, 48700)),
        *((OUT, 4248 - 3), (OUT, -1), (DOWN, 2049), (DOWN, -1), (LIMITS, 2), (LIMITS, 48800), (LIMITS, -4)),
    ],
)
def test_a_bad_layer_is_named(index: int, field: int, value: int) -> None:
    assert refusal(with_layer(index, setting(field, value))) == "layer"


class Bounded:
    """The board's kernels in a machine that faults at the first access outside a buffer."""

    def __init__(self) -> None:
        self.bridge = Bridge(Machine(), KERNELS)

    def step(self, read: model.Model) -> None:
        before = network.kernels
        network.kernels = self.bridge
        try:
            made = network.Network(read)
            made.put(0, bytes(80))
            made.step()
        finally:
            network.kernels = before


ARENA = 4248
EDGES = [
    # layer, outputs, field, room it has, what is used of it: outputs padded to blocks, rows of scales to groups
    (0, 60, IN, ARENA, 200),
    (0, 57, OUT, ARENA, 60),
    (0, 60, WEIGHTS, None, 64 * 200),
    (0, 57, SCALES, None, 60 * 16),
    (0, 60, LIMITS, None, 60 * 4),
    (1, 57, IN, ARENA, 2 * 64 + 64),
    (1, 57, WEIGHTS, None, 64 * 3),
    (3, 32, IN, ARENA, 4 * 64 + 32),
    (14, 1, IN, ARENA, 64),
    (14, 1, OUT, ARENA, 4),
    (14, 2, WEIGHTS, None, 2 * 64),
    (14, 1, SCALES, None, 4 * 16),
]


@pytest.mark.parametrize(("index", "outputs", "field", "room", "used"), EDGES)
def test_a_layer_may_end_where_memory_ends_and_no_byte_later(
    index: int, outputs: int, field: int, room: int | None, used: int
) -> None:
    last = (len(model.read(good()).blob) if room is None else room) - used
    step = 4 if field in (SCALES, LIMITS) else 1
    last -= last % step

    def place(at: int) -> Callable[[list[int]], None]:
        def change(row: list[int]) -> None:
            row[OUTPUTS], row[field] = outputs, at

        return change

    Bounded().step(model.read(with_layer(index, place(last))))
    assert refusal(with_layer(index, place(last + step))) == "layer"


@pytest.mark.parametrize("index", [0, 14])
def test_taps_come_four_by_four(index: int) -> None:
    assert refusal(with_layer(index, setting(TAPS, 62))) == "layer"


MOVES_AT = HEADER_BYTES + WORD_BYTES + 15 * LAYER_BYTES


@pytest.mark.parametrize(
    "row", [(4096, 64, 96), (1, 64, 64), (0, 63, 64), (0, 64, 65), (0, 64, 0), (0, 4248, 8), (4294967288, 8, 8)]
)
def test_a_bad_move_is_named(row: tuple[int, int, int]) -> None:
    assert refusal(with_bytes(MOVES_AT, struct.pack(model.RANGE, *row))) == "tables"


@pytest.mark.parametrize("row", [(4200, 49, 0), (0, 8, 256), (4294967288, 8, 8)])
def test_a_bad_first_value_is_named(row: tuple[int, int, int]) -> None:
    assert refusal(with_bytes(MOVES_AT + 6 * RANGE_BYTES, struct.pack(model.RANGE, *row))) == "tables"


TABLES = st.integers(HEADER_BYTES + WORD_BYTES, MOVES_AT + 12 * RANGE_BYTES - 4)
NUMBERS = st.one_of(st.integers(-80, 80), st.integers(-5000, 5000), st.integers(-50000, 50000))


@settings(max_examples=80, deadline=None)
@given(changes=st.lists(st.tuples(TABLES, NUMBERS), min_size=1, max_size=3))
def test_what_is_accepted_stays_within_its_own_memory(changes: list[tuple[int, int]]) -> None:
    content = bytearray(good())
    for at, change in changes:
        (value,) = struct.unpack_from("<I", content, at & ~3)
        struct.pack_into("<I", content, at & ~3, (value + change) & 0xFFFFFFFF)
    try:
        read = model.read(sealed(bytes(content)))
    except BadModel:
        return
    Bounded().step(read)


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes_are_a_model_or_a_bad_one(content: bytes) -> None:
    for candidate in (content, sealed(good()[:HEADER_BYTES] + content + bytes(16))):
        with pytest.raises(BadModel):
            model.read(candidate)
