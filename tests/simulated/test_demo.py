"""The main job from the command line, as a user runs it: a process of its own, real files, nothing left behind."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from host_tools.cli.main import main
from host_tools.exits import Exit
from host_tools.journey.plan import default_photo

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(240)]

PLAINSIGHT = Path(sys.executable).with_name("plainsight")
KEYS = {
    *("captured_sha256", "received_sha256", "bytes", "link", "light", "consent", "answer", "answered_by", "timings_ms"),
    *("simulated", "reason", "question", "exposures_in_dark"),
}
STEPS = ["provision", "onboarding", "pair", "light", "exposure", "store_and_transfer", "consent", "answer"]
STEPS_TOLD = 6
_RUN_S = 200


def demo(*options: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PLAINSIGHT, "demo", *options],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        timeout=_RUN_S,
        check=False,
    )


def demo_json(*options: str) -> tuple[int, dict[str, Any]]:
    run = demo("--json", *options)
    assert "Traceback" not in run.stderr, run.stderr
    return run.returncode, json.loads(run.stdout)


def children_named(*words: str) -> list[str]:
    """Command lines of running processes that hold all words."""
    found: list[str] = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if all(word in line for word in words):
                found.append(line)
    return found


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same photograph in the formats a user may bring."""
    folder = tmp_path_factory.mktemp("scenes")
    image = Image.open(default_photo()).convert("RGB")
    paths = {name: folder / f"scene.{name}" for name in ("jpeg", "png", "webp")}
    for path in paths.values():
        image.save(path)
    return paths


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_what_the_glasses_took_is_what_the_app_got(kind: str, scenes: dict[str, Path]) -> None:
    code, report = demo_json("--yes", "--photo", str(scenes[kind]))
    assert code == Exit.OK
    assert set(report) == KEYS
    assert report["simulated"] is True
    assert report["captured_sha256"] == report["received_sha256"]
    assert len(report["captured_sha256"]) == 2 * hashlib.sha256().digest_size
    assert report["captured_sha256"] != hashlib.sha256(scenes[kind].read_bytes()).hexdigest()
    assert report["bytes"] > 5000
    assert report["exposures_in_dark"] == 0
    assert report["light"]["level"] == "optical"
    assert report["light"]["verdict"] == "proven"
    assert report["light"]["evidence"]
    assert report["link"]["profile"] == "phone_30ms"
    assert report["link"]["mtu"] == 247
    assert report["link"]["goodput_bytes_per_s"] > 0
    assert "1" in report["answer"] or "one" in report["answer"].lower()
    assert report["answered_by"] == "this device"
    assert report["reason"] is None
    assert list(report["timings_ms"]) == STEPS


def test_the_receipt_names_this_frame_recipient_and_terms() -> None:
    code, report = demo_json("--yes", "--question", "What does it say?")
    assert code == Exit.OK
    consent = report["consent"]
    assert consent["controller"]["recipient"] == "this device"
    assert consent["processing"]["picture_sha256"] == report["received_sha256"]
    assert consent["processing"]["question"] == "What does it say?"
    assert len(consent["processing"]["terms_sha256"]) == 64


def test_a_refusal_prints_the_object_all_the_same() -> None:
    code, report = demo_json("--yes", "--fault", "led-covered")
    assert code == Exit.REFUSED
    assert set(report) == KEYS
    assert report["captured_sha256"] is None
    assert report["received_sha256"] is None
    assert report["answer"] is None
    assert report["consent"] is None
    assert report["reason"]["code"] == "light_unseen"
    assert report["reason"]["message"]
    assert report["light"]["verdict"] == "refused"
    assert report["light"]["evidence"]["pulses"] == 0
    assert report["exposures_in_dark"] == 0
    assert list(report["timings_ms"]) == ["provision", "onboarding", "pair", "photograph"]


def test_a_dropped_link_resumes_and_the_hashes_agree() -> None:
    code, report = demo_json("--yes", "--fault", "link-drop")
    assert code == Exit.OK
    assert report["captured_sha256"] == report["received_sha256"]
    assert report["link"]["resumed"] >= 1
    assert 0 <= report["link"]["bytes_sent_twice"] <= 16384


