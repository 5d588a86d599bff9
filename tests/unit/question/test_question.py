"""The life of one question on the glasses: what leaves, to whom, in which order, and everything that ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.unit.question.rig import BLOCK, ROOM, SPEECH, Phone, Rig, Session

pytestmark = pytest.mark.promise(6)

_SECOND = 42  # blocks


async def asked(rig: Rig, seconds: int = 1) -> Session:
    """A question about item 7 that is being spoken; its session."""
    assert rig.session is not None
    assert rig.question.begin()
    rig.question.about(7)
    await rig.hear(SPEECH, 1)
    await rig.hear(ROOM, 8)
    await rig.hear(SPEECH, seconds * _SECOND)
    return rig.session


async def test_a_question_leaves_between_its_two_events_and_ends_with_silence() -> None:
    rig = Rig()
    session = await asked(rig)
    assert rig.question.is_open
    await rig.hear(ROOM, 2 * _SECOND)
    assert not rig.question.is_open
    assert session.left[0] == {"item": 7, "on": True}
    assert session.left[-1] == {"item": 7, "on": False, "reason": "silence"}
    assert len(session.events) == 2
    assert 1.5 < session.samples / 16_000 < 3
    ended_ms = rig.records[-1].pop("ms")
    assert ended_ms == session.samples // 16
    assert rig.records == [
        {"state": "begun", "item": 7, "phone": 1},
        {"state": "ended", "item": 7, "reason": "silence"},
    ]
    assert not rig.traces


async def test_nothing_leaves_before_the_picture_is_stored_and_then_everything_in_order() -> None:
    rig = Rig()
    assert rig.question.begin()
    await rig.hear(ROOM, 4)
    await rig.hear(SPEECH, _SECOND)
    assert rig.session is not None
    assert rig.session.left == []
    assert rig.records == []
    rig.question.about(3)
    await rig.hear(ROOM, 2 * _SECOND)
    assert rig.session.events == [{"item": 3, "on": True}, {"item": 3, "on": False, "reason": "silence"}]
    assert rig.session.samples > 16_000


async def test_a_question_that_was_asked_before_the_picture_was_there_is_not_lost() -> None:
    rig = Rig()
    assert rig.question.begin()
    await rig.hear(ROOM, 4)
    await rig.hear(SPEECH, 20)
    await rig.hear(ROOM, 2 * _SECOND)
    assert not rig.question.is_open
    rig.question.about(3)
    await rig.wait(100)
    assert rig.session is not None
    assert rig.session.events[-1] == {"item": 3, "on": False, "reason": "silence"}
    assert not rig.traces


async def test_where_nobody_speaks_nothing_leaves_and_nothing_is_kept() -> None:
    rig = Rig()
    assert rig.question.begin()
    rig.question.about(3)
    await rig.hear(ROOM, 5 * _SECOND)
    assert rig.session is not None
    assert (rig.session.left, rig.records, rig.question.is_open, rig.traces) == ([], [], False, False)
    assert rig.question.begin()


async def test_the_next_one_begins_anew_with_its_own_silence_and_its_own_picture() -> None:
    rig = Rig()
    session = await asked(rig)
    await rig.hear(ROOM, 2 * _SECOND)
    assert session.events[-1]["on"] is False
    before = len(session.left)
    assert rig.question.begin()
    rig.question.about(8)
    await rig.hear(ROOM, 5 * _SECOND)
    assert (len(session.left), rig.question.is_open) == (before, False), "nobody has spoken"
    assert rig.question.begin()
    await rig.hear(ROOM, 4)
    await rig.hear(SPEECH, _SECOND)
    assert len(session.left) == before, "its picture is not stored yet"
    rig.question.about(9)
    await rig.hear(ROOM, 2 * _SECOND)
    assert session.events[-1] == {"item": 9, "on": False, "reason": "silence"}


async def test_what_was_long_before_the_first_word_does_not_leave() -> None:
    rig = Rig()
    assert rig.question.begin()
    rig.question.about(3)
    await rig.hear(ROOM, 3 * _SECOND)
    assert rig.question._backlog is not None
    assert rig.question._backlog.waiting <= 11
    await rig.hear(SPEECH, 10)
    await rig.hear(ROOM, 2 * _SECOND)
    assert rig.session is not None
    assert 0 < rig.session.samples / 16_000 < 0.6 + 0.25 + 1.2


async def test_nothing_longer_than_eight_seconds() -> None:
    rig = Rig()
    session = await asked(rig, 12)
    assert session.events[-1]["reason"] == "time"
    assert session.samples == pytest.approx(8 * 16_000, abs=BLOCK)


def withdraw(rig: Rig) -> None:
    rig.allowed = False


def mute(rig: Rig) -> None:
    rig.muted_now = True


def stop(rig: Rig) -> None:
    rig.question.end("stop")


ENDS = [(withdraw, "withdrawn"), (mute, "muted"), (stop, "stop")]


@pytest.mark.parametrize(("act", "reason"), ENDS)
async def test_it_ends_at_once(act: Callable[[Rig], None], reason: str) -> None:
    rig = Rig()
    session = await asked(rig)
    before = session.samples
    act(rig)
    await rig.hear(SPEECH, 20)
    assert not rig.question.is_open
    assert session.samples == before
    assert session.left[-1] == {"item": 7, "on": False, "reason": reason}
    assert rig.records[-1]["reason"] == reason
    assert not rig.traces


@pytest.mark.parametrize(("act", "reason"), ENDS)
async def test_a_piece_that_waits_for_room_stays_when_it_ends(act: Callable[[Rig], None], reason: str) -> None:
    rig = Rig()
    session = await asked(rig)
    session.room.clear()
    await rig.hear(SPEECH, 10)
    before = session.samples
    act(rig)
    session.room.set()
    await rig.wait(100)
    assert session.asked > 0
    assert session.samples == before
    assert session.left[-1] == {"item": 7, "on": False, "reason": reason}
    assert not rig.traces


@pytest.mark.parametrize(("act", "reason"), ENDS)
async def test_it_ends_also_while_nobody_hands_sound_over(act: Callable[[Rig], None], reason: str) -> None:
    rig = Rig()
    session = await asked(rig)
    act(rig)
    await rig.wait(25)
    assert session.left[-1] == {"item": 7, "on": False, "reason": reason}


@pytest.mark.parametrize(("act", "reason"), ENDS)
async def test_the_block_after_it_is_not_even_kept(act: Callable[[Rig], None], reason: str) -> None:
    rig = Rig()
    await asked(rig)
    act(rig)
    rig.question.take(memoryview(SPEECH), BLOCK)
    assert not rig.question.is_open
    assert not rig.traces
    await rig.wait(25)


async def test_what_was_said_and_still_waits_is_ended_by_a_withdrawal_too() -> None:
    rig = Rig()
    session = await asked(rig)
    session.room.clear()
    await rig.hear(ROOM, 2 * _SECOND)
    assert not rig.question.is_open
    before = session.samples
    withdraw(rig)
    session.room.set()
    await rig.wait(100)
    assert session.samples == before
    assert session.left[-1] == {"item": 7, "on": False, "reason": "withdrawn"}


@pytest.mark.parametrize("another", [None, Session(Phone(2)), Session(Phone(1))])
async def test_it_never_goes_on_in_another_session(another: Session | None) -> None:
    """Not even with the same phone: it may be in another's hand by then, and half a question is none."""
    rig = Rig()
    first = await asked(rig)
    before = first.samples
    rig.session = another
    await rig.hear(SPEECH, 20)
    assert first.samples == before
    assert another is None or another.left == []
    assert not rig.question.is_open
    assert rig.records[-1]["reason"] == "gone"
    assert not rig.traces


