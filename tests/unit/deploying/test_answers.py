"""What a board answers is believed only as far as it makes sense; every error is one line with a way out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loader import record

from host_tools.cable.errors import BoardConfused, CableError, ReplClosed
from host_tools.deploying import errors, found, mpy
from host_tools.deploying.errors import DidNotStart
from host_tools.deploying.manifest import Entry, firmware_sha256
from host_tools.deploying.starting import start
from host_tools.exits import Exit

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=6),
    max_leaves=8,
)
answers = st.fixed_dictionaries(
    {},
    optional={
        "machine": st.just("an ESP32S3") | json_values,
        "mpy": st.integers() | json_values,
        "free": st.integers() | json_values,
        "missing": st.lists(st.text(max_size=5) | json_values, max_size=3) | json_values,
        "sizes": st.dictionaries(st.text(max_size=9), st.integers() | json_values, max_size=3) | json_values,
    },
)


class Answering:
    """A board that gives one answer to every question; `content` is that of every file."""

    port = "/dev/ttyACM0"

    def __init__(self, answer: Any, content: bytes = b"") -> None:
        self.answer = answer
        self.content = content

    def execute(self, code: str, *, timeout_s: float = 10.0) -> str:
        mark = code.split("print('", 1)[1].split("'", 1)[0]
        return f"{mark}{json.dumps(self.answer)}\n"

    def files(self, root: str = "/") -> dict[str, int]:
        return {}

    def get(self, path: str) -> bytes:
        return self.content


@given(answer=answers | json_values)
def test_any_answer_is_understood_or_named(answer: Any) -> None:
    try:
        said = found.look(Answering(answer))  # type: ignore[arg-type]
    except BoardConfused:
        return
    assert isinstance(answer, dict)
    assert (said.machine, said.mpy, said.free_bytes) == (answer["machine"], answer["mpy"], answer["free"])
    assert said.free_bytes >= 0
    assert all(isinstance(size, int) and size >= 0 for size in said.root.values())
    assert said.architecture in ("x64", "") or said.mpy >= 1 << 10


@given(content=st.binary(max_size=80))
def test_any_record_is_understood_or_damaged(content: bytes) -> None:
    answer = {"machine": "", "mpy": 0, "free": 0, "missing": [], "sizes": {"/slots/record": 1}}
    said = found.look(Answering(answer, content))  # type: ignore[arg-type]
    assert (said.verdict, dict(said.record)) == ("damaged", record.empty())


def test_the_firmware_hash_is_that_of_the_canonical_manifest() -> None:
    files = {"b.py": Entry(2, "22" * 32), "a.py": Entry(1, "11" * 32)}
    text = '{"files":[["a.py",1,"' + "11" * 32 + '"],["b.py",2,"' + "22" * 32 + '"]],"format":1}'
    assert firmware_sha256(files) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("board", "needed", "fits"),
    [
        ((6, 3), (6, 3), True),
        ((6, 2), (6, 3), False),
        ((6, 2), (6, 0), True),
        ((5, 3), (6, 3), False),
        ((7, 0), (6, 0), False),
        ((0, 0), None, True),
    ],
)
def test_a_micropython_takes_its_own_version_of_modules(
    board: tuple[int, int], needed: tuple[int, int] | None, fits: bool
) -> None:
    assert mpy.takes(board, needed) is fits


def test_the_strictest_module_decides() -> None:
    files = {"a.mpy": b"M\x06\x00\x1f", "b.mpy": b"M\x06\x2b\x1f", "c.py": b"M\x09\x03", "d.mpy": b""}
    assert mpy.version_of(files) == (6, 3)
    assert mpy.version_of({"c.py": b"M\x09\x03"}) is None


class Console:
    """A board that prints one list of lines after each restart; `closed`: Ctrl-C does not get through."""

    port = "/dev/ttyACM0"

    def __init__(self, *said: list[bytes], closed: bool = False) -> None:
        self.said = list(said)
        self.closed = closed
        self.acts: list[str] = []

    def hard_reset(self) -> None:
        self.acts.append("hard")

    def soft_reset(self) -> None:
        self.acts.append("soft")

    def enter_repl(self, *, soft_reset: bool = True) -> None:
        assert not soft_reset
        if self.closed:
            raise ReplClosed(self.port)

    def read_lines(self, timeout_s: float) -> Iterator[bytes]:
        yield from self.said.pop(0)


CRASH = [b"Traceback (most recent call last):", b'  File "x.py", line 1', b"ValueError: no", b">>> "]


def test_the_line_that_says_how_it_came_up_is_told() -> None:
    console = Console([b"rst:0x3", b"plainsight: ready: development, level software", b"more"])
    assert start(console) == "ready: development, level software"  # type: ignore[arg-type]
    assert console.acts == ["hard"]


def test_lines_that_were_lost_with_the_port_are_asked_for_once_more() -> None:
    """The last restart is a hard one: it ends the watchdog that was kept fed."""
    console = Console([], [b"plainsight: not provisioned"])
    assert start(console) == "not provisioned"  # type: ignore[arg-type]
    assert console.acts == ["hard", "soft", "hard"]


@pytest.mark.parametrize(
    ("console", "said"),
    [
        (Console(CRASH), "ValueError: no"),
        (Console([], CRASH), "ValueError: no"),
        (Console([], [b"something else"]), "something else"),
        (Console([], []), "it said nothing"),
        (Console([b"starting"], closed=True), "starting"),
    ],
)
def test_one_that_does_not_come_up_is_named_with_its_last_words(console: Console, said: str) -> None:
    with pytest.raises(DidNotStart, match=said):
        start(console)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "parts"),
    [
        (errors.OtherMpyVersion("P", (6, 1), (6, 3)), ("6.1", "6.3", "plainsight flash --list", "--source")),
        (errors.ModulesMissing("P", ["camera", "tls"]), ("camera, tls", "plainsight flash --list")),
        (errors.FlashTooFull("P", 5, 3), ("5 bytes are needed", "3 are free", "delete pictures")),
        (errors.ForeignProgram("P", ["main.py"]), ("main.py", "mpremote connect P cp :main.py .", "--replace-program")),
        (errors.NotWhole("P", ["/a", "/b"]), ("/a and 1 more", "deploy again")),
        (errors.ApplicationBroken("P", ""), ("no traceback", "deploy again")),
        (
            errors.ApplicationBroken(
                "P", 'Traceback (most recent call last):\n  File "a.py", line 3\nSyntaxError: x\n'
            ),
            ('File "a.py", line 3', "SyntaxError"),
        ),
        (errors.DidNotStart("P", []), ("it said nothing", "plainsight flash")),
    ],
)
def test_each_error_is_one_line_that_names_the_port_and_the_way_out(
    error: errors.DeployError, parts: tuple[str, ...]
) -> None:
    assert "\n" not in str(error)
    assert all(part in str(error) for part in (*parts, "P"))
    assert error.exit_code in (Exit.BOARD, Exit.FAILED)
    assert not isinstance(error, CableError)
