"""What the doctor says of a board: each finding tells what to do, and nothing that a board answers upsets it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_tools.cable import Cable
from host_tools.cable.errors import PermissionDenied, PortBusy
from host_tools.cable.info import read_info
from host_tools.cable.ports import PortInfo
from host_tools.cable.target import OpenTarget
from host_tools.cable.usb_ids import Kind
from host_tools.doctor import board, usb
from tests.unit.cable.test_parsing import json_values

PORT = "/dev/ttyACM0"
GOOD = read_info(
    {
        "machine": "XIAO ESP32S3 Sense with ESP32S3",
        "release": "1.28.0",
        "mpy": 6 | 10 << 10,
        "unique_id": "aabbccddeeff",
        "flash_bytes": 8 << 20,
        "files_bytes": 6 << 20,
        "files_free": 4 << 20,
        "camera": True,
        "application": "0.1.0",
        "provisioned": True,
        "mode": "development",
        "level": "optical",
    },
    PORT,
)


def test_a_good_board_needs_nothing() -> None:
    findings = [
        board.chip(GOOD, PORT),
        board.micropython(GOOD, PORT),
        board.camera(GOOD, PORT),
        board.storage(GOOD),
        board.memory(8 << 20, PORT),
        board.application(GOOD, "ab" * 32, PORT),
        board.identity(GOOD, PORT),
        board.crash_log(None),
    ]
    assert all(finding.present for finding in findings)
    assert all(finding.do == "" for finding in findings)
    assert "8 MiB" in findings[0].detail
    assert "ab" * 32 in findings[5].detail


@pytest.mark.parametrize(
    ("finding", "fails", "do"),
    [
        (board.chip(replace(GOOD, machine="Raspberry Pi Pico"), PORT), True, "name its port"),
        (board.micropython(replace(GOOD, release="1.26.1"), PORT), True, "plainsight flash"),
        (board.micropython(replace(GOOD, release="0.9"), PORT), True, "plainsight flash"),
        (board.micropython(replace(GOOD, release="?"), PORT), True, "plainsight flash"),
        (board.micropython(replace(GOOD, mpy_version=5), PORT), True, "plainsight flash"),
        (board.camera(replace(GOOD, has_camera=False), PORT), True, "plainsight flash"),
        (board.storage(replace(GOOD, files_free=1000)), False, "plainsight import"),
        (board.memory(200_000, PORT), True, "plainsight flash"),
        (board.memory("much", PORT), True, "plainsight flash"),
        (board.application(replace(GOOD, application=None), None, PORT), True, "plainsight deploy"),
        (board.application(replace(GOOD, broken="SyntaxError()"), None, PORT), True, "plainsight deploy"),
        (board.identity(replace(GOOD, provisioned=False), PORT), False, "plainsight provision"),
        (board.identity(replace(GOOD, mode="locked"), PORT), True, "plainsight deploy"),
    ],
    ids=lambda value: value.name if isinstance(value, board.Finding) else str(value),
)
def test_what_is_amiss_says_what_to_do(finding: board.Finding, fails: bool, do: str) -> None:
    assert not finding.present
    assert finding.fails is fails
    assert do in finding.do


@pytest.mark.parametrize("release", ["1.27.0", "v1.27", "1.29.0-preview", "2.0", "1.100.1"])
def test_every_version_from_the_oldest_on_will_do(release: str) -> None:
    assert board.micropython(replace(GOOD, release=release), PORT).present


def test_the_newest_crash_is_told() -> None:
    rows = [
        {"boot": 1, "time_s": 0, "cause": "watchdog", "text": ""},
        {"cause": "exception", "text": "house: KeyError"},
    ]
    finding = board.crash_log({"version": 1, "crashes": rows})
    assert not finding.present
    assert not finding.fails
    assert finding.detail == "2 kept; newest: exception: house: KeyError"
    assert board.crash_log({"version": 1, "crashes": []}).present


@given(json_values)
def test_any_crash_log_and_any_heap_are_findings(stored: object) -> None:
    for finding in (board.crash_log(stored), board.crash_log({"crashes": stored}), board.memory(stored, PORT)):
        assert len(str(finding)) < 400


@given(st.text(max_size=30))
def test_any_release_is_a_finding(release: str) -> None:
    board.micropython(replace(GOOD, release=release), PORT)


@pytest.mark.parametrize("error", [PortBusy(PORT), PermissionDenied(PORT)])
def test_a_port_that_does_not_open_is_the_only_finding(error: PortBusy | PermissionDenied) -> None:
    def refuse(_: str) -> Cable:
        raise error

    (finding,) = board.look(OpenTarget(PORT, False, None), refuse)
    assert (finding.fails, finding.place) == (True, "board")
    assert f"{finding.detail}: {finding.do}" == str(error)


HERE = PortInfo("/dev/null", 0x303A, 0x4001, "aabb", None, Kind.MICROPYTHON)
ADAPTER = PortInfo("/dev/nothing", 0x10C4, 0xEA60, None, "CP2102", Kind.BRIDGE)


def test_boards_are_listed_or_what_to_plug_in() -> None:
    found = usb.boards_among([HERE, ADAPTER])
    assert found.present
    assert "/dev/null" in found.detail
    none = usb.boards_among([ADAPTER])
    assert not none.present
    assert not none.needed
    assert "/dev/nothing" in none.detail
    assert "--target names one" in none.do
    assert usb.boards_among([]).detail == "no USB serial port"


def test_a_port_that_may_not_be_opened_fails_and_says_how() -> None:
    assert usb.permission_for([HERE]).present
    closed = usb.permission_for([HERE, ADAPTER])  # that file does not exist: it can't be opened by anybody
    assert closed.fails
    assert "/dev/nothing" in closed.detail
    assert "dialout" in closed.do
    assert "udev" in closed.do


def test_without_a_port_permission_is_a_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usb.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(usb, "_in_dialout", lambda: False)
    forecast = usb.permission_for([])
    assert not forecast.present
    assert not forecast.fails
    monkeypatch.setattr(usb, "_in_dialout", lambda: True)
    assert usb.permission_for([]).present
