"""`plainsight ledger prove` and `verify` on a session's log, as somebody types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from companion_app.sharing import egress
from host_tools.cli.main import main
from host_tools.exits import Exit
from tests.app.live.rig import Live
from tests.app.live.test_proof import shown_two_views

pytestmark = pytest.mark.promise(3)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Types one command at the session's app; its exit code, and what it printed."""
    monkeypatch.setattr(egress, "install", lambda: None)

    def typed(*words: str) -> tuple[int, str, str]:
        code = main(["ledger", *words, "--radio", "system", "--folder", str(live.folder)])
        return (code, *capsys.readouterr())

    return typed


async def test_a_frame_is_proven_to_somebody_else_until_the_file_is_changed(
    live: Live, run: Run, tmp_path: Path
) -> None:
    receipt_id = await shown_two_views(live)
    code, proof, _ = run("prove", receipt_id[:8], "--frame", "2")
    assert code == Exit.OK
    file = tmp_path / "frame.json"
    file.write_text(proof)

    code, told, _ = run("verify", str(file))
    assert code == Exit.OK
    assert live.ending()["live"]["root"] in told
    assert json.loads(run("verify", str(file), "--json")[1])["holds"] is True

    file.write_text(proof.replace("proven", "qroven"))
    code, told, _ = run("verify", str(file))
    assert code == Exit.FAILED
    assert "not under that root" in told


async def test_what_cannot_be_proven_is_said_in_a_line(live: Live, run: Run) -> None:
    receipt_id = await shown_two_views(live)
    for words, code in (
        (("prove", receipt_id, "--frame", "3"), Exit.FAILED),
        (("prove", receipt_id), Exit.USAGE),
        (("prove", "--frame", "1"), Exit.USAGE),
        (("verify", "--frame", "1"), Exit.USAGE),
    ):
        ended = run(*words)
        assert (ended[0], ended[1]) == (code, ""), words
        assert len(ended[2].strip().splitlines()) == 1
    assert run("verify")[0] == Exit.OK
    live.log_file.write_bytes(live.log_file.read_bytes().replace(b"proven", b"qroven"))
    code, told, _ = run("verify")
    assert code == Exit.FAILED
    assert "live session" in told
