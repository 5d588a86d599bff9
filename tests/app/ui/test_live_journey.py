"""The Live room by touch: connecting, taking pictures, and what the light proves."""

from __future__ import annotations

import asyncio

import pytest
from PIL import Image

from companion_app.assistant import LocalAnswer
from companion_app.assistant.answer import Facts
from companion_app.control.asking import Asked
from companion_app.link.errors import GlassesNotFound
from tests.app.answered import answer_all
from tests.app.ui.conftest import Clock, OpenWindow
from tests.app.ui.fakes import UNPROVEN, FakeCompanion, GlassesSaidNo, photograph
from tests.app.ui.window import Window

pytestmark = pytest.mark.window


@pytest.fixture
def paired(companion: FakeCompanion) -> FakeCompanion:
    answer_all(companion.onboarding)
    companion.be_paired()
    return companion


def shows_photograph(window: Window) -> bool:
    """The sky of the photograph is among the window's pixels: nothing else in the app is sky blue."""
    sample = window.picture().resize((100, 200), Image.Resampling.NEAREST)
    colours = sample.getcolors(100 * 200) or []
    return sum(count for count, (red, _, blue) in colours if red > 80 and blue > red + 50) > 100


async def test_a_touch_on_the_shutter_shows_the_picture_with_its_proof(
    open_window: OpenWindow, paired: FakeCompanion, clock: Clock
) -> None:
    window = await open_window(note="Simulated glasses")
    await window.until(lambda: window.says("Connected"), "it connects by itself")
    assert window.says("No picture yet")
    assert not shows_photograph(window)
    await window.touch("Take a picture")
    await window.until(lambda: window.says("Capture light proven"), "the picture arrives")
    await window.scroll_to(window.app.page.ids.connection)
    assert shows_photograph(window)
    assert window.says(f"Taken just now · {len(photograph(1)):,} bytes")
    assert not window.says("UNPROVEN")
    window.save("live-proven")


async def test_an_unproven_picture_says_so_in_words_and_sign(open_window: OpenWindow, paired: FakeCompanion) -> None:
    paired.light = UNPROVEN
    window = await open_window()
    await window.until(lambda: window.says("Connected"), "it connects by itself")
    await window.touch("Take a picture")
    await window.until(lambda: window.says("Capture light UNPROVEN"), "the verdict is said")
    assert window.says("nothing that measures the light")
    unproven = window.notice("Capture light UNPROVEN")
    assert (unproven.kind, unproven.icon) == ("caution", "alert-outline")
    window.save("live-unproven")


async def test_the_shutter_is_busy_while_a_picture_is_taken(open_window: OpenWindow, paired: FakeCompanion) -> None:
    window = await open_window()
    await window.until(lambda: window.says("Connected"), "it connects by itself")
    paired.gate = asyncio.Event()
    await window.touch("Take a picture")
    assert window.button("Taking a picture…").disabled
    await window.touch("Taking a picture…")
    paired.gate.set()
    await window.until(lambda: window.says("Take a picture"), "the shutter is free again")
    assert paired.captures == 1


async def test_a_picture_by_the_glasses_button_shows_without_being_asked_for(
    open_window: OpenWindow, paired: FakeCompanion, clock: Clock
) -> None:
    window = await open_window()
    clock.now_s += 60
    paired.arrive()
    clock.now_s += 180
    await window.until(lambda: window.says("Capture light proven"), "the picture shows")
    window.models.home.changed()
    await window.until(lambda: window.says("Taken 3 minutes ago"), "its age is told")


async def test_a_spoken_question_and_its_answer_stand_beside_their_picture(
    open_window: OpenWindow, paired: FakeCompanion
) -> None:
    window = await open_window()
    await window.until(lambda: window.says("Connected"), "it connects by itself")
    paired.arrive()
    [picture] = paired.gallery.pictures()
    await window.go("ask")
    paired.asked.notify(Asked(picture, "What does the sign say?"))
    await window.until(lambda: window.says("You asked aloud"), "this device looks")
    paired.asked.notify(Asked(picture, "What does the sign say?", LocalAnswer("I read:\nPlatform 7", Facts())))
    await window.until(lambda: window.says("Platform 7"), "it answers")
    assert window.says("Answered by this device. You asked: What does the sign say?")
    assert not window.says("You asked aloud")
    assert window.app.page.ids.ask.ids.question.text == "What does the sign say?"


async def test_a_refusal_says_why_and_what_to_do(open_window: OpenWindow, paired: FakeCompanion) -> None:
    paired.capture_error = GlassesSaidNo("light_unseen")
    window = await open_window()
    await window.until(lambda: window.says("Connected"), "it connects by itself")
    await window.touch("Take a picture")
    await window.until(lambda: window.says("does not see it shine"), "the refusal is told")
    assert window.says("Uncover or clean the light, then try again.")
    assert window.says("No picture yet")
    window.save("live-refused")


async def test_a_refused_press_on_the_glasses_is_told_too(open_window: OpenWindow, paired: FakeCompanion) -> None:
    window = await open_window()
    paired.refuse("battery_low")
    await window.until(lambda: window.says("Charge the glasses."), "the refusal is told")


async def test_a_lost_link_says_its_reason_once_and_offers_the_way_back(
    open_window: OpenWindow, paired: FakeCompanion
) -> None:
    window = await open_window()
    await window.until(lambda: window.says("Connected"), "it connects by itself")
    paired.connect_error = GlassesNotFound(8.0, pairing=False)
    paired.lose_link()
    await window.until(lambda: window.says("Not connected"), "the state is told")
    assert window.says("The radio link was lost.")
    assert window.button("Take a picture").disabled
    await window.touch("Connect")
    await window.until(lambda: window.says("were not seen nearby"), "the new reason is told")
    assert not window.says("No glasses were seen"), "the same thing is not said twice"
    paired.connect_error = None
    await window.touch("Connect")
    await window.until(lambda: not window.button("Take a picture").disabled, "connected again")


async def test_a_file_that_was_changed_is_not_shown(open_window: OpenWindow, paired: FakeCompanion) -> None:
    picture = paired.arrive()
    paired.gallery.files.path(picture.id).write_bytes(photograph(99))
    window = await open_window()
    await window.until(lambda: window.says("This file is not the picture that was taken."), "the change is told")
    assert not shows_photograph(window)


async def test_simulated_glasses_are_called_so_on_every_screen(
    open_window: OpenWindow, companion: FakeCompanion
) -> None:
    window = await open_window(note="Simulated glasses")
    for screen in ("first_login", "pair", "rooms"):
        assert window.models.screen == screen
        header = window.app.page.ids.header.ids.badge
        assert header.text == "Simulated glasses"
        assert header.opacity == 1
        assert header.x >= 0
        assert header.right <= 412
        if screen == "first_login":
            window.models.first_login.opt_out()
        elif screen == "pair":
            window.models.pair.set_code("a code")
            await window.models.pair.pair()
        await window.settle()


async def test_a_clip_shows_its_first_frame_and_that_it_is_one(open_window: OpenWindow, paired: FakeCompanion) -> None:
    window = await open_window()
    paired.arrive_clip(whole=False)
    await window.until(lambda: window.says("Capture light proven"), "the clip shows")
    await window.scroll_to(window.app.page.ids.connection)
    assert shows_photograph(window)
    assert window.says("Clip · 12.3 s · 87 frames")
    assert window.says("the glasses lost power")
    window.save("live-clip")
