"""How provisioning gets to a board: over the serial console, which locked glasses keep shut, and by no other way."""

from __future__ import annotations

from host_tools.exits import LinkError
from host_tools.provisioning.install import BoardSummary, Executor, inspect
from host_tools.simulator import Simulator
from host_tools.simulator.console import ConsoleLocked

_LOCKED = (
    "these glasses are locked and take no commands over the cable. To give them away or begin anew, hold their button "
    "at boot for ten seconds, let go, and press once more within five: that erases everything on them, pictures first "
    "(--reset-gesture does it on the virtual board)"
)
_BOOT_S = 60.0
_HOLD_S = 30.0
_WIPE_S = 300.0  # about 90 s on a board, as modelled
_LET_GO_POLLS = 20


async def reach(simulator: Simulator, *, gesture: bool) -> tuple[Executor, BoardSummary]:
    """Switch the board on and get to its REPL; `gesture`: make the reset gesture first, which erases everything.

    Returns the console and what the board holds. Raises LinkError on locked glasses.
    """
    if gesture:
        await _make_gesture(simulator)
    else:
        await simulator.board.start()
        await _until_settled(simulator)
    try:
        return simulator.console, await inspect(simulator.console)
    except ConsoleLocked:
        raise LinkError("provisioning", _LOCKED) from None


async def _until_settled(simulator: Simulator) -> None:
    """Past the boot: at power-on a Ctrl-C may get in where it would not later, and that is not how to do it."""
    await simulator.board.wait_for_line(("ready", "not provisioned"), timeout_s=_BOOT_S)


async def _make_gesture(simulator: Simulator) -> None:
    button = simulator.world.button
    button.press()
    await simulator.board.start()
    await simulator.board.wait_for_log("let go, then press once more", timeout_s=_HOLD_S)
    button.release()
    simulator.world.at_call(_LET_GO_POLLS, button.press, lambda service, method: (service, method) == ("pin", "read"))
    await simulator.board.wait_for_log("reset gesture confirmed", timeout_s=_HOLD_S)
    button.release()
    await simulator.board.wait_for_log("not provisioned", timeout_s=_WIPE_S)
