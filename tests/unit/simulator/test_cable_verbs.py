"""The cable, the BOOT button and the supply by the control socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from host_tools.simulator import ControlClient, ControlRefused, Simulator
from host_tools.simulator.reset import Reset
from tests.simulated.serial_host import SerialHost

pytestmark = pytest.mark.simulated


@pytest.fixture
async def board() -> AsyncIterator[tuple[Simulator, ControlClient]]:
    """A board with MicroPython alone, its cable in, and somebody at its control socket."""
    async with Simulator(cable=True, image="micropython") as sim, ControlClient(sim.control_socket) as control:
        await control.ask("start")
        assert sim.port.exists(), "start returns when the port is there"
        yield sim, control


async def test_unplug_plug_and_pull_after_a_part_of_what_was_to_be_sent(
    board: tuple[Simulator, ControlClient],
) -> None:
    sim, control = board
    assert (await control.ask("status"))["port"] == str(sim.port)
    await control.ask("unplug")
    assert not sim.port.exists()
    await control.ask("plug")
    async with SerialHost(sim.port) as host:
        await host.expect(b">>> ")
        await control.ask("pull_after", percent=50, of=8)
        host.send(b"12345678")
        await host.gone.wait()
    await control.ask("plug")
    async with SerialHost(sim.port) as host:
        host.send(b"\r")
        await host.expect(b"1234\r\n1234\r\n")
        await control.ask("pull_after", count=2)
        host.send(b"56")
        await host.gone.wait()


@pytest.mark.parametrize("cause", [Reset.HARD, Reset.WATCHDOG, Reset.PANIC, Reset.BROWN_OUT])
async def test_each_cause_of_a_reset(board: tuple[Simulator, ControlClient], cause: Reset) -> None:
    sim, control = board
    async with SerialHost(sim.port) as host:
        await host.expect(b">>> ")
        await control.ask("reset", cause=cause.name.lower())
        await host.gone.wait()
    await sim.board.wait_for_log(f"[simulator] reset: {cause.name.lower()}")
    with pytest.raises(ControlRefused, match="none of"):
        await control.ask("reset", cause="soft")


async def test_boot_and_brown_out(board: tuple[Simulator, ControlClient]) -> None:
    sim, control = board
    await control.ask("boot_button", down=True)
    await control.ask("brown_out")
    async with asyncio.timeout(20):
        while not (await control.ask("status"))["in_rom"]:  # noqa: ASYNC110 a state, not an event
            await asyncio.sleep(0.01)
    await control.ask("boot_button", down=False)
    await control.ask("reset")
    await sim.board.wait_for_log("boot:0x8 (SPI_FAST_FLASH_BOOT)", after=sim.board.log.index("waiting for download"))
    assert sim.board.resets == [Reset.POWER_ON, Reset.BROWN_OUT, Reset.HARD]


async def test_without_a_cable_there_is_none_to_pull() -> None:
    async with Simulator() as sim, ControlClient(sim.control_socket) as control:
        for verb in ("unplug", "plug", "pull_after"):
            with pytest.raises(ControlRefused, match="no cable"):
                await control.ask(verb)
