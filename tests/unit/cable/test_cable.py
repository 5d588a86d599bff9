"""One board on a cable, its far end a peer that behaves, is locked, falls silent, or is pulled at any byte."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from host_tools.cable import Cable, cable, reconnecting, watchdog
from host_tools.cable.errors import (
    BoardCodeFailed,
    BoardConfused,
    BoardSilent,
    CableLost,
    NoMicroPython,
    NotAPort,
    PermissionDenied,
    PortBusy,
    PortVanished,
    ReplClosed,
)
from host_tools.cable.ports import PortInfo
from host_tools.cable.usb_ids import Kind
from tests.unit.cable.peer import Peer, plugged_in


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The peers of this file answer at once or never."""
    monkeypatch.setattr(cable, "_INTERRUPT_S", 0.3)


@contextmanager
def opened(peer: Peer) -> Generator[Cable]:
    with plugged_in(peer), Cable.open(peer.port) as opened_cable:
        yield opened_cable


def test_code_is_run_in_an_interpreter_that_was_reset() -> None:
    peer = Peer(run=lambda code: ("42\nend", "") if "6 * 7" in code else ("", ""))
    with opened(peer) as board:
        assert not board.at_repl
        board.enter_repl()
        assert board.at_repl
        assert peer.resets == 1
        assert peer.ran == [watchdog.FEED_CODE]
        assert board.execute("print(6 * 7)") == "42\nend"
    assert peer.ran[-1] == "print(6 * 7)"


def test_without_a_reset_the_programs_interpreter_goes_on() -> None:
    peer = Peer()
    with opened(peer) as board:
        board.enter_repl(soft_reset=False)
        board.execute("x = 1")
    assert peer.resets == 0


def test_code_that_is_run_before_the_repl_was_entered_enters_it() -> None:
    with opened(Peer(run=lambda code: ("hello", ""))) as board:
        assert board.execute("print('hello')") == "hello"
        assert board.at_repl


def test_much_code_goes_over_in_windows_and_without_raw_paste_too() -> None:
    code = "x = 1  # " + "y" * 2000
    for raw_paste in (True, False):
        peer = Peer(raw_paste=raw_paste)
        with opened(peer) as board:
            board.enter_repl()
            board.execute(code)
            board.execute("z")
        assert peer.ran[-2:] == [code, "z"]


def test_an_exception_on_the_board_carries_its_output_and_its_traceback() -> None:
    traceback = 'Traceback (most recent call last):\r\n  File "<stdin>", line 2\r\nOSError: 28\r\n'
    with opened(Peer(run=lambda code: ("before\n", traceback) if code == "bad" else ("", ""))) as board:
        with pytest.raises(BoardCodeFailed) as failed:
            board.execute("bad")
        assert failed.value.output == "before\n"
        assert failed.value.traceback.splitlines()[-1] == "OSError: 28"
        assert "OSError: 28" in str(failed.value)
        assert board.at_repl, "the REPL is still there"


def test_output_can_be_had_as_it_comes() -> None:
    seen = bytearray()
    with opened(Peer(run=lambda code: ("a" * 500, ""))) as board:
        assert board.execute("print('a' * 500)", consumer=seen.extend) == ""
    assert seen == b"a" * 500


@pytest.mark.parametrize("chatter", [b"", b"plainsight: ready: locked\r\n"])
def test_locked_glasses_are_closed_and_their_last_words_are_told(chatter: bytes) -> None:
    with opened(Peer(locked=True, chatter=chatter)) as board:
        with pytest.raises(ReplClosed) as closed:
            board.enter_repl()
        assert closed.value.heard == chatter.decode().strip()
        assert "ten seconds" in str(closed.value), "the way out"
        assert not board.at_repl
        assert not board.hears_ctrl_c(0.2)


