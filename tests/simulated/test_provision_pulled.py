"""The cable is pulled while glasses get their identity: whenever that is, the same command again mends it."""

from __future__ import annotations

import hashlib
from collections.abc import Generator

import pytest

from host_tools.cable import Cable
from host_tools.cable import cable as cable_module
from host_tools.cable.errors import CableError
from host_tools.cable.line import Line
from host_tools.cable.virtual import BOOTED, VirtualBoard
from host_tools.provisioning import over_cable
from host_tools.provisioning.errors import NotSeenLocked
from host_tools.provisioning.setup_code import SetupCode

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def board() -> Generator[VirtualBoard]:
    with VirtualBoard() as virtual:
        virtual.wait_for_log(BOOTED)
        yield virtual


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody puts the cable in again while a command runs."""
    monkeypatch.setattr(cable_module, "_BACK_S", 1.0)


def provision(board: VirtualBoard, shown: list[SetupCode], *, mode: str) -> None:
    """What the command does, its question answered; what it shows goes to `shown`."""
    with Cable.open(board.port) as cable:
        reached = over_cable.reach(cable)
        if reached.summary.has_to_be_wiped:
            over_cable.wipe(cable, reached.info.files_free, lambda done, size: None)
        shown.append(over_cable.give_identity(cable, level="optical"))
        over_cable.finish(cable, mode=mode)


@pytest.fixture(scope="module")
def whole_bytes(board: VirtualBoard) -> int:
    """What the computer sends for a board that was provisioned before, without its restart and the last look."""
    provision(board, [], mode="development")
    sent = 0
    write = Line.write

    def counted(line: Line, data: bytes) -> int:
        nonlocal sent
        sent += len(data)
        return write(line, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Line, "write", counted)
        provision(board, [], mode="development")
    return sent


def certificate(board: VirtualBoard) -> str:
    with Cable.open(board.port) as cable:
        return over_cable.reach(cable).summary.certificate


@pytest.mark.parametrize(("percent", "battery"), [(2, True), (60, False), (97, True)], ids=str)
def test_a_retry_recovers_wherever_the_cable_was_pulled(
    board: VirtualBoard, whole_bytes: int, percent: int, battery: bool
) -> None:
    board.ask("pull_after", count=whole_bytes * percent // 100)
    shown: list[SetupCode] = []
    with pytest.raises(CableError):
        provision(board, shown, mode="development")
    come_back(board, battery=battery)
    provision(board, shown, mode="development")
    assert certificate(board) == shown[-1].certificate_sha256.hex()


def come_back(board: VirtualBoard, *, battery: bool) -> None:
    """The cable is put in again. Without a battery the board had no power meanwhile, and boots."""
    if not battery:
        board.ask("kill")
        before = board.printed()
        board.ask("start")
        board.wait_for_log(BOOTED, after=before)
    board.ask("plug")


# Around the code that is pasted there are four bytes.
@pytest.mark.parametrize(
    ("sent", "locked"), [(60, False), (len(over_cable.LOCK_CODE) + 5, True)], ids=["in it", "after it"]
)
def test_whoever_was_locked_out_had_seen_the_code(sent: int, locked: bool) -> None:
    """Pulled around the one command that locks: the code was shown, and these glasses take it."""
    with VirtualBoard() as board:
        board.wait_for_log(BOOTED)
        with Cable.open(board.port) as cable:
            over_cable.reach(cable)
            shown = over_cable.give_identity(cable, level="optical")
            board.ask("pull_after", count=sent)
            with pytest.raises(NotSeenLocked) as unsure:
                over_cable.finish(cable, mode="locked")
            assert "The code above is valid" in str(unsure.value)
        come_back(board, battery=False)
        with Cable.open(board.port) as cable:
            assert cable.hears_ctrl_c(1 if locked else 30) is not locked
            if not locked:
                assert over_cable.reach(cable).summary.mode == "development"
        board.ask("kill")
        stored = board.ask("execute", code="print(open('identity/cert.der', 'rb').read().hex())").strip()
        assert hashlib.sha256(bytes.fromhex(stored)).digest() == shown.certificate_sha256
