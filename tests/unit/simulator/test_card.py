"""The simulated SD card as the board sees it: machine.SDCard with VfsFat on it, and everything a card does to one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from host_tools.simulator import Simulator
from host_tools.simulator.card_image import read_card

pytestmark = pytest.mark.simulated

SLOT = """
import machine, vfs, os
card = machine.SDCard(slot=2, sck=7, miso=8, mosi=9, cs=21)
def told(act):
    try:
        print(act())
    except OSError as error:
        print("errno", error.errno)
def mount():
    card.info()
    vfs.mount(vfs.VfsFat(card), "/sd")
def write(name, size):
    with open("/sd/" + name, "wb") as file:
        file.write(bytes(range(256)) * (size // 256))
def read(name):
    with open("/sd/" + name, "rb") as file:
        return len(file.read())
"""


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        yield simulator


async def ran(sim: Simulator, code: str) -> list[str]:
    return (await sim.board.execute(SLOT + code)).splitlines()


async def test_files_stay_on_it(sim: Simulator) -> None:
    sim.world.card.insert()
    assert await ran(sim, "told(mount)\ntold(lambda: write('a', 5120))\nprint(card.info())") == [
        "None",
        "None",
        "(8388608, 512)",
    ]
    assert sim.world.card.blocks_written > 10
    sim.world.card.pull()
    sim.world.card.insert()
    assert await ran(sim, "told(mount)\ntold(lambda: read('a'))") == ["None", "5120"]
    assert read_card(sim.world.card.image) == {"a": bytes(range(256)) * 20}


async def test_without_a_card_nothing_answers(sim: Simulator) -> None:
    lines = await ran(sim, "told(mount)\nprint(card.ioctl(4, 0), card.readblocks(0, bytearray(512)))")
    assert lines == ["errno 116", "-1 -5"]
    lines = await ran(sim, "told(lambda: vfs.mount(vfs.VfsFat(card), '/sd'))")
    assert lines == ["errno 16"]


async def test_it_is_pulled_at_a_block(sim: Simulator) -> None:
    sim.world.card.insert()
    sim.world.card.pull_after(12)
    lines = await ran(sim, "told(mount)\ntold(lambda: write('a', 51200))\ntold(lambda: read('a'))")
    assert lines == ["None", "errno 5", "errno 5"]
    assert not sim.world.card.inserted
    assert sim.world.card.blocks_written == 12


async def test_a_card_that_was_swapped_answers_only_after_it_was_initialised(sim: Simulator) -> None:
    sim.world.card.insert()
    task = "told(mount)\nprint(card.readblocks(0, bytearray(512)))"
    assert await ran(sim, task) == ["None", "0"]
    slot = sim.world.card.slot
    swapped = slot.read_bytes()
    again = (
        f"told(mount)\nslot = open('/host{slot}', 'r+b')\n"
        f"slot.write(bytes([{swapped[0] + 1}]))\nslot.close()\n"
        "print(card.readblocks(0, bytearray(512)), card.ioctl(2, 0), card.readblocks(0, bytearray(512)))"
    )
    assert await ran(sim, again) == ["None", "-5 0 0"]


async def test_protected_it_reads_and_refuses_every_write(sim: Simulator) -> None:
    sim.world.card.insert()
    await ran(sim, "mount()\nwrite('a', 512)")
    sim.world.card.protect()
    assert await ran(sim, "told(mount)\ntold(lambda: read('a'))\ntold(lambda: write('b', 512))") == [
        "None",
        "512",
        "errno 5",
    ]


async def test_full(sim: Simulator) -> None:
    sim.world.card.insert()
    sim.world.card.fill(leave_bytes=10_000)
    lines = await ran(
        sim, "told(mount)\nprint(os.statvfs('/sd')[3] * os.statvfs('/sd')[0])\ntold(lambda: write('a', 51200))"
    )
    assert 0 < int(lines[1]) <= 10_000
    assert lines[2] == "errno 28"


async def test_a_bad_block_fails_and_the_others_do_not(sim: Simulator) -> None:
    sim.world.card.insert()
    sim.world.card.bad_block(500)
    lines = await ran(
        sim,
        "mount()\nprint([card.readblocks(block, bytearray(512)) for block in (499, 500, 501)])\n"
        "print(card.writeblocks(499, bytes(1024)), card.readblocks(499, bytearray(512)))",
    )
    assert lines == ["[0, -5, 0]", "-5 0"]
    sim.world.card.mend()
    assert await ran(sim, "mount()\nprint(card.readblocks(500, bytearray(512)))") == ["0"]


async def test_somebody_elses_and_one_without_a_file_system(sim: Simulator) -> None:
    sim.world.card.foreign()
    assert await ran(sim, "mount()\nprint(sorted(os.listdir('/sd/plainsight')))") == ["['0123456789abcdef', 'card']"]
    sim.world.card.blank()
    assert await ran(sim, "told(mount)") == ["errno 19"]


async def test_wrong_arguments(sim: Simulator) -> None:
    attempt = "try:\n    machine.SDCard({})\nexcept ValueError:\n    print('refused')\n"
    assert await ran(sim, attempt.format("slot=1") + attempt.format("slot=7")) == ["refused", "refused"]
