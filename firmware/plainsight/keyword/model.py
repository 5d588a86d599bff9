"""Reads a keyword model file (.kwm): what it hears, its layers, where each number lies; docs/keyword-model.md.

A file that `read` accepts cannot make a kernel touch memory outside the network's own or the file's: every offset
and length is held against them here, once, so that the kernels need not.
"""

import hashlib
import struct

from plainsight.compat import const
from plainsight.keyword.errors import BadModel

MAGIC = b"PKWM"
VERSION = 1
FRONT_END = 1  # 40 channels of the micro front end, one frame each 10 ms
FRAMES = 3  # that one step takes
FEATURES = 40
STEP_MS = 30

CONVOLUTION, DEPTHWISE, DENSE = range(3)
ACTS = ("none", "capture", "stop", "ask")

HEADER = "<4sHHIIHHHHIIII"
WORD = "<24sHHBBHI"
LAYER = "<10i"
RANGE = "<III"
DIGEST_BYTES = const(16)
LIMITS = const(8)  # place in a layer's numbers (after its kind) of where its limits lie, 0 for none
BLOCK = const(16)  # outputs that a convolution makes together
CHANNELS = const(8)  # channels that a depthwise layer makes together; rows in the working memory are padded to that
GROUP = const(4)  # taps that are taken, and outputs that become bytes, together
SCALE_BYTES = const(16)
LOGISTIC_BYTES = const(256)

_HEADER_BYTES = const(40)
_WORD_BYTES = const(36)
_LAYER_BYTES = const(40)
_RANGE_BYTES = const(12)
_MOST_ARENA_BYTES = const(65536)
_MOST_TAPS = const(4096)
_MOST_DOWN = const(2048)
_MOST_WORDS = const(8)
_MOST_WINDOW = const(64)


class Word:
    """One word: `limit` is what the sum of the last `window` outputs (0-255 each) must exceed."""

    def __init__(self, name: str, act: str, limit: int, window: int, refractory_ms: int, output: int):
        self.name = name
        self.act = act
        self.limit = limit
        self.window = window
        self.refractory_ms = refractory_ms
        self.output = output


class Model:
    """A checked model: `layers` rows of LAYER, `moves` (to, distance, size), `fills` (at, size, value), in bytes.

    `feature_bytes` has the network's byte for each number of the front end; larger ones have the last.
    """

    def __init__(self, words: "list[Word]", layers: "list[tuple[int, ...]]", blob: memoryview):
        self.words = words
        self.layers = layers
        self.blob = blob
        self.arena_size = 0
        self.input = 0
        self.feature_bytes = blob
        self.logistic = 0
        self.moves: "list[tuple[int, ...]]" = []
        self.fills: "list[tuple[int, ...]]" = []


def read(content: "bytes | bytearray | memoryview") -> Model:
    """The model in a file's bytes, which it goes on using: do not change them. Raises BadModel."""
    whole = memoryview(content)
    header = _header(whole)
    arena, words, layers, moves, fills, inputs, logistic, table, entries = header
    at = _HEADER_BYTES
    tables = at + words * _WORD_BYTES + layers * _LAYER_BYTES + (moves + fills) * _RANGE_BYTES
    if tables > len(whole) - DIGEST_BYTES:
        raise BadModel("truncated", "its tables are longer than the file")
    blob = whole[tables : len(whole) - DIGEST_BYTES]
    found = Model([], [], blob)
    found.arena_size, found.input, found.logistic = arena, inputs, logistic
    found.feature_bytes = blob[table : table + entries]
    for _ in range(words):
        found.words.append(_word(whole, at, arena))
        at += _WORD_BYTES
    for _ in range(layers):
        found.layers.append(_layer(struct.unpack_from(LAYER, whole, at), arena, len(blob)))
        at += _LAYER_BYTES
    for _ in range(moves):
        found.moves.append(_move(struct.unpack_from(RANGE, whole, at), arena))
        at += _RANGE_BYTES
    for _ in range(fills):
        found.fills.append(_fill(struct.unpack_from(RANGE, whole, at), arena))
        at += _RANGE_BYTES
    return found


def digest(content: "bytes | bytearray | memoryview") -> bytes:
    """What the last bytes of a file must be, of all that stand before them."""
    return hashlib.sha256(content).digest()[:DIGEST_BYTES]


