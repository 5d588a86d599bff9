"""One question by voice at a time, from the keyword to its end: what is said in between goes to one phone's session.

Whoever reads the microphone hands over what came after the keyword. It waits in memory until the picture it is about is
stored and somebody speaks; then it leaves, for as long as the owner's policy, the mute switch and that very session
allow it. Where nobody speaks nothing leaves. Both ends of it are on record. Nothing here opens a microphone.
"""

import asyncio

from plainsight.channel import Ended
from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.question.backlog import Backlog
from plainsight.question.speech import Speech
from plainsight.tls_failed import TlsFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.contract import Board, Clock
    from plainsight.journal import Journal
    from plainsight.listening import VoicePolicy
    from plainsight.session import Session

_SAMPLES_PER_MS = const(16)
_TICK_MS = const(20)
_DEAF_MS = const(3_000)  # nothing was heard for so long: nobody reads the microphone any more
_DRAIN_MS = const(8_000)  # from the last word until the last piece has left
_LEAD_PIECES = const(10)  # half a second before the first word may be one; what is older is forgotten
EVENT = "question"


class Question:
    """`begin`, `take`, `about` and `end` return at once and never raise; without an open question they do nothing.

    `connected()` gives the session that is open, or None; set it once there is a door.
    """

    def __init__(
        self,
        board: "Board",
        clock: "Clock",
        voice: "VoicePolicy",
        journal: "Journal",
        survived: "Callable[[str, Exception], None]",
    ):
        self._board = board
        self._clock = clock
        self._voice = voice
        self._journal = journal
        self._survived = survived
        self._speech = Speech()
        self._backlog: "Backlog | None" = None
        self._session: "Session | None" = None  # the only one this question may go to
        self._hearing = False
        self._item = 0
        self._reason = ""
        self._cut = False  # nothing more may leave, not even what waits
        self._heard_ms = 0
        self._sent_samples = 0
        self.connected: "Callable[[], Session | None]" = _nobody

    @property
    def is_open(self) -> bool:
        """What is said now is part of a question."""
        return self._hearing

    def begin(self) -> bool:
        """The keyword was heard: `take` counts from now on. False where what is said may not leave, or could not."""
        session = self.connected()
        if self._session is not None or session is None or session.phone is None or self._against(session):
            return False
        try:
            self._backlog = self._backlog or Backlog()
        except MemoryError:
            return False
        self._speech.reset()
        self._session, self._hearing = session, True
        self._item, self._reason, self._cut, self._sent_samples = 0, "", False, 0
        self._heard_ms = self._clock.ms()
        asyncio.create_task(self._run(session, self._backlog))
        return True

    def take(self, block: "bytearray | memoryview", samples: int) -> None:
        """The next samples from the microphone (s16le, at most 512 of them). Allocates nothing."""
        backlog, session = self._backlog, self._session
        if not self._hearing or backlog is None or session is None or samples == 0:
            return
        against = self._against(session)
        if against:
            self.end(against)
        elif not backlog.put(block, samples):
            self.end("slow_link")
        else:
            self._heard_ms = self._clock.ms()
            self._speech.hear(backlog.loudness(), samples)
            if self._speech.over:
                self._hear_no_more(self._speech.over)

    def about(self, item: int) -> None:
        """The picture that is asked about is stored as `item`: what was said may leave now."""
        if self._session is not None:
            self._item = item

    def end(self, reason: str) -> None:
        """At once: what has not left is forgotten. `reason`: stop, muted, no_picture …"""
        if self._session is None or self._cut:
            return
        self._hearing, self._cut, self._reason = False, True, reason
        if self._backlog is not None:
            self._backlog.forget()

    def _hear_no_more(self, reason: str) -> None:
        """The question is asked: what waits still leaves."""
        if not self._speech.said:
            self.end(reason)
            return
        self._hearing, self._reason = False, reason
        if self._backlog is not None:
            self._backlog.finish()

    def _against(self, session: "Session") -> str:
        """Why not one sample more may be heard or leave; "" while it may. Asked anew each time."""
        if not self._voice.may_send():
            return "withdrawn"
        if self._board.muted():
            return "muted"
        return "" if self.connected() is session else "gone"

    def _may_leave(self) -> bool:
        """Asked at the moment at which a piece leaves, however long it has waited for room."""
        if self._session is not None:
            self._look(self._session)
        return self._session is not None and not self._cut

    async def _run(self, session: "Session", backlog: Backlog) -> None:
        begun = False
        try:
            begun = await self._wait(session, backlog)
            if begun:
                await self._send(session, backlog)
                await session.say(EVENT, {"item": self._item, "on": False, "reason": self._reason})
        except (Ended, TlsFailed):
            self.end("gone")
        except Exception as error:  # noqa: BLE001 - the top of a task
            self._survived(EVENT, error)
            self.end("internal")
        finally:
            self._hearing = False
            self._session = None  # whatever fails now, there can be another
            backlog.forget()
            if begun:
                self._record("ended", reason=self._reason, ms=self._sent_samples // _SAMPLES_PER_MS)

    async def _wait(self, session: "Session", backlog: Backlog) -> bool:
        """For picture and words; on record, and told to the phone, before a sample leaves. False where it ended."""
        while not self._cut and not (self._item and self._speech.said):
            await self._clock.sleep_ms(_TICK_MS)
            while backlog.waiting > _LEAD_PIECES and not self._speech.said:
                backlog.drop()
            self._look(session)
        phone = session.phone
        if self._cut or phone is None or not self._record("begun", phone=phone.number):
            return False
        await session.say(EVENT, {"item": self._item, "on": True})
        return True

    async def _send(self, session: "Session", backlog: Backlog) -> None:
        """Until everything has left, or nothing more may. Raises Ended, TlsFailed."""
        while not self._cut and (self._hearing or backlog.waiting):
            if backlog.waiting:
                await self._send_piece(session, backlog)
                await self._clock.sleep_ms(0)
            else:
                await self._clock.sleep_ms(_TICK_MS)
            self._look(session)

    async def _send_piece(self, session: "Session", backlog: Backlog) -> None:
        samples = backlog.oldest_samples
        if await session.send_voice(backlog.oldest(), self._may_leave):
            self._sent_samples += samples
            backlog.drop()
        else:
            self._look(session)

    def _look(self, session: "Session") -> None:
        """End it where it can't go on, though nobody hands anything over."""
        since_ms = self._clock.diff(self._clock.ms(), self._heard_ms)
        against = self._against(session)
        if against:
            self.end(against)
        elif since_ms > (_DEAF_MS if self._hearing else _DRAIN_MS):
            self.end("microphone" if self._hearing else "slow_link")

    def _record(self, state: str, **data: object) -> bool:
        """Into the journal; False where it took nothing."""
        try:
            self._journal.append(EVENT, state=state, item=self._item, **data)
        except Refused:
            return False
        return True


def _nobody() -> "Session | None":
    """No door yet."""
    return None
