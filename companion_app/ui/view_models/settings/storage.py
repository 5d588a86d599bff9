"""What lies on this device, and how much room is left; nothing is deleted by itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from companion_app.companion import Companion
from companion_app.errors import AppError
from companion_app.gallery.space import STOP_BELOW_BYTES, WARN_BELOW_BYTES
from companion_app.language import _, byte_words, ngettext
from companion_app.link.answers import Status
from companion_app.link.connection import ConnectionState
from companion_app.ui.view_models.settings.blocks import Act, Block, BlocksModel, Heading, Reading, Say, Words
from companion_app.ui.view_models.words.errors import problem
from companion_app.ui.view_models.words.problem import Problem


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class StorageModel(BlocksModel):
    """`free_bytes` asks this device; the glasses are asked where they are connected."""

    def __init__(self, companion: Companion, folder: Path, free_bytes: Callable[[Path], int] = _free_bytes) -> None:
        super().__init__()
        self._companion = companion
        self._folder = folder
        self._free_bytes = free_bytes
        self._status: Status | None = None
        self.asking = False
        self.problem: Problem | None = None

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("Storage")

    async def begin(self) -> None:
        """Ask the glasses how much room they have."""
        if self._companion.connection.state is not ConnectionState.CONNECTED or self.asking:
            return
        self.asking, self.problem = True, None
        self.changed()
        try:
            self._status = await self._companion.status()
        except AppError as error:
            self.problem = problem(error)
        finally:
            self.asking = False
            self.changed()

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        pictures = self._companion.gallery.pictures()
        free = self._free_bytes(self._folder)
        blocks: list[Block] = []
        if free < STOP_BELOW_BYTES:
            told = _("Nothing is imported until there is more, and nothing is lost: what waits stays on the glasses.")
            blocks.append(Say("problem", "harddisk", _("This device has no room for pictures."), told))
        elif free < WARN_BELOW_BYTES:
            told = _("Imports stop before the disk is full. Export pictures elsewhere and delete them here.")
            blocks.append(Say("caution", "harddisk", _("There is little room left on this device."), told))
        blocks += [
            Heading(_("This device")),
            Reading(_("Pictures"), ngettext("{n} picture", "{n} pictures", len(pictures))),
            Reading(_("They take"), byte_words(sum(picture.bytes for picture in pictures))),
            Reading(_("Free"), byte_words(free)),
            Words(_("Everything here is sealed. The app never deletes a picture by itself."), quiet=True),
            Heading(_("The glasses")),
            *self._glasses(),
        ]
        return blocks

    def _glasses(self) -> Sequence[Block]:
        if self.problem is not None:
            return (Say("problem", "alert-circle-outline", self.problem.what, self.problem.next_step),)
        if self._status is None:
            asking = _("Asking the glasses…") if self.asking else _("Connect in the Live room to see their room.")
            return (Words(asking, quiet=True),)
        return (
            Reading(_("Pictures"), ngettext("{n} picture", "{n} pictures", self._status.items)),
            Reading(_("Waiting"), ngettext("{n} picture", "{n} pictures", self._status.not_imported)),
            Reading(_("Free"), byte_words(self._status.free_bytes)),
            Act("ask", _("Ask the glasses again"), "refresh", self.begin, enabled=not self.asking),
        )
