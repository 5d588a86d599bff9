"""Somebody with a cable: locked glasses take no Ctrl-C and never end at the REPL; development and new ones do."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from plainsight.crashes import LOOP_AFTER

from host_tools.provisioning.install import provision
from host_tools.simulator import Simulator
from host_tools.simulator.console import ConsoleLocked
from tests.promises.rig import read_files

pytestmark = [pytest.mark.simulated, pytest.mark.promise(5), pytest.mark.timeout(180)]


@asynccontextmanager
async def glasses(flash: Path, mode: str | None) -> AsyncGenerator[Simulator]:
    """Glasses that run; `mode` None: nobody has provisioned them."""
    async with Simulator(flash=flash) as sim:
        if mode is not None:
            await provision(sim.board, level="optical", mode=mode)
        await sim.board.start()
        await sim.board.wait_for_log("not provisioned" if mode is None else "ready")
        yield sim


async def test_new_glasses_can_be_provisioned_over_the_cable(tmp_path: Path) -> None:
    async with glasses(tmp_path / "flash.img", None) as sim:
        assert sim.console.hears
        assert (await sim.console.execute("print(6 * 7)")).strip() == "42"
        assert sim.console.repl_open
        await provision(sim.console, level="optical")
        seen = len(sim.board.log)
        await sim.board.start()
        await sim.board.wait_for_log("ready: locked", after=seen)
        with pytest.raises(ConsoleLocked):
            await sim.console.execute("print(6 * 7)")


async def test_locked_glasses_hear_no_ctrl_c_and_go_on(tmp_path: Path) -> None:
    async with glasses(tmp_path / "flash.img", "locked") as sim:
        seen = len(sim.board.log)
        for _ in range(5):
            sim.console.interrupt()
        with pytest.raises(ConsoleLocked):
            await sim.console.execute("print(open('identity/key.der', 'rb').read())")
        assert sim.board.running
        assert not sim.console.repl_open
        assert sim.board.log[seen:] == []


async def test_development_keeps_its_repl_and_says_so(tmp_path: Path) -> None:
    async with glasses(tmp_path / "flash.img", "development") as sim:
        assert any("ready: development" in line for line in sim.board.log)
        assert (await sim.console.execute("print(6 * 7)")).strip() == "42"
        assert sim.console.repl_open


FAILING_MAIN = Path(__file__).parent / "on_micropython" / "failing_main.py"
SECRET = "00112233445566778899aabbccddeeff"


async def test_a_crash_restarts_the_glasses_and_a_row_of_them_waits_with_the_camera_off(tmp_path: Path) -> None:
    async with Simulator(flash=tmp_path / "flash.img", main=FAILING_MAIN) as sim:
        await provision(sim.board, level="optical")
        sim.world.battery.set_mv(3500)
        await sim.board.start()
        await sim.board.wait_for_log("too many boots ended badly: waiting 2000 ms", timeout_s=60)
        assert sum("reset: hard" in line for line in sim.board.log) == LOOP_AFTER
        assert sum("exception: house: KeyError at failing_main.py:" in line for line in sim.board.log) == LOOP_AFTER
        sim.world.battery.set_mv(3900)
        seen = len(sim.board.log)
        await sim.board.wait_for_log("ready", after=seen, timeout_s=60)
        assert not sim.console.repl_open
        sim.world.button.press()
        sim.world.at_call(10, sim.world.button.release, lambda service, method: (service, method) == ("pin", "read"))
        await sim.board.wait_for_log("button refused: unsteady", after=seen)
        assert sim.world.exposures == []
        await sim.board.kill()
        files = await read_files(sim)
        kept = (files["crashes.json"] + files["journal/00000000.log"]).decode()
        assert SECRET not in kept + "\n".join(sim.board.log)
        assert kept.count("house: KeyError at failing_main.py:") == 2 * LOOP_AFTER, (
            "in the crash log and in the journal"
        )


async def test_a_brown_out_is_in_the_crash_log(tmp_path: Path) -> None:
    async with glasses(tmp_path / "flash.img", "locked") as sim:
        seen = len(sim.board.log)
        sim.world.power.brown_out()
        await sim.board.wait_for_log("ready", after=seen)
        await sim.board.kill()
        assert b'"brownout"' in (await read_files(sim))["crashes.json"]


async def test_no_line_of_boot_listens_for_long(tmp_path: Path) -> None:
    """MicroPython lets Ctrl-C in whenever it starts a file: what is left is the time until our first line."""
    heard: list[bool] = []
    async with Simulator(flash=tmp_path / "flash.img") as sim:
        await provision(sim.board, level="optical")
        sim.world.at_call(1, lambda: heard.append(sim.console.hears), lambda service, _: service not in ("console",))
        await sim.board.start()
        await sim.board.wait_for_log("ready")
        assert heard == [False], "before any driver is touched the console is shut"
