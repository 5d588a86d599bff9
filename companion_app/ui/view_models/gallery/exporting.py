"""Opened copies of pictures, in a folder of the owner's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from companion_app.companion import Companion
from companion_app.gallery import Picture
from companion_app.language import _, ngettext
from companion_app.ui.view_models.taking_out import TakingOutModel, Tell


def exporting(companion: Companion, pictures: Sequence[Picture]) -> TakingOutModel:
    """What the sheet is about."""

    async def take(folder: Path, _form: str, tell: Tell) -> str:
        made = await companion.export(pictures, folder, tell)
        written = ngettext(
            "{n} picture is in {folder}.", "{n} pictures are in {folder}.", len(made.files), folder=folder
        )
        if not made.failed:
            return written
        left = ngettext("{n} could not be opened.", "{n} could not be opened.", len(made.failed))
        return _("{written} {left}", written=written, left=left)

    return TakingOutModel(
        ngettext("Export {n} picture", "Export {n} pictures", len(pictures)),
        _(
            "The copies lie open in the folder that you name: this app does not protect them, and deleting a picture "
            "here does not delete its copy there. That you exported them stands in the ledger, without the folder."
        ),
        take,
    )
