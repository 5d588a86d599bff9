"""The app's rooms behind an open vault: one set of sealed files for each service."""

from __future__ import annotations

from pathlib import Path

from companion_app.paths import Paths
from companion_app.vault import SealedFiles, Vault


class Rooms:
    """All below `vault.folder`. What a crash left of unfinished writes is cleared when a room is made."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        paths = self.paths = Paths(vault.folder)
        self.keys = _room(vault, paths.keys)
        self.gallery = _room(vault, paths.gallery)
        self.questions = _room(vault, paths.questions)
        self.arriving = _room(vault, paths.arriving)
        self.ledger = _room(vault, paths.ledger)
        self.journals = _room(vault, paths.journals)
        self.heads = _room(vault, paths.heads)
        self.sharing = _room(vault, paths.sharing)


def _room(vault: Vault, folder: Path) -> SealedFiles:
    files = SealedFiles(vault, folder)
    files.clear_unfinished()
    return files