def _header(whole: memoryview) -> "tuple[int, ...]":
    if len(whole) < _HEADER_BYTES + DIGEST_BYTES:
        raise BadModel("truncated", "it is too short")
    magic, version, front_end, size, arena, words, layers, moves, fills, inputs, logistic, table, entries = (
        struct.unpack_from(HEADER, whole, 0)
    )
    if magic != MAGIC:
        raise BadModel("foreign", "it is no keyword model")
    if version != VERSION:
        raise BadModel("version", "its version is %d, this firmware reads %d" % (version, VERSION))
    if front_end != FRONT_END:
        raise BadModel("features", "it wants other features (front end %d)" % front_end)
    if size != len(whole):
        raise BadModel("truncated", "it has %d bytes of %d" % (len(whole), size))
    if digest(whole[: size - DIGEST_BYTES]) != bytes(whole[size - DIGEST_BYTES :]):
        raise BadModel("checksum", "its checksum is wrong")
    if not 1 <= words <= _MOST_WORDS or not layers:
        raise BadModel("tables", "it has %d words and %d layers" % (words, layers))
    if not 0 < arena <= _MOST_ARENA_BYTES or arena % 4:
        raise BadModel("memory", "it wants %d bytes of working memory" % arena)
    blob = size - DIGEST_BYTES - _HEADER_BYTES - words * _WORD_BYTES - layers * _LAYER_BYTES
    blob -= (moves + fills) * _RANGE_BYTES
    if inputs + FRAMES * FEATURES > arena or logistic + LOGISTIC_BYTES > blob or not entries or table + entries > blob:
        raise BadModel("tables", "its features or a table lie outside")
    return arena, words, layers, moves, fills, inputs, logistic, table, entries


def _word(whole: memoryview, at: int, arena: int) -> Word:
    name, limit, refractory_ms, act, window, _, output = struct.unpack_from(WORD, whole, at)
    try:
        text = name.rstrip(b"\0").decode()
    except UnicodeError:
        text = ""
    if not text or act >= len(ACTS) or not 1 <= window <= _MOST_WINDOW or limit > 255 * window:
        raise BadModel("word", "a word is not described rightly")
    if output >= arena:
        raise BadModel("word", "the output of %s lies outside" % text)
    return Word(text, ACTS[act], limit, window, refractory_ms, output)


def _layer(row: "tuple[int, ...]", arena: int, blob: int) -> "tuple[int, ...]":
    kind, source, stride, taps, outputs, weights, scales, out, down, limits = row
    if kind not in (CONVOLUTION, DEPTHWISE, DENSE) or min(row) < 0 or not taps or not outputs:
        raise BadModel("layer", "a layer is none that is known")
    if taps > _MOST_TAPS or outputs > arena or stride > arena or down > _MOST_DOWN:
        raise BadModel("layer", "a layer's numbers are out of range")
    made = outputs
    if kind == DEPTHWISE:
        made = _padded(outputs, CHANNELS)
        span = (taps - 1) * stride + made
    else:
        span = _padded(taps, GROUP)
        if kind == CONVOLUTION:
            made = _padded(outputs, BLOCK)
        if span != taps:
            raise BadModel("layer", "a layer has %d taps" % taps)
    rows = _padded(outputs, GROUP)
    if source + span > arena or out + rows > arena:
        raise BadModel("layer", "a layer reads or writes outside the working memory")
    if weights + made * taps > blob or (scales | limits) & 3 or scales + SCALE_BYTES * rows > blob:
        raise BadModel("layer", "a layer's weights lie outside")
    if limits and limits + 4 * outputs > blob:
        raise BadModel("layer", "a layer's limits lie outside")
    return row


def _padded(count: int, group: int) -> int:
    return (count + group - 1) // group * group


def _move(row: "tuple[int, ...]", arena: int) -> "tuple[int, ...]":
    to, distance, size = row
    if to + distance + size > arena or (to | distance | size) & 7 or not size:
        raise BadModel("tables", "a move reaches outside the working memory")
    return row


def _fill(row: "tuple[int, ...]", arena: int) -> "tuple[int, ...]":
    at, size, value = row
    if at + size > arena or value > 255:
        raise BadModel("tables", "a first value lies outside the working memory")
    return row
