"""Xtensa instructions out of bytes: as much of the set as viper code is made of, and its near relatives.

Field names and encodings: Xtensa Instruction Set Architecture Reference Manual, chapter 7 (little-endian formats).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from host_tools.xtensa.errors import UnknownInstruction

# BxxI and BxxUI: what the four bits of their constant stand for.
_SIGNED_CONSTANTS = (-1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256)
_UNSIGNED_CONSTANTS = (32768, 65536, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction; `address` and `target` in bytes from the function's start, registers as numbers.

    `immediate` is what the assembler shows; EXTUI has two: the shift, and 256 times the number of bits.
    """

    address: int
    length: int
    name: str
    destination: int | None = None
    sources: tuple[int, ...] = ()
    immediate: int = 0
    target: int | None = None

    @property
    def end(self) -> int:
        """The address after it."""
        return self.address + self.length

    def __str__(self) -> str:
        parts = [] if self.destination is None else [f"a{self.destination}"]
        # The manual writes what is stored first, and has it in the second field.
        parts += [f"a{source}" for source in (self.sources[::-1] if self.name in STORES else self.sources)]
        if self.name == "extui":
            parts += [str(self.immediate & 255), str(self.immediate >> 8)]
        elif self.name in WITH_IMMEDIATE:
            parts.append(str(self.immediate))
        if self.target is not None:
            parts.append(f"{self.target:#x}")
        return f"{self.name:<7}{', '.join(parts)}".rstrip()


LOADS = {"l8ui": 1, "l16ui": 2, "l16si": 2, "l32i": 4}
STORES = {"s8i": 1, "s16i": 2, "s32i": 4}
_WITH_CONSTANT = ("beqi", "bnei", "blti", "bgei", "bltui", "bgeui", "bbci", "bbsi")
_WITHOUT = ("beqz", "bnez", "bltz", "bgez", "beq", "bne", "blt", "bge", "bltu", "bgeu")
_ON_BITS = ("bany", "bnone", "ball", "bnall", "bbc", "bbs")
CONDITIONAL = frozenset((*_WITH_CONSTANT, *_WITHOUT, *_ON_BITS))
RETURNS = frozenset(("ret", "retw"))
_SHIFTS = ("slli", "srli", "srai", "extui", "ssai")
WITH_IMMEDIATE = frozenset((*LOADS, *STORES, *_WITH_CONSTANT, *_SHIFTS, "addi", "movi", "entry"))


def decode(code: bytes, address: int) -> Instruction:
    """The instruction at `address`; raises UnknownInstruction."""
    word = int.from_bytes(code[max(address, 0) : max(address + 3, 0)], "little")
    if address < 0 or address + 2 > len(code) or (word & 15 < 8 and address + 3 > len(code)):
        raise UnknownInstruction(address, word)
    found = _DECODERS[word & 15](_Word(word, address))
    if found is None:
        raise UnknownInstruction(address, word & 0xFFFF if word & 15 >= 8 else word)
    return found


class _Word:
    """The bits of one instruction under the manual's names."""

    def __init__(self, word: int, address: int) -> None:
        self.word, self.address = word, address
        self.t, self.s, self.r = word >> 4 & 15, word >> 8 & 15, word >> 12 & 15
        self.op1, self.op2 = word >> 16 & 15, word >> 20 & 15
        self.n, self.m = self.t & 3, self.t >> 2
        self.imm8 = word >> 16

    def wide(self, name: str, d: int | None = None, *sources: int, i: int = 0, to: int | None = None) -> Instruction:
        return Instruction(self.address, 3, name, d, sources, i, to)

    def narrow(self, name: str, d: int | None = None, *sources: int, i: int = 0, to: int | None = None) -> Instruction:
        return Instruction(self.address, 2, name, d, sources, i, to)

    def relative(self, offset: int, bits: int) -> int:
        """A branch's target."""
        return self.address + 4 + _signed(offset, bits)


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> bits - 1 else value


_Decoder = Callable[[_Word], Instruction | None]


def _qrst(w: _Word) -> Instruction | None:
    """op0 = 0: three registers, shifts, calls."""
    if w.op1 in (4, 5):
        return w.wide("extui", w.r, w.t, i=(w.s | (w.op1 & 1) << 4) | (w.op2 + 1) << 8)
    return {0: _rst0, 1: _rst1, 2: _rst2}.get(w.op1, _unknown)(w)


_RST0 = {
    1: "and",
    2: "or",
    3: "xor",
    8: "add",
    9: "addx2",
    10: "addx4",
    11: "addx8",
    12: "sub",
    13: "subx2",
    14: "subx4",
    15: "subx8",
}


def _rst0(w: _Word) -> Instruction | None:
    if name := _RST0.get(w.op2):
        return w.wide(name, w.r, w.s, w.t)
    if w.op2 == 0 and w.r == 0:
        if w.m == 3:
            return w.wide(f"callx{4 * w.n}", None, w.s)
        if w.m == 2:
            return (w.wide("ret"), w.wide("retw"), w.wide("jx", None, w.s), None)[w.n]
    if w.op2 == 4 and w.r in (0, 1):
        return w.wide(("ssr", "ssl")[w.r], None, w.s)
    if w.op2 == 4 and w.r == 4:
        return w.wide("ssai", i=w.s | (w.t & 1) << 4)
    if w.op2 == 6 and w.s in (0, 1):
        return w.wide(("neg", "abs")[w.s], w.r, w.t)
    return None


