"""What the probe decides: when the light was lit, what is mended when, and what it says to nonsense."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.probe.firmware import Desk, Pins, bench, clock, lines, service, timeline

SILENCE_US = bench.SILENCE_MS * 1000


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_it_says_what_it_is(desk: Desk) -> None:
    answer = desk.say("hello")
    assert (answer["ok"], answer["id"], answer["probe"], answer["protocol"]) == (True, 7, 1, 1)
    assert answer["machine"] == "a test, simulated"
    assert answer["silence_ms"] == 5000


@pytest.mark.parametrize("fault", ["open", "short", "replace", "cover"])
def test_a_fault_is_on_until_it_is_switched_off(desk: Desk, fault: str) -> None:
    assert desk.say("led", fault=fault, on=True)["settles_ms"] > 0
    assert desk.pins.on == {fault}
    desk.say("led", fault=fault, on=False)
    assert desk.pins.on == set()


def test_power_off_is_the_switch_on_and_on_is_its_rest(desk: Desk) -> None:
    desk.say("power", on=False)
    assert desk.pins.on == {"power"}
    assert desk.say("state")["on"]["power"] is True
    desk.say("power", on=True)
    assert desk.pins.on == set()


def test_a_host_that_falls_silent_leaves_nothing_broken(desk: Desk) -> None:
    desk.say("led", fault="open", on=True)
    desk.say("power", on=False)
    desk.pass_us(SILENCE_US - 10_000)
    assert desk.pins.on == {"open", "power"}
    desk.pass_us(20_000)
    assert desk.pins.on == set()
    assert desk.say("state")["lapses"] == 1


def test_a_sign_of_life_keeps_a_fault_on(desk: Desk) -> None:
    desk.say("led", fault="open", on=True)
    for _ in range(5):
        desk.pass_us(SILENCE_US - 10_000)
        desk.say("state")
    assert desk.pins.on == {"open"}
    assert desk.say("state")["lapses"] == 0


def test_noise_is_no_sign_of_life(desk: Desk) -> None:
    desk.say("led", fault="open", on=True)
    for _ in range(4):
        desk.pass_us(SILENCE_US // 3)
        desk.hear(b"half a line of a boot\n")
    assert desk.pins.on == set()


def test_a_host_that_is_silent_with_nothing_on_has_not_lapsed(desk: Desk) -> None:
    desk.pass_us(3 * SILENCE_US)
    assert (desk.pins.rests, desk.say("state")["lapses"]) == (0, 0)


def test_a_tap_ends_by_itself(desk: Desk) -> None:
    desk.say("button", on=True, ms=80)
    desk.pass_us(70_000)
    assert desk.pins.on == {"button"}
    desk.pass_us(20_000)
    assert desk.pins.on == set()


def test_a_finger_that_is_put_down_after_a_tap_stays_down(desk: Desk) -> None:
    desk.say("button", on=True, ms=80)
    desk.say("button", on=True)
    desk.pass_us(200_000)
    assert desk.pins.on == {"button"}


def test_mend_mends_all(desk: Desk) -> None:
    for fault in ("open", "short", "cover"):
        desk.say("led", fault=fault, on=True)
    desk.say("power", on=False)
    desk.say("mend")
    assert desk.pins.on == set()
    assert not any(desk.say("state")["on"].values())


class Interrupted(Exception):
    """Ctrl-C, or an exception in the program."""


class _Breaking:
    def byte(self, wait_ms: int) -> int:
        raise Interrupted

    def send(self, line: str) -> None: ...


def test_whatever_ends_the_program_mends() -> None:
    pins = Pins()
    pins.on = {"open", "power"}
    with pytest.raises(Interrupted):
        service.run(pins, _Breaking())
    assert pins.on == set()


def test_light_has_edges_with_their_times(desk: Desk) -> None:
    desk.pass_us(10_000)
    desk.pins.uv = 600_000
    desk.pass_us(10_000)
    desk.pins.uv = 15_000
    desk.pass_us(10_000)
    answer = desk.say("edges", after=0)
    assert (answer["first"], answer["next"]) == (0, 2)
    (on_us, _, on, late_us), (off_us, _, off, _) = answer["edges"]
    assert late_us == 2000, "since the look before"
    assert (on, off) == (1, 0)
    assert 10_000 <= on_us <= 12_000
    assert 20_000 <= off_us <= 22_000


@pytest.mark.parametrize(
    ("levels_mv", "edges"),
    [
        ((199, 100, 199), []),
        ((200, 100, 199), [1]),
        ((200, 99, 199), [1, 0]),
        ((200, 99, 200), [1, 0, 1]),
    ],
)
def test_lit_from_200_mv_on_dark_below_100(desk: Desk, levels_mv: tuple[int, ...], edges: list[int]) -> None:
    for level in levels_mv:
        desk.pins.uv = level * 1000
        desk.pass_us(2000)
    assert [level for _, _, level, _ in desk.say("edges", after=0)["edges"]] == edges


def test_the_counter_of_flashes_is_read_before_it_goes_round(desk: Desk) -> None:
    desk.pass_us(30_000_000, step_us=20_000)
    assert max(later - sooner for sooner, later in itertools.pairwise([0, *desk.pins.counted])) < 8_000_000
    assert desk.pins.counted[-1] > 22_000_000


def test_the_longest_gap_between_two_looks_is_told_and_forgotten(desk: Desk) -> None:
    desk.pass_us(10_000)
    desk.pins.us += 50_000
    desk.pass_us(10_000)
    assert desk.say("sense")["gap_us"] == 52_000
    desk.pass_us(10_000)
    assert desk.say("sense")["gap_us"] < 5000


def test_edges_that_were_forgotten_are_missed_and_not_hidden(desk: Desk) -> None:
    for _ in range(150):
        desk.pins.uv = 600_000
        desk.pass_us(2000)
        desk.pins.uv = 15_000
        desk.pass_us(2000)
    answer = desk.say("edges", after=10)
    assert answer["next"] == 300
    assert answer["first"] == 300 - 256
    assert len(answer["edges"]) == 8
    last = desk.say("edges", after=299)
    assert (last["first"], len(last["edges"]), last["edges"][0][2]) == (299, 1, 0)
    assert desk.say("edges", after=300)["edges"] == []


def test_edges_come_in_order_across_the_ring() -> None:
    ring = timeline.Timeline()
    for number in range(1000):
        ring.add(number, timeline.LIGHT, number % 2, 0)
    first, edges = ring.since(0, 1000)
    assert first == 1000 - 256
    assert [us for us, _, _, _ in edges] == list(range(first, 1000))


def test_frame_marks_keep_the_time_of_their_interrupt(desk: Desk) -> None:
    desk.pass_us(10_000)
    desk.pins.us += 100
    desk.pins.mark(desk.pins.ticks_us(), 1)
    desk.pins.us += 1500
    desk.pins.mark(desk.pins.ticks_us(), 0)
    desk.pass_us(4000)
    # The last look was at 10 ms: an interrupt can't have waited for longer.
    assert desk.say("edges", after=0)["edges"] == [[10_100, 1, 1, 100], [11_600, 1, 0, 1600]]


def test_the_clock_does_not_wrap_with_the_ticks(desk: Desk) -> None:
    desk.pass_us(5_000_000, step_us=400_000)  # the test's ticks wrap after 1.05 s
    assert desk.say("state")["us"] == 5_000_000


def test_a_moment_before_the_last_reading_can_be_told() -> None:
    pins = Pins()
    pins.us = (1 << 20) - 50
    ours = clock.Clock(pins.ticks_us, pins.ticks_diff)
    pins.us += 40
    ticks = pins.ticks_us()
    pins.us += 60
    assert ours.us() == 100
    assert ours.at(ticks) == 40


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"led open", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[1]", "not_an_object"),
        (b'{"do": "hello"}', "no_id"),
        (b'{"id": true, "do": "hello"}', "no_id"),
        (b'{"id": -1, "do": "hello"}', "no_id"),
        (b'{"id": 1073741824, "do": "hello"}', "no_id"),
        (b'{"id": 1}', "no_verb"),
        (b'{"id": 1, "do": "__init__"}', "unknown_verb"),
        (b'{"id": 1, "do": "look"}', "unknown_verb"),
        (b'{"id": 1, "do": "led", "fault": "power", "on": true}', "bad_field"),
        (b'{"id": 1, "do": "led", "fault": "open", "on": 1}', "bad_field"),
        (b'{"id": 1, "do": "button", "on": true, "ms": 60001}', "bad_field"),
        (b'{"id": 1, "do": "edges"}', "bad_field"),
        (b'{"id": 1, "do": "edges", "after": -1}', "bad_field"),
        (b"x" * 201, "too_long"),
    ],
)
def test_nonsense_is_refused_by_name_and_switches_nothing(desk: Desk, said: bytes, error: str) -> None:
    (answer,) = desk.hear(said + b"\r\n")
    assert (answer["ok"], answer["error"]) == (False, error)
    assert desk.pins.on == set()
    assert desk.say("hello")["ok"]


def test_the_longest_line_is_a_line(desk: Desk) -> None:
    request = json.dumps({"id": 1, "do": "state"})
    padded = request + " " * (lines.LINE_BYTES - len(request))
    assert desk.hear(padded.encode() + b"\r\n")[0]["ok"]


def test_empty_lines_are_not_answered(desk: Desk) -> None:
    assert desk.hear(b"\n\r\n  \n") == []


@given(st.binary(max_size=600))
def test_no_bytes_stop_it_or_switch_anything(data: bytes) -> None:
    desk = Desk()
    answers = desk.hear(data + b"\n")
    assert all(answer["ok"] is False for answer in answers)
    assert len(answers) <= data.count(b"\n") + 1
    assert desk.pins.on == set()
    assert desk.say("hello")["ok"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["open", "led", "power"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "do", "on", "ms"]), inner),
    max_leaves=8,
)
_VERB = st.sampled_from(["hello", "state", "sense", "edges", "led", "button", "power", "mend"])


@given(st.lists(st.tuples(_VERB, st.dictionaries(st.sampled_from(["fault", "on", "ms", "after"]), _JSON)), max_size=6))
def test_whatever_is_asked_silence_mends_it(asked: list[tuple[str, dict[str, object]]]) -> None:
    desk = Desk()
    for verb, fields in asked:
        answers = desk.hear(json.dumps({"id": 1, "do": verb, **fields}).encode() + b"\n")
        assert len(answers) == 1
    desk.pass_us(SILENCE_US + 100_000, step_us=50_000)
    assert desk.pins.on == set()
