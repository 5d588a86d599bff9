"""One frame of a live session on its way to the phone: from the driver's memory in pieces, never copied as a whole."""

import asyncio
import binascii
import hashlib

from plainsight.compat import const
from plainsight.media import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plainsight.recording.live import Live

_HASHED_BYTES = const(4096)  # between two looks at other tasks


class LiveFrame(Source):
    """Wanted from `answer` on, held until its last byte has left or `close`."""

    def __init__(self, live: "Live"):
        self._live = live
        self._number = 0
        self._sha256 = b""
        self._sent = 0

    async def answer(self, scratch: bytearray) -> dict:  # noqa: ARG002 - hashed where it lies
        """Have it exposed, prove its light, hash it. Raises Refused."""
        live = self._live
        number = self._number = live.ask()
        size = await live.shown(number)
        digest = hashlib.sha256()
        for offset in range(0, size, _HASHED_BYTES):
            digest.update(live.frame(number)[offset : offset + _HASHED_BYTES])
            await asyncio.sleep(0)
        self._sha256 = digest.digest()
        self.size = size
        return {
            "seq": live.frames + 1,
            "time_ms": live.time_ms,
            "size": size,
            "sha256": binascii.hexlify(self._sha256).decode(),
            "light": live.light,
        }

    def leaves(self) -> None:
        """It counts from now on."""
        self._live.count(self._number, self._sha256)

    def read_into(self, offset: int, view: memoryview) -> int:
        """The next piece, while the session lasts."""
        view[:] = self._live.frame(self._number)[offset : offset + len(view)]
        return len(view)

    def sent(self, view: memoryview) -> None:
        """Zero the copy; with the last piece the frame itself is let go, to be zeroed, too."""
        self._live.left(view)
        self._sent += len(view)
        if self._sent == self.size:
            self.close()

    def close(self) -> None:
        """Let go of it, whatever has left."""
        self._live.let_go(self._number)
