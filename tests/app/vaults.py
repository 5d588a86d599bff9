"""Vaults for tests: the key lies beside, so that opening costs nothing."""

from __future__ import annotations

from pathlib import Path

from companion_app.vault import KeyBeside, SealedFiles, Vault


def vault_in(folder: Path) -> Vault:
    """The open vault of `folder`, made at the first call."""
    return Vault.open(folder, KeyBeside()) if Vault.exists(folder) else Vault.create(folder, KeyBeside())


def room(folder: Path) -> SealedFiles:
    """The sealed files of a room whose vault lies in the folder above it."""
    return SealedFiles(vault_in(folder.parent), folder)
