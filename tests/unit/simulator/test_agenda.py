"""The world's clock: everything at its moment, in order, and never backwards."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_tools.simulator.world.agenda import Agenda, monotonic_us
from host_tools.simulator.world.track import StepTrack


async def test_due_actions_run_in_order_at_their_own_moment(agenda, clock):
    log: list[tuple[str, int]] = []
    agenda.at(clock.us + 300, lambda: log.append(("late", agenda.now_us)))
    agenda.at(clock.us + 100, lambda: log.append(("early", agenda.now_us)))
    agenda.at(clock.us + 100, lambda: log.append(("second", agenda.now_us)))
    start = clock.us
    clock.us += 1000
    assert agenda.now_us == start + 1000
    assert log == [("early", start + 100), ("second", start + 100), ("late", start + 300)]


async def test_nothing_runs_before_it_is_due(agenda, clock):
    log: list[int] = []
    agenda.at(clock.us + 100, lambda: log.append(1))
    clock.us += 99
    assert (agenda.now_us, log) == (1_000_099, [])
    clock.us += 1
    assert (agenda.now_us, log) == (1_000_100, [1])


async def test_a_cancelled_action_does_not_run(agenda, clock):
    log: list[int] = []
    agenda.at(clock.us + 1, lambda: log.append(1)).cancel()
    clock.us += 10
    assert (agenda.now_us, log) == (1_000_010, [])


async def test_a_board_call_happens_at_its_stamp(agenda, clock):
    log: list[object] = []
    agenda.at(clock.us + 50, lambda: log.append("before"))
    agenda.at(clock.us + 200, lambda: log.append("after"))
    start = clock.us
    clock.us += 500  # the simulator was late to look
    with agenda.moment(start + 100):
        log.append(agenda.now_us - start)
        log.append(agenda.now_us - start)
    assert log == ["before", 100, 100]
    assert agenda.now_us == start + 500
    assert log[-1] == "after"


async def test_time_never_runs_backwards(agenda, clock):
    clock.us += 500
    reached = agenda.now_us
    with agenda.moment(reached - 400):
        assert agenda.now_us == reached


async def test_a_stamp_from_the_future_is_not_believed(agenda, clock):
    with agenda.moment(clock.us + 1_000_000):
        assert agenda.now_us == clock.us


async def test_an_action_for_the_past_runs_at_the_moment_at_hand(agenda, clock):
    reached = agenda.now_us
    log: list[int] = []
    agenda.at(reached - 1000, lambda: log.append(agenda.now_us))
    assert agenda.now_us == reached
    assert log == [reached]


async def test_actions_may_plan_further_ones(agenda, clock):
    log: list[int] = []

    def again() -> None:
        log.append(agenda.now_us)
        if len(log) < 3:
            agenda.at(agenda.now_us + 10, again)

    start = clock.us
    agenda.at(start + 10, again)
    clock.us += 1000
    assert agenda.now_us == start + 1000
    assert log == [start + 10, start + 20, start + 30]


async def test_real_time_brings_actions_about_without_anybody_asking():
    agenda = Agenda()
    happened = asyncio.Event()
    agenda.at(monotonic_us() + 5000, happened.set)
    await asyncio.wait_for(happened.wait(), 5)
    agenda.close()


async def test_the_timer_runs_only_what_is_due_so_that_a_later_stamp_keeps_its_moment():
    agenda = Agenda()
    due_us = monotonic_us() + 2000
    happened = asyncio.Event()
    agenda.at(due_us, happened.set)
    await happened.wait()
    with agenda.moment(due_us + 1):
        assert agenda.now_us == due_us + 1
    agenda.close()


async def test_reach_returns_when_the_moment_has_come():
    agenda = Agenda()
    due_us = monotonic_us() + 3000
    await agenda.reach(due_us)
    assert monotonic_us() >= due_us
    await agenda.reach(due_us - 10_000)
    agenda.close()


STEPS = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 3)), max_size=12).map(sorted)


@settings(deadline=None)
@given(STEPS, st.integers(-5, 105), st.integers(0, 60))
def test_a_track_answers_as_its_definition_does(steps, begun, length):
    track = StepTrack(9)
    for at, value in steps:
        track.set(at, value)

    def value_at(moment: int) -> int:
        return next((value for at, value in reversed(steps) if at <= moment), 9)

    assert [track.at(moment) for moment in range(-2, 103)] == [value_at(moment) for moment in range(-2, 103)]
    spans = list(track.spans(begun, begun + length))
    assert [value for start, end, value in spans for _ in range(start, end)] == [
        value_at(moment) for moment in range(begun, begun + length)
    ]
    assert all(start < end for start, end, _ in spans)
    for wanted in range(4):
        expected = all(value_at(moment) != wanted for moment in range(begun, begun + length))
        assert track.always(begun, begun + length, lambda value, wanted=wanted: value != wanted) is expected


def test_a_track_refuses_to_rewrite_history():
    track = StepTrack(0)
    track.set(10, 1)
    with pytest.raises(ValueError, match="before"):
        track.set(9, 2)
