"""The reset gesture: held at boot, let go, pressed again. Nothing of the owner is left, not even in free flash."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from companion_app.gallery import Picture
from host_tools.provisioning.install import inspect, provision
from host_tools.simulator import Simulator
from tests.promises.finder import chunks_in
from tests.promises.rig import Home, make_home, read_files, worn

pytestmark = [pytest.mark.simulated, pytest.mark.promise(4), pytest.mark.timeout(240)]

_WINDOW_BYTES = 16  # nobody finds so much of a secret by chance
_CONFIRM = "let go, then press once more"


async def _lived_in(folder: Path) -> Home:
    home = await make_home(folder, paired=True)
    async with worn(home, connect=True) as both:
        assert isinstance(await both.press(), Picture)
        await both.switch_off()
    return home


@pytest.fixture(scope="module")
def lived_in_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return asyncio.run(_lived_in(tmp_path_factory.mktemp("lived_in") / "home"))


@pytest.fixture
def home(lived_in_once: Home, tmp_path: Path) -> Home:
    """Glasses with an owner, a picture and a journal."""
    return lived_in_once.copy(tmp_path / "home")


async def secrets_of(sim: Simulator) -> dict[str, bytes]:
    """What a finder must not have, by the file it lies in: keys, codes and sealed pictures."""
    files = await read_files(sim)
    phones = json.loads(files["identity/phones.json"])
    found = {
        "key.der": files["identity/key.der"][-40:],  # the private number; the frame around it is the same in all keys
        "pair key": phones[0]["pair_key"].encode(),
        "owner's public key": files["media/owner.key"][:32],
    }
    found |= {name: content for name, content in files.items() if name.endswith((".psi", ".thm"))}
    assert len(found) >= 4
    return found


def traces(image: bytes, secret: bytes) -> int:
    """How many different pieces of a secret stand in the flash chip, byte for byte."""
    pieces = range(0, len(secret) - _WINDOW_BYTES + 1, _WINDOW_BYTES)
    return len(chunks_in(image, (secret[at : at + _WINDOW_BYTES] for at in pieces)))


async def make_gesture(sim: Simulator) -> None:
    """Hold the button through the boot, let go, press once more."""
    seen = len(sim.board.log)
    sim.world.button.press()
    await sim.board.start()
    await sim.board.wait_for_log(_CONFIRM, after=seen)
    sim.world.button.release()
    sim.world.at_call(20, sim.world.button.press, lambda service, method: (service, method) == ("pin", "read"))
    await sim.board.wait_for_log("reset gesture confirmed", after=seen)
    sim.world.button.release()


async def test_the_gesture_leaves_nothing_of_the_owner_and_opens_the_console(home: Home) -> None:
    async with Simulator(flash=home.flash) as sim:
        secrets = await secrets_of(sim)
        before = home.flash.read_bytes()
        assert all(traces(before, secret) for secret in secrets.values()), "they would be found"
        await make_gesture(sim)
        await sim.board.wait_for_log("not provisioned", timeout_s=120)
        image = home.flash.read_bytes()
        assert {name: traces(image, secret) for name, secret in secrets.items()} == dict.fromkeys(secrets, 0)
        assert sim.console.hears
        assert (await inspect(sim.console)).provisioned is False
        assert set(await read_files(sim)) <= {"wiped.json", "clock.json", "crashes.json", "slots.json"}

        code = await provision(sim.board, level="optical")
        assert code.secret != home.code.secret
        seen = len(sim.board.log)
        await sim.board.start()
        await sim.board.wait_for_log("ready: locked", after=seen)
        await sim.board.kill()
        files = await read_files(sim)
        records = [json.loads(line)[2:] for line in files["journal/00000000.log"].splitlines()]
        assert records[0][0] == "reset"
        assert records[0][1]["why"] == "gesture"
        assert records[1][0] == "boot"
        assert "wiped.json" not in files


@pytest.mark.parametrize("writes", [0, 200])
async def test_a_wipe_that_loses_its_power_goes_on_at_the_next_boot(home: Home, writes: int) -> None:
    async with Simulator(flash=home.flash) as sim:
        secrets = await secrets_of(sim)
        seen = len(sim.board.log)
        sim.world.button.press()
        await sim.board.start()
        await sim.board.wait_for_log(_CONFIRM, after=seen)
        sim.world.power.cut(writes)
        sim.world.button.release()
        sim.world.at_call(20, sim.world.button.press, lambda service, method: (service, method) == ("pin", "read"))
        await sim.board.wait_until_off(timeout_s=60)
        sim.world.button.release()
        begun = "wiping.json" in await read_files(sim)
        seen = len(sim.board.log)
        await sim.board.start()
        await sim.board.wait_for_log("not provisioned" if begun else "ready", after=seen, timeout_s=120)
        image = home.flash.read_bytes()
        assert begun == (writes > 0) or writes < 4
        for name, secret in secrets.items():
            assert (traces(image, secret) == 0) == begun, name


async def test_a_hold_without_the_second_press_changes_nothing(tmp_path: Path) -> None:
    flash = tmp_path / "flash.img"
    async with Simulator(flash=flash) as sim:
        await provision(sim.board, level="optical")
        before = await read_files(sim)
        sim.world.button.press()
        await sim.board.start()
        await sim.board.wait_for_log(_CONFIRM)
        sim.world.button.release()
        await sim.board.wait_for_log("not confirmed: nothing was changed")
        await sim.board.wait_for_log("ready: locked")
        await sim.board.kill()
        after = await read_files(sim)
        assert {name: after[name] for name in before if name.startswith("identity/")} == {
            name: content for name, content in before.items() if name.startswith("identity/")
        }
        assert "wiping.json" not in after


async def test_a_damaged_identity_stays_shut_until_the_gesture(tmp_path: Path) -> None:
    async with Simulator(flash=tmp_path / "flash.img") as sim:
        await provision(sim.board, level="optical")
        await sim.board.execute("open('identity/cert.der', 'wb').close()")
        await sim.board.start()
        await sim.board.wait_for_log("damaged: identity/cert.der; hold the button at boot")
        await sim.board.wait_for_log("not provisioned")
        sim.console.interrupt()
        assert not sim.console.hears
        assert sim.board.running
        await sim.board.kill()
        await make_gesture(sim)
        await sim.board.wait_for_log("not provisioned", after=len(sim.board.log) - 1, timeout_s=120)
        assert (await inspect(sim.console)).provisioned is False
