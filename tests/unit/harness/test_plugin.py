"""The pytest plugin on a fake board: logs, marks, skips, the cable's failures, reports. Each message is read."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from tests.unit.harness.conftest import ROOT, Inner

PORT = "/dev/fake"
# What a run without a board has no use for, and every `pytest` would wait for.
HEAVY = ("serial", "mpremote", "esptool", "bumble", "bleak", "kivy", "httpx", "companion_app", "host_tools.simulator")
PASSES = """
def test_good(board, cable):
    cable.say("plainsight: ready")
    assert board.ready() == "ready"
"""
LOST = """
from host_tools.cable.errors import CableLost, BoardCodeFailed

def lost():
    raise CableLost("/dev/fake", "listening")
"""


def test_the_plugin_is_light() -> None:
    names = "host_tools.harness.plugin, host_tools.harness.fixtures"
    show = f"import sys, {names}; print([*{set(HEAVY)} & sys.modules.keys()])"
    done = subprocess.run([sys.executable, "-c", show], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_test_that_fails_says_where_its_log_is_and_keeps_it(inner: Inner) -> None:
    result = inner.run(
        PASSES + "def test_bad(board, cable):\n    cable.say('plainsight: no')\n    board.expect('yes', 0.05)\n"
    )
    result.assert_outcomes(passed=1, failed=1)
    (log,) = inner.logs
    assert log.name == "test_it.py_test_bad.log"
    assert log.read_text().splitlines()[0].split("START TEST ")[1].startswith("test_it.py::test_bad at 20")
    result.stdout.fnmatch_lines([f"*NotSeen: not seen within 0.05 s: 'yes'; the whole log: {log}"])
    result.stdout.fnmatch_lines(["*board said last:", "*board   plainsight: no"])
    result.stdout.fnmatch_lines(["* board log *", str(log)])


def test_an_assertion_that_fails_has_the_log_beside_it(inner: Inner) -> None:
    result = inner.run("def test_bad(board):\n    board.log.note('the last thing done')\n    assert 1 == 2\n")
    (log,) = inner.logs
    result.stdout.fnmatch_lines(["* board log *", str(log), "*harness the last thing done"])


def test_a_board_that_falls_over_after_the_last_look_fails_the_test(inner: Inner) -> None:
    result = inner.run(
        PASSES
        + """
def test_bad(board, cable):
    cable.say("plainsight: ready", "abort() was called at PC 0x1")
    board.ready()
    board.log.wait_for_more(3, 5.0)
"""
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*FatalLine: abort, after the last expectation: 'abort() was called at PC 0x1'*"])


def test_a_test_that_fails_because_the_board_fell_over_says_so(inner: Inner) -> None:
    result = inner.run(
        """
def test_bad(board, cable):
    cable.say("plainsight: ready", "E BOD: Brownout detector was triggered")
    board.ready()
    board.log.wait_for_more(3, 5.0)
    raise TimeoutError("the phone heard nothing")
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*TimeoutError: the phone heard nothing", "*FatalLine: brown-out, after the last *"])
    result.stdout.fnmatch_lines(["FAILED test_it.py::test_bad - *FatalLine*"])


NEEDY = """
@pytest.mark.needs("camera", "probe")
def test_needy(board):
    raise AssertionError("must not run")
"""
SKIP = "needs probe: no probe board: --probe"


def test_what_the_target_can_not_do_is_skipped_with_the_reason_and_the_list_must_know(inner: Inner) -> None:
    result = inner.run(PASSES + NEEDY)
    result.assert_outcomes(passed=1, skipped=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"UNEXPECTED SKIP fails this run: test_it.py::test_needy | Skipped: {SKIP} *"])
    (inner.path / "expected_skips.txt").write_text(f"test_it.py::test_needy | {SKIP}\n")
    result = inner.run(PASSES + NEEDY)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines([f"skipped: test_it.py::test_needy: Skipped: {SKIP}"])


