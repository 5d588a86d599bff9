"""Releases on these glasses, from the first byte of an upload to the confirmation; on record before it counts."""

import asyncio

from loader.record import ROLLED_BACK

from plainsight import files
from plainsight.compat import const
from plainsight.errors import Refused
from plainsight.update import installer, upload
from plainsight.update.upload import Upload

_STEADY_MS = const(10_000)  # all tasks must be in time for longer than any of them has, then a release confirms itself
_TRIAL_MS = const(60_000)  # a release that has not confirmed itself by then restarts, which counts as a failed boot
_LOOK_MS = const(250)
_LAST_WORDS_MS = const(1_000)  # for the answer and the event to leave before the restart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.clock import Clock
    from plainsight.identity import Identity
    from plainsight.journal import Journal
    from plainsight.phones import Phone
    from plainsight.update.manifest import Manifest
    from plainsight.update.slots import Slots


class Updates:
    """`board` has name and reset(); `in_use()` says whether a restart would cut a picture; `log(text)` writes a line.

    `post(name, fields)` tells the phone that is connected, `close_books()` writes down what only memory counts, which
    a restart forgets; the device sets both.
    """

    def __init__(
        self,
        root: str,
        board,
        clock: "Clock",
        identity: "Identity",
        journal: "Journal",
        slots: "Slots",
        in_use: "Callable[[], bool]",
        log: "Callable[[str], None]",
    ):
        self._root = root
        self._board = board
        self._clock = clock
        self._identity = identity
        self._journal = journal
        self._slots = slots
        self._in_use = in_use
        self._log = log
        self.installing = False  # until it has failed, or the glasses restart
        self._busy = False
        self._tidying = False
        self._untold: list = []
        self.post: Callable[[str, dict], None] = _nobody
        self.close_books: Callable[[], None] = _nothing

    @property
    def trial(self) -> bool:
        """True until the release that runs has confirmed itself."""
        return self._slots.trial

    def boot(self) -> None:
        """Put on record what the loader or a cable did. Raises nothing: with a full flash the glasses stay up."""
        news = self._slots.news
        if not news:
            return
        try:
            for fields in news:
                self._journal.append("update", **fields)
            self._slots.heard()
        except (Refused, OSError) as error:
            self._log("update not recorded: %r" % error)
            return
        for fields in news:
            self._log("update %s: %s" % (fields["state"], fields["version"]))
            if fields["state"] == ROLLED_BACK:  # whoever deployed knows it; the phone sees it in the journal
                self._untold.append({"version": fields["version"], "state": ROLLED_BACK})

    async def take(self, size: int, phone: "Phone") -> Upload:
        """Make room for a release and open the file it goes into. Raises Refused, OSError."""
        await self._begin()
        taken = None
        try:
            self._journal.append("update", state="begin", phone=phone.number, size=size)
            files.remove(upload.path(self._root))
            files.remove(upload.path(self._root) + files.BESIDE)
            await installer.clear(self._slots.folder)
            upload.check_room(self._root, size)
            taken = Upload(self._root, size, self._end)
            return taken
        finally:
            if taken is None:
                self._end()

    async def install(self, sha256: str, phone: "Phone") -> str:
        """Verify, unpack and switch; the restart follows by itself. The version. Raises Refused, OSError."""
        if self._in_use():
            raise Refused("busy", {"reason": "camera"})
        await self._begin()
        self.installing = True
        switched = False
        try:
            release = await self._unpacked(sha256, phone)
            self._journal.append("update", state="installed", version=release.version, phone=phone.number)
            self._switch(release, phone)
            switched = True
        finally:
            if not switched:
                self.installing = False
                self._end()
        self.post("update", {"version": release.version, "state": "installed"})
        asyncio.create_task(self._restart())
        return release.version

    async def run(self, healthy: "Callable[[], bool]", phone_is_here: "Callable[[], bool]") -> None:
        """Confirm a release on trial, or restart; tidy up; then tell a phone what it has not heard. For ever."""
        if self._slots.trial:
            await self._try(healthy)
        await self._tidy()
        while self._untold:
            if phone_is_here():
                self.post("update", self._untold.pop(0))
            await self._clock.sleep_ms(_LOOK_MS)
        await asyncio.Event().wait()

    async def _unpacked(self, sha256: str, phone: "Phone"):
        try:
            return await installer.install(
                upload.path(self._root),
                sha256,
                key=self._identity.release_key,
                board=self._board.name,
                floor=self._slots.floor,
                folder=self._slots.folder,
            )
        except Refused as refused:
            self._journal.append("update", state="refused", reason=refused.code, phone=phone.number)
            raise

    def _switch(self, release: "Manifest", phone: "Phone") -> None:
        """Raises OSError, and then the record takes back what it said."""
        try:
            self._slots.switch(release.version, release.floor)
        except OSError:
            self._journal.append("update", state="refused", reason="storage_failed", phone=phone.number)
            raise

    async def _try(self, healthy: "Callable[[], bool]") -> None:
        began = well_since = self._clock.ms()
        while self._clock.diff(self._clock.ms(), began) < _TRIAL_MS:
            await self._clock.sleep_ms(_LOOK_MS)
            if not healthy():
                well_since = self._clock.ms()
            elif self._clock.diff(self._clock.ms(), well_since) >= _STEADY_MS:
                if self._confirm():
                    return
                well_since = self._clock.ms()
        self._log("update not confirmed: restarting")
        self.close_books()
        self._board.reset()

    def _confirm(self) -> bool:
        try:
            self._journal.append("update", state="running", version=self._slots.version)
            self._slots.confirm()
        except (Refused, OSError) as error:
            self._log("update not confirmed: %r" % error)
            return False
        self._untold.append({"version": self._slots.version, "state": "running"})
        self._log("update confirmed: %s" % self._slots.version)
        return True

    async def _tidy(self) -> None:
        """The slot that does not run is needed no more: its room is for pictures."""
        if self._busy:
            return
        self._tidying = True
        try:
            await installer.clear(self._slots.folder)
        except OSError as error:
            self._log("slot not cleared: %r" % error)
        self._tidying = False

    async def _restart(self) -> None:
        try:
            files.remove(upload.path(self._root))
        except OSError as error:
            self._log("release not removed: %r" % error)
        await self._clock.sleep_ms(_LAST_WORDS_MS)
        while self._in_use():
            await self._clock.sleep_ms(_LOOK_MS)
        self._log("restarting into %s" % self._slots.version)
        self.close_books()
        self._board.reset()

    async def _begin(self) -> None:
        """One upload or installation at a time, and none while the way back is still needed. Raises Refused."""
        while self._tidying:
            await self._clock.sleep_ms(_LOOK_MS)
        if self._busy or self._slots.trial:
            raise Refused("busy", {"reason": "update" if self._busy else "trial"})
        self._busy = True

    def _end(self) -> None:
        self._busy = False


def _nothing() -> None:
    """Nothing is counted before the device runs."""


def _nobody(_name: str, _fields: dict) -> None:
    """No phone is connected before the device runs."""
