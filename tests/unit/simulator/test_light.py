"""The capture LED and what senses it: current, light and pulses as exact functions of the timeline."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_tools.simulator.world.led import FULL_DUTY, Drive, Led, LedState
from host_tools.simulator.world.light_sense import LightSense

NOMINAL_MV = 200
HALF = 32768


class Bench:
    """LED and sensors on a hand-moved clock (an Agenda is not needed: nothing is due)."""

    def __init__(self) -> None:
        self.now_us = 0
        self.led = Led(self)  # pyright: ignore[reportArgumentType]
        self.sense = LightSense(self, self.led, NOMINAL_MV)  # pyright: ignore[reportArgumentType]

    def wait(self, duration_us: int) -> None:
        self.now_us += duration_us


@pytest.fixture
def bench() -> Bench:
    return Bench()


DAMAGE = {
    "none": lambda led: None,
    "open": lambda led: led.cut(),
    "short": lambda led: led.short(),
    "replaced": lambda led: led.replace(),
    "covered": lambda led: led.cover(),
}


@pytest.mark.parametrize(
    ("damage", "millivolts", "pulses", "lit"),
    [("none", 100, 400, True), ("open", 0, 0, False), ("short", 250, 0, False), ("replaced", 100, 0, False),
     ("covered", 100, 0, False)],
)  # fmt: skip
def test_each_damage_shows_where_it_must(bench, damage, millivolts, pulses, lit):
    DAMAGE[damage](bench.led)
    bench.led.drive(HALF, 4000)
    bench.wait(100_000)
    assert bench.sense.millivolts() == pytest.approx(millivolts, rel=1e-3)
    assert bench.sense.pulses() == pulses
    assert bench.led.lit is lit
    assert bench.led.commanded


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_dark_led_shows_nothing(bench, damage):
    DAMAGE[damage](bench.led)
    bench.wait(100_000)
    assert (bench.sense.millivolts(), bench.sense.pulses(), bench.led.lit, bench.led.commanded) == (0, 0, False, False)


@pytest.mark.parametrize("damage", [name for name in DAMAGE if name != "none"])
def test_mending_undoes_all_damage(bench, damage):
    DAMAGE[damage](bench.led)
    bench.led.mend()
    bench.led.drive(HALF, 4000)
    bench.wait(10_000)
    assert (bench.led.lit, bench.sense.pulses()) == (True, 40)


@pytest.mark.parametrize("hz", [0, 4000])
def test_steady_light_is_seen_by_people_and_not_by_the_comparator(bench, hz):
    bench.led.drive(FULL_DUTY, hz)
    bench.wait(50_000)
    assert (bench.led.lit, bench.sense.pulses(), bench.sense.millivolts()) == (True, 0, NOMINAL_MV)


@pytest.mark.parametrize(
    ("duty", "hz", "lit"), [(HALF, 99, False), (HALF, 100, True), (8191, 0, True), (8190, 0, False)]
)
def test_a_blinking_or_dim_led_is_not_lit(bench, duty, hz, lit):
    bench.led.drive(duty, hz)
    assert bench.led.lit is lit


def test_the_filter_before_the_adc_takes_a_millisecond(bench):
    bench.led.drive(FULL_DUTY, 0)
    readings = []
    for _ in range(5):
        readings.append(bench.sense.millivolts())
        bench.wait(250)
    assert readings == [0, 50, 100, 150, 200]
    bench.led.cut()
    bench.wait(500)
    assert bench.sense.millivolts() == 100


def test_a_pulse_cut_off_does_not_count_and_counts_never_fall(bench):
    bench.led.drive(HALF, 1000)
    bench.wait(2999)
    assert bench.sense.pulses() == 2
    bench.led.cut()
    bench.wait(10_000)
    assert bench.sense.pulses() == 2
    bench.led.mend()
    bench.wait(999)
    assert bench.sense.pulses() == 2
    bench.wait(1)
    assert bench.sense.pulses() == 3


def test_a_repeated_command_does_not_restart_the_waveform(bench):
    bench.led.drive(HALF, 1000)
    bench.wait(500)
    bench.led.drive(HALF, 1000)
    bench.wait(500)
    assert bench.sense.pulses() == 1


ACTIONS = st.lists(
    st.tuples(
        st.integers(0, 5000),
        st.sampled_from(["on", "steady", "off", "cut", "short", "replace", "cover", "mend"]),
    ),
    max_size=20,
)


@settings(deadline=None)
@given(ACTIONS, st.integers(0, 5000))
def test_pulses_are_the_integral_of_what_the_photodiode_sees(actions, rest_us):
    bench = Bench()
    hz = 4000
    drive, damaged = "off", set[str]()
    seen_us, expected = 0, 0
    for wait_us, action in [*actions, (rest_us, "end")]:
        bench.wait(wait_us)
        if drive == "on" and not damaged:
            seen_us += wait_us
        before = (drive, bool(damaged))
        match action:
            case "on" | "steady" | "off":
                drive = action
                bench.led.drive({"on": HALF, "steady": FULL_DUTY, "off": 0}[action], hz if action == "on" else 0)
            case "mend":
                damaged.clear()
                bench.led.mend()
            case "cut" | "short" | "replace" | "cover":
                damaged.add(action)
                getattr(bench.led, action)()
        if (drive, bool(damaged)) != before:
            expected += seen_us * hz // 1_000_000
            seen_us = 0
    assert bench.sense.pulses() == expected + seen_us * hz // 1_000_000


def test_the_timeline_remembers(bench):
    bench.wait(10)
    bench.led.drive(HALF, 4000)
    bench.wait(10)
    bench.led.cover()
    assert not bench.led.track.at(9).lit
    assert bench.led.track.always(10, 20, lambda state: state.lit)
    assert bench.led.track.at(20) == LedState(Drive(HALF, 4000, 10), covered=True)
