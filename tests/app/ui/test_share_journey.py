"""Promise 2 in the window: nothing leaves before Share was touched on a sheet that said everything."""

from __future__ import annotations

import asyncio
import hashlib
import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from companion_app.redaction import Kind
from companion_app.sharing.errors import Unreachable
from companion_app.sharing.outcome import Outcome
from companion_app.ui.view_models.sharing.marks import Sides
from tests.app.answered import answer_all
from tests.app.redaction.scripted import seen
from tests.app.ui.conftest import OpenWindow
from tests.app.ui.fakes import FakeCompanion
from tests.app.ui.window import Window

if TYPE_CHECKING:
    from companion_app.ui.widgets.mask_view import MaskView

pytestmark = [pytest.mark.window, pytest.mark.promise(2)]

QUESTION = "What does the sign say?"


@pytest.fixture
def at_home(companion: FakeCompanion) -> FakeCompanion:
    answer_all(companion.onboarding)
    companion.be_paired()
    companion.arrive()
    companion.sharing.endpoints.set_region("DE")
    return companion


def kinds(companion: FakeCompanion) -> list[str]:
    return [entry.kind for entry in companion.ledger.entries() if entry.kind != "consent"]


async def asked(open_window: OpenWindow, endpoint: str = "This device") -> Window:
    """The window with the sheet open and its picture checked."""
    window = await open_window()
    await window.until(lambda: window.says("Connected"), "it connects by itself")
    await window.go("ask")
    await ask(window, endpoint)
    return window


async def ask(window: Window, endpoint: str = "This device") -> None:
    """Choose, type, touch Ask; the sheet is open and its picture checked."""
    await window.touch(endpoint)
    if not window.models.ask.question:
        await window.type(QUESTION)
    await window.touch("Ask…")
    await window.until(lambda: window.app.sheet is not None and window.app.sheet.can_agree, "the sheet is ready")


async def test_the_sheet_names_everything_touches_and_keys_change_what_leaves_and_what_left_is_asked_back(
    open_window: OpenWindow, at_home: FakeCompanion
) -> None:
    """One window for the whole way of a picture: opening one costs more than what is done in it."""
    window = await asked(open_window, "api.openai.com")
    names_everything(window, at_home)
    window.save("share-sheet")
    await touches_change_it(window)
    await keys_change_it(window)
    await window.touch("Share")
    await window.until(lambda: window.says("Answered by api.openai.com"), "the answer shows")
    ((left, _),) = at_home.remote.asked
    pixels = Image.open(io.BytesIO(left)).convert("RGB")
    assert max(pixels.getpixel((104, 256))) < 16, "the face is black in what left"
    assert max(pixels.getpixel((528, 96))) < 16, "and what was drawn"
    assert min(pixels.getpixel((470, 200))) > 150, "the sign is not"
    await asks_it_back(window, at_home)
    assert len(at_home.remote.asked) == 1, "asking back sends nothing"


def names_everything(window: Window, at_home: FakeCompanion) -> None:
    card, sheet = at_home.remote.card, window.app.sheet
    leaving = window.models.ask.proposal.bytes
    for words in (card.recipient, "Answer one question about this picture", QUESTION, f"{len(leaving):,} bytes"):
        assert window.says(words), words
    assert window.says("2 faces, 1 bank card"), "what is masked"
    assert window.says("1 piece of text: the question needs it"), "what is not, and why"
    assert all(window.says(line) for line in card.terms.strip().splitlines())
    assert "".join(sheet.fingerprint.split()) == sheet.picture_sha256 == hashlib.sha256(leaving).hexdigest()
    assert sheet.terms_sha256 == hashlib.sha256(card.terms.encode()).hexdigest()
    assert len(sheet.ids.view.marks) == 4
    share, refuse = window.button("Share"), window.button("Don't share")
    assert share.size == refuse.size
    assert share.kind == refuse.kind
    assert at_home.remote.asked == []


async def touches_change_it(window: Window) -> None:
    model = window.models.ask.share
    await touch_picture(window, 0.5625, 0.867)  # the card
    assert model.masked == ("face", "face"), "a tap shows one thing"
    await touch_picture(window, 0.1625, 0.533)  # a face
    assert window.says("Has this person agreed?")
    assert window.button("Share").disabled, "not while that is open"
    await window.touch("Keep it masked")
    assert model.masked.count("face") == 2
    await window.touch("Undo")
    assert "card" in model.masked
    await draw_on_picture(window, (0.7, 0.1), (0.95, 0.3))
    assert model.masked.count("drawn") == 1
    window.save("share-sheet-masked")


