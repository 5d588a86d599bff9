"""A serial line whose waits end and whose failures have names."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

from host_tools.cable.errors import BoardSilent, CableLost
from host_tools.cable.line import Line


class Device:
    """Gives `pieces`, one a read, then nothing; time passes by a second at each empty read."""

    def __init__(self, pieces: list[bytes], fail: Exception | None = None) -> None:
        self.pieces, self.fail = pieces, fail
        self.now = 0.0
        self.written = bytearray()
        self.lines: list[tuple[str, bool]] = []
        self.closed = False
        self._rest = b""

    def clock(self) -> float:
        return self.now

    @property
    def in_waiting(self) -> int:
        if self.fail is not None and not self.pieces:
            raise self.fail
        return len(self._rest)

    def read(self, size: int = 1) -> bytes:
        if size == 0:
            return b""
        if not self._rest and self.pieces:
            self._rest = self.pieces.pop(0)
        elif not self._rest and self.fail is not None:
            raise self.fail
        got, self._rest = self._rest[:size], self._rest[size:]
        self.now += 0.0 if got else 1.0
        return got

    def write(self, data: bytes) -> int:
        if self.fail is not None:
            raise self.fail
        self.written += data
        return len(data)

    def close(self) -> None:
        self.closed = True
        if self.fail is not None:
            raise self.fail

    def _set(self, name: str) -> Callable[[bool], None]:
        def note(value: bool) -> None:
            if self.fail is not None:
                raise self.fail
            self.lines.append((name, value))

        return note

    rts = property(lambda self: False, lambda self, value: self._set("rts")(value))
    dtr = property(lambda self: False, lambda self, value: self._set("dtr")(value))


def line(pieces: list[bytes], fail: Exception | None = None) -> tuple[Line, Device]:
    device = Device(pieces, fail)
    return Line("/dev/ttyX", device, device.clock), device


@given(st.lists(st.binary(min_size=1, max_size=8), max_size=12), st.binary(min_size=1, max_size=3))
def test_read_until_takes_up_to_the_ending_however_it_arrives(pieces: list[bytes], ending: bytes) -> None:
    whole = b"".join(pieces)
    read, _ = line(list(pieces))
    with read.within(3, "testing"):
        if ending in whole:
            at = whole.index(ending) + len(ending)
            assert read.read_until(ending) == whole[:at]
            assert read.read(0) == b""
            while read.listen():
                pass
            assert read.take_heard() == whole[at:]
        else:
            with pytest.raises(BoardSilent):
                read.read_until(ending)


@given(st.lists(st.binary(min_size=1, max_size=8), max_size=12), st.sampled_from([b"\x04", b"\r\n>"]))
def test_a_consumer_gets_all_before_the_ending_and_the_reader_the_ending(pieces: list[bytes], ending: bytes) -> None:
    whole = b"".join(pieces) + ending
    seen = bytearray()
    read, _ = line([*pieces, ending, b"after"])
    with read.within(3, "testing"):
        assert read.read_until(ending, seen.extend) == ending
    assert bytes(seen) == whole[: whole.index(ending)]


class Flooding(Device):
    """Never has nothing to read."""

    in_waiting = 4096

    def read(self, size: int = 1) -> bytes:
        self.now += 0.1
        assert self.now < 60, "read on for ever"
        return b"x" * size


def test_forgetting_what_arrives_ends_where_it_does_not_end() -> None:
    flooding = Flooding([])
    read = Line("/dev/ttyX", flooding, flooding.clock)
    with read.within(3, "testing"), pytest.raises(BoardSilent):
        read.drop()


def test_a_read_takes_no_more_than_it_was_asked_for() -> None:
    read, _ = line([b"abc", b"def"])
    with read.within(3, "testing"):
        assert read.read(4) == b"abcd"
        assert read.inWaiting() == 2
        assert read.read(2) == b"ef"


@pytest.mark.parametrize("pieces", [[b"xab", b"c"], [b"xa", b"bc"], [b"xa", b"b", b"c"]])
def test_an_ending_that_arrives_in_pieces_is_one(pieces: list[bytes]) -> None:
    read, _ = line(pieces)
    seen = bytearray()
    with read.within(3, "testing"):
        assert read.read_until(b"abc", seen.extend) == b"abc"
    assert seen == b"x"


def test_silence_ends_when_its_time_is_over_and_says_what_was_waited_for() -> None:
    read, device = line([b"a"])
    with pytest.raises(BoardSilent) as silent, read.within(5, "asking"):
        read.read(2)
    assert (silent.value.port, silent.value.step, silent.value.seconds) == ("/dev/ttyX", "asking", 5)
    assert device.now == 5
    assert read.take_heard() == b"a", "what came is not lost"


def test_chatter_does_not_extend_the_time() -> None:
    device = Device([])
    device.read = lambda size=1: setattr(device, "now", device.now + 0.5) or b"x" * size  # pyright: ignore
    read = Line("/dev/ttyX", device, device.clock)
    with pytest.raises(BoardSilent), read.within(5, "asking"):
        read.read_until(b"\x04")
    assert device.now <= 5.5


def test_the_limit_of_an_inner_block_ends_with_it() -> None:
    read, device = line([b"ab"])
    with read.within(100, "outer"):
        with read.within(1, "inner"):
            assert read.read(1) == b"a"
        device.now = 50
        assert read.read(1) == b"b"


GONE = [OSError(errno.EIO, "Input/output error"), serial.SerialException("read failed: device disconnected")]


@pytest.mark.parametrize("failure", GONE, ids=str)
def test_a_port_that_goes_away_is_a_lost_cable_wherever_it_shows(failure: OSError) -> None:
    for use in (
        lambda gone: gone.read(1),
        lambda gone: gone.read_until(b">"),
        lambda gone: gone.write(b"x"),
        lambda gone: gone.inWaiting(),
        lambda gone: gone.listen(),
    ):
        gone, _ = line([], failure)
        with pytest.raises(CableLost) as lost, gone.within(5, "writing files"):
            use(gone)
        assert lost.value.step == "writing files"


def test_a_lost_line_can_be_closed() -> None:
    gone, device = line([], OSError(errno.EIO, "gone"))
    gone.close()
    assert device.closed


def test_a_board_that_takes_nothing_is_silent_not_lost() -> None:
    full, _ = line([], serial.SerialTimeoutException("Write timeout"))
    with pytest.raises(BoardSilent), full.within(5, "writing"):
        full.write(b"x")


def test_rts_goes_before_dtr_so_that_closing_resets_no_board() -> None:
    used, device = line([])
    used.close()
    assert device.lines == [("rts", False), ("dtr", False)]


@pytest.mark.parametrize(("number", "there"), [(errno.ENOTTY, False), (errno.EINVAL, False)])
def test_a_pseudo_terminal_has_no_modem_lines(number: int, there: bool) -> None:
    pty, _ = line([], OSError(number, "no"))
    assert pty.set_lines(rts=True, dtr=False) is there
    real, device = line([])
    assert real.set_lines(rts=True, dtr=False)
    assert device.lines == [("rts", True), ("dtr", False)]
