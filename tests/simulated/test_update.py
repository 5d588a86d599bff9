"""Updates through radio and app, on the virtual board: the new version says so, a bad one makes way for the old."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from companion_app.companion import Companion
from companion_app.link.errors import GlassesRefused, LinkError
from companion_app.link.events import UpdateChanged
from host_tools.exits import Exit
from host_tools.provisioning.install import provision
from host_tools.release.build import VIRTUAL_ARCHITECTURE, build
from host_tools.release.release import unsigned
from host_tools.simulator import Simulator
from tests.promises.rig import Home, Worn, until, worn
from tests.unit.update.making import OTHER_KEY, PUBLIC, release, signed

pytestmark = [pytest.mark.simulated, pytest.mark.timeout(240)]

FIRMWARE = Path(__file__).parents[2] / "firmware"
BOARD = "xiao_esp32s3"
PLAINSIGHT = Path(sys.executable).with_name("plainsight")
RESTARTED = "[simulator] reset: hard"


@dataclass
class Told:
    """What the glasses said about their updates."""

    states: list[tuple[str, str]]

    def hear(self, notice: object) -> None:
        if isinstance(notice, UpdateChanged):
            self.states.append((notice.version, notice.state))


class Releases:
    """Made on demand from this repository's firmware, with a version and a change of one's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, version: str, *, path: str = "", append: str = "", **signing: Any) -> bytes:
        folder = self._folder / version
        shutil.copytree(FIRMWARE, folder, ignore=shutil.ignore_patterns("__pycache__"))
        said = folder / "plainsight/version.py"
        said.write_text(said.read_text().replace("0.1.0", version))
        if path:
            with (folder / path).open("a") as file:
                file.write(append)
        made = build(folder, BOARD, compiled=True, architecture=VIRTUAL_ARCHITECTURE)
        text, bodies = unsigned(made, None)
        shutil.rmtree(folder)
        return signed(text, bodies, **signing)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Releases:
    return Releases(tmp_path_factory.mktemp("releases"))


