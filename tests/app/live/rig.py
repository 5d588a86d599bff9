"""A live session in a test's hands: its clock, what it sees, who answers, and words for the usual acts."""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from companion_app.ledger import Ledger
from companion_app.redaction import Kind, Redactor
from companion_app.sharing import OpenAICompatible, Sharing
from companion_app.sharing.endpoints.local import LocalEndpoint
from companion_app.sharing.live import merkle
from companion_app.sharing.live.rules import SessionReceipt
from companion_app.sharing.live.session import LiveSession
from companion_app.sharing.upload import Limits
from tests.app.redaction import scripted
from tests.app.sharing.conftest import NOON_S, Echo
from tests.app.sharing.recipient import Recipient
from tests.app.vaults import OpenedLines, ledger_in, opened_log, room
from tests.app.waiting import until

QUESTION = "What hangs in this closet?"
FACE = scripted.seen(Kind.FACE, 64, 64, 128, 128)


@dataclass
class Hands:
    """Both clocks; only a test moves them, and whoever sleeps wakes when his time has come."""

    wall_s: float = NOON_S
    steady_s: float = 1000.0
    _sleepers: list[tuple[float, asyncio.Future[None]]] = field(default_factory=list)

    def advance(self, seconds: float) -> None:
        self.wall_s += seconds
        self.steady_s += seconds
        for until_s, sleeper in self._sleepers:
            if until_s <= self.steady_s and not sleeper.done():
                sleeper.set_result(None)
        self._sleepers = [row for row in self._sleepers if not row[1].done()]

    async def sleep(self, seconds: float) -> None:
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.steady_s + seconds, sleeper))
        await sleeper


@dataclass(frozen=True)
class Frame:
    """An exposure as the glasses hand it over."""

    jpeg: bytes
    seq: int
    time_ms: int
    light: dict[str, Any]
    sha256: str


@dataclass(frozen=True)
class End:
    """The glasses' last word."""

    reason: str
    frames: int | None = 3
    digest: str | None = "d1" * 32
    record: int | None = 17
    agrees: bool | None = True


class ScriptedView:
    """Gives the frames that a test puts in, one each time somebody asks; `asked` counts how often somebody did."""

    def __init__(self) -> None:
        self.ended: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        self.asked = 0
        self._frames: deque[Frame] = deque()
        self._news = asyncio.Event()
        self._given = 0

    def show(self, jpeg: bytes, verdict: str = "proven", level: str = "optical") -> Frame:
        self._given += 1
        light = {"level": level, "verdict": verdict, "evidence": {"pulses": 40}}
        frame = Frame(jpeg, self._given, 100 * self._given, light, hashlib.sha256(jpeg).hexdigest())
        self._frames.append(frame)
        self._news.set()
        return frame

    def end(self, reason: str) -> None:
        self.ended.set_result(End(reason))
        self._news.set()

    def __aiter__(self) -> ScriptedView:
        return self

    async def __anext__(self) -> Frame:
        self.asked += 1
        while not self._frames:
            if self.ended.done():
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._frames.popleft()


@dataclass
class Live:
    """One app, one recipient, and the session that a test begins."""

    folder: Path
    sharing: Sharing
    ledger: Ledger
    hands: Hands
    echo: Echo
    recipient: Recipient
    view: ScriptedView
    session: LiveSession | None = None
    task: asyncio.Task[None] | None = None

    @property
    def endpoint_id(self) -> str:
        return f"openai-compatible:{self.recipient.url}/chat/completions"

    def agreed(
        self, seconds: int = 60, endpoint_id: str | None = None, question: str = QUESTION, **rules: Any
    ) -> SessionReceipt:
        proposal = self.sharing.live.propose(endpoint_id or self.endpoint_id, question, seconds, **rules)
        return self.sharing.live.agree(
            proposal,
            recipient=proposal.card.recipient,
            purpose=proposal.purpose,
            terms_sha256=proposal.card.terms_sha256,
            seconds=seconds,
        )

    async def begin(self, receipt: SessionReceipt | None = None, **begin: Any) -> LiveSession:
        """A session that runs beside the test, until something ends it."""
        receipt = receipt or self.agreed()

        async def run() -> None:
            with self.sharing.live.begin(receipt, **begin) as session:
                self.session = session
                await session.run(self.view)

        self.task = asyncio.create_task(run())
        await until(lambda: self.view.asked or (self.task is not None and self.task.done()))
        assert self.session is not None
        return self.session

    async def over(self) -> str:
        """Wait for its end; returns the reason."""
        assert self.task is not None
        assert self.session is not None
        await self.task
        return self.session.state.ended or ""

    async def answered(self, number: int) -> None:
        """Wait until frame `number` has its answer."""
        await until(lambda: self.session is not None and self.session.state.sent >= number)

    @property
    def log_file(self) -> OpenedLines:
        assert self.session is not None
        return opened_log(self.folder, self.session.receipt.id)

    @property
    def beside_the_log(self) -> str:
        """What the names of the session's files begin with."""
        return self.log_file.name.removesuffix("frames.jsonl")

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.ledger.entries()]

    def ending(self) -> dict[str, Any]:
        """What the ledger says at the end, with the root proven to be the log's."""
        entry = self.ledger.entries()[-1]
        assert entry.kind == "share_ended"
        leaves = [merkle.leaf_hash(line) for line in self.log_file.read_bytes().splitlines()]
        assert entry.data["live"]["root"] == merkle.root(leaves).hex()
        assert entry.data["live"]["leaves"] == len(leaves)
        return entry.data


async def make_live(folder: Path, ca_file: Path, recipient: Recipient, redactor: Redactor | None = None) -> Live:
    """An app that knows the recipient, with a redactor that finds one face unless another is given."""
    hands, echo = Hands(), Echo()
    ledger = ledger_in(folder, clock=lambda: hands.wall_s)
    sharing = Sharing(
        room(folder / "sharing"),
        ledger,
        local=LocalEndpoint(echo),
        redactor=redactor or scripted.redactor(FACE),
        now_s=lambda: hands.wall_s,
        steady_s=lambda: hands.steady_s,
        sleep=hands.sleep,
        ca_file=ca_file,
        limits=Limits(deadline_s=60, silence_s=60, answer_bytes=20_000),
    )
    sharing.add(OpenAICompatible(recipient.url, "test-model", "sk-test"))
    return Live(folder, sharing, ledger, hands, echo, recipient, ScriptedView())


MakeLive = Callable[..., Awaitable[Live]]
