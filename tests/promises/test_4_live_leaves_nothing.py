"""Promise 4 for a phone that looks live: what it saw never touched the flash, however the session ended."""

from __future__ import annotations

import json

import pytest

from tests.promises.rig import Home, worn
from tests.promises.test_4_lost_glasses_show_nothing import Finder, note_frames

pytestmark = [pytest.mark.promise(4), pytest.mark.simulated]


async def test_nothing_of_a_live_session_is_on_the_flash(home: Home) -> None:
    """One that ended well, and one in whose midst the power went."""
    async with worn(home, connect=True) as both:
        frames = note_frames(both.world)
        async with both.app.live_frames(60) as whole:
            for _ in range(2):
                await whole.next()
        async with both.app.live_frames(60) as cut:
            await cut.next()
            await both.sim.board.kill()
        assert [view.ended.result().reason for view in (whole, cut)] == ["app", "link"]
        assert len(frames) >= 3
        await Finder(both, frames).finds_nothing()
        raw, files = home.flash.read_bytes(), await both.files()
        for view in (whole, cut):
            assert bytes.fromhex(view.begun.salt) not in raw
            assert view.begun.salt.encode() not in raw
        assert [path for path in files if path.startswith("media/0")] == []
        lines = [json.loads(line) for line in files["journal/00000000.log"].splitlines()]
        assert [data["state"] for _, _, kind, data in lines if kind == "live"] == ["begun", "ended", "begun"]
