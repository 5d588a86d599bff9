"""Pairing by typing a code."""

from __future__ import annotations

import asyncio

import pytest
from kivy.core.clipboard import Clipboard

from companion_app.link.errors import BadSetupCode
from tests.app.answered import answer_all
from tests.app.ui.conftest import OpenWindow
from tests.app.ui.fakes import FakeCompanion, GlassesSaidNo

pytestmark = pytest.mark.window

CODE = "ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ"


@pytest.fixture
def answered(companion: FakeCompanion) -> FakeCompanion:
    answer_all(companion.onboarding)
    return companion


async def test_a_typed_code_pairs_and_leads_home(open_window: OpenWindow, answered: FakeCompanion) -> None:
    window = await open_window()
    window.save("pair")
    assert window.button("Pair").disabled
    await window.type(CODE)
    answered.gate = asyncio.Event()
    await window.touch("Pair")
    await window.until(lambda: window.says("Looking for your glasses…"), "progress is told")
    assert window.button("Pairing…").disabled
    window.save("pair-progress")
    answered.gate.set()
    await window.until(lambda: window.says("Take a picture"), "home is next")
    assert [code for code, _ in answered.codes] == [CODE]


@pytest.mark.parametrize(
    ("error", "what", "way_out"),
    [
        (GlassesSaidNo("pairing_closed"), "not ready to pair", "Press and hold their button"),
        (GlassesSaidNo("pairing_refused"), "wrong or was already used", "Check the code"),
        (GlassesSaidNo("too_many_phones"), "Five phones", "Remove one"),
        (BadSetupCode("wrong_length"), "not a whole setup code", "26 letters and digits"),
    ],
)
async def test_every_failure_has_its_way_out(
    open_window: OpenWindow, answered: FakeCompanion, error: Exception, what: str, way_out: str
) -> None:
    answered.pair_error = error
    window = await open_window()
    await window.type(CODE)
    await window.key("enter")
    await window.until(lambda: window.says(what), "the failure is told")
    assert window.says(way_out)
    assert window.models.screen == "pair"
    assert not window.button("Pair").disabled, "one can try again"


async def test_what_went_wrong_can_be_read_in_the_look_that_is_chosen_meanwhile(
    open_window: OpenWindow, answered: FakeCompanion
) -> None:
    answered.pair_error = BadSetupCode("wrong_length")
    window = await open_window()
    window.models.pair.set_code("code")
    await window.models.pair.pair()
    await window.settle()
    notice = window.notice(window.models.pair.problem.what)
    light = list(notice.fill)
    window.app.look.dark = True
    await window.settle()
    assert list(notice.fill) == list(window.app.look.problem_fill) != light
    assert list(notice.ink) == list(window.app.look.problem_ink)


async def test_the_clipboard_is_read_only_when_asked(open_window: OpenWindow, answered: FakeCompanion) -> None:
    Clipboard.copy(CODE)
    window = await open_window()
    assert window.models.pair.code == ""
    await window.touch("Paste")
    assert window.models.pair.code == CODE
    assert window.app.page.ids.code.text == CODE
