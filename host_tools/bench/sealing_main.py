"""Runs under MicroPython: seals frames and, in the same run, only encrypts as many bytes; prints one line of JSON."""

import gc
import hashlib
import json
import sys
import time

import cryptolib
from plainsight import seal
from plainsight.storage.draft import FRAME, put_record

_FRAME_BYTES = 9000  # a QVGA frame of a clip
_AES_CBC = 2


def thrown_away(data):
    """In place of a file."""


def timed(act):
    """Microseconds that act() takes."""
    begun = time.ticks_us()
    act()
    return time.ticks_diff(time.ticks_us(), begun)


def aes(buffer, count):
    cipher = cryptolib.aes(bytes(32), _AES_CBC, bytes(16))
    for _ in range(count):
        cipher.encrypt(buffer, buffer)


def aes_and_sha256(buffer, count):
    cipher = cryptolib.aes(bytes(32), _AES_CBC, bytes(16))
    digest = hashlib.sha256()
    for _ in range(count):
        cipher.encrypt(buffer, buffer)
        digest.update(buffer)


def sealed(sealer, ratchet, header, frame, count):
    sealer.begin(thrown_away, ratchet)
    for number in range(count):
        put_record(sealer, header, FRAME, number, frame)
    sealer.finish()


def allocated_in_a_chunk(sealer, ratchet, frame):
    """Heap bytes for one chunk, its sealing included."""
    sealer.begin(thrown_away, ratchet)
    sealer.put(frame)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(16):
        sealer.put(frame)
    used = gc.mem_alloc() - before
    gc.enable()
    sealer.finish()
    return used * seal.CHUNK_BYTES // (16 * len(frame))


def main(megabytes, rounds):
    ratchet = seal.Ratchet(b"\x09" + bytes(31))
    sealer = seal.Sealer()
    header = bytearray(9)
    frame = bytes(_FRAME_BYTES)
    chunk = bytearray(seal.CHUNK_BYTES)
    total = megabytes * 1024 * 1024
    chunks, frames = total // seal.CHUNK_BYTES, total // _FRAME_BYTES
    took = {"aes": [], "aes_sha256": [], "seal": []}
    for _ in range(rounds):  # in turn, so that whatever else the computer does falls on all of them
        took["aes"].append(timed(lambda: aes(chunk, chunks)))
        took["aes_sha256"].append(timed(lambda: aes_and_sha256(chunk, chunks)))
        took["seal"].append(timed(lambda: sealed(sealer, ratchet, header, frame, frames)))
    result = {name: total / min(times) for name, times in took.items()}  # bytes in a microsecond are MB in a second
    result["heap_per_chunk"] = allocated_in_a_chunk(sealer, ratchet, frame)
    print(json.dumps(result))


main(int(sys.argv[1]), int(sys.argv[2]))
