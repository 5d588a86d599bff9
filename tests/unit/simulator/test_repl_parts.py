"""The parts of the REPL stand-in that need no board: when a statement goes on, and how a line is typed."""

from __future__ import annotations

import runpy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.simulator.paths import STANDINS

is_unfinished = runpy.run_path(str(STANDINS / "unfinished.py"))["is_unfinished"]
read_line = runpy.run_path(str(STANDINS / "line_editor.py"))["read_line"]


@pytest.mark.parametrize(
    ("source", "goes_on"),
    [
        ("x = 1", False),
        ("print('(')", False),
        ("print('it\\'s (')", False),
        ("x = (1,", True),
        ("x = (1,\n2)", False),
        ("x = [{", True),
        ("x = 1 + \\", True),
        ("'''text", True),
        ("'''text\nmore'''", False),
        ('"""it\'s', True),
        ("for x in y:", True),
        ("for x in y:\n  print(x)", True),
        ("for x in y:\n  print(x)\n", False),
        ("def f(): pass", True),
        ("@f", True),
        ("async def f():", True),
        ("format(1)", False),
        ("classes = 1", False),
        ("if_ = 1", False),
        ("try:", True),
        (")", False),
    ],
)
def test_a_statement_goes_on_as_the_ports_repl_has_it(source: str, goes_on: bool) -> None:
    assert is_unfinished(source) is goes_on


@given(st.text(alphabet="()[]{}'\"\\\n abdef:@", max_size=60))
def test_an_empty_line_ends_all_but_brackets_strings_and_backslashes(source: str) -> None:
    assert is_unfinished(source + "\n") in (True, False)
    if not set(source) & set("([{'\"\\"):
        assert not is_unfinished(source + "\n")


def type_line(keys: bytes) -> tuple[str, int, str]:
    """(text, what ended it, what was shown)."""
    shown: list[str] = []
    rest = iter(keys)
    text, end = read_line(">>> ", lambda: next(rest), shown.append)
    return text, end, "".join(shown)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (b"abc\r", ("abc", 0, ">>> abc\n")),
        (b"abc\n", ("abc", 0, ">>> abc\n")),
        (b"ab\x7fc\r", ("ac", 0, ">>> ab\b \bc\n")),
        (b"\x08\r", ("", 0, ">>> \n")),
        (b"a\x1b[A\x1b[1~b\r", ("ab", 0, ">>> ab\n")),
        (b"ab\x03", ("ab", 3, ">>> ab")),
        (b"\x04", ("", 4, ">>> ")),
        (b"a\x01\x02\x04\x05\r", ("a", 0, ">>> a\n")),
        ("ä\r".encode(), ("ä", 0, ">>> \n")),
        (b"\xff\r", ("", 0, ">>> \n")),
    ],
)
def test_a_line_is_typed(keys: bytes, line: tuple[str, int, str]) -> None:
    assert type_line(keys) == line


@given(st.binary(max_size=40))
def test_whatever_is_typed_a_return_ends_it(keys: bytes) -> None:
    text, end, _ = type_line(keys.replace(b"\x1b", b"") + b"\r")
    assert end in (0, 1, 2, 3, 4, 5)
    assert "\r" not in text
