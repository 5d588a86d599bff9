"""How the wearer wants the window: what must be known before anything is unlocked, and so lies in a plain file.

Nothing of this says anything about pictures, glasses or people.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from companion_app.files import private_folder, write_json
from companion_app.ui.theme.appearance import MAX_FONT_SCALE, MIN_FONT_SCALE, Appearance
from companion_app.ui.view_models.observable import Observable

FILE = "window.json"
FONT_SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)
LOCK_MINUTES = (1, 5, 15, 60, 0)  # 0: never by itself
_MOST_BYTES = 4096
_MOST_MINUTES = 24 * 60

_log = logging.getLogger(__name__)


class Scheme(StrEnum):
    """Light or dark, or as the system is."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Preferences:
    """`language`: a code of companion_app.language, empty as the system; `lock_after_min`: 0 for never by itself."""

    scheme: Scheme = Scheme.SYSTEM
    high_contrast: bool = False
    font_scale: float = 1.0
    language: str = ""
    spoken_focus: bool = False
    lock_after_min: int = 15

    @classmethod
    def of(cls, appearance: Appearance) -> Preferences:
        """Those that give this appearance, whatever the system is like."""
        scheme = Scheme.DARK if appearance.dark else Scheme.LIGHT
        return cls(scheme, appearance.high_contrast, min(max(appearance.font_scale, MIN_FONT_SCALE), MAX_FONT_SCALE))


def read_preferences(path: Path) -> Preferences:
    """What stands in the file; what is missing, damaged or out of bounds is as usual."""
    try:
        with path.open("rb") as file:
            value: object = json.loads(file.read(_MOST_BYTES))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("the window's settings cannot be read, and are as usual: %r", error)
        return Preferences()
    return _believed(cast("dict[str, Any]", value) if isinstance(value, dict) else {})


class PreferencesModel(Observable):
    """`value` is what holds; `change` keeps it in the file, and in this run where the file cannot be written."""

    def __init__(self, value: Preferences, path: Path | None = None) -> None:
        super().__init__()
        self.value = value
        self.kept = True
        self.system_is_dark = False
        self._path = path

    @classmethod
    def open(cls, folder: Path) -> PreferencesModel:
        """As they stand in the app's folder."""
        return cls(read_preferences(folder / FILE), folder / FILE)

    @property
    def appearance(self) -> Appearance:
        """What the window is to look like now."""
        scheme = self.value.scheme
        dark = self.system_is_dark if scheme is Scheme.SYSTEM else scheme is Scheme.DARK
        return Appearance(dark, self.value.high_contrast, self.value.font_scale)

    def change(self, **changes: Any) -> None:
        """Fields of Preferences, in force at once; `kept` is False where only this run knows of them."""
        self.value = _believed({**asdict(self.value), **changes})
        if self._path is not None:
            try:
                private_folder(self._path.parent)
                write_json(self._path, asdict(self.value))
                self.kept = True
            except OSError as error:
                _log.warning("the window's settings could not be kept: %r", error)
                self.kept = False
        self.changed()

    def system_became(self, *, dark: bool) -> None:
        """What the system says of light and dark."""
        if dark != self.system_is_dark:
            self.system_is_dark = dark
            self.changed()


_BELIEVED: dict[str, Callable[[Any], bool]] = {
    "scheme": lambda value: value in list(Scheme),
    "high_contrast": lambda value: type(value) is bool,
    "font_scale": lambda value: type(value) in (int, float) and MIN_FONT_SCALE <= value <= MAX_FONT_SCALE,
    "language": lambda value: type(value) is str and len(value) <= 16,
    "spoken_focus": lambda value: type(value) is bool,
    "lock_after_min": lambda value: type(value) is int and 0 <= value <= _MOST_MINUTES,
}


def _believed(found: dict[str, Any]) -> Preferences:
    known = [field.name for field in fields(Preferences)]
    good = {name: found[name] for name in known if name in found and _BELIEVED[name](found[name])}
    if "scheme" in good:
        good["scheme"] = Scheme(good["scheme"])
    return replace(Preferences(), **good)
