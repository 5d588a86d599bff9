"""A walk through every screen of the app over virtual glasses: lock, first login, pairing, and each room."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from companion_app.sharing.cards import LOCAL_ID
from companion_app.ui.view_models.rooms import Room
from companion_app.ui.view_models.settings.blocks import Door
from companion_app.ui.view_models.shell import ScreenName, ShellModel
from host_tools.exits import LinkError
from host_tools.journey.plan import DEFAULT_QUESTION
from host_tools.window.guide import Guide
from host_tools.window.looks import Camera

_STATION_S = 60.0
_LOOKS_EVERY_S = 0.02
_WORDS = "twelve or more letters"  # of a folder that ends with this run
_CAREFUL = {"ai_sharing": "ask"}
_SOMEBODY_ELSE = "https://api.openai.com"  # is shown as who would be asked, and is not


class Visit:
    """One walk; raises LinkError naming the station that was not reached."""

    def __init__(self, app: Any, guide: Guide, camera: Camera) -> None:
        self._app = app
        self._guide = guide
        self._camera = camera

    @property
    def _shell(self) -> ShellModel:
        return self._app.models

    async def run(self) -> None:
        """From a new folder to a locked one."""
        await self._lock()
        await self._first_login()
        await self._pair()
        await self._live()
        await self._ask()
        await self._lists()
        await self._settings()
        await self._locked()

    async def _lock(self) -> None:
        unlock = self._app.door.unlock
        await self._reached("the lock", lambda: unlock.no_keystore is not None)
        await self._camera.shoot("choose-a-lock")
        unlock.choose("passphrase")
        unlock.set_passphrase("too short")
        await self._camera.shoot("choose-a-passphrase")
        unlock.set_passphrase(_WORDS)
        unlock.set_again(_WORDS)
        await unlock.create()
        await self._reached("first login", lambda: self._app.door.shell is not None)

    async def _first_login(self) -> None:
        login = self._shell.first_login
        while (asked := login.question) is not None:
            if asked.id in ("voice_listen", "ai_sharing", "region"):
                await self._camera.shoot(f"first-login-{asked.id}")
            login.choose(_CAREFUL.get(asked.id, asked.refusal.id))
            if asked.id == "voice_listen":
                await self._camera.shoot("first-login-answered")
            login.proceed()

    async def _pair(self) -> None:
        await self._camera.shoot("pair")
        self._shell.pair.set_code("no code at all")
        await self._shell.pair.pair()
        await self._camera.shoot("pair-refused")
        await self._guide.pair(self._shell)
        shell = self._shell
        await self._reached("connected", lambda: shell.screen is ScreenName.ROOMS and shell.home.connected)

    async def _live(self) -> None:
        home = self._shell.home
        await self._reached("status", lambda: home.standing.status is not None)
        await self._camera.shoot("live-connected")
        looking = asyncio.ensure_future(home.looking.look())
        await self._reached("looking", lambda: home.looking.number >= 2 or home.looking.problem is not None)
        await self._camera.shoot("live-looking")
        home.looking.stop()
        await looking
        await self._guide.press_button()
        await self._reached("picture", lambda: home.picture is not None)
        await self._camera.shoot("live-picture")

    async def _ask(self) -> None:
        shell, ask = self._shell, self._shell.ask
        shell.open_room(Room.ASK)
        await self._camera.shoot("ask")
        shell.open_askers()
        shell.askers.set("address", _SOMEBODY_ELSE)
        shell.askers.add()
        await self._camera.shoot("who-can-be-asked")
        shell.close_sheet()
        ask.choose(ask.cards[-1].id)
        ask.set_question(DEFAULT_QUESTION)
        await ask.ask()
        await self._camera.shoot("share-sheet")
        ask.decline()
        shell.open_live()
        await self._camera.shoot("live-answers-sheet")
        if shell.live.start is not None:
            self._app.back()
        await self._ask_here()

    async def _ask_here(self) -> None:
        shell, ask = self._shell, self._shell.ask
        ask.choose(LOCAL_ID)
        await ask.ask()
        proposal = ask.proposal
        if proposal is None:
            raise LinkError("screens, question", str(ask.problem))
        await ask.agree(
            recipient=proposal.card.recipient,
            purpose=proposal.purpose,
            terms_sha256=proposal.card.terms_sha256,
            picture_sha256=proposal.sha256,
        )
        if ask.answered is None:
            raise LinkError("screens, answer", str(ask.problem))
        await self._camera.shoot("answer")
        shell.open_left(ask.answered.receipt_id)
        await self._camera.shoot("receipt")
        shell.close_sheet()

    async def _lists(self) -> None:
        shell = self._shell
        for room in (Room.GALLERY, Room.LEDGER):
            shell.open_room(room)
            await self._camera.shoot(room.value)
            if room is Room.GALLERY and shell.home.picture is not None:
                shell.gallery.open(shell.home.picture.id)
                await self._camera.shoot("gallery-item")
                self._app.back()

    async def _settings(self) -> None:
        settings = self._shell.settings
        self._shell.open_room(Room.SETTINGS)
        await self._camera.shoot("settings")
        for block in tuple(settings.blocks()):
            if not isinstance(block, Door) or block.key == "askers":
                continue
            job = block.do()
            if job is not None:
                await job
            if settings.inside is not None:
                await self._camera.shoot(f"settings-{block.key}")
                settings.back()

    async def _locked(self) -> None:
        await self._app.door.lock()
        await self._camera.shoot("locked")

    async def _reached(self, name: str, reached: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(_STATION_S):
                while not reached():  # noqa: ASYNC110 (several models, any of which may tell)
                    await asyncio.sleep(_LOOKS_EVERY_S)
        except TimeoutError as error:
            raise LinkError("screens", f"{name!r} was not reached within {_STATION_S:.0f} s") from error