def test_a_repl_that_was_there_and_does_not_answer_any_more_is_not_there() -> None:
    peer = Peer()
    with opened(peer) as board:
        board.enter_repl()
        peer.locked = True
        assert not board.hears_ctrl_c(0.2)
        assert not board.at_repl


def test_an_open_board_hears_ctrl_c() -> None:
    with opened(Peer()) as board:
        assert board.hears_ctrl_c(5)


def test_a_chip_without_micropython_is_sent_to_be_flashed() -> None:
    with opened(Peer(locked=True, chatter=b"invalid header: 0xffffffff\r\n")) as board, pytest.raises(NoMicroPython):
        board.enter_repl()


def test_a_loader_in_rom_is_asked_where_nothing_speaks() -> None:
    with opened(Peer(loader=True)) as board:
        with pytest.raises(NoMicroPython) as none:
            board.enter_repl()
        assert none.value.heard == "waiting for download"


def test_code_that_does_not_end_in_time_is_silence_and_the_repl_is_entered_anew() -> None:
    peer = Peer(run=lambda code: ("late", "") if code == "late" else ("", ""))
    with opened(peer) as board:
        board.enter_repl()
        peer.hold = 0.3
        with pytest.raises(BoardSilent) as silent:
            board.execute("slow", timeout_s=0.1)
        assert silent.value.seconds == 0.1
        assert not board.at_repl
        peer.hold = 0.0
        assert board.execute("late") == "late", "what the slow code printed is not taken for the answer"


def test_nonsense_instead_of_the_protocol_is_named() -> None:
    with opened(Peer(nonsense=True)) as board:
        with pytest.raises(BoardConfused):
            board.execute("x", timeout_s=0.3)
        assert not board.at_repl
        with pytest.raises(BoardConfused):
            board.leave("x")


def test_a_cable_pulled_at_any_byte_is_a_lost_cable_and_never_anything_else() -> None:
    whole = Peer()
    with opened(whole) as board:
        board.enter_repl()
        board.execute("print(1)" * 10)
    for after in range(1, len(whole.heard), 7):
        with opened(Peer(pull_after=after)) as board, pytest.raises(CableLost):
            use(board)


def use(board: Cable) -> None:
    board.enter_repl()
    board.execute("print(1)" * 10)
    board.execute("never")


def test_a_port_is_ours_alone_and_free_afterwards() -> None:
    with plugged_in(Peer()) as peer:
        with Cable.open(peer.port), pytest.raises(PortBusy):
            Cable.open(peer.port)
        Cable.open(peer.port).close()


def test_what_an_interrupt_prints_between_two_pieces_of_code_is_not_the_prompt() -> None:
    noise = b'Unhandled exception in interrupt\r\n  File "<stdin>", line 1, in <lambda>\r\n'
    peer = Peer(run=lambda code: ("42", ""))
    with opened(peer) as board:
        board.enter_repl()
        for _ in range(3):
            os.write(peer.master, noise)
            while board._line.inWaiting() < len(noise):
                pass
            assert board.execute("x") == "42"


def test_code_that_takes_the_port_along_is_no_error() -> None:
    peer = Peer()
    with opened(peer) as board:
        board.enter_repl()
        peer.pull_after = len(peer.heard) + 10
        board.leave("import machine\nmachine.bootloader()")
        assert not board.at_repl


def test_the_console_is_read_in_lines_until_the_time_is_over() -> None:
    peer = Peer(locked=True, chatter=b"one\r\ntwo\r\nthr")
    with opened(peer) as board:
        board._line.write(b"x")
        assert list(board.read_lines(0.2)) == [b"one", b"two"]
        board._line.write(b"x")
        assert list(board.read_lines(0.2)) == [b"throne", b"two"]
        peer.pull_after = len(peer.heard) + 1
        board._line.write(b"xx")
        with pytest.raises(CableLost):
            list(board.read_lines(5))


