"""Notices on a real session bus, as the desktop that shows them gets them."""

from __future__ import annotations

import pytest

from companion_app.ports.errors import NoticesMissing
from companion_app.ports.notices import Notice, none, system_notices
from companion_app.ports.notices.freedesktop import FreedesktopNotices
from tests.app.ports.bus import desktop
from tests.app.waiting import until

LIVE = Notice("Live now", "This phone looks through the glasses.", "Stop")


async def test_a_notice_stays_until_it_is_withdrawn_and_takes_the_place_of_the_one_before(bus: str) -> None:
    async with desktop(bus) as screen, FreedesktopNotices().open(lambda: None) as notices:
        await notices.show(LIVE)
        await notices.show(Notice("Live now", "A clip", "Stop"))

        assert [notice["body"] for notice in screen.notices.values()] == ["A clip"]
        (shown,) = screen.notices.values()
        assert shown["actions"] == ["stop", "Stop"]
        assert (shown["lasts_ms"], shown["urgency"], shown["resident"]) == (0, 2, True)

        await notices.withdraw()
        assert screen.notices == {}
        await notices.withdraw()


async def test_an_ordinary_notice_has_no_button_and_leaves_when_the_desktop_likes(bus: str) -> None:
    async with desktop(bus) as screen, FreedesktopNotices().open(lambda: None) as notices:
        await notices.show(Notice("Live now", "The app has ended.", lasting=False))

        (shown,) = screen.notices.values()
        assert (shown["actions"], shown["lasts_ms"], shown["urgency"]) == ([], -1, 1)


async def test_a_touch_of_its_own_button_is_heard_and_no_other_program_s(bus: str) -> None:
    touches: list[None] = []
    async with desktop(bus) as screen, FreedesktopNotices().open(lambda: touches.append(None)) as notices:
        await notices.show(LIVE)
        (number,) = screen.notices
        await screen.press(number + 1)
        await screen.press(number)
        await until(lambda: touches)
        assert len(touches) == 1


async def test_what_its_reader_wiped_away_is_shown_anew_under_a_new_number(bus: str) -> None:
    async with desktop(bus) as screen, FreedesktopNotices().open(lambda: None) as notices:
        await notices.show(LIVE)
        (first,) = screen.notices
        await screen.dismiss(first)
        await until(lambda: not notices._number)  # type: ignore[attr-defined]
        await notices.show(LIVE)

        assert list(screen.notices) == [first + 1]


async def test_text_is_text_where_the_desktop_would_read_markup(bus: str) -> None:
    async with desktop(bus, ("body", "body-markup")) as screen, FreedesktopNotices().open(lambda: None) as notices:
        await notices.show(Notice("A & B", "shown to <b>Evil</b> & Sons", "Stop"))

        (shown,) = screen.notices.values()
        assert shown["body"] == "shown to &lt;b&gt;Evil&lt;/b&gt; &amp; Sons"
        assert shown["title"] == "A & B"
        assert shown["actions"] == []


async def test_a_bus_without_a_desktop_and_a_computer_without_a_bus_say_so(
    bus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoticesMissing, match="ServiceUnknown"):
        async with FreedesktopNotices().open(lambda: None):
            pass
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    with pytest.raises(NoticesMissing, match="session bus"):
        async with FreedesktopNotices().open(lambda: None):
            pass


def test_each_system_has_its_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(system_notices(), FreedesktopNotices)
    monkeypatch.setattr("sys.platform", "darwin")
    others = system_notices()
    assert isinstance(others, none.NoNotices)
    with pytest.raises(NoticesMissing, match="darwin"):
        others.open(lambda: None)
