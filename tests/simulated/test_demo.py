"""The main job from the command line, as a user runs it: a process of its own, real files, nothing left behind."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from host_tools.exits import Exit, PhotoError
from host_tools.journey.consent import local_only
from host_tools.journey.journey import run_journey
from host_tools.journey.plan import Plan, default_photo

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(240)]

PLAINSIGHT = Path(sys.executable).with_name("plainsight")
KEYS = {
    *("captured_sha256", "received_sha256", "bytes", "link", "light", "consent", "answer", "answered_by", "timings_ms"),
    *("simulated", "reason", "question", "exposures_in_dark"),
}
STEPS = ["provision", "onboarding", "pair", "light", "exposure", "store_and_transfer", "consent", "answer"]
STEPS_TOLD = 6
NOBODY_LISTENS = "http://127.0.0.1:9/v1"  # the discard port
_RUN_S = 200


def demo(*options: str, stdin: str = "", folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command; its temporary files go below `folder`."""
    environment = {**os.environ, **({"TMPDIR": str(folder)} if folder else {})}
    run = subprocess.run(
        [PLAINSIGHT, "demo", *options],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=_RUN_S,
        check=False,
        env=environment,
    )
    assert "Traceback" not in run.stderr, run.stderr
    return run


def demo_json(*options: str) -> tuple[int, dict[str, Any]]:
    run = demo("--json", *options)
    return run.returncode, json.loads(run.stdout)


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
    assert len(report["captured_sha256"]) == 64
    assert report["bytes"] > 5000
    assert report["exposures_in_dark"] == 0
    assert report["light"]["level"] == "optical"
    assert report["light"]["verdict"] == "proven"
    assert report["light"]["evidence"]["pulses"] > 0
    assert report["link"]["profile"] == "phone_30ms"
    assert report["link"]["mtu"] == 247
    assert report["link"]["goodput_bytes_per_s"] > 0
    assert "1 face" in report["answer"]
    assert report["answered_by"] == "this device"
    assert report["reason"] is None
    assert list(report["timings_ms"]) == STEPS
    consent = report["consent"]["consent"]
    [party] = consent["parties"]
    assert party["party_name"] == "this device"
    assert report["consent"]["original"]["sha256"] == report["received_sha256"]
    [purpose] = consent["processing"]["purposes"]
    assert [row.get("text") for row in purpose["pii_information"]] == [None, report["question"]]
    assert len(consent["processing"]["privacy_notice"]["sha256"]) == 64


def test_a_refusal_prints_the_object_all_the_same_and_leaves_nothing(tmp_path: Path) -> None:
    run = demo("--json", "--yes", "--fault", "led-covered", folder=tmp_path)
    report = json.loads(run.stdout)
    assert run.returncode == Exit.REFUSED
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
    assert left_behind(tmp_path) == []


def test_a_dropped_link_resumes_and_the_hashes_agree() -> None:
    code, report = demo_json("--yes", "--fault", "link-drop")
    assert code == Exit.OK
    assert report["captured_sha256"] == report["received_sha256"]
    assert report["link"]["resumed"] >= 1
    assert 0 <= report["link"]["bytes_sent_twice"] <= 16384


def test_the_text_says_simulated_and_each_step_and_a_typed_yes_shares() -> None:
    run = demo(stdin="y\n")
    assert run.returncode == Exit.OK
    assert "simulated" in run.stdout.splitlines()[0]
    assert run.stdout.count(" ms") >= STEPS_TOLD
    assert "(equal)" in run.stdout
    assert "1 face" in run.stdout
    assert "Share this picture?" in run.stderr


@pytest.mark.promise(2)
def test_the_end_of_input_is_no_consent() -> None:
    run = demo("--json")
    report = json.loads(run.stdout)
    assert run.returncode == Exit.NOT_SHARED
    assert report["reason"]["code"] == "declined"
    assert report["consent"] is None
    assert report["answer"] is None
    assert report["captured_sha256"] == report["received_sha256"]
    assert "this device" in run.stderr


@pytest.mark.promise(2)
def test_a_script_that_names_other_terms_shares_nothing() -> None:
    code, report = demo_json(
        *("--endpoint", NOBODY_LISTENS, "--recipient", "127.0.0.1:9"),
        *("--purpose", "test", "--terms-sha256", "00" * 32),
    )
    assert code == Exit.NOT_SHARED
    assert report["reason"]["code"] == "ConsentMismatch"
    assert report["consent"] is None
    assert report["answer"] is None


def test_an_endpoint_that_does_not_answer_has_its_own_code() -> None:
    cards = subprocess.check_output([PLAINSIGHT, "cards", "--json", "--endpoint", NOBODY_LISTENS], text=True)
    card = next(card for card in json.loads(cards) if card["url"])
    code, report = demo_json(
        *("--endpoint", NOBODY_LISTENS, "--recipient", card["recipient"]),
        *("--purpose", "test", "--terms-sha256", card["terms_sha256"]),
    )
    assert code == Exit.ENDPOINT
    [party] = report["consent"]["consent"]["parties"]
    assert party["party_name"] == card["recipient"]
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
async def test_a_file_that_is_no_scene_is_named_with_the_reason(name: str, bad_photos: dict[str, Path]) -> None:
    told: list[str] = []
    with pytest.raises(PhotoError) as caught:
        await run_journey(Plan(bad_photos[name]), told.append, local_only)
    assert caught.value.exit_code is Exit.PHOTO
    assert caught.value.path == bad_photos[name]
    assert "\n" not in str(caught.value)


def test_a_bad_file_on_the_command_line_gets_one_line(tmp_path: Path) -> None:
    run = demo("--yes", "--json", "--photo", str(tmp_path / "none.jpg"))
    assert run.returncode == Exit.PHOTO
    assert run.stdout == ""
    assert run.stderr.strip().splitlines() == [f"plainsight demo: {tmp_path / 'none.jpg'}: no such file"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.TERMINATED)])
def test_a_signal_is_clean_and_leaves_nothing(number: signal.Signals, code: Exit, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [PLAINSIGHT, "demo"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert process.stdout is not None
    for line in process.stdout:  # in the middle of it: the glasses run and are paired
        if line.startswith("pair "):
            break
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in errors
    assert left_behind(tmp_path) == []


def left_behind(folder: Path) -> list[str]:
    """Files in the run's own temporary folder, and processes whose command line or environment names it."""
    return [str(path) for path in folder.iterdir()] + [f"process {pid}" for pid in processes_of(folder)]


def processes_of(folder: Path) -> list[int]:
    """Processes that know the folder and do not end within moments (the kernel reaps a killed group by itself)."""
    needle = str(folder).encode()
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            watch = os.pidfd_open(int(entry.name))
            knows = needle in (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            if knows and not select.select([watch], [], [], 5)[0]:
                found.append(int(entry.name))
            os.close(watch)
        except OSError:
            continue
    return found
