"""The console over USB: open in development, shut to whoever has a cable on locked glasses, and the way back."""

from __future__ import annotations

import pytest
from plainsight.wiping import OWNED

from host_tools.cable.errors import ReplClosed
from host_tools.cable.reconnecting import pause
from host_tools.harness.board import HilBoard

KBD = "`micropython.kbd_intr(-1)` over USB"
PERSONAL = set(OWNED) - {"crashes.json"}  # which begins anew with every boot
_HOLD_S = 30.0
_BETWEEN_S = 0.5  # a finger's: shorter would be the bounce of one press
_WIPE_S = 300.0  # some 90 s by the flash chip's typical erase times


@pytest.mark.needs("application", "development")
@pytest.mark.status(KBD)
def test_ctrl_c_ends_the_program_of_glasses_in_development_and_a_reset_begins_it_anew(board: HilBoard) -> None:
    board.provision()
    assert board.execute("print(6 * 7)", soft_reset=False).strip() == "42"
    board.hard_reset()
    assert board.ready() == "ready"


@pytest.mark.needs("application", "development")
def test_ctrl_c_ends_the_wait_of_glasses_without_an_identity(board: HilBoard) -> None:
    with board.repl() as cable:
        cable.remove("/identity")
    board.hard_reset()
    assert board.ready() == "not provisioned"
    assert board.execute("print(6 * 7)", soft_reset=False).strip() == "42"


@pytest.mark.needs("application", "development", "button", "power_cycle")
@pytest.mark.status(KBD)
def test_locked_glasses_hear_no_ctrl_c_and_the_reset_gesture_is_the_way_back(board: HilBoard) -> None:
    """Should the gesture fail, the board stays locked: erase its flash (docs/troubleshooting.md) and deploy anew."""
    board.provision()
    board.execute("from plainsight import identity\nidentity.lock('')")
    board.hard_reset()
    board.expect("ready: locked")
    with pytest.raises(ReplClosed), board.repl():
        raise AssertionError("locked glasses have let somebody in")
    with board.button_held():
        board.power_cycle()
        board.expect("let go, then press once more", _HOLD_S)
    pause(_BETWEEN_S)
    with board.button_held():
        board.expect("reset gesture confirmed")
    board.expect("not provisioned", _WIPE_S)
    with board.repl(soft_reset=False) as cable:
        assert not [path for path in cable.files() if path.split("/")[1] in PERSONAL]
