"""`plainsight provision` and `plainsight simulate` on the virtual board, as a user runs them."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from host_tools.exits import Exit
from host_tools.provisioning.install import BoardSummary, inspect
from host_tools.simulator import ControlClient, Simulator

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(180)]

PLAINSIGHT = Path(sys.executable).with_name("plainsight")


def provision(flash: Path, *options: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    run = subprocess.run(
        [PLAINSIGHT, "provision", "--target", "sim", "--flash", flash, *options],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in run.stderr
    return run


def qr_text(output: str) -> str:
    return next(line.split()[-1] for line in output.splitlines() if line.startswith("QR text"))


async def identity_on(flash: Path) -> tuple[BoardSummary, str, bytes]:
    """What the board holds, its device.json, its certificate."""
    async with Simulator(flash=flash) as simulator:
        summary = await inspect(simulator.board)
        device = await simulator.board.execute("print(open('identity/device.json').read())")
        certificate = await simulator.board.execute("print(open('identity/cert.der', 'rb').read().hex())")
    return summary, device, bytes.fromhex(certificate.strip())


async def test_a_board_gets_its_identity_and_a_person_the_code(tmp_path: Path) -> None:
    flash, png = tmp_path / "glasses.img", tmp_path / "code.png"
    run = provision(flash, "--png", str(png), "--level", "current")
    assert run.returncode == Exit.OK
    assert run.stderr == ""
    assert "█" in run.stdout
    found = zxingcpp.read_barcode(Image.open(png))
    assert found is not None
    assert found.text == qr_text(run.stdout)
    summary, device, _ = await identity_on(flash)
    assert summary == BoardSummary(provisioned=True, phones=0, items=0)
    assert json.loads(device)["level"] == "current"
    assert json.loads(device)["mode"] == "locked"


async def test_provisioning_again_asks_says_what_goes_and_wipes_it(tmp_path: Path) -> None:
    flash = tmp_path / "glasses.img"
    first = provision(flash, "--mode", "development")
    async with Simulator(flash=flash) as simulator:
        await simulator.board.execute("import os; os.mkdir('media'); open('media/1.json', 'w').close()")
    _, _, before = await identity_on(flash)

    refused = provision(flash, stdin="no\n")
    assert refused.returncode == Exit.NOT_SHARED
    assert refused.stdout == ""
    assert "1 pictures and 0 paired phones will be wiped" in refused.stderr
    summary, _, unchanged = await identity_on(flash)
    assert unchanged == before
    assert summary.items == 1

    agreed = provision(flash, "--yes")
    assert agreed.returncode == Exit.OK
    assert "will be wiped" in agreed.stderr
    assert qr_text(agreed.stdout) != qr_text(first.stdout)
    summary, _, after = await identity_on(flash)
    assert after != before
    assert summary == BoardSummary(provisioned=True, phones=0, items=0)


async def test_locked_glasses_are_not_gone_around_but_reset_by_their_button(tmp_path: Path) -> None:
    flash = tmp_path / "glasses.img"
    first = provision(flash)
    assert first.returncode == Exit.OK
    _, _, before = await identity_on(flash)

    refused = provision(flash, "--yes")
    assert refused.returncode == Exit.LINK
    assert refused.stdout == ""
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "locked" in refused.stderr
    assert "hold their button at boot" in refused.stderr
    summary, _, unchanged = await identity_on(flash)
    assert (summary.provisioned, unchanged) == (True, before)

    reset = provision(flash, "--reset-gesture")
    assert reset.returncode == Exit.OK
    assert "will be wiped" not in reset.stderr
    assert qr_text(reset.stdout) != qr_text(first.stdout)
    _, _, after = await identity_on(flash)
    assert after != before


@pytest.mark.parametrize("flash", [".", "no/such/folder/glasses.img"])
def test_a_flash_that_cannot_be_is_one_line(flash: str, tmp_path: Path) -> None:
    run = provision(tmp_path / flash)
    assert run.returncode == Exit.USAGE
    assert len(run.stderr.strip().splitlines()) == 1


def test_a_file_that_is_no_flash_image_is_named_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "holiday.jpg"
    other.write_bytes(content := b"something of the user's" * 1000)
    run = provision(other, "--yes")
    assert run.returncode == Exit.LINK
    assert run.stderr.strip().endswith(
        f"{other} is no flash image of glasses; name one, or a file that does not exist yet"
    )
    assert other.read_bytes() == content


def test_a_code_that_cannot_be_saved_as_a_picture_is_still_printed(tmp_path: Path) -> None:
    run = provision(tmp_path / "glasses.img", "--png", str(tmp_path / "no" / "folder.png"))
    assert run.returncode == Exit.USAGE
    assert qr_text(run.stdout).startswith("PLAINSIGHT:1:")
    assert len(run.stderr.strip().splitlines()) == 1


async def status(control_socket: Path) -> dict[str, Any]:
    async with ControlClient(control_socket) as control:
        return await control.ask("status")


def test_simulate_runs_glasses_until_ctrl_c_and_prints_their_sockets(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [PLAINSIGHT, "simulate", "--flash", tmp_path / "glasses.img", "--profile", "instant"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    sockets = {line.split()[0]: Path(line.split()[1]) for line in lines if line.startswith(("HCI", "control"))}
    assert sockets["HCI"].is_socket()
    assert asyncio.run(status(sockets["control"]))["running"] is True
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == Exit.INTERRUPTED
    assert errors.strip().splitlines() == ["plainsight simulate: interrupted"]
    assert not sockets["control"].exists()
