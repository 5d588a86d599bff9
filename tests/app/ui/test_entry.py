"""The entry that the launcher uses."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from companion_app import main
from companion_app.link.connection import ConnectionState
from companion_app.ui.environment import PHONE_SIZE_DP
from companion_app.ui.theme.appearance import MAX_FONT_SCALE, Appearance
from tests.app.answered import answer_all
from tests.app.ui.fakes import FakeCompanion

if TYPE_CHECKING:
    from companion_app.ui.app import PlainsightApp

pytestmark = [pytest.mark.window, pytest.mark.usefixtures("kivy")]


async def test_run_shows_the_window_until_it_is_stopped(companion: FakeCompanion) -> None:
    from tests.app.ui.window import fresh_kivy

    seen: list[PlainsightApp] = []

    def ready(app: PlainsightApp) -> None:
        seen.append(app)
        app.stop()

    with fresh_kivy(PHONE_SIZE_DP):
        await main.run(
            companion, title_note="simulated", on_ready=ready, appearance=Appearance(dark=True, font_scale=99)
        )
    (app,) = seen
    assert app.title == "Plainsight · Simulated glasses"
    assert app.models.screen == "first_login"
    assert app.look.font_scale == MAX_FONT_SCALE


async def test_closing_the_window_ends_what_it_had_started(companion: FakeCompanion) -> None:
    from tests.app.ui.window import fresh_kivy

    answer_all(companion.onboarding)
    companion.be_paired()
    companion.gate = asyncio.Event()  # the search for the glasses never ends by itself
    with fresh_kivy(PHONE_SIZE_DP):
        await main.run(companion, on_ready=lambda app: app.stop())
    assert companion.connection.state is ConnectionState.SEARCHING
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_a_job_that_fails_is_logged_and_the_window_lives_on(caplog: pytest.LogCaptureFixture) -> None:
    from companion_app.ui.tasks import Tasks

    async def broken() -> None:
        raise ZeroDivisionError

    tasks = Tasks()
    with caplog.at_level(logging.ERROR):
        tasks.start(broken())
        await tasks.idle()
    assert "ZeroDivisionError" in caplog.text
    await tasks.close()
