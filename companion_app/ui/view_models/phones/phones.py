"""Phones and keys: who is paired with the glasses in use, who may open their pictures, and the words on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from companion_app.companion import Companion
from companion_app.language import _
from companion_app.link.answers import Phone
from companion_app.link.connection import ConnectionState
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.phones.busy import BusyModel
from companion_app.ui.view_models.phones.glasses import GlassesModel
from companion_app.ui.view_models.phones.phrase import Phrase
from companion_app.ui.view_models.settings.blocks import (
    Act,
    Block,
    BlocksModel,
    Door,
    Heading,
    Job,
    Reading,
    Words,
)
from companion_app.ui.view_models.words.glasses_name import glasses_name
from companion_app.ui.view_models.words.problem import Problem

_GROUP = 4


class PhonesModel(BusyModel):
    """`open`, `enter` and `back` are those of the room that the page stands in."""

    def __init__(
        self,
        companion: Companion,
        open: Callable[[BlocksModel], Job],
        enter: Callable[[Observable], None],
        back: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._companion = companion
        self._open, self._enter, self._back = open, enter, back
        self.rows: tuple[Phone, ...] | None = None
        self.comparing: tuple[int, str] | None = None  # phone, and the code that it must show
        self.removing: int | None = None
        self.invitation = ""
        self.own_code = ""
        self.phrase = Phrase(companion, self.changed)
        self._end = companion.connection.observe(lambda _change: self.changed())

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("Phones and keys")

    @property
    def connected(self) -> bool:
        """True while the glasses can be asked."""
        return self._companion.connection.state is ConnectionState.CONNECTED

    @property
    def owner(self) -> bool:
        """True where this phone opens the pictures of the glasses in use."""
        return self._companion.paired and self._companion.opens_pictures

    async def begin(self) -> None:
        """Ask the glasses for their phones, and have this phone's own code ready where it is a guest."""
        if self.connected:
            await self._run(self._look())

    def end(self) -> None:
        """Stop looking; the words on paper are not shown any more."""
        self._end()
        self.phrase.hide()

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        blocks = [self._door(), *self._outcome()]
        if not self._companion.paired:
            return blocks
        blocks += self._this_phone()
        if not self.connected:
            blocks.append(Words(_("Connect to the glasses to see their phones and to change who may open pictures.")))
        else:
            for row in self.rows or ():
                blocks += self._phone(row)
            blocks += self._invite()
        return [*blocks, *self.phrase.blocks(owner=self.owner)]

    async def compare(self, phone: int) -> None:
        """Work out what the other phone must show before the key is shared."""

        async def work() -> None:
            self.comparing = (phone, await self._companion.comparison_code(phone))

        await self._run(work())

    async def share(self) -> None:
        """People have compared the codes: leave the key for that phone on the glasses."""
        compared, self.comparing = self.comparing, None
        if compared is None:
            return

        async def work() -> None:
            await self._companion.share_key(compared[0])
            self.note = _("Shared. The other phone takes the key at its next visit to the glasses.")
            self.rows = tuple(await self._companion.phones())

        await self._run(work())

    def differs(self) -> None:
        """The other phone shows another code: nothing is shared, and what to do is said."""
        self.comparing = None
        self.problem = Problem(
            _("The codes differ, so nothing was shared. Another phone than you think may be paired."),
            _("Remove that phone, then invite yours again."),
        )
        self.changed()

    def ask_remove(self, phone: int | None) -> None:
        """Ask whether to remove a phone; None: rather not."""
        self.removing = phone
        self.changed()

    async def remove(self) -> None:
        """Have the glasses forget the phone that was asked about."""
        phone, self.removing = self.removing, None
        if phone is None:
            return

        async def work() -> None:
            await self._companion.revoke(phone)
            self.rows = tuple(await self._companion.phones())

        await self._run(work())

    async def invite(self) -> None:
        """A one-time code for a further phone; an earlier one is void."""

        async def work() -> None:
            code = await self._companion.invite()
            self.invitation = "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))

        await self._run(work())

    async def _look(self) -> None:
        if not self.owner:
            self.own_code = await self._companion.own_comparison_code()
        self.rows = tuple(await self._companion.phones())

    def _door(self) -> Door:
        paired = len(self._companion.all_glasses)
        detail = _("Names, another pair, unpairing") if paired else _("None is paired")
        return Door("glasses", _("Glasses of this phone"), detail, "glasses", self._glasses)

    def _glasses(self) -> Job:
        return self._open(GlassesModel(self._companion, self._enter, self._back))

    def _this_phone(self) -> Sequence[Block]:
        name = glasses_name(self._companion, self._companion.glasses_id)
        if self.owner:
            return (Heading(_("This phone")), Words(_("It opens the pictures of {name}.", name=name)))
        blocks: list[Block] = [
            Heading(_("This phone is a guest")),
            Words(
                _(
                    "It can take pictures with {name} and open none of them. To change that, the owner's phone shares "
                    "its key: both phones then show the same code.",
                    name=name,
                )
            ),
        ]
        return [*blocks, Reading(_("This phone's code"), self.own_code)] if self.own_code else blocks

    def _phone(self, row: Phone) -> Sequence[Block]:
        number = row.id
        blocks: list[Block] = [Heading(_("{name} (the one in your hand)", name=row.name) if row.current else row.name)]
        if row.wrapped:
            blocks.append(Words(_("A copy of the key waits for it on the glasses."), quiet=True))
        if self.comparing is not None and self.comparing[0] == number:
            return [*blocks, *self._comparing(self.comparing[1])]
        if self.removing == number:
            return [*blocks, *self._removing(current=row.current)]
        if self.owner and not row.current:
            caption = _("Let it open pictures")
            blocks.append(
                Act(f"share {number}", caption, "key-plus", lambda: self.compare(number), enabled=not self.busy)
            )
        remove = Act(f"remove {number}", _("Remove it"), "cellphone-remove", lambda: self.ask_remove(number))
        return [*blocks, remove]

    def _comparing(self, code: str) -> Sequence[Block]:
        return (
            Reading(_("It must show"), code),
            Words(
                _(
                    "Look at that phone, under Phones and keys. Share only if it shows exactly this: the code proves "
                    "that the key goes to the phone in your hand."
                )
            ),
            Act("same", _("It shows the same: share the key"), "check", self.share),
            Act("differs", _("It shows something else"), "close", self.differs),
        )

    def _removing(self, *, current: bool) -> Sequence[Block]:
        warning = _("The glasses forget it at once, and it can pair again only with a new code and a hand on them.")
        if current:
            warning = _("This is the phone in your hand. Only a code, or the recovery phrase, lets it in again.")
        return (
            Words(warning),
            Act("keep", _("Keep it"), "close", lambda: self.ask_remove(None)),
            Act("remove", _("Remove it now"), "cellphone-remove", self.remove),
        )

    def _invite(self) -> Sequence[Block]:
        blocks: list[Block] = [
            Heading(_("Another phone")),
            Words(_("A one-time code lets one more phone pair, while somebody holds the glasses' button.")),
        ]
        if self.invitation:
            blocks.append(Reading(_("Code"), self.invitation))
        return [*blocks, Act("invite", _("Make a code"), "account-plus-outline", self.invite, enabled=not self.busy)]
