"""Clocks that jump both ways: a yes lasts five minutes by every clock there is, and records keep their order."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion_app.sharing.errors import ReceiptExpired
from companion_app.sharing.receipt import VALID_S
from companion_app.sharing.shares import shares_in
from tests.app.sharing.conftest import NOON_S, App

pytestmark = pytest.mark.promise(2)

_seconds = st.integers(-10 * VALID_S, 10 * VALID_S)


async def test_a_wall_clock_set_back_all_the_time_does_not_stretch_a_yes(app: App) -> None:
    receipt = app.agreed()
    app.steady.now_s += VALID_S

    with pytest.raises(ReceiptExpired):
        await app.sharing.send(receipt)

    assert app.echo.asked == []
    assert app.ledger.entries()[-1].data["reason"] == "ReceiptExpired"


async def test_a_steady_clock_that_stood_still_while_the_device_slept_does_not_either(app: App) -> None:
    receipt = app.agreed()
    app.clock.now_s += VALID_S

    with pytest.raises(ReceiptExpired):
        await app.sharing.send(receipt)

    assert app.echo.asked == []


async def test_both_clocks_within_the_time_send(app: App) -> None:
    receipt = app.agreed()
    app.clock.now_s += VALID_S - 1
    app.steady.now_s += VALID_S - 1

    await app.sharing.send(receipt)

    assert len(app.echo.asked) == 1


@given(wall_s=_seconds, steady_s=st.integers(0, 2 * VALID_S))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_nothing_is_sent_unless_both_say_that_it_is_fresh(app: App, wall_s: int, steady_s: int) -> None:
    app.clock.now_s, app.steady.now_s = NOON_S, 1000.0
    asked = len(app.echo.asked)
    receipt = app.agreed()
    app.clock.now_s, app.steady.now_s = NOON_S + wall_s, 1000.0 + steady_s
    fresh = 0 <= wall_s < VALID_S and steady_s < VALID_S
    try:
        await app.sharing.send(receipt)
    except ReceiptExpired:
        assert not fresh
    else:
        assert fresh

    assert len(app.echo.asked) == asked + fresh


async def test_shares_stand_in_the_order_they_happened_whatever_the_clock_said(app: App, tmp_path: Path) -> None:
    del tmp_path
    questions = ["first", "second", "third"]
    for question, jump_s in zip(questions, (0, -86_400, 400_000), strict=True):
        app.clock.now_s = NOON_S + jump_s
        await app.sharing.send(app.agreed(question=question))

    assert [share.question for share in shares_in(app.ledger.entries())] == ["third", "second", "first"]
    assert app.ledger.verify().intact
