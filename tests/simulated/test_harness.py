"""The harness on a virtual board behind a port: lent and given back, restored later, and never called measured."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from host_tools.cable.cable import Cable
from host_tools.cable.errors import PortBusy
from host_tools.cable.virtual import BOOTED, VirtualBoard
from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.harness import backup
from host_tools.harness.publish import publish
from host_tools.harness.rig import RigOptions, back_ups, open_rig, quiet
from host_tools.harness.session import HilSession
from tests.unit.harness.conftest import DOCUMENT

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(300)]

FILES = {"/note.txt": b"as found", "/deep/er/x.bin": bytes(range(256)) * 40}


@pytest.fixture(scope="module")
def world() -> Generator[VirtualBoard]:
    """A board that somebody plugged in: known by its port alone."""
    with VirtualBoard() as board:
        board.wait_for_log(BOOTED)
        with Cable.open(board.port) as cable:
            cable.enter_repl()
            cable.make_folder("/deep/er")
            for path, content in FILES.items():
                cable.put(path, content)
        yield board


def held(world: VirtualBoard) -> dict[str, str]:
    """Path to hash of what is on it; but for the crash log, in which each boot counts itself."""
    with Cable.open(world.port) as cable:
        cable.enter_repl()
        now = backup.look(cable)
    return {path: sha256 for path, sha256 in now.files.items() if path != "/crashes.json"} | dict.fromkeys(
        now.folders, ""
    )


@pytest.fixture
def found(world: VirtualBoard) -> dict[str, str]:
    """What it holds before a test."""
    return held(world)


def spoil(cable: Cable) -> None:
    """What tests may do to a board."""
    cable.put("/note.txt", b"changed")
    cable.remove("/deep")
    cable.make_folder("/new/folder")
    cable.put("/new/folder/y", b"y")


def test_a_board_on_a_port_is_given_back_as_it_was_found(
    world: VirtualBoard, found: dict[str, str], tmp_path: Path
) -> None:
    with open_rig(RigOptions(target=world.port, logs=tmp_path, keep=tmp_path / "boards")) as rig:
        assert rig.info.application is not None
        with pytest.raises(PortBusy, match="is in use by another program"):
            Cable.open(world.port)
        with rig.board.repl() as cable:
            spoil(cable)
        rig.board.provision()
        assert (tmp_path / "boards" / rig.info.unique_id).is_dir()
    assert held(world) == found
    assert {"/note.txt", "/deep/er/x.bin"} <= set(found)
    assert list((tmp_path / "boards").iterdir()) == []


def test_what_a_killed_run_left_is_put_back_by_hand(
    world: VirtualBoard,
    found: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with Cable.open(world.port) as cable:
        cable.enter_repl()
        backup.take(cable, back_ups() / cable.info().unique_id, quiet)
        spoil(cable)
    assert main(["hil", "--restore", "--target", world.port]) == Exit.OK
    assert capsys.readouterr().out.splitlines() == [
        *("put back: /deep/er/x.bin", "put back: /note.txt", "put back: /new/folder/y"),
    ]
    assert held(world) == found
    assert main(["hil", "--restore", "--target", world.port]) == Exit.BOARD
    assert "nothing is to be put back" in capsys.readouterr().err


def test_a_virtual_board_behind_a_port_is_simulated_all_the_same(world: VirtualBoard, tmp_path: Path) -> None:
    with open_rig(RigOptions(target=world.port, logs=tmp_path, give_back=False)) as rig:
        target = rig.target
    assert (target.word, target.control) == ("simulated", None)
    assert {"simulator", "button", "power_cycle", "radio"} <= set(target.missing)
    document = tmp_path / "docs" / "hardware-status.md"
    document.parent.mkdir()
    document.write_text(DOCUMENT)
    session = HilSession(world.port, tmp_path, tmp_path, target=target)
    (told,) = publish(session)
    assert told.startswith(f"docs/hardware-status.md was not written: {world.port} is simulated: ")
    assert document.read_text() == DOCUMENT
