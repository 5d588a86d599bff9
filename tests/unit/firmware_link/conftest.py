"""Glasses on a folder, and a clock that stands still."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.firmware_link.glasses_side import Glasses
from tests.unit.firmware_link.manual_clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def glasses(tmp_path: Path, clock: ManualClock) -> Glasses:
    return Glasses(tmp_path, clock)
