"""Walks the main job through the window by itself and saves a screenshot of each station."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from companion_app.sharing.cards import LOCAL_ID
from companion_app.ui.view_models.rooms import Room
from companion_app.ui.view_models.sharing.telling import masked
from companion_app.ui.view_models.shell import ScreenName, ShellModel
from host_tools.exits import LinkError
from host_tools.journey.plan import DEFAULT_QUESTION
from host_tools.journey.progress import Tell
from host_tools.window.guide import Guide, until

_STATION_S = 90.0
_CAREFUL = {"ai_sharing": "ask"}
_SOMEBODY_ELSE = "https://api.openai.com"  # is shown as who would be asked, and is not


class Window(Protocol):
    """What the tour needs of the running window."""

    def save_screenshot(self, path: Path) -> Path:
        """Save what is drawn now as PNG."""
        ...

    async def settled(self) -> None:
        """Return when everything asked for is drawn."""
        ...


class Tour:
    """First login, pairing, picture, redaction, share sheet, answer, receipt: `screens/1-….png` and so on."""

    def __init__(self, guide: Guide, screens: Path, tell: Tell) -> None:
        self._guide = guide
        self._screens = screens
        self._tell = tell
        self._count = 0

    async def run(self, window: Window, shell: ShellModel) -> None:
        """Walk from a fresh app to an answer. Raises LinkError naming the station that was not reached."""
        self._screens.mkdir(parents=True, exist_ok=True)
        await self._first_login(window, shell)
        await self._pair(window, shell)
        await self._picture(window, shell)
        await self._show_redaction(window, shell)
        await self._ask(window, shell)

    async def _first_login(self, window: Window, shell: ShellModel) -> None:
        """A careful person's answers: no microphone, nothing kept, asked each time before anything is shared."""
        await self._shoot(window, "first-login")
        login, shot = shell.first_login, False
        while login.question is not None:
            asked = login.question
            login.choose(_CAREFUL.get(asked.id, asked.refusal.id))
            if not shot:
                await self._shoot(window, "first-login-answered")
            shot = True
            login.proceed()
            if login.problem is not None:
                raise LinkError("tour, first login", str(login.problem))

    async def _pair(self, window: Window, shell: ShellModel) -> None:
        await self._shoot(window, "pair")
        await self._guide.pair(shell)
        if shell.pair.problem is not None:
            raise LinkError("tour, pairing", str(shell.pair.problem))
        await self._station("connected", lambda: shell.screen is ScreenName.ROOMS and shell.home.connected, shell)
        await self._shoot(window, "connected")

    async def _picture(self, window: Window, shell: ShellModel) -> None:
        await self._guide.press_button()
        await self._station("picture", lambda: shell.home.picture is not None or shell.home.problem is not None, shell)
        if shell.home.problem is not None:
            raise LinkError("tour, picture", str(shell.home.problem))
        await self._shoot(window, "picture")

    async def _show_redaction(self, window: Window, shell: ShellModel) -> None:
        """What somebody else would be shown of the picture; then no: a tour shares with nobody beyond this device."""
        shell.open_room(Room.ASK)
        shell.askers.set("address", _SOMEBODY_ELSE)
        shell.askers.add()
        shell.ask.refresh_cards()
        shell.ask.choose(shell.ask.cards[-1].id)
        shell.ask.set_question(DEFAULT_QUESTION)
        await shell.ask.ask()
        share = shell.ask.share
        if share is None or share.problem is not None:
            raise LinkError("tour, redaction", str(share.problem if share is not None else shell.ask.problem))
        await self._shoot(window, "redacted")
        self._tell(f"{share.card.recipient} would be shown the picture without: {masked(share)}. The tour says no.")
        shell.ask.decline()

    async def _ask(self, window: Window, shell: ShellModel) -> None:
        ask = shell.ask
        ask.choose(LOCAL_ID)
        await ask.ask()
        proposal = ask.proposal
        if proposal is None:
            raise LinkError("tour, question", str(ask.problem))
        await self._shoot(window, "share-sheet")
        await ask.agree(
            recipient=proposal.card.recipient,
            purpose=proposal.purpose,
            terms_sha256=proposal.card.terms_sha256,
            picture_sha256=proposal.sha256,
        )
        if ask.answered is None:
            raise LinkError("tour, answer", str(ask.problem))
        self._tell(f"{ask.answered.question}  {ask.answered.text}  (by {ask.answered.answered_by})")
        await self._shoot(window, "answer")
        shell.open_left(ask.answered.receipt_id)
        await self._shoot(window, "receipt")
        shell.close_sheet()

    async def _station(self, name: str, reached: Callable[[], bool], shell: ShellModel) -> None:
        models = (shell, shell.home)
        waits = [asyncio.ensure_future(until(model, reached)) for model in models]
        done, pending = await asyncio.wait(waits, timeout=_STATION_S, return_when=asyncio.FIRST_COMPLETED)
        for wait in pending:
            wait.cancel()
        if not done:
            raise LinkError("tour", f"the station {name!r} was not reached within {_STATION_S:.0f} s")

    async def _shoot(self, window: Window, name: str) -> None:
        self._count += 1
        path = self._screens / f"{self._count}-{name}.png"
        await window.settled()
        window.save_screenshot(path)
        self._tell(f"saved {path}")