def _rst1(w: _Word) -> Instruction | None:
    if w.op2 in (0, 1):
        return w.wide("slli", w.r, w.s, i=32 - (w.t | (w.op2 & 1) << 4))
    if w.op2 in (2, 3):
        return w.wide("srai", w.r, w.t, i=w.s | (w.op2 & 1) << 4)
    if w.op2 == 4:
        return w.wide("srli", w.r, w.t, i=w.s)
    if w.op2 == 8:
        return w.wide("src", w.r, w.s, w.t)
    if w.op2 in (9, 11):
        return w.wide("srl" if w.op2 == 9 else "sra", w.r, w.t)
    return w.wide("sll", w.r, w.s) if w.op2 == 10 else None


_RST2 = {8: "mull", 10: "muluh", 11: "mulsh"}


def _rst2(w: _Word) -> Instruction | None:
    name = _RST2.get(w.op2)
    return w.wide(name, w.r, w.s, w.t) if name else None


def _l32r(w: _Word) -> Instruction:
    # The offset's upper bits are ones: literals lie before the code that uses them.
    literal = (w.address + 3 & ~3) + ((w.word >> 8) - 0x10000) * 4
    return w.wide("l32r", w.t, to=literal)


def _lsai(w: _Word) -> Instruction | None:
    """op0 = 2: loads, stores and additions with eight bits of immediate."""
    for r, name, size in ((0, "l8ui", 1), (1, "l16ui", 2), (2, "l32i", 4), (9, "l16si", 2)):
        if w.r == r:
            return w.wide(name, w.t, w.s, i=w.imm8 * size)
    for r, name, size in ((4, "s8i", 1), (5, "s16i", 2), (6, "s32i", 4)):
        if w.r == r:
            return w.wide(name, None, w.s, w.t, i=w.imm8 * size)
    if w.r == 10:
        return w.wide("movi", w.t, i=_signed(w.s << 8 | w.imm8, 12))
    if w.r in (12, 13):  # ADDI, ADDMI
        return w.wide("addi", w.t, w.s, i=_signed(w.imm8, 8) << (8 if w.r == 13 else 0))
    return None


def _calln(w: _Word) -> Instruction:
    return w.wide(f"call{4 * w.n}", to=(w.address & ~3) + (_signed(w.word >> 6, 18) << 2) + 4)


def _si(w: _Word) -> Instruction | None:
    """op0 = 6: jumps, entry, branches on one register."""
    if w.n == 0:
        return w.wide("j", to=w.relative(w.word >> 6, 18))
    if w.n == 1:
        return w.wide(("beqz", "bnez", "bltz", "bgez")[w.m], None, w.s, to=w.relative(w.word >> 12, 12))
    near = w.relative(w.imm8, 8)
    if w.n == 2:
        return w.wide(("beqi", "bnei", "blti", "bgei")[w.m], None, w.s, i=_SIGNED_CONSTANTS[w.r], to=near)
    if w.m == 0:
        return w.wide("entry", None, w.s, i=(w.word >> 12) * 8)
    if w.m in (2, 3):
        return w.wide(("bltui", "bgeui")[w.m - 2], None, w.s, i=_UNSIGNED_CONSTANTS[w.r], to=near)
    return None


_B = {
    0: "bnone",
    1: "beq",
    2: "blt",
    3: "bltu",
    4: "ball",
    5: "bbc",
    8: "bany",
    9: "bne",
    10: "bge",
    11: "bgeu",
    12: "bnall",
    13: "bbs",
}


def _b(w: _Word) -> Instruction:
    """op0 = 7: branches on two registers, or on a bit of one."""
    near = w.relative(w.imm8, 8)
    if w.r & 7 in (6, 7):
        return w.wide("bbsi" if w.r & 8 else "bbci", None, w.s, i=w.t | (w.r & 1) << 4, to=near)
    return w.wide(_B[w.r], None, w.s, w.t, to=near)


def _movi_n(w: _Word) -> Instruction:
    if w.t < 8:
        value = (w.t & 7) << 4 | w.r
        return w.narrow("movi", w.s, i=value - 128 if value >= 96 else value)
    return w.narrow("bnez" if w.t & 4 else "beqz", None, w.s, to=w.address + 4 + ((w.t & 3) << 4 | w.r))


def _st3(w: _Word) -> Instruction | None:
    if w.r == 0:
        return w.narrow("mov", w.t, w.s)
    if w.r == 15 and w.t in (0, 1):
        return w.narrow("ret" if w.t == 0 else "retw")
    return w.narrow("nop") if w.r == 15 and w.t == 3 else None


def _unknown(_: _Word) -> None:
    return None


_DECODERS: tuple[_Decoder, ...] = (
    _qrst,
    _l32r,
    _lsai,
    _unknown,
    _unknown,
    _calln,
    _si,
    _b,
    lambda w: w.narrow("l32i", w.t, w.s, i=w.r * 4),
    lambda w: w.narrow("s32i", None, w.s, w.t, i=w.r * 4),
    lambda w: w.narrow("add", w.r, w.s, w.t),
    lambda w: w.narrow("addi", w.r, w.s, i=w.t or -1),
    _movi_n,
    _st3,
    _unknown,
    _unknown,
)
