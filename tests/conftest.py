"""What every test shares: the harness, the committed list of expected skips, and an honest closing line."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

from host_tools.harness.session import session_of

# Whoever imports Kivy first: else it would switch on every library's debug log, and Bumble would word each packet.
os.environ["KIVY_LOG_MODE"] = "PYTHON"
# Without a graphics chip smooth edges cost half of each frame, and threads that draw only wait for the other workers.
os.environ["KCFG_GRAPHICS_MULTISAMPLES"] = "0"
os.environ["LP_NUM_THREADS"] = "0"

pytest_plugins = ("host_tools.harness.plugin", "pytester")

# A busy machine is slow at inventing input; no test is about speed.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

EXPECTED_SKIPS = Path(__file__).with_name("expected_skips.txt")
_skips: dict[str, str] = {}
_begun: set[Path] = set()


def pytest_configure() -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background: Ctrl-C must work in children
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)  # after they were put into random order
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait for the virtual board begin first: begun last, they would hold up the end of the run."""
    waiting = {item.path for item in items if item.get_closest_marker("simulated")}
    items.sort(key=lambda item: item.path not in waiting)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """At each new file, take what is there out of the collector's sight.

    The firmware collects garbage wherever a board must; over all that the tests imported, a quarter of a second each.
    """
    if item.path not in _begun:
        _begun.add(item.path)
        gc.collect()
        gc.freeze()


def expected_skips() -> dict[str, str]:
    """Node id to reason, from the committed list (`node id | reason`)."""
    rows = (line.strip() for line in EXPECTED_SKIPS.read_text().splitlines())
    pairs = (row.split(" | ", 1) for row in rows if row and not row.startswith("#"))
    return {node: reason for node, reason in pairs}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skips[report.nodeid] = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A file that leaves itself out would leave no trace: xdist passes on no such skip, and the list has no node."""
    report = yield
    if report.skipped:
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"UNEXPECTED SKIP of a whole file fails this run: {report.nodeid} | {why}"
    return report


def unexpected_skips(config: pytest.Config) -> dict[str, str]:
    """Skips that nobody announced: on the virtual board the committed list does, on a real one what it can't do."""
    session = session_of(config)
    expected = session.listed_skips if session.on_a_port else expected_skips()
    return {node: why for node, why in _skips.items() if expected.get(node) != why.removeprefix("Skipped: ")}


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == pytest.ExitCode.OK and unexpected_skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    terminalreporter.section("what this run can say")
    terminalreporter.line(session_of(config).says())
    for node, why in sorted(_skips.items()):
        terminalreporter.line(f"skipped: {node}: {why}")
    for node, why in sorted(unexpected_skips(config).items()):
        terminalreporter.line(f"UNEXPECTED SKIP fails this run: {node} | {why} (tests/expected_skips.txt)")
    if not _skips:
        terminalreporter.line("skipped: nothing")
