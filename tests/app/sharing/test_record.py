"""What the ledger says of an upload that a crash cut short, and what progress amounts to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from companion_app.ledger.errors import LedgerWriteFailed
from companion_app.sharing import Sharing
from companion_app.sharing.errors import LedgerUnavailable
from companion_app.sharing.outcome import Outcome, Progress
from companion_app.sharing.records import ShareRecords
from tests.app.sharing.conftest import PHOTOGRAPH, App
from tests.app.vaults import ledger_in, room

pytestmark = pytest.mark.promise(2)

ROOT = Path(__file__).parents[3]

CRASH = """
import asyncio, hashlib, os, pathlib, sys
from types import SimpleNamespace
from tests.app.vaults import ledger_in, room
from companion_app.redaction import Plan
from companion_app.sharing import OpenAICompatible, Sharing
from tests.app.redaction.scripted import redactor
folder, path = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
picture = SimpleNamespace(
    id="p", read=path.read_bytes, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), commitment="c"
)

class Crash(OpenAICompatible):
    async def ask(self, ask, post, heard):
        os._exit(9)

sharing = Sharing(room(folder / "sharing"), ledger_in(folder), redactor=redactor())
card = sharing.add(Crash("https://api.example.org"))
look = sharing.redactor.look(path.read_bytes())
verified = sharing.redactor.redact(look, Plan.all_masked(look))
proposal = sharing.propose(picture, card.id, "What is this?", verified)
receipt = sharing.agree(
    proposal, recipient=card.recipient, purpose=proposal.purpose, terms_sha256=card.terms_sha256,
    picture_sha256=proposal.sha256,
)
asyncio.run(sharing.send(receipt))
"""


def test_a_crash_between_entry_and_outcome_leaves_unknown(tmp_path: Path) -> None:
    crashed = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path), str(PHOTOGRAPH)], cwd=ROOT, check=False)
    assert crashed.returncode == 9
    before = ledger_in(tmp_path)
    assert [entry.kind for entry in before.entries()] == ["share_agreed", "share_sending"]

    Sharing(room(tmp_path / "sharing"), ledger_in(tmp_path))
    Sharing(room(tmp_path / "sharing"), ledger_in(tmp_path))

    entries = ledger_in(tmp_path).entries()
    assert [entry.kind for entry in entries] == ["share_agreed", "share_sending", "share_ended"]
    assert entries[2].data == {
        "receipt_id": entries[1].data["receipt_id"],
        "outcome": "unknown: may have been sent",
        "reason": "interrupted",
    }


async def test_an_upload_that_ended_is_not_said_to_be_interrupted(app: App, tmp_path: Path) -> None:
    await app.sharing.send(app.agreed())

    Sharing(room(tmp_path / "again"), app.ledger)

    assert app.endings() == ["stayed on this device"]


def test_an_app_whose_ledger_takes_nothing_does_not_open_over_an_interrupted_upload(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = ledger_in(tmp_path)
    ledger.append("share_sending", receipt_id="r1", picture_commitment="0" * 64, recipient="x")

    def full(kind: str, **data: object) -> None:
        raise LedgerWriteFailed(kind, 28)

    monkeypatch.setattr(ledger, "append", full)
    with pytest.raises(LedgerUnavailable) as caught:
        Sharing(room(tmp_path / "sharing"), ledger)

    assert caught.value.data["outcome"] == Outcome.UNKNOWN


def test_strange_entries_under_known_kinds_do_not_stop_the_app(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    ledger.append("share_sending")
    ledger.append("share_ended", receipt_id=["?"])
    records = ShareRecords(ledger)

    assert records.earlier("0" * 64, "x") == ()
    assert records.close_interrupted() == ["None"]


@pytest.mark.parametrize(
    ("progress", "stays_here", "outcome"),
    [
        (Progress(), False, Outcome.NOT_SENT),
        (Progress(), True, Outcome.STAYED),
        (Progress(begun=True), False, Outcome.UNKNOWN),
        (Progress(begun=True), True, Outcome.UNKNOWN),
        (Progress(begun=True, body_bytes=9, whole_body_written=True), False, Outcome.UNKNOWN),
        (Progress(begun=True, body_bytes=9, status=413), False, Outcome.UNKNOWN),
        (Progress(begun=True, body_bytes=9, whole_body_written=True, status=500), False, Outcome.SENT),
    ],
)
def test_doubt_falls_on_the_side_of_sent(progress: Progress, stays_here: bool, outcome: Outcome) -> None:
    assert progress.outcome(stays_here) is outcome
