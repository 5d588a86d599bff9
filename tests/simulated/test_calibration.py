"""Provisioning tells the gauge what the battery's voltage is; what can't be true changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_tools.cli.main import main
from host_tools.exits import Exit, UsageError
from host_tools.provisioning.calibrate import calibration_code, read_calibration
from host_tools.simulator import Simulator

pytestmark = pytest.mark.simulated

_READ = "from plainsight.power import calibration\nprint(calibration.load('.', print).true_mv(4000))"


async def test_a_reference_makes_the_reading_true_and_an_absurd_one_is_refused(tmp_path: Path) -> None:
    async with Simulator(flash=tmp_path / "flash.img") as sim:
        sim.world.battery.set_mv(4000)
        assert read_calibration(await sim.board.execute(calibration_code(4100)), 4100) == (4000, 25_000)
        assert (await sim.board.execute(_READ)).split() == ["4100"]
        with pytest.raises(UsageError, match="reads 4000 mV"):
            read_calibration(await sim.board.execute(calibration_code(3100)), 3100)
        assert (await sim.board.execute(_READ)).split() == ["4100"]


def test_the_command_takes_the_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flash = str(tmp_path / "flash.img")
    assert main(["provision", "--flash", flash, "--battery-mv", "3000"]) == Exit.USAGE
    assert "4000 mV" in capsys.readouterr().err
    assert main(["provision", "--flash", flash, "--battery-mv", "4040"]) == Exit.OK  # nothing had been installed
    assert "read 4000 mV of 4040 mV, corrected by 10000 ppm" in capsys.readouterr().err
