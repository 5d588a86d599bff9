"""What runs on the board is what was deployed there, byte for byte, and the board says so."""

from __future__ import annotations

import pytest

from host_tools.deploying import Deployed, Options, deploy_over, firmware_hash
from host_tools.harness.board import HilBoard
from host_tools.harness.rig import Rig

pytestmark = pytest.mark.needs("application", "development")

SLOT_FIRST = "slot folder first in `sys.path` before frozen modules"
COMPILED = "compiled releases: `.mpy` of `mpy-cross` 1.29 for xtensawin, native code in them"
_WHERE = "import plainsight.start\nimport plainsight.sound.kernels_viper\nprint('from', plainsight.start.__file__)"


@pytest.fixture(scope="module")
def deployed(rig: Rig) -> Deployed:
    """The application of this checkout, brought to the board and started.

    On a board it must be what runs there already: every other result of the session is said to be of that firmware.
    """
    if rig.world is None and _deploy(rig, dry_run=True).sha256 != rig.target.firmware:
        pytest.skip(f"another firmware than this checkout's: plainsight deploy --target {rig.target.port}, then again")
    return _deploy(rig, dry_run=False)


def _deploy(rig: Rig, *, dry_run: bool) -> Deployed:
    return deploy_over(rig.board.cable, lambda _: None, lambda _what, _done, _size: None, Options(dry_run=dry_run))


@pytest.mark.status(SLOT_FIRST)
@pytest.mark.status(COMPILED)
def test_what_was_deployed_is_there_and_runs(board: HilBoard, deployed: Deployed) -> None:
    assert deployed.state in ("ready", "not provisioned")
    with board.repl() as cable:
        assert firmware_hash(cable) == deployed.sha256
    assert f"from /slots/{deployed.slot}/plainsight/start.mpy" in board.execute(_WHERE)


def test_one_byte_of_difference_is_another_firmware(board: HilBoard, deployed: Deployed) -> None:
    path = f"/slots/{deployed.slot}/plainsight/version.mpy"
    with board.repl() as cable:
        whole = cable.get(path)
        cable.put(path, whole[:-1] + bytes((whole[-1] ^ 1,)))
        assert firmware_hash(cable) != deployed.sha256
        cable.put(path, whole)
        assert firmware_hash(cable) == deployed.sha256


def test_the_board_says_what_it_is(board: HilBoard) -> None:
    with board.repl() as cable:
        info = cable.info()
    assert info.simulated == board.target.simulated
    assert ("simulated" in info.machine) == board.target.simulated
    assert info.unique_id == board.target.board_id
    assert info.has_camera == ("camera" not in board.target.missing)