def test_the_text_says_simulated_and_each_step() -> None:
    run = demo("--yes")
    assert run.returncode == Exit.OK
    assert "simulated" in run.stdout
    assert run.stdout.count(" ms") >= STEPS_TOLD
    assert "(equal)" in run.stdout


@pytest.mark.promise(2)
def test_the_end_of_input_is_no_consent() -> None:
    run = demo("--json", stdin="")
    report = json.loads(run.stdout)
    assert run.returncode == Exit.NOT_SHARED
    assert report["reason"]["code"] == "declined"
    assert report["consent"] is None
    assert report["answer"] is None
    assert report["captured_sha256"] == report["received_sha256"]
    assert "Share this picture?" in run.stderr
    assert "this device" in run.stderr


def test_a_typed_yes_shares() -> None:
    run = demo("--json", stdin="y\n")
    assert run.returncode == Exit.OK
    assert json.loads(run.stdout)["answer"]


@pytest.mark.promise(2)
def test_a_script_that_names_other_terms_shares_nothing() -> None:
    code, report = demo_json(
        *("--endpoint", "http://127.0.0.1:9/v1", "--recipient", "127.0.0.1:9"),
        *("--purpose", "test", "--terms-sha256", "00" * 32),
    )
    assert code == Exit.NOT_SHARED
    assert report["reason"]["code"] == "ConsentMismatch"
    assert report["consent"] is None


def test_an_endpoint_that_does_not_answer_has_its_own_code() -> None:
    url = "http://127.0.0.1:9/v1"  # the discard port: nobody listens
    cards = json.loads(subprocess.check_output([PLAINSIGHT, "cards", "--json", "--endpoint", url], text=True))
    card = next(card for card in cards if card["url"])
    code, report = demo_json(
        *("--endpoint", url, "--recipient", card["recipient"]),
        *("--purpose", "test", "--terms-sha256", card["terms_sha256"]),
    )
    assert code == Exit.ENDPOINT
    assert report["consent"]["controller"]["recipient"] == card["recipient"]
    assert report["answer"] is None


@pytest.fixture
def bad_photos(tmp_path: Path) -> dict[str, Path]:
    """Files that are no scene."""
    jpeg = default_photo().read_bytes()
    files = {
        "text": b"this is no picture",
        "empty": b"",
        "half": jpeg[: len(jpeg) // 3],
        "header": jpeg[:4],
        "gif": b"GIF89a" + bytes(20),
    }
    paths = {name: tmp_path / f"{name}.jpg" for name in files}
    for name, content in files.items():
        paths[name].write_bytes(content)
    Image.new("1", (30000, 30000)).save(tmp_path / "bomb.png")
    return {**paths, "bomb": tmp_path / "bomb.png", "missing": tmp_path / "none.jpg", "folder": tmp_path}


@pytest.mark.parametrize("name", ["text", "empty", "half", "header", "gif", "bomb", "missing", "folder"])
def test_a_file_that_is_no_scene_gets_one_line(
    name: str, bad_photos: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["demo", "--yes", "--json", "--photo", str(bad_photos[name])])
    shown = capsys.readouterr()
    assert code == Exit.PHOTO
    assert shown.out == ""
    assert len(shown.err.strip().splitlines()) == 1
    assert str(bad_photos[name]) in shown.err


def test_ctrl_c_is_clean_and_leaves_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [PLAINSIGHT, "demo"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stderr is not None
    for line in process.stderr:  # it asks before sharing, with everything running
        if "Share this picture?" in line:
            break
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == Exit.INTERRUPTED
    assert "Traceback" not in rest
    assert left_behind(tmp_path) == []


def test_a_finished_demo_leaves_nothing(tmp_path: Path) -> None:
    run = subprocess.run(
        [PLAINSIGHT, "demo", "--yes", "--fault", "led-open"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        timeout=_RUN_S,
        check=False,
    )
    assert run.returncode == Exit.REFUSED
    assert left_behind(tmp_path) == []


def left_behind(folder: Path) -> list[str]:
    """Files in the run's own temporary folder and processes that still mention it, after a moment for the kernel."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        left = [str(path) for path in folder.iterdir()] + children_named(str(folder))
        if not left:
            return []
        os.sched_yield()
    return left
