"""A phone and its in-memory glasses, joined without a radio: discovery and bearer are replaced, nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from companion_app.companion import Companion
from companion_app.keys.owner import load_owner_key
from companion_app.keys.phone import load_phone_identity
from companion_app.link import glasses_link, opening
from companion_app.link.errors import GlassesNotFound
from companion_app.rooms import Rooms
from tests.app.memory_link import End, make_link
from tests.app.peer import Peer
from tests.app.scripted_channel import Scripted
from tests.app.vaults import vault_in

TYPED_CODE = "AAAQEAYEAUDAOCAJBIFQYDIOB4"
_UNTIL_S = 10.0


@dataclass(frozen=True)
class Device:
    """What discovery returns."""

    address: str


@dataclass
class Air:
    """The radio's stand-in: which devices answer, and every link that was opened."""

    peers: dict[str, Peer] = field(default_factory=dict)
    links: list[End] = field(default_factory=list)
    drops: list[int] = field(default_factory=list)  # bytes after which the next links die, in turn
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def find(self, seconds: float, tried: frozenset[str]) -> Device:
        for address in self.peers:
            if address not in tried:
                self.found.append(address)
                return Device(address)
        raise GlassesNotFound(seconds, pairing=False)

    def open(self, device: Device) -> End:
        phone, glasses = make_link()
        if self.drops:
            glasses.drop_after = self.drops.pop(0)
        self.links.append(glasses)
        self.tasks.append(asyncio.create_task(self.peers[device.address].serve(glasses)))
        return phone


@pytest.fixture
async def air(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Air]:
    """Replaces discovery and the bearer."""
    air = Air()

    async def find_own(pair_key: bytes, seconds: float, tried: frozenset[str]) -> Device:
        return air.find(seconds, tried)

    async def find_pairing(seconds: float, tried: frozenset[str]) -> Device:
        return air.find(seconds, tried)

    async def open_bearer(device: Device) -> End:
        return air.open(device)

    monkeypatch.setattr(glasses_link, "find_own", find_own)
    monkeypatch.setattr(glasses_link, "find_pairing", find_pairing)
    monkeypatch.setattr(opening.BleBearer, "open", open_bearer)
    monkeypatch.setattr(glasses_link, "_FIRST_PAUSE_S", 0.001)
    yield air
    for task in air.tasks:
        task.cancel()
    results = await asyncio.gather(*air.tasks, return_exceptions=True)
    assert [one for one in results if isinstance(one, Exception)] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The app's folder."""
    return tmp_path / "app"


@pytest.fixture
def peer(folder: Path, air: Air) -> Peer:
    """Glasses that no phone is paired with, in reach, with their window open."""
    keys = Rooms(vault_in(folder)).keys
    load_owner_key(keys)
    peer = Peer(load_phone_identity(keys), paired=False)
    air.peers["glasses"] = peer
    return peer


@pytest.fixture
async def companion(folder: Path, air: Air) -> AsyncIterator[Companion]:
    """The app's services."""
    companion = await Companion.open(vault_in(folder))
    yield companion
    await companion.close()


@pytest.fixture
async def paired(companion: Companion, peer: Peer) -> Companion:
    """Paired with `peer` and connected."""
    await companion.pair(TYPED_CODE, "phone")
    return companion


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Wait until a condition holds; every turn of the loop looks again."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(_UNTIL_S):
            while not condition():  # noqa: ASYNC110 any condition at all can be waited for
                await asyncio.sleep(0.001)

    return wait


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    """A client on a channel that the test answers."""
    scripted = Scripted()
    yield scripted
    await scripted.client.close()
