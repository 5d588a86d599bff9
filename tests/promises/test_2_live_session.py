"""Promise 2 and 3 for a live session, whole: virtual glasses, their frames, redaction, a cloud, and the word "stop"."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from companion_app.companion import Companion
from companion_app.sharing.live import LiveSession, SessionReceipt, merkle
from companion_app.speech import Sentences, Speaker
from tests.app.live.views import frame
from tests.app.sharing.conftest import authority as authority
from tests.app.sharing.conftest import ca_file as ca_file
from tests.clouds import shapes
from tests.clouds.cloud import Cloud
from tests.clouds.conftest import MakeCloud
from tests.clouds.conftest import clouds as clouds
from tests.clouds.dialects import ANTHROPIC, OPENAI
from tests.clouds.manners import never_reads, stalls_after
from tests.promises.rig import Home, Worn, until, worn
from tests.speaking import STOP, allow_listening, say

pytestmark = [pytest.mark.promise(2), pytest.mark.simulated]

QUESTION = "What hangs in this closet?"


class Ear:
    """A voice that keeps what it says."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def hush(self) -> None:
        pass


def agree(app: Companion, cloud: Cloud, seconds: int = 60) -> SessionReceipt:
    card = app.sharing.add(cloud.dialect.endpoint(cloud.origin))
    proposal = app.sharing.live.propose(card.id, QUESTION, seconds)
    return app.sharing.live.agree(
        proposal,
        recipient=card.recipient,
        purpose=proposal.purpose,
        terms_sha256=card.terms_sha256,
        seconds=seconds,
    )


def show(both: Worn, folder: Path, **view: Any) -> None:
    path = folder / "scene.jpg"
    path.write_bytes(frame(**view))
    both.world.show(path)


def ending(app: Companion) -> dict[str, Any]:
    return next(entry.data for entry in reversed(app.ledger.entries()) if entry.kind == "share_ended")


def log_of(app: Companion, session: LiveSession) -> list[dict[str, Any]]:
    """The session's log, after the ledger's root was proven to be its own."""
    lines = app.sharing.live.lines_of(session.receipt.id)
    assert ending(app)["live"]["root"] == merkle.root([merkle.leaf_hash(line) for line in lines]).hex()
    return [json.loads(line) for line in lines]


def spoken_of(answer: str) -> list[str]:
    sentences = Sentences()
    return [*sentences.feed(answer), *sentences.end()]


def ended(session: LiveSession, reason: str) -> Callable[[], bool]:
    return lambda: session.state.ended == reason


async def test_from_the_glasses_to_a_spoken_answer_until_the_wearer_says_stop_and_once_more_until_a_tap(
    home: Home, tmp_path: Path, ca_file: Path, clouds: MakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAINSIGHT_CA_FILE", str(ca_file))
    cloud, slow = await clouds(ANTHROPIC), await clouds(OPENAI, stalls_after(lambda dialect: dialect.cut_stream))
    async with worn(home, connect=True) as both:
        await allow_listening(both)
        show(both, tmp_path)
        ear, pieces = Ear(), list[str]()
        session = both.app.start_live(agree(both.app, cloud), speaker=Speaker(ear))
        session.observe(lambda state: pieces.append(state.answer))
        await until(lambda: session.state.sent == 1, "the first view is asked about")
        show(both, tmp_path, left=500, top=700)
        await until(lambda: session.state.sent == 2, "the second view is asked about")
        await say(both, STOP, ended(session, "keyword"), "the wearer's stop has ended it")
        await until(lambda: both.app.sharing.live.running is None, "it is on record")
        assert not both.world.camera.running
        assert not both.world.led.commanded

        assert len({*pieces}) > 3, "the answer streams"
        assert ear.said == [*spoken_of(shapes.TEXT)] * 2
        framed = [record for record in log_of(both.app, session) if record["record"] == "frame"]
        left = [hashlib.sha256(picture).hexdigest() for picture, _ in cloud.asked]
        assert [record["sha256"] for record in framed] == left
        assert [question for _, question in cloud.asked] == [QUESTION] * 2
        assert all(record["light"] == {"level": "optical", "verdict": "proven"} for record in framed)
        exposed = {exposure.sha256 for exposure in both.world.exposures}
        assert not exposed & set(left), "no frame left as it was taken"
        ended_there = [data for kind, data in await both.journal() if kind == "live" and data["state"] == "ended"]
        glasses = ending(both.app)["live"]["glasses"]
        assert (glasses["reason"], glasses["agrees"]) == ("keyword", True)
        assert (ended_there[0]["frames"], ended_there[0]["digest"]) == (glasses["frames"], glasses["digest"])

        again = both.app.start_live(agree(both.app, slow))
        await until(lambda: again.state.answer != "", "an answer has begun, and goes on for ever")
        again.stop("tap")
        await until(lambda: both.app.sharing.live.running is None, "it is over")
        await until(lambda: not both.world.led.commanded, "the light is out")
        assert slow.connections == 1
        assert [record["outcome"] for record in log_of(both.app, again) if record["record"] == "ended"] == ["sent"]
        assert ending(both.app)["reason"] == "tap"
        assert both.world.exposures_in_dark == 0
        assert both.app.ledger.verify().intact
        assert cloud.connections == 2


async def test_glasses_that_refuse_end_the_session_before_anything_was_seen(
    home: Home, ca_file: Path, clouds: MakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAINSIGHT_CA_FILE", str(ca_file))
    cloud = await clouds(OPENAI)
    async with worn(home, connect=True) as both:
        problems: list[object] = []
        both.app.on_problem(problems.append)
        both.world.led.cut()
        session = both.app.start_live(agree(both.app, cloud))
        await until(lambda: both.app.sharing.live.running is None, "it is over")
        assert session.state.ended == "GlassesRefused"
        assert len(problems) == 1
        assert ending(both.app)["outcome"] == "failed before sending"
        assert cloud.connections == 0
        both.world.led.mend()
        session = both.app.start_live(agree(both.app, cloud))
        session.stop("tap")
        await until(lambda: both.app.sharing.live.running is None, "it is over")
        assert cloud.connections == 0


async def test_an_app_that_is_closed_ends_the_session_with_it(
    home: Home, ca_file: Path, clouds: MakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAINSIGHT_CA_FILE", str(ca_file))
    cloud = await clouds(OPENAI, never_reads)
    async with worn(home, connect=True) as both:
        session = both.app.start_live(agree(both.app, cloud))
        await until(lambda: cloud.connections == 1, "a frame is under way")
        await both.app.close()
        assert session.state.ended == "cancelled"
        assert ending(both.app)["reason"] == "cancelled"
        assert log_of(both.app, session)[-1]["record"] == "ended"
        await until(lambda: not both.world.led.commanded, "the light is out")
