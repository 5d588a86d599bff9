"""First login by touch: nothing without an answer, refusing as near as accepting, one touch out of everything.

Every page answered by touch, with yes, no and a changed mind, is tests/journeys.
"""

from __future__ import annotations

import pytest

from companion_app.onboarding.questions import QUESTIONS
from tests.app.answered import answer_all
from tests.app.ui.conftest import OpenWindow
from tests.app.ui.fakes import FakeCompanion

pytestmark = pytest.mark.window

NO_LISTEN, YES_LISTEN = "No, keep the microphone off", "Yes, listen for the keyword"
NO_LEAVE = "No, my voice stays on the glasses"
OPT_OUT = "Opt out of everything"
ASKED = [asked for asked in QUESTIONS if asked.first_login]


async def test_every_page_has_refusing_as_large_and_as_near_and_a_way_out(
    open_window: OpenWindow, companion: FakeCompanion
) -> None:
    window = await open_window()
    window.save("first-login")
    for asked in ASKED:
        window.models.first_login.reconsider(asked.id)
        await window.settle()
        assert window.says(asked.text)
        rows = [window.button(choice.text) for choice in asked.choices]
        assert len({tuple(row.size) for row in rows}) == 1, asked.id
        assert len({row.x for row in rows}) == 1
        assert rows[0].y == max(row.y for row in rows), "refusing comes first"
        assert not any(row.chosen for row in rows), "nothing is chosen beforehand"
        assert window.button("Continue").disabled
        assert not window.button(OPT_OUT).disabled
    assert companion.ledger.entries() == ()


async def test_an_answer_counts_with_continue_and_the_last_touch_is_the_one(
    open_window: OpenWindow, companion: FakeCompanion
) -> None:
    window = await open_window()
    await window.touch("Continue")
    await window.touch(YES_LISTEN)
    await window.touch(NO_LISTEN)
    assert (window.button(NO_LISTEN).chosen, window.button(YES_LISTEN).chosen) == (True, False)
    assert companion.ledger.entries() == (), "nothing is recorded by choosing, nor by a dead button"
    await window.touch("Continue")
    assert [entry.data["choice"] for entry in companion.ledger.entries()] == ["no"]
    assert window.says("May this phone keep what you asked"), "the voice is not asked about any more"
    assert window.button("Continue").disabled
    answer_all(companion.onboarding)
    window.models.first_login.changed()
    await window.until(lambda: window.says("Pair with your glasses"), "pairing is next")


async def test_a_place_is_typed_where_one_is_named(open_window: OpenWindow, companion: FakeCompanion) -> None:
    answer_all(companion.onboarding)
    window = await open_window()
    window.models.first_login.reconsider("region")
    await window.settle()
    assert window.fields() == []
    await window.touch("I am in this place")
    assert window.button("Continue").disabled
    await window.type("de")
    await window.key("enter")
    await window.until(lambda: window.models.first_login.question is None, "it is answered")
    assert companion.sharing.endpoints.region == "DE"


async def test_one_touch_opts_out_of_everything_whatever_was_said_before(
    open_window: OpenWindow, companion: FakeCompanion
) -> None:
    companion.onboarding.answer("voice_listen", "yes")
    companion.onboarding.answer("voice_leave", "yes")
    window = await open_window()
    await window.touch("Yes, for a year")
    await window.touch(OPT_OUT)
    await window.until(lambda: window.says("Pair with your glasses"), "pairing is next")
    assert companion.onboarding.voice == "off"
    assert not any(companion.onboarding.allows(asked.id) for asked in QUESTIONS)


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
