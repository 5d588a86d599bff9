"""Room on this phone, and how far an import is: said as data, and never more than is known."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion_app.gallery.errors import NoSpaceLeft
from companion_app.gallery.import_state import Imports, ImportState, Step
from companion_app.gallery.space import FreeSpace, Room
from companion_app.link.errors import LinkLost

WARN, STOP = 1000, 300


def space(free_bytes: int | None) -> FreeSpace:
    def free(folder: Path) -> int:
        if free_bytes is None:
            raise OSError(5, "nobody knows")
        return free_bytes

    return FreeSpace(Path("anywhere"), free, warn_below_bytes=WARN, stop_below_bytes=STOP)


@pytest.mark.parametrize(
    ("free_bytes", "room"),
    [(5000, Room.PLENTY), (WARN, Room.PLENTY), (WARN - 1, Room.LOW), (STOP, Room.LOW), (STOP - 1, Room.FULL)],
)
def test_it_warns_and_then_it_is_full(free_bytes: int, room: Room) -> None:
    assert space(free_bytes).look().room is room


def test_an_import_stops_before_the_room_is_gone() -> None:
    space(600).check(100)
    with pytest.raises(NoSpaceLeft) as raised:
        space(599).check(100)
    assert (raised.value.free_bytes, raised.value.needed_bytes) == (599, 600)
    space(None).check(10**9)  # writing will say it


def test_the_real_disk_has_a_number(tmp_path: Path) -> None:
    assert FreeSpace(tmp_path).look().free_bytes > 0


class Clock:
    """Seconds that only a test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def imports(clock: Clock) -> Imports:
    return Imports(clock)


def test_a_round_from_its_beginning_to_its_end(imports: Imports, clock: Clock) -> None:
    told: list[ImportState] = []
    imports.observe(told.append)
    assert imports.state == ImportState()
    imports.looking()
    imports.expects({1: 1000, 2: 4000}, {1: 0, 2: 500})
    assert imports.state == ImportState(Step.MOVING, items=2, bytes=500, all_bytes=5000, before_bytes=500)
    for have in (250, 500, 750, 1000):
        clock.now_s += 1
        imports.moved(1, have, 1000)
    assert imports.state.bytes == 1500
    assert imports.state.bytes_per_s == pytest.approx(250)
    assert imports.state.left_s == pytest.approx(14)  # the 500 bytes of before were not moved now
    imports.brought(1)
    assert (imports.state.brought, imports.state.bytes) == (1, 1500)
    imports.stays(2)
    assert (imports.state.left, imports.state.all_bytes) == (1, 1000)
    imports.ended()
    assert (imports.state.step, imports.state.left_s, imports.state.stopped_by) == (Step.DONE, None, None)
    assert not imports.state.under_way
    assert told[-1] is imports.state


def test_nothing_is_said_about_the_end_before_there_is_a_speed(imports: Imports, clock: Clock) -> None:
    imports.looking()
    imports.expects({1: 1000}, {1: 0})
    for have in (10, 20):
        clock.now_s += 1
        imports.moved(1, have, 1000)
        assert imports.state.left_s is None
    clock.now_s += 1
    imports.moved(1, 30, 1000)
    assert imports.state.left_s == pytest.approx(97)


def test_the_speed_is_that_of_now(imports: Imports, clock: Clock) -> None:
    imports.looking()
    imports.expects({1: 100_000}, {1: 0})
    have = 0
    for speed in (1000, 100):
        for _ in range(40):
            clock.now_s += 1
            have += speed
            imports.moved(1, have, 100_000)
    assert imports.state.bytes_per_s == pytest.approx(100)


def test_what_ended_a_round_is_said_until_the_next(imports: Imports) -> None:
    imports.looking()
    error = LinkLost()
    imports.ended(error)
    assert (imports.state.step, imports.state.stopped_by) == (Step.STOPPED, error)
    imports.looking()
    assert imports.state == ImportState(Step.LOOKING)
    imports.given_up()
    assert (imports.state.step, imports.state.stopped_by) == (Step.STOPPED, None)


def test_what_is_no_part_of_the_round_changes_nothing(imports: Imports) -> None:
    imports.moved(1, 5, 10)
    imports.looking()
    imports.expects({1: 10}, {1: 0})
    before = imports.state
    imports.moved(2, 5, 10)
    imports.brought(2)
    imports.stays(2)
    assert imports.state == before


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(st.integers(1, 5), st.integers(1, 1000), min_size=1),
    st.lists(st.tuples(st.sampled_from(["moved", "brought", "stays"]), st.integers(1, 5), st.integers(0, 1000))),
)
def test_no_order_of_events_says_what_cannot_be(sizes: dict[int, int], events: list[tuple[str, int, int]]) -> None:
    clock = Clock()
    imports = Imports(clock)
    imports.looking()
    imports.expects(sizes, dict.fromkeys(sizes, 0))
    for event, item, have in events:
        clock.now_s += 1
        if event == "moved":
            imports.moved(item, have, sizes.get(item, 1))
        elif event == "brought":
            imports.brought(item)
        else:
            imports.stays(item)
        state = imports.state
        assert 0 <= state.bytes <= state.all_bytes
        assert state.left_s is None or state.left_s >= 0
        assert state.bytes_per_s >= 0
