"""Walking between the rooms: the bar, the way back, pages that are found as they were left, keys, and languages."""

from __future__ import annotations

import pytest

from companion_app import language
from companion_app.ui.view_models.observable import Observable
from companion_app.ui.view_models.rooms import Room, RoomModel
from companion_app.ui.view_models.shell import ShellModel
from tests.app.answered import answer_all
from tests.app.ui.conftest import OpenWindow
from tests.app.ui.fakes import FakeCompanion

NARROW, WIDE = (412, 892), (1180, 820)


@pytest.fixture
def paired(companion: FakeCompanion) -> FakeCompanion:
    answer_all(companion.onboarding)
    companion.be_paired()
    return companion


class TestModels:
    def test_a_page_within_a_room_is_left_by_the_way_back(self) -> None:
        room, inside = RoomModel(), Observable()
        heard: list[Observable | None] = []
        room.observe(lambda: heard.append(room.inside))
        room.enter(inside)
        inside.changed()
        assert heard == [inside, inside], "its changes are the room's"
        assert room.back()
        inside.changed()
        assert heard == [inside, inside, None], "and no longer once it was left"
        assert not room.back()

    def test_the_way_back_leads_out_of_the_page_then_to_the_first_room_then_nowhere(
        self, paired: FakeCompanion
    ) -> None:
        shell = ShellModel(paired)
        shell.open_room(Room.ASK)
        shell.ask.enter(Observable())
        assert (shell.back(), shell.room) == (True, Room.ASK)
        assert (shell.back(), shell.room) == (True, Room.LIVE)
        assert (shell.back(), shell.room) == (False, Room.LIVE)

    def test_there_is_no_way_back_past_what_must_be_answered(self, companion: FakeCompanion) -> None:
        assert not ShellModel(companion).back()

    def test_reconsidering_is_left_by_the_way_back(self, paired: FakeCompanion) -> None:
        shell = ShellModel(paired)
        shell.first_login.reconsider("voice_listen")
        assert shell.back()
        assert shell.screen == "rooms"


@pytest.mark.window
class TestBar:
    async def test_every_room_is_a_touch_away_and_found_as_it_was_left(
        self, open_window: OpenWindow, paired: FakeCompanion
    ) -> None:
        from companion_app.ui.widgets.navigation import NavigationItem

        window = await open_window(size=NARROW)
        places = [one.value for one in window.widgets(NavigationItem)]
        assert places == [room.value for room in Room], "five rooms, in their order"
        first = window.app.page
        for place in reversed(places):
            await window.go(place)
            assert window.models.room == place
            chosen = [one.value for one in window.widgets(NavigationItem) if one.chosen]
            assert chosen == [place]
        assert window.app.page is first
        assert max(one.y for one in window.widgets(NavigationItem)) < NARROW[1] / 4, "along the bottom"
        await window.go("settings")
        await window.key("escape")
        assert window.models.room is Room.LIVE
        await by_keyboard(window)

    async def test_a_wide_window_has_the_bar_at_its_side(self, open_window: OpenWindow, paired: FakeCompanion) -> None:
        from companion_app.ui.widgets.navigation import NavigationItem

        window = await open_window(size=WIDE)
        items = list(window.widgets(NavigationItem))
        assert len({one.x for one in items}) == 1
        assert all(one.right < WIDE[0] / 4 for one in items)

    async def test_a_language_from_the_right_mirrors_the_window_and_back(
        self, open_window: OpenWindow, paired: FakeCompanion
    ) -> None:
        from companion_app.ui.widgets.navigation import NavigationItem

        window = await open_window(size=NARROW)
        try:
            window.models.preferences.change(language="ar")
            await window.settle()
            if not language.current().right_to_left:
                pytest.fail("there is no Arabic catalogue")
            items = {one.value: one for one in window.widgets(NavigationItem)}
            assert items["live"].x > items["settings"].x
            assert items["live"].caption != "Live"
        finally:
            window.models.preferences.change(language="en")
        await window.settle()
        items = {one.value: one for one in window.widgets(NavigationItem)}
        assert items["live"].x < items["settings"].x
        assert items["live"].caption == "Live"


async def by_keyboard(window: object) -> None:
    """Tab into the page, arrows on, Enter: the bar can be reached and used without a touch, and says itself."""
    from companion_app.ui.focus_voice import spoken
    from companion_app.ui.widgets.navigation import NavigationItem

    said: list[str] = []
    window.app._voice.say = lambda widget: said.append(spoken(widget))
    window.models.preferences.change(spoken_focus=True)
    for _ in range(60):
        await window.key("tab" if not said else "right")
        focused = window.focused()
        if isinstance(focused, NavigationItem) and focused.value == "ask":
            break
    assert said[-1] == "Ask, room"
    assert all(said), "nothing that takes the keyboard is without a name"
    await window.key("enter")
    assert window.models.room is Room.ASK
    window.models.preferences.change(spoken_focus=False)
    before = len(said)
    await window.key("tab")
    assert len(said) == before, "off means silent"
