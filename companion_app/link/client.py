"""The glasses as the app sees them: one method for each operation of the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from typing import Any, TypeVar

from plainsight import wire

from companion_app.link import transfers
from companion_app.link.answers import (
    BurstAnswer,
    Captured,
    ClipBegun,
    Crash,
    Hello,
    Item,
    LinkTest,
    PairAnswer,
    Phone,
    Status,
    known,
    parse_burst,
    parse_captured,
    parse_crash,
    parse_phone,
)
from companion_app.link.errors import AnswerMalformed, GlassesRefused, LinkError, UnknownVersion
from companion_app.link.events import Event, LiveEnded
from companion_app.link.frames import FrameChannel
from companion_app.link.live import LiveView
from companion_app.link.requests import Requests, Timing
from companion_app.link.transfers import Partial, Progress

T = TypeVar("T")
V = TypeVar("V")


class GlassesClient:
    """One session. Every method raises GlassesRefused, AnswerMalformed, RequestTimedOut, or what ended the session."""

    def __init__(
        self,
        frames: FrameChannel,
        *,
        on_event: Callable[[Event], None],
        voice_allowed: Callable[[], bool],
        on_voice: Callable[[bytes], bool] = lambda _: True,
        timing: Timing | None = None,
    ) -> None:
        """`on_voice` takes each AUDIO body while `voice_allowed()`, and returns False for one that makes no sense."""
        self._on_event = on_event
        self._views: list[LiveView] = []
        self._transferring = asyncio.Lock()  # one at a time, as the glasses have it; a live session is one
        self._requests = Requests(
            frames, on_event=self._hear, voice_allowed=voice_allowed, on_voice=on_voice, timing=timing or Timing()
        )

    @property
    def ended(self) -> asyncio.Future[LinkError]:
        """Resolves to the error that ended the session."""
        return self._requests.ended

    @property
    def unfinished_bytes(self) -> int:
        """Bytes that crossed the radio as part of a frame that is not whole yet; after a loss they come again."""
        return self._requests.unfinished_bytes

    async def close(self) -> None:
        """End the session."""
        await self._requests.close()

    async def hello(self, time_s: int) -> Hello:
        """Who is there; sets the glasses' clock. Raises UnknownVersion."""
        fields = await self._requests.ask("hello", version=wire.VERSION, time_s=time_s)
        if fields["version"] != wire.VERSION:
            raise UnknownVersion(fields["version"], wire.VERSION)
        fields["settings"] = _understood(fields["settings"])
        self._requests.voice_held = fields["settings"].get("voice")
        return Hello(**_known(fields, "hello"))

    async def pair(
        self,
        proof: bytes,
        name: str,
        owner_key: bytes | None = None,
        *,
        recovery: bytes | None = None,
        wrap_key: bytes | None = None,
    ) -> PairAnswer:
        """Offer the proof of the code; the caller checks the proof in the answer before it believes the rest."""
        offered = {"owner_key": owner_key, "recovery": recovery, "wrap_key": wrap_key}
        given: dict[str, Any] = {field: value.hex() for field, value in offered.items() if value is not None}
        fields = await self._requests.ask("pair", proof=proof.hex(), name=name, **given)
        return PairAnswer(**_known(fields, "pair"))

    async def phones(self) -> list[Phone]:
        """The phones that the glasses admit."""
        rows = (await self._requests.ask("phones"))["phones"]
        return [_checked("phones", parse_phone, row) for row in rows]

    async def revoke(self, phone: int) -> None:
        """Forget one phone at once."""
        await self._requests.ask("revoke", phone=phone)

    async def wrap(self, phone: int, wrapped: str) -> None:
        """Leave the owner's key, wrapped for another phone, until that phone takes it."""
        if (await self._requests.ask("wrap", phone=phone, wrapped=wrapped))["phone"] != phone:
            raise AnswerMalformed("wrap", "another_phone")

    async def unwrap(self) -> str | None:
        """Take what another phone left for this one; None where nothing waits."""
        return (await self._requests.ask("unwrap")).get("wrapped")

    async def invite(self) -> str:
        """A new one-time code for a further phone."""
        return (await self._requests.ask("invite"))["code"]

    async def capture(self) -> Captured:
        """Take one photograph."""
        fields = await self._requests.ask("capture", self._requests.timing.capture_within_s)
        return _checked("capture", parse_captured, fields)

    async def burst(self, frames: int) -> BurstAnswer:
        """Take `frames` photographs at the sensor's rate."""
        fields = await self._requests.ask("burst", self._requests.timing.capture_within_s, frames=frames)
        answer = _checked("burst", parse_burst, fields)
        if len(answer.items) > frames:
            raise AnswerMalformed("burst", "too_many")
        return answer

    async def clip(self, seconds: int | None = None, audio: bool | None = None) -> ClipBegun:
        """Begin a clip; None leaves the choice to the settings. The Captured event tells its end."""
        given = {name: value for name, value in (("seconds", seconds), ("audio", audio)) if value is not None}
        fields = await self._requests.ask("clip", self._requests.timing.capture_within_s, **given)
        return ClipBegun(**_known(fields, "clip"))

    async def timelapse(self, every_s: int, frames: int) -> None:
        """Begin to take photographs at an interval."""
        fields = await self._requests.ask("timelapse", every_s=every_s, frames=frames)
        if (fields["every_s"], fields["frames"]) != (every_s, frames):
            raise AnswerMalformed("timelapse", "another_interval")

    @asynccontextmanager
    async def live(self, seconds: int, size: str = "vga") -> AsyncGenerator[LiveView]:
        """A live session of at most so many seconds (to wire.MAX_LIVE_S), which ends with the block; imports wait."""
        async with self._only_transfer():
            view = LiveView(self._requests)
            self._views.append(view)
            try:
                await view.begin(seconds, size)
                yield view
            finally:
                await view.stop()
                self._views.remove(view)

    @asynccontextmanager
    async def _only_transfer(self) -> AsyncGenerator[None]:
        """Wait for the transfer under way; the next one waits until the block is left. Raises GlassesRefused."""
        try:
            async with asyncio.timeout(self._requests.timing.capture_within_s):
                await self._transferring.acquire()
        except TimeoutError:
            raise GlassesRefused("live", "busy", {"doing": "transfer"}) from None
        try:
            yield
        finally:
            self._transferring.release()

    async def stop(self) -> str:
        """End a clip, a time-lapse or a live session; returns which it was, or `nothing`."""
        return (await self._requests.ask("stop", self._requests.timing.capture_within_s))["stopped"]

    async def mark(self) -> int:
        """Put a mark into the journal; returns the number of its record."""
        return (await self._requests.ask("mark"))["record"]

    async def items(self) -> list[Item]:
        """All stored items, oldest first."""
        found: list[Item] = []
        more = True
        while more:
            page, more = await self._items_after(found[-1].id if found else 0)
            found += page
        return found

    async def item(self, number: int) -> Item | None:
        """One stored item, or None."""
        page, _ = await self._items_after(number - 1)
        return page[0] if page and page[0].id == number else None

    async def _items_after(self, after: int) -> tuple[list[Item], bool]:
        """One page of items with a larger id than `after`, ascending, and whether there are more."""
        fields = await self._requests.ask("items", after=after)
        page = [_checked("items", Item.parse, row) for row in fields["items"]]
        ids = [after, *(item.id for item in page)]
        if any(later <= earlier for earlier, later in pairwise(ids)):
            raise AnswerMalformed("items", "order")
        if fields["more"] and not page:
            raise AnswerMalformed("items", "empty_page")
        return page, fields["more"]

    async def fetch(
        self, partial: Partial, window: int = wire.DEFAULT_WINDOW, progress: Progress | None = None
    ) -> bytes:
        """The whole sealed item; after a loss hand the same `partial` to the next session. Raises TransferDamaged."""
        async with self._transferring:
            return await transfers.download(self._requests, partial, window, progress)

    async def imported(self, item: int, sealed_sha256: str) -> bool:
        """Say that this phone holds and has opened an item; returns True where the glasses have erased it."""
        fields = await self._requests.ask("imported", item=item, sealed_sha256=sealed_sha256)
        if fields["item"] != item:
            raise AnswerMalformed("imported", "another_item")
        return fields["erased"]

    async def delete(self, item: int) -> None:
        """Erase one item and its salt on the glasses."""
        if (await self._requests.ask("delete", item=item))["item"] != item:
            raise AnswerMalformed("delete", "another_item")

    async def settings(self, **changes: Any) -> dict[str, Any]:
        """Change some settings (none: only ask); returns all that now hold. For `voice` there is `set_voice`."""
        held: dict[str, Any] = (await self._requests.ask("settings", **changes))["settings"]
        return _checked("settings", _settings, held)

    async def set_voice(self, voice: str, consent: str, *, keyword: bool = False) -> str:
        """Change the voice policy under the record with hex hash `consent`; returns the policy that now holds.

        `keyword`: with it, in the same record, the keyword is switched on as a trigger.
        """
        trigger = {"keyword": True} if keyword else {}
        held = (await self.settings(voice=voice, consent=consent, **trigger)).get("voice")
        if held not in ("off", "keyword", "stream"):
            raise AnswerMalformed("settings", "bad_voice")
        self._requests.voice_held = held
        return held

    async def adopt_card(self) -> str:
        """Take a foreign SD card into use; returns the state of the card as `Status.card`."""
        return (await self._requests.ask("adopt_card"))["card"]

    async def crashes(self, *, forget: bool = False) -> list[Crash]:
        """The last crashes; with `forget` the glasses forget them."""
        rows = (await self._requests.ask("crashes", forget=forget))["crashes"]
        return [_checked("crashes", parse_crash, row) for row in rows]

    async def power(self, state: str) -> str:
        """Change the power state: `listening`, `connectable` or `shelf`, from which only the button wakes them."""
        return (await self._requests.ask("power", state=state))["state"]

    async def update(self, release: bytes, window: int = wire.DEFAULT_WINDOW, progress: Progress | None = None) -> str:
        """Send a release; nothing is installed yet. Returns its hex SHA-256. Raises TransferDamaged."""
        return await transfers.upload(self._requests, release, window, progress)

    async def install(self, sha256: str) -> str:
        """Verify and install the release that was sent; the glasses restart into it. Returns its version."""
        return (await self._requests.ask("install", self._requests.timing.install_within_s, sha256=sha256))["version"]

    async def journal(self, first: int, count: int) -> list[str]:
        """At most `count` lines of the glasses' journal from record `first` on; fewer where it ends before."""
        lines: list[str] = []
        more = True
        while more and len(lines) < count:
            fields = await self._requests.ask("journal", **{"from": first + len(lines)})
            more, records = fields["more"], fields["records"]
            if not all(isinstance(record, str) for record in records):
                raise AnswerMalformed("journal", "bad_record")
            if more and not records:
                raise AnswerMalformed("journal", "empty_page")
            lines += records
        return lines[:count]

    async def countersign(self, count: int, head: str, mac: str) -> None:
        """Tell the glasses that their chain was seen up to `count`; hex `head` and `mac`."""
        await self._requests.ask("countersign", count=count, head=head, mac=mac)

    async def status(self) -> Status:
        """How the glasses are."""
        fields = await self._requests.ask("status")
        if not all(isinstance(word, str) for word in fields.get("words", ())):
            raise AnswerMalformed("status", "bad_words")
        return Status(**_known(fields, "status"))

    async def link_test(self, direction: str, size: int, window: int = wire.DEFAULT_WINDOW) -> LinkTest:
        """Move a test pattern `down` or `up` and time it. Raises TransferDamaged."""
        move = transfers.pattern_down if direction == "down" else transfers.pattern_up
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        await move(self._requests, size, window)
        return LinkTest(direction, size, loop.time() - begun_s)

    def _hear(self, event: Event) -> None:
        if isinstance(event, LiveEnded):
            for view in self._views:
                view.hear(event)
        self._on_event(event)


def _known(fields: dict[str, Any], operation: str) -> dict[str, Any]:
    return known(fields, wire.OPERATIONS[operation][2])


def _understood(held: dict[str, Any]) -> dict[str, Any]:
    """The settings that this version knows, of values that it knows; one of a later version must not end a session."""
    understood: dict[str, Any] = {}
    for name in wire.SETTINGS:
        with suppress(wire.BadBody):
            understood |= _settings({name: held[name]} if name in held else {})
    return understood


def _settings(held: dict[str, Any]) -> dict[str, Any]:
    """The settings that this version knows. Raises wire.BadBody where one breaks its row."""
    wire.check_fields(held, tuple((row[0] + "?", *row[1:]) for row, _ in wire.SETTINGS.values()), strict=False)
    return {name: held[name] for name in wire.SETTINGS if name in held}


def _checked(operation: str, parse: Callable[[V], T], value: V) -> T:
    try:
        return parse(value)
    except wire.BadBody as error:
        raise AnswerMalformed(operation, error.reason) from error
