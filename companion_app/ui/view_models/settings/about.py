"""Which app this is, which glasses, and where everything lies."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from plainsight import wire

from companion_app.companion import Companion
from companion_app.language import _
from companion_app.ui.view_models.settings.blocks import Block, BlocksModel, Heading, Reading, Words


class AboutModel(BlocksModel):
    """Facts for whoever asks, or reports a fault."""

    def __init__(self, companion: Companion, folder: Path) -> None:
        super().__init__()
        self._companion = companion
        self._folder = folder

    @property
    def title(self) -> str:
        """What the page is called."""
        return _("About")

    def blocks(self) -> Sequence[Block]:
        """What stands on it now."""
        return [
            Words(_("Open smart glasses whose camera does not act behind anyone's back.")),
            Heading(_("This app")),
            Reading(_("Version"), _version()),
            Reading(_("Protocol"), str(wire.VERSION)),
            Reading(_("Runs on"), f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"),
            Reading(_("Its data"), str(self._folder)),
            *self._glasses(),
        ]

    def _glasses(self) -> Sequence[Block]:
        hello = self._companion.hello
        if hello is None:
            return (Heading(_("Your glasses")), Words(_("They have not spoken since the app started."), quiet=True))
        modes = {"locked": _("locked"), "development": _("set up for development")}
        return (
            Heading(_("Your glasses")),
            Reading(_("Board"), hello.board),
            Reading(_("Firmware"), hello.firmware),
            Reading(_("Set up as"), modes.get(hello.mode, hello.mode)),
            Reading(_("Light"), hello.level),
            Reading(_("Records"), str(hello.journal_count)),
        )


def _version() -> str:
    """Of the installed app; a checkout that nobody installed has none."""
    try:
        return metadata.version("plainsight")
    except metadata.PackageNotFoundError:
        return _("not installed")
