"""Fixtures of these tests."""

from __future__ import annotations

import os

import pytest

from tests.unit.firmware_capture.cuts import power as power


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests cut the power of the program, not of the computer they run on: no need to wait for its disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