def test_on_a_port_missing_parts_announce_themselves_and_any_other_skip_fails(inner: Inner) -> None:
    result = inner.run(PASSES + NEEDY, "--target", PORT)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines([f"skipped: test_it.py::test_needy: Skipped: {SKIP}"])
    result = inner.run(PASSES + "def test_lazy(board):\n    pytest.skip('no time')\n", "--target", PORT)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["UNEXPECTED SKIP fails this run: test_it.py::test_lazy | Skipped: no time *"])


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_skip_that_nobody_announced_fails_the_run_however_it_is_made(inner: Inner, workers: tuple[str, ...]) -> None:
    in_a_test = inner.run("def test_lazy():\n    pytest.skip('no time')\ndef test_good(): pass\n", *workers)
    in_a_test.assert_outcomes(passed=1, skipped=1)
    assert in_a_test.ret == pytest.ExitCode.TESTS_FAILED
    of_a_file = inner.run("pytest.skip('no time', allow_module_level=True)\ndef test_lazy(): pass\n", *workers)
    assert of_a_file.ret not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    of_a_file.stdout.fnmatch_lines(["*UNEXPECTED SKIP of a whole file fails this run: test_it.py | Skipped: no time"])


MEANINGLESS = [
    ("needs('wings')", "board", "*test_x: needs('wings') is none of application, *"),
    ("needs('probe')", "", "*test_x: a test that needs something uses the fixture `board`"),
    ("status('weather')", "board", "*status('weather') is no row of *status.md; add the row or take its exact words"),
]


@pytest.mark.parametrize(("mark", "fixture", "message"), MEANINGLESS)
def test_a_mark_that_means_nothing_is_refused(inner: Inner, mark: str, fixture: str, message: str) -> None:
    result = inner.run(f"@pytest.mark.{mark}\ndef test_x({fixture}): pass\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_three_failures_of_the_cable_in_a_row_stop_the_session(inner: Inner) -> None:
    tests = "".join(f"def test_{number}(board):\n    lost()\n" for number in range(5))
    result = inner.run(LOST + tests)
    result.assert_outcomes(failed=3)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        ["*3 transport failures in a row, the last in test_it.py::test_2: the board on /dev/fake is gone *"]
    )


def test_one_that_answers_in_between_lets_the_session_go_on(inner: Inner) -> None:
    calls = (
        "lost()",
        "lost()",
        "raise BoardCodeFailed('/dev/fake', '', 'KeyError')",
        "lost()",
        "lost()",
        "pass",
        "lost()",
    )
    tests = "".join(f"def test_{number}(board):\n    {call}\n" for number, call in enumerate(calls))
    result = inner.run(LOST + tests)
    result.assert_outcomes(failed=6, passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_skip_between_failures_of_the_cable_asked_the_board_nothing(inner: Inner) -> None:
    needy = "@pytest.mark.needs('probe')\ndef test_needy_{0}(board): pass\n"
    tests = "".join(f"def test_{number}(board):\n    lost()\n" + needy.format(number) for number in range(5))
    result = inner.run(LOST + tests, "--target", PORT)
    result.assert_outcomes(failed=3, skipped=2)
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_a_board_that_can_not_be_opened_stops_the_session_too(inner: Inner) -> None:
    broken = "@pytest.fixture\ndef rig():\n    lost()\n"
    result = inner.run(LOST + broken + "".join(f"def test_{number}(board): pass\n" for number in range(5)))
    result.assert_outcomes(errors=3)
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_a_board_is_given_back_when_somebody_presses_ctrl_c(inner: Inner) -> None:
    lent = """
from pathlib import Path
from host_tools.harness.giving_back import given_back
from tests.unit.harness.fake_board import FakeCable

@pytest.fixture(scope="session")
def cable():
    made = FakeCable()
    made.content = {"/main.py": b"as found"}
    with given_back(made, Path("kept"), None, print):
        yield made
    Path("after").write_bytes(made.content["/main.py"])

def test_long(cable):
    cable.content = {"/main.py": b"other"}
    raise KeyboardInterrupt
"""
    with pytest.raises(KeyboardInterrupt):
        inner.run(lent)
    assert (inner.path / "after").read_bytes() == b"as found"
    assert not (inner.path / "kept").exists()


def test_several_workers_on_one_board_are_refused(inner: Inner) -> None:
    result = inner.run(PASSES, "--target", PORT, "-n", "2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --target {PORT} is one board, which runs one test at a time: leave out -n"])


def test_another_program_is_for_the_virtual_board_alone(inner: Inner) -> None:
    result = inner.run(PASSES, "--target", PORT, "--sim-main", "x.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --sim-main is for the virtual board: a real one runs what is deployed on it"])