async def test_a_link_that_drops_ends_it() -> None:
    rig = Rig()
    session = await asked(rig)
    session.ended = True
    await rig.hear(SPEECH, 4)
    assert not rig.question.is_open
    assert rig.records[-1]["reason"] == "gone"
    assert not rig.traces
    assert rig.survived == []


async def test_a_link_that_is_too_slow_ends_it_honestly_and_not_with_holes() -> None:
    rig = Rig()
    session = await asked(rig)
    session.room.clear()
    before = session.samples
    await rig.hear(SPEECH, 8 * _SECOND)
    assert not rig.question.is_open
    await rig.wait(8_100)
    session.room.set()
    await rig.wait(100)
    assert session.samples == before
    assert session.left[-1] == {"item": 7, "on": False, "reason": "slow_link"}
    assert not rig.traces


async def test_a_link_that_only_takes_its_time_loses_nothing() -> None:
    rig = Rig()
    session = await asked(rig)
    session.room.clear()
    await rig.hear(SPEECH, 8 * _SECOND)
    session.room.set()
    for _ in range(40):
        await rig.wait(100)
    assert session.events[-1]["reason"] == "time"
    assert session.samples == pytest.approx(8 * 16_000, abs=BLOCK)


async def test_more_than_is_kept_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig()
    session = await asked(rig)
    assert rig.question._backlog is not None
    monkeypatch.setattr(rig.question._backlog, "put", lambda *_: False)
    rig.question.take(memoryview(SPEECH), BLOCK)
    assert not rig.question.is_open
    await rig.wait(25)
    assert session.left[-1]["reason"] == "slow_link"


