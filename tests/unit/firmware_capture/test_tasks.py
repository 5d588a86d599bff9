"""The watchdog's conditions, the clock, and files that are old or new."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plainsight import compat, files
from plainsight.clock import Clock
from plainsight.health import Health

from tests.unit.firmware_capture.bench import Bench, BenchClock
from tests.unit.firmware_capture.cuts import Power, PowerCut


class Enough(Exception):
    """Ends a task that runs for ever."""


class Dog:
    """A watchdog that counts its meals, and ends the test after some."""

    def __init__(self, meals: int = 1_000_000):
        self.meals = 0
        self._most = meals

    def feed(self) -> None:
        self.meals += 1
        if self.meals == self._most:
            raise Enough


def test_health_names_who_is_late() -> None:
    bench, late = Bench(), list[str]()
    health = Health(Dog(), BenchClock(bench), late.append)
    assert health.late() == ""
    health.expect("link", 1000)
    health.expect("button", 5000)
    bench.advance(1_000_000)
    assert health.late() == ""
    bench.advance(1000)
    assert health.late() == "link"
    health.alive("link")
    assert health.late() == ""
    bench.advance(900_000)
    health.alive("link")
    bench.advance(900_000)
    health.alive("link")
    bench.advance(900_000)
    health.alive("link")
    bench.advance(900_000)
    assert health.late() == ""
    health.alive("link")
    bench.advance(500_000)
    assert health.late() == "button"
    with pytest.raises(KeyError):
        health.alive("stranger")


async def test_the_watchdog_is_fed_only_while_all_is_well() -> None:
    bench = Bench()
    clock = BenchClock(bench)
    dog, late = Dog(), list[str]()
    health = Health(dog, clock, late.append)
    health.expect("link", 2000)
    begun = bench.now_us

    def stop() -> None:
        raise Enough

    clock.before_sleep = {12: stop}
    with pytest.raises(Enough):
        await health.run()
    assert bench.now_us - begun > 5_000_000
    assert dog.meals == 5
    assert late == ["link"]


def test_time_comes_from_the_board() -> None:
    bench = Bench()
    clock = Clock(bench)
    assert clock.unix_s() == bench.now_s()
    start_ms, start_us = clock.ms(), clock.us()
    assert 0 <= clock.diff(clock.ms(), start_ms) < 10_000
    assert 0 <= clock.diff(clock.us(), start_us) < 10_000_000


async def test_sleeping_lets_time_pass() -> None:
    clock = Clock(Bench())
    start = clock.ms()
    await clock.sleep_ms(5)
    assert clock.diff(clock.ms(), start) >= 4


@given(start=st.integers(0, 2**30 - 1), delta=st.integers(-(2**29), 2**29 - 1))
def test_ticks_survive_their_wrap(start: int, delta: int) -> None:
    assert compat.ticks_diff(compat.ticks_add(start, delta), start) == delta


@pytest.mark.parametrize("old", [None, b"old"])
def test_a_file_is_old_or_new(tmp_path: Path, power: Power, old: bytes | None) -> None:
    for operation in (1, 2):
        path = str(tmp_path / str(operation))
        if old is not None:
            files.write_atomic(path, old)
        power.cut(operation)
        with pytest.raises(PowerCut):
            files.write_atomic(path, b"new")
        power.cut(None)
        assert files.read(path) == old
        files.write_atomic(path, b"new")
        assert files.read(path) == b"new"


def test_what_is_flushed_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    names: list[list[str]] = []
    monkeypatch.setattr(compat, "flush", lambda _: names.append(files.names(str(tmp_path))))
    files.write_atomic(str(path), b"new")
    assert names == [["file.new"]]


def test_folders(tmp_path: Path) -> None:
    deep = f"{tmp_path}/a/b/c"
    files.make_folder(deep)
    files.make_folder(deep)
    files.write_atomic(deep + "/file", b"123")
    assert [files.is_folder(deep + name) for name in ("", "/file", "/none")] == [True, False, False]
    assert (files.size(deep + "/file"), files.size(deep + "/none"), files.read(deep + "/none")) == (3, None, None)
    assert [files.remove(deep + "/file") for _ in range(2)] == [True, False]
    files.write_atomic(deep + "/file", b"123")
    files.remove_tree(f"{tmp_path}/a")
    files.remove_tree(f"{tmp_path}/a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("act", [files.read, files.size, files.remove, files.make_folder])
def test_other_errors_are_not_hidden(tmp_path: Path, act: Callable[[str], object]) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("x")
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        act(f"{blocker}/below/further")
