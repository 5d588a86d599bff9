"""A companion whose glasses are scripted; connection state, onboarding, ledger and sharing are the real ones."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from companion_app.assistant.history import History
from companion_app.background import Background
from companion_app.companion import Companion
from companion_app.control.asking import Asked
from companion_app.control.names import GlassesNames
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.gallery.picture import thumb_name
from companion_app.keys.phone import load_phone_identity
from companion_app.library import open_library
from companion_app.link.answers import Hello
from companion_app.link.connection import Connection, ConnectionState, Reason
from companion_app.link.pins import Pin
from companion_app.observers import Observers
from companion_app.onboarding import Onboarding
from companion_app.onboarding.confirmation import Confirmation, confirmation
from companion_app.redaction import Kind, Redactor
from companion_app.sharing import Sharing
from companion_app.sharing.address import parse
from companion_app.sharing.cards import LOCAL, EndpointCard, for_address
from companion_app.sharing.endpoints.endpoint import Ask, Heard, Post, Reply
from companion_app.sharing.outcome import Progress
from tests.app.live.rig import ScriptedView
from tests.app.redaction.scripted import Script, seen
from tests.app.ui.fake_glasses import FakeGlasses
from tests.app.ui.fake_shelves import FakeKeeping, FakeShelves, Lookups
from tests.app.vaults import ledger_in, room, vault_in

# What the first look finds in `photograph()`: the sign, and faces and a card where only their places matter.
SHOWN = (
    seen(Kind.TEXT, 384, 192, 560, 272),
    seen(Kind.FACE, 64, 208, 144, 304),
    seen(Kind.FACE, 200, 224, 240, 272),
    seen(Kind.CARD, 304, 384, 416, 448),
)
PROVEN = {"level": "optical", "verdict": "proven", "evidence": {"pulses": 512}}
UNPROVEN = {"level": "software", "verdict": "unproven", "evidence": {}}


class GlassesSaidNo(AppError):
    """The glasses refused with a code of the wire."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Refusal:
    """A trigger that the glasses refused."""

    reason: str
    trigger: str = "button"
    detail: Mapping[str, Any] = field(default_factory=dict)


class FakeEndpoint:
    """Answers with `text`; `asked` holds every question that reached it; tells `pieces`, then waits for `gate`."""

    def __init__(self, card: EndpointCard, text: str = "The sign says NORTH PIER.") -> None:
        self.card = card
        self.text = text
        self.asked: list[tuple[bytes, str]] = []
        self.pieces: tuple[str, ...] = ()
        self.gate: asyncio.Event | None = None
        self.error: AppError | None = None

    async def ask(self, ask: Ask, post: Post, heard: Heard) -> Reply:
        self.asked.append((ask.jpeg, ask.question))
        if not self.card.stays_here:
            self._note_arrival(post)
        for piece in self.pieces:
            heard(piece)
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        heard(self.text)
        return Reply(self.text, self.card.recipient)

    def _note_arrival(self, post: Post) -> None:
        """There is no network here: the outbox is told what a real upload that was answered would tell it."""
        progress: Progress = post.__self__.progress  # type: ignore[attr-defined]
        if self.error is None:
            progress.begin()
            progress.whole_body_written, progress.status = True, 200


