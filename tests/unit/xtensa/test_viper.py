"""Functions in viper mean the same here as in Python, with 32-bit wrapping; and mpy-cross's known bug shows itself."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest

from host_tools.xtensa.errors import Fault, NoSuchFunction, UnsupportedCode
from host_tools.xtensa.machine import Functions, Machine

SOURCE = """
import micropython

@micropython.viper
def add(a: int, b: int) -> int:
    return a * 3 + (b << 2) - (a ^ b) + (a & 0xFF00) - (b | 7)

@micropython.viper
def shifts(a: int, n: int) -> int:
    return (a >> n) + (a << n)

@micropython.viper
def divided(a: int, b: int) -> int:
    return (a // b) * 1000 + a % b

@micropython.viper
def compared(a: int, b: int) -> int:
    found = 0
    if a < b:
        found |= 1
    if a <= b:
        found |= 2
    if a == b:
        found |= 4
    elif a > b:
        found |= 8
    if a >= b and not a == 5:
        found |= 16
    if a != b or b == 7:
        found |= 32
    return found

@micropython.viper
def unsigned(a: uint, b: uint) -> uint:
    if a < b:
        return a + uint(1)
    return b

@micropython.viper
def collatz(n: int) -> int:
    steps = 0
    while n != 1:
        if n & 1:
            n = 3 * n + 1
        else:
            n >>= 1
        steps += 1
        if steps > 1000:
            break
    return steps

@micropython.viper
def primes(sieve: ptr8, count: int) -> int:
    found = 0
    for i in range(2, count):
        if sieve[i]:
            continue
        found += 1
        j = i * i
        while j < count:
            sieve[j] = 1
            j += i
    return found

@micropython.viper
def widths(p8: ptr8, p16: ptr16, p32: ptr32, i: int) -> int:
    p16[i] = p8[i] + p8[3] * 257
    p32[i] = p16[i] - p16[1]
    p8[i] = p32[i]
    return p32[i] + p16[i]

@micropython.viper
def sort(p: ptr32, n: int):
    i = 1
    while i < n:
        held = p[i]
        j = i
        while j > 0 and p[j - 1] > held:
            p[j] = p[j - 1]
            j -= 1
        p[j] = held
        i += 1

@micropython.viper
def in_a_register(p: ptr32, a: int) -> int:
    return p[256]

@micropython.viper
def on_the_stack(a: int, b: int, p: ptr32) -> int:
    return p[256]

@micropython.viper
def just_below(a: int, b: int, p: ptr32) -> int:
    return p[255]

@micropython.viper
def calls(a: int) -> int:
    return int(len(a))
"""
NUMBERS = (0, 1, -1, 2, 5, 7, 31, 255, 1000, -1000, 2**31 - 1, -(2**31))


def wrapped(value: int) -> int:
    return (value + 2**31) % 2**32 - 2**31


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("viper") / "functions.py"
    path.write_text(SOURCE)
    return path


@pytest.fixture(scope="module")
def machine() -> Machine:
    return Machine(1 << 16)


@pytest.fixture(scope="module")
def functions(machine: Machine, source: Path) -> Functions:
    return machine.load(source)


def test_arithmetic(functions: Functions) -> None:
    for a in NUMBERS:
        for b in NUMBERS:
            assert functions["add"](a, b) == wrapped(a * 3 + (b << 2) - (a ^ b) + (a & 0xFF00) - (b | 7))
            if b:
                assert functions["divided"](a, b) == wrapped((a // b) * 1000 + a % b)
        for n in (0, 1, 7, 31):
            assert functions["shifts"](a, n) == wrapped((a >> n) + (a << n))


def test_conditions(functions: Functions) -> None:
    for a in NUMBERS:
        for b in NUMBERS:
            meant = (a < b) | (a <= b) << 1 | (a == b) << 2 | (a > b) << 3
            meant |= (a >= b and a != 5) << 4 | (a != b or b == 7) << 5
            assert functions["compared"](a, b) == meant
            low, high = a % 2**32, b % 2**32
            assert functions["unsigned"](low, high) == (low + 1 if low < high else high)


def test_loops(functions: Functions, machine: Machine) -> None:
    assert functions["collatz"](27) == 111
    assert functions["primes"](machine.buffer(1000), 1000) == 168


def test_pointers_of_every_width(functions: Functions, machine: Machine) -> None:
    p8 = machine.buffer(bytes([9, 8, 7, 250, 200, 5]))
    p16 = machine.buffer(array("H", [1, 65535, 3, 4, 5, 6]).tobytes())
    p32 = machine.buffer(array("I", range(6)).tobytes())
    half = (200 + 250 * 257) % 65536
    assert functions["widths"](p8, p16, p32, 4) == half - 65535 + half
    assert p16.view.cast("H")[4] == half
    assert p32.view.cast("i")[4] == half - 65535
    assert p8.view[4] == (half - 65535) % 256


def test_a_function_may_have_a_name_that_micropython_has_built_in(functions: Functions, machine: Machine) -> None:
    numbers = [5, -3, 2**31 - 1, 0, -(2**31), 77, 5]
    place = machine.buffer(array("i", numbers).tobytes())
    assert functions["sort"](place, len(numbers)) is None
    assert place.view.cast("i").tolist() == sorted(numbers)


def test_mpy_cross_doubles_the_address_of_a_constant_index_above_255(functions: Functions, machine: Machine) -> None:
    """The reason for the rule in the firmware: no constant index is above 255. Gone from mpy-cross, the rule can go."""
    place = machine.buffer(array("I", range(7000, 7000 + 300)).tobytes())
    assert functions["in_a_register"](place, 0) == 7256
    assert functions["just_below"](0, 0, place) == 7255
    with pytest.raises(Fault, match="which lies in no buffer") as fault:
        functions["on_the_stack"](0, 0, place)
    assert f"{2 * 256 * 4:#x}" in fault.value.problem  # the index was written over the pointer, then added to itself


def test_what_needs_a_whole_micropython_is_a_fault_that_names_it(functions: Functions) -> None:
    with pytest.raises(UnsupportedCode, match="an address on the stack"):
        functions["calls"]
    with pytest.raises(NoSuchFunction, match="no viper function sum here; there is add, shifts"):
        functions["sum"]
    with pytest.raises(Fault, match="divides by zero"):
        functions["divided"](1, 0)
    with pytest.raises(Fault, match=r"called with 1 arguments, .* \(2\)"):
        functions["add"](1)
