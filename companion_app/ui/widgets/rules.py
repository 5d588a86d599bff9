"""Loads the kv file beside a module, once, when the module is imported."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder


def load_beside(module_file: str) -> None:
    """Load the rules of `module_file`'s neighbour with the suffix .kv."""
    Builder.load_file(str(Path(module_file).with_suffix(".kv")))