def photograph(number: int = 1) -> bytes:
    """A small JPEG that looks like something: a pier under a sky, with its number on a sign."""
    image = Image.new("RGB", (640, 480))
    draw = ImageDraw.Draw(image)
    for row in range(480):
        draw.line((0, row, 640, row), fill=(90 + row // 6, 140 + row // 8, 200 - row // 10))
    draw.rectangle((0, 330, 640, 480), fill=(70, 92, 84))
    draw.polygon([(250, 480), (310, 330), (330, 330), (420, 480)], fill=(140, 112, 80))
    draw.rectangle((380, 190, 560, 270), fill=(245, 240, 225), outline=(40, 40, 40), width=4)
    draw.text((400, 212), f"NORTH PIER {number}", fill=(20, 20, 20), font_size=24)
    draw.rectangle((465, 270, 475, 360), fill=(60, 50, 40))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


class FakeFiles:
    """Media by name, in a folder and in the clear: what a test changes there is what is read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def path(self, name: str) -> Path:
        return self.folder / name


class FakeGallery(Lookups):
    """Pictures in memory, files on disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.files = FakeFiles(folder)
        self.kept: list[Picture] = []

    def pictures(self) -> list[Picture]:
        return list(reversed(self.kept))

    def add(self, jpeg: bytes, light: dict[str, Any], time_s: int, **clip: Any) -> Picture:
        number = len(self.kept) + 1
        identity = f"picture-{number}"
        self.files.folder.mkdir(parents=True, exist_ok=True)
        self.files.path(identity).write_bytes(jpeg)
        if clip:
            self.files.path(thumb_name(identity)).write_bytes(jpeg)
            clip["thumb_sha256"] = hashlib.sha256(jpeg).hexdigest()
        picture = Picture(
            id=identity, files=self.files, sha256=hashlib.sha256(jpeg).hexdigest(), time_s=time_s, trigger="app",
            light=light, bytes=len(jpeg), salt="00" * 16, item=number, glasses="aa" * 32, sealed_sha256="bb" * 32,
            **clip,
        )  # fmt: skip
        self.kept.append(picture)
        self.tell_added(picture)
        return picture


def hello(mode: str) -> Hello:
    """What glasses say of themselves."""
    return Hello(
        version=1, board="fake", firmware="0.1.0", mode=mode, level="optical", phone=1, battery_mv=3900,
        settings={"voice": "off"}, journal_first=0, journal_first_head="00" * 32, journal_count=1,
        journal_head="00" * 32, crashes=0,
    )  # fmt: skip


class FakeCompanion(FakeGlasses, FakeKeeping, Companion):
    """Set `light`, `capture_error`, `pair_error`, `connect_error` and the gates before acting."""

    def __init__(self, folder: Path, now_s: Callable[[], float]) -> None:
        super().__init__()
        self._held_settings: dict[str, Any] = {}
        self.vault = vault_in(folder)
        self.now_s = now_s
        self.connection = Connection()
        self.ledger = ledger_in(folder, now_s)
        self.gallery = FakeGallery(folder / "pictures")
        self.local = FakeEndpoint(LOCAL)
        self.remote = FakeEndpoint(for_address(parse("https://api.openai.com/v1")))
        self.sight = Script(SHOWN)
        self.sharing = Sharing(
            room(folder / "sharing"),
            self.ledger,
            local=self.local,
            endpoints=[self.remote],
            now_s=now_s,
            redactor=Redactor(self.sight),
        )
        self.onboarding = Onboarding(self.ledger, self.sharing.endpoints.set_region, now_s)
        library = open_library(folder / "library", self.vault)
        questions = room(folder / "questions")
        self._questions = History(library, questions, self.ledger, self.onboarding.retention, now_s)
        self._shelves = FakeShelves(self.gallery, library, self.ledger, self.sharing, folder)
        self.identity = load_phone_identity(room(folder / "keys"))
        self.light: dict[str, Any] = PROVEN
        self.pair_error: AppError | None = None
        self.connect_error: AppError | None = None
        self.capture_error: AppError | None = None
        self.gate: asyncio.Event | None = None
        self.codes: list[tuple[str, str]] = []
        self.captures = 0
        self._paired = False
        self.pins: tuple[Pin, ...] = ()
        self.names = GlassesNames(room(folder / "keys"))
        self._pictures: Observers[Picture] = Observers()
        self._refusals: Observers[Any] = Observers()
        self._problems: Observers[AppError] = Observers()
        self.asked: Observers[Asked] = Observers()
        self._background = Background(self._problems.notify)
        self.view: ScriptedView | None = None
        self.journal_verdict = None
        self.said_hello: Hello | None = None

    @property
    def glasses_id(self) -> str:
        return self.pins[-1].glasses if self.pins else "aa" * 8

    @property
    def opens_pictures(self) -> bool:
        return True

    def confirmation(self, question: str) -> Confirmation:
        return confirmation(self.onboarding, self.ledger, question, self.glasses_id if self._paired else None)

    @property
    def history(self) -> History:
        return self._questions

    @property
    def paired(self) -> bool:
        return self._paired

    @asynccontextmanager
    async def live_frames(self, seconds: int, size: str = "vga") -> AsyncGenerator[ScriptedView]:
        """What the glasses see is what a test puts into `view`."""
        self.looked_for = (seconds, size)
        self.view = ScriptedView()
        yield self.view

    async def end_background(self) -> None:
        """End what runs by itself, as closing the app does."""
        await self._background.close()

    @property
    def hello(self) -> Hello | None:
        return self.said_hello

    def on_asked(self, callback: Callable[[Asked], None]) -> Callable[[], None]:
        return self.asked.add(callback)

    @property
    def all_glasses(self) -> tuple[Pin, ...]:
        return self.pins

    def be_paired(self) -> None:
        self._paired = True

    async def pair(self, code: str, name: str) -> None:
        self.codes.append((code, name))
        self.connection.become(ConnectionState.SEARCHING, Reason.ASKED)
        await self._wait()
        if self.pair_error is not None:
            self.connection.become(ConnectionState.DISCONNECTED, Reason.PAIRING_REFUSED)
            raise self.pair_error
        self._climb()
        self._paired = True

    async def connect(self) -> None:
        self.connection.become(ConnectionState.SEARCHING, Reason.ASKED)
        await self._wait()
        if self.connect_error is not None:
            self.connection.become(ConnectionState.DISCONNECTED, Reason.NOT_FOUND)
            raise self.connect_error
        self._climb()

    async def capture(self) -> Picture:
        self.captures += 1
        await self._wait()
        if self.capture_error is not None:
            raise self.capture_error
        return self.arrive()

    def arrive(self) -> Picture:
        """A picture arrives, however it was triggered."""
        picture = self.gallery.add(photograph(len(self.gallery.kept) + 1), self.light, int(self.now_s()))
        self._pictures.notify(picture)
        return picture

    def arrive_clip(self, **clip: Any) -> Picture:
        """A clip arrives; `clip` replaces what is said of it."""
        said: dict[str, Any] = {"kind": "clip", "frames": 87, "duration_ms": 12_340, **clip}
        picture = self.gallery.add(photograph(len(self.gallery.kept) + 1), self.light, int(self.now_s()), **said)
        self._pictures.notify(picture)
        return picture

    def refuse(self, code: str) -> None:
        """The glasses refused a press of their button."""
        self._refusals.notify(Refusal(code))

    def become_connected(self) -> None:
        self.connection.become(ConnectionState.SEARCHING, Reason.ASKED)
        self._climb()

    def lose_link(self) -> None:
        self.connection.become(ConnectionState.DISCONNECTED, Reason.LINK_LOST)

    def on_picture(self, callback: Callable[[Picture], None]) -> Callable[[], None]:
        return self._pictures.add(callback)

    def on_refusal(self, callback: Callable[[Any], None]) -> Callable[[], None]:
        return self._refusals.add(callback)

    def on_problem(self, callback: Callable[[AppError], None]) -> Callable[[], None]:
        return self._problems.add(callback)

    def fail_unasked(self, error: AppError) -> None:
        """Something failed that nobody waits for."""
        self._problems.notify(error)

    async def _wait(self) -> None:
        if self.gate is not None:
            await self.gate.wait()

    def _climb(self) -> None:
        self.connection.become(ConnectionState.CONNECTING, Reason.FOUND)
        self.connection.become(ConnectionState.SECURING, Reason.LINKED)
        self.connection.become(ConnectionState.CONNECTED, Reason.READY)
