"""Fixtures of these tests: the power, and a disk that need not be waited for."""

from __future__ import annotations

from tests.unit.firmware_capture.conftest import _quick_disk as _quick_disk
from tests.unit.firmware_capture.cuts import power as power
