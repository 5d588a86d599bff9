"""The app against the real firmware on the virtual board and radio: what the peer in memory cannot vouch for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from plainsight import wire

from companion_app.link.connection import ConnectionState
from companion_app.link.errors import GlassesRefused
from host_tools.bench.rig import Rig, connected

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(120)]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """Provisioned, paired and connected over the paced profile of a phone."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected("phone_30ms"))


async def test_capture_drop_resume_delete_and_journal(rig: Rig) -> None:
    """One board is started once, so the steps of its life stand in one test."""
    app, world = rig.companion, rig.simulator.world

    picture = await app.capture()
    taken = [exposure.sha256 for exposure in world.exposures]
    assert hashlib.sha256(picture.read()).hexdigest() in taken
    assert picture.light["verdict"] == "proven"

    rig.simulator.radio.drop_after(20_000)
    second = await app.capture()
    assert hashlib.sha256(second.read()).hexdigest() in [exposure.sha256 for exposure in world.exposures]
    info = app.link_info()
    assert info["resumed"] == 1
    assert info["bytes_sent_twice"] <= wire.DEFAULT_WINDOW
    assert app.connection.state is ConnectionState.CONNECTED

    world.led.cut()
    with pytest.raises(GlassesRefused) as raised:
        await app.capture()
    assert raised.value.code == "light_unseen"
    world.led.mend()

    await app.delete(picture)
    assert [item.id for item in await app.glasses.items()] == [second.item]

    await app.disconnect()
    await app.connect()
    assert app.journal_verdict is not None
    assert app.journal_verdict.intact
    lines = [json.loads(line) for line in await app.glasses.journal(0, 1000)]
    commits = [data["commit"] for _, _, kind, data in lines if kind == "exposure"]
    assert commits == [picture.commitment, second.commitment]
    assert [kind for _, _, kind, _ in lines].count("countersign") >= 2
    consents = [data["consent"] for _, _, kind, data in lines if kind == "settings"]
    assert set(consents) <= {entry.hash for entry in app.ledger.entries()}
    assert app.ledger.verify().intact


@pytest.mark.parametrize("direction", ["down", "up"])
async def test_the_link_moves_a_pattern_whole(rig: Rig, direction: str) -> None:
    assert (await rig.companion.glasses.link_test(direction, 100_000)).size == 100_000
