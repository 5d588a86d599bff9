"""pytest plugin: `pytest --target sim | PORT | USB serial number`. Light: what needs a board is imported with it.

Fixtures are in fixtures.py, marks in needs.py; docs/harness.md tells a board's owner how all of it is used.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from host_tools.exits import HostError
from host_tools.harness.errors import OneAtATime
from host_tools.harness.needs import NEEDS, STATUS, check_marks, uses_board
from host_tools.harness.session import LOGS, SESSION, SIM, BoardTest, HilSession, session_of

pytest_plugins = ("host_tools.harness.fixtures",)

_BOARD_TEST_S = 900  # backing up a full flash over a UART takes minutes, and counts for the first test


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which board, and what is around it."""
    group = parser.getgroup("plainsight", "tests on a board")
    group.addoption("--target", default=SIM, metavar="sim|PORT|SERIAL", help="the virtual board (default), or a board")
    group.addoption("--probe", metavar="PORT|sim|none", help="a probe board beside it (docs/probe.md)")
    group.addoption("--power", metavar="uhubctl:LOCATION:PORT|relay:…|sim|none", help="what switches its supply")
    group.addoption("--radio", choices=("virtual", "system", "none"), help="the phone's Bluetooth adapter")
    group.addoption("--card", action="store_true", help="an SD card is in that tests may write to")
    group.addoption("--hand", action="store_true", help="a person presses the button of the glasses when asked to")
    group.addoption("--battery", action="store_true", help="a battery is connected whose charge can be read")
    group.addoption("--sim-main", type=Path, metavar="FILE", help="program for the virtual board instead of main.py")
    group.addoption("--logs", type=Path, metavar="FOLDER", help="where logs of failed tests are kept (build/hil)")
    group.addoption("--write-status", action="store_true", help="write docs/hardware-status.md; real boards alone can")


def pytest_configure(config: pytest.Config) -> None:
    """Marks and the session; refuses options that make no sense together."""
    for line in (NEEDS, STATUS):
        config.addinivalue_line("markers", line)
    logs: Path = config.getoption("--logs") or config.rootpath / LOGS
    session = HilSession(str(config.getoption("--target")), config.rootpath, logs)
    config.stash[SESSION] = session
    if session.on_a_port and (config.getoption("numprocesses", None) or hasattr(config, "workerinput")):
        raise pytest.UsageError(str(OneAtATime(session.target_option)))
    if session.on_a_port and config.getoption("--sim-main"):
        raise pytest.UsageError("--sim-main is for the virtual board: a real one runs what is deployed on it")


def pytest_report_header(config: pytest.Config) -> str:
    """Said before anything else."""
    session = session_of(config)
    return f"target: {session.target_option}" + ("" if session.on_a_port else " (simulated)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Refuse marks that mean nothing; give tests on a real board the time that a cable needs."""
    hil = session_of(session.config)
    try:
        check_marks(items, hil.document)
    except HostError as error:
        raise pytest.UsageError(str(error)) from error
    hil.plan(items)
    if hil.on_a_port:
        for item in items:
            if uses_board(item) and item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(_BOARD_TEST_S))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Begin with a clean sheet; at the end stop the session if the cable is to blame for too much."""
    hil = session_of(item.config)
    hil.running = BoardTest()
    result = yield
    hil.test_ended(item)
    if hil.transport.reason and not item.session.shouldstop:
        item.session.shouldstop = hil.transport.reason
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fixtures use the board, too."""
    return (yield from _watched(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """See `_watched`."""
    return (yield from _watched(item))


def _watched(item: pytest.Item) -> Generator[None, Any, Any]:
    """A test whose board fell over meanwhile has failed, and for that reason, whatever else it noticed of it."""
    try:
        return (yield)
    finally:
        board = session_of(item.config).running.board
        if board is not None:
            board.check()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, pytest.TestReport]:
    """Keep the log of a test that failed, and say where it is; throw away the others."""
    report: pytest.TestReport = yield
    test = session_of(item.config).running
    test.failed = test.failed or report.failed
    test.skipped = test.skipped or report.skipped
    if report.failed and call.excinfo is not None:
        test.errors.append(call.excinfo.value)
    board = test.board
    if board is not None:
        if report.failed and board.log.path is not None:
            report.sections.append(("board log", "\n".join([str(board.log.path), *board.log.tail()])))
        if call.when == "teardown":
            board.log.end(keep=test.failed)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Real results go into the document, where that was asked for."""
    hil = session_of(session.config)
    if session.config.getoption("--write-status") and not hasattr(session.config, "workerinput"):
        from host_tools.harness.publish import publish

        hil.published = publish(hil)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What ran on a board, and what of it was written down."""
    hil = session_of(config)
    if hil.target is not None:
        terminalreporter.section(f"on the board: {hil.target.word}")
        terminalreporter.line(f"{hil.target}: {hil.passed} tests passed")
        for line in hil.published:
            terminalreporter.line(line)
