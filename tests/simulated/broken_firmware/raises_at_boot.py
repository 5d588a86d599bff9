"""Broken on purpose: the release lacks a module, so the program ends before it begins."""

from plainsight import (
    start,  # noqa: F401
    that_was_never_deployed,  # noqa: F401
)
