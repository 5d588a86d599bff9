"""The `answers` extra is optional: its packages are looked for when first needed, never at import."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from types import ModuleType

from companion_app.seeing.errors import AnswersNotInstalled


def load(module: str) -> ModuleType:
    """Import a package of the extra. Raises AnswersNotInstalled."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise AnswersNotInstalled(error.name or module) from error


def file_of(module: str, *parts: str) -> Path:
    """A file that rides inside an installed package, found without running the package. Raises AnswersNotInstalled."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise AnswersNotInstalled(module)
    path = Path(spec.origin).parent.joinpath(*parts)
    if not path.is_file():
        raise AnswersNotInstalled(module)
    return path
