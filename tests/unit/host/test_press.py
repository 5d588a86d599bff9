"""A finger for virtual glasses: `plainsight press` and the board with a cable that it is for."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest

from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.simulator import Simulator
from host_tools.simulator.usb import rom_loader

HELD = """
from machine import Pin
import time
button = Pin(3, Pin.IN, Pin.PULL_UP)
print('watching')
for _ in range(2):
    while button.value():
        time.sleep_ms(1)
    begun = time.ticks_ms()
    while not button.value():
        time.sleep_ms(1)
    print('held' if time.ticks_diff(time.ticks_ms(), begun) >= 300 else 'tapped')
"""


@pytest.mark.simulated
async def test_a_tap_and_a_hold_reach_the_board(tmp_path: Path) -> None:
    program = tmp_path / "main.py"
    program.write_text(HELD)
    async with Simulator(main=program) as sim:
        await sim.board.start()
        await sim.board.wait_for_log("watching")
        control = str(sim.control_socket)
        assert await asyncio.to_thread(main, ["press", "--control", control]) == Exit.OK
        await sim.board.wait_for_log("tapped")
        assert await asyncio.to_thread(main, ["press", "0.4", "--control", control]) == Exit.OK
        await sim.board.wait_for_log("held")


@pytest.mark.simulated
async def test_boot_leads_into_the_rom_of_a_board_whose_console_is_shut(tmp_path: Path) -> None:
    program = tmp_path / "main.py"
    program.write_text("import micropython, time\nmicropython.kbd_intr(-1)\nprint('shut')\ntime.sleep(60)\n")
    async with Simulator(main=program, cable=True) as sim:
        await sim.board.start()
        await sim.board.wait_for_log("shut")
        assert await asyncio.to_thread(main, ["press", "--boot", "--control", str(sim.control_socket)]) == Exit.OK
        assert sim.board.in_rom
        assert not sim.board.boot_held
        assert await asyncio.to_thread(main, ["press", "--target", str(sim.port)]) == Exit.OK  # found by its port, too
        await sim.board.kill()
        assert await asyncio.to_thread(main, ["press", "--boot", "--control", str(sim.control_socket)]) == Exit.LINK


def test_an_erased_chip_needs_somebody_to_play_its_rom(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rom_loader, "installed", lambda: False)
    assert main(["simulate", "--cable", "--image", "none"]) == Exit.HOST
    assert "esp32-mock-bootloader is missing" in capsys.readouterr().err


def test_a_port_without_a_virtual_board_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["press", "--target", str(tmp_path / "port")]) == Exit.LINK
    assert f"plainsight simulate --cable {tmp_path / 'port'}" in capsys.readouterr().err


def test_seconds_are_not_for_boot_and_gesture() -> None:
    assert main(["press", "3", "--boot"]) == Exit.USAGE
    assert main(["press", "3", "--reset-gesture"]) == Exit.USAGE


def test_without_glasses_it_says_how_to_start_some(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(["press"]) == Exit.LINK
    assert "plainsight simulate" in capsys.readouterr().err


def test_it_finds_the_only_glasses_and_asks_which_of_two(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def try_it() -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        async with Simulator():
            (tmp_path / "plainsight-gone").mkdir()
            (tmp_path / "plainsight-gone" / "control").touch()  # a simulator that was killed leaves such things
            assert await asyncio.to_thread(main, ["press"]) == Exit.OK
            async with Simulator() as other:
                assert await asyncio.to_thread(main, ["press"]) == Exit.USAGE
                assert str(other.control_socket) in capsys.readouterr().err

    asyncio.run(try_it())
