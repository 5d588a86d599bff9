"""The virtual chip without a program, or half of one: its ROM's loader under the real esptool."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from host_tools.simulator import Simulator
from host_tools.simulator.reset import Reset
from host_tools.simulator.usb.stand_in_image import stand_in_image
from tests.simulated.serial_host import SerialHost, appears, esptool, mpremote

pytestmark = pytest.mark.simulated


@pytest.fixture
async def erased(tmp_path: Path) -> AsyncIterator[Simulator]:
    """A chip as it comes from the factory, its cable in."""
    async with Simulator(cable=True, image=None, flash=tmp_path / "flash.img") as sim:
        await sim.board.start()
        await appears(sim.port)
        yield sim


@pytest.fixture
def image(tmp_path: Path) -> str:
    """The stand-in image as a file."""
    path = tmp_path / "image.bin"
    path.write_bytes(stand_in_image())
    return str(path)


async def in_rom(sim: Simulator) -> None:
    async with asyncio.timeout(20):
        while not sim.board.in_rom or not sim.port.exists():  # noqa: ASYNC110 a state, not an event
            await asyncio.sleep(0.01)


async def test_an_erased_chip_says_so_and_boots_what_is_written_to_it(erased: Simulator, image: str) -> None:
    async with SerialHost(erased.port) as host:
        await host.expect(b"invalid header: 0xffffffff\r\n")
    assert erased.board.in_rom
    code, output = await esptool(erased.port, "write-flash", "0", image, after="watchdog-reset")
    assert code == 0, output
    assert "Hash of data verified" in output
    await erased.board.wait_for_log("Performing initial setup")
    assert erased.board.resets[:2] == [Reset.POWER_ON, Reset.LOADER_WATCHDOG]
    look = "try:\n import plainsight\nexcept ImportError:\n print('MicroPython', 'alone')"
    assert (await mpremote(erased.port, "exec", look)).split() == ["MicroPython", "alone"]


async def test_the_loader_tells_chip_and_flash_as_they_are(erased: Simulator) -> None:
    code, output = await esptool(erased.port, "flash-id")
    assert code == 0, output
    assert "ESP32-S3" in output
    assert re.search(r"Detected flash size:\s+8MB", output)


async def test_a_cable_pulled_at_half_leaves_half_and_a_retry_recovers(erased: Simulator, image: str) -> None:
    assert erased.board.usb is not None
    erased.board.usb.pull_after(len(stand_in_image()) // 2)
    writing = asyncio.create_task(esptool(erased.port, "write-flash", "0", image))
    async with asyncio.timeout(30):
        while erased.port.is_symlink():  # noqa: ASYNC110 a device node tells nobody when it goes
            await asyncio.sleep(0.01)
    writing.cancel()  # it would wait some seconds for the board to come back
    await asyncio.wait([writing])
    written = (erased.board.flash.path.parent / "flash.img.program").read_bytes()[: len(stand_in_image())]
    assert 0 < sum(one != 0xFF for one in written) < len(written) * 3 // 4
    erased.board.usb.plug()
    await erased.board.kill()
    await erased.board.start()
    await in_rom(erased)
    assert any("esp_image" in line for line in erased.board.log), "the boot loader is whole, the application is not"
    code, output = await esptool(erased.port, "write-flash", "0", image, after="watchdog-reset")
    assert code == 0, output
    await erased.board.wait_for_log("Performing initial setup")


async def test_bootloader_boot_button_and_force_lead_into_the_rom_and_a_reset_out_of_it() -> None:
    async with Simulator(cable=True, image="micropython") as sim:
        await sim.board.start()
        async with SerialHost(sim.port) as host:
            host.send(b"import machine; machine.bootloader()\r")
            await host.gone.wait()
        await in_rom(sim)
        async with SerialHost(sim.port) as host:
            await host.expect(b"boot:0x0 (DOWNLOAD(USB/UART0))\r\nwaiting for download\r\n")
            sim.board.reset(Reset.HARD)
            await host.gone.wait()
        async with SerialHost(sim.port) as host:
            await host.expect(b">>> ")
            sim.board.boot_held = True
            host.send(b"\x04")
            await host.expect(b"soft reboot\r\n")
            await host.expect(b">>> ")  # nobody looks at the button then
            sim.board.reset(Reset.HARD)
            await host.gone.wait()
        await in_rom(sim)
        sim.board.boot_held = False
        async with SerialHost(sim.port) as host:
            sim.board.reset(Reset.HARD)
            await host.gone.wait()
        async with SerialHost(sim.port) as host:
            await host.expect(b">>> ")


async def test_what_the_loader_erases_is_gone_from_program_and_file_system(tmp_path: Path) -> None:
    short = tmp_path / "short.bin"
    short.write_bytes(b"short" * 20)
    async with Simulator(cable=True, image="micropython", flash=tmp_path / "flash.img") as sim:
        await sim.board.start()
        await mpremote(sim.port, "exec", "with open('mine', 'w') as file: file.write('x' * 100)")
        sim.board.boot_held = True
        sim.board.reset(Reset.HARD)
        await in_rom(sim)
        sim.board.boot_held = False
        code, output = await esptool(sim.port, "write-flash", "0x20000", str(short))
        assert code == 0, output
        sector = (tmp_path / "flash.img.program").read_bytes()[0x20000:0x22000]
        assert sector[:100] + sector[0x1000:] == short.read_bytes() + stand_in_image()[0x21000:0x22000]
        assert set(sector[100:0x1000]) == {0xFF}, "the sector was erased before it was written"
        code, output = await esptool(sim.port, "erase-flash", after="watchdog-reset")
        assert code == 0, output
        await sim.board.wait_for_log("invalid header: 0xffffffff")
        assert set(sim.board.flash.path.read_bytes()) == {0xFF}
