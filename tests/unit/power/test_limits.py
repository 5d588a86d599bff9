"""What charge and heat forbid: entered at one value, left at another, and never by one wild reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight.power import limits


@pytest.mark.parametrize(
    ("percent", "stage"),
    [
        *[(100, "ok"), (16, "ok"), (15, "warn"), (9, "warn"), (8, "no_clips"), (5, "no_clips")],
        *[(4, "no_photos"), (2, "no_photos"), (1, "shelf"), (0, "shelf")],
    ],
)
def test_each_stage_begins_where_the_document_says(percent: int, stage: str) -> None:
    battery = limits.Battery()
    battery.update(percent)
    assert limits.STAGES[battery.stage] == stage


def test_a_stage_is_left_only_well_above_where_it_began() -> None:
    battery = limits.Battery()
    assert battery.update(8)
    for percent in (9, 10, 11, 12):
        assert not battery.update(percent)
        assert battery.stage == limits.NO_CLIPS
    assert battery.update(13)
    assert battery.stage == limits.WARN
    assert not battery.update(19)
    assert battery.update(20)
    assert battery.stage == limits.OK


@given(st.lists(st.integers(0, 100), max_size=40))
def test_the_stage_never_forbids_less_than_the_charge_demands(figures: list[int]) -> None:
    battery, fresh = limits.Battery(), limits.Battery()
    for percent in figures:
        battery.update(percent)
        fresh = limits.Battery()
        fresh.update(percent)
        assert battery.stage >= fresh.stage


def warmed(*readings: int) -> limits.Heat:
    heat = limits.Heat()
    for celsius in readings:
        heat.update(celsius)
    return heat


def test_heat_is_hysteresis() -> None:
    assert not warmed(69, 69, 69).hot
    assert warmed(70, 70, 70).hot
    assert warmed(70, 70, 70, 61, 61, 61).hot
    assert not warmed(70, 70, 70, 60, 60, 60).hot
    assert not warmed(61, 61, 61).hot


def test_what_runs_ends_later_than_new_things_are_refused() -> None:
    assert not warmed(74, 74, 74).severe
    assert warmed(75, 75, 75).severe
    assert warmed(75, 75, 75, 71, 71, 71).severe
    assert not warmed(75, 75, 75, 69, 69, 69).severe
    assert warmed(75, 75, 75, 69, 69, 69).hot


def test_one_wild_reading_is_no_heat_and_no_cool() -> None:
    assert not warmed(35, 125, 35).hot
    heat = warmed(35, 35, 125, 125)
    assert heat.hot
    assert not heat.update(-40)
    assert heat.hot
    assert heat.celsius == 125


def test_the_first_reading_counts_at_once() -> None:
    heat = limits.Heat()
    assert heat.update(80)
    assert heat.celsius == 80
