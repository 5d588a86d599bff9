"""The flash chip: NOR semantics, survival, and a power cut at every single operation."""

from __future__ import annotations

import ast
import itertools
import struct
from pathlib import Path

import pytest

from host_tools.simulator import BoardCodeFailed, Simulator
from host_tools.simulator.flash import FLASH_BYTES, FlashGauge, FlashImage

WRITE_OLD = "with open('f', 'w') as file:\n    file.write('old' * 100)\n"
# As firmware must write: beside, then rename over.
WRITE_NEW = "import os\nwith open('g', 'w') as file:\n    file.write('new' * 100)\nos.rename('g', 'f')\n"
READ = "import os\nprint(repr(open('f').read()), sorted(os.listdir('/')))\n"


async def contents(simulator: Simulator) -> str:
    text, names = ast.literal_eval("(" + (await simulator.board.execute(READ)).strip().replace(" [", ", [") + ")")
    assert set(names) <= {"f", "g"}
    return text[:3] if text in ("old" * 100, "new" * 100) else text


async def test_a_new_chip_is_formatted_and_empty(tmp_path: Path):
    path = tmp_path / "deep" / "flash.img"
    async with Simulator(flash=path) as simulator:
        assert (await simulator.board.execute("import os\nprint(os.listdir('/'), os.getcwd())")).split() == ["[]", "/"]
    assert path.stat().st_size == FLASH_BYTES
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["flash.img", "flash.img.card", "flash.img.gauge"]


async def test_files_survive_the_simulator(tmp_path: Path):
    path = tmp_path / "flash.img"
    async with Simulator(flash=path) as simulator:
        await simulator.board.execute(WRITE_OLD)
    async with Simulator(flash=path) as simulator:
        assert await contents(simulator) == "old"


async def test_relative_and_absolute_paths_mean_the_flash(simulator: Simulator):
    code = "import os\nos.mkdir('d')\nopen('/d/x', 'w').close()\nprint(os.listdir('d'), os.stat('d/x')[6])\n"
    assert await simulator.board.execute(code) == "['x'] 0\n"


@pytest.mark.parametrize("torn", [False, True])
async def test_a_power_cut_at_every_operation_leaves_old_or_new(simulator: Simulator, torn):
    found: list[str] = []
    for after in itertools.count():
        await simulator.board.execute(WRITE_OLD)
        simulator.world.power.cut(after, torn=torn)
        try:
            await simulator.board.execute(WRITE_NEW)
        except BoardCodeFailed:
            assert simulator.world.flash.operations == after
            assert simulator.board.unpowered
            found.append(await contents(simulator))
        else:
            break
    assert len(found) > 5
    assert found[0] == "old"
    assert set(found) <= {"old", "new"}
    simulator.world.power.mend()
    assert await contents(simulator) == "new"


async def test_the_power_goes_in_the_middle_of_main_and_the_log_stops(program, tmp_path: Path):
    main = program("print('begun')\n" + WRITE_OLD + "print('never')\n")
    async with Simulator(main=main) as simulator:
        simulator.world.power.cut(1)
        await simulator.board.start()
        await simulator.board.wait_until_off()
        assert simulator.board.log == ["begun"]
        assert simulator.board.unpowered
        await simulator.board.start()  # the cut is over
        await simulator.board.wait_for_log("never")


async def test_a_cut_can_be_taken_back(simulator: Simulator):
    await simulator.board.execute("pass")
    simulator.world.power.cut(0)
    simulator.world.power.mend()
    await simulator.board.execute(WRITE_OLD)
    assert await contents(simulator) == "old"


NOR = """
import virtualflash
def lost():
    raise OSError(5)
flash = virtualflash.VirtualFlash({image!r}, {gauge!r}, lost)
def read(block, offset, count):
    buffer = bytearray(count)
    flash.readblocks(block, buffer, offset)
    return bytes(buffer)
flash.writeblocks(2, b"\\x0f" * 8, 16)
flash.writeblocks(2, b"\\x3c" * 8, 16)
print(read(2, 16, 9))
flash.ioctl(6, 2)
print(read(2, 16, 4), flash.ioctl(4, 0), flash.ioctl(5, 0))
flash.writeblocks(3, b"\\x55" * 4096)
flash.writeblocks(3, b"\\xaa" * 4096)
print(read(3, 4094, 2))
"""


@pytest.fixture
def bare_flash(tmp_path: Path) -> tuple[Path, FlashGauge]:
    image = tmp_path / "image"
    image.write_bytes(b"\xff" * 8 * 4096)
    gauge = FlashGauge(tmp_path / "image.gauge")
    gauge.reset()
    return image, gauge


def as_the_board_sees(path: Path) -> str:
    return "/host" + str(path)


async def test_programming_clears_bits_and_erasing_sets_them(simulator: Simulator, bare_flash):
    image, gauge = bare_flash
    code = NOR.format(image=as_the_board_sees(image), gauge=as_the_board_sees(gauge.path))
    lines = (await simulator.board.execute(code)).splitlines()
    assert ast.literal_eval(lines[0]) == b"\x0c" * 8 + b"\xff"
    assert lines[1] == f"{bytes([255] * 4)!r} 8 4096"
    assert ast.literal_eval(lines[2]) == b"\xaa\xaa"
    assert gauge.operations == 7  # 2 programs, 1 erase, 2 whole blocks of erase and program


@pytest.mark.parametrize(("torn", "left"), [(False, b"\xff" * 8), (True, b"\x01" * 4 + b"\xff" * 4)])
async def test_the_cut_operation_is_undone_or_half_done(simulator: Simulator, bare_flash, torn, left):
    image, gauge = bare_flash
    gauge.cut_after(1, torn=torn)
    code = (
        "import virtualflash\n"
        "def lost():\n    raise OSError(5)\n"
        f"flash = virtualflash.VirtualFlash({as_the_board_sees(image)!r}, {as_the_board_sees(gauge.path)!r}, lost)\n"
        "flash.writeblocks(0, bytes(8), 0)\n"
        "try:\n    flash.writeblocks(1, b'\\x01' * 8, 0)\nexcept OSError:\n    print('lost')\n"
    )
    assert await simulator.board.execute(code) == "lost\n"
    data = image.read_bytes()
    assert data[:8] == bytes(8)
    assert data[4096 : 4096 + 8] == left
    assert gauge.spent


def test_the_gauge_keeps_a_cut_to_come_over_power_on_and_forgets_one_that_was(tmp_path: Path):
    gauge = FlashGauge(tmp_path / "gauge")
    gauge.reset()
    gauge.cut_after(3, torn=True)
    gauge.power_on()
    assert not gauge.spent
    assert gauge.path.read_bytes()[:1] == b"\x03"
    gauge.cut_after(0, torn=False)
    gauge.power_on()
    assert gauge.path.read_bytes()[:1] == b"\x00"  # at the very first operation
    gauge.path.write_bytes(struct.pack("<qqq", -2, 0, 5))
    assert (gauge.spent, gauge.operations) == (True, 5)
    gauge.power_on()
    assert (gauge.spent, gauge.operations) == (False, 0)


async def test_a_half_formatted_image_is_never_seen(tmp_path: Path, monkeypatch):
    from host_tools.simulator import flash

    monkeypatch.setattr(flash, "_FORMAT", "print('no'); raise SystemExit(3)")
    image = FlashImage(tmp_path / "flash.img")
    with pytest.raises(flash.FormatFailed, match="no"):
        await image.power_on()
    assert not image.path.exists()
