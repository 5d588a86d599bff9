"""The commands that ask glasses for something, one after the other on the same virtual glasses, as a user runs them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from companion_app.sharing.live import merkle
from host_tools.exits import Exit

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(300)]

PLAINSIGHT = Path(sys.executable).with_name("plainsight")
FAST = ("--profile", "instant")


class Wearer:
    """Types commands at a terminal; the virtual glasses and their app live in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def types(self, *words: str, ends: int = Exit.OK, stdin: str = "") -> subprocess.CompletedProcess[str]:
        run = subprocess.run(
            [PLAINSIGHT, *words, "--folder", self.folder, *FAST],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert run.returncode == ends, run.stderr
        assert "Traceback" not in run.stderr
        return run

    def interrupts(self, *words: str, at: str) -> None:
        """Ctrl-C once a line that begins with `at` was shown."""
        with subprocess.Popen(
            [PLAINSIGHT, *words, "--folder", self.folder, *FAST], stderr=subprocess.PIPE, text=True
        ) as run:
            assert run.stderr is not None
            next(line for line in run.stderr if line.startswith(at))
            run.send_signal(signal.SIGINT)
            assert run.stderr.read().strip().endswith("interrupted")
        assert run.returncode == Exit.INTERRUPTED

    def asks(self, *words: str, ends: int = Exit.OK) -> Any:
        return json.loads(self.types(*words, "--json", ends=ends).stdout)


@pytest.fixture(scope="module")
def wearer(tmp_path_factory: pytest.TempPathFactory) -> Wearer:
    wearer = Wearer(tmp_path_factory.mktemp("worn") / "home")
    run = wearer.types("status")
    assert "new virtual glasses" in run.stderr
    return wearer


def test_a_photograph_a_copy_of_it_and_its_record(wearer: Wearer, tmp_path: Path) -> None:
    out = tmp_path / "picture.jpg"
    (picture,) = wearer.asks("capture", "--out", str(out))
    assert out.read_bytes()[:2] == b"\xff\xd8"
    assert picture["kind"] == "photo"
    assert picture["light"]["verdict"] == "proven"
    records = wearer.asks("journal", "show")
    exposures = [data for _, _, kind, data in records if kind == "exposure"]
    assert picture["item"] in [data["item"] for data in exposures]
    assert picture["sha256"] not in json.dumps(records)


def test_a_burst_is_several_photographs(wearer: Wearer) -> None:
    pictures = wearer.asks("capture", "--burst", "3")
    assert [picture["trigger"] for picture in pictures] == ["burst"] * 3
    assert len({picture["sha256"] for picture in pictures}) == 3


def test_a_clip_becomes_an_avi_file(wearer: Wearer, tmp_path: Path) -> None:
    out = tmp_path / "clip.avi"
    clip = wearer.asks("clip", "--seconds", "1", "--out", str(out))
    assert clip["kind"] == "clip"
    assert clip["whole"]
    assert out.read_bytes()[:4] == b"RIFF"
    assert out.read_bytes()[8:12] == b"AVI "


def test_sound_needs_the_owners_yes(wearer: Wearer) -> None:
    run = wearer.types("clip", "--seconds", "1", "--sound", ends=Exit.REFUSED)
    assert "voice" in run.stderr.lower()
    assert run.stdout == ""


def test_a_timelapse_runs_to_its_last_photograph(wearer: Wearer) -> None:
    run = wearer.types("timelapse", "--every", "1", "--frames", "2")
    assert len(run.stdout.splitlines()) == 2
    assert wearer.asks("status")["recording"] == "nothing"


def test_virtual_glasses_are_not_left_to_a_timelapse_that_would_end_with_the_command(wearer: Wearer) -> None:
    assert "real glasses" in wearer.types("timelapse", "--every", "2", "--leave", ends=Exit.USAGE).stderr


def test_a_trigger_that_is_switched_off_is_refused_and_says_so(wearer: Wearer) -> None:
    assert wearer.asks("settings", "app=off")["app"] is False
    run = wearer.types("capture", ends=Exit.REFUSED)
    assert "settings" in run.stderr.lower()
    assert wearer.asks("settings", "app=on")["app"] is True
    refusals = [data for _, _, kind, data in wearer.asks("journal", "show") if kind == "refusal"]
    assert {"reason": "switched_off", "trigger": "app"} in [
        {name: data[name] for name in ("reason", "trigger")} for data in refusals
    ]


def test_items_are_listed_and_imported_only_once(wearer: Wearer) -> None:
    wearer.types("capture")
    items = wearer.asks("items")
    assert items
    assert all(item["imported"] for item in items)
    assert wearer.asks("import") == []


def test_an_import_leaves_nothing_where_the_owner_wants_that(wearer: Wearer) -> None:
    wearer.types("settings", "erase_after_import=true")
    (picture,) = wearer.asks("capture")
    assert picture["item"] not in [item["id"] for item in wearer.asks("items")]
    assert wearer.asks("settings", "erase_after_import=false")["erase_after_import"] is False


def test_the_journal_is_whole_and_countersigned(wearer: Wearer) -> None:
    verdict = wearer.asks("journal", "verify")
    assert verdict["intact"]
    assert verdict["findings"] == []
    assert wearer.types("journal", "accept").returncode == Exit.OK  # nothing to accept is no failure


def test_phones_are_listed_and_only_a_typed_yes_reveals_the_phrase(wearer: Wearer) -> None:
    (phone,) = wearer.asks("phones")
    assert phone["current"]
    assert wearer.types("phones", "--phrase", ends=Exit.NOT_SHARED).stdout == ""
    assert "nothing was shown" in wearer.types("phones", "--phrase", ends=Exit.NOT_SHARED).stderr
    own = str(phone["id"])
    assert "that you are using" in wearer.types("phones", "--share", own, ends=Exit.USAGE).stderr
    assert "that you are using" in wearer.types("phones", "--revoke", own, stdin="n\n", ends=Exit.NOT_SHARED).stderr
    assert "No phone with that number" in wearer.types("phones", "--revoke", "9", stdin="y\n", ends=Exit.FAILED).stderr
    assert len(wearer.types("phones", "--phrase", stdin="yes\n").stdout.split()) == 24


def test_ctrl_c_ends_a_clip_whole_and_it_waits(wearer: Wearer) -> None:
    wearer.types("settings", "erase_after_import=false")
    wearer.interrupts("clip", "--seconds", "60", at="recording")
    clip = wearer.asks("items")[-1]
    assert clip["kind"] == "clip"
    assert clip["whole"]
    assert clip["frames"] > 0


def test_a_first_run_that_is_interrupted_is_not_in_the_way_of_the_next(tmp_path: Path) -> None:
    newcomer = Wearer(tmp_path / "home")
    newcomer.interrupts("items", at="new virtual glasses")
    assert not (newcomer.folder / "glasses.img").exists()
    assert newcomer.asks("items") == []


def test_glasses_of_another_app_are_not_wiped_in_passing(wearer: Wearer, tmp_path: Path) -> None:
    stranger = Wearer(tmp_path / "stranger")
    stranger.folder.mkdir()
    (stranger.folder / "glasses.img").write_bytes((wearer.folder / "glasses.img").read_bytes())
    before = (stranger.folder / "glasses.img").stat().st_size
    run = stranger.types("capture", ends=Exit.USAGE)
    assert "another app" in run.stderr
    assert (stranger.folder / "glasses.img").stat().st_size == before


def test_a_live_session_prints_the_log_that_the_ledgers_root_stands_for(wearer: Wearer) -> None:
    seen = wearer.asks("live", "--question", "Will it rain?", "--seconds", "5", "--yes")
    leaves = [merkle.leaf_hash(line.encode()) for line in seen["log"]]
    assert merkle.root(leaves).hex() == seen["root"] == seen["ledger"]["data"]["live"]["root"]
    assert (seen["ended"], seen["outcome"], seen["left"]) == ("time", "stayed on this device", [])
    assert [answer["frame"] for answer in seen["answers"]] == [1]
    assert seen["ledger"]["data"]["live"]["glasses"]["agrees"] is True


@pytest.mark.parametrize(
    "words",
    [
        ("--seconds", "4", "--question", "What?", "--yes"),
        ("--seconds", "5", "--question", "What?"),
        ("--seconds", "5", "--question", "What?", "--yes", "--endpoint", "http://example.org"),
    ],
    ids=["too short", "nobody to ask", "not protected"],
)
def test_what_is_no_live_session_is_said_in_a_line(wearer: Wearer, words: tuple[str, ...]) -> None:
    told = wearer.types("live", *words, ends=Exit.USAGE).stderr.strip().splitlines()
    assert told[-1].startswith("plainsight live: ")
