"""Endpoints that the owner keeps between runs: address, dialect, model, plan, the name of the variable that holds the
key, and what a probe found. The key itself is never written."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from companion_app.sharing.address import parse
from companion_app.sharing.cards import OPENAI_COMPATIBLE, Found, Plan, Terms
from companion_app.sharing.endpoints import anthropic, openai_compatible
from companion_app.sharing.endpoints.anthropic import Anthropic
from companion_app.sharing.endpoints.openai_compatible import OpenAICompatible
from companion_app.sharing.errors import BadKind, SharingError
from companion_app.vault import SealedFiles
from companion_app.vault.errors import SealBroken

KINDS = (OPENAI_COMPATIBLE, anthropic.KIND)
_FILE = "endpoints.json"
_ANTHROPIC_HOST = "api.anthropic.com"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SavedEndpoint:
    """An endpoint as kept on disk; an empty model or version is the dialect's usual one. `kind`: one of KINDS."""

    base_url: str
    model: str = ""
    key_variable: str | None = None
    kind: str = OPENAI_COMPATIBLE
    plan: str = ""
    version: str = ""
    found: Found | None = None

    @property
    def model_name(self) -> str:
        """The model that is asked for."""
        usual = anthropic.DEFAULT_MODEL if self.kind == anthropic.KIND else openai_compatible.DEFAULT_MODEL
        return self.model or usual

    def open(self, environment: Mapping[str, str] = os.environ, key: str | None = None) -> OpenAICompatible | Anthropic:
        """The adapter; `key` goes before the variable. Raises BadAddress, BadModelName, BadKey, BadVersion, BadKind."""
        if key is None and self.key_variable:
            key = environment.get(self.key_variable) or None
        if self.plan not in set(Plan):
            raise BadKind(kind=self.plan)
        terms = Terms(Plan(self.plan), self.found)
        if self.kind == anthropic.KIND:
            version = self.version or anthropic.DEFAULT_VERSION
            return Anthropic(self.base_url, self.model_name, key, version=version, terms=terms)
        if self.kind != OPENAI_COMPATIBLE:
            raise BadKind(kind=self.kind)
        return OpenAICompatible(self.base_url, self.model_name, key, terms=terms)


def kind_of(base_url: str) -> str:
    """The dialect of an address that was given without one. Raises BadAddress."""
    address = parse(base_url)
    speaks_messages = address.host == _ANTHROPIC_HOST or address.path.endswith("/v1/messages")
    return anthropic.KIND if speaks_messages else OPENAI_COMPATIBLE


def load(files: SealedFiles) -> list[SavedEndpoint]:
    """What was kept and can be opened; the rest is left out and logged, for the app works without it."""
    try:
        rows = files.read_json(_FILE)
    except FileNotFoundError:
        return []
    except (OSError, SealBroken) as error:
        _log.warning("saved endpoints are unreadable: %s", type(error).__name__)
        return []
    found: list[SavedEndpoint] = []
    for row in cast("list[Any]", rows) if isinstance(rows, list) else []:
        try:
            saved = _read(row)
            saved.open()
        except (SharingError, TypeError, AttributeError) as error:
            _log.warning("a saved endpoint is left out: %s", type(error).__name__)
            continue
        found.append(saved)
    return found


def save(files: SealedFiles, endpoints: Iterable[SavedEndpoint]) -> None:
    """Replace what was kept. Raises OSError."""
    files.write_json(_FILE, [asdict(endpoint) for endpoint in endpoints])


def _read(row: dict[str, Any]) -> SavedEndpoint:
    """Raises TypeError, AttributeError for what is no row."""
    words = _words({name: value for name, value in row.items() if name != "found"})
    finding = row.get("found")
    return SavedEndpoint(**words, found=None if finding is None else _finding(finding))


def _finding(row: dict[str, Any]) -> Found:
    runs_here = row.get("runs_here")
    words = _words({name: value for name, value in row.items() if name != "runs_here"})
    return Found(**words, runs_here=runs_here is True)


def _words(values: dict[str, Any]) -> dict[str, Any]:
    if not all(value is None or isinstance(value, str) for value in values.values()):
        raise TypeError("a setting holds words")
    return values
