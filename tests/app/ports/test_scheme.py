"""Light or dark as the system is: the portal's answers, and systems that cannot be asked."""

from __future__ import annotations

from typing import Any

import pytest
from dbus_fast import Variant

from companion_app.ports.scheme import is_dark, system_is_dark


@pytest.mark.parametrize(
    ("answer", "dark"),
    [
        (Variant("u", 1), True),
        (Variant("v", Variant("u", 1)), True),
        (Variant("v", Variant("u", 2)), False),
        (Variant("u", 0), False),
        (Variant("s", "1"), False),
        (None, False),
    ],
)
def test_only_the_number_for_dark_is_dark(answer: Any, dark: bool) -> None:
    assert is_dark(answer) is dark


@pytest.mark.parametrize("address", ["", "nonsense", "unix:path=/nowhere/at/all"])
async def test_a_desktop_that_cannot_be_asked_is_light(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    assert not await system_is_dark()
