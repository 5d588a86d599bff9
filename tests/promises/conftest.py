"""Glasses and phone as they come home: made once, copied for each test."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.promises.rig import Home, make_home


@pytest.fixture(scope="session")
def paired_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Paired by a held button and the QR's text; not to be changed."""
    return asyncio.run(make_home(tmp_path_factory.mktemp("paired") / "home", paired=True))


@pytest.fixture(scope="session")
def provisioned_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Provisioned, never started; not to be changed."""
    return asyncio.run(make_home(tmp_path_factory.mktemp("new") / "home", paired=False))


@pytest.fixture
def home(paired_once: Home, tmp_path: Path) -> Home:
    """Paired glasses and their phone, for this test alone."""
    return paired_once.copy(tmp_path / "home")


@pytest.fixture
def new_home(provisioned_once: Home, tmp_path: Path) -> Home:
    """Provisioned glasses and a phone that was never opened, for this test alone."""
    return provisioned_once.copy(tmp_path / "home")
