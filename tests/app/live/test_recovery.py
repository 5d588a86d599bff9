"""The app dies in mid-session: at the next start the ledger has its end, with the root of what the log holds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from companion_app.ledger import Ledger
from companion_app.sharing import Sharing
from companion_app.sharing.live import merkle
from tests.app.live.rig import Live, MakeLive
from tests.app.live.test_stopping import never
from tests.app.live.views import frame
from tests.app.vaults import ledger_in, opened_log, room
from tests.app.waiting import until

pytestmark = pytest.mark.promise(3)


def reopened(live: Live, folder: Path) -> Ledger:
    """The app's folders as a kill left them, opened by the next run."""
    shutil.copytree(live.folder, folder)
    ledger = ledger_in(folder)
    Sharing(room(folder / "sharing"), ledger)
    return ledger


async def test_killed_in_mid_upload_the_frame_and_the_session_are_unknown(make: MakeLive, tmp_path: Path) -> None:
    live = await make(manner=never)
    session = await live.begin()
    live.view.show(frame())
    await until(lambda: live.recipient.exchanges and live.recipient.exchanges[0].body)

    ledger = reopened(live, tmp_path / "next run")
    session.stop("tap")
    await live.over()

    ending = ledger.entries()[-1]
    assert (ending.kind, ending.data["receipt_id"]) == ("share_ended", session.receipt.id)
    assert (ending.data["outcome"], ending.data["reason"]) == ("unknown: may have been sent", "interrupted")
    log = opened_log(tmp_path / "next run", session.receipt.id)
    lines = log.read_bytes().splitlines()
    assert json.loads(lines[-1]) == {
        "record": "ended",
        "frame": 1,
        "outcome": "unknown: may have been sent",
        "reason": "interrupted",
    }
    assert ending.data["live"]["root"] == merkle.root([merkle.leaf_hash(line) for line in lines]).hex()
    assert ledger.verify().intact

    again = ledger_in(tmp_path / "next run")
    Sharing(room(tmp_path / "next run" / "sharing"), again)
    assert len(again.entries()) == len(ledger.entries()), "an end is entered once"


@pytest.mark.parametrize("damage", ["log gone", "log torn", "log a folder", "forged id"])
async def test_whatever_is_left_of_the_log_the_app_opens_and_says_unknown(
    live: Live, tmp_path: Path, damage: str
) -> None:
    receipt = live.agreed()
    with live.sharing.live.begin(receipt):
        folder = tmp_path / "next run"
        shutil.copytree(live.folder, folder)
    log = opened_log(folder, receipt.id)
    if damage == "log torn":
        log.tear(b'{"record":"fra')
    elif damage.startswith("log"):
        log.unlink()
        if damage == "log a folder":
            log.files.path(log.name).mkdir()
    ledger = ledger_in(folder)
    if damage == "forged id":
        ledger.append("share_sending", receipt_id="../../../elsewhere", recipient="x", live={})

    Sharing(room(folder / "sharing"), ledger)

    endings = [entry.data for entry in ledger.entries() if entry.kind == "share_ended"]
    assert {ending["outcome"] for ending in endings} == {"unknown: may have been sent"}
    assert len(endings) == 2 if damage == "forged id" else 1
    assert not list(tmp_path.rglob("elsewhere"))
