"""The crash log: bounded, without secrets, kept across resets, and what makes a crashing boot wait its turn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plainsight import wire
from plainsight.crashes import KEPT, LOOP_AFTER, Crashes

from tests.unit.firmware_capture.cuts import Power, PowerCut

SECRET = "pair_key=00112233445566778899aabbccddeeff"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "crashes.json"


def booted(path: Path, cause: str = "power_on", named: list[str] | None = None) -> Crashes:
    log = Crashes(str(path), lambda: 1_800_000_000, lambda text: None)
    log.begin(cause, (named if named is not None else []).append)
    return log


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:  # noqa: BLE001 - whatever the test wants
        return caught


def test_an_exception_is_kept_by_its_kind_and_place_and_never_by_its_words(path: Path) -> None:
    booted(path).fatal(raised(KeyError(SECRET)), "house")
    log = booted(path)
    (row,) = log.rows()
    assert (row["boot"], row["time_s"], row["cause"]) == (1, 1_800_000_000, "exception")
    assert row["text"].startswith("house: KeyError at test_crashes.py:")
    assert SECRET not in path.read_text()
    assert log.count == 1
    assert log.of_last_boot() == [row]
    assert booted(path).of_last_boot() == []


def test_an_error_of_the_system_keeps_its_number(path: Path) -> None:
    log = booted(path)
    log.survived("transfer", raised(OSError(5, SECRET)))
    (row,) = log.rows()
    assert row["cause"] == "task"
    assert row["text"].startswith("transfer: OSError 5 at ")


@pytest.mark.parametrize(
    ("cause", "kept"),
    [("watchdog", ["watchdog"]), ("brownout", ["brownout"]), ("power_on", []), ("reset", []), ("deepsleep", [])],
)
def test_what_only_the_chip_knows_is_added_at_the_next_boot(path: Path, cause: str, kept: list[str]) -> None:
    booted(path)
    log = booted(path, cause)
    assert [(row["cause"], row["boot"]) for row in log.rows()] == [(cause, 1) for cause in kept]
    assert log.of_last_boot() == log.rows()


def test_a_task_that_was_named_before_the_watchdog_bit_is_one_crash(path: Path) -> None:
    booted(path).late("beacon")
    log = booted(path, "watchdog")
    assert [(row["cause"], row["text"]) for row in log.rows()] == [("late", "beacon")]
    assert [row["cause"] for row in booted(path, "watchdog").rows()] == ["late", "watchdog"]


def test_the_last_ones_are_kept_and_all_are_counted(path: Path) -> None:
    log = booted(path)
    for number in range(KEPT + 5):
        log.survived(f"task {number}", KeyError())
    log = booted(path)
    assert [row["text"].split(":")[0] for row in log.rows()] == [f"task {number}" for number in range(5, KEPT + 5)]
    assert log.count == KEPT + 5
    wire.check_fields({"crashes": log.rows()}, wire.OPERATIONS["crashes"][2])
    assert len(json.dumps({"crashes": log.rows()}).encode()) < wire.MAX_BODY


def test_the_longest_rows_still_fit_an_answer_and_the_file(path: Path) -> None:
    log = booted(path)
    for _ in range(KEPT):
        log.survived('"' * 200, KeyError())
    assert len(json.dumps({"crashes": log.rows()}).encode()) < wire.MAX_BODY
    assert booted(path).rows() == log.rows()


def test_forgetting_leaves_nothing_and_does_not_end_a_loop(path: Path) -> None:
    log = booted(path)
    for _ in range(LOOP_AFTER):
        log.fatal(KeyError())
    log.forget()
    assert (log.rows(), log.count) == ([], 0)
    assert (booted(path).rows(), booted(path).count) == ([], 0)
    assert booted(path).in_loop()


def test_what_cannot_be_forgotten_on_flash_stays(path: Path, power: Power) -> None:
    log = booted(path)
    log.fatal(KeyError())
    power.failing = OSError(28, "full")
    power.cut(1)
    with pytest.raises(OSError, match="full"):
        log.forget()
    assert (len(log.rows()), log.count) == (1, 1)


def test_boots_that_end_badly_in_a_row_wait_longer_and_longer(path: Path) -> None:
    waits: list[int] = []
    for _ in range(14):
        log = booted(path)
        waits.append(log.pause_ms())
        assert log.in_loop() == (waits[-1] > 0)
        log.fatal(KeyError())
    assert waits[: LOOP_AFTER + 3] == [0] * LOOP_AFTER + [2_000, 4_000, 8_000]
    assert waits[-1] == max(waits) == 300_000


@pytest.mark.parametrize("cause", ["watchdog", "brownout"])
def test_resets_by_the_chip_are_a_loop_too(path: Path, cause: str) -> None:
    for _ in range(LOOP_AFTER):
        assert not booted(path, cause).in_loop() or _ == LOOP_AFTER - 1
    assert booted(path).in_loop()


def test_a_steady_boot_ends_the_loop(path: Path) -> None:
    for _ in range(LOOP_AFTER):
        booted(path).fatal(KeyError())
    log = booted(path)
    assert log.in_loop()
    log.steady()
    assert not log.in_loop()
    assert booted(path).pause_ms() == 0
    assert len(booted(path).rows()) == LOOP_AFTER


def test_what_the_glasses_survive_is_no_loop(path: Path) -> None:
    log = booted(path)
    for _ in range(20):
        log.survived("session", KeyError())
    assert not booted(path).in_loop()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"{", "unreadable"),
        (b"{}", "version"),
        (b'{"version": 9, "boots": 1}', "version"),
        (b'{"version": 1, "boots": -1, "bad": 0, "count": 0, "crashes": []}', "fields"),
        (b'{"version": 1, "boots": 1, "bad": 0, "count": 0, "crashes": {}}', "fields"),
        (b"x" * 9000, "unreadable"),
    ],
)
def test_a_damaged_file_is_named_and_begun_anew(path: Path, content: bytes, named: str) -> None:
    path.write_bytes(content)
    found: list[str] = []
    log = booted(path, named=found)
    assert found == [named]
    assert (log.rows(), log.count, log.pause_ms()) == ([], 0, 0)
    log.fatal(KeyError())
    assert len(booted(path).rows()) == 1


def test_rows_that_make_no_sense_are_left_out(path: Path) -> None:
    good = {"boot": 1, "time_s": 2, "cause": "late", "text": "door"}
    rows = [7, {}, {**good, "boot": "x"}, {**good, "text": "y" * 500}, good]
    path.write_text(json.dumps({"version": 1, "boots": 3, "bad": 0, "count": 5, "crashes": rows}))
    assert booted(path).rows() == [good]


@given(content=st.binary(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_content_boots(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("crashes") / "crashes.json"
    path.write_bytes(content)
    assert booted(path).rows() == []


def test_a_flash_that_fails_makes_no_second_crash(path: Path, power: Power) -> None:
    log = booted(path)
    power.failing = OSError(28, "full")
    power.cut(1)
    log.fatal(KeyError())
    assert len(log.rows()) == 1


def test_a_power_cut_at_every_write_leaves_the_old_or_the_new(path: Path, power: Power) -> None:
    for cut in range(1, 10):
        path.unlink(missing_ok=True)
        power.cut(None)
        log = booted(path)
        log.fatal(KeyError())
        power.cut(cut)
        try:
            log.fatal(ValueError())
        except PowerCut:
            power.cut(None)
            named: list[str] = []
            assert len(booted(path, named=named).rows()) in (1, 2)
            assert named == []
        else:
            assert cut > 2
            return
    pytest.fail("it never ended")
