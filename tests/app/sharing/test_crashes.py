"""Killed (-9) at every step of every durable write of a share: reopened, the ledger says what may have left."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from companion_app.ledger import Ledger
from companion_app.sharing import Outcome, Sharing
from companion_app.sharing.exported import check
from tests.app.redaction.scripted import redactor
from tests.app.sharing.conftest import PHOTOGRAPH
from tests.app.vaults import ledger_in, room

pytestmark = [pytest.mark.promise(2), pytest.mark.promise(3)]

ROOT = Path(__file__).parents[3]
# Owner's copy, its picture's hash, and three records of the ledger: each is written, flushed, renamed, flushed.
_FEWEST_STEPS = 20


@pytest.fixture(scope="module")
def deaths(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("deaths")
    command = [sys.executable, "-m", "tests.app.sharing.dying", str(folder), str(PHOTOGRAPH)]
    run = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return folder, json.loads(run.stdout)


def _reopened(folder: Path) -> tuple[Ledger, Sharing]:
    ledger = ledger_in(folder)
    return ledger, Sharing(room(folder / "sharing"), ledger, redactor=redactor())


def test_the_ledger_tells_the_truth_wherever_the_app_was_killed(deaths: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, rows = deaths
    told: list[Outcome | None] = []
    for row in rows:
        ledger, sharing = _reopened(folder / str(row["child"]))
        kinds = [entry.kind for entry in ledger.entries()]
        shares = sharing.shares()
        outcome = shares[0].outcome if shares else None
        told.append(outcome)
        # Nothing arrives without a record, and nothing that may have arrived is called anything else.
        assert row["arrived"] == 0 or outcome in (Outcome.SENT, Outcome.UNKNOWN), row
        assert ("share_sending" in kinds) == (outcome is not None), row
        assert row["arrived"] <= 1, row
        checked = check(ledger, sharing.copies())
        assert checked.intact, (row, checked)
        assert set(sharing.copies()) == {share.receipt_id for share in shares}, row

    assert [row["killed"] for row in rows] == [True] * (len(rows) - 1) + [False]
    assert len(rows) > _FEWEST_STEPS
    assert (told[0], told[-1]) == (None, Outcome.SENT)
    assert Outcome.UNKNOWN in told
    arrived = [row["arrived"] for row in rows]
    assert 0 in arrived[:-1]
    assert 1 in arrived[:-1]


def test_reopening_once_more_adds_nothing_and_every_upload_has_its_end(
    deaths: tuple[Path, list[dict[str, Any]]],
) -> None:
    folder, rows = deaths
    for row in rows[:: len(rows) // 4] + rows[-4:-1]:
        before = [entry.kind for entry in _reopened(folder / str(row["child"]))[0].entries()]
        after = [entry.kind for entry in _reopened(folder / str(row["child"]))[0].entries()]

        assert after == before, row
        assert before.count("share_sending") == before.count("share_ended"), row
