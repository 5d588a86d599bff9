"""Real firmware on the virtual board, the virtual radio, and the app's real services: what promises are tried on."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery import Picture
from companion_app.link.errors import LinkError
from companion_app.link.events import Refusal
from host_tools.provisioning.install import provision
from host_tools.provisioning.setup_code import SetupCode
from host_tools.simulator import Simulator, World
from host_tools.simulator.radio.bleak_backend import VirtualAdapter, install, uninstall, using
from tests.app.vaults import vault_in

_TAP_POLLS = 10  # more than the button needs to be believed; counted, so that a busy computer does not swallow it
_UNTIL_S = 30.0

_READ_FILES = """
import binascii, os

def walk(folder):
    for name in os.listdir(folder):
        path = folder + "/" + name
        if os.stat(path)[0] & 0x4000:
            walk(path)
            continue
        print(">" + path[2:])
        with open(path, "rb") as file:
            while piece := file.read(4096):
                print(binascii.hexlify(piece).decode())

walk(".")
"""


@dataclass(frozen=True)
class Home:
    """What is left when everything is switched off: the flash of the glasses, the folder of the phone, a setup code."""

    folder: Path
    code: SetupCode

    @property
    def flash(self) -> Path:
        """The flash chip, byte for byte."""
        return self.folder / "flash.img"

    @property
    def app(self) -> Path:
        """The folder of the owner's app."""
        return self.folder / "app"

    def copy(self, folder: Path) -> Home:
        """The same things once more, so that a test may spoil them."""
        shutil.copytree(self.folder, folder)
        return Home(folder, self.code)


@dataclass(frozen=True)
class Worn:
    """Glasses that are on, and the owner's app beside them."""

    home: Home
    sim: Simulator
    app: Companion

    @property
    def world(self) -> World:
        """The physics."""
        return self.sim.world

    async def press(self) -> Picture | Refusal:
        """A short press of the button: the picture that reached the gallery, or what the app was told instead."""
        told: asyncio.Future[Picture | Refusal | AppError] = asyncio.get_running_loop().create_future()

        def tell(what: Picture | Refusal | AppError) -> None:
            if not told.done() and not isinstance(what, LinkError):
                told.set_result(what)

        ends = (self.app.on_picture(tell), self.app.on_refusal(tell), self.app.on_problem(tell))
        try:
            tap(self.world)
            outcome = await asyncio.wait_for(told, _UNTIL_S)
        finally:
            for end in ends:
                end()
        if isinstance(outcome, AppError):
            raise outcome
        if isinstance(outcome, Picture):
            self.world.keep(outcome.sha256)
        return outcome

    async def journal(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and data of each record of the glasses, asked over the link."""
        return [(kind, data) for _, _, kind, data in map(json.loads, await self.app.glasses.journal(0, 100_000))]

    async def hold_button(self) -> None:
        """Open the pairing window by hand."""
        seen = len(self.sim.board.log)
        self.world.button.press()
        try:
            await self.sim.board.wait_for_log("pairing window open", after=seen)
        finally:
            self.world.button.release()

    async def switch_off(self) -> None:
        """The phone goes away, then the power."""
        await self.app.disconnect()
        await self.sim.board.kill()

    async def switch_on(self) -> list[str]:
        """Start the glasses until they watch their button; the lines they logged."""
        seen = len(self.sim.board.log)
        watched = asyncio.Event()
        self.world.at_call(2, watched.set, _is_button_poll)
        await self.sim.board.start()
        await self.sim.board.wait_for_log("ready", after=seen)
        await asyncio.wait_for(watched.wait(), _UNTIL_S)
        return self.sim.board.log[seen:]

    async def files(self) -> dict[str, bytes]:
        """Every file of the switched-off glasses, as littlefs sees them."""
        return await read_files(self.sim)

    async def put_file(self, path: str, content: bytes | None) -> None:
        """Write or remove one file of the switched-off glasses, with a cable."""
        await put_file(self.sim, path, content)


def tap(world: World) -> None:
    """A short press: the finger goes down now, and up once the board has had time to notice."""
    world.button.press()
    world.at_call(_TAP_POLLS, world.button.release, _is_button_poll)


def _is_button_poll(service: str, method: str) -> bool:
    return (service, method) == ("pin", "read")


async def read_files(sim: Simulator) -> dict[str, bytes]:
    """Path to content of every file on the flash."""
    found: dict[str, bytes] = {}
    name = ""
    for line in (await sim.board.execute(_READ_FILES)).split():
        if line.startswith(">"):
            name = line[1:]
            found[name] = b""
        else:
            found[name] += bytes.fromhex(line)
    return found


async def put_file(sim: Simulator, path: str, content: bytes | None) -> None:
    """Write or, with None, remove one file on the flash of a board that is off."""
    act = f"os.remove({path!r})" if content is None else f"with open({path!r}, 'wb') as file: file.write({content!r})"
    await sim.board.execute(f"import os\n{act}\n")


async def make_home(folder: Path, *, paired: bool) -> Home:
    """Glasses fresh from provisioning; `paired`: with a phone whose owner has answered no question yet."""
    folder.mkdir()
    async with Simulator(flash=folder / "flash.img") as sim:
        home = Home(folder, await provision(sim.board, level="optical"))
    if paired:
        async with worn(home) as both:
            await both.hold_button()
            await both.app.pair(home.code.qr_text, "owner's phone")
            await both.switch_off()
    return home


@asynccontextmanager
async def worn(
    home: Home,
    *,
    level: str = "optical",
    main: Path | None = None,
    connect: bool = False,
    keyword: Path | None = None,
) -> AsyncGenerator[Worn]:
    """Switch everything on. `level`: what the glasses are provisioned and fitted for; `connect`: wait for a session.

    `keyword`: the model of the words that they listen for, instead of the one that ships.
    """
    async with AsyncExitStack() as stack:
        sim = await stack.enter_async_context(Simulator(flash=home.flash, level=level, main=main, keyword=keyword))
        device = json.loads((await read_files(sim))["identity/device.json"])
        if device["level"] != level:
            await put_file(sim, "identity/device.json", json.dumps({**device, "level": level}).encode())
        install()
        stack.callback(uninstall)
        stack.enter_context(using(VirtualAdapter(link=sim.radio.link)))
        app = await Companion.open(vault_in(home.app))
        stack.push_async_callback(app.close)
        both = Worn(home, sim, app)
        await both.switch_on()
        if connect:
            await app.connect()
        yield both


@asynccontextmanager
async def another_phone(both: Worn, folder: Path) -> AsyncGenerator[Companion]:
    """Another app; what is started inside the block goes over a radio of its own."""
    with using(VirtualAdapter(link=both.sim.radio.link)):
        app = await Companion.open(vault_in(folder))
        try:
            yield app
        finally:
            await app.close()


async def until(condition: Callable[[], bool] | Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait until `condition` holds; a failure says `what` did not come to pass."""
    try:
        async with asyncio.timeout(_UNTIL_S):
            while True:
                holds = condition()
                if (await holds) if isinstance(holds, Awaitable) else holds:
                    return
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"did not happen: {what}") from None
