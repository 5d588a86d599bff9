"""The one object that screens and tools hold: every service of the app, and the acts that need several of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from companion_app.background import Background
from companion_app.control.acts import Acts
from companion_app.control.asking import Asked
from companion_app.control.by_voice import ByVoice, OnThisDevice
from companion_app.control.keeping import Keeping
from companion_app.control.keys import OwnerKeys
from companion_app.control.living import Living
from companion_app.control.names import GlassesNames
from companion_app.control.owner_acts import OwnerActs
from companion_app.control.record import GlassesRecord
from companion_app.control.several import SeveralGlasses
from companion_app.control.shelves import Around, Shelves
from companion_app.control.taking import Taking
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.gallery.errors import NotTheOwner
from companion_app.gallery.importer import Importer
from companion_app.gallery.pending import Deletion
from companion_app.gallery.rounds import ItemProgress, Round
from companion_app.keys.owner import load_owner_key
from companion_app.keys.phone import load_phone_identity
from companion_app.ledger import Ledger, Verdict
from companion_app.link.answers import Captured, Hello
from companion_app.link.client import GlassesClient
from companion_app.link.connection import Change, Connection, ConnectionState
from companion_app.link.errors import LinkError, NotPaired
from companion_app.link.events import Event, QuestionBegan, QuestionEnded, RecordingChanged, Refusal, VoiceChanged
from companion_app.link.glasses_link import GlassesLink
from companion_app.link.pins import Pin, PinStore
from companion_app.link.transfers import Progress
from companion_app.observers import Observers
from companion_app.onboarding import ConsentRecord, Onboarding
from companion_app.onboarding.confirmation import VOICE_QUESTIONS
from companion_app.onboarding.delivery import deliver_voice
from companion_app.ports.position import system_position
from companion_app.rooms import Rooms
from companion_app.sharing import Sharing
from companion_app.sharing.endpoints.local import LocalEndpoint
from companion_app.vault import Vault
from companion_app.visit import erase, finish_deletions

_RECONNECT_S = 60.0  # how long an import waits for a lost link to come back


class Companion(Acts, OwnerActs, SeveralGlasses, Living, Keeping):
    """Open with `await Companion.open(vault)`, close with `await close()`. Needs a running event loop."""

    connection: Connection
    onboarding: Onboarding
    sharing: Sharing

    def __init__(self, vault: Vault, clock: Callable[[], float], device: OnThisDevice | None = None) -> None:
        super().__init__()
        device = device or OnThisDevice.usual()
        self.vault = vault
        rooms = Rooms(vault)
        self._paths = rooms.paths
        self._clock = clock
        self.ledger = Ledger(rooms.ledger, rooms.heads, clock)
        self.sharing = Sharing(
            rooms.sharing, self.ledger, local=LocalEndpoint(device.answers), redactor=device.redactor, now_s=clock
        )
        self.onboarding = Onboarding(self.ledger, self.sharing.endpoints.set_region, clock)
        self.journal_verdict: Verdict | None = None
        self._record = GlassesRecord(rooms, self.ledger)
        self._owner = load_owner_key(rooms.keys)
        self._keys = OwnerKeys(rooms.keys, self._owner, self.ledger)
        self.names = GlassesNames(rooms.keys)
        self._refusals: Observers[Refusal] = Observers()
        self._problems: Observers[AppError] = Observers()
        self._progress: Observers[tuple[int, int, int]] = Observers()
        self._background = Background(self._problems.notify)
        around = Around(
            ledger=self.ledger,
            onboarding=self.onboarding,
            sharing=self.sharing,
            position=device.position or system_position(),
            read_words=device.answers.lines,
            clock=clock,
            on_problem=self._problems.notify,
        )
        self._shelves = Shelves(rooms, around, self._is_idle)
        self.gallery, self._pending = self._shelves.gallery, self._shelves.pending
        self._by_voice = ByVoice(
            self.ledger,
            self.gallery,
            self.onboarding,
            device,
            glasses=lambda: self.glasses_id,
            keep=self._shelves.keep_spoken,
            on_problem=self._problems.notify,
        )
        self._visit: asyncio.Task[None] | None = None
        self._telling = asyncio.Lock()
        self._one_round = asyncio.Lock()
        self.identity = load_phone_identity(rooms.keys)
        self._link = GlassesLink(
            self.identity,
            PinStore(rooms.keys),
            greet=self._greet,
            now_s=lambda: int(self._clock()),
            on_event=self._on_event,
            voice_allowed=self._by_voice.allowed,
            on_voice=self._by_voice.take,
        )
        self.connection = self._link.connection
        self._importer = Importer(
            self.gallery,
            self.ledger,
            self._owner,
            lambda: self._link.connected(_RECONNECT_S),
            rooms.arriving,
            self.space.check,
        )
        self._taking = Taking(self.gallery, self._importer, self._owned, lambda: self._link.client)
        self.connection.observe(self._on_connection)
        self.onboarding.observe(self._on_answer)

    @classmethod
    async def open(
        cls, vault: Vault, *, clock: Callable[[], float] = time.time, device: OnThisDevice | None = None
    ) -> Companion:
        """Load or create everything behind an open vault, which the caller locks after `close()`.
        Raises KeyUnreadable, PinsUnreadable, LedgerWriteFailed, SealBroken, VaultLocked."""
        return cls(vault, clock, device)

    async def close(self) -> None:
        """Disconnect and stop every task; what is being sent ends first, while that can still be put on record."""
        await self.sharing.end_all()
        await self._by_voice.close()
        await self._background.close()
        await self._link.disconnect()
        await self._shelves.close()

    @property
    def paired(self) -> bool:
        """True when some glasses are pinned."""
        return self._link.pins.current is not None

    @property
    def glasses(self) -> GlassesClient:
        """The open session. Raises NotConnected."""
        return self._link.client

    @property
    def pin(self) -> Pin:
        """The glasses in use. Raises NotPaired."""
        pin = self._link.pins.current
        if pin is None:
            raise NotPaired
        return pin

    @property
    def glasses_id(self) -> str:
        """The short name of the paired glasses in records. Raises NotPaired."""
        return self.pin.glasses

    @property
    def folder(self) -> Path:
        """Where this app keeps everything."""
        return self.vault.folder

    @property
    def opens_pictures(self) -> bool:
        """True where this phone has the key that the paired glasses seal to. Raises NotPaired."""
        return self.pin.owner_key == self._owner.public

    @property
    def hello(self) -> Hello | None:
        """What the glasses last said about themselves: board, level, mode, battery."""
        return self._link.hello

    async def say_hello(self) -> Hello:
        """Ask the glasses anew who and how they are."""
        return await self.glasses.hello(int(self._clock()))

    async def pair(self, code: str, name: str) -> None:
        """Pair by QR text or typed code while the glasses' window is open; connected afterwards.

        Raises BadSetupCode, GlassesNotFound, NotAdmitted, PairingProofWrong, GlassesRefused, LinkError.
        """
        await self._link.pair(code, name, self._keys.offer(), self._record_pairing)
        await self._settled()

    async def recover(self, phrase: str, name: str) -> None:
        """Pair a new phone by the recovery phrase, while the glasses' window is open; it opens pictures from then on.

        Raises PhraseWrong, KeyInUse, NotTheOwner and all that `pair` raises; then nothing has changed.
        """
        private, code = self._keys.from_phrase(phrase, self._link.pins.all())

        def record(pin: Pin) -> None:
            self._keys.restore(private, pin)
            self._record_pairing(pin)

        await self._link.pair(code, name, self._keys.offer(private), record)
        await self._settled()

    async def connect(self) -> None:
        """Find the paired glasses and stay connected to them until `disconnect`. Raises LinkError."""
        await self._link.connect()
        await self._settled()

    async def disconnect(self) -> None:
        """End the session and stay disconnected."""
        await self._link.disconnect()

    async def capture(self) -> Picture:
        """Take a photograph, fetch, unseal and store it. Raises GlassesRefused, LinkError, CannotOpen, GalleryFull."""
        return await self._taking.capture()

    async def burst(self, frames: int) -> list[Picture]:
        """Take photographs at the sensor's rate; where they are fewer, `on_refusal` hears why. Raises as `capture`."""
        return await self._taking.burst(frames, self._refusals.notify)

    async def clip(
        self, seconds: int | None = None, audio: bool | None = None, *, progress: Progress | None = None
    ) -> Picture:
        """Take a clip (None: as the settings say); returns when it is in the gallery. Raises as `capture`, ClipLost."""
        return await self._taking.clip(seconds, audio, progress)

    async def sync(self, progress: ItemProgress | None = None) -> list[Picture]:
        """Import what the glasses hold and the gallery does not: thumbnails, then items, oldest first.

        `progress` hears of a round under way, which is waited for, too.
        What is wrong with one item goes to `on_problem` as ItemNotImported, and is tried again at the next round.
        Raises NotPaired, NotTheOwner, LinkError, GalleryFull, NoSpaceLeft, LedgerWriteFailed.
        """

        def tell(item: int, have: int, size: int) -> None:
            self._progress.notify((item, have, size))

        end = self._progress.add(lambda at: progress(*at) if progress else None)
        try:
            async with self._one_round:
                pin = self._owned()
                items = [item for item in await self.glasses.items() if not self._pending.covers(item.sealed_sha256)]
                a_round = Round(self._importer, self.gallery, pin.glasses, self.imports, self._problems.notify)
                return await a_round.run(items, tell)
        finally:
            end()

    def thumbnail(self, sealed_sha256: str) -> bytes | None:
        """The thumbnail (JPEG) of an item that waits on the glasses, where it has come."""
        return self._importer.waiting.read(sealed_sha256)

    def journal_of(self, glasses: str) -> tuple[str, ...]:
        """The lines of their journal as far as this phone holds them; none of glasses that it is not paired with."""
        pin = next((pin for pin in self._link.pins.all() if pin.glasses == glasses), None)
        return self._record.mirror(pin).lines() if pin is not None else ()

    async def delete(self, picture: Picture) -> None:
        """Delete here and, now or at the next visit, on the glasses; recorded first, and the salt is dropped.

        Raises PictureGone, LedgerWriteFailed; a lost link only postpones the glasses' part.
        """
        self.gallery.get(picture.id)
        self.ledger.append("delete", glasses=picture.glasses, item=picture.item, commit=picture.commitment)
        deletion = Deletion(picture.glasses, picture.item, picture.sealed_sha256)
        self._pending.add(deletion)
        self.sharing.forget_original(picture.commitment)
        self.gallery.delete(picture)
        pin = self._link.pins.current
        if pin is not None and pin.glasses == picture.glasses:
            with suppress(LinkError):
                await erase(self.glasses, deletion, self._pending, self.ledger)

    def on_picture(self, callback: Callable[[Picture], None]) -> Callable[[], None]:
        """Call back for each picture that arrives, however it was triggered."""
        return self.gallery.observe(lambda change: callback(change.picture) if change.added else None)

    def on_refusal(self, callback: Callable[[Refusal], None]) -> Callable[[], None]:
        """Call back when the glasses refused a trigger that nobody waits for (button, timer, keyword)."""
        return self._refusals.add(callback)

    def on_asked(self, callback: Callable[[Asked], None]) -> Callable[[], None]:
        """Call back when a spoken question has become words, and again with the answer of this device."""
        return self._by_voice.observe(callback)

    def on_problem(self, callback: Callable[[AppError], None]) -> Callable[[], None]:
        """Call back when something failed that nobody waits for, such as the import after a press of the button."""
        return self._problems.add(callback)

    def tell_problem(self, error: AppError) -> None:
        """Tell `on_problem` of what failed beside the companion, in work that nobody waits for either."""
        self._problems.notify(error)

    def link_info(self) -> dict[str, Any]:
        """Counters of this run: mtu, goodput of the imports, bytes that crossed the radio twice, resumptions."""
        meter, stream = self._importer.meter, self._link.stream
        return {
            "mtu": stream.mtu if stream is not None else None,
            "goodput_bytes_per_s": round(meter.goodput_bytes_per_s),
            "bytes_received": meter.bytes_received,
            "bytes_sent_twice": meter.bytes_sent_twice,
            "resumed": meter.resumed,
        }

    def _is_idle(self) -> bool:
        """True where nothing is under way that this device's processor should be free for."""
        busy = self.imports.state.under_way or self._by_voice.listening.hearing
        return not busy and self.sharing.live.running is None

    def _owned(self) -> Pin:
        """The pin of glasses whose pictures this phone can open. Raises NotPaired, NotTheOwner."""
        pin = self._link.pins.current
        if pin is None:
            raise NotPaired
        if pin.owner_key != self._owner.public:
            raise NotTheOwner(pin.owner_key.hex())
        return pin

    def _record_pairing(self, pin: Pin) -> None:
        is_owner = pin.owner_key == self._owner.public
        self.ledger.append("pairing", glasses=pin.glasses, phone=pin.phone, owner=is_owner)

    async def _greet(self, client: GlassesClient, hello: Hello) -> None:
        """Before a session counts as connected the glasses hold the owner's voice policy."""
        pin = self._link.pins.current
        if pin is None:
            raise NotPaired
        self._held_settings = hello.settings
        held = hello.settings.get("voice")
        await self._deliver_voice(client, pin, held)

    async def _deliver_voice(self, client: GlassesClient, pin: Pin, held: object) -> None:
        switched_on = await deliver_voice(client, self.onboarding, self.ledger, glasses=pin.glasses, held=held)
        trigger = {"keyword": True} if switched_on else {}
        self._held_settings = {**self._held_settings, "voice": self.onboarding.voice.value, **trigger}

    def _on_connection(self, change: Change) -> None:
        if change.state is ConnectionState.CONNECTED:
            self._visit = self._background.start(self._meet())
        else:
            self._by_voice.link_ended()

    async def _settled(self) -> None:
        """Wait until the visit that began with this session is over, well or not."""
        if self._visit is not None:
            await asyncio.shield(self._visit)

    async def _meet(self) -> None:
        pin, hello, client = self._link.pins.current, self._link.hello, self.glasses
        if pin is None or hello is None:
            return
        self.journal_verdict = await self._record.examine(client, hello, pin)
        await finish_deletions(client, pin.glasses, self._pending, self.ledger, self._problems.notify)
        if pin.owner_key != self._owner.public:
            await self._keys.take(client, pin, self._link.pins.all())
        if pin.owner_key == self._owner.public:
            self._background.start(self.sync())

    def _on_answer(self, answered: ConsentRecord) -> None:
        """An answer counts at once: a no to sharing ends what leaves, the glasses hear of the voice's where they are
        connected, and otherwise at the next session."""
        if self.sharing.ruled_out:
            self.sharing.stop_leaving("never")
        self._by_voice.answers_changed()
        self._shelves.answers_changed()
        if answered.question in VOICE_QUESTIONS and self.connection.state is ConnectionState.CONNECTED:
            self._background.start(self._tell_voice())

    async def _tell_voice(self) -> None:
        pin = self._link.pins.current
        if pin is not None:
            async with self._telling:  # two answers in a row: the later one must have the last word
                await self._deliver_voice(self.glasses, pin, None)

    def _on_event(self, event: Event) -> None:
        if self._taking.claims(event):
            return
        if isinstance(event, Captured):
            self._background.start(self._bring(event))
        elif isinstance(event, Refusal):
            self._refusals.notify(event)
        elif isinstance(event, RecordingChanged):
            self._recordings.notify(event)
        elif isinstance(event, VoiceChanged):
            self._held_settings = {**self._held_settings, "voice": event.voice}
        elif isinstance(event, QuestionBegan | QuestionEnded):
            self._listens.notify(isinstance(event, QuestionBegan))
            self._by_voice.hear(event)
        else:
            self._notices.notify(event)

    async def _bring(self, captured: Captured) -> None:
        await self._taking.bring(captured, self._owned())
