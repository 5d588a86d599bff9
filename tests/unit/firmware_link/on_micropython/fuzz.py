"""Runs under MicroPython: every parser of the link against mutated frames. argv: seed, rounds. Prints `OK n`.

MicroPython's json, struct and str differ from CPython's exactly where input is bad, so the same promise is tried here.
"""

import asyncio
import random
import sys

from plainsight import knock, wire
from plainsight.stream import ByteStream

_REQUESTS = (
    {"op": "hello", "version": 1, "time_s": 1_800_000_000},
    {"op": "pair", "proof": "ab" * 32, "name": "phone", "owner_key": "cd" * 32},
    {"op": "fetch", "part": "item", "item": 1, "offset": 0, "window": 16384},
    {"op": "settings", "voice": "keyword", "consent": "ef" * 32},
    {"op": "link_test", "direction": "up", "size": 5000, "window": 4096},
)
_TOKENS = (
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b":",
    b",",
    b"\\u",
    b"\\",
    b"1e999",
    b"-",
    b"null",
    b"\xff",
    b"\xed\xa0\x80",
    b"0" * 40,
)


def _mutated(data):
    out = bytearray(data)
    for _ in range(random.randint(0, 4)):
        at = random.randint(0, len(out))
        choice = random.randint(0, 3)
        if choice == 0 and at < len(out):
            out[at] = random.getrandbits(8)
        elif choice == 1:
            out = out[:at] + random.choice(_TOKENS) * random.randint(1, 9) + out[at:]
        elif choice == 2:
            out = out[:at]
        elif at < len(out):
            out = out[:at] + out[at + random.randint(1, 5) :]
    return bytes(out)


def _frame():
    choice = random.randint(0, 3)
    if choice == 0:
        return wire.json_frame(wire.REQUEST, random.getrandbits(16), random.choice(_REQUESTS))
    if choice == 1:
        return wire.media_frame(random.getrandbits(16), random.getrandbits(30), bytes(random.randint(1, 300)))
    if choice == 2:
        return wire.u32_frame(random.choice((wire.ACK, wire.PING, wire.PONG)), 1, random.getrandbits(30))
    return wire.frame(wire.CANCEL, 3)


def _one_body(kind, body):
    if kind == wire.REQUEST:
        operation, fields = wire.parse_request(body)
        wire.check_fields(fields, wire.OPERATIONS[operation][1])
    elif kind in (wire.ACK, wire.PING, wire.PONG, wire.MEDIA):
        wire.u32(body)


def _frames(data):
    """Number of frames understood before the stream broke."""
    reader = wire.FrameReader(wire.TO_GLASSES)
    understood = 0
    view = memoryview(data)
    while len(view):
        try:
            taken = reader.feed(view[: random.randint(1, 600)])
        except wire.BadFrame:
            return understood
        view = view[taken:]
        if reader.ready():
            kind, _, body = reader.take()
            try:
                _one_body(kind, body)
                understood += 1
            except wire.BadBody:
                pass
    return understood


async def _knock(data):
    stream = ByteStream(64, 64)
    stream.incoming.put(data)
    stream.end()
    try:
        nonce, proof = await knock.listen(stream)
    except knock.KnockRefused:
        return
    if knock.recognise(proof, nonce, [(knock.knock_key(b"secret"), 1)]) is not None:
        raise AssertionError("a stranger was recognised")


def _main(seed, rounds):
    random.seed(seed)
    understood = 0
    for _ in range(rounds):
        understood += _frames(_mutated(b"".join(_frame() for _ in range(random.randint(1, 4)))))
        body = _mutated(wire.json_frame(wire.REQUEST, 1, random.choice(_REQUESTS))[wire.HEADER_BYTES :])
        try:
            _one_body(wire.REQUEST, body)
            understood += 1
        except wire.BadBody:
            understood += 0
        asyncio.run(_knock(_mutated(wire.KNOCK_HELLO + bytes(16))))
    print("OK", understood)


_main(int(sys.argv[1]), int(sys.argv[2]))
