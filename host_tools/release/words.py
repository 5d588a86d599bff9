"""The keyword model that goes with an application: the one that ships, or an own phrase in its place."""

from __future__ import annotations

from pathlib import Path

from plainsight.keyword import model, words
from plainsight.keyword.errors import BadModel

from host_tools.release.errors import KeywordRefused


def model_files(firmware: Path, own: Path | None) -> dict[str, bytes]:
    """Path in a slot to content: `own`, where one is named, else the model of `firmware`, where it has one.

    Read as the glasses read it. Raises KeywordRefused.
    """
    shipped = firmware / words.SHIPPED
    if own is not None:
        return {words.OWN: check(own)}
    return {words.SHIPPED: check(shipped)} if shipped.exists() else {}


def check(path: Path) -> bytes:
    """The content of a model that the glasses can use. Raises KeywordRefused."""
    try:
        content = path.read_bytes()
        model.read(content)
    except OSError as error:
        raise KeywordRefused(path, error.strerror or str(error)) from error
    except BadModel as bad:
        raise KeywordRefused(path, str(bad)) from bad
    if len(content) > words.MOST_BYTES:
        raise KeywordRefused(path, f"it has {len(content)} bytes, the glasses take {words.MOST_BYTES}")
    return content