async def keys_change_it(window: Window) -> None:
    model, view = window.models.ask.share, window.app.sheet.ids.view
    view.focus = False
    await window.key("tab")
    assert view.focus, "Tab begins at the picture"
    await window.key("right")
    assert view.marks[view.chosen].kind == "card"
    assert window.says("1 bank card, masked. Enter shows it.")
    await window.key("enter")
    assert "card" not in model.masked
    await window.key("tab")
    assert window.focused().caption == "Undo"
    await window.key("enter")
    assert "card" in model.masked
    await window.until(lambda: model.can_agree, "it is checked")


async def asks_it_back(window: Window, at_home: FakeCompanion) -> None:
    await window.touch("Receipt and taking back")
    (share,) = at_home.sharing.shares()
    assert window.says("Left this device")
    assert window.says(share.receipt_id)
    assert not window.says("I withdraw my consent")
    await window.touch("Take it back")
    await window.until(lambda: window.says("I withdraw my consent"), "the request is written, and scrolled to")
    assert window.says("Asked back on")
    window.save("receipt-asked-back")
    await window.touch("They refused")
    await window.until(lambda: window.says("They refused to erase it."), "their answer stands there")
    assert at_home.sharing.share(share.receipt_id).asked_back.result == "refused"
    await window.key("escape")
    assert window.app.sheet is None


async def test_what_is_still_seen_holds_it_back_and_a_part_of_the_picture_is_a_way_out(
    open_window: OpenWindow, at_home: FakeCompanion
) -> None:
    at_home.sight.again = lambda image: [seen(Kind.FACE, 300, 80, 360, 120)] if image.width == 640 else []
    window = await open_window()
    await window.go("ask")
    window.models.ask.choose(at_home.remote.card.id)
    window.models.ask.set_question(QUESTION)
    await window.touch("Ask…")
    await window.until(lambda: window.says("Held back: the second look still sees a face."), "it is held back")
    assert window.button("Share").disabled
    assert window.app.sheet.ids.view.marks[0].state == "missed"
    assert window.button("Mask these, too")
    window.save("share-sheet-held-back")
    await window.touch("Send only what I ask about")
    await window.until(lambda: window.app.sheet.can_agree, "now it may be shared")
    assert window.says("only the part that is drawn above")
    window.save("share-sheet-part")
    await window.touch("Share")
    await window.until(lambda: window.says("Answered by api.openai.com"), "the answer shows")
    ((left, _),) = at_home.remote.asked
    assert Image.open(io.BytesIO(left)).width < 640


async def touch_picture(window: Window, x: float, y: float) -> None:
    """A tap on the preview, in fractions of the picture."""
    await draw_on_picture(window, (x, y), (x, y))


async def draw_on_picture(window: Window, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """A finger goes down at one place of the preview and up at another."""
    view = window.app.sheet.ids.view
    await window.until(lambda: view.texture is not None and not window.app.sheet.must_draw, "the picture is drawn")
    await window.scroll_to(view)
    (x, y), (u, v) = (place_in(view, at) for at in (begin, end))
    await window.stroke((x, y), (u, v))
    await window.until(lambda: window.models.ask.share.stage != "checking", "the change is checked")


def place_in(view: MaskView, at: tuple[float, float]) -> tuple[float, float]:
    x, y, width, height = view.spot(Sides(0, 0, 1, 1))
    return view.to_window(x + at[0] * width, y + (1 - at[1]) * height)


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
    await window.touch("Ask")
    await window.until(lambda: window.says("The sign says NORTH PIER."), "the answer shows")
    assert window.says("Answered by this device")
    assert window.app.sheet is None
    answer = window.notice("The sign says NORTH PIER.")
    assert window.is_whole(answer), "one need not look for it"
    jpeg = at_home.gallery.pictures()[0].read()
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
    await window.touch("Ask")
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
    await window.go("ask")
    await window.type(QUESTION)
    await window.key("enter")
    await window.until(lambda: window.app.sheet is not None and window.app.sheet.can_agree, "Enter asks")
    for name in ("enter", "spacebar", "enter"):
        await window.key(name)
    assert window.app.sheet is not None
    assert at_home.local.asked == []
    await window.key("tab")
    assert window.focused().caption == "Don't ask", "the first stop is the way out"
    await window.key("tab")
    assert window.focused().caption == "Ask"
    await window.key("tab")
    assert window.focused().caption == "Don't ask", "Tab stays on the sheet"
    await window.key("tab", "shift")
    await window.key("spacebar")
    await window.until(lambda: window.says("NORTH PIER"), "the keyboard can agree when it means to")


async def test_a_touch_beside_the_sheet_does_nothing(open_window: OpenWindow, at_home: FakeCompanion) -> None:
    window = await open_window(size=(1180, 820))
    await window.go("ask")
    await window.type(QUESTION)
    await window.touch("Ask…")
    await window.until(lambda: window.app.sheet is not None and window.app.sheet.can_agree, "the sheet opens")
    await window.touch_widget(window.app.page.ids.about.ids.view)
    assert window.app.sheet is not None
    assert at_home.local.asked == []
