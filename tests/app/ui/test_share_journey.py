"""Promise 2 in the window: nothing leaves before Share was touched on a sheet that said everything."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from companion_app.sharing.errors import Unreachable
from companion_app.sharing.outcome import Outcome
from tests.app.ui.conftest import OpenWindow
from tests.app.ui.fakes import FakeCompanion
from tests.app.ui.window import Window

pytestmark = [pytest.mark.window, pytest.mark.promise(2)]

QUESTION = "What does the sign say?"


@pytest.fixture
def at_home(companion: FakeCompanion) -> FakeCompanion:
    companion.onboarding.answer("voice_listen", "no")
    companion.be_paired()
    companion.arrive()
    return companion


def kinds(companion: FakeCompanion) -> list[str]:
    return [entry.kind for entry in companion.ledger.entries() if entry.kind != "consent"]


async def asked(open_window: OpenWindow, endpoint: str = "This device") -> Window:
    """The window with the sheet open."""
    window = await open_window()
    await window.until(lambda: window.says("Connected"), "home connects by itself")
    await window.touch(endpoint)
    await window.type(QUESTION)
    await window.touch("Ask…")
    await window.until(lambda: window.says("Share this picture?"), "the sheet opens")
    return window


async def test_the_sheet_names_recipient_purpose_terms_picture_and_bytes(
    open_window: OpenWindow, at_home: FakeCompanion
) -> None:
    window = await asked(open_window, "api.openai.com")
    card, picture = at_home.remote.card, at_home.gallery.pictures()[0]
    for words in (card.recipient, "Answer one question about this picture", QUESTION, f"{picture.bytes:,} bytes"):
        assert window.says(words), words
    assert window.says(card.terms.strip())
    assert window.app.sheet.terms_sha256 == hashlib.sha256(card.terms.encode()).hexdigest()
    assert window.app.sheet.ids.view.shown == 1, "the picture is drawn"
    share, refuse = window.button("Share"), window.button("Don't share")
    assert share.size == refuse.size
    assert share.kind == refuse.kind
    assert at_home.remote.asked == []
    window.save("share-sheet")


async def test_declining_sends_nothing_and_says_so(open_window: OpenWindow, at_home: FakeCompanion) -> None:
    window = await asked(open_window, "api.openai.com")
    await window.touch("Don't share")
    await window.until(lambda: window.says("Not shared. Nothing left this device."), "the outcome is told")
    assert window.app.sheet is None
    assert at_home.remote.asked == []
    assert at_home.local.asked == []
    assert not any("send" in kind or "sent" in kind for kind in kinds(at_home))


async def test_sharing_shows_the_answer_and_who_gave_it(open_window: OpenWindow, at_home: FakeCompanion) -> None:
    window = await asked(open_window)
    await window.touch("Share")
    await window.until(lambda: window.says("The sign says NORTH PIER."), "the answer shows")
    assert window.says("Answered by this device")
    assert window.app.sheet is None
    answer = window.notice("The sign says NORTH PIER.")
    assert window.is_whole(answer), "one need not look for it"
    jpeg = at_home.gallery.pictures()[0].path.read_bytes()
    assert at_home.local.asked == [(jpeg, QUESTION)]
    assert at_home.remote.asked == []
    window.save("answer")


async def test_the_chosen_endpoint_is_asked_and_no_other(open_window: OpenWindow, at_home: FakeCompanion) -> None:
    window = await asked(open_window, "api.openai.com")
    await window.touch("Share")
    await window.until(lambda: window.says("Answered by api.openai.com"), "the answer shows")
    assert [question for _, question in at_home.remote.asked] == [QUESTION]
    assert at_home.local.asked == []


async def test_asking_is_busy_until_the_answer_comes(open_window: OpenWindow, at_home: FakeCompanion) -> None:
    at_home.local.gate = asyncio.Event()
    window = await asked(open_window)
    await window.touch("Share")
    await window.until(lambda: window.says("Asking this device…"), "progress is told")
    assert window.button("Asking this device…").disabled
    at_home.local.gate.set()
    await window.until(lambda: window.says("NORTH PIER"), "the answer shows")
    assert len(at_home.local.asked) == 1


async def test_a_failure_says_what_is_known_of_the_picture(open_window: OpenWindow, at_home: FakeCompanion) -> None:
    at_home.remote.error = Unreachable(outcome=Outcome.NOT_SENT, recipient="api.openai.com", reason="no route")
    window = await asked(open_window, "api.openai.com")
    await window.touch("Share")
    await window.until(lambda: window.says("Nobody could be reached"), "the failure is told")
    assert window.says("The picture did not leave this device.")
    assert window.says("ask this device instead")


async def test_escape_means_no(open_window: OpenWindow, at_home: FakeCompanion) -> None:
    window = await asked(open_window)
    await window.key("escape")
    await window.until(lambda: window.says("Not shared."), "Escape declines")
    assert at_home.local.asked == []


async def test_keys_meant_for_the_question_cannot_agree(open_window: OpenWindow, at_home: FakeCompanion) -> None:
    window = await open_window()
    await window.type(QUESTION)
    await window.key("enter")
    await window.until(lambda: window.says("Share this picture?"), "Enter asks")
    for name in ("enter", "spacebar", "enter"):
        await window.key(name)
    assert window.app.sheet is not None
    assert at_home.local.asked == []
    await window.key("tab")
    assert window.focused().caption == "Don't share", "the first stop is the way out"
    await window.key("tab")
    assert window.focused().caption == "Share"
    await window.key("tab")
    assert window.focused().caption == "Don't share", "Tab stays on the sheet"
    await window.key("tab", "shift")
    await window.key("spacebar")
    await window.until(lambda: window.says("NORTH PIER"), "the keyboard can agree when it means to")


async def test_a_touch_beside_the_sheet_does_nothing(open_window: OpenWindow, at_home: FakeCompanion) -> None:
    window = await open_window(size=(1180, 820))
    await window.type(QUESTION)
    await window.touch("Ask…")
    await window.until(lambda: window.says("Share this picture?"), "the sheet opens")
    shutter = window.app.page.ids.picture.ids.shutter
    await window.touch_widget(shutter)
    assert window.app.sheet is not None
    assert at_home.captures == 0
