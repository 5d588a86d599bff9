"""Recipients that fail: what a pause may mend is waited for, the rest ends the session, and no frame goes twice."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from companion_app.sharing import OpenAICompatible
from companion_app.sharing.errors import NotOffered
from tests.app.live.rig import Live, MakeLive
from tests.app.live.views import frame
from tests.app.sharing.recipient import COMPLETION, Exchange, Manner, answers
from tests.app.waiting import until

pytestmark = pytest.mark.promise(2)


def in_turn(*manners: Manner) -> Manner:
    """The first request meets the first manner, and so on; the last one stays."""
    left = list(manners)

    async def manner(exchange: Exchange) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(exchange)

    return manner


WELL = answers("200 OK", json.dumps(COMPLETION).encode())


async def test_a_revoked_key_ends_the_session_after_one_frame(make: MakeLive) -> None:
    live = await make(manner=answers("401 Unauthorized", b"{}"))
    session = await live.begin()
    live.view.show(frame())
    assert await live.over() == "Refused"
    assert live.recipient.connections == 1
    assert session.state.problem is not None
    assert live.ending()["live"]["frames"] == {"sent": 1}


async def test_a_recipient_that_is_busy_is_given_the_time_it_asks_for_and_no_frame_goes_twice(make: MakeLive) -> None:
    live = await make(manner=in_turn(answers("429 Too Many Requests", b"{}", "Retry-After: 7"), WELL))
    session = await live.begin()
    live.view.show(frame())
    await until(lambda: session.state.problem)
    for seed in (1, 2):
        live.view.show(frame(left=500, top=700, seed=seed))
    await until(lambda: live.view.asked == 4)
    live.hands.advance(6.9)
    assert live.recipient.connections == 1
    live.hands.advance(0.1)
    await live.answered(2)
    session.stop("tap")
    await live.over()
    first, second = live.recipient.exchanges
    assert first.picture != second.picture


async def test_a_recipient_that_asks_for_an_hour_gets_half_a_minute(make: MakeLive) -> None:
    live = await make(manner=in_turn(answers("503 Service Unavailable", b"", "Retry-After: 3600"), WELL))
    session = await live.begin()
    live.view.show(frame())
    await until(lambda: session.state.problem)
    live.view.show(frame(left=500, top=700))
    live.view.show(frame(left=500, top=700, seed=3))
    await until(lambda: live.view.asked == 4)
    live.hands.advance(30)
    await live.answered(2)
    session.stop("tap")
    await live.over()


async def test_nobody_there_is_tried_three_times_with_new_frames_and_pauses(live: Live) -> None:
    await live.recipient.stop()
    session = await live.begin()
    for number in range(1, 4):
        live.view.show(frame(seed=number))
        await until(lambda number=number: session.state.not_sent == number)
        live.hands.advance(5)
    assert await live.over() == "Unreachable"
    assert live.ending()["outcome"] == "failed before sending"


async def test_garbage_from_a_recipient_is_no_answer_and_the_frame_is_not_sent_again(make: MakeLive) -> None:
    live = await make(manner=in_turn(answers("200 OK", b"<html>"), WELL))
    session = await live.begin()
    live.view.show(frame())
    await until(lambda: session.state.problem)
    live.hands.advance(5)
    live.view.show(frame(seed=2))
    await until(lambda: live.view.asked == 3)
    session.stop("tap")
    await live.over()
    assert live.recipient.connections == 1, "the same view is not asked about again"


async def test_who_is_not_offered_here_cannot_be_chosen_for_a_session(live: Live) -> None:
    endpoint = OpenAICompatible(live.recipient.url, "test-model")
    endpoint.card = replace(endpoint.card, id="elsewhere", not_in=("DE",))
    live.sharing.add(endpoint)
    live.sharing.endpoints.set_region("DE")
    with pytest.raises(NotOffered):
        live.sharing.live.propose("elsewhere", "What?", 30)
    live.sharing.endpoints.set_region("FR")
    assert live.sharing.live.propose("elsewhere", "What?", 30).card is endpoint.card
