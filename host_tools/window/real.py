"""The window over this computer's own Bluetooth adapter: nothing is simulated and nothing is guided."""

from __future__ import annotations

from pathlib import Path

from companion_app import main as companion_window
from companion_app.paths import default_folder
from host_tools.exits import Exit
from host_tools.worn.errors import in_words


async def run_window(folder: Path | None) -> int:
    """Open the window on the app's own data; returns when it is closed. Raises HostError."""
    with in_words():
        await companion_window.main(folder or default_folder())
    return Exit.OK
