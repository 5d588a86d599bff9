"""The gauge: the curve, noise and bursts, sag under load, and a figure that does not tick to and fro."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight.power import curve
from plainsight.power.calibration import Calibration
from plainsight.power.gauge import Gauge


class Cell:
    """A battery with noise, radio bursts and internal resistance, read by an ADC."""

    def __init__(self, rest_mv: float, *, noise_mv: float = 0.0, bursts: float = 0.0, seed: int = 1) -> None:
        self.rest_mv = rest_mv
        self.sag_mv = 0.0
        self._noise_mv = noise_mv
        self._bursts = bursts
        self._random = random.Random(seed)

    def battery_mv(self) -> int:
        burst = 150 if self._random.random() < self._bursts else 0
        return round(self.rest_mv - self.sag_mv - burst + self._random.gauss(0, self._noise_mv))


def test_the_curve_is_met_at_its_points_and_falls_between_them() -> None:
    assert [curve.percent(millivolts) for millivolts, _ in curve.LIPO] == [percent for _, percent in curve.LIPO]
    assert all(upper > lower for upper, lower in itertools.pairwise(curve.LIPO))
    figures = [curve.percent(millivolts) for millivolts in range(3000, 4400)]
    assert figures == sorted(figures)
    assert set(figures) == set(range(101))
    assert curve.percent(3780) == 32  # half way between 30 and 35, rounded down


@given(st.integers(-1000, 10_000))
def test_any_voltage_is_some_charge(millivolts: int) -> None:
    assert 0 <= curve.percent(millivolts) <= 100


@pytest.mark.parametrize("percent", [6, 22, 48, 71, 93])
def test_noise_and_bursts_do_not_move_the_figure(percent: int) -> None:
    rest_mv = next(mv for mv in range(3000, 4300) if curve.percent(mv) >= percent)
    cell = Cell(rest_mv, noise_mv=8, bursts=0.2, seed=percent)
    gauge = Gauge(cell, Calibration())
    gauge.sample(loaded=False)
    for _ in range(60):
        gauge.sample(loaded=False)
    shown = []
    for _ in range(600):
        gauge.sample(loaded=False)
        shown.append(gauge.percent)
    assert max(shown) - min(shown) <= 4
    assert abs(sum(shown) / len(shown) - percent) <= 3
    ticks = sum(1 for before, after in itertools.pairwise(shown) if before != after)
    raw = [curve.percent(cell.battery_mv()) for _ in range(600)]
    raw_ticks = sum(1 for before, after in itertools.pairwise(raw) if before != after)
    assert ticks * 10 < raw_ticks


def test_a_load_is_not_a_lost_charge() -> None:
    cell = Cell(3850)
    gauge = Gauge(cell, Calibration())
    for _ in range(5):
        gauge.sample(loaded=False)
    before = gauge.percent
    cell.sag_mv = 80
    for _ in range(60):
        gauge.sample(loaded=True)
    assert gauge.mv == 3770
    assert abs(gauge.percent - before) <= 1
    cell.rest_mv -= 30  # the clip goes on, and the cell runs down meanwhile
    for _ in range(60):
        gauge.sample(loaded=True)
    assert curve.percent(3820) <= gauge.percent <= curve.percent(3820) + 1


def test_a_cell_that_recovers_is_believed_only_when_it_has() -> None:
    cell = Cell(3850)
    gauge = Gauge(cell, Calibration())
    for _ in range(5):
        gauge.sample(loaded=False)
    cell.sag_mv = 80
    gauge.sample(loaded=True)
    rest = gauge.rest_mv
    for _ in range(2):  # the load is gone, the voltage is not back yet
        gauge.sample(loaded=False)
        assert gauge.rest_mv == rest
    cell.sag_mv = 0
    for _ in range(40):
        gauge.sample(loaded=False)
    assert abs(gauge.rest_mv - 3850) <= 1


def test_a_dead_cell_does_not_hide_behind_its_resistance() -> None:
    cell = Cell(3850)
    gauge = Gauge(cell, Calibration())
    gauge.sample(loaded=False)
    cell.sag_mv = 900
    for _ in range(100):
        gauge.sample(loaded=True)
    assert gauge.rest_mv < 3400


def test_the_figure_follows_a_discharge_down_and_a_charge_up() -> None:
    cell = Cell(4200)
    gauge = Gauge(cell, Calibration())
    gauge.sample(loaded=False)
    assert gauge.percent == 100
    falling = []
    for millivolts in range(4200, 3200, -1):
        cell.rest_mv = millivolts
        gauge.sample(loaded=False)
        falling.append(gauge.percent)
    assert falling == sorted(falling, reverse=True)
    for _ in range(60):
        gauge.sample(loaded=False)
    assert gauge.percent == 0
    cell.rest_mv = 4210
    for _ in range(300):
        gauge.sample(loaded=False)
    assert gauge.percent == 100


def test_a_burst_at_the_first_look_is_no_empty_battery() -> None:
    readings = [3200] * 9 + [3900] * 9 + [3200] * 9

    class Bursting:
        def battery_mv(self) -> int:
            return readings.pop(0)

    gauge = Gauge(Bursting(), Calibration())
    gauge.sample(loaded=False)
    assert gauge.rest_mv == 3900
    assert gauge.percent == curve.percent(3900)


def test_what_the_gauge_reads_is_calibrated() -> None:
    gauge = Gauge(Cell(3900), Calibration(offset_mv=-20, scale_ppm=10_000))
    assert gauge.read_mv() == 3900 + 39 - 20
