"""The glasses of this phone: what each pair is called, which one is in use, and parting from one, wiped or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from companion_app.companion import Companion
from companion_app.erasing.glasses import erase_glasses
from companion_app.errors import AppError
from companion_app.language import _, ngettext
from companion_app.link.connection import ConnectionState
from companion_app.link.pins import Pin
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.pair import PairModel
from companion_app.ui.view_models.phones.busy import BusyModel
from companion_app.ui.view_models.settings.blocks import Act, Block, Entry, Heading, Words
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.glasses_name import glasses_title

_PHONE_NAME = "This phone"


class GlassesModel(BusyModel):
    """`enter` shows the page of pairing within the room, `back` leaves it again."""

    def __init__(self, companion: Companion, enter: Callable[[Observable], None], back: Callable[[], bool]) -> None:
        super().__init__()
        self._companion = companion
        self._enter, self._back = enter, back
        self.drafts: dict[str, str] = {}
        self.parting: str | None = None  # the glasses that are asked about
        self._end = companion.connection.observe(lambda _change: self.changed())

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("Glasses of this phone")

    def end(self) -> None:
        """Stop looking."""
        self._end()

    def blocks(self) -> Sequence[Block]:
        """What stands on it now: the pair in use first."""
        blocks = self._outcome()
        pins = self._companion.all_glasses
        for pin in reversed(pins):
            blocks += self._pair(pin, in_use=pin == pins[-1])
        more = _("Their names stay on this phone. The glasses tell no name to anybody.")
        act = Act("add", _("Pair another pair"), "plus", self.pair_another, enabled=not self.busy)
        return [*blocks, Heading(_("Another pair")), Words(more, quiet=True), act]

    def write(self, glasses: str, name: str) -> None:
        """What the field holds now; kept by `rename`."""
        self.drafts[glasses] = name

    def rename(self, glasses: str) -> None:
        """Call them as the field says; an empty one takes the name back."""
        self.problem, self.note = None, ""
        try:
            self._companion.names.give(glasses, self.drafts.get(glasses, ""))
        except AppError as error:
            self.problem = problem(error)
        else:
            self.drafts.pop(glasses, None)
            self.note = _("From now on: {name}", name=glasses_title(self._companion, glasses))
        self.changed()

    async def use(self, glasses: str) -> None:
        """Use that pair, and connect to it."""

        async def work() -> None:
            await self._companion.use_glasses(glasses)
            await self._companion.connect()

        await self._run(work())

    def ask_part(self, glasses: str | None) -> None:
        """Ask whether to part from them; None: rather not."""
        self.parting, self.problem, self.note = glasses, None, ""
        self.changed()

    async def part(self, *, wipe: bool) -> None:
        """Unpair the glasses that were asked about; with `wipe` they erase everything they hold first."""
        glasses, self.parting = self.parting, None
        if glasses is None:
            return

        async def work() -> None:
            await self._companion.use_glasses(glasses)
            erased = await erase_glasses(self._companion) if wipe else None
            await self._companion.unpair()
            if erased is None:
                self.note = _("Unpaired. What lies on this phone stays here.")
            else:
                self.note = ngettext(
                    "{n} item erased on the glasses, then unpaired.",
                    "{n} items erased on the glasses, then unpaired.",
                    erased.items_erased,
                )

        await self._run(work())

    def pair_another(self) -> None:
        """Show the page of pairing; the new pair is in use afterwards."""
        self._enter(PairModel(self._companion, _PHONE_NAME, on_paired=self._back))

    def _pair(self, pin: Pin, *, in_use: bool) -> Sequence[Block]:
        glasses = pin.glasses
        connected = in_use and self._companion.connection.state is ConnectionState.CONNECTED
        state = _("In use and connected.") if connected else _("In use, not connected.") if in_use else _("Not in use.")
        blocks: list[Block] = [Heading(glasses_title(self._companion, glasses)), Words(state)]
        if self.parting == glasses:
            return [*blocks, *self._parting(connected=connected)]
        draft = self.drafts.get(glasses, self._companion.names.of(glasses))
        blocks += [
            Entry(f"name {glasses}", _("Name"), _("Such as: Sunday"), draft, lambda text: self.write(glasses, text)),
            Act(f"rename {glasses}", _("Keep this name"), "pencil-outline", lambda: self.rename(glasses)),
        ]
        if not in_use:
            use = Act(
                f"use {glasses}", _("Use these"), "swap-horizontal", lambda: self.use(glasses), enabled=not self.busy
            )
            blocks.append(use)
        part = Act(f"part {glasses}", _("Unpair…"), "link-off", lambda: self.ask_part(glasses), enabled=not self.busy)
        return [*blocks, part]

    def _parting(self, *, connected: bool) -> Sequence[Block]:
        blocks: list[Block] = [
            Words(
                _(
                    "Unpaired glasses forget this phone, and this phone forgets them. What is on the glasses stays "
                    "there, sealed; what is on this phone stays here."
                )
                if connected
                else _(
                    "They cannot be asked now: this phone forgets them, but they will know this phone until another "
                    "one removes it, or they are reset by their button."
                )
            ),
            Act("keep", _("Keep them"), "close", lambda: self.ask_part(None)),
            Act("unpair", _("Unpair"), "link-off", lambda: self.part(wipe=False)),
        ]
        if not connected:
            return blocks
        wipe = Act("wipe", _("Erase everything on them, then unpair"), "delete-outline", lambda: self.part(wipe=True))
        why = _("Pictures that were not imported are lost for good. Every other phone is removed from them, too.")
        return [*blocks, wipe, Words(why, quiet=True)]
