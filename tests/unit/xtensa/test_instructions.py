"""Each instruction computes what the ISA manual says of it: assembled here, run there, compared with arithmetic."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import product

import pytest

from host_tools.xtensa.decoding import decode
from host_tools.xtensa.errors import UnknownInstruction
from host_tools.xtensa.machine import Machine
from tests.unit.xtensa.assembling import FIRST, RESULT, SECOND, bri8, bri12, function, jump, result, rri8, rrr, rrrn

D, S, T = RESULT, FIRST, SECOND
_EDGES = (0, 1, 2, 8, 31, 32, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 1)
_CHANCE = random.Random(1)
WORDS = (*_EDGES, *(_CHANCE.getrandbits(32) for _ in range(8)))
PAIRS = list(product(WORDS, WORDS))
TWO: dict[str, tuple[bytes, Callable[[int, int], int]]] = {
    "and": (rrr(0, 1, D, S, T), lambda s, t: s & t),
    "or": (rrr(0, 2, D, S, T), lambda s, t: s | t),
    "xor": (rrr(0, 3, D, S, T), lambda s, t: s ^ t),
    "add": (rrr(0, 8, D, S, T), lambda s, t: s + t),
    "add.n": (rrrn(10, D, S, T), lambda s, t: s + t),
    "addx2": (rrr(0, 9, D, S, T), lambda s, t: 2 * s + t),
    "addx4": (rrr(0, 10, D, S, T), lambda s, t: 4 * s + t),
    "addx8": (rrr(0, 11, D, S, T), lambda s, t: 8 * s + t),
    "sub": (rrr(0, 12, D, S, T), lambda s, t: s - t),
    "subx2": (rrr(0, 13, D, S, T), lambda s, t: 2 * s - t),
    "subx4": (rrr(0, 14, D, S, T), lambda s, t: 4 * s - t),
    "subx8": (rrr(0, 15, D, S, T), lambda s, t: 8 * s - t),
    "mull": (rrr(2, 8, D, S, T), lambda s, t: s * t),
    "muluh": (rrr(2, 10, D, S, T), lambda s, t: s * t >> 32),
    "mulsh": (rrr(2, 11, D, S, T), lambda s, t: signed(s) * signed(t) >> 32),
    "mov.n": (rrrn(13, 0, S, D), lambda s, t: s),
    "neg": (rrr(0, 6, D, 0, S), lambda s, t: -s),
    "abs": (rrr(0, 6, D, 1, S), lambda s, t: abs(signed(s))),
    "slli 1": (rrr(1, 1, D, S, 15), lambda s, t: s << 1),
    "slli 31": (rrr(1, 0, D, S, 1), lambda s, t: s << 31),
    "srli 5": (rrr(1, 4, D, 5, S), lambda s, t: s >> 5),
    "srai 5": (rrr(1, 2, D, 5, S), lambda s, t: signed(s) >> 5),
    "srai 21": (rrr(1, 3, D, 5, S), lambda s, t: signed(s) >> 21),
    "extui 4 of 3": (rrr(4, 3, D, 3, S), lambda s, t: s >> 3 & 15),
    "extui 16 of 17": (rrr(5, 15, D, 1, S), lambda s, t: s >> 17 & 0xFFFF),
    "ssr srl": (rrr(0, 4, 0, T, 0) + rrr(1, 9, D, 0, S), lambda s, t: s >> t % 32),
    "ssr sra": (rrr(0, 4, 0, T, 0) + rrr(1, 11, D, 0, S), lambda s, t: signed(s) >> t % 32),
    "ssl sll": (rrr(0, 4, 1, T, 0) + rrr(1, 10, D, S, 0), lambda s, t: s << t % 32),
    "ssai src": (rrr(0, 4, 4, 7, 1) + rrr(1, 8, D, S, T), lambda s, t: (s << 32 | t) >> 23),
    "addi": (rri8(12, S, D, -128), lambda s, t: s - 128),
    "addi.n": (rrrn(11, D, S, 5), lambda s, t: s + 5),
    "addi.n -1": (rrrn(11, D, S, 0), lambda s, t: s - 1),
    "addmi": (rri8(13, S, D, -3), lambda s, t: s - 3 * 256),
    "movi": (rri8(10, 15, D, 0x9C), lambda s, t: -100),
    "movi.n 95": (rrrn(12, 15, D, 5), lambda s, t: 95),
    "movi.n -32": (rrrn(12, 0, D, 6), lambda s, t: -32),
}
SKIP = 1  # the offset of a branch over one narrow instruction, counted from four after the branch
TAKEN: dict[str, tuple[bytes, Callable[[int, int], bool]]] = {
    "beqz": (bri12(S, 0, 1, SKIP), lambda s, t: s == 0),
    "bnez": (bri12(S, 1, 1, SKIP), lambda s, t: s != 0),
    "bltz": (bri12(S, 2, 1, SKIP), lambda s, t: signed(s) < 0),
    "bgez": (bri12(S, 3, 1, SKIP), lambda s, t: signed(s) >= 0),
    "beqz.n": (rrrn(12, 0, S, 8), lambda s, t: s == 0),
    "bnez.n": (rrrn(12, 0, S, 12), lambda s, t: s != 0),
    "beqi -1": (bri8(0, S, 0, 2, SKIP), lambda s, t: signed(s) == -1),
    "bnei 256": (bri8(15, S, 1, 2, SKIP), lambda s, t: s != 256),
    "blti 32": (bri8(12, S, 2, 2, SKIP), lambda s, t: signed(s) < 32),
    "bgei 1": (bri8(1, S, 3, 2, SKIP), lambda s, t: signed(s) >= 1),
    "bltui 32768": (bri8(0, S, 2, 3, SKIP), lambda s, t: s < 32768),
    "bgeui 65536": (bri8(1, S, 3, 3, SKIP), lambda s, t: s >= 65536),
    "bnone": (rri8(0, S, T, SKIP, 7), lambda s, t: not s & t),
    "beq": (rri8(1, S, T, SKIP, 7), lambda s, t: s == t),
    "blt": (rri8(2, S, T, SKIP, 7), lambda s, t: signed(s) < signed(t)),
    "bltu": (rri8(3, S, T, SKIP, 7), lambda s, t: s < t),
    "ball": (rri8(4, S, T, SKIP, 7), lambda s, t: s & t == t),
    "bbc": (rri8(5, S, T, SKIP, 7), lambda s, t: not s >> t % 32 & 1),
    "bbci 3": (rri8(6, S, 3, SKIP, 7), lambda s, t: not s & 8),
    "bbci 19": (rri8(7, S, 3, SKIP, 7), lambda s, t: not s & 1 << 19),
    "bany": (rri8(8, S, T, SKIP, 7), lambda s, t: bool(s & t)),
    "bne": (rri8(9, S, T, SKIP, 7), lambda s, t: s != t),
    "bge": (rri8(10, S, T, SKIP, 7), lambda s, t: signed(s) >= signed(t)),
    "bgeu": (rri8(11, S, T, SKIP, 7), lambda s, t: s >= t),
    "bnall": (rri8(12, S, T, SKIP, 7), lambda s, t: s & t != t),
    "bbs": (rri8(13, S, T, SKIP, 7), lambda s, t: bool(s >> t % 32 & 1)),
    "bbsi 31": (rri8(15, S, 15, SKIP, 7), lambda s, t: bool(s >> 31)),
}


def signed(word: int) -> int:
    return word - 2**32 if word >> 31 else word


@pytest.mark.parametrize("name", TWO)
def test_registers(name: str) -> None:
    body, meant = TWO[name]
    found = [result(body, s, t) for s, t in PAIRS]
    assert found == [meant(s, t) & 0xFFFF_FFFF for s, t in PAIRS]


@pytest.mark.parametrize("name", TAKEN)
def test_branches(name: str) -> None:
    branch, meant = TAKEN[name]
    body = rrrn(12, 1, D, 0) + branch + rrrn(12, 0, D, 0)
    found = [result(body, s, t) for s, t in PAIRS]
    assert found == [meant(s, t) for s, t in PAIRS]


@pytest.mark.parametrize("word", [0, 0x80, 0xFF, 0x8000, 0xFFFF, 0x80FF_7F01, 0xFFFF_FFFF])
def test_loads_and_stores(word: int) -> None:
    machine = Machine(8192)
    place = machine.buffer(bytes(1024))
    store = {4: rri8(4, S, T, 255), 5: rri8(5, S, T, 255), 6: rri8(6, S, T, 0)}
    load = {0: rri8(0, S, D, 255), 1: rri8(1, S, D, 255), 9: rri8(9, S, D, 255), 2: rri8(2, S, D, 0)}
    for size, (into, out) in {1: (4, 0), 2: (5, 1), 4: (6, 2)}.items():
        found = function(store[into] + load[out], machine)(place, word)
        at = 255 * size if size < 4 else 0
        assert int.from_bytes(place.read()[at : at + size], "little") == word % 256**size
        assert found is not None
        assert found & 0xFFFF_FFFF == word % 256**size
    half = word & 0xFFFF
    assert function(store[5] + load[9], machine)(place, word) == half - (half >> 15 << 16)
    narrow = rrrn(9, 15, S, T) + rrrn(8, 15, S, D)
    assert function(narrow, machine)(place, word) == signed(word)
    assert int.from_bytes(place.read()[60:64], "little") == word


def test_a_jump_skips_and_a_loop_turns() -> None:
    # movi a2, 0; again: add a2, a2, s; addi s, s, -1; bnez s, again
    loop = rrrn(12, 0, D, 0) + rrrn(10, D, D, S) + rrrn(11, S, S, 0) + bri12(S, 1, 1, -8)
    assert result(loop, 100) == 5050
    assert result(rrrn(13, 0, S, D) + jump(1) + rrrn(12, 0, D, 0), 7) == 7


# Bytes and text as GNU's disassembler for Xtensa shows them.
TEXTS = {
    "364100": "entry a1, 32",
    "1df0": "retw",
    "0df0": "ret",
    "3df0": "nop",
    "e00800": "callx8 a8",
    "ad02": "mov a10, a2",
    "8801": "l32i a8, a1, 0",
    "12c1f0": "addi a1, a1, -16",
    "302074": "extui a2, a3, 0, 8",
    "802211": "slli a2, a2, 8",
    "202441": "srli a2, a2, 4",
    "22a100": "movi a2, 256",
    "101120": "or a1, a1, a1",
    "829107": "l16si a8, a1, 14",
    "825107": "s16i a8, a1, 14",
    "6df0": None,
}


@pytest.mark.parametrize("code", TEXTS)
def test_bytes_are_read_as_the_assembler_means_them(code: str) -> None:
    meant = TEXTS[code]
    if meant is None:
        with pytest.raises(UnknownInstruction):
            decode(bytes.fromhex(code) + b"\0", 0)
        return
    found = decode(bytes.fromhex(code), 0)
    assert " ".join(str(found).split()) == meant
    assert found.length == len(code) // 2
