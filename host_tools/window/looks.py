"""The looks in which every screen is pictured, and the camera that goes through them at each station."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from companion_app.ui.environment import PHONE_SIZE_DP
from companion_app.ui.view_models.preferences import Scheme

_FRAMES_TO_FOLLOW = 3  # a change of size or of language reaches the last line of text after so many


@dataclass(frozen=True)
class Sight:
    """Preferences that differ from the usual ones, and the size of the window."""

    preferences: Mapping[str, Any] = field(default_factory=dict[str, Any])
    size: tuple[int, int] = PHONE_SIZE_DP


USUAL: Mapping[str, Any] = {"scheme": Scheme.LIGHT, "high_contrast": False, "font_scale": 1.0, "language": "en"}
LOOKS: Mapping[str, Sight] = {
    "light": Sight(),
    "dark": Sight({"scheme": Scheme.DARK}),
    "large": Sight({"font_scale": 2.0}, (360, 740)),
    "contrast": Sight({"scheme": Scheme.DARK, "high_contrast": True}),
    "german": Sight({"language": "de"}),
    "arabic": Sight({"language": "ar"}),
    "wide": Sight({}, (1180, 820)),
}


class Camera:
    """`shoot(name)` saves what the window shows in each look, under a number that counts the stations."""

    def __init__(self, app: Any, into: Path, looks: Sequence[str], tell: Callable[[str], None]) -> None:
        self._app = app
        self._into = into
        self._looks = looks
        self._tell = tell
        self._count = 0

    async def shoot(self, name: str) -> None:
        """The station as it is now; the window is as usual again afterwards."""
        self._count += 1
        for look in self._looks:
            await self._dress(LOOKS[look])
            self._app.save_screenshot(self._into / look / f"{self._count:02d}-{name}.png")
        await self._dress(LOOKS["light"])
        self._tell(f"saved {self._count:02d}-{name}.png in {', '.join(self._looks)}")

    async def _dress(self, sight: Sight) -> None:
        from kivy.core.window import Window

        self._app.door.preferences.change(**{**USUAL, **sight.preferences})
        if tuple(Window.size) != sight.size:
            Window.size = sight.size
            while tuple(Window.size) != sight.size:  # noqa: ASYNC110 (the window tells nobody)
                await asyncio.sleep(0)
        for _frame in range(_FRAMES_TO_FOLLOW):
            await self._app.settled()
