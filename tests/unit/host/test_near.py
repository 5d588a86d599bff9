"""Pairing waits for a hand on the button, for as long as the glasses' window would stay open."""

from __future__ import annotations

import socket
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any, cast

import pytest

from companion_app.companion import Companion
from companion_app.link.errors import GlassesNotFound, NotAdmitted
from host_tools.exits import LinkError, UsageError
from host_tools.worn import near
from host_tools.worn.air import radio


class Looking:
    """An app that finds no glasses `misses` times; `ends` is what the next search comes to."""

    def __init__(self, misses: int, ends: Exception | None = None, *, paired: bool = False) -> None:
        self.paired = paired
        self.searches = 0
        self._misses = misses
        self._ends = ends

    async def pair(self, code: str, name: str) -> None:
        assert (code, name) == ("CODE", "me")
        self.searches += 1
        if self.searches <= self._misses:
            raise GlassesNotFound(15.0, pairing=True)
        if self._ends is not None:
            raise self._ends


async def pair(app: Looking, air: str | Path = "system") -> list[str]:
    told: list[str] = []
    await near.pair(cast(Companion, cast(Any, app)), air, "CODE", "me", told.append)
    return told


async def test_a_person_is_told_once_and_waited_for() -> None:
    app = Looking(3)
    (told,) = await pair(app)
    assert "hold the glasses' button" in told
    assert app.searches == 4


async def test_after_two_minutes_nobody_is_there() -> None:
    app = Looking(99)
    with pytest.raises(GlassesNotFound):
        await pair(app)
    assert app.searches * 15 == 120


async def test_a_refusal_is_not_asked_for_again() -> None:
    app = Looking(1, NotAdmitted())
    with pytest.raises(NotAdmitted):
        await pair(app)
    assert app.searches == 2


async def test_paired_glasses_are_not_replaced_in_passing() -> None:
    app = Looking(0, paired=True)
    with pytest.raises(UsageError, match="--folder"):
        await pair(app)
    assert app.searches == 0


async def test_virtual_glasses_without_a_world_have_nobody_to_hold_their_button(tmp_path: Path) -> None:
    app = Looking(0)
    with pytest.raises(LinkError, match="nobody can hold"):
        await pair(app, tmp_path / "hci")
    assert app.searches == 0


def test_the_air_is_a_word_or_a_socket(tmp_path: Path) -> None:
    assert (radio("virtual"), radio("system")) == ("virtual", "system")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "hci"))
        assert radio(str(tmp_path / "hci")) == tmp_path / "hci"
    (tmp_path / "file").touch()
    for text in ("bluetooth", str(tmp_path / "file"), str(tmp_path / "none")):
        with pytest.raises(ArgumentTypeError, match="plainsight simulate"):
            radio(text)
