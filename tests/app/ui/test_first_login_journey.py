"""First login by touch: every answer, and nothing without one."""

from __future__ import annotations

import pytest

from companion_app.onboarding.questions import QUESTIONS
from tests.app.answered import answer_all
from tests.app.ui.conftest import OpenWindow
from tests.app.ui.fakes import FakeCompanion
from tests.app.ui.window import Window

pytestmark = pytest.mark.window

NO_LISTEN, YES_LISTEN = "No, keep the microphone off", "Yes, listen for the keyword"
NO_LEAVE = "No, my voice stays on the glasses"
OPT_OUT = "Opt out of everything"
ASKED = [asked for asked in QUESTIONS if asked.first_login]


async def answer_by_touch(window: Window, companion: FakeCompanion, which: int) -> None:
    """Touch the first (0) or the last (-1) choice of each page until nothing is asked."""
    while pending := companion.onboarding.pending():
        asked = pending[0]
        assert window.says(asked.text)
        assert window.button("Continue").disabled
        await window.touch(asked.choices[which].text)
        if asked.choices[which].id == asked.detail:
            await window.type("DE")
        await window.touch("Continue")


async def test_no_to_everything_leaves_voice_off_and_goes_on(open_window: OpenWindow, companion: FakeCompanion) -> None:
    window = await open_window()
    window.save("first-login")
    await answer_by_touch(window, companion, 0)
    await window.until(lambda: window.says("Pair with your glasses"), "pairing is next")
    assert companion.onboarding.voice == "off"
    assert companion.sharing.ruled_out
    said = [(entry.data["question"], entry.data["choice"]) for entry in companion.ledger.entries()]
    assert said == [
        ("voice_listen", "no"),
        ("transcripts", "no"),
        ("training", "no"),
        ("ai_sharing", "never"),
        ("region", "unsaid"),
    ]


async def test_yes_to_everything_is_recorded_one_page_at_a_time(
    open_window: OpenWindow, companion: FakeCompanion
) -> None:
    window = await open_window()
    await answer_by_touch(window, companion, -1)
    await window.until(lambda: window.says("Pair with your glasses"), "pairing is next")
    assert companion.onboarding.voice == "stream"
    assert all(companion.onboarding.allows(asked.id) for asked in ASKED)
    assert companion.sharing.endpoints.region == "DE"


async def test_continue_is_dead_until_an_answer_is_touched(open_window: OpenWindow, companion: FakeCompanion) -> None:
    window = await open_window()
    assert not any(window.button(choice).chosen for choice in (NO_LISTEN, YES_LISTEN))
    await window.touch("Continue")
    assert window.says("May the glasses listen")
    assert companion.ledger.entries() == ()


async def test_refusing_is_as_large_and_as_near_as_accepting(open_window: OpenWindow, companion: FakeCompanion) -> None:
    window = await open_window()
    for asked in ASKED:
        window.models.first_login.reconsider(asked.id)
        await window.settle()
        rows = [window.button(choice.text) for choice in asked.choices]
        assert len({tuple(row.size) for row in rows}) == 1, asked.id
        assert len({row.x for row in rows}) == 1
        assert rows[0].y == max(row.y for row in rows), "refusing comes first"
        await window.touch_widget(rows[0])
        assert [row.chosen for row in rows] == [True] + [False] * (len(rows) - 1)
    assert companion.ledger.entries() == (), "nothing is recorded by choosing"


async def test_the_last_touch_counts_until_continue(open_window: OpenWindow, companion: FakeCompanion) -> None:
    window = await open_window()
    await window.touch(YES_LISTEN)
    await window.touch(NO_LISTEN)
    assert companion.ledger.entries() == (), "nothing is recorded by choosing"
    await window.touch("Continue")
    assert companion.onboarding.voice == "off"


async def test_one_touch_opts_out_of_everything_whatever_was_said_before(
    open_window: OpenWindow, companion: FakeCompanion
) -> None:
    window = await open_window()
    for yes in (YES_LISTEN, "Yes, send it to this phone"):
        await window.touch(yes)
        await window.touch("Continue")
    await window.touch("Yes, for a year")
    await window.touch(OPT_OUT)
    await window.until(lambda: window.says("Pair with your glasses"), "pairing is next")
    assert companion.onboarding.voice == "off"
    assert not any(companion.onboarding.allows(asked.id) for asked in QUESTIONS)


async def test_opting_out_is_one_touch_at_every_step(open_window: OpenWindow, companion: FakeCompanion) -> None:
    window = await open_window()
    for asked in ASKED:
        window.models.first_login.reconsider(asked.id)
        await window.settle()
        assert not window.button(OPT_OUT).disabled, asked.id


async def test_an_answer_can_be_changed_or_kept_later(open_window: OpenWindow, companion: FakeCompanion) -> None:
    answer_all(companion.onboarding)
    companion.be_paired()
    window = await open_window()
    window.models.first_login.reconsider()
    await window.settle()
    await window.touch("Keep my answers as they are")
    assert companion.onboarding.voice == "off"
    window.models.first_login.reconsider()
    await window.settle()
    await window.touch(YES_LISTEN)
    await window.touch("Continue")
    await window.touch(NO_LEAVE)
    await window.touch("Continue")
    await window.until(lambda: companion.onboarding.complete, "nothing is left to be asked")
    assert companion.onboarding.voice == "keyword"