@pytest.fixture(scope="module")
def paired_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Glasses that trust a release key, paired; not to be changed."""

    async def make() -> Home:
        folder = tmp_path_factory.mktemp("updating") / "home"
        folder.mkdir()
        async with Simulator(flash=folder / "flash.img") as sim:
            home = Home(folder, await provision(sim.board, level="optical", release_key=PUBLIC))
        async with worn(home) as both:
            await both.hold_button()
            await both.app.pair(home.code.qr_text, "owner's phone")
            await both.switch_off()
        return home

    return asyncio.run(make())


@pytest.fixture
def home(paired_once: Home, tmp_path: Path) -> Home:
    return paired_once.copy(tmp_path / "home")


@asynccontextmanager
async def updating(home: Home) -> AsyncGenerator[tuple[Worn, Told]]:
    async with worn(home, connect=True) as both:
        told = Told([])
        both.app.on_notice(told.hear)
        yield both, told


async def eventually(condition: Callable[[], bool] | Callable[[], Awaitable[bool]], what: str) -> None:
    """`until`, for what takes several boots."""
    for _ in range(5):
        try:
            await until(condition, what)
        except AssertionError:
            continue
        return
    raise AssertionError(what)


def runs(app: Companion, version: str) -> bool:
    """The glasses said in their hello that they run this version."""
    return app.hello is not None and app.hello.firmware == version and app.connection.state.value == "connected"


async def records(both: Worn) -> list[tuple[str, str]]:
    return [(data["state"], data.get("version", "")) for kind, data in await both.journal() if kind == "update"]


async def test_the_new_version_says_so_and_stays(home: Home, releases: Releases) -> None:
    async with updating(home) as (both, told):
        assert runs(both.app, "0.1.0")
        sent: list[int] = []
        release = releases.make("0.2.0")
        assert await both.app.update(release, lambda have, _size: sent.append(have)) == "0.2.0"
        assert sent[-1] == len(release)
        await eventually(lambda: ("0.2.0", "running") in told.states, "the release confirmed itself")
        assert told.states == [("0.2.0", "installed"), ("0.2.0", "running")]
        await until(lambda: runs(both.app, "0.2.0"), "the hello of the new release")
        assert await records(both) == [("begin", ""), ("installed", "0.2.0"), ("running", "0.2.0")]
        picture = await both.app.capture()
        assert picture.read()

        with pytest.raises(GlassesRefused, match="update_older"):
            await both.app.update(releases.make("0.1.9"))
        await both.switch_off()
        await both.switch_on()
        await both.app.connect()
        assert runs(both.app, "0.2.0")


async def test_a_release_that_crashes_at_boot_makes_way_and_the_app_is_told(home: Home, releases: Releases) -> None:
    crash = "\nraise ValueError('this release does not come up')\n"
    async with updating(home) as (both, told):
        await both.app.update(releases.make("0.2.0", path="plainsight/clock.py", append=crash))
        await eventually(lambda: ("0.2.0", "rolled_back") in told.states, "the release was given up")
        assert both.sim.board.log.count(RESTARTED) == 4  # into it, and three failed boots
        await until(lambda: runs(both.app, "0.1.0"), "the hello of the old release")
        assert await records(both) == [("begin", ""), ("installed", "0.2.0"), ("rolled_back", "0.2.0")]
        await both.app.update(releases.make("0.2.0"))
        await eventually(lambda: ("0.2.0", "running") in told.states, "a better release of the same version")


async def test_releases_that_are_not_to_be_taken_are_named_and_change_nothing(home: Home, releases: Releases) -> None:
    whole = releases.make("0.2.0")
    spoilt = bytearray(whole)
    spoilt[-1] ^= 1
    async with updating(home) as (both, told):
        for release, code in (
            (releases.make("0.2.0", key=OTHER_KEY), "update_untrusted"),
            (whole[:-1], "update_damaged"),
            (bytes(spoilt), "update_damaged"),
            (releases.make("0.0.9"), "update_older"),
            (b"no release at all", "update_damaged"),
        ):
            with pytest.raises(GlassesRefused, match=code):
                await both.app.update(release)
        with pytest.raises(GlassesRefused, match="update_missing"):
            await both.app.glasses.install(hashlib.sha256(whole).hexdigest())
        assert told.states == []
        assert runs(both.app, "0.1.0")
        assert [state for state, _ in await records(both)] == ["begin", "refused"] * 5 + ["refused"]


async def test_an_upload_that_is_cut_off_begins_anew(home: Home, releases: Releases) -> None:
    release = releases.make("0.2.0")
    async with updating(home) as (both, told):
        both.sim.radio.drop_after(len(release) // 2)
        with pytest.raises(LinkError):
            await both.app.update(release)
        await until(lambda: both.app.connection.state.value != "connected", "the app noticed the loss")
        await until(lambda: runs(both.app, "0.1.0"), "the link came back")
        assert await both.app.update(release) == "0.2.0"
        await eventually(lambda: ("0.2.0", "running") in told.states, "the release confirmed itself")


async def test_power_that_goes_while_a_release_is_unpacked_leaves_the_old_one(home: Home, releases: Releases) -> None:
    release = releases.make("0.2.0")
    async with updating(home) as (both, _):
        sha256 = await both.app.glasses.update(release)
        both.world.power.cut(after_writes=200)
        with pytest.raises(LinkError):
            await both.app.glasses.install(sha256)
        await both.sim.board.wait_until_off()
        await both.switch_on()
        await until(lambda: runs(both.app, "0.1.0"), "the old release runs")
        assert await both.app.glasses.install(sha256) == "0.2.0"  # it was taken whole: no need to send it again
        await until(lambda: runs(both.app, "0.2.0"), "the new release runs")


def test_the_command_sends_waits_and_says_what_became_of_it(tmp_path: Path, releases: Releases) -> None:
    key, good, bad = tmp_path / "key.pub", tmp_path / "good.release", tmp_path / "bad.release"
    key.write_text(PUBLIC.hex() + "\n")
    good.write_bytes(releases.make("0.2.0"))
    bad.write_bytes(releases.make("0.3.0", path="plainsight/parts.py", append="\nraise ValueError\n"))

    def update(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [PLAINSIGHT, "update", *arguments, "--folder", tmp_path / "virtual", "--profile", "instant"]
        run = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
        assert "Traceback" not in run.stderr
        return run

    first = update(good, "--release-key", key)
    assert first.returncode == Exit.OK
    assert first.stdout == "0.2.0 runs and has confirmed itself\n"
    assert f"sent {good.stat().st_size} of {good.stat().st_size} bytes" in first.stderr
    other = tmp_path / "other.release"
    other.write_bytes(release(board="another board"))
    refused = update(other)
    assert refused.returncode == Exit.FAILED
    assert "it is for 'another board'" in refused.stderr
    assert "sent" not in refused.stderr
    second = update(bad)
    assert second.returncode == Exit.FAILED
    assert "what ran before runs again" in second.stdout
    nothing = update(key)
    assert nothing.returncode == Exit.FAILED
    assert nothing.stderr.strip().endswith("this is no release")
