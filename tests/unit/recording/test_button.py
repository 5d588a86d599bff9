"""The grammar of one button, at its limits, on a clock that the test moves."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plainsight.triggers.boot_hold import BootHold
from plainsight.triggers.button import Button
from plainsight.triggers.gestures import Gestures

from tests.unit.firmware_capture.bench import Bench, BenchClock
from tests.unit.firmware_link.manual_clock import ManualClock

_DEBOUNCE_MS = 40  # three polls of 10 ms, and the one at which it is told


class Enough(Exception):
    """Ends a task that runs for ever."""


async def pressed(*edges_ms: int, held_at_boot: bool = False, for_ms: int = 16_000) -> list[tuple[str, int]]:
    """What the button told, and when (ms), with the contact changing at these times."""
    bench = Bench()
    bench.pressed = held_at_boot
    begun = bench.now_us
    told: list[tuple[str, int]] = []

    def tell(what: str) -> None:
        told.append((what, (bench.now_us - begun) // 1000))

    def change() -> None:
        bench.pressed = not bench.pressed

    def alive() -> None:
        if bench.now_us - begun > for_ms * 1000:
            raise Enough

    bench.schedule = [(begun + edge * 1000, change) for edge in edges_ms]
    with pytest.raises(Enough):
        await Button(bench, BenchClock(bench)).run(tell, alive)
    return told


async def names(*edges_ms: int, held_at_boot: bool = False) -> list[str]:
    return [what for what, _ in await pressed(*edges_ms, held_at_boot=held_at_boot)]


async def test_a_press_is_told_once_no_second_one_can_follow() -> None:
    [(what, moment_ms)] = await pressed(1000, 1200)
    assert what == "press"
    assert 1500 <= moment_ms <= 1500 + _DEBOUNCE_MS


async def test_a_hold_is_told_when_it_ends() -> None:
    [(what, moment_ms)] = await pressed(1000, 2500)
    assert what == "hold"
    assert 2500 <= moment_ms <= 2500 + _DEBOUNCE_MS


async def test_a_long_hold_is_told_while_it_lasts_and_is_nothing_else() -> None:
    [(what, moment_ms)] = await pressed(1000, 15_000)
    assert what == "long"
    assert 6000 <= moment_ms <= 6000 + _DEBOUNCE_MS


@pytest.mark.parametrize(
    ("length_ms", "what"), [(100, "press"), (780, "press"), (820, "hold"), (4980, "hold"), (5020, "long")]
)
async def test_where_one_gesture_becomes_the_next(length_ms: int, what: str) -> None:
    assert await names(1000, 1000 + length_ms) == [what]


@pytest.mark.parametrize(("gap_ms", "told"), [(100, ["double"]), (270, ["double"]), (330, ["press", "press"])])
async def test_two_presses_are_a_double_one_or_two(gap_ms: int, told: list[str]) -> None:
    assert await names(1000, 1100, 1100 + gap_ms, 1200 + gap_ms) == told


async def test_three_presses_are_told_at_once_and_a_fourth_stands_for_itself() -> None:
    told = await pressed(1000, 1100, 1200, 1300, 1400, 1500, 1600, 1700)
    assert [what for what, _ in told] == ["triple", "press"]
    assert told[0][1] <= 1500 + _DEBOUNCE_MS


async def test_a_press_before_a_hold_is_not_lost() -> None:
    assert await names(1000, 1100, 1250, 3000) == ["press", "hold"]
    assert await names(1000, 1100, 1200, 1300, 1400, 9000) == ["double", "long"]


async def test_bouncing_contacts_are_one_press() -> None:
    edges = [1000, 1004, 1008, 1011, 1019, 1400, 1404, 1409, 1416, 1425]
    assert await names(*edges) == ["press"]


async def test_a_spike_is_nothing() -> None:
    assert await pressed(1000, 1015, 2000, 2019) == []


async def test_every_gesture_counts() -> None:
    edges = [1000, 1100, 1800, 1900, 2500, 2600, 2700, 2800, 4000, 5500, 6000, 12_000, 13_000, 13_100]
    assert await names(*edges) == ["press", "press", "double", "hold", "long", "press"]


async def test_a_button_held_at_boot_waits_for_its_release() -> None:
    assert await names(8000, 9000, 9200, held_at_boot=True) == ["press"]


@given(lengths_ms=st.lists(st.integers(50, 7000), min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_however_it_is_pressed_each_release_is_part_of_one_gesture(lengths_ms: list[int]) -> None:
    """Presses and gaps of any length: the numbers of presses in what is told add up."""
    clock = ManualClock()
    gestures = Gestures(clock)
    told: list[str] = []
    presses = 0
    for index, length_ms in enumerate([*lengths_ms, 1000]):
        down = index % 2 == 0 and index < len(lengths_ms)
        presses += down
        for _ in range(0, length_ms, 10):
            told.append(gestures.step(down))
            clock.now_ms += 10
    for _ in range(40):
        told.append(gestures.step(down=False))
        clock.now_ms += 10
    counted = {"press": 1, "double": 2, "triple": 3, "hold": 1, "long": 1}
    assert sum(counted[what] for what in told if what) == presses


async def boot_hold(*edges_ms: int, held: bool = True) -> tuple[bool, list[tuple[bool, int]], int]:
    """(confirmed, what was shown and when, when it was decided), the contact changing at these times."""
    bench = Bench()
    bench.pressed = held
    begun = bench.now_us
    shown: list[tuple[bool, int]] = []

    def change() -> None:
        bench.pressed = not bench.pressed

    def now_ms() -> int:
        return (bench.now_us - begun) // 1000

    bench.schedule = [(begun + edge * 1000, change) for edge in edges_ms]
    confirmed = await BootHold(bench, BenchClock(bench)).confirmed(lambda armed: shown.append((armed, now_ms())))
    return confirmed, shown, now_ms()


async def test_boot_goes_on_at_once_where_nobody_holds_the_button() -> None:
    assert await boot_hold(held=False) == (False, [], 0)


@pytest.mark.parametrize(("held_ms", "armed"), [(9900, False), (10_100, True)])
async def test_the_hold_must_be_long_enough(held_ms: int, armed: bool) -> None:
    confirmed, shown, _ = await boot_hold(held_ms)
    assert not confirmed
    assert [what for what, _ in shown] == ([True, False] if armed else [])


@pytest.mark.parametrize(("pause_ms", "confirmed"), [(100, True), (4900, True), (5100, False)])
async def test_the_second_press_must_come_in_time(pause_ms: int, confirmed: bool) -> None:
    result, shown, decided_ms = await boot_hold(12_000, 12_000 + pause_ms, 30_000)
    assert result is confirmed
    assert [what for what, _ in shown] == ([True] if confirmed else [True, False])
    assert 10_000 <= shown[0][1] <= 10_000 + _DEBOUNCE_MS
    assert decided_ms <= 12_000 + min(pause_ms, 5000) + 2 * _DEBOUNCE_MS


async def test_a_short_hold_then_a_press_is_no_reset() -> None:
    assert (await boot_hold(5000, 6000, 7000))[0] is False


async def test_a_stuck_button_does_not_keep_the_glasses_from_starting() -> None:
    confirmed, shown, decided_ms = await boot_hold()
    assert (confirmed, [what for what, _ in shown]) == (False, [True, False])
    assert decided_ms <= 60_000 + _DEBOUNCE_MS


async def test_the_boot_says_that_it_is_alive_while_it_waits() -> None:
    bench = Bench()
    bench.pressed = True
    meals: list[int] = []

    def fed() -> None:
        meals.append(bench.now_us)

    await asyncio.wait_for(BootHold(bench, BenchClock(bench)).confirmed(None, fed), 60)
    assert max(later - earlier for earlier, later in itertools.pairwise(meals)) <= 20_000