async def test_what_waits_does_not_leave_long_after_it_was_said() -> None:
    rig = Rig()
    session = await asked(rig)
    session.room.clear()
    await rig.hear(ROOM, 2 * _SECOND)
    before = session.samples
    await rig.wait(9_000)
    session.room.set()
    await rig.wait(100)
    assert session.samples == before
    assert session.left[-1]["reason"] == "slow_link"


async def test_a_reader_that_falls_silent_ends_it() -> None:
    rig = Rig()
    session = await asked(rig)
    await rig.wait(2_900)
    assert rig.question.is_open
    await rig.wait(200)
    assert session.left[-1] == {"item": 7, "on": False, "reason": "microphone"}


@pytest.mark.parametrize("reason", ["no_picture", "stop", "muted"])
async def test_without_a_picture_it_leaves_no_trace(reason: str) -> None:
    rig = Rig()
    assert rig.question.begin()
    await rig.hear(SPEECH, 5)
    rig.question.end(reason)
    await rig.hear(SPEECH, 5)
    assert rig.session is not None
    assert (rig.session.left, rig.records, rig.traces) == ([], [], False)
    assert rig.question.begin()


async def test_a_picture_that_never_comes_ends_it() -> None:
    rig = Rig()
    assert rig.question.begin()
    await rig.hear(ROOM, 4)
    await rig.hear(SPEECH, 20)
    await rig.hear(ROOM, 2 * _SECOND)
    await rig.wait(9_000)
    assert not rig.traces
    rig.question.about(3)
    await rig.wait(100)
    assert rig.session is not None
    assert rig.session.left == []


def no_session(rig: Rig) -> None:
    rig.session = None


def no_phone(rig: Rig) -> None:
    rig.session = Session(phone=None)


@pytest.mark.parametrize("against", [withdraw, mute, no_session, no_phone])
async def test_where_it_may_not_it_does_not_even_begin(against: Callable[[Rig], None]) -> None:
    rig = Rig()
    against(rig)
    assert not rig.question.begin()
    rig.question.about(3)
    await rig.hear(SPEECH, 3)
    assert rig.question._backlog is None
    assert not rig.question.is_open


async def test_no_second_one_while_the_first_is_not_over() -> None:
    rig = Rig()
    session = await asked(rig)
    assert not rig.question.begin()
    session.room.clear()
    await rig.hear(ROOM, 2 * _SECOND)
    assert not rig.question.begin()
    session.room.set()
    await rig.wait(100)
    assert rig.question.begin()


async def test_what_cannot_be_recorded_does_not_leave() -> None:
    rig = Rig()
    rig.full = True
    session = await asked(rig)
    assert session.left == []
    assert not rig.traces


async def test_a_record_that_fails_unforeseen_leaves_room_for_another_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig()
    await asked(rig)

    def fail(_: str, **_data: object) -> None:
        raise MemoryError

    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)  # which start.py sets
    monkeypatch.setattr(rig, "append", fail)
    rig.question.end("stop")
    await rig.wait(100)
    assert not rig.traces
    assert rig.question.begin()


async def test_a_mistake_inside_ends_it_and_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig()
    assert rig.session is not None

    async def fail(*_: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(rig.session, "send_voice", fail)
    await asked(rig)
    await rig.wait(25)
    assert [type(error) for error in rig.survived] == [ZeroDivisionError]
    assert not rig.question.is_open
    assert not rig.traces


async def test_no_memory_means_no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig()

    def none() -> None:
        raise MemoryError

    monkeypatch.setattr("plainsight.question.question.Backlog", none)
    assert not rig.question.begin()
    assert not rig.question.is_open
    await asyncio.sleep(0)
