"""The simulator's end of the board link, against a board played by the test."""

from __future__ import annotations

import asyncio
import errno
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from host_tools.simulator.boardlink import CALL, ERRNO, EVENT, RESULT, BoardErrno, BoardLink
from host_tools.simulator.standins import linkcodec


class Board:
    """A board that speaks the protocol by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def plug_in(cls, link: BoardLink) -> Board:
        return cls(*await asyncio.open_unix_connection(link.path))

    def send(self, service: str, method: str, *args: object, number: int = 1, stamp_us: int = 0) -> None:
        self.writer.write(linkcodec.frame((CALL, number, stamp_us, service, method, args)))

    async def receive(self) -> object:
        length = struct.unpack("<I", await self.reader.readexactly(4))[0]
        return linkcodec.decode(await self.reader.readexactly(length))

    async def call(self, service: str, method: str, *args: object, number: int = 1) -> object:
        self.send(service, method, *args, number=number)
        return await self.receive()

    async def hung_up(self) -> bool:
        try:
            return await self.reader.read() == b""
        except ConnectionResetError:  # with bytes of ours unread at the other end
            return True


class Handler:
    """A service with every kind of method."""

    def __init__(self) -> None:
        self.seen: list[object] = []
        self.gate = asyncio.Event()

    def board_echo(self, *args: object) -> tuple[object, ...]:
        self.seen.append(args)
        return args

    async def board_wait(self) -> str:
        await self.gate.wait()
        return "done"

    def board_fail(self, number: int) -> None:
        raise BoardErrno(number)

    def board_break(self) -> None:
        raise RuntimeError("a fault of the simulator")

    def secret(self) -> str:
        return "not for boards"


@pytest.fixture
async def link(tmp_path: Path) -> AsyncIterator[BoardLink]:
    started = BoardLink(tmp_path / "board")
    await started.start()
    yield started
    await started.close()


@pytest.fixture
def handler(link: BoardLink) -> Handler:
    served = Handler()
    link.register("test", served)
    return served


async def until_detached(link: BoardLink) -> None:
    gone = asyncio.Event()
    link.on_detach.append(gone.set)
    if link.attached:
        await gone.wait()


async def test_calls_are_answered_with_their_number(link, handler):
    board = await Board.plug_in(link)
    assert await board.call("test", "echo", 1, "a", b"b", number=7) == (RESULT, 7, (1, "a", b"b"))
    handler.gate.set()
    assert await board.call("test", "wait", number=8) == (RESULT, 8, "done")


async def test_errors_arrive_as_errno(link, handler, caplog):
    board = await Board.plug_in(link)
    assert await board.call("test", "fail", 12) == (ERRNO, 1, 12)
    assert await board.call("test", "break") == (ERRNO, 1, errno.EIO)
    assert "a fault of the simulator" in caplog.text


@pytest.mark.parametrize(("service", "method"), [("other", "echo"), ("test", "other"), ("test", "secret")])
async def test_only_registered_methods_are_served(link, handler, service, method):
    board = await Board.plug_in(link)
    assert await board.call(service, method) == (ERRNO, 1, errno.ENODEV)


async def test_events_reach_the_attached_board_only(link, handler):
    link.event("test", 1)
    board = await Board.plug_in(link)
    await board.call("test", "echo")
    link.event("test", 2, b"x")
    assert await board.receive() == (EVENT, "test", (2, b"x"))


async def test_hooks_run_before_the_call_and_number_it(link, handler):
    log: list[object] = []
    link.before_call.append(lambda number, service, method: log.append((number, service, method, len(handler.seen))))
    board = await Board.plug_in(link)
    await board.call("test", "echo")
    await board.call("test", "echo")
    assert log == [(1, "test", "echo", 0), (2, "test", "echo", 1)]
    assert link.calls == 2


@pytest.mark.parametrize(
    "message",
    [b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x01\x00\x00\x00?", linkcodec.frame((EVENT, "test", ())),
     linkcodec.frame((CALL, 1, 0, "test", "echo")), linkcodec.frame((CALL, "1", 0, "test", "echo", ()))],
)  # fmt: skip
async def test_a_board_that_breaks_the_format_is_dropped(link, handler, message):
    board = await Board.plug_in(link)
    board.writer.write(message)
    assert await board.hung_up()
    assert handler.seen == []
    assert (await (await Board.plug_in(link)).call("test", "echo")) == (RESULT, 1, ())


async def test_attach_and_detach_are_told(link, handler):
    log: list[str] = []
    link.on_attach.append(lambda: log.append("attach"))
    link.on_detach.append(lambda: log.append("detach"))
    board = await Board.plug_in(link)
    await board.call("test", "echo")
    assert (log, link.attached) == (["attach"], True)
    board.writer.close()
    await until_detached(link)
    assert (log, link.attached) == (["attach", "detach"], False)


async def test_a_second_board_replaces_the_first(link, handler):
    log: list[str] = []
    first = await Board.plug_in(link)
    await first.call("test", "echo")
    link.on_attach.append(lambda: log.append("attach"))
    link.on_detach.append(lambda: log.append("detach"))
    second = await Board.plug_in(link)
    await second.call("test", "echo")
    assert await first.hung_up()
    assert log == ["detach", "attach"]


async def test_drop_ends_a_call_in_progress(link, handler):
    board = await Board.plug_in(link)
    await board.call("test", "echo")
    board.send("test", "wait")
    detached: list[bool] = []
    link.on_detach.append(lambda: detached.append(True))
    await link.drop()
    assert detached == [True]
    assert await board.hung_up()


async def test_a_call_has_no_effect_when_the_power_goes_right_before_it(link, handler):
    board = await Board.plug_in(link)
    link.before_call.append(lambda *_: link.hang_up())
    board.send("test", "echo")
    assert await board.hung_up()
    assert handler.seen == []


async def test_a_fault_in_detaching_is_not_hidden(link, handler):
    board = await Board.plug_in(link)
    await board.call("test", "echo")

    def fault() -> None:
        raise RuntimeError("detach")

    link.on_detach.append(fault)
    with pytest.raises(RuntimeError, match="detach"):
        await link.drop()
    link.on_detach.remove(fault)


async def test_the_stamp_of_a_call_is_the_moment_of_its_handler(link, handler):
    from contextlib import contextmanager

    log: list[object] = []

    @contextmanager
    def moment(stamp_us):
        log.append(stamp_us)
        yield
        log.append(len(handler.seen))

    link.at_moment = moment
    board = await Board.plug_in(link)
    board.send("test", "echo", stamp_us=123)
    await board.receive()
    assert log == [123, 1]
