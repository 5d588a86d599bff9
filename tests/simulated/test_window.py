"""The window command: the tour on a display of its own, the guide of a first run, and a clean end."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from companion_app.companion import Companion
from companion_app.link.pins import PinStore
from companion_app.ui.view_models.shell import ScreenName, ShellModel
from host_tools.exits import Exit, LinkError, PhotoError, UsageError
from host_tools.journey.plan import default_photo
from host_tools.provisioning.install import BoardSummary, inspect, provision
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall
from host_tools.simulator.radio.profiles import PROFILES
from host_tools.window import display
from host_tools.window.guide import Guide, until
from host_tools.window.simulator_process import SimulatorProcess, simulator_process
from host_tools.window.virtual import awake, run_virtual
from tests.app.vaults import vault_in
from tests.promises.watched import quietly

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(240)]

PLAINSIGHT = Path(sys.executable).with_name("plainsight")
STATIONS = [
    *("first-login", "first-login-answered", "pair", "connected", "picture"),
    *("redacted", "share-sheet", "answer", "receipt"),
]
_PROFILE = "instant"
_RUN_S = 200


def without_display() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}


@pytest.mark.window
def test_without_a_display_the_tour_walks_the_main_job_and_says_where_it_left_pictures(tmp_path: Path) -> None:
    screens, packets = tmp_path / "screens", tmp_path / "packets"
    run = subprocess.run(
        quietly.command(packets, [PLAINSIGHT, "app", "--profile", _PROFILE, "--screens", screens]),
        env=without_display(),
        capture_output=True,
        text=True,
        timeout=_RUN_S,
        check=False,
    )
    assert run.returncode == Exit.OK, run.stderr
    assert run.stderr == ""
    assert quietly.packets(packets) == [], "the window sends nothing while nobody shares"
    assert str(screens) in run.stdout.splitlines()[0]
    assert "simulated" in run.stdout
    assert "1 face" in run.stdout
    assert "The tour says no." in run.stdout
    assert sorted(path.name for path in screens.iterdir()) == [
        f"{number}-{name}.png" for number, name in enumerate(STATIONS, 1)
    ]
    for path in screens.iterdir():
        with Image.open(path) as image:
            assert len(image.getcolors(maxcolors=1 << 24) or []) > 20, f"{path.name} is empty"


async def test_a_scene_that_is_no_picture_is_named_before_the_glasses_wake(tmp_path: Path) -> None:
    (tmp_path / "words.jpg").write_text("words")
    for name, problem in (("words.jpg", "not a whole"), ("none.jpg", "no such file")):
        options = argparse.Namespace(photo=tmp_path / name)
        with pytest.raises(PhotoError, match=problem):
            await run_virtual(options, tmp_path / "data")
    assert not (tmp_path / "data").exists()


@pytest.mark.window
def test_ctrl_c_closes_the_window_and_ends_the_glasses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with display.virtual_display():
        process = subprocess.Popen(
            [PLAINSIGHT, "app", "--folder", tmp_path],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if "only you can answer" in line:
                break
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == Exit.INTERRUPTED
    assert errors.strip().splitlines() == ["plainsight app: interrupted"]
    assert simulators_of(tmp_path) == []


def simulators_of(folder: Path) -> list[str]:
    """Command lines of other processes that name the folder."""
    files = [path for path in Path("/proc").glob("[0-9]*/cmdline") if path.parent.name != str(os.getpid())]
    lines = [path.read_bytes().replace(b"\0", b" ").decode() for path in files if path.exists()]
    return [line for line in lines if str(folder) in line]


@pytest.fixture
async def glasses(tmp_path: Path) -> AsyncIterator[SimulatorProcess]:
    """Virtual glasses in a process of their own, provisioned for nobody yet, reachable by this process's Bleak."""
    async with simulator_process(tmp_path / "glasses.img", _PROFILE, "optical") as process:
        await process.command("show", path=str(default_photo()))
        install(VirtualAdapter(hci_socket=process.hci_socket, mtu=PROFILES[_PROFILE].mtu))
        try:
            yield process
        finally:
            uninstall()


async def first_run(guide: Guide, companion: Companion) -> ShellModel:
    """A person answers the question; the guide does the rest until the picture is there."""
    shell = ShellModel(companion)
    guided = asyncio.ensure_future(guide.run(shell))
    try:
        await asyncio.sleep(0)
        assert shell.screen is ScreenName.FIRST_LOGIN, "the guide must not answer for the person"
        shell.first_login.opt_out()
        await asyncio.wait_for(guided, 60)
        await asyncio.wait_for(until(shell.home, lambda: shell.home.picture is not None), 60)
    finally:
        guided.cancel()
    return shell


async def test_the_guide_pairs_and_takes_the_first_picture_but_answers_no_question(
    glasses: SimulatorProcess, tmp_path: Path
) -> None:
    guide = await awake(glasses, default_photo(), "optical", tmp_path / "app")
    companion = await Companion.open(vault_in(tmp_path / "app"))
    try:
        shell = await first_run(guide, companion)
        assert shell.home.connected
        assert companion.onboarding.consent("voice_listen") is not None
        assert shell.ask.answered is None, "sharing is left to the person"
        assert [entry.kind for entry in companion.ledger.entries() if entry.kind.startswith("share")] == []
    finally:
        await companion.close()
    await glasses.command("kill")
    await awake(glasses, default_photo(), "optical", tmp_path / "app")
    assert (await inspect_running(glasses)).phones == 1, "a paired app must find its glasses as they were"


async def inspect_running(glasses: SimulatorProcess) -> BoardSummary:
    await glasses.command("kill")
    return await inspect(glasses)


async def test_glasses_that_this_app_does_not_know_are_wiped_and_said_to_be(
    glasses: SimulatorProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await provision(glasses, level="optical")
    await awake(glasses, default_photo(), "optical", tmp_path / "another app")
    assert "wiped" in capsys.readouterr().out
    assert (await inspect_running(glasses)).phones == 0


async def test_an_app_whose_glasses_are_gone_is_told_what_to_do(
    glasses: SimulatorProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PinStore, "current", property(lambda _: object()))
    with pytest.raises(UsageError, match="remove the folder"):
        await awake(glasses, default_photo(), "optical", tmp_path / "app")


async def test_what_the_world_refuses_is_one_error_with_its_words(glasses: SimulatorProcess, tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="FileNotFoundError"):
        await glasses.command("show", path=str(tmp_path / "none.jpg"))
    with pytest.raises(LinkError, match="UnknownOperation"):
        await glasses.command("fly")
