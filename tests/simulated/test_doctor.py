"""`plainsight doctor --target` looks at boards in every state, and lets their program run again."""

from __future__ import annotations

import json

import pytest

from host_tools.cable import Cable
from host_tools.cable.virtual import BOOTED, VirtualBoard
from host_tools.cli import doctor
from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.provisioning import over_cable

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(180)]


@pytest.fixture(autouse=True)
def board_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this computer has is not the question here."""
    monkeypatch.setattr(doctor, "_CHECKS", ())


def findings(port: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, object]]]:
    code = main(["doctor", "--target", port, "--json"])
    return code, {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}


def test_open_glasses_are_seen_whole_and_run_again_and_locked_ones_are_said_to_be(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with VirtualBoard() as board:
        board.wait_for_log(BOOTED)
        before = board.printed()
        code, found = findings(board.port, capsys)
        assert code == Exit.OK
        assert {name for name, finding in found.items() if not finding["present"]} == {"identity"}
        assert {finding["place"] for finding in found.values()} == {"board, simulated"}
        assert f"plainsight provision --target {board.port}" in str(found["identity"]["do"])
        board.wait_for_log(BOOTED, after=before)

        with Cable.open(board.port) as cable:
            cable.enter_repl()
            rows = [{"boot": 1, "time_s": 0, "cause": "exception", "text": "house: KeyError at x.py:1"}]
            cable.put("/crashes.json", json.dumps({"version": 1, "crashes": rows}).encode())
            over_cable.reach(cable)
            over_cable.give_identity(cable, level="optical")
            cable.put("/crashes.json", json.dumps({"version": 1, "crashes": rows}).encode())
        code, found = findings(board.port, capsys)
        assert code == Exit.OK
        assert found["identity"]["detail"] == "development, level optical"
        assert "house: KeyError" in str(found["crash log"]["detail"])

        with Cable.open(board.port) as cable:
            cable.enter_repl()
            over_cable.finish(cable, mode="locked")
        code, found = findings(board.port, capsys)
        assert code == Exit.OK, "locked glasses are as they should be"
        assert list(found) == ["cable", "console"]
        assert "hold their button at boot" in str(found["console"]["do"])


@pytest.mark.parametrize(
    ("image", "missing", "do"),
    [("micropython", "application", "plainsight deploy"), ("none", "cable", "plainsight flash")],
)
def test_what_a_board_lacks_is_said(image: str, missing: str, do: str, capsys: pytest.CaptureFixture[str]) -> None:
    with VirtualBoard(image=image) as board:
        code, found = findings(board.port, capsys)
    assert code == Exit.BOARD
    assert found[missing]["present"] is False
    assert do in str(found[missing]["do"])


def test_a_broken_application_is_named_and_a_port_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with VirtualBoard(image="micropython") as board:
        with Cable.open(board.port) as cable:
            cable.enter_repl()
            cable.make_folder("/loader")
            cable.put("/loader/__init__.py", b"raise ValueError('half a loader')\n")
        code, found = findings(board.port, capsys)
        assert code == Exit.BOARD
        assert "half a loader" in str(found["application"]["detail"])
    code, found = findings(board.port, capsys)
    assert code == Exit.BOARD
    assert list(found) == ["cable"]
