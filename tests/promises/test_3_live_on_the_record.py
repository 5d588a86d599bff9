"""Promise 3 for a phone that looks live: both ends stand in the journal, and the phone holds what came to it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable

import pytest

from companion_app.link.errors import GlassesRefused
from companion_app.link.events import LiveEnded
from companion_app.link.live import LiveFrame, LiveView
from tests.promises.rig import Home, Worn, tap, until, worn
from tests.promises.test_1_no_light_no_clip import records_of

pytestmark = [pytest.mark.promise(3), pytest.mark.simulated]


def digest(salt: str, frames: list[LiveFrame]) -> str:
    """What docs/protocol.md says of the chain, computed from the pictures that came."""
    key = bytes.fromhex(salt)
    link = hmac.digest(key, b"plainsight-live-v1", "sha256")
    for frame in frames:
        link = hmac.digest(key, link + hashlib.sha256(frame.jpeg).digest(), "sha256")
    return link.hex()


async def by_button(both: Worn) -> None:
    tap(both.world)


async def by_app(both: Worn) -> None:
    assert await both.app.stop() == "live"


async def by_loss(both: Worn) -> None:
    both.sim.radio.drop()


async def look(both: Worn, act: Callable[[Worn], Awaitable[None]]) -> tuple[LiveView, list[LiveFrame]]:
    """A live session that `act` ends, and what came of it."""
    async with both.app.live_frames(60, "qvga") as view:
        frames = [await view.next() for _ in range(2)]
        assert (await both.app.status()).recording == "live"
        with pytest.raises(GlassesRefused, match="busy"):
            await both.app.capture()
        await act(both)
        async for frame in view:  # until they say that it is over
            frames.append(frame)
    return view, frames


async def test_both_ends_are_on_both_records_whoever_ends_it(home: Home) -> None:
    async with worn(home, connect=True) as both:
        told: list[LiveEnded] = []
        both.app.on_notice(lambda notice: told.append(notice) if isinstance(notice, LiveEnded) else None)
        views: list[LiveView] = []
        for act, reason in ((by_button, "button"), (by_app, "app")):
            view, frames = await look(both, act)
            views.append(view)
            end = view.ended.result()
            assert (end.reason, end.frames, end.agrees) == (reason, len(frames), True)
            assert (told[-1].reason, told[-1].record) == (reason, end.record)
            journal = await both.journal()
            asked = {"phone": 1, "seconds": 60, "size": "qvga", "trigger": "app"}
            assert journal[view.begun.record] == ("live", {"state": "begun", "level": "optical", **asked})
            left = {"frames": len(frames), "digest": digest(view.begun.salt, frames), "verdict": "proven"}
            assert end.digest == left["digest"]
            assert journal[end.record or 0] == ("live", {"state": "ended", "reason": reason, **left})

        lost, frames = await look(both, by_loss)
        assert lost.ended.result().agrees is None
        await until(lambda: not both.world.camera.running and not both.world.led.commanded, "light and camera are off")
        await both.app.connect()
        *_, ended = await records_of(both, "live")
        assert (ended["reason"], ended["frames"]) == ("link", len(frames))
        assert ended["digest"] == digest(lost.begun.salt, frames)

        ledger = [entry.data for entry in both.app.ledger.entries() if entry.kind == "live"]
        assert [data["record"] for data in ledger if data["state"] == "begun"] == [
            view.begun.record for view in (*views, lost)
        ]
        assert [(data["reason"], data["agrees"]) for data in ledger if data["state"] == "ended"] == [
            ("button", True),
            ("app", True),
            ("link", None),
        ]
        assert await both.app.items() == []
        assert [data["reason"] for data in await records_of(both, "refusal")] == ["busy"] * 3
