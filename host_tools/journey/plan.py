"""What one run of the main job shall do: scene, question, endpoint, proof level and the fault to meet."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from host_tools.exits import MissingTool

LEVELS = ("software", "current", "optical")
FAULTS = ("led-open", "led-short", "led-covered", "link-drop")
LOCAL = "local"
DEFAULT_QUESTION = "How many people are in the picture?"
DEFAULT_PROFILE = "phone_30ms"

_PHOTO_PACKAGE = "matplotlib"
_PHOTO_NAME = "grace_hopper.jpg"


@dataclass(frozen=True)
class Plan:
    """One run. `endpoint` is `local` or a URL; `fault` is one of FAULTS or None; `purpose` None is the usual one."""

    photo: Path
    question: str = DEFAULT_QUESTION
    endpoint: str = LOCAL
    level: str = "optical"
    fault: str | None = None
    profile: str = DEFAULT_PROFILE
    purpose: str | None = None


def default_photo() -> Path:
    """The photograph of Grace Hopper (public domain) that an installed package ships. Raises MissingTool."""
    try:
        files = metadata.files(_PHOTO_PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == _PHOTO_NAME:
            return Path(str(file.locate()))
    raise MissingTool(_PHOTO_NAME, f"package {_PHOTO_PACKAGE} should hold it; run make setup, or use --photo")
