"""docs/start.md, typed line by line on the virtual board: from an erased chip to a photograph and its record."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/start.md"
_END_S = 30.0
_COMMAND_S = 120.0


def blocks() -> list[list[str]]:
    """The code blocks of the page."""
    return [block.splitlines() for block in re.findall(r"^```\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)]


SETUP, REAL, OTHER_TERMINAL, VIRTUAL, *REST = blocks()


class Terminal:
    """A shell in a folder where `.venv` is this repository's; what `export` says stays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / ".venv").symlink_to(ROOT / ".venv")
        self._environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "firmware")))}

    def types(self, line: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        if line.startswith("export "):
            for name, value in re.findall(r'(\w+)=("[^"]*"|\S+)', line):
                self._environment[name] = value.strip('"')
        return subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=_COMMAND_S,
            check=False,
        )

    def leaves_running(self, line: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["bash", "-c", f"exec {line}"],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """The first terminal; in the other one the board runs."""
    terminal = Terminal(tmp_path)
    *before, board = OTHER_TERMINAL
    for line in before:
        assert terminal.types(line).returncode == 0
    running = terminal.leaves_running(board)
    try:
        assert running.stdout is not None
        assert any(line.startswith("Ctrl-C") for line in running.stdout), "the board did not start"
        yield terminal
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(_END_S)


def test_the_page_leads_to_a_photograph(terminal: Terminal) -> None:
    for line in VIRTUAL:
        assert terminal.types(line).returncode == 0
    doctor, flash, mpremote, provision, pair, capture, look = REST

    found = terminal.types(*doctor)
    assert found.returncode == 9
    assert "runs no MicroPython" in found.stdout

    flashed = terminal.types(*flash, stdin="y\n")
    assert flashed.returncode == 0, flashed.stderr
    assert "(simulated)" in flashed.stderr + flashed.stdout
    assert "is on the board: not provisioned" in flashed.stderr + flashed.stdout

    looked = terminal.types(*mpremote)
    assert looked.returncode == 0, looked.stderr
    assert "'main.py'" in looked.stdout
    assert "simulated" in looked.stdout

    provisioned = terminal.types(*provision)
    assert provisioned.returncode == 0, provisioned.stderr
    assert "locked" in provisioned.stderr + provisioned.stdout
    typed = next(line for line in provisioned.stdout.splitlines() if line.startswith("typed"))

    code, pairing = pair
    assert code.startswith('export CODE="')
    terminal.types(f'export CODE="{typed.removeprefix("typed").strip()}"')
    paired = terminal.types(pairing)
    assert paired.returncode == 0, paired.stderr
    assert "locked, light level software" in paired.stdout

    taken = terminal.types(*capture)
    assert taken.returncode == 0, taken.stderr
    assert taken.stdout.startswith("build/first.jpg  photo 1, ")
    assert "light unproven" in taken.stdout
    assert (terminal.folder / "build/first.jpg").read_bytes()[:2] == b"\xff\xd8"

    verify, show = look
    assert "records are in place" in terminal.types(verify).stdout
    assert re.search(r"exposure .*level software.*verdict unproven", terminal.types(show).stdout)


def test_the_page_says_the_same_for_a_real_board() -> None:
    names = [re.findall(r"(\w+)=", line) for lines in (REAL, VIRTUAL) for line in lines]
    assert names[0] == names[1] == ["PORT", "RADIO"]
    assert all("build/port" not in line for block in REST for line in block)


def test_the_page_begins_with_what_sets_the_computer_up() -> None:
    assert SETUP == ["make setup", ".venv/bin/plainsight doctor"]
