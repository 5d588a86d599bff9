"""App, service and desktop: three real processes on a real session bus, whose notice stays true however one ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from companion_app.ports.notices.freedesktop import FreedesktopNotices
from companion_app.service.keeper import Keeper
from companion_app.service.live_notice import LiveNotice
from companion_app.service.messages import Show, Shown
from companion_app.service.starting import as_child, awaited
from companion_app.service.watching import Kind
from tests.app.ports.bus import Desktop, desktop, session_bus
from tests.app.service.things import Things
from tests.app.waiting import until

ROOT = Path(__file__).parents[3]
CLIP = "The glasses record a clip."


@pytest.fixture
async def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desktop]:
    """A desktop on this session's bus."""
    async with session_bus(tmp_path) as address, desktop(address) as shown:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield shown


@asynccontextmanager
async def notice_of(things: Things) -> AsyncIterator[LiveNotice]:
    problems: list[Exception] = []
    notice = LiveNotice(things, problems.append, start=as_child, idle_too=False)
    try:
        yield notice
    finally:
        await notice.close()
    assert problems == []


async def test_what_is_live_is_shown_changed_stopped_and_taken_back(screen: Desktop) -> None:
    things = Things()
    async with notice_of(things) as notice:
        assert screen.shown == []

        things.are(Kind.CLIP)
        number = await screen.has(CLIP)
        assert screen.notices[number]["title"] == "Live now"
        await until(lambda: notice.shown)

        things.are(Kind.SHARING, Kind.CLIP, recipient="Mill & Sons")
        assert await screen.has("What the glasses see is shown to Mill & Sons. The glasses record a clip.") == number

        await screen.press(number)
        await until(lambda: things.stopped)
        await screen.has_none()
        await until(lambda: not notice.shown)
        assert notice.fault == ""
    assert [shown["resident"] for shown in screen.shown] == [True, True], "and no farewell: the app is there"


async def test_an_app_that_closes_takes_its_notice_along(screen: Desktop) -> None:
    things = Things()
    async with notice_of(things):
        things.are(Kind.LOOKING)
        await screen.has("looks through the glasses")
    await screen.has_none()
    assert len(screen.shown) == 1


APP = """
import asyncio, sys
from companion_app.service.live_notice import LiveNotice
from companion_app.service.watching import Kind
from companion_app.sharing import egress
from tests.app.service.things import Things

async def main():
    things = Things()
    LiveNotice(things, print, idle_too=False)
    things.are(Kind.CLIP)
    await asyncio.Event().wait()

egress.install()
asyncio.run(main())
"""


async def test_an_app_that_is_killed_leaves_no_notice_that_claims_anything(screen: Desktop) -> None:
    app = await asyncio.create_subprocess_exec(sys.executable, "-c", APP, cwd=ROOT)
    number = await screen.has(CLIP)

    app.send_signal(signal.SIGKILL)
    await app.wait()
    await screen.has("The app has ended")
    assert number not in screen.notices, "the lasting one is gone"
    (last,) = screen.notices.values()
    assert (last["resident"], last["actions"]) == (False, []), "what remains can be wiped away, and offers nothing"


async def test_a_service_that_is_killed_is_told_and_started_anew_at_the_next_change(screen: Desktop) -> None:
    things = Things()
    async with notice_of(things) as notice:
        things.are(Kind.CLIP)
        await until(lambda: notice.shown)

        os.kill(_child(), signal.SIGKILL)
        await until(lambda: notice.fault)
        assert not notice.shown

        things.are(Kind.TIMELAPSE)
        await screen.has("now and then")
        await until(lambda: notice.shown and not notice.fault)


async def test_a_computer_without_notices_is_told_once_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    things = Things()
    async with notice_of(things) as notice:
        things.are(Kind.CLIP)
        await until(lambda: "session bus" in notice.fault)
        assert not notice.shown


async def test_silence_is_shown_as_silence_and_a_word_ends_it(screen: Desktop, tmp_path: Path) -> None:
    """Over the socket of a phone's app and service, in one process: no clock but the silence itself."""
    from companion_app.service.openings import by_socket

    show = Show("Live now", "A clip", "Stop", "gone", "no answer")
    async with awaited(tmp_path) as (path, first):
        service = await by_socket(path)
        keeping = asyncio.create_task(Keeper(service, FreedesktopNotices(), silent_s=0.05).run())
        app = await first
        await app.write(show)
        assert await app.read() == Shown("")
        number = await screen.has("no answer")
        assert screen.notices[number]["actions"] == [], "a button that nobody would hear is not offered"
        await app.write(show)
        await until(lambda: [shown["body"] for shown in screen.shown][:3] == ["A clip", "no answer", "A clip"])
        await app.close()
        await keeping
    assert [notice["body"] for notice in screen.notices.values()] == ["gone"]


async def test_a_second_caller_gets_no_line(tmp_path: Path) -> None:
    async with awaited(tmp_path) as (path, first):
        await asyncio.open_unix_connection(str(path))
        await first
        reader, writer = await asyncio.open_unix_connection(str(path))
        assert await reader.read() == b""
        writer.close()


def _child() -> int:
    """The one child of this process that is a service."""
    listing = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    (found,) = (
        int(pid) for pid in listing.split() if b"companion_app.service" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    return found
