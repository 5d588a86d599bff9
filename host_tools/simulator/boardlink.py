"""The simulator's end of the board link: serves the stand-ins' calls and sends them events.

Each call carries the board's microsecond clock (`stamp_us`, Linux CLOCK_MONOTONIC), which `before_call` may use.
"""

from __future__ import annotations

import asyncio
import errno
import inspect
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import cast

from host_tools.simulator.standins import linkcodec

_LOG = logging.getLogger(__name__)

CALL, RESULT, ERRNO, EVENT = 1, 2, 3, 4

Value = None | bool | int | str | bytes | tuple["Value", ...]


class BoardErrno(Exception):
    """Raised by a handler: the board's call fails with OSError(errno)."""

    def __init__(self, number: int) -> None:
        super().__init__(errno.errorcode.get(number, str(number)))
        self.errno = number


class BoardLink:
    """One unix socket, one board at a time; a second connection replaces the first, which is dropped."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.calls = 0
        # What kind of call `before_call` hears of: (service, method, arguments) to a service's name.
        self.told_as: Callable[[str, str, tuple[Value, ...]], str] = lambda service, _method, _arguments: service
        self.before_call: list[Callable[[int, str, str], None]] = []
        self.at_moment: Callable[[int], AbstractContextManager[None]] = lambda _stamp_us: nullcontext()
        self.on_attach: list[Callable[[], None]] = []
        self.on_detach: list[Callable[[], None]] = []
        self._handlers: dict[str, object] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._server: asyncio.Server | None = None
        self._session: asyncio.Task[None] | None = None

    @property
    def attached(self) -> bool:
        """A board process is connected."""
        return self._writer is not None

    def register(self, service: str, handler: object) -> None:
        """Serve ("service", "method", …) with `handler.board_<method>(…)`, sync or async."""
        self._handlers[service] = handler

    def event(self, service: str, *values: Value) -> None:
        """Interrupt the board; dropped while no board is attached, as an edge is while the power is off."""
        if self._writer is not None:
            self._writer.write(linkcodec.frame((EVENT, service, values)))

    async def start(self) -> None:
        """Listen on the socket path."""
        self._server = await asyncio.start_unix_server(self._accept, self.path)

    def hang_up(self) -> None:
        """Forget the attached board at once: a call in progress has no further effect."""
        if self._session is not None:
            self._session.cancel()

    async def drop(self) -> None:
        """As hang_up(), and return when `on_detach` has run."""
        self.hang_up()
        session, self._session = self._session, None
        await _ended(session)

    async def close(self) -> None:
        """Stop listening and drop the board."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self.drop()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        previous, self._session = self._session, asyncio.create_task(self._serve(self._session, reader, writer))
        # Here and not in the task: one that is cancelled before its first step runs no line of its own.
        self._session.add_done_callback(lambda _: writer.close())
        if previous is not None:
            previous.cancel()

    async def _serve(
        self, previous: asyncio.Task[None] | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await _ended(previous)
        self._writer = writer
        for notify in self.on_attach:
            notify()
        try:
            await self._serve_calls(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the board is gone
        except linkcodec.BadMessage as error:
            _LOG.error("board link: %s", error)
        finally:
            self._writer = None
            for notify in self.on_detach:
                notify()

    async def _serve_calls(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            length = linkcodec.body_length(await reader.readexactly(4))
            number, stamp_us, service, method, arguments = _checked(linkcodec.decode(await reader.readexactly(length)))
            self.calls += 1
            answer = await self._answer(number, stamp_us, service, method, arguments)
            # A dead board needs no answer; its end of file is read in the next turn.
            writer.write(linkcodec.frame(answer))

    async def _answer(
        self, number: int, stamp_us: int, service: str, method: str, arguments: tuple[Value, ...]
    ) -> tuple[Value, ...]:
        try:
            with self.at_moment(stamp_us):
                result = self._begin(service, method, arguments)
            if inspect.isawaitable(result):
                result = await result
            return (RESULT, number, cast("Value", result))
        except BoardErrno as error:
            return (ERRNO, number, error.errno)
        except Exception:  # noqa: BLE001 top of the serving task: a fault of the simulator is not one of the board
            _LOG.exception("board call %s.%s%r", service, method, arguments)
            return (ERRNO, number, errno.EIO)

    def _begin(self, service: str, method: str, arguments: tuple[Value, ...]) -> object:
        told_as = self.told_as(service, method, arguments)
        for notify in self.before_call:
            notify(self.calls, told_as, method)
        session = asyncio.current_task()
        if session is not None and session.cancelling():
            raise asyncio.CancelledError  # the power went right before this call
        handler = getattr(self._handlers.get(service), "board_" + method, None)
        if handler is None:
            raise BoardErrno(errno.ENODEV)
        return handler(*arguments)


async def _ended(session: asyncio.Task[None] | None) -> None:
    """Wait for a session's end; a fault in its end (an `on_detach`, say) is raised here."""
    if session is not None:
        await asyncio.wait([session])
        if not session.cancelled() and (error := session.exception()) is not None:
            raise error


def _checked(message: object) -> tuple[int, int, str, str, tuple[Value, ...]]:
    """The parts of a CALL; raises BadMessage for anything else."""
    match message:
        case (int(kind), int(number), int(stamp_us), str(service), str(method), tuple()) if kind == CALL:
            return number, stamp_us, service, method, cast("tuple[Value, ...]", message[5])
        case _:
            raise linkcodec.BadMessage("not a call")
