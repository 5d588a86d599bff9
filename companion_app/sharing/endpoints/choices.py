"""What the owner chose about sharing and keeps between runs: where they are, and who is asked unless they say else."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import Any, cast

from companion_app.sharing import region as regions
from companion_app.sharing.cards import LOCAL_ID
from companion_app.sharing.errors import BadRegion
from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

_FILE = "choices.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choices:
    """`region`: a code of region.py, None while not said; `default`: a card's id."""

    region: str | None = None
    default: str = LOCAL_ID


def load(files: SealedFiles) -> Choices:
    """What was kept. Whatever cannot be read counts as not said: the strictest region, and this device."""
    try:
        row = files.read_json(_FILE)
    except FileNotFoundError:
        return Choices()
    except (OSError, SealBroken) as error:
        _log.warning("choices about sharing are unreadable: %s", type(error).__name__)
        return Choices()
    kept = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
    default = kept.get("default")
    return Choices(_region(kept.get("region")), default if isinstance(default, str) else LOCAL_ID)


def save(files: SealedFiles, choices: Choices) -> None:
    """Replace what was kept. Raises OSError."""
    files.write_json(_FILE, asdict(choices))


def _region(code: object) -> str | None:
    try:
        return regions.parse(code) if isinstance(code, str) else None
    except BadRegion:
        return None
