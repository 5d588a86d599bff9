"""Where the app keeps things: one folder, one room for each service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path


def default_folder() -> Path:
    """The platform's place for this app's data."""
    return user_data_path("plainsight", appauthor=False)


@dataclass(frozen=True)
class Paths:
    """The rooms below the app's folder."""

    folder: Path

    @property
    def keys(self) -> Path:
        """Owner's key, phone's TLS key and certificate, pinned glasses."""
        return self.folder / "keys"

    @property
    def gallery(self) -> Path:
        """Pictures and clips, sealed."""
        return self.folder / "gallery"

    @property
    def library(self) -> Path:
        """The database: what is known of pictures, words seen in them, places, questions."""
        return self.folder / "library"

    @property
    def questions(self) -> Path:
        """The sound of voice questions, where the owner lets it be kept."""
        return self.folder / "questions"

    @property
    def arriving(self) -> Path:
        """Sealed bytes of unfinished imports, and thumbnails of what still waits on the glasses."""
        return self.folder / "arriving"

    @property
    def ledger(self) -> Path:
        """The app's own records."""
        return self.folder / "ledger"

    @property
    def journals(self) -> Path:
        """Copies of the glasses' journals."""
        return self.folder / "journals"

    @property
    def heads(self) -> Path:
        """The second place: counts and heads of ledger and journals, apart from the records."""
        return self.folder / "heads"

    @property
    def sharing(self) -> Path:
        """What sharing keeps."""
        return self.folder / "sharing"
