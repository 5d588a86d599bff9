"""Which program answers at an address of this computer, told by the shape of what it says to questions without content.

Read, not asked here: docs/endpoints.md names the page of each shape. Whatever is learned is the program's own word.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from companion_app.plain_text import plain_text
from companion_app.sharing.cards import Found

# In this order, for llama.cpp's server answers Ollama's questions too.
PATHS = ("/props", "/api/tags", "/api/v0/models", "/v1/models")
UNKNOWN_PROGRAM = "an unknown program"
_MAX_HOST_CHARACTERS = 100
_NOBODY = "somebody it does not name"

Get = Callable[[str], Awaitable[bytes | None]]


async def identify(get: Get, model: str, today: str) -> Found:
    """Ask `get` path by path (None: no answer there) until a program is known; `today`: ISO date of the asking."""
    for path, known in zip(PATHS, (_llama_cpp, _ollama, _lm_studio, _vllm), strict=True):
        answer = _object(await get(path))
        found = None if answer is None else known(answer, model, today)
        if found is not None:
            return found
    return Found(UNKNOWN_PROGRAM, on=today)


def _llama_cpp(answer: Mapping[str, Any], _model: str, today: str) -> Found | None:
    if "default_generation_settings" in answer and "build_info" in answer:
        return Found("llama.cpp's server", runs_here=True, on=today)
    return None


def _ollama(answer: Mapping[str, Any], model: str, today: str) -> Found | None:
    """Its list names the host of each model that it passes on; one that it does not list it may pass on too."""
    rows = _rows(answer.get("models"))
    if rows is None or not all("digest" in row for row in rows):
        return None
    for row in rows:
        if _same_model(model, row):
            forwards_to = _host(row) if row.get("remote_host") or row.get("remote_model") else ""
            return Found("Ollama", forwards_to, runs_here=not forwards_to, on=today)
    return Found("Ollama, which does not list this model and may pass it on to its cloud", on=today)


def _lm_studio(answer: Mapping[str, Any], _model: str, today: str) -> Found | None:
    rows = _rows(answer.get("data"))
    if rows and all("compatibility_type" in row for row in rows):
        return Found("LM Studio", runs_here=True, on=today)
    return None


def _vllm(answer: Mapping[str, Any], _model: str, today: str) -> Found | None:
    rows = _rows(answer.get("data"))
    if rows and all(row.get("owned_by") == "vllm" for row in rows):
        return Found("vLLM", runs_here=True, on=today)
    return None


def _same_model(model: str, row: Mapping[str, Any]) -> bool:
    """Ollama takes a name without a tag for its "latest"."""
    name = row.get("model", row.get("name"))
    return name == model or name == model + ":latest"


def _host(row: Mapping[str, Any]) -> str:
    address = row.get("remote_host")
    if not isinstance(address, str):
        return _NOBODY
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    # The terms are lines: what a program says must not add one.
    return " ".join(plain_text(host or address, _MAX_HOST_CHARACTERS).split()) or _NOBODY


def _rows(value: object) -> list[dict[str, Any]] | None:
    if not isinstance(value, list):
        return None
    rows = cast("list[object]", value)
    return cast("list[dict[str, Any]]", rows) if all(isinstance(row, dict) for row in rows) else None


def _object(answer: bytes | None) -> dict[str, Any] | None:
    try:
        value: Any = None if answer is None else json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None
