"""Fixtures of promise 2: a real ledger, a real photograph, a clock in hand, recipients with TLS on loopback."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib
import pytest
import trustme

from companion_app.assistant.answer import Facts, LocalAnswer
from companion_app.ledger import Ledger
from companion_app.redaction import Kind, Plan, Verified
from companion_app.sharing import OpenAICompatible, Proposal, Receipt, Sharing
from companion_app.sharing.endpoints.local import LocalEndpoint
from companion_app.sharing.upload import Limits
from tests.app.redaction import scripted
from tests.app.sharing.recipient import Recipient
from tests.app.vaults import ledger_in, room

PHOTOGRAPH = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
NOON_S = 1_790_000_000
FACE = scripted.seen(Kind.FACE, 160, 80, 320, 280)


@dataclass
class Picture:
    """A gallery picture, as far as sharing looks at it."""

    id: str
    path: Path
    sha256: str
    commitment: str = "c0" * 32

    def read(self) -> bytes:
        """The file."""
        return self.path.read_bytes()


@dataclass
class Clock:
    """Seconds that only a test moves."""

    now_s: float = NOON_S

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Echo:
    """A stand-in for the assistant that keeps what it was asked."""

    asked: list[tuple[bytes, str]] = field(default_factory=list)

    def answer(self, jpeg: bytes, question: str) -> LocalAnswer:
        self.asked.append((jpeg, question))
        return LocalAnswer("An answer from here.", Facts())


@dataclass
class App:
    """One app with its ledger, and short words for the usual acts."""

    folder: Path
    sharing: Sharing
    ledger: Ledger
    clock: Clock
    steady: Clock
    echo: Echo
    picture: Picture

    def propose(self, endpoint_id: str = "local", question: str = "What is this?") -> Proposal:
        verified = None if endpoint_id == "local" else self.redact()
        return self.sharing.propose(self.picture, endpoint_id, question, verified)

    def redact(self) -> Verified:
        look = self.sharing.redactor.look(self.picture.path.read_bytes())
        return self.sharing.redactor.redact(look, Plan.all_masked(look))

    def agree(self, proposal: Proposal, **changed: str) -> Receipt:
        named = {
            "recipient": proposal.card.recipient,
            "purpose": proposal.purpose,
            "terms_sha256": proposal.card.terms_sha256,
            "picture_sha256": proposal.sha256,
        }
        return self.sharing.agree(proposal, **{**named, **changed})

    def agreed(self, endpoint_id: str = "local", question: str = "What is this?") -> Receipt:
        return self.agree(self.propose(endpoint_id, question))

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.ledger.entries()]

    def endings(self) -> list[str]:
        return [entry.data["outcome"] for entry in self.ledger.entries() if entry.kind == "share_ended"]


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    path = tmp_path / "photo.jpg"
    shutil.copy(PHOTOGRAPH, path)
    return Picture("p1", path, hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def app(tmp_path: Path, picture: Picture, ca_file: Path) -> App:
    clock, steady, echo = Clock(), Clock(1000.0), Echo()
    ledger = ledger_in(tmp_path, clock=clock)
    # The whole upload is bounded well below the test's own time limit, well above what a busy machine needs.
    sharing = Sharing(
        room(tmp_path / "sharing"),
        ledger,
        local=LocalEndpoint(echo),
        redactor=scripted.redactor(FACE),
        now_s=clock,
        steady_s=steady,
        ca_file=ca_file,
        limits=Limits(deadline_s=20, silence_s=20, answer_bytes=20_000),
    )
    return App(tmp_path, sharing, ledger, clock, steady, echo, picture)


@pytest.fixture
async def recipients(authority: trustme.CA) -> AsyncIterator[Callable[..., Awaitable[Recipient]]]:
    """Makes recipients whose certificates `ca_file` vouches for, and stops them afterwards."""
    started: list[Recipient] = []

    async def make(host: str = "127.0.0.1", port: int = 0, **settings: object) -> Recipient:
        recipient = Recipient(**{"authority": authority, **settings})  # type: ignore[arg-type]
        started.append(recipient)
        return await recipient.start(host, port)

    yield make
    for recipient in started:
        await recipient.stop()


@pytest.fixture
async def recipient(recipients: Callable[..., Awaitable[Recipient]], app: App) -> Recipient:
    """A recipient that the app knows under the id in `endpoint_id`."""
    made = await recipients()
    app.sharing.add(OpenAICompatible(made.url, "test-model", "sk-test"))
    return made


@pytest.fixture
def endpoint_id(recipient: Recipient) -> str:
    return f"openai-compatible:{recipient.url}/chat/completions"
