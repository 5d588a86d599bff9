"""`plainsight provision` on the virtual board behind its port, as a user runs it, and as it runs on a real one."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from host_tools.cable import Cable
from host_tools.cable.virtual import BOOTED, VirtualBoard
from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.provisioning.install import BoardSummary, inspect
from host_tools.simulator import Simulator

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(180)]

PLAINSIGHT = Path(sys.executable).with_name("plainsight")


@dataclass
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def qr_text(self) -> str:
        return next(line.split()[-1] for line in self.out.splitlines() if line.startswith("QR text"))


@pytest.fixture
def provision(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """The command, in this process."""

    def run(*options: str | Path) -> Ran:
        code = main(["provision", *map(str, options)])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(code, captured.out, captured.err)

    return run


async def _identity_on(flash: Path) -> tuple[BoardSummary, bytes]:
    async with Simulator(flash=flash) as simulator:
        summary = await inspect(simulator.board)
        certificate = await simulator.board.execute("print(open('identity/cert.der', 'rb').read().hex())")
    return summary, bytes.fromhex(certificate.strip())


def identity_on(flash: Path) -> tuple[BoardSummary, bytes]:
    """What the flash holds, and its certificate."""
    return asyncio.run(_identity_on(flash))


def test_a_board_gets_its_identity_and_a_person_the_code(tmp_path: Path, provision: Callable[..., Ran]) -> None:
    flash, png = tmp_path / "glasses.img", tmp_path / "code.png"
    run = provision("--flash", flash, "--png", png, "--level", "current")
    assert run.code == Exit.OK
    assert "█" in run.out
    found = zxingcpp.read_barcode(Image.open(png))
    assert found is not None
    assert found.text == run.qr_text
    said = run.err.splitlines()
    assert "(simulated)" in said[0]
    assert said[-1].startswith("locked: the REPL is off from now on. To get it back hold the button")
    assert "wip" not in run.err
    summary, _ = identity_on(flash)
    assert (summary.provisioned, summary.mode, summary.level) == (True, "locked", "current")
    assert (summary.phones, summary.items) == (0, 0)


def test_locked_glasses_are_not_gone_around_but_reset_by_their_button(
    tmp_path: Path, provision: Callable[..., Ran]
) -> None:
    flash = tmp_path / "glasses.img"
    first = provision("--flash", flash, "--json")
    assert first.code == Exit.OK
    before = json.loads(first.out)
    assert before["simulated"] is True

    refused = provision("--flash", flash, "--yes")
    assert refused.code == Exit.BOARD
    assert refused.out == ""
    (line,) = refused.err.splitlines()
    assert "locked" in line
    assert "hold their button at boot" in line
    assert "--reset-gesture" in line
    summary, _ = identity_on(flash)
    assert (summary.provisioned, summary.certificate) == (True, before["certificate"])

    reset = provision("--flash", flash, "--reset-gesture", "--json")
    assert reset.code == Exit.OK
    assert "will be wiped" not in reset.err
    after = json.loads(reset.out)
    assert after["certificate"] != before["certificate"]
    assert after["qr_text"] != before["qr_text"]


def test_provisioning_again_says_whose_they_are_asks_and_wipes_before_it_shows_a_code(
    tmp_path: Path, provision: Callable[..., Ran]
) -> None:
    flash = tmp_path / "glasses.img"
    before = json.loads(provision("--flash", flash, "--mode", "development", "--json").out)["certificate"]
    with VirtualBoard(flash) as board, Cable.open(board.port) as cable:
        cable.enter_repl()
        cable.make_folder("/media")
        cable.put("/media/1.json", b"")

    refused = answered_no(flash)
    assert refused.returncode == Exit.NOT_SHARED
    assert refused.stdout == ""
    held = next(line for line in refused.stderr.splitlines() if "will be wiped" in line)
    assert "1 pictures and 0 paired phones" in held
    assert "(development, level optical)" in held
    assert before[:16] in held
    summary, _ = identity_on(flash)
    assert (summary.certificate, summary.items) == (before, 1)

    agreed = provision("--flash", flash, "--yes")
    assert agreed.code == Exit.OK
    assert agreed.err.index("wiping: pictures first") < agreed.err.index("locked: the REPL is off")
    assert "wiping: 100 %" in agreed.err
    summary, _ = identity_on(flash)
    assert (summary.provisioned, summary.mode, summary.items) == (True, "locked", 0)
    assert summary.certificate != before


def answered_no(flash: Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with somebody who answers its question."""
    return subprocess.run(
        [PLAINSIGHT, "provision", "--flash", flash],
        input="no\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_picture_that_cannot_be_saved_leaves_a_printed_code_and_locked_glasses(
    tmp_path: Path, provision: Callable[..., Ran]
) -> None:
    flash = tmp_path / "glasses.img"
    run = provision("--flash", flash, "--png", tmp_path / "no" / "folder.png")
    assert run.code == Exit.USAGE
    assert run.qr_text.startswith("PLAINSIGHT:1:")
    assert "the code above is valid all the same" in run.err.splitlines()[-1]
    assert identity_on(flash)[0].mode == "locked"


@pytest.mark.parametrize("flash", [".", "no/such/folder/glasses.img"])
def test_a_flash_that_cannot_be_is_one_line(flash: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["provision", "--flash", str(tmp_path / flash)])
    assert ended.value.code == Exit.USAGE
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_file_that_is_no_flash_image_is_named_and_left_alone(tmp_path: Path, provision: Callable[..., Ran]) -> None:
    other = tmp_path / "holiday.jpg"
    other.write_bytes(content := b"something of the user's" * 1000)
    run = provision("--flash", other, "--yes")
    assert run.code == Exit.LINK
    assert run.err.strip().endswith(
        f"{other} is no flash image of glasses; name one, or a file that does not exist yet"
    )
    assert other.read_bytes() == content


def test_a_board_without_plainsight_or_without_micropython_is_sent_for_it(provision: Callable[..., Ran]) -> None:
    for image, command in (("micropython", "plainsight deploy"), ("none", "plainsight flash")):
        with VirtualBoard(image=image) as board:
            run = provision("--target", board.port)
            assert run.code == Exit.BOARD
            assert run.out == ""
            (line,) = run.err.splitlines()
            assert f"`{command} --target {board.port}`" in line


def test_a_port_that_somebody_else_holds_is_busy_and_free_afterwards(provision: Callable[..., Ran]) -> None:
    with VirtualBoard() as board:
        board.wait_for_log(BOOTED)
        with Cable.open(board.port):
            run = provision("--target", board.port)
            assert run.code == Exit.BOARD
            assert "in use by another program" in run.err
        run = provision("--target", board.port, "--mode", "development")
        assert run.code == Exit.OK
        assert "stays open" in run.err.splitlines()[-1]
