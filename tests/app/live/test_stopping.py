"""Enough is enough: whatever says so, in the middle of whatever, ends a session at once, and the record is right."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from companion_app.redaction import Kind
from companion_app.sharing.live import LiveState
from companion_app.speech import Speaker
from tests.app.live.rig import Live, MakeLive
from tests.app.live.views import frame
from tests.app.redaction import scripted
from tests.app.sharing.recipient import Exchange
from tests.app.waiting import until

pytestmark = pytest.mark.promise(2)

STOPS: dict[str, Callable[[Live], object]] = {
    "tap": lambda live: live.sharing.live.stop("tap"),
    "keyword": lambda live: live.view.end("keyword"),
    "link": lambda live: live.view.end("link"),
    "battery_low": lambda live: live.view.end("battery_low"),
    "light_lost": lambda live: live.view.end("light_lost"),
    "time": lambda live: live.hands.advance(60),
}


async def never(exchange: Exchange) -> None:
    """Reads everything and says nothing."""
    await exchange.read_request()
    await asyncio.Event().wait()


async def reads_nothing(_: Exchange) -> None:
    """TLS stands, and then nobody takes the body."""
    await asyncio.Event().wait()


@pytest.mark.parametrize("reason", STOPS)
async def test_it_ends_while_nothing_happens(live: Live, reason: str) -> None:
    await live.begin()
    STOPS[reason](live)
    assert await live.over() == reason
    assert live.ending()["reason"] == reason


@pytest.mark.parametrize("reason", STOPS)
async def test_it_ends_in_the_middle_of_an_upload_which_stands_as_unknown(make: MakeLive, reason: str) -> None:
    live = await make(manner=never)
    session = await live.begin()
    live.view.show(frame())
    await until(lambda: live.recipient.exchanges and live.recipient.exchanges[0].body)
    began_s = live.hands.steady_s

    STOPS[reason](live)

    assert await live.over() == reason
    assert live.hands.steady_s - began_s in (0, 60), "it must not wait for the recipient"
    assert live.ending()["outcome"] == "unknown: may have been sent"
    assert live.ending()["live"]["frames"] == {"unknown: may have been sent": 1}
    assert session.state.unknown == 1
    live.view.show(frame(left=500, top=700))
    assert live.recipient.connections == 1


async def test_an_upload_that_nobody_takes_does_not_hold_the_end_up(make: MakeLive) -> None:
    live = await make(manner=reads_nothing)
    await live.begin()
    live.view.show(frame())
    await until(lambda: live.recipient.exchanges)
    live.sharing.live.stop("tap")
    assert await live.over() == "tap"
    assert live.ending()["outcome"] in ("unknown: may have been sent", "failed before sending")


@pytest.mark.parametrize("reason", STOPS)
async def test_it_ends_in_the_middle_of_a_redaction_and_nothing_of_that_frame_leaves(
    make: MakeLive, reason: str
) -> None:
    looking, go_on = threading.Event(), threading.Event()

    def slow(_: object) -> list[scripted.Seen]:
        looking.set()
        go_on.wait()
        return []

    live = await make(redactor=scripted.redactor(scripted.seen(Kind.FACE, 0, 0, 64, 64), again=slow))
    await live.begin()
    live.view.show(frame())
    await until(looking.is_set)

    STOPS[reason](live)

    assert await live.over() == reason
    go_on.set()
    assert live.ending()["outcome"] == "failed before sending"
    assert live.recipient.connections == 0


async def test_a_frame_that_is_ready_when_the_time_is_up_does_not_leave(make: MakeLive) -> None:
    """The door itself looks at the clock: nobody has to have noticed the end yet."""
    live = await make()

    def late(_: object) -> list[scripted.Seen]:
        live.hands.wall_s += 60  # nobody who sleeps is woken
        return []

    live.sharing._redactor = scripted.redactor(again=late)
    await live.begin()
    live.view.show(frame())
    assert await live.over() == "SessionOver"
    assert live.recipient.connections == 0


@pytest.mark.parametrize(("jump_s", "left_s"), [(-86_400, 50), (3600, 0)], ids=["set back", "set forward"])
async def test_a_wall_clock_that_is_set_never_prolongs_it(live: Live, jump_s: float, left_s: float) -> None:
    session = await live.begin()
    live.hands.advance(10)
    live.hands.wall_s += jump_s
    assert session.state.left_s == left_s
    live.hands.advance(left_s)
    assert await live.over() == "time"


async def test_cancelled_from_outside_it_is_over_and_on_record(make: MakeLive) -> None:
    live = await make(manner=never)
    await live.begin()
    live.view.show(frame())
    await until(lambda: live.recipient.exchanges and live.recipient.exchanges[0].body)
    assert live.task is not None
    live.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await live.task
    assert live.ending()["outcome"] == "unknown: may have been sent"
    assert live.sharing.live.running is None


async def test_the_first_reason_counts_and_stopping_again_does_nothing(live: Live) -> None:
    session = await live.begin()
    session.stop("tap")
    session.stop("keyword")
    assert await live.over() == "tap"
    live.sharing.live.stop("tap")
    assert live.kinds().count("share_ended") == 1


async def test_a_session_that_was_stopped_before_it_saw_anything_asks_for_no_frame(live: Live) -> None:
    with live.sharing.live.begin(live.agreed()) as session:
        session.stop("tap")
        await session.run(live.view)
    assert live.view.asked == 0


@pytest.mark.parametrize("reason", ["tap", "time"])
async def test_it_ends_while_the_glasses_are_still_opening_their_eyes(live: Live, reason: str) -> None:
    opening, closed = asyncio.Event(), asyncio.Event()

    async def never_there() -> None:
        opening.set()
        try:
            await asyncio.Event().wait()
        finally:
            closed.set()

    with live.sharing.live.begin(live.agreed()) as session:
        waiting = asyncio.create_task(session.unless_over(never_there()))
        await opening.wait()
        STOPS[reason](live)
        assert await waiting is None
        await closed.wait()
        assert session.state.ended == reason


async def test_a_screen_that_fails_to_draw_the_end_does_not_hold_it_up(make: MakeLive) -> None:
    live = await make(manner=never)
    session = await live.begin()
    live.view.show(frame())
    await until(lambda: live.recipient.exchanges and live.recipient.exchanges[0].body)

    def draw(state: LiveState) -> None:
        raise RuntimeError(state.ended)

    forget = session.observe(draw)
    with pytest.raises(RuntimeError, match="tap"):
        session.stop("tap")
    forget()
    assert await live.over() == "tap"
    assert live.ending()["outcome"] == "unknown: may have been sent"


async def test_the_voice_falls_silent_with_it_in_mid_sentence(live: Live) -> None:
    said, hushed = list[str](), list[str]()

    class Voice:
        async def say(self, sentence: str) -> None:
            said.append(sentence)
            await asyncio.Event().wait()

        def hush(self) -> None:
            hushed.append(said[-1])

    speaker = Speaker(Voice())
    session = await live.begin(speaker=speaker)
    live.view.show(frame())
    await until(lambda: said)
    session.stop("tap")
    assert hushed == said == ["A naval officer in uniform."]
    await live.over()
    await speaker.close()


async def test_the_glasses_own_account_of_it_is_in_the_ledger(live: Live) -> None:
    await live.begin()
    live.view.end("button")
    assert await live.over() == "button"
    glasses = {"reason": "button", "record": 17, "frames": 3, "digest": "d1" * 32, "agrees": True}
    assert live.ending()["live"]["glasses"] == glasses


async def test_who_stops_it_on_hearing_an_answer_hears_no_more_of_it(live: Live) -> None:
    said: list[str] = []

    class Voice:
        async def say(self, sentence: str) -> None:
            said.append(sentence)

        def hush(self) -> None: ...

    speaker = Speaker(Voice())
    session = await live.begin(speaker=speaker)
    session.observe(lambda state: session.stop("tap") if state.answer else None)
    live.view.show(frame())
    assert await live.over() == "tap"
    await speaker.close()
    assert said == []
    assert session.state.sent + session.state.unknown == 1
