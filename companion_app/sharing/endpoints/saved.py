"""Endpoints that the owner keeps between runs: address, model and the name of the variable that holds the key."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from companion_app.files import private_folder, write_json
from companion_app.sharing.endpoints.openai_compatible import DEFAULT_MODEL, OpenAICompatible
from companion_app.sharing.errors import SharingError

_FILE = "endpoints.json"
_MAX_FILE_BYTES = 64 << 10
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SavedEndpoint:
    """An OpenAI-compatible endpoint as kept on disk; the key itself is never written, only its variable's name."""

    base_url: str
    model: str = DEFAULT_MODEL
    key_variable: str | None = None

    def open(self, environment: Mapping[str, str] = os.environ) -> OpenAICompatible:
        """The adapter. Raises BadAddress, BadModelName, BadKey."""
        key = environment.get(self.key_variable) if self.key_variable else None
        return OpenAICompatible(self.base_url, self.model, key or None)


def load(folder: Path) -> list[SavedEndpoint]:
    """What was kept and can be opened; the rest is left out and logged, for the app works without it."""
    try:
        with (folder / _FILE).open("rb") as file:
            rows: Any = json.loads(file.read(_MAX_FILE_BYTES))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("saved endpoints are unreadable: %s", type(error).__name__)
        return []
    found: list[SavedEndpoint] = []
    for row in cast("list[Any]", rows) if isinstance(rows, list) else []:
        try:
            saved = SavedEndpoint(**row)
            saved.open()
        except (SharingError, TypeError, AttributeError) as error:
            _log.warning("a saved endpoint is left out: %s", type(error).__name__)
            continue
        found.append(saved)
    return found


def save(folder: Path, endpoints: Iterable[SavedEndpoint]) -> None:
    """Replace what was kept. Raises OSError."""
    write_json(private_folder(folder) / _FILE, [asdict(endpoint) for endpoint in endpoints])
