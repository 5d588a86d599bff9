"""What the owner calls their glasses. Kept on this phone alone: the glasses themselves say no name to anybody."""

from __future__ import annotations

import logging
from typing import Any, cast

from companion_app.control.errors import BadName
from companion_app.plain_text import plain_text
from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

MOST_CHARACTERS = 40
_FILE = "names.json"
_log = logging.getLogger(__name__)


class GlassesNames:
    """Names by the glasses' short name in records."""

    def __init__(self, files: SealedFiles) -> None:
        self._files = files
        self._names = _load(files)

    def of(self, glasses: str) -> str:
        """The name that the owner gave, "" where they gave none."""
        return self._names.get(glasses, "")

    def give(self, glasses: str, name: str) -> str:
        """Call them so, or take the name back ("" or blanks); returns what is kept. Raises BadName, OSError."""
        name = " ".join(name.split())
        if len(name) > MOST_CHARACTERS or plain_text(name, MOST_CHARACTERS) != name:
            raise BadName(name[:MOST_CHARACTERS], MOST_CHARACTERS)
        names = {known: kept for known, kept in self._names.items() if known != glasses}
        if name:
            names[glasses] = name
        self._files.write_json(_FILE, {"names": names})
        self._names = names
        return name


def _load(files: SealedFiles) -> dict[str, str]:
    """Names are for reading only: where they are lost, the glasses are called as if they had none."""
    try:
        value: object = files.read_json(_FILE)
    except FileNotFoundError:
        return {}
    except (SealBroken, ValueError) as error:
        _log.warning("the names of the glasses are unreadable: %s", type(error).__name__)
        return {}
    rows = cast("dict[str, Any]", value).get("names") if isinstance(value, dict) else None
    kept = cast("dict[str, Any]", rows) if isinstance(rows, dict) else {}
    return {glasses: name for glasses, name in kept.items() if isinstance(name, str)}
