"""A deploy from the first look at the board to its first line: checked, filled, verified, tried, switched, started."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from host_tools.cable.cable import Cable
from host_tools.cable.errors import CableError, CableLost, ReplClosed
from host_tools.cable.ports import is_simulated
from host_tools.deploying import steps
from host_tools.deploying.board import Board, Progress
from host_tools.deploying.errors import DidNotStart, FlashTooFull
from host_tools.deploying.found import Found, look
from host_tools.deploying.known import known
from host_tools.deploying.manifest import Application, entries
from host_tools.deploying.plan import Plan, plan
from host_tools.deploying.starting import start
from host_tools.deploying.suitable import Options, suitable


@dataclass(frozen=True)
class Deployed:
    """What was done, or with `dry_run` would be. Counts are of files in the slot, `root` of those beside the slots.

    `uploaded_bytes` are those of all files that were sent, `bytes` of all that the board holds now; `state` is what it
    said when it came up, "" after a dry run.
    """

    port: str
    simulated: bool
    version: str
    sha256: str
    architecture: str
    slot: str
    kept: int
    copied: int
    uploaded: int
    removed: int
    root: int
    uploaded_bytes: int
    bytes: int
    switched: bool
    dry_run: bool
    state: str


def deploy(
    port: str, tell: Callable[[str], None], progress: Progress | None = None, options: Options | None = None
) -> Deployed:
    """Bring the application of `options.firmware` to the board on `port`. Raises HostError; then what ran before runs.

    `tell` gets a line at each step, `progress` what, done and of how much. Blocking, for a minute or two on a board.
    """
    with Cable.open(port) as cable:
        return deploy_over(cable, tell, progress or _unheard, options or Options())


def deploy_over(board: Board, tell: Callable[[str], None], progress: Progress, options: Options) -> Deployed:
    """As `deploy`, over a cable that is open. The board runs its program afterwards, whatever happened."""
    try:
        board.enter_repl()
        found = look(board)
        made = suitable(board, found, options)
        tell(f"{made.version} for {made.board}: {len(made.slot)} files, {made.size} bytes, firmware {made.sha256}")
        what = plan(entries(made.slot), entries(made.root), found, known(board, made, found, progress))
        _check_room(board, found, what)
        done = _described(board, made, found, what, options)
        if options.dry_run:
            _leave_running(board)
            return done
        if not what.is_done or found.stage:
            _bring(board, made, what, found, tell, progress)
        tell("restarting")
        return replace(done, state=start(board))
    except (CableLost, ReplClosed, DidNotStart):
        raise  # it can't be reached, or another restart would not help
    except BaseException:
        _leave_running(board)
        raise


def _bring(
    board: Board, made: Application, what: Plan, found: Found, tell: Callable[[str], None], progress: Progress
) -> None:
    """Everything that changes the board, in the order that keeps it usable."""
    if found.on_trial:
        tell("a release is on trial: given up")
        steps.end_trial(board, found)
    steps.fill_slot(board, made, what, found, progress)
    steps.check_slot(board, made, what, progress)
    steps.stage_root(board, made, what, found, progress)
    tell("trying the application")
    steps.try_application(board, what)
    tell(f"switching to slot {what.slot}")
    steps.replace_root(board, what, found)
    steps.switch(board, made, what, found)


def _check_room(board: Board, found: Found, what: Plan) -> None:
    if what.needed_bytes > found.free_bytes:
        raise FlashTooFull(board.port, what.needed_bytes, found.free_bytes)


def _described(board: Board, made: Application, found: Found, what: Plan, options: Options) -> Deployed:
    sent = [len(made.slot[path]) for path in what.upload] + [len(made.root[path]) for path in what.stage]
    return Deployed(
        port=board.port,
        simulated=is_simulated(board.port, found.machine),
        version=made.version,
        sha256=made.sha256,
        architecture="source" if options.source else found.architecture,
        slot=what.slot,
        kept=len(what.keep),
        copied=len(what.copy),
        uploaded=len(what.upload),
        removed=len(what.remove),
        root=len(what.stage),
        uploaded_bytes=sum(sent),
        bytes=made.size,
        switched=what.switch,
        dry_run=options.dry_run,
        state="",
    )


def _leave_running(board: Board) -> None:
    """Start again what ran before, if the board can be reached: also after Ctrl-C in the middle of an answer."""
    with suppress(CableError):
        board.enter_repl(soft_reset=False)
        board.hard_reset()


def _unheard(_what: str, _done: int, _size: int) -> None:
    """Nobody follows the progress."""
