"""What is said in a session with somebody known: answers, events and one transfer, each beside the others."""

import asyncio

from plainsight import wire
from plainsight.channel import Ended
from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.media import Incoming, Outgoing
from plainsight.tls_failed import TlsFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.admission import Admitted
    from plainsight.media import Source
    from plainsight.phones import Phone
    from plainsight.service import Service

_TRANSFERS = ("fetch", "live_frame", "link_test", "update")
_MOST_BESIDE = const(3)  # requests answered in tasks of their own at one time
_REMEMBERED = const(4)  # transfers whose late frames are no offence
_MOST_EVENTS = const(16)  # that wait to be sent; the phone finds what it missed in the item list


class Conversation:
    """Sends to one admitted peer. `answer` returns when the answer is sent, or is under way in a task of its own."""

    def __init__(self, admitted: "Admitted", service: "Service"):
        self.admitted = admitted
        self._channel = admitted.channel
        self._service = service
        self._beside = 0
        self._transfer: Outgoing | Incoming | None = None
        self._transfer_task: asyncio.Task | None = None
        self._past: list[int] = []
        self._events: list[bytes] = []
        self._event_waits = asyncio.Event()
        self._event_task: asyncio.Task | None = None
        self._frame = bytearray(wire.MAX_FRAME)

    async def send(self, frame: bytes) -> None:
        """One frame, at once. Raises Ended, TlsFailed."""
        await self._channel.send(frame)

    async def respond(self, request: int, fields: dict) -> None:
        """Answer one request. Raises Ended, TlsFailed."""
        await self._channel.send(wire.json_frame(wire.RESPONSE, request, fields))

    async def refuse(self, request: int, refused: Refused) -> None:
        """Answer one request with an error. Raises Ended, TlsFailed."""
        fields: dict = {"error": refused.code}
        if refused.detail:
            fields["detail"] = refused.detail
        await self.respond(request, fields)

    async def answer(self, request: int, operation: str, fields: dict, phone: "Phone") -> None:
        """Carry out one checked request of a paired phone. Raises Ended, TlsFailed."""
        if operation in _TRANSFERS:
            await self._begin_transfer(request, operation, fields, phone)
        elif self._service.is_slow(operation):
            await self._begin_beside(request, operation, fields, phone)
        else:
            try:
                answer = self._service.answer(operation, fields, phone)
            except Refused as refused:
                await self.refuse(request, refused)
                return
            await self.respond(request, answer)

    async def transfer_frame(self, kind: int, request: int, body: memoryview) -> None:
        """ACK, CANCEL or MEDIA. What transfers that ended or were refused left on its way is ignored.

        Raises BadFrame, Ended, TlsFailed.
        """
        transfer = self._transfer
        if transfer is None or transfer.request != request:
            if request not in self._past:
                raise wire.BadFrame("no_transfer")
        elif kind == wire.CANCEL:
            self._end_transfer()
        elif kind == wire.ACK and isinstance(transfer, Outgoing):
            transfer.acknowledged(wire.u32(body))
            if transfer.complete:  # now, not when its task runs: the next request may be in this very packet
                self._transfer = self._transfer_task = None
        elif kind == wire.MEDIA and isinstance(transfer, Incoming):
            await self._take(transfer, body)
        else:
            raise wire.BadFrame("wrong_direction")

    def post(self, name: str, fields: dict) -> None:
        """Queue one event; the oldest gives way where the phone does not keep up."""
        if len(self._events) >= _MOST_EVENTS:
            self._events.pop(0)
        self._events.append(_event(name, fields))
        if self._event_task is None:
            self._event_task = asyncio.create_task(self._send_events())
        self._event_waits.set()

    async def tell_now(self, name: str, fields: dict) -> None:
        """Send one event before whatever is sent after this returns. Raises Ended, TlsFailed."""
        await self._channel.send(_event(name, fields))

    def end(self) -> None:
        """Stop the transfer and the events. A capture goes on: the picture is taken, only its answer is lost."""
        self._end_transfer()
        if self._event_task is not None:
            self._event_task.cancel()

    async def _begin_transfer(self, request: int, operation: str, fields: dict, phone: "Phone") -> None:
        self._past = [request] + self._past[: _REMEMBERED - 1]
        if self._transfer is not None:
            await self.refuse(request, Refused("busy"))
            return
        try:
            if operation == "update" or fields.get("direction") == "up":
                sink = await self._service.sink(operation, fields, phone)
                self._transfer = Incoming(self._channel, request, fields["size"], sink)
                return
            source = self._service.source(operation, fields, phone)
        except Refused as refused:
            await self.refuse(request, refused)
            return
        offset = fields.get("offset", 0)
        self._transfer = Outgoing(self._channel, request, source, offset, fields["window"])
        self._transfer_task = asyncio.create_task(self._run_transfer(self._transfer, source))

    async def _take(self, transfer: Incoming, body: memoryview) -> None:
        """One piece of what comes in, and the answer after the last. Raises BadFrame, Ended, TlsFailed."""
        try:
            if not await transfer.take(body):
                return
            answer = transfer.answer()
        except Refused as refused:
            self._end_transfer()
            await self.refuse(transfer.request, refused)
        else:
            self._end_transfer()
            await self.respond(transfer.request, answer)

    async def _run_transfer(self, transfer: Outgoing, source: "Source") -> None:
        try:
            answer = wire.json_frame(wire.RESPONSE, transfer.request, await source.answer(self._frame))
            await self._channel.room(len(answer))
            source.leaves()
            await self._channel.send(answer)
            await transfer.run(self._frame)
        except (Ended, TlsFailed):
            return  # the session's own task sees it too
        except Refused as refused:
            await self._say(transfer.request, refused)
        except Exception as error:  # noqa: BLE001 - the top of a task
            self._service.survived("transfer", error)
            await self._say(transfer.request, Refused("storage_failed" if isinstance(error, OSError) else "internal"))
        finally:
            source.close()
        if self._transfer is transfer:
            self._transfer = self._transfer_task = None

    def _end_transfer(self) -> None:
        transfer, task = self._transfer, self._transfer_task
        self._transfer = self._transfer_task = None
        if isinstance(transfer, Incoming):
            transfer.abandon()
        if task is not None:
            task.cancel()

    async def _begin_beside(self, request: int, operation: str, fields: dict, phone: "Phone") -> None:
        if self._beside >= _MOST_BESIDE:
            await self.refuse(request, Refused("busy"))
            return
        self._beside += 1
        asyncio.create_task(self._perform(request, operation, fields, phone))

    async def _perform(self, request: int, operation: str, fields: dict, phone: "Phone") -> None:
        try:
            answer = await self._service.perform(operation, fields, phone)
        except Refused as refused:
            await self._say(request, refused)
        except Exception as error:  # noqa: BLE001 - the top of a task
            self._service.survived(operation, error)
            await self._say(request, Refused("internal"))
        else:
            await self._tell(wire.json_frame(wire.RESPONSE, request, answer))
        finally:
            self._beside -= 1

    async def _send_events(self) -> None:
        while True:
            while self._events:
                await self._tell(self._events.pop(0))
            self._event_waits.clear()
            await self._event_waits.wait()

    async def _say(self, request: int, refused: Refused) -> None:
        fields: dict = {"error": refused.code}
        if refused.detail:
            fields["detail"] = refused.detail
        await self._tell(wire.json_frame(wire.RESPONSE, request, fields))

    async def _tell(self, frame: bytes) -> None:
        """Send where somebody still listens."""
        try:
            await self._channel.send(frame)
        except (Ended, TlsFailed):
            return


def _event(name: str, fields: dict) -> bytes:
    event = {"event": name}
    event.update(fields)
    return wire.json_frame(wire.EVENT, 0, event)
