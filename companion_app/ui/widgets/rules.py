"""Loads the kv file beside a module, once, when the module is imported. Every rule may say `_("…")`."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.lang.parser import global_idmap

from companion_app.language import _

global_idmap["_"] = _


def load_beside(module_file: str) -> None:
    """Load the rules of `module_file`'s neighbour with the suffix .kv."""
    Builder.load_file(str(Path(module_file).with_suffix(".kv")))
