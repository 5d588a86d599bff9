"""What a long run tells on stderr."""

from __future__ import annotations

import io

from host_tools.keyword.training.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(stream: io.StringIO, seconds: list[float]) -> str:
    clock = iter(seconds)
    tell = Progress(stream, lambda: next(clock)).part("scenes")
    for done in range(len(seconds)):
        tell(done, len(seconds) - 1)
    return stream.getvalue()


def test_no_terminal_gets_whole_lines_now_and_then_and_no_control_characters() -> None:
    text = told(io.StringIO(), [0.0, 1.0, 2.0, 25.0, 26.0])
    assert text == "scenes: 0 of 4\nscenes: 3 of 4, about 8 s left\nscenes: 4 of 4\n"


def test_a_terminal_gets_one_line_that_is_rewritten() -> None:
    text = told(Terminal(), [0.0, 2.0, 4.0])
    assert text.count("\r") == 3
    assert text.count("\n") == 1
    assert "about 2 s left" in text


def test_what_was_done_before_does_not_make_it_look_fast() -> None:
    stream, clock = io.StringIO(), iter([0.0, 30.0])
    tell = Progress(stream, lambda: next(clock)).part("voices")
    tell(900, 1000)
    tell(910, 1000)
    assert "about 4 min left" in stream.getvalue()
