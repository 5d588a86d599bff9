"""Bounds of what an owner types about an endpoint: a model's name, an API key, a dialect's version."""

from __future__ import annotations

import re

from companion_app.sharing.errors import BadKey, BadModelName, BadVersion

_MAX_MODEL_CHARACTERS = 100
_MAX_KEY_CHARACTERS = 500
_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def check_model(model: str) -> str:
    """`model` again. Raises BadModelName."""
    if not 1 <= len(model) <= _MAX_MODEL_CHARACTERS or not model.isprintable():
        raise BadModelName(length=len(model))
    return model


def check_key(key: str | None) -> str | None:
    """`key` again, which can stand in a header. Raises BadKey, which does not quote it."""
    if key is not None and not (1 <= len(key) <= _MAX_KEY_CHARACTERS and key.isascii() and key.isprintable()):
        raise BadKey(length=len(key))
    return key


def check_version(version: str) -> str:
    """`version` again, a date in form. Raises BadVersion."""
    if not _VERSION.fullmatch(version):
        raise BadVersion(length=len(version))
    return version
