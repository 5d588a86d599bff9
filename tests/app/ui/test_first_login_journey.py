"""First login by touch: every answer, and nothing without one."""

from __future__ import annotations

import pytest

from tests.app.ui.conftest import OpenWindow
from tests.app.ui.fakes import FakeCompanion

pytestmark = pytest.mark.window

NO_LISTEN, YES_LISTEN = "No, keep the microphone off", "Yes, listen for the keyword"
NO_LEAVE, YES_LEAVE = "No, my voice stays on the glasses", "Yes, send it to this phone"


async def test_no_to_everything_leaves_voice_off_and_goes_on(open_window: OpenWindow, companion: FakeCompanion) -> None:
    window = await open_window()
    window.save("first-login")
    await window.touch(NO_LISTEN)
    await window.touch("Continue")
    await window.until(lambda: window.says("Pair with your glasses"), "pairing is next")
    assert companion.onboarding.voice == "off"
    assert [entry.data["choice"] for entry in companion.ledger.entries()] == ["no"]


async def test_yes_to_everything_is_recorded_one_page_at_a_time(
    open_window: OpenWindow, companion: FakeCompanion
) -> None:
    window = await open_window()
    await window.touch(YES_LISTEN)
    await window.touch("Continue")
    assert window.says("May your voice leave the glasses")
    assert not window.says("May the glasses listen")
    assert window.button("Continue").disabled
    window.save("first-login-second")
    await window.touch(YES_LEAVE)
    await window.touch("Continue")
    await window.until(lambda: window.says("Pair with your glasses"), "pairing is next")
    assert companion.onboarding.voice == "stream"


async def test_continue_is_dead_until_an_answer_is_touched(open_window: OpenWindow, companion: FakeCompanion) -> None:
    window = await open_window()
    assert not any(window.button(choice).chosen for choice in (NO_LISTEN, YES_LISTEN))
    await window.touch("Continue")
    await window.key("tab")
    await window.key("enter")
    assert window.says("May the glasses listen")
    assert companion.ledger.entries() == ()


async def test_refusing_is_as_large_and_as_near_as_accepting(open_window: OpenWindow) -> None:
    window = await open_window()
    no, yes = window.button(NO_LISTEN), window.button(YES_LISTEN)
    assert no.size == yes.size
    assert no.x == yes.x
    assert no.y > yes.y, "refusing comes first"
    await window.touch(NO_LISTEN)
    assert no.chosen
    assert not yes.chosen


async def test_the_last_touch_counts_until_continue(open_window: OpenWindow, companion: FakeCompanion) -> None:
    window = await open_window()
    await window.touch(YES_LISTEN)
    await window.touch(NO_LISTEN)
    assert companion.ledger.entries() == (), "nothing is recorded by choosing"
    await window.touch("Continue")
    assert companion.onboarding.voice == "off"


async def test_an_answer_can_be_changed_or_kept_from_home(open_window: OpenWindow, companion: FakeCompanion) -> None:
    companion.onboarding.answer("voice_listen", "no")
    companion.be_paired()
    window = await open_window()
    assert window.says("the microphone of the glasses stays off")
    await window.touch("Change my answer")
    await window.touch("Keep my answers as they are")
    assert companion.onboarding.voice == "off"
    await window.touch("Change my answer")
    await window.touch(YES_LISTEN)
    await window.touch("Continue")
    await window.touch(NO_LEAVE)
    await window.touch("Continue")
    await window.until(lambda: window.says("No sound leaves them"), "home says the new answer")
    assert companion.onboarding.voice == "keyword"
