"""The sliding-window decision against the published rule, written down once more and plainly."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight.keyword.decision import STEP_MS, WARM_UP_STEPS, Decision

from host_tools.keyword.convert.words import Word

REST_STEPS = 10


def decided(outputs: list[int], limit: int, window: int, refractory_ms: int = STEP_MS * REST_STEPS) -> list[int]:
    decision = Decision(limit, window, refractory_ms)
    return [step for step, output in enumerate(outputs) if decision.put(output)]


def by_the_rule(outputs: list[int], limit: int, window: int) -> list[int]:
    """The same with the whole history at hand."""
    steps: list[int] = []
    begin, unjudged = 0, WARM_UP_STEPS
    for step, output in enumerate(outputs):
        if unjudged:
            unjudged -= output * window <= limit
        elif sum(outputs[max(begin, step + 1 - window) : step + 1]) > limit:
            steps.append(step)
            begin, unjudged = step + 1, REST_STEPS
    return steps


@given(
    st.lists(st.sampled_from([0, 3, 120, 229, 230, 231, 255]), max_size=200),
    st.integers(1, 7),
    st.sampled_from([0.0, 0.3, 0.9, 0.97]),
)
def test_it_is_the_published_rule(outputs: list[int], window: int, cutoff: float) -> None:
    quiet = [0] * WARM_UP_STEPS
    limit = floor(Fraction(str(cutoff)) * 256 * window)
    assert decided(quiet + outputs, limit, window) == by_the_rule(quiet + outputs, limit, window)


@pytest.mark.parametrize(("last", "recognised"), [(232, False), (233, True)])
def test_the_mean_must_exceed_the_cutoff_and_not_merely_reach_it(last: int, recognised: bool) -> None:
    limit = Word("alexa", "capture", Fraction("0.9"), 5, 1000).limit
    assert limit == 1152
    outputs = [0] * WARM_UP_STEPS + [230, 230, 230, 230, last]
    assert (sum(outputs[-5:]) / 5 / 256 > 0.9) == recognised
    assert bool(decided(outputs, limit, 5)) == recognised


def test_the_first_second_is_not_judged() -> None:
    assert WARM_UP_STEPS * STEP_MS >= 1000
    word = [0] * 10 + [255] * 8
    assert decided([0] * (WARM_UP_STEPS - len(word)) + word, 1152, 5) == []
    assert decided([0] * WARM_UP_STEPS + word, 1152, 5) == [WARM_UP_STEPS + 14]


def test_one_long_word_is_one_word_however_long_it_is() -> None:
    assert decided([0] * WARM_UP_STEPS + [255] * 500, 1152, 5) == [WARM_UP_STEPS + 4]


def test_it_is_recognised_again_once_the_rest_is_over() -> None:
    quiet, word = [0] * WARM_UP_STEPS, [255] * 5
    soon, late = [0] * (REST_STEPS - 6), [0] * REST_STEPS
    assert len(decided(quiet + word + soon + word, 1152, 5)) == 1
    assert len(decided(quiet + word + late + word, 1152, 5)) == 2


def test_part_of_a_step_of_rest_is_a_whole_one() -> None:
    outputs = [0] * WARM_UP_STEPS + [255] * 5 + [0] + [255] * 6
    assert len(decided(outputs, 1152, 5, refractory_ms=0)) == 2
    assert len(decided(outputs, 1152, 5, refractory_ms=31)) == 1


def test_after_a_reset_nothing_of_before_counts() -> None:
    decision = Decision(1152, 5, 1000)
    for output in [0] * WARM_UP_STEPS + [255] * 4:
        assert not decision.put(output)
    decision.reset()
    assert not any(decision.put(output) for output in [255, 255] + [0] * WARM_UP_STEPS)
    assert [decision.put(255) for _ in range(5)] == [False] * 4 + [True]


def test_hours_just_below_the_cutoff_add_up_to_nothing() -> None:
    assert decided([0] * WARM_UP_STEPS + [229] * 20_000, 1152, 5) == []
