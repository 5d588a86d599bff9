"""The virtual probe's relays and flap move when real ones would have."""

from __future__ import annotations

from host_tools.simulator.probe.parts import Flap, Relay
from host_tools.simulator.world.agenda import Agenda
from tests.unit.simulator.conftest import Clock

DUTY = 65535
BEGUN_US = Clock().us
OPEN_DUTY, COVERED_DUTY = DUTY // 20, DUTY // 10  # 1 ms and 2 ms of the 20 ms at 50 Hz


def go_to(agenda: Agenda, clock: Clock, us: int) -> None:
    """So many microseconds after the beginning."""
    clock.us = BEGUN_US + us
    assert agenda.now_us == clock.us


async def test_a_contact_follows_its_coil_after_3_ms(agenda: Agenda, clock: Clock) -> None:
    moves: list[bool] = []
    relay = Relay(agenda, lambda: moves.append(relay.closed))
    relay.coil(True)
    go_to(agenda, clock, 2_999)
    assert moves == []
    go_to(agenda, clock, 3_000)
    assert moves == [True]
    relay.coil(True)
    go_to(agenda, clock, 10_000)
    assert moves == [True], "it was pulled already"
    relay.coil(False)
    go_to(agenda, clock, 13_000)
    assert moves == [True, False]


async def test_a_flap_needs_its_time_and_falls_back_without_pulses(agenda: Agenda, clock: Clock) -> None:
    moves: list[bool] = []
    flap = Flap(agenda, moves.append)
    flap.follow(50, OPEN_DUTY)
    go_to(agenda, clock, 1_000_000)
    assert moves == []
    flap.follow(50, COVERED_DUTY)
    go_to(agenda, clock, 1_199_999)
    assert moves == []
    go_to(agenda, clock, 1_200_000)
    assert moves == [True]
    flap.follow(50, 0)
    go_to(agenda, clock, 1_400_000)
    assert moves == [True, False]


async def test_a_flap_that_is_called_back_on_its_way_never_arrives(agenda: Agenda, clock: Clock) -> None:
    moves: list[bool] = []
    flap = Flap(agenda, moves.append)
    flap.follow(50, COVERED_DUTY)
    go_to(agenda, clock, 100_000)
    flap.follow(50, OPEN_DUTY)
    go_to(agenda, clock, 1_000_000)
    assert moves == [False]
