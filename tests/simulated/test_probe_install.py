"""The probe's firmware comes over the cable onto a bare board, runs from its flash, and is brought up to date."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from host_tools.cable.cable import Cable
from host_tools.cable.virtual import VirtualBoard
from host_tools.cli.main import main
from host_tools.harness.probe.errors import GlassesOnPort
from host_tools.harness.probe.install import FIRMWARE, Installed, install
from tests.simulated.probe_bench import wait_until

pytestmark = pytest.mark.simulated


@pytest.fixture(scope="module")
def port() -> Iterator[str]:
    with VirtualBoard(image="micropython") as virtual:
        wait_until(Path(virtual.port).exists, "the port is there")
        yield virtual.port


@pytest.fixture(scope="module")
def installed(port: str) -> Installed:
    return install(port, lambda _text: None)


def test_a_bare_board_becomes_a_probe(installed: Installed) -> None:
    assert installed.sent[-1] == "/main.py", "half a program is never started"
    assert len(installed.sent) == len(list((FIRMWARE / "plainsight_probe").glob("*.py"))) + 1
    assert installed.hello.simulated


def test_only_what_differs_is_sent_and_what_is_left_over_goes(
    installed: Installed, port: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(FIRMWARE, tmp_path / "probe", ignore=shutil.ignore_patterns("__pycache__"))
    package = tmp_path / "probe" / "plainsight_probe"
    (package / "version_2.py").write_text("")
    (package / "circuit.py").write_text((package / "circuit.py").read_text() + "\n")
    other = install(port, lambda _text: None, tmp_path / "probe")
    assert sorted(other.sent) == ["/plainsight_probe/circuit.py", "/plainsight_probe/version_2.py"]
    assert main(["probe", "install", "--target", port, "--json"]) == 0
    back = json.loads(capsys.readouterr().out)
    assert (back["sent"], back["removed"]) == (["/plainsight_probe/circuit.py"], ["/plainsight_probe/version_2.py"])
    assert install(port, lambda _text: None).sent == []


def test_it_can_be_watched_and_tried(installed: Installed, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", "watch", "--target", port, "--count", "1", "--json"]) == 0
    seen = json.loads(capsys.readouterr().out)
    assert (seen["lit"], seen["flashes_hz"]) == (False, 0)
    assert main(["probe", "try", "open", "--target", port, "--seconds", "1"]) == 0
    assert "mended" in capsys.readouterr().out


def test_glasses_are_left_alone(installed: Installed, port: str) -> None:
    with Cable.open(port) as cable:
        cable.enter_repl()
        cable.make_folder("/loader")
        cable.put("/loader/record.py", b"")
        before = cable.files()
    with pytest.raises(GlassesOnPort, match=r"/loader/record\.py"):
        install(port, lambda _text: None)
    with Cable.open(port) as cable:
        cable.enter_repl()
        assert cable.files() == before
        cable.remove("/loader")
        cable.hard_reset()
