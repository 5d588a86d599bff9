"""Puts instructions together for tests, by the formats in the ISA manual, chapter 7; knows nothing of the decoder."""

from __future__ import annotations

from functools import cache

from host_tools.xtensa.cycles import CycleModel
from host_tools.xtensa.machine import Function, Machine
from host_tools.xtensa.mpy import Code, Kind


def rrr(op1: int, op2: int, r: int, s: int, t: int, op0: int = 0) -> bytes:
    return (op2 << 20 | op1 << 16 | r << 12 | s << 8 | t << 4 | op0).to_bytes(3, "little")


def rri8(r: int, s: int, t: int, imm8: int, op0: int = 2) -> bytes:
    return ((imm8 & 0xFF) << 16 | r << 12 | s << 8 | t << 4 | op0).to_bytes(3, "little")


def bri12(s: int, m: int, n: int, imm12: int) -> bytes:
    return ((imm12 & 0xFFF) << 12 | s << 8 | m << 6 | n << 4 | 6).to_bytes(3, "little")


def bri8(r: int, s: int, m: int, n: int, imm8: int) -> bytes:
    return rri8(r, s, m << 2 | n, imm8, op0=6)


def ri16(t: int, imm16: int) -> bytes:
    return ((imm16 & 0xFFFF) << 8 | t << 4 | 1).to_bytes(3, "little")


def jump(offset: int) -> bytes:
    return ((offset & 0x3FFFF) << 6 | 6).to_bytes(3, "little")


def rrrn(op0: int, r: int, s: int, t: int) -> bytes:
    return (r << 12 | s << 8 | t << 4 | op0).to_bytes(2, "little")


ENTRY = bri12(1, 0, 3, 32 // 8)
RETW = rrrn(13, 15, 0, 1)
FIRST, SECOND, RESULT = 8, 9, 2  # registers of the operands and of the result
_ARGUMENTS = 5  # the register that MicroPython passes them in
OPERANDS = rrrn(8, 0, _ARGUMENTS, FIRST) + rrrn(8, 1, _ARGUMENTS, SECOND)  # l32i.n a8, a5, 0; l32i.n a9, a5, 4


def function(body: bytes, machine: Machine | None = None, model: CycleModel | None = None) -> Function:
    """What has its two arguments in FIRST and SECOND, runs `body`, and returns RESULT."""
    code = Code(Kind.VIPER, ENTRY + OPERANDS + body + RETW)
    return Function(machine or Machine(8192), "body", code, model or CycleModel())


def result(body: bytes, first: int, second: int = 0) -> int:
    """What `body` makes of two operands, without a sign."""
    found = _made(body)(first, second)
    return 0xF000_0000 if found is None else found & 0xFFFF_FFFF  # which MicroPython's None has here


@cache
def _made(body: bytes) -> Function:
    return function(body)
