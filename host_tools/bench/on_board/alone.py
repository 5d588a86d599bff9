"""Benches that need nothing but a cable: each runs one script on the board and makes figures of its readings."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from statistics import median

from host_tools.bench.on_board import references as known
from host_tools.bench.on_board.figures import COUNTED, Figure, LeftOut, Reference, figure
from host_tools.bench.on_board.scripts import run_script
from host_tools.cable.answers import Board
from host_tools.provisioning.keys import make_identity
from host_tools.release.lms import PrivateKey

_PICTURE_BYTES = 150_000
_HOPS_A_STEP, _STEP_US = 3, 30_000  # of 10 ms; a step of the network takes three
_HEIGHT = 5  # a small tree: a verification climbs five hashes less than of a release's key, of some five hundred


def _ms(name: str, readings_us: Sequence[float], beside: Reference | None = None) -> Figure:
    return figure(name, [each / 1000 for each in readings_us], "ms", beside=beside)


def _bytes(name: str, readings: Sequence[float]) -> Figure:
    return figure(name, readings, "bytes", COUNTED)


def memory(board: Board, *, quick: bool) -> list[Figure]:
    """The application's imports, its share of the heap, and a collection."""
    del quick  # once is all there is: what is imported stays
    found = run_script(board, "memory")
    return [
        _ms("import of the application", found["import_us"]),
        _bytes("heap there is", found["heap_bytes"]),
        _bytes("heap taken by modules", found["modules_bytes"]),
        _bytes("heap free, application imported", found["free_bytes"]),
        _ms("collection of the heap", found["collection_us"], known.COLLECTION),
    ]


def sealing(board: Board, *, quick: bool) -> list[Figure]:
    """A picture of 150 kB sealed, and sealed and stored; a clip's chunk; the ciphers; wiping."""
    found = run_script(board, "sealing", _PICTURE_BYTES, 1 if quick else 7)
    size = found["chunk_bytes"][0]
    return [
        _ms("sealing 150 kB", found["seal_us"]),
        _ms("sealing 150 kB onto flash", found["store_us"], known.STORING),
        _ms("one chunk of a clip sealed and written", found["chunk_us"], known.CHUNK),
        figure("AES-256-CBC", [size / each for each in found["aes_us"]], "MB/s"),
        figure("SHA-256", [size / each for each in found["sha256_us"]], "MB/s"),
        _ms("wiping 150 kB of a frame", found["wipe_us"]),
    ]


def agreement(board: Board, *, quick: bool) -> list[Figure]:
    """X25519 in Python."""
    found = run_script(board, "agreement", 1 if quick else 5)
    return [
        _ms("X25519, one agreement", found["agreement_us"]),
        _ms("X25519, keys of one boot", found["ratchet_us"]),
    ]


def signature(board: Board, *, quick: bool) -> list[Figure]:
    """LMS: one verification, and its longest stretch without a pause."""
    key = PrivateKey(secrets.token_bytes(32), secrets.token_bytes(16), _HEIGHT)
    message = secrets.token_bytes(32)
    signed = key.sign(0, message, secrets.token_bytes(32))
    found = run_script(board, "signature", key.public().hex(), message.hex(), signed.hex(), 3 if quick else 9)
    return [
        _ms("signature of a release verified", found["verify_us"], known.SIGNATURE),
        _ms("longest stretch of a verification", found["stretch_us"], known.STRETCH),
    ]


def handshake(board: Board, *, quick: bool) -> list[Figure]:
    """The glasses' share of mutual TLS, and the longest of its flights."""
    made = make_identity()
    found = run_script(board, "handshake", made.certificate.hex(), made.private_key.hex(), 2 if quick else 7)
    return [
        _ms("TLS handshake, share of the glasses", found["handshake_us"], known.HANDSHAKE),
        _ms("longest flight of a handshake", found["flight_us"], known.FLIGHT),
    ]


def flash(board: Board, *, quick: bool) -> list[Figure]:
    """littlefs on the chip: 4 kB of a file, and under it each erase and each program."""
    found = run_script(board, "flash", 16 if quick else 128)
    most = int(found["program_bytes"][0])
    return [
        _ms("4 kB written to a file", found["write_us"]),
        _ms("one block erased", found["erase_us"], known.ERASING),
        _ms(f"up to {most} bytes programmed", found["program_us"], known.PROGRAM),
    ]


def record(board: Board, *, quick: bool) -> list[Figure]:
    """A line of the journal, durable."""
    found = run_script(board, "record", 8 if quick else 100)
    return [_ms("one record in the journal", found["record_us"], known.RECORD)]


def sound(board: Board, *, quick: bool) -> list[Figure]:
    """The decimator alone; what listens behind it is `keyword`."""
    found = run_script(board, "sound", 8 if quick else 100)
    lasts_us = found["lasts_us"][0]
    share = [100 * each / lasts_us for each in found["block_us"]]
    return [figure("decimator, share of the processor", share, "%", beside=known.DECIMATOR)]


def keyword(board: Board, *, quick: bool) -> list[Figure | LeftOut]:
    """The words that the application listens for; the decimator is another bench's."""
    found = run_script(board, "keyword", 8 if quick else 100)
    if "no_words" in found:
        return [LeftOut("keyword, a step of the network", "the application on the board has no model of words")]
    hop, step = found["hop_us"], found["step_us"]
    between = median(hop)
    # A step of the network comes with a hop of the front end, and two more hops lie between two steps.
    network = [max(each - between, 0) for each in step]
    share = [100 * (each + (_HOPS_A_STEP - 1) * between) / _STEP_US for each in step]
    return [
        _ms("keyword, a hop of the front end", hop, known.KEYWORD_HOP),
        _ms("keyword, a step of the network", network, known.KEYWORD_STEP),
        _ms("keyword, longest stretch", step, known.KEYWORD_STRETCH),
        figure("keyword, share of the processor", share, "%", beside=known.KEYWORD),
    ]
