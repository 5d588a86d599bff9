"""The pace of a live session: what the link brings, what choosing and redacting take, which of them is the limit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable

from companion_app.link.live import LiveFrame, LiveView
from companion_app.redaction import Redactor
from companion_app.sharing.cards import LOCAL
from companion_app.sharing.live.changes import ChangeSampler
from companion_app.sharing.live.preparing import redact
from companion_app.sharing.live.rules import Rules, make_rules
from companion_app.sharing.live.signature import signature
from host_tools.bench.rig import connected
from host_tools.bench.rows import Row, against

_SECONDS = 600
_SIZE = "vga"
_QUESTIONS = {"nothing kept": "What hangs in this closet?", "text kept": "What does the sign say?"}


async def session(profile: str, *, quick: bool) -> list[Row]:
    """Frames a second over the link, chosen, redacted, and in a row with the link bringing the next one meanwhile."""
    count = 4 if quick else 12
    async with connected(profile) as rig, rig.companion.live_frames(_SECONDS, _SIZE) as view:
        frames, link_s = await _timed(_pulled(view, count))
        _, choosing_s = await _timed(asyncio.to_thread(_choose, frames))
        # The card only says whether frames leave; what is measured here is the redaction for somebody else.
        rules = {name: make_rules(LOCAL, question, _SECONDS) for name, question in _QUESTIONS.items()}
        redactor = Redactor()
        redact(redactor, frames[0].jpeg, rules["text kept"])  # networks load at the first look
        times_s = {name: (await _timed(_redacted(redactor, frames, rule)))[1] for name, rule in rules.items()}
        _, both_s = await _timed(_in_a_row(view, redactor, rules["nothing kept"], count))
    link = Row(f"live frames over the link, {_SIZE}, {profile}", round(count / link_s, 3), "1/s")
    return [
        link,
        Row(f"bytes of such a frame, {profile}", round(sum(len(frame.jpeg) for frame in frames) / count), "bytes"),
        Row("choosing by change, a frame", round(choosing_s / count * 1000, 2), "ms", simulated=False),
        *(
            Row(f"redaction end to end, {_SIZE}, {name}", round(count / seconds, 3), "1/s", simulated=False)
            for name, seconds in times_s.items()
        ),
        against(f"frames pulled and redacted, {profile}", count / both_s, "1/s", link),
    ]


async def _timed(job: Awaitable[list[LiveFrame]]) -> tuple[list[LiveFrame], float]:
    """What comes of it, and the seconds it took."""
    begun_s = time.perf_counter()
    done = await job
    return done, time.perf_counter() - begun_s


async def _pulled(view: LiveView, count: int) -> list[LiveFrame]:
    return [await view.next() for _ in range(count)]


def _choose(frames: list[LiveFrame]) -> list[LiveFrame]:
    sampler = ChangeSampler()
    return [frame for frame in frames if sampler.chooses(signature(frame.jpeg))]


async def _redacted(redactor: Redactor, frames: list[LiveFrame], rules: Rules) -> list[LiveFrame]:
    for frame in frames:
        await asyncio.to_thread(redact, redactor, frame.jpeg, rules)
    return frames


async def _in_a_row(view: LiveView, redactor: Redactor, rules: Rules, count: int) -> list[LiveFrame]:
    """Each frame is redacted while the next one crosses the link: the pace of a session in which every view is new."""
    frames = [await view.next()]
    while len(frames) < count:
        work = asyncio.create_task(asyncio.to_thread(redact, redactor, frames[-1].jpeg, rules))
        frames.append(await view.next())
        await work
    await asyncio.to_thread(redact, redactor, frames[-1].jpeg, rules)
    return frames
