"""The time of day: whose word counts, that every step is on record, and that a flat battery does not turn it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight.errors import Refused
from plainsight.timekeeping import EARLIEST_S, LATEST_S, STEP_S, Timekeeper

from tests.unit.firmware_capture.cuts import Power, PowerCut
from tests.unit.firmware_link.manual_clock import ManualClock

NOW_S = 1_800_000_000
POWER_ON_S = 946_684_800  # where the chip's calendar begins


class Chip:
    """A clock that somebody sets."""

    def __init__(self, now_s: int) -> None:
        self.time_s = now_s

    def now_s(self) -> int:
        return self.time_s

    def set_time(self, unix_s: int) -> None:
        self.time_s = unix_s


class Stage:
    def __init__(self, path: Path, now_s: int = POWER_ON_S) -> None:
        self.chip: Any = Chip(now_s)
        self.clock = ManualClock()
        self.records: list[dict[str, int]] = []
        self.shown: list[int] = []  # what the clock said when each record was made
        self.failing = False
        self.named: list[str] = []
        self.time = Timekeeper(self.chip, self.clock, self, str(path))
        self.found = self.time.restore(self.named.append)

    def append(self, kind: str, **data: int) -> None:
        assert kind == "clock"
        if self.failing:
            raise Refused("journal_failed")
        self.records.append(data)
        self.shown.append(self.chip.time_s)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


def test_the_first_phone_sets_the_clock_and_the_record_comes_first(path: Path) -> None:
    stage = Stage(path)
    assert stage.found == "unset"
    stage.time.told(NOW_S, 3)
    assert stage.chip.time_s == NOW_S
    assert stage.records == [{"old": POWER_ON_S, "new": NOW_S, "phone": 3}]
    assert stage.shown == [POWER_ON_S]


@pytest.mark.parametrize("difference", [0, 1, -1, STEP_S, -STEP_S])
def test_a_small_difference_changes_nothing_however_often_it_is_told(path: Path, difference: int) -> None:
    stage = Stage(path, NOW_S)
    for _ in range(50):
        stage.time.told(stage.chip.time_s + difference, 1)
    assert stage.chip.time_s == NOW_S, "many small steps would be a great one off the record"
    assert stage.records == []


@pytest.mark.parametrize("difference", [STEP_S + 1, -STEP_S - 1, 10 * 365 * 86400, -365 * 86400])
def test_a_step_either_way_is_believed_and_recorded(path: Path, difference: int) -> None:
    stage = Stage(path, NOW_S)
    stage.time.told(NOW_S + difference, 1)
    assert stage.chip.time_s == NOW_S + difference
    assert stage.records == [{"old": NOW_S, "new": NOW_S + difference, "phone": 1}]


@pytest.mark.parametrize("told_s", [0, EARLIEST_S - 1, LATEST_S + 1, 2**47 - 1])
def test_a_time_outside_the_calendar_is_named_once_and_never_taken(path: Path, told_s: int) -> None:
    stage = Stage(path, NOW_S)
    for _ in range(3):
        stage.time.told(told_s, 1)
    assert stage.chip.time_s == NOW_S
    assert stage.records == [{"old": NOW_S, "asked": told_s, "phone": 1}]
    for edge_s in (EARLIEST_S, LATEST_S):
        stage.time.told(edge_s, 1)
        assert stage.chip.time_s == edge_s


def test_a_step_that_cannot_be_recorded_does_not_happen(path: Path) -> None:
    stage = Stage(path, NOW_S)
    stage.failing = True
    stage.time.told(NOW_S + 1000, 1)
    stage.time.told(0, 1)
    assert stage.chip.time_s == NOW_S
    stage.failing = False
    stage.time.told(0, 1)
    assert len(stage.records) == 1, "a doubt that could not be recorded is recorded when it can be"


def test_after_a_flat_battery_time_goes_on_from_where_it_was_known(path: Path) -> None:
    Stage(path).time.told(NOW_S, 1)
    stage = Stage(path)
    assert (stage.found, stage.chip.time_s) == ("restored", NOW_S)
    assert stage.records == []


def test_a_reset_that_keeps_the_clock_keeps_it(path: Path) -> None:
    Stage(path).time.told(NOW_S, 1)
    stage = Stage(path, NOW_S + 500)
    assert (stage.found, stage.chip.time_s) == ("kept", NOW_S + 500)


def test_the_time_is_written_down_every_hour_and_no_more_often(path: Path) -> None:
    stage = Stage(path)
    stage.time.told(NOW_S, 1)
    for minutes in (59, 1, 59, 1):
        stage.clock.now_ms += minutes * 60_000
        stage.chip.time_s += minutes * 60
        stage.time.tick()
        known_s = json.loads(path.read_text().splitlines()[0])["time_s"]
        assert known_s == (
            NOW_S if stage.chip.time_s < NOW_S + 3600 else NOW_S + 3600 * ((stage.chip.time_s - NOW_S) // 3600)
        )
    assert stage.time.uptime_s() == 2 * 3600


def test_a_clock_that_nobody_set_is_not_written_down(path: Path) -> None:
    stage = Stage(path)
    stage.clock.now_ms += 3_600_000
    stage.time.tick()
    assert not path.exists()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"{", "unreadable"),
        (b"[1]", "unreadable"),
        (b'{"time_s": 1800000000}', "version"),
        (b'{"version": 2, "time_s": 1800000000}', "version"),
        (b'{"version": 1, "time_s": "now"}', "fields"),
        (b'{"version": 1, "time_s": 12}', "fields"),
        (b'{"version": 1, "time_s": 9999999999}', "fields"),
        (b'{"version": 1}', "fields"),
    ],
)
def test_a_damaged_file_is_named_and_means_nothing(path: Path, content: bytes, named: str) -> None:
    path.write_bytes(content)
    stage = Stage(path)
    assert (stage.named, stage.found, stage.chip.time_s) == ([named], "unset", POWER_ON_S)


@given(content=st.binary(max_size=40))
def test_any_content_boots(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("clock") / "clock.json"
    path.write_bytes(content)
    assert Stage(path).chip.time_s == POWER_ON_S


def test_a_flash_that_fails_stops_no_clock(path: Path, power: Power) -> None:
    stage = Stage(path)
    power.failing = OSError(28, "full")
    power.cut(1)
    stage.time.told(NOW_S, 1)
    assert stage.chip.time_s == NOW_S


def test_a_power_cut_at_every_write_leaves_a_time_that_was_known(path: Path, power: Power) -> None:
    for cut in range(1, 10):
        power.cut(None)
        Stage(path, NOW_S - 50).time.told(NOW_S, 1)
        power.cut(cut)
        try:
            Stage(path, NOW_S).time.told(NOW_S + 1000, 1)
        except PowerCut:
            power.cut(None)
            assert Stage(path).chip.time_s in (NOW_S, NOW_S + 1000)
            path.unlink()
        else:
            assert cut > 1
            return
    pytest.fail("it never ended")


def test_a_bit_that_turns_over_is_noticed_wherever_it_lies(path: Path) -> None:
    stage = Stage(path)
    stage.time.told(NOW_S, 1)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        another = Stage(path)
        assert another.named == ["unreadable"], at
        assert another.chip.time_s == POWER_ON_S
