"""Firmware that is broken on purpose: the hardware tests fail on it, each for the reason that was put in."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
BROKEN = Path(__file__).parent / "broken_firmware"
_RUN_S = 240.0

BOOTS = "test_boot.py::test_a_reset_leads_to_glasses_that_their_phone_finds"
NEEDS_LIGHT = "test_light.py::test_a_light_that_nobody_sees_takes_no_picture_and_the_record_says_why[led_open]"


@dataclass(frozen=True)
class Noticed:
    """How the run of one hardware test ended."""

    code: int
    text: str
    logs: str


def run(test: str, firmware: str | None, logs: Path) -> Noticed:
    """One test of tests/hardware in a pytest of its own, on a virtual board with this firmware."""
    words = [sys.executable, "-m", "pytest", f"tests/hardware/{test}", "--target", "sim", "--logs", str(logs)]
    words += ["-p", "no:cacheprovider", "-p", "no:randomly", "-q"]
    if firmware is not None:
        words += ["--sim-main", str(BROKEN / firmware)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=_RUN_S, check=False)
    kept = "\n".join(log.read_text() for log in sorted(logs.glob("*.log")))
    return Noticed(done.returncode, done.stdout + done.stderr, kept)


def test_a_firmware_that_raises_at_boot_is_told_by_its_traceback(tmp_path: Path) -> None:
    noticed = run(BOOTS, "raises_at_boot.py", tmp_path)
    assert noticed.code == pytest.ExitCode.TESTS_FAILED
    assert "FatalLine: exception, booting: 'Traceback (most recent call last):'" in noticed.text
    assert "ImportError: no module named 'plainsight.that_was_never_deployed'" in noticed.text


def test_a_firmware_that_hangs_is_told_by_its_watchdog(tmp_path: Path) -> None:
    noticed = run(BOOTS, "hangs.py", tmp_path)
    assert noticed.code == pytest.ExitCode.TESTS_FAILED
    assert "FatalLine: watchdog, " in noticed.text
    assert "task_wdt: Task watchdog got triggered" in noticed.logs
    assert noticed.logs.index("plainsight: ready") < noticed.logs.index("task_wdt")


def test_a_firmware_that_does_not_look_at_its_light_fails_the_promise_and_nothing_else(tmp_path: Path) -> None:
    noticed = run(NEEDS_LIGHT, "does_not_look_at_the_light.py", tmp_path)
    assert noticed.code == pytest.ExitCode.TESTS_FAILED
    assert "Failed: DID NOT RAISE GlassesRefused" in noticed.text
    assert "FatalLine" not in noticed.text
