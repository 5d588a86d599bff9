"""The status light's language: one table, told apart by rhythm alone, shown by a clock that is not ours."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from plainsight.power.status import PATTERNS, REFUSED_MS, StatusLight

from tests.unit.power.stage import Board, Stage

ROOT = Path(__file__).resolve().parents[3]
NAMES = [name for name, _, _ in PATTERNS]
TIMES = {name: times for name, times, _ in PATTERNS}
_LONG_MS = 400  # a flash that a person calls long
_GAP_MS = 1000  # a pause that a person takes for the end of a group


class Light:
    def __init__(self) -> None:
        stage = Stage()
        self.clock = stage.clock
        self.board = Board()
        self.status: Any = StatusLight(self.board, self.clock)

    def record(self, duration_ms: int) -> list[tuple[int, bool]]:
        """(moment in ms, lit) of each change within the next `duration_ms`, looked at every 10 ms."""
        seen: list[tuple[int, bool]] = []
        begun = self.clock.now_ms
        for now_ms in range(begun, begun + duration_ms, 10):
            self.clock.now_ms = now_ms
            changes = len(self.board.light)
            self.status.tick()
            if len(self.board.light) > changes:
                seen.append((now_ms - begun, self.board.light[-1]))
        self.clock.now_ms = begun + duration_ms
        return seen


@pytest.mark.parametrize("name", NAMES)
def test_a_pattern_is_played_as_it_stands_in_the_table(name: str) -> None:
    light = Light()
    light.status.show(name)
    moments = [0, *itertools.accumulate(TIMES[name] * 2)]
    expected = [(moment, index % 2 == 0) for index, moment in enumerate(moments[:-1])]
    assert light.record(moments[-1]) == expected
    assert light.status.showing == name


def look(times: tuple[int, ...]) -> tuple[Any, ...]:
    """What a person can tell of a rhythm: long and short flashes of a group, and whether it has an end."""
    flashes = ["long" if on >= _LONG_MS else "short" for on in times[::2]]
    pause_ms = times[-1]
    if pause_ms >= _GAP_MS and len(times) == 2 and pause_ms > 2 * times[0]:
        return (*flashes, "rare")
    if pause_ms >= _GAP_MS and len(times) > 2:
        return (*flashes, "group")
    pace = "fast" if sum(times) < 400 else "even" if sum(times) < 700 else "slow"
    shape = "mostly on" if times[0] > 3 * times[1] else "half"
    return (*flashes, "steady", pace, shape) if len(times) == 2 else (*flashes, "group")


def test_no_two_patterns_look_alike() -> None:
    looks = [look(times) for times in TIMES.values()]
    assert len(set(looks)) == len(looks), looks
    assert len(set(NAMES)) == len(NAMES)


def test_a_pattern_is_flashes_and_pauses_that_a_person_sees() -> None:
    for name, times in TIMES.items():
        assert len(times) % 2 == 0, name
        assert min(times) >= 40, name
        begins = [moment for index, moment in enumerate([0, *itertools.accumulate(times * 8)]) if index % 2 == 0]
        for first, fourth in zip(begins, begins[3:], strict=False):
            assert fourth - first > 1000, f"{name}: more than three flashes in a second"


def test_the_most_urgent_of_what_holds_is_shown_from_its_start() -> None:
    light = Light()
    holds = {name: False for name in NAMES}
    for name in NAMES:
        light.status.when(name, lambda name=name: holds[name])
    for name in reversed(NAMES):
        holds[name] = True
        light.clock.now_ms += 137
        light.status.tick()
        assert (light.status.showing, light.board.light[-1]) == (name, True)
    for name, following in zip(NAMES, [*NAMES[1:], ""], strict=True):
        holds[name] = False
        light.status.tick()
        assert light.status.showing == following
    assert light.board.light[-1] is False


def test_what_lasts_for_hours_takes_turns_and_gives_way_to_what_is_urgent() -> None:
    light = Light()
    holds = {"too_hot": False, "low_battery": True, "listening": True, "recording": False, "ready": True}
    for name in holds:
        light.status.when(name, lambda name=name: holds[name])

    def shown_for(duration_ms: int) -> list[str]:
        """What was shown, one after the other."""
        seen: list[str] = []
        for _ in range(duration_ms // 20):
            light.status.tick()
            if seen[-1:] != [light.status.showing]:
                seen.append(light.status.showing)
            light.clock.now_ms += 20
        return seen

    assert shown_for(16_000) == ["low_battery", "listening"] * 3
    holds["recording"] = True
    assert shown_for(6_000) == ["recording"]
    holds["recording"], holds["too_hot"] = False, True
    assert shown_for(8_600) == ["too_hot", "low_battery", "listening"]
    holds["listening"] = False
    light.status.tick()
    assert light.status.showing == "too_hot", "a microphone that is closed is not shown a moment longer"
    holds["too_hot"] = holds["low_battery"] = False
    assert shown_for(25_000) == ["ready"]


def test_what_is_shown_for_a_time_ends_by_itself() -> None:
    light = Light()
    light.status.when("ready", lambda: True)
    light.status.show("refused", REFUSED_MS)
    light.record(REFUSED_MS - 10)
    assert light.status.showing == "refused"
    light.record(20)
    assert light.status.showing == "ready"
    assert sum(TIMES["refused"]) - REFUSED_MS in range(-100, 100)


@pytest.mark.parametrize("begun_ms", [0, (1 << 30) - 1])
def test_what_was_shown_for_a_time_does_not_come_back_when_the_ticks_wrap(begun_ms: int) -> None:
    wrap = 1 << 30

    class Wrapping:
        now_ms = begun_ms

        def ms(self) -> int:
            return self.now_ms % wrap

        def diff(self, end: int, start: int) -> int:
            assert max(end, start) < wrap  # else no small integer on the board, and the port's answer is anything
            return (end - start + wrap // 2) % wrap - wrap // 2

    clock, board = Wrapping(), Board()
    status: Any = StatusLight(board, clock)  # type: ignore[arg-type]
    status.show("refused", REFUSED_MS)
    for now_ms in (0, REFUSED_MS + 1, wrap // 2 + REFUSED_MS + 1):
        clock.now_ms = begun_ms + now_ms
        status.tick()
    assert status.showing == ""


def test_what_is_shown_can_be_hidden_and_shown_again() -> None:
    light = Light()
    light.status.show("error")
    light.status.tick()
    light.status.hide("error")
    light.status.tick()
    assert (light.status.showing, light.board.light) == ("", [True, False])


@pytest.mark.parametrize("act", ["show", "hide"])
def test_a_name_that_is_not_in_the_table_is_a_fault_of_ours(act: str) -> None:
    with pytest.raises(ValueError, match="party"):
        getattr(Light().status, act)("party")


def test_the_document_shows_the_table_and_nothing_else() -> None:
    text = (ROOT / "docs" / "status-light.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    expected = [(name, " ".join(_written(times)), meaning) for name, times, meaning in PATTERNS]
    assert [(name, rhythm.strip(), meaning.strip()) for name, rhythm, meaning in rows] == expected


def _written(times: tuple[int, ...]) -> list[str]:
    return [f"{'on' if index % 2 == 0 else 'off'} {duration}" for index, duration in enumerate(times)]


_ON_MICROPYTHON = """
import sys, micropython
sys.path[:] = [sys.argv[1], ".frozen"]
from plainsight.power.status import StatusLight, PATTERNS
from plainsight.power.buzzer import Buzzer

class Clock:
    now = 0
    def ms(self): return self.now
    def diff(self, end, start): return end - start

class Board:
    has_buzzer = True
    changes = 0
    def status_light(self, on): self.changes += 1
    def buzz(self, hz): self.changes += 1
    def buzz_off(self): self.changes += 1

class Settings:
    values = {"buzzer": True}

clock, board = Clock(), Board()
clock.now = board.changes = 0  # now, not at the first change: a new attribute takes memory
light, buzzer = StatusLight(board, clock), Buzzer(board, clock, Settings())
light.when("recording", lambda: clock.now > 5000)
light.when("ready", lambda: True)
light.show("refused", 2000)
buzzer.play("mark")
micropython.heap_lock()
for _ in range(1000):
    clock.now += 20
    light.tick()
    buzzer.tick()
micropython.heap_unlock()
print("changes", board.changes > 20, light.showing)
"""


def test_playing_allocates_nothing() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("micropython"), "-c", _ON_MICROPYTHON, ROOT / "firmware"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.stdout.strip() == "changes True recording", run.stdout + run.stderr
