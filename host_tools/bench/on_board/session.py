"""A whole run: finds the board, says what it is, measures, and leaves it running."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from companion_app.paths import default_folder
from host_tools.bench.on_board.figures import Outcome
from host_tools.bench.on_board.report import Subject, short_id
from host_tools.bench.on_board.run import NoPhone, Run, Tell
from host_tools.cable.errors import NoApplication
from host_tools.cable.target import SIM
from host_tools.harness.commit import commit_of
from host_tools.harness.phone import Phone, open_phone
from host_tools.harness.rig import NONE, Rig, RigOptions, open_rig
from host_tools.simulator.paths import REPOSITORY


@dataclass(frozen=True)
class Wish:
    """What to measure, on which board. `radio`: system or none (the virtual board has its own); `folder`: the app's."""

    target: str
    names: Sequence[str]
    quick: bool
    radio: str = NONE
    folder: Path | None = None


def measure_board(
    wish: Wish, tell: Tell, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> tuple[Subject, list[Outcome]]:
    """What was measured, and on what. Raises HostError where the board can't be reached or runs no Plainsight."""
    radio = None if wish.target == SIM else wish.radio
    with ExitStack() as stack:
        # On an owner's own board nothing is put back: its phone has seen further than any back-up.
        rig = stack.enter_context(open_rig(RigOptions(wish.target, radio=radio, give_back=False, tell=tell)))
        if rig.info.application is None:
            raise NoApplication(rig.target.port)
        subject = _subject(rig, now())
        tell(f"{subject.machine}: every figure is {subject.label}")
        run = Run(rig.board, lambda: _phone(rig, wish, stack), wish.quick, tell)
        return subject, run.measure(wish.names)


def _phone(rig: Rig, wish: Wish, stack: ExitStack) -> Phone:
    """A connected phone: a new one of the virtual board's, or the owner's. Raises NoPhone, AppError."""
    if rig.world is not None:
        phone = stack.enter_context(
            open_phone(rig, Path(stack.enter_context(TemporaryDirectory(prefix="plainsight-"))))
        )
        phone.pair(rig.board.provision(level="optical"))
        return phone
    if "radio" in rig.target.missing:
        raise NoPhone(f"{rig.target.missing['radio']} (this computer's Bluetooth adapter and the app that is paired)")
    if not rig.info.provisioned:
        raise NoPhone("the glasses have no identity: `plainsight provision`, then pair this computer's app with them")
    phone = stack.enter_context(open_phone(rig, wish.folder or default_folder()))
    if not phone.app.paired:
        raise NoPhone("this computer's app is not paired with the glasses: `plainsight app --radio system` pairs it")
    phone.connect()
    return phone


def _subject(rig: Rig, now: datetime) -> Subject:
    info, target = rig.info, rig.target
    return Subject(
        short_id(target.board_id),
        target.simulated,
        target.machine,
        info.release,
        info.application or "",
        target.firmware,
        commit_of(REPOSITORY),
        now.isoformat(timespec="seconds"),
    )