class Clock:
    """Time that passes when somebody pauses."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(reconnecting, "pause", self.pause)

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def __call__(self) -> float:
        return self.now


BOARD = PortInfo("/dev/ttyACM0", 0x303A, 0x4001, "aabbccddeeff0000", None, Kind.MICROPYTHON)


# udev and modem managers come first.
TOO_EARLY = (PermissionDenied("p"), PortBusy("p"), NotAPort("p", "not configured yet"), PortVanished("p"))


def test_a_board_is_found_again_by_its_serial_number_under_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    other = PortInfo("/dev/ttyACM0", 0x303A, 0x1001, "11:22:33:44:55:66", None, Kind.ESP_ROM)
    back = PortInfo("/dev/ttyACM1", 0x303A, 0x1001, "AA:BB:CC:DD:EE:FF", None, Kind.ESP_ROM)
    monkeypatch.setattr(reconnecting, "ports", lambda: [other, back] if clock.now > 1 else [other])
    tries: list[str] = []

    def open_port(port: str) -> object:
        tries.append(port)
        if len(tries) <= len(TOO_EARLY):
            raise TOO_EARLY[len(tries) - 1]
        return object()

    monkeypatch.setattr(reconnecting, "open_port", open_port)
    port, _ = reconnecting.wait_until_back(BOARD, 5, clock)
    assert port == "/dev/ttyACM1"
    assert tries == ["/dev/ttyACM1"] * (len(TOO_EARLY) + 1)
    assert reconnecting.wait_until_listed(BOARD, 5, clock) == back


def test_a_board_that_does_not_come_back_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    monkeypatch.setattr(reconnecting, "ports", list)
    with pytest.raises(PortVanished) as gone:
        reconnecting.wait_until_back(BOARD, 5, clock)
    assert gone.value.port == "/dev/ttyACM0"
    assert 5 <= clock.now < 6
    with pytest.raises(PortVanished):
        reconnecting.wait_until_listed(BOARD, 5, clock)


def test_the_last_reason_is_the_one_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    monkeypatch.setattr(reconnecting, "ports", lambda: [BOARD])

    def busy(port: str) -> None:
        raise PortBusy(port)

    monkeypatch.setattr(reconnecting, "open_port", busy)
    with pytest.raises(PortBusy):
        reconnecting.wait_until_back(BOARD, 5, clock)


def test_a_port_without_serial_number_is_the_one_with_its_name(tmp_path) -> None:
    """As behind the virtual board's link: another pseudo-terminal after each restart."""
    link = tmp_path / "port"
    first, second = Peer(), Peer(run=lambda code: ("second", ""))
    with plugged_in(second):
        with plugged_in(first):
            link.symlink_to(first.port)
            board = Cable.open(str(link))
            board.enter_repl()
        with pytest.raises(CableLost):
            board.execute("x")
        link.unlink()
        link.symlink_to(second.port)
        board.reattach()
        assert board.execute("x") == "second"
        assert board.port == str(link)
        board.close()


def test_what_was_printed_before_the_port_went_is_not_lost(tmp_path) -> None:
    link = tmp_path / "port"
    with plugged_in(Peer(locked=True, chatter=b"last words\r\nhal")) as first, plugged_in(Peer()) as second:
        link.symlink_to(first.port)
        board = Cable.open(str(link))
        board._line.write(b"x")
        assert list(board.read_lines(0.1)) == [b"last words"]
        link.unlink()
        link.symlink_to(second.port)
        board.reattach()
        assert board._lines.partial == b"hal"
        board.close()


def test_a_hard_reset_without_repl_or_reset_line_says_so() -> None:
    with opened(Peer(locked=True)) as board, pytest.raises(ReplClosed):
        board.hard_reset()


def test_time_is_the_real_one_by_default() -> None:
    master, slave = os.openpty()
    began = time.monotonic()
    with Cable.open(os.ttyname(slave)) as board:
        assert list(board.read_lines(0.05)) == []
    assert time.monotonic() - began >= 0.05
    os.close(master)
    os.close(slave)
