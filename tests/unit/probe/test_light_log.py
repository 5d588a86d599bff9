"""Was it lit from here to there? Only what two clocks and late edges allow to be said."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.harness.probe.clock import SharedClock
from host_tools.harness.probe.light_log import Edge, LightLog, Lit, Mark

LATE_US = 4000


def log_of(*edges: tuple[int, bool], until_us: int = 1_000_000, whole: bool = True) -> LightLog:
    return LightLog([Edge(us, lit, LATE_US) for us, lit in edges], until_us, LATE_US, whole, SharedClock())


ONCE = log_of((100_000, True), (200_000, False))


def exactly(log: LightLog, begin_us: int, end_us: int) -> Lit:
    return log.lit_between((begin_us, end_us), (begin_us, end_us))


@pytest.mark.parametrize(
    ("begin_us", "end_us", "lit"),
    [
        (100_000, 196_000, Lit.ALWAYS),
        (99_999, 150_000, Lit.UNKNOWN),  # the light may have come on up to 4 ms before its edge
        (95_000, 150_000, Lit.NOT_ALWAYS),
        (150_000, 196_001, Lit.UNKNOWN),
        (150_000, 200_001, Lit.NOT_ALWAYS),
        (0, 50_000, Lit.NOT_ALWAYS),
        (300_000, 400_000, Lit.NOT_ALWAYS),
        (300_000, 2_000_000, Lit.NOT_ALWAYS),
        (996_001, 2_000_000, Lit.UNKNOWN),  # after the record's end
    ],
)
def test_known_moments(begin_us: int, end_us: int, lit: Lit) -> None:
    assert exactly(ONCE, begin_us, end_us) is lit


def test_before_the_first_edge_nothing_is_known_of_a_record_with_a_gap() -> None:
    holes = log_of((100_000, True), (200_000, False), whole=False)
    assert exactly(holes, 0, 50_000) is Lit.UNKNOWN
    assert exactly(holes, 120_000, 150_000) is Lit.ALWAYS


def test_a_light_that_is_still_lit_is_known_up_to_the_last_question() -> None:
    still = log_of((100_000, True), until_us=500_000)
    assert exactly(still, 100_000, 496_000) is Lit.ALWAYS
    assert exactly(still, 100_000, 500_001) is Lit.UNKNOWN


def test_no_edges_at_all_is_darkness() -> None:
    assert exactly(log_of(), 0, 1000) is Lit.NOT_ALWAYS
    assert exactly(log_of(whole=False), 0, 1000) is Lit.UNKNOWN


def test_clocks_that_are_not_sharp_say_less() -> None:
    assert ONCE.lit_between((110_000, 190_000), (120_000, 180_000)) is Lit.ALWAYS
    assert ONCE.lit_between((90_000, 190_000), (120_000, 180_000)) is Lit.UNKNOWN
    assert ONCE.lit_between((90_000, 250_000), (120_000, 240_000)) is Lit.NOT_ALWAYS


def test_an_edge_s_own_lateness_counts() -> None:
    edges = [Edge(100_000, True, 0), Edge(200_000, False, 50_000)]
    log = LightLog(edges, 1_000_000, LATE_US, True, SharedClock())
    assert exactly(log, 100_000, 150_000) is Lit.ALWAYS
    assert exactly(log, 100_000, 150_001) is Lit.UNKNOWN
    assert exactly(log, 99_999, 150_000) is Lit.NOT_ALWAYS


def test_frames_are_pairs_of_marks_with_a_lateness_of_their_own() -> None:
    marks = [Mark(90_000, False, 0), Mark(110_000, True, 5000), Mark(150_000, False, 9000), Mark(300_000, True, 0)]
    log = LightLog([Edge(100_000, True, 0), Edge(145_000, False, 4000)], 1_000_000, 0, True, SharedClock(), marks)
    (frame,) = log.frames()
    assert frame == (marks[1], marks[2])
    assert log.lit_in(frame) is Lit.UNKNOWN, "it may have ended at 141 ms, and the light at 141"
    longer = (marks[1], Mark(160_000, False, 9000))
    assert log.lit_in(longer) is Lit.NOT_ALWAYS
    assert log.lit_in((marks[1], Mark(141_000, False, 9000))) is Lit.ALWAYS
    assert log.lit_in((Mark(104_000, True, 5000), Mark(141_000, False, 0))) is Lit.UNKNOWN


@given(
    st.lists(st.integers(1, 200_000), min_size=1, max_size=8),
    st.lists(st.integers(0, LATE_US), min_size=8, max_size=8),
    st.lists(st.integers(0, LATE_US), min_size=8, max_size=8),
    st.integers(0, 900_000),
    st.integers(1, 300_000),
)
def test_what_is_said_is_true_however_late_the_edges_are(
    steps: list[int], late: list[int], slack: list[int], begin_us: int, length_us: int
) -> None:
    """The truth: the light changes at `changes`. The record has each change later, and bounds by how much."""
    changes = list(itertools.accumulate(step + LATE_US for step in steps))
    edges = [(change + late[index], index % 2 == 0) for index, change in enumerate(changes)]
    end_us = begin_us + length_us
    seen = [Edge(us, lit, late[index] + slack[index]) for index, (us, lit) in enumerate(edges)]
    log = LightLog(seen, max(edges[-1][0], end_us) + LATE_US, LATE_US, True, SharedClock())
    bounds = [0, *changes, 10_000_000]
    spans = [(start, end, index % 2 == 1) for index, (start, end) in enumerate(itertools.pairwise(bounds))]
    dark = any(not lit and max(start, begin_us) < min(end, end_us) for start, end, lit in spans)
    said = exactly(log, begin_us, end_us)
    assert said is not (Lit.ALWAYS if dark else Lit.NOT_ALWAYS)


def test_the_narrowest_round_trip_places_a_moment_best() -> None:
    clock = SharedClock()
    clock.add(10.0, 10.5, 1_000_000)
    clock.add(20.0, 20.01, 11_250_000)
    earliest, latest = clock.probe_us(20.0)
    assert (earliest, latest) == pytest.approx((11_240_000, 11_250_000), abs=1)
    assert clock.probe_us(10.2)[1] - clock.probe_us(10.2)[0] < 500_000


def test_two_crystals_drift() -> None:
    clock = SharedClock()
    clock.add(0.0, 0.0, 0)
    earliest, latest = clock.probe_us(100.0)
    assert earliest == pytest.approx(100e6 - 10_000)
    assert latest == pytest.approx(100e6 + 10_000)


@given(st.floats(0, 1000), st.floats(1e-4, 0.5), st.floats(0, 1), st.floats(-100e-6, 100e-6), st.floats(0, 1000))
def test_the_true_moment_lies_within(asked_s: float, trip_s: float, part: float, drift: float, host_s: float) -> None:
    """The probe reads its clock somewhere in the round trip, and that clock runs fast or slow by up to 100 ppm."""

    def true_us(at_s: float) -> float:
        return (at_s + 5.0) * (1 + drift) * 1e6

    clock = SharedClock()
    clock.add(asked_s, asked_s + trip_s, round(true_us(asked_s + trip_s * part)))
    earliest, latest = clock.probe_us(host_s)
    slack_us = 1 + trip_s * 100  # rounding, and the drift within the round trip itself
    assert earliest - slack_us <= true_us(host_s) <= latest + slack_us
