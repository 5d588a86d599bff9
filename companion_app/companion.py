"""The one object that screens and tools hold: every service of the app, and the acts that need several of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from companion_app.gallery import Picture
from companion_app.ledger import Ledger
from companion_app.link.connection import Connection
from companion_app.onboarding import Onboarding
from companion_app.paths import Paths


class Companion:
    """Open with `await Companion.open(folder)`; close with `await close()`."""

    connection: Connection
    onboarding: Onboarding
    ledger: Ledger

    @classmethod
    async def open(cls, folder: Path, *, clock: Callable[[], float] = time.time) -> Companion:
        """Load or create everything below `folder`."""
        self = cls()
        paths = Paths(folder)
        self.connection = Connection()
        self.ledger = Ledger(paths.ledger, paths.heads, clock)
        self.onboarding = Onboarding(self.ledger)
        return self

    async def close(self) -> None:
        """Disconnect and stop every task."""

    @property
    def paired(self) -> bool:
        """True when some glasses are pinned."""
        raise NotImplementedError

    async def pair(self, code: str, name: str) -> None:
        """Pair by QR text or typed code while the glasses' window is open; connected afterwards."""
        raise NotImplementedError

    async def connect(self) -> None:
        """Find the paired glasses and open a session."""
        raise NotImplementedError

    async def disconnect(self) -> None:
        """End the session."""
        raise NotImplementedError

    async def capture(self) -> Picture:
        """Take a photograph, fetch, unseal and store it."""
        raise NotImplementedError

    async def sync(self) -> list[Picture]:
        """Import what the glasses hold and the gallery does not."""
        raise NotImplementedError

    async def delete(self, picture: Picture) -> None:
        """Delete here and on the glasses; recorded, and the picture's salt is dropped."""
        raise NotImplementedError

    def on_picture(self, callback: Callable[[Picture], None]) -> Callable[[], None]:
        """Call back for each picture that arrives, however it was triggered."""
        raise NotImplementedError

    def on_refusal(self, callback: Callable[[Any], None]) -> Callable[[], None]:
        """Call back with `Refusal(reason, trigger, detail)` when the glasses refused a trigger (button, timer…)."""
        raise NotImplementedError

    def link_info(self) -> dict[str, Any]:
        """mtu, goodput_bytes_per_s, bytes_sent_twice, …"""
        raise NotImplementedError