@pytest.mark.parametrize(("options", "word"), [((), "simulated"), (("--target", PORT), "measured")])
def test_results_say_where_they_are_from(inner: Inner, options: tuple[str, ...], word: str) -> None:
    results = inner.path / "results.xml"
    result = inner.run(PASSES + "def test_other(): pass\n", "--junit-xml", str(results), *options)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines([f"* on the board: {word} *", f"* on {PORT} ({word}): 1 tests passed"])
    cases = {case.get("name"): case for case in ElementTree.parse(results).iter("testcase")}
    properties = {one.get("name"): one.get("value") for one in cases["test_good"].iter("property")}
    assert properties == {
        "results": word,
        "board": "240ac4515301",
        "machine": "XIAO ESP32S3 Sense with ESP32S3",
        "firmware": "f1" * 32,
        "commit": "abc123",
    }
    assert list(cases["test_other"].iter("property")) == [], "a test without a board says nothing about one"


def test_what_a_run_can_say_names_the_board_or_says_nothing_was_measured(inner: Inner) -> None:
    nothing = "simulated: the board, its camera, its lights and the radio; measured on hardware: nothing"
    inner.run(PASSES).stdout.fnmatch_lines([nothing])
    inner.run("def test_it(): pass\n", "--target", PORT).stdout.fnmatch_lines([nothing])
    inner.run(PASSES, "--target", PORT).stdout.fnmatch_lines(
        ["measured on XIAO *: 1 tests passed; all others simulated"]
    )


ANSWERS = """
@pytest.mark.status("watchdog")
@pytest.mark.parametrize("bad", [False, True])
def test_bites(board, bad):
    assert not bad

@pytest.mark.status("journal")
def test_journal(board): pass
"""


def test_a_simulated_run_never_writes_the_status(inner: Inner) -> None:
    before = inner.document.read_text()
    result = inner.run(ANSWERS, "--write-status")
    result.stdout.fnmatch_lines([f"docs/hardware-status.md was not written: {PORT} is simulated: *"])
    assert inner.document.read_text() == before


def test_a_real_run_writes_the_status_only_if_asked(inner: Inner) -> None:
    before = inner.document.read_text()
    inner.run(ANSWERS, "--target", PORT)
    assert inner.document.read_text() == before
    result = inner.run(ANSWERS, "--target", PORT, "--write-status")
    result.stdout.fnmatch_lines(["written to docs/hardware-status.md: journal", "*hardware-status.md: watchdog"])
    text = inner.document.read_text()
    assert "| watchdog | no: 1 of 2 tests failed |" in text
    assert "| journal | yes |" in text


def test_tests_that_were_left_out_count_against_their_row(inner: Inner) -> None:
    inner.run(ANSWERS, "--target", PORT, "--write-status", "-k", "bites and False")
    assert "| watchdog | in part: 1 of 2 tests passed, 0 skipped, 1 not run |" in inner.document.read_text()
    assert "| journal | yes" not in inner.document.read_text()


def test_a_cable_that_is_lost_says_nothing_about_a_row(inner: Inner) -> None:
    lost = """
from host_tools.cable.errors import CableLost

@pytest.mark.status("watchdog")
@pytest.mark.parametrize("lost", [False, True])
def test_bites(board, lost):
    if lost:
        raise CableLost("/dev/fake", "listening")
"""
    inner.run(lost, "--target", PORT, "--write-status")
    assert "| watchdog | in part: 1 of 2 tests passed, 0 skipped, 1 not run |" in inner.document.read_text()


def test_a_real_run_that_reached_no_board_writes_nothing(inner: Inner) -> None:
    result = inner.run("def test_other(): pass\n", "--target", PORT, "--write-status")
    assert result.ret == pytest.ExitCode.OK
    assert "yes" not in inner.document.read_text()


def test_tests_on_a_port_have_the_time_that_a_cable_needs(inner: Inner) -> None:
    result = inner.run(
        """
def test_long(board, request):
    assert request.node.get_closest_marker("timeout").args == (900,)

@pytest.mark.timeout(5)
def test_own(board, request):
    assert request.node.get_closest_marker("timeout").args == (5,)

def test_other(request):
    assert request.node.get_closest_marker("timeout") is None
""",
        *("--target", PORT),
    )
    result.assert_outcomes(passed=3)
    of_the_file = "assert request.node.get_closest_marker('timeout').args == (7,)"
    result = inner.run(
        f"pytestmark = pytest.mark.timeout(7)\ndef test_it(board, request):\n    {of_the_file}\n", "--target", PORT
    )
    result.assert_outcomes(passed=1)
