"""Every setting of the glasses: shown as they hold it, changed by asking them, and only then shown as changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from plainsight import wire

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.language import _, moment_words
from companion_app.link.connection import ConnectionState
from companion_app.link.errors import GlassesRefused
from companion_app.ui.view_models.settings.blocks import Block, BlocksModel, Heading, Job, Pick, Say, Words
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.glasses_settings import GROUPS, SETTINGS, STEPS, value_words
from companion_app.ui.view_models.words.problem import Problem
from companion_app.ui.view_models.words.voice import voice_words


class GlassesSettingsModel(BlocksModel):
    """What is picked counts once the glasses have said that they hold it; what they hold instead is said."""

    def __init__(self, companion: Companion, now_s: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._companion = companion
        self._now_s = now_s
        self._asking: tuple[str, object] | None = None
        self._confirmed_s: int | None = None
        self._confirmed = ""  # the setting that they were asked for last, once they hold it
        self.problem: Problem | None = None
        self._end = companion.connection.observe(lambda _change: self.changed())

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("Settings of the glasses")

    @property
    def _connected(self) -> bool:
        return self._companion.connection.state is ConnectionState.CONNECTED

    def end(self) -> None:
        """Stop looking."""
        self._end()

    async def begin(self) -> None:
        """Ask what they hold now."""
        if self._connected:
            await self._ask()

    async def change(self, name: str, value: object) -> None:
        """Ask the glasses to hold `value`; afterwards they have confirmed it, or `problem` says why not."""
        if self._asking is not None or not self._connected:
            return
        await self._ask(name, value)

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        held = self._companion.settings
        blocks: list[Block] = [self._standing(held)]
        if self.problem is not None:
            blocks.append(Say("problem", "alert-circle-outline", self.problem.what, self.problem.next_step, seek=True))
        for heading, names in GROUPS:
            known = [name for name in names if name in held]
            if known:
                blocks.append(Heading(_(heading)))
            for name in known:
                blocks += self._setting(name, held[name])
        if held:
            blocks += [
                Heading(_("Microphone")),
                Words(voice_words(self._companion.onboarding.voice)),
                Words(_("This follows from your answers alone. Change it there."), quiet=True),
            ]
        return blocks

    def _standing(self, held: dict[str, Any]) -> Say:
        """How far what is shown can be relied upon."""
        if self._asking is not None:
            return Say("notice", "progress-clock", _("Asking the glasses…"))
        if not self._connected:
            if held:
                told = _("This is what they said last. Connect in the Live room to change it.")
                return Say("caution", "bluetooth-off", _("The glasses are not connected."), told)
            told = _("Connect in the Live room: only they know their settings.")
            return Say("caution", "bluetooth-off", _("The glasses are not connected."), told)
        if self._confirmed_s is not None:
            when = moment_words(self._confirmed_s)
            return Say("good", "check", _("Confirmed by the glasses: {when}.", when=when))
        return Say("notice", "information-outline", _("This is what the glasses said when they were connected."))

    def _setting(self, name: str, held: object) -> Iterator[Block]:
        words, row = SETTINGS[name], wire.SETTINGS[name][0]
        if row[1] == "bool":
            yield self._pick(name, not held, _(words.title), _(words.detail), chosen=bool(held), several=True)
            return
        yield Words(_(words.title))
        yield Words(_(words.detail), quiet=True)
        offered: tuple[object, ...] = row[2:] if row[1] == "choice" else _with(STEPS[name], held)
        for value in offered:
            yield self._pick(name, value, value_words(name, value), "", chosen=value == held)

    def _pick(self, name: str, value: object, title: str, detail: str, *, chosen: bool, several: bool = False) -> Pick:
        def do() -> Job:
            return None if chosen and not several else self.change(name, value)

        enabled = self._connected and self._asking is None
        told = "\n".join(words for words in (detail, self._note(name, value, chosen=chosen, several=several)) if words)
        return Pick(f"{name}={'' if several else value}", title, told, chosen, do, several, enabled)

    def _note(self, name: str, value: object, *, chosen: bool, several: bool) -> str:
        """Where one just touched: that they are asked, and that they hold it."""
        if self._asking == (name, value):
            return _("Asking the glasses…")
        return _("Confirmed by the glasses.") if name == self._confirmed and (chosen or several) else ""

    async def _ask(self, name: str = "", value: object = None) -> None:
        changes = {name: value} if name else {}
        self._asking, self._confirmed, self.problem = (name, value), "", None
        self.changed()
        try:
            held = await self._companion.change_settings(**changes)
        except AppError as error:
            self.problem = _refused(error)
        else:
            self._confirmed_s = int(self._now_s())
            if not name or held.get(name) == value:
                self._confirmed = name
            else:
                self.problem = Problem(
                    _(
                        "The glasses did not take that: {setting} is still {value}.",
                        setting=_(SETTINGS[name].title),
                        value=value_words(name, held.get(name)),
                    ),
                    _("Try again. If it stays so, update the glasses."),
                )
        finally:
            self._asking = None
            self.changed()


def _refused(error: AppError) -> Problem:
    if isinstance(error, GlassesRefused) and error.detail.get("reason") == "no_buzzer":
        return Problem(_("These glasses have no buzzer."), _("Solder one on, or leave it off."))
    return problem(error)


def _with(steps: tuple[int, ...], held: object) -> tuple[object, ...]:
    """The steps, and what is held where it is none of them, in order."""
    if not isinstance(held, int) or held in steps:
        return steps
    return tuple(sorted((*steps, held)))
