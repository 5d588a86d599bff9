"""What a target lacks, and the reason that a skipped test shows for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from host_tools.cable.info import BoardInfo
from host_tools.harness import capabilities
from host_tools.harness.target import CAPABILITIES

BOARD = BoardInfo(
    machine="XIAO ESP32S3 Sense with ESP32S3",
    release="1.27.0",
    mpy_version=6,
    arch="xtensawin",
    unique_id="240ac4515301",
    flash_bytes=8 << 20,
    files_bytes=6 << 20,
    files_free=5 << 20,
    has_camera=True,
    simulated=False,
    application="0.1.0",
    broken="",
    provisioned=True,
    mode="development",
    level="optical",
)
ALL: dict[str, Any] = {
    "world": False, "probe": True, "switch": True, "fitted": ("card", "battery"), "radio": "system", "level": "optical",
}  # fmt: skip


@pytest.fixture(autouse=True)
def adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    """This computer has a Bluetooth adapter."""
    monkeypatch.setattr(capabilities, "_adapters", lambda: ["hci0"])


def missing(board: BoardInfo = BOARD, **around: Any) -> dict[str, str]:
    return capabilities.missing(board, **{**ALL, **around})


def test_a_board_with_everything_around_it_lacks_what_only_a_simulated_world_can_do() -> None:
    assert missing() == {
        "simulator": "nothing but a cable leads to it: the simulated world is --target sim",
        "light_current": "the current of the light is not sensed on these glasses: level optical",
    }


def test_a_simulated_world_lacks_nothing_but_what_was_not_asked_for() -> None:
    assert missing(world=True, probe=False, fitted=(), radio="virtual") == {"probe": "no probe board: --probe"}


@pytest.mark.parametrize(
    ("board", "around", "lacks", "because"),
    [
        ({"application": None}, {}, {"application"}, "no Plainsight on the board: plainsight deploy"),
        ({"application": None, "broken": "ImportError: x"}, {}, {"application"}, "can't be imported (ImportError: x)"),
        ({"mode": "locked"}, {}, {"development", "camera_faults"}, "locked: plainsight provision --mode development"),
        ({"has_camera": False}, {}, {"camera"}, "the image has no camera module: plainsight flash --list"),
        ({}, {"probe": False}, {"light_faults"}, "no probe board: --probe PORT (docs/probe.md)"),
        ({}, {"probe": False}, {"button"}, "nobody presses its button: --hand, or a probe board with --probe PORT"),
        ({}, {"probe": False}, {"probe"}, "no probe board: --probe"),
        ({}, {"switch": False}, {"power_cycle"}, "nothing switches the board's supply: --power"),
        ({}, {"fitted": ("battery",)}, {"card"}, "no SD card that tests may write to: --card"),
        ({}, {"fitted": ("card",)}, {"battery"}, "no battery that its owner says is connected: --battery"),
        ({}, {"radio": "none"}, {"radio"}, "no radio for the phone: --radio system"),
        ({}, {"level": "software"}, {"light_optical"}, "no photodiode sees the light of these glasses: level software"),
        ({}, {"level": "software"}, {"light_current"}, "is not sensed on these glasses: level software"),
    ],
)
def test_what_is_missing_has_a_reason_with_the_way_out(
    board: dict[str, Any], around: dict[str, Any], lacks: set[str], because: str
) -> None:
    reasons = missing(replace(BOARD, **board), **around)
    for name in lacks:
        assert because in reasons[name]
    assert set(reasons) <= set(CAPABILITIES)


def test_a_person_or_a_probe_presses_the_button() -> None:
    assert "button" not in missing(probe=False, fitted=("button",))
    assert "button" not in missing(probe=True, fitted=())


def test_glasses_without_an_identity_are_open_whatever_their_mode_was() -> None:
    assert "development" not in missing(replace(BOARD, provisioned=False, mode=None))


def test_a_computer_without_an_adapter_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capabilities, "_adapters", list)
    assert missing()["radio"] == "this computer has no Bluetooth adapter"
    assert "radio" not in missing(world=True, radio="virtual")


def test_every_capability_can_be_missing() -> None:
    bare = replace(BOARD, application=None, mode="locked", has_camera=False)
    lacking = missing(bare, probe=False, switch=False, fitted=(), radio="none", level="software")
    assert set(lacking) == set(CAPABILITIES)
