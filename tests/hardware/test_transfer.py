"""A clip on its way to the phone while the link or the board goes away: it goes on where it was, byte for byte."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest
from plainsight import wire

from companion_app.gallery import Picture
from host_tools.harness.faults import Faults
from tests.hardware.worn import Worn

pytestmark = pytest.mark.needs("application", "development", "camera", "radio", "button")

_CLIP_S = 1
_WITHIN_S = 180.0


@pytest.fixture
def slowly(worn: Worn) -> Generator[Worn]:
    """A link as slow as a real one, so that there is time for something to happen in a transfer."""
    control = worn.board.target.control
    if control is not None:
        control.ask("radio", fault="profile", profile="pc_15ms_2M")
    yield worn
    if control is not None:
        control.ask("radio", fault="profile", profile="instant")


class Halfway:
    """Hears of a transfer, and knows when half of it has come."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.have = 0

    def progress(self, have: int, size: int) -> None:
        """Bytes so far, bytes in all."""
        self.have = have
        if 2 * have >= size:
            self.reached.set()


def meter(worn: Worn) -> tuple[int, int]:
    """How often transfers went on after a loss, and the bytes that crossed the radio twice."""
    info = worn.phone.app.link_info()
    return info["resumed"], info["bytes_sent_twice"]


def check(worn: Worn, clip: Picture, before: tuple[int, int]) -> None:
    """Whole, resumed, and little of it came twice."""
    assert clip.whole
    assert clip.read()
    resumed, twice = meter(worn)
    assert resumed > before[0]
    assert twice - before[1] <= wire.DEFAULT_WINDOW
    worn.meet()


def test_a_dropped_link_is_resumed_where_it_was(slowly: Worn, faults: Faults) -> None:
    faults.phone = slowly.phone
    before, halfway = meter(slowly), Halfway()
    with slowly.in_background(lambda app: app.clip(_CLIP_S, False, progress=halfway.progress), _WITHIN_S) as clip:
        assert halfway.reached.wait(_WITHIN_S)
        with faults.link_drop():
            slowly.phone.connect()
    check(slowly, clip.result(), before)


@pytest.mark.parametrize("byte", [1, 30_000])
def test_a_reset_at_byte_n_of_a_transfer_costs_nothing(slowly: Worn, faults: Faults, byte: int) -> None:
    before, have = meter(slowly), 0
    with faults.reset_at_byte(byte) as (_, trigger):

        def progress(so_far: int, _size: int) -> None:
            nonlocal have
            trigger.saw(so_far - have)
            have = so_far

        clip = slowly.phone.call(lambda app: app.clip(_CLIP_S, False, progress=progress), _WITHIN_S)
    assert trigger.fired
    assert slowly.board.ready() == "ready"
    check(slowly, clip, before)
