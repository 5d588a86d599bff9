"""The reader takes what mpy-cross writes and answers everything else in one line."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from host_tools.xtensa.compiling import compiled
from host_tools.xtensa.errors import BadMpy, DoesNotCompile, XtensaError
from host_tools.xtensa.machine import Machine
from host_tools.xtensa.mpy import Kind, Scope, read
from host_tools.xtensa.opcodes import made_functions

SOURCE = """
import micropython

TABLE = (1, 2.5, b"bytes", "text", 3 + 4j, 1 << 80, None, ...)

def plain(first, second=2, *rest):
    def inner():
        return first + second
    return inner

@micropython.viper
def turn(p: ptr8, n: int) -> int:
    total = 0
    while n:
        n -= 1
        if p[n] > 7:
            total += p[n] << 20
    return total

class Thing:
    def method(self):
        for each in range(3):
            try:
                yield each
            except ValueError:
                continue

@micropython.native
def native(a):
    return a + 1

@micropython.viper
def zip(a: int) -> int:
    return a

ANOTHER = 7
"""


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("mpy") / "module.py"
    path.write_text(SOURCE)
    return compiled(path)


def number(value: int) -> bytes:
    """As the format writes one."""
    found = [value & 0x7F]
    while value := value >> 7:
        found.insert(0, value & 0x7F | 0x80)
    return bytes(found)


def nested(depth: int) -> bytes:
    """A function of no code within a function, and so on."""
    return number(0) if not depth else number(4) + number(1) + nested(depth - 1)


def module(child: bytes) -> bytes:
    """A file whose module is one child, which it makes and calls `f`."""
    body = bytes((0, 0, 0x32, 0, 0x16, 0, 0x51, 0x63))
    names = number(1) + number(0) + number(1 << 1) + b"f\0"
    return bytes((ord("M"), 6, 10 << 2 | 3, 31)) + names + number(len(body) << 3 | 4) + body + number(1) + child


def test_the_viper_functions_of_a_module_have_their_names(content: bytes) -> None:
    mpy = read(content)
    assert tuple(mpy.functions) == ("turn", "zip")
    assert {code.kind for code in mpy.functions.values()} == {Kind.VIPER}
    assert [child.kind for child in mpy.module.children] == [
        *(Kind.BYTECODE, Kind.VIPER, Kind.BYTECODE, Kind.NATIVE, Kind.VIPER)
    ]


def test_a_file_that_ends_anywhere_is_refused(content: bytes) -> None:
    for length in range(len(content)):
        with pytest.raises(BadMpy) as refused:
            read(content[:length])
        assert len(str(refused.value).splitlines()) == 1
    with pytest.raises(BadMpy, match="1 bytes after the end"):
        read(content + b"\0")


def test_numbers_and_functions_that_never_end_are_refused() -> None:
    with pytest.raises(BadMpy, match="beyond 32 bits"):
        read(b"M\x06\x2b\x1f" + b"\xff" * 5000)
    assert read(module(nested(6))).functions == {}
    for depth in (8, 50):
        with pytest.raises(BadMpy, match="deep"):
            read(module(nested(depth)))


def test_instructions_begin_after_the_names_and_line_numbers() -> None:
    """100 bytes of what stands before them look like a function being made and named."""
    before = bytes((0, 0x80 | (100 & 63) << 1, 100 >> 6 << 1)) + bytes((0x32, 7, 0x16, 7)) * 25
    assert list(made_functions(before + bytes((0x32, 1, 0x16, 2)))) == [(1, 2)]


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (0, ord("m"), "no .mpy"),
        (1, 5, "version 5.3"),
        (2, 10 << 2 | 2, "version 6.2"),
        (2, 2 << 2 | 3, "architecture 2"),
    ],
)
def test_files_for_another_world_are_refused_by_name(content: bytes, place: int, value: int, reason: str) -> None:
    with pytest.raises(BadMpy, match=reason):
        read(content[:place] + bytes((value,)) + content[place + 1 :])


def test_what_a_native_module_brings_is_read_and_not_run(tmp_path: Path) -> None:
    code = bytes(range(8))
    scope = Scope.RODATA | Scope.BSS | Scope.RELOCATIONS
    relocations = bytes((1, 0x0C, 5 << 1, 2, 0, 0xFF))
    child = number(len(code) << 3 | Kind.VIPER) + code + number(scope) + number(3) + number(130) + b"abc" + relocations
    found = read(module(child)).functions["f"]
    assert (found.content, found.rodata, found.bss_size, found.relocations) == (code, b"abc", 130, relocations)
    path = tmp_path / "native.mpy"
    path.write_bytes(module(child))
    with pytest.raises(XtensaError, match="f: a native module's code"):
        Machine(8192).load(path)["f"]


def test_a_file_with_flags_of_the_processor_is_read(content: bytes) -> None:
    flagged = content[:2] + bytes((content[2] | 0x40,)) + content[3:4] + number(300) + content[4:]
    assert tuple(read(flagged).functions) == ("turn", "zip")


@given(st.binary(max_size=200))
@example(b"M\x06\x2b\x1f" + b"\xff" * 20)
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    with pytest.raises(BadMpy):
        read(content)
    with pytest.raises(BadMpy):
        read(b"M\x06\x2b\x1f" + content)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_to_a_file_does_more_than_be_refused_or_run_other_code(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(XtensaError):
        for name, code in read(bytes(damaged)).functions.items():
            Machine(1 << 13).add(name, code)


def test_a_source_that_does_not_compile_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text("def f(:\n")
    with pytest.raises(DoesNotCompile, match=r"bad.py does not compile for xtensawin: .*SyntaxError"):
        Machine(8192).load(path)
    (tmp_path / "bad.mpy").write_bytes(b"no")
    with pytest.raises(BadMpy, match=r"bad.mpy: truncated"):
        Machine(8192).load(tmp_path / "bad.mpy")
