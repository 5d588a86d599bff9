"""The home of promise 5, with `pairing`: one connection from its first byte to its end, and who may talk in it.

A peer is nobody until its first frame is decrypted; then it is a pinned phone, or an applicant who may ask `pair`
alone. Every step has a deadline: nobody holds the glasses by silence, trickling or not reading.
"""

import asyncio

from plainsight import wire
from plainsight.admission import NotAdmitted, admit
from plainsight.channel import Ended
from plainsight.compat import const
from plainsight.conversation import Conversation
from plainsight.deadline import Deadline
from plainsight.errors import Refused
from plainsight.knock import KnockRefused
from plainsight.pairing import Applicant
from plainsight.phones import Phone
from plainsight.tls_failed import TlsFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.admission import Admitted
    from plainsight.clock import Clock
    from plainsight.pairing import Pairing
    from plainsight.service import Service
    from plainsight.stream import ByteStream
    from plainsight.tls_port import TlsEndpoint

FIRST_REQUEST_MS = const(10_000)
IDLE_MS = const(60_000)  # the phone pings every 20 s


class Session:
    """One connection. `phone` is the pinned phone at the other end, None until it has proven to be one."""

    def __init__(
        self,
        stream: "ByteStream",
        endpoint: "TlsEndpoint",
        pairing: "Pairing",
        service: "Service",
        clock: "Clock",
        log: "Callable[[str], None]",
    ):
        self.phone: Phone | None = None
        self.recognised = False  # somebody with a right to talk did talk
        self.reason = ""  # why it ended; the first cause counts
        self._stream = stream
        self._endpoint = endpoint
        self._pairing = pairing
        self._service = service
        self._log = log
        self._deadline = Deadline(clock, self._cut)
        self._admitted: Admitted | None = None
        self._conversation: Conversation | None = None
        self._answering = False

    async def run(self) -> str:
        """Serve the connection until it ends; returns the reason. The stream may still hold a farewell to be sent."""
        watch = asyncio.create_task(self._deadline.run())
        try:
            self._admitted = await admit(self._stream, self._endpoint, self._pairing, self._deadline)
            await self._talk(self._admitted)
        except NotAdmitted as stranger:
            self._refuse_stranger(stranger.kind)
        except KnockRefused as stranger:
            self._refuse_stranger("silent" if stranger.reason == "ended" else "knock")
        except TlsFailed as failure:
            self._tls_broken(failure)
        except wire.BadFrame as error:
            await self._last_words("bad_frame", error.reason)
        except Ended:
            self._end("closed")
        except Exception as error:  # noqa: BLE001 - the top of a connection's task: the peer gets a code, the log gets the rest
            self._service.survived("session", error)
            await self._last_words("internal", "internal")
        finally:
            watch.cancel()
            self._close()
        return self.reason

    def post(self, name: str, fields: dict) -> None:
        """Tell the paired phone at the other end, if there is one, that something happened."""
        if self._conversation is not None and self.phone is not None:
            self._conversation.post(name, fields)

    async def say(self, name: str, fields: dict) -> None:
        """Tell the paired phone at once, in order with the sound that goes to it. Raises Ended, TlsFailed."""
        if self._conversation is None or self.phone is None:
            raise Ended
        await self._conversation.tell_now(name, fields)

    async def send_voice(
        self, sound: bytes | bytearray | memoryview, wanted: "Callable[[], bool] | None" = None
    ) -> bool:
        """Send sound to a paired phone, where the voice policy allows it: the only way for audio to leave.

        `wanted()` is asked as well, at the moment it leaves. Raises BadFrame, Ended, TlsFailed.
        """
        if self._admitted is None or self.phone is None:
            return False
        may_send = self._service.may_send_voice
        allowed = may_send if wanted is None else lambda: may_send() and wanted()
        return await self._admitted.channel.send_voice(sound, allowed)

    def revoked(self, phone: Phone) -> None:
        """A pairing was taken back: if it is this one, the session ends now, or right after the answer that says so."""
        if self.phone is phone and not self._answering:
            self._cut("revoked")

    async def _talk(self, admitted: "Admitted") -> None:
        self._deadline.give(FIRST_REQUEST_MS, "request_timeout")
        kind, request, body = await admitted.channel.receive()
        talk = self._recognise(admitted)
        while True:
            if self.phone is not None:  # an applicant has no more time than for its first request
                self._deadline.give(IDLE_MS, "idle")
            self._check_pin()
            await self._take(talk, kind, request, body)
            self._check_pin()
            kind, request, body = await admitted.channel.receive()

    def _recognise(self, admitted: "Admitted") -> Conversation:
        """The first frame was decrypted: TLS has checked that the peer holds the key of its certificate."""
        self.recognised = True
        self._conversation = Conversation(admitted, self._service)
        if isinstance(admitted.caller, Phone):
            self._greet(admitted.caller)
        return self._conversation

    def _greet(self, phone: Phone) -> None:
        self.phone = phone
        self._service.owner_is_here()

    def _check_pin(self) -> None:
        """Raise Ended where the phone is pinned no more."""
        if self.phone is not None and not self._pairing.is_pinned(self.phone):
            self._end("revoked")
            raise Ended

    async def _take(self, talk: Conversation, kind: int, request: int, body: memoryview) -> None:
        """Act on one frame. Raises BadFrame, Ended, TlsFailed."""
        if kind == wire.PING:
            await talk.send(wire.u32_frame(wire.PONG, request, wire.u32(body)))
        elif kind == wire.REQUEST:
            await self._asked(talk, request, body)
        elif kind != wire.PONG:
            await talk.transfer_frame(kind, request, body)

    async def _asked(self, talk: Conversation, request: int, body: memoryview) -> None:
        try:
            operation, fields = wire.parse_request(body)
        except wire.BadBody as error:
            code = error.reason if error.reason in wire.ERRORS else "bad_request"
            await talk.refuse(request, Refused(code, {"reason": error.reason}))
            return
        if operation == "pair":
            await self._pair(talk, request, fields)
        elif self.phone is None:
            await talk.refuse(request, Refused("not_paired"))
        else:
            self._answering = True
            try:
                await talk.answer(request, operation, fields, self.phone)
            finally:
                self._answering = False

    async def _pair(self, talk: Conversation, request: int, fields: dict) -> None:
        admitted = talk.admitted
        if not isinstance(admitted.caller, Applicant) or self.phone is not None:
            await talk.refuse(request, Refused("already_paired"))
            return
        try:
            phone, answer = self._pairing.pair(admitted.caller, admitted.nonce, admitted.certificate_sha256, fields)
        except Refused as refused:
            await talk.refuse(request, refused)
            if refused.code == "pairing_refused":
                self._end("pairing_refused")
                raise Ended
            return
        self._greet(phone)
        self._deadline.give(IDLE_MS, "idle")
        await talk.respond(request, answer)

    def _refuse_stranger(self, kind: str) -> None:
        self._end(kind)
        self._pairing.attempt_failed(kind)

    def _tls_broken(self, failure: TlsFailed) -> None:
        """TLS failed, or it lost its stream: only the first is an attempt of somebody."""
        lost = self._stream.ended
        self._end("closed" if lost else "tls")
        self._log("tls failed: %s" % failure)
        if not self.recognised and not lost:
            self._pairing.attempt_failed("handshake")

    async def _last_words(self, code: str, reason: str) -> None:
        """Say why, in an answer to request 0, and end."""
        self._end(code)
        if self._conversation is None:
            return
        try:
            await self._conversation.refuse(0, Refused(code, {"reason": reason}))
        except (Ended, TlsFailed):
            return  # nobody is there to hear it

    def _cut(self, reason: str) -> None:
        """End at once, from outside of the session's own task."""
        self._end(reason)
        self._stream.end()

    def _end(self, reason: str) -> None:
        if not self.reason:
            self.reason = reason

    def _close(self) -> None:
        if self._conversation is not None:
            self._conversation.end()
        if self._admitted is not None:
            self._admitted.channel.close()
