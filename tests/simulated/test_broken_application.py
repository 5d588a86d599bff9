"""An application that can't be imported, or hangs: whoever owns the flash keeps the console shut, nobody's is open."""

from __future__ import annotations

import ast
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from plainsight import wiping

from host_tools.provisioning.install import provision
from host_tools.simulator import Simulator
from host_tools.simulator.paths import board_folder

pytestmark = [pytest.mark.simulated, pytest.mark.promise(5), pytest.mark.timeout(180)]

_RAISES = "raise ValueError('this application does not come up')"
_HANGS = "print('hangs')\nwhile True:\n    pass"
# Into slot b, as a cable would leave it: not on trial.
_DEPLOY = """
import os
from loader import record
for folder in ("/slots", "/slots/b", "/slots/b/plainsight"):
    os.mkdir(folder)
with open("/slots/b/plainsight/__init__.py", "w") as file:
    file.write({application!r})
fields = record.empty()
fields["slot"] = "b"
record.write("", fields)
"""
_MAIN = board_folder("xiao_esp32s3") / "main.py"


@asynccontextmanager
async def broken(flash: Path, application: str, left: str | None = None) -> AsyncGenerator[Simulator]:
    """A board whose application is broken; `left`: something of an owner's that is on its flash."""
    async with Simulator(flash=flash) as sim:
        if left == "provisioned":
            await provision(sim.board, level="optical")
        elif left is not None:
            await sim.board.execute(f"open({left!r}, 'w').close()")
        await sim.board.execute(_DEPLOY.format(application=application))
        await sim.board.start()
        yield sim


async def test_on_a_board_that_is_nobodys_it_ends_at_the_repl(tmp_path: Path) -> None:
    async with broken(tmp_path / "flash.img", _RAISES) as sim:
        await sim.board.wait_until_off()
        assert any("this application does not come up" in line for line in sim.board.log)
        assert sim.console.repl_open
        assert (await sim.console.execute("print(6 * 7)")).strip() == "42"


async def test_on_a_board_that_is_nobodys_ctrl_c_ends_one_that_hangs(tmp_path: Path) -> None:
    async with broken(tmp_path / "flash.img", _HANGS) as sim:
        await sim.board.wait_for_log("hangs")
        assert (await sim.console.execute("print(6 * 7)")).strip() == "42"
        assert sim.console.repl_open


async def test_on_a_flash_that_has_an_owner_it_ends_in_a_restart(tmp_path: Path) -> None:
    async with broken(tmp_path / "flash.img", _RAISES, "provisioned") as sim:
        await sim.board.wait_for_log("this application does not come up")
        assert not sim.console.hears
        seen = len(sim.board.log)
        await sim.board.wait_for_log("reset: hard", after=seen)
        await sim.board.wait_for_log("this application does not come up", after=seen)
        assert not sim.console.hears


@pytest.mark.parametrize("left", ["provisioned", "wiping.json", "settings.json.new", "media", "journal", "identity"])
async def test_on_a_flash_that_has_an_owner_one_that_hangs_hears_no_ctrl_c(tmp_path: Path, left: str) -> None:
    async with broken(tmp_path / "flash.img", _HANGS, left) as sim:
        await sim.board.wait_for_log("hangs")
        assert not sim.console.hears


def test_the_program_knows_everything_that_an_owner_leaves() -> None:
    """It can't import the list of what is wiped: that is part of what may be broken."""
    assigned = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(_MAIN.read_text()).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Tuple)
        if node.targets[0].id == "_SOMEBODYS"
    }
    personal = {name.split(".")[0] for name in wiping.OWNED} - {"crashes"}  # begins with the first boot, owner or not
    assert set(assigned["_SOMEBODYS"]) == personal | {"wiping"}
