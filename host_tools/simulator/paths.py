"""Where the simulator finds the firmware and its own stand-ins."""

from __future__ import annotations

from pathlib import Path

SIMULATOR = Path(__file__).resolve().parent
STANDINS = SIMULATOR / "standins"
REPOSITORY = SIMULATOR.parent.parent
FIRMWARE = REPOSITORY / "firmware"


def board_folder(board: str) -> Path:
    """The drivers, pin table and main.py of one board."""
    return FIRMWARE / "boards" / board
