"""As much of MicroPython's bytecode as tells which name a module gives to which of its functions."""

from __future__ import annotations

from collections.abc import Iterator

from host_tools.xtensa.errors import BadMpy

_MAKE_FUNCTIONS = (0x32, 0x33)  # without, with default arguments
_STORE_NAMES = (0x16, 0x17)  # a module's name, a global one
_EXTRA_BYTE_MASK = 0x9E
_QSTR, _NUMBER, _OFFSET = 1, 2, 3
_FORMATS = (0, _QSTR, _NUMBER, _NUMBER, _OFFSET)  # by the opcode's high half; above: a byte alone


def made_functions(bytecode: bytes) -> Iterator[tuple[int, int]]:
    """(child, index of the name) for each function that is made and then named at once."""
    made: int | None = None
    for opcode, argument in _instructions(bytecode):
        if made is not None and opcode in _STORE_NAMES:
            yield made, argument
        made = argument if opcode in _MAKE_FUNCTIONS else None


def _instructions(bytecode: bytes) -> Iterator[tuple[int, int]]:
    try:
        at = _after_prelude(bytecode)
        while at < len(bytecode):
            opcode = bytecode[at]
            shape = _FORMATS[opcode >> 4] if opcode >> 4 < len(_FORMATS) else 0
            at, argument = _argument(bytecode, at + 1, shape)
            if shape != _QSTR and not opcode & _EXTRA_BYTE_MASK:
                at += 1
            yield opcode, argument
    except IndexError:
        raise BadMpy("the module's bytecode ends within an instruction") from None


def _argument(bytecode: bytes, at: int, shape: int) -> tuple[int, int]:
    """(where the argument ends, its value)."""
    if shape == _OFFSET:
        return at + (2 if bytecode[at] & 0x80 else 1), 0
    if not shape:
        return at, 0
    value = 0
    while True:
        value = value << 7 | bytecode[at] & 0x7F
        at += 1
        if not bytecode[at - 1] & 0x80:
            return at, value


def _after_prelude(bytecode: bytes) -> int:
    """Where the instructions begin: after the signature, and what the second number says of names and lines."""
    at = 0
    while bytecode[at] & 0x80:
        at += 1
    at += 1
    info = cells = shift = 0
    while True:
        byte = bytecode[at]
        info |= (byte >> 1 & 0x3F) << 6 * shift
        cells |= (byte & 1) << shift
        at, shift = at + 1, shift + 1
        if not byte & 0x80:
            return at + info + cells
