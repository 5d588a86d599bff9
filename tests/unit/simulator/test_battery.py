"""The world's battery and heat: they do what a test asks, on the world's own clock."""

from __future__ import annotations

import itertools
import statistics

import pytest

from host_tools.simulator.world.agenda import Agenda
from host_tools.simulator.world.battery import Battery, rest_mv


class Clock:
    def __init__(self) -> None:
        self.now_us = 0

    def read(self) -> int:
        return self.now_us

    def pass_s(self, seconds: float) -> None:
        self.now_us += round(seconds * 1_000_000)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def battery(clock: Clock) -> Battery:
    return Battery(Agenda(clock.read), divider=2)


def test_a_new_battery_stands_still_behind_its_divider(battery: Battery, clock: Clock) -> None:
    clock.pass_s(3600)
    assert battery.at_pin_mv() == 2000
    assert battery.percent is None
    battery.set_mv(3300)
    assert battery.at_pin_mv() == 1650


def test_a_discharge_falls_along_the_curve_and_ends_at_nothing(battery: Battery, clock: Clock) -> None:
    battery.discharge(50, percent_per_s=5)
    assert battery.millivolts == rest_mv(50) == 3840
    seen = []
    for _ in range(12):
        clock.pass_s(1)
        seen.append(battery.millivolts)
    assert all(later <= earlier for earlier, later in itertools.pairwise(seen))
    assert battery.percent == 0
    assert seen[-1] == 3270


def test_the_terminals_sag_under_load(battery: Battery) -> None:
    battery.resist(0.25)
    battery.load_ma = lambda: 200
    assert battery.millivolts == 4000 - 50
    battery.load_ma = lambda: 0
    assert battery.millivolts == 4000


def test_noise_has_the_width_that_was_asked_for_and_bursts_are_deep(battery: Battery) -> None:
    battery.noise(10, seed=3)
    readings = [battery.at_pin_mv() * 2 for _ in range(2000)]
    assert abs(statistics.mean(readings) - 4000) < 2
    assert 9 < statistics.stdev(readings) < 11
    battery.noise(0, bursts=0.3, seed=3)
    readings = [battery.at_pin_mv() * 2 for _ in range(2000)]
    assert set(readings) == {4000, 3850}
    assert 500 < readings.count(3850) < 700
    battery.noise(10, seed=9)
    first = [battery.at_pin_mv() for _ in range(5)]
    battery.noise(10, seed=9)
    assert [battery.at_pin_mv() for _ in range(5)] == first
