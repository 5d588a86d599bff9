"""One live session: a phone looks through the camera, frame by frame, for as long as it said. Nothing is stored.

It is begun on record before anything is exposed, and ended on record with what left: how many frames, and a digest that
chains their hashes under a salt. The phone, which alone is told the salt, computes the same and can compare; whoever
has only the journal learns nothing about a picture. A frame counts from the moment at which its answer leaves.
"""

import asyncio
import binascii

from plainsight.compat import const, urandom
from plainsight.errors import Refused
from plainsight.hkdf import HASH_BYTES, HmacKey
from plainsight.seal import erase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from plainsight.contract import Clock
    from plainsight.journal import Journal
    from plainsight.session import Session
    from plainsight.shutter import Shutter

_LABEL = b"plainsight-live-v1"
_MS_PER_S = const(1000)
_UNASKED_MS = const(30_000)  # light and sensor do not stay on for a phone that asks for nothing any more
_LEAVING_MS = const(15_000)  # without one piece of a frame that leaves


class Live:
    """Runs once. The shutter's side: `begin` to `hide`; the side of a frame on its way: `ask` to `let_go`.

    `must_end()` gives a reason why it can't go on, or ""; `connected()` the session that is open: it is for `session`.
    """

    def __init__(
        self,
        clock: "Clock",
        shutter: "Shutter",
        journal: "Journal",
        must_end: "Callable[[], str]",
        connected: "Callable[[], Session | None]",
        seconds: int,
    ):
        self._clock = clock
        self._shutter = shutter
        self._journal = journal
        self._must_end = must_end
        self._connected = connected
        self._session = connected()
        self._limit_ms = seconds * _MS_PER_S
        self._stopped = ""
        self._begun_ms = self._moved_ms = clock.ms()
        self._asked = 0
        self._view: "bytes | memoryview | None" = None
        self._changed = asyncio.Event()
        self.salt = bytearray(urandom(HASH_BYTES))
        self._key = HmacKey(self.salt)
        self._digest = self._key.code(_LABEL)
        self.wanted = 0  # the number of the request that waits for a frame, or has one; 0: nobody
        self.frames = 0
        self.time_ms = 0
        self.light: "dict[str, Any]" = {}
        self.begun = self._running = False
        self.ready = asyncio.Event()  # it has begun, or ended before that
        self.refused: "Refused | None" = None  # why it never began

    @property
    def holding(self) -> bool:
        """The frame that was shown is still wanted."""
        return self._view is not None

    def stop(self, reason: str) -> None:
        """End it, at once for what leaves; the first reason counts."""
        self._stopped = self._stopped or reason

    async def run(self, size: str) -> str:
        """Until it ends; returns why."""
        try:
            reason = await self._shutter.live(size, self)
            self.refused = Refused("not_live", {"reason": reason})
        except Refused as refused:
            reason = refused.code
            self.refused = refused
        finally:
            self.hide()
            self._key.erase()
            erase(self.salt)
            self.ready.set()
        return reason

    def outcome(self, reason: str) -> "dict[str, Any]":
        """Put the end on record; what the phone is told of it, without a `record` where the journal took none."""
        told: "dict[str, Any]" = {"reason": reason, "frames": self.frames, "digest": _hex(self._digest)}
        number = self._journal.count
        try:
            self._journal.append("live", state="ended", verdict=self._shutter.light()["verdict"], **told)
        except Refused:
            return told
        told["record"] = number
        return told

    def begin(self) -> None:
        """Light proven, exposure settled: frames may be asked for, unless it was ended already."""
        if self._stopped:
            return
        self.begun = self._running = True
        self._begun_ms = self._moved_ms = self._clock.ms()
        self.ready.set()

    def ended(self) -> str:
        """Why it is over, or ""."""
        if self._stopped:
            return self._stopped
        if self._connected() is not self._session:
            return "link"
        now_ms = self._clock.ms()
        if self._clock.diff(now_ms, self._begun_ms) >= self._limit_ms:
            return "time"
        quiet_ms = self._clock.diff(now_ms, self._moved_ms)
        if self._view is not None:
            if quiet_ms >= _LEAVING_MS:
                return "slow_link"
        elif not self.wanted and quiet_ms >= _UNASKED_MS:
            return "idle"
        return self._must_end()

    def show(self, view: "bytes | memoryview", time_ms: int, wanted: int) -> None:
        """A proven frame, exposed for request number `wanted`; one that nobody waits for any more is not held."""
        if wanted != self.wanted:
            return
        self._view = view
        self.time_ms = time_ms
        self.light = self._shutter.light()
        self._moved_ms = self._clock.ms()
        self._changed.set()

    def hide(self) -> None:
        """No more frames: the memory of the last one goes away."""
        self._running = False
        self._view = None
        self._changed.set()

    def ask(self) -> int:
        """Want a frame; the number of the wish. Raises Refused."""
        self._check()
        if self.wanted:
            raise Refused("busy", {"doing": "live"})
        self._asked += 1
        self.wanted = self._asked
        self._moved_ms = self._clock.ms()
        self._changed.clear()
        return self.wanted

    async def shown(self, number: int) -> int:
        """Wait for the frame of a wish; its size. Raises Refused."""
        await self._changed.wait()
        return len(self.frame(number))

    def frame(self, number: int) -> "bytes | memoryview":
        """The frame of a wish, in the driver's memory: use it before anything else runs. Raises Refused."""
        self._check()
        if self._view is None or number != self.wanted:
            raise Refused("not_live")
        return self._view

    def count(self, number: int, sha256: bytes) -> None:
        """The answer for this frame leaves now. Raises Refused."""
        self.frame(number)
        self._digest = self._key.code(self._digest, sha256)
        self.frames += 1

    def let_go(self, number: int) -> None:
        """The wish is fulfilled, or given up."""
        if number == self.wanted:
            self.wanted = 0
            self._view = None
            self._moved_ms = self._clock.ms()

    def left(self, copy: "bytearray | memoryview") -> None:
        """A piece of a frame has left: its copy is zeroed."""
        self._moved_ms = self._clock.ms()
        self._shutter.wipe(copy)

    def _check(self) -> None:
        if not self._running or self._stopped or self._connected() is not self._session:
            raise Refused("not_live")


def _hex(data: bytes) -> str:
    return binascii.hexlify(data).decode()
