"""The log of a test on a board: what is in it, when it is written, and which logs stay."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from host_tools.harness.log import BoardLog, Line, file_name

TEST = "tests/hardware/test_boot.py::test_ready[optical]"


class ManualClock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_log_begins_with_the_tests_name_and_has_times_from_there(tmp_path: Path) -> None:
    clock = ManualClock()
    log = BoardLog(tmp_path, clock)
    clock.now_s = 150.0
    log.begin(TEST)
    clock.now_s = 151.25
    log.board_said(b"plainsight: ready\r\n")
    log.note("hard reset")
    assert log.path is not None
    first, *rest = log.path.read_text().splitlines()  # before the test has ended: a run that is killed leaves it, too
    assert first.startswith(f"    0.000 harness START TEST {TEST} at 20")
    assert rest == ["    1.250 board   plainsight: ready", "    1.250 harness hard reset"]


def test_only_the_log_of_a_test_that_failed_stays(tmp_path: Path) -> None:
    log = BoardLog(tmp_path)
    log.begin("passed")
    log.end(keep=False)
    log.begin("failed")
    kept = log.path
    log.end(keep=True)
    log.begin("cut short")
    log.begin("next")
    log.end(keep=False)
    assert list(tmp_path.iterdir()) == [kept]
    assert log.path is None


def test_a_log_that_is_in_the_way_is_of_an_earlier_run(tmp_path: Path) -> None:
    for text in ("first run", "second run"):
        log = BoardLog(tmp_path)
        log.begin(TEST)
        log.note(text)
        log.end(keep=True)
    (only,) = tmp_path.iterdir()
    assert "second run" in only.read_text()
    assert "first run" not in only.read_text()


def test_lines_have_numbers_whoever_asks_and_however_many_there_were(tmp_path: Path) -> None:
    log = BoardLog(tmp_path)
    log.begin(TEST)
    for number in range(25_000):
        log.board_said(b"%d" % number)
    assert log.length == 25_001
    assert [line.text for line in log.since(24_999)] == ["24998", "24999"]
    assert log.since(25_001) == []
    assert len(log.since(0)) == 20_000, "what nobody looks at does not fill the memory"
    assert log.tail(1)[0].endswith("board   24999")


def test_waiting_ends_with_a_line_or_with_its_time(tmp_path: Path) -> None:
    log = BoardLog(tmp_path)
    log.begin(TEST)
    assert not log.wait_for_more(log.length, 0.01)
    assert log.wait_for_more(log.length - 1, 60.0)


def test_a_name_is_readable_and_no_two_are_the_same() -> None:
    assert file_name(TEST) == "tests_hardware_test_boot.py_test_ready_optical.log"
    long = "tests/" + "x" * 300
    assert file_name(long + "1") != file_name(long + "2")


@given(st.text(min_size=1))
def test_any_test_has_a_file_in_the_folder(name: str) -> None:
    assert "/" not in file_name(name)
    assert len(file_name(name).encode()) < 255 * 2
    assert file_name(name) not in (".", "..", "")


@given(st.binary())
def test_any_bytes_become_one_line(raw: bytes) -> None:
    log = BoardLog(Path("unused"))
    log.board_said(raw)
    (line,) = log.since(0)
    assert isinstance(line, Line)
    assert line.text.encode("utf-8", "surrogatepass") is not None
