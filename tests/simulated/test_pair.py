"""Pairing in the terminal with virtual glasses that run by themselves, as with real ones near by."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from host_tools.exits import Exit

pytestmark = pytest.mark.simulated

_PLAINSIGHT = Path(sys.executable).with_name("plainsight")


@dataclass(frozen=True)
class Near:
    """What `plainsight simulate` printed: the air that the glasses are in, and their setup code."""

    socket: str
    code: str

    def types(
        self, *words: str, folder: Path, ends: int = Exit.OK, answer: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """A command of a person who sits beside them, and what is answered to its question."""
        command = [_PLAINSIGHT, *words, "--radio", self.socket, "--folder", folder]
        run = subprocess.run(command, input=answer, capture_output=True, text=True, timeout=90, check=False)
        assert run.returncode == ends, run.stderr
        assert "Traceback" not in run.stderr
        return run


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Near]:
    flash = tmp_path_factory.mktemp("near") / "glasses.img"
    command = [_PLAINSIGHT, "simulate", "--flash", flash, "--profile", "instant"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as glasses:
        assert glasses.stdout is not None
        told: dict[str, str] = {}
        for line in glasses.stdout:
            name, _, value = line.partition(" ")
            told[name] = value.strip()
            if name == "Ctrl-C":
                break
        yield Near(told["HCI"], told["typed"])
        glasses.terminate()


def test_a_code_pairs_once_and_then_the_glasses_take_pictures(near: Near, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    assert "no glasses are paired" in near.types("status", folder=ours, ends=Exit.USAGE).stderr
    assert "whole setup code" in near.types("pair", near.code[:-3], folder=ours, ends=Exit.LINK).stderr
    assert "no code was given" in near.types("pair", folder=ours, ends=Exit.USAGE).stderr
    paired = json.loads(near.types("pair", "--json", folder=ours, answer=f"{near.code}\n").stdout)
    assert paired == {
        "board": "Seeed XIAO ESP32S3 Sense",
        "firmware": paired["firmware"],
        "mode": "locked",
        "level": "optical",
    }
    (picture,) = json.loads(near.types("capture", "--json", folder=ours).stdout)
    assert picture["light"]["verdict"] == "proven"
    assert picture["file"] is None  # what the app keeps is sealed: a copy is for who asks for one
    assert "another --folder" in near.types("pair", near.code, folder=ours, ends=Exit.USAGE).stderr
    assert "stranger" in near.types("pair", near.code, folder=theirs, ends=Exit.LINK).stderr
