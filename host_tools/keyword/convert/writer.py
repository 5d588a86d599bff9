"""The file: header, words, layers, moves, first values, numbers, checksum. docs/keyword-model.md has every field."""

from __future__ import annotations

import struct

from plainsight.keyword import model

from host_tools.keyword.convert import features
from host_tools.keyword.convert.plan import Plan
from host_tools.keyword.convert.words import Word


def write(plan: Plan, words: list[Word]) -> bytes:
    """The bytes of a .kwm; one word for each output of the plan."""
    table = features.table(plan.input_scale, plan.input_zero)
    blob, places = _blob(plan, table)
    layers = [_layer(plan, index, at) for index, at in enumerate(places)]
    moves = [(ring.view.at, ring.fresh * ring.view.stride, ring.kept * ring.view.stride) for ring in plan.rings]
    fills = [(ring.view.at, ring.kept * ring.view.stride, plan.first_values[ring.state]) for ring in plan.rings]
    tables = b"".join(
        [
            *(_word(word, at) for word, at in zip(words, plan.outputs, strict=True)),
            *layers,
            *(struct.pack(model.RANGE, *row) for row in moves + fills),
        ]
    )
    size = struct.calcsize(model.HEADER) + len(tables) + len(blob) + model.DIGEST_BYTES
    bytes_of_features = len(blob) - len(table)
    logistic = bytes_of_features - model.LOGISTIC_BYTES
    header = struct.pack(
        model.HEADER,
        *(model.MAGIC, model.VERSION, model.FRONT_END, size, plan.arena),
        *(len(words), len(layers), len(moves), len(fills), plan.input, logistic, bytes_of_features, len(table)),
    )
    content = header + tables + blob
    return content + model.digest(content)


def _blob(plan: Plan, table: bytes) -> tuple[bytes, list[tuple[int, int, int]]]:
    """Weights, scales and limits of every layer, then the two tables; where the first three of each begin."""
    blob = bytearray()
    places: list[tuple[int, int, int]] = []
    for layer in plan.layers:
        weights = len(blob)
        blob += layer.weights
        blob += bytes(-len(blob) % 4)
        scales = len(blob)
        blob += layer.scales
        places.append((weights, scales, len(blob) if layer.limits else 0))
        blob += layer.limits
    return bytes(blob + plan.logistic + table), places


def _layer(plan: Plan, index: int, places: tuple[int, int, int]) -> bytes:
    layer = plan.layers[index]
    weights, scales, limits = places
    return struct.pack(
        model.LAYER,
        *(layer.kind, layer.source, layer.stride, layer.taps, layer.outputs),
        *(weights, scales, layer.target, layer.down, limits),
    )


def _word(word: Word, at: int) -> bytes:
    act = model.ACTS.index(word.act)
    return struct.pack(model.WORD, word.name.encode(), word.limit, word.refractory_ms, act, word.window, 0, at)
