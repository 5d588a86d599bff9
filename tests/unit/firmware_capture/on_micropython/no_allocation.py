"""A clip's frames and sound take no heap until a chunk is full, and then an amount that depends on no frame's size."""

import gc
import struct

import micropython
from flash import formatted, mounted
from plainsight import seal
from plainsight.store import Store
from store_items import OWNER_PUBLIC

_MOST_BYTES_FOR_A_CHUNK = 1600  # hashes and their digests, on a 64-bit port


def in_a_chunk():
    """As many records as one chunk takes."""
    frame = memoryview(bytearray(2000))
    sound = memoryview(bytearray(640))
    with mounted(formatted(64)):
        media = Store("media")
        media.open()
        media.set_owner(OWNER_PUBLIC)
        draft = media.begin("clip", "app", 1)
        draft.frame(frame, 0)
        micropython.heap_lock()  # MemoryError from here on where anything is allocated
        try:
            for number in range(5):
                draft.frame(frame, number * 100)
                draft.audio(sound, number * 100 + 50)
        finally:
            micropython.heap_unlock()
        assert draft.bytes == seal.HEADER_BYTES
        media.abandon(draft)


def for_a_chunk():
    """Bytes of heap for each chunk that is sealed, with small and with large frames."""
    sealer = seal.Sealer()
    for size in (300, 9000, 60000):
        frame = bytes(size)
        sealer.begin(len, seal.Ratchet(OWNER_PUBLIC))
        sealer.put(frame)
        gc.collect()
        gc.disable()
        before, written = gc.mem_alloc(), sealer.written
        while sealer.written < written + 10 * seal.chunk_bytes(seal.CHUNK_BYTES):
            sealer.put(frame)
        used = gc.mem_alloc() - before
        chunks = (sealer.written - written) // seal.chunk_bytes(seal.CHUNK_BYTES)
        gc.enable()
        sealer.finish()
        assert used <= chunks * _MOST_BYTES_FOR_A_CHUNK, (size, used // chunks)


def whole_blobs_are_written_as_they_are_hashed():
    """One write for a chunk, straight from the buffer."""
    written = []
    sealer = seal.Sealer()
    sealer.begin(lambda data: written.append(len(data)), seal.Ratchet(OWNER_PUBLIC))
    sealer.put(bytes(40000))
    sealer.finish()
    assert written == [seal.HEADER_BYTES] + [struct.calcsize("<I") + 16400 + 32] * 2 + [4 + 7248 + 32], written


in_a_chunk()
for_a_chunk()
whole_blobs_are_written_as_they_are_hashed()
print("ok")
