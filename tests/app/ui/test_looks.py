"""What every screen must keep in every look: readable contrast, large targets, and everything within reach."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from companion_app.ledger import Verdict
from companion_app.ledger.verdict import Damage, Finding
from companion_app.link.errors import LinkLost
from companion_app.ui import environment
from companion_app.ui.theme.appearance import Appearance
from companion_app.ui.theme.contrast import ratio
from companion_app.ui.view_models.rooms import Room
from companion_app.ui.view_models.settings.blocks import Door
from companion_app.ui.widgets.action import Action
from companion_app.ui.widgets.field import FieldInput
from tests.app.answered import answer_all
from tests.app.ui.conftest import OpenWindow
from tests.app.ui.fakes import UNPROVEN, FakeCompanion, GlassesSaidNo, hello, photograph
from tests.app.ui.window import Window

pytestmark = pytest.mark.window

LEAST_CONTRAST = 4.5
LEAST_TARGET_DP = 48
LOOKS = {
    "light": Appearance(),
    "dark": Appearance(dark=True),
    "high-contrast": Appearance(high_contrast=True),
    "high-contrast-dark": Appearance(dark=True, high_contrast=True),
}


async def every_screen(window: Window, companion: FakeCompanion, *, sheets: bool = True) -> AsyncIterator[str]:
    """Walk through the app; yields the name of each state while it is shown. Without `sheets` only pages, and one."""
    models = window.models
    yield "first-login"
    models.first_login.choose("yes")
    await window.settle()
    yield "first-login-chosen"
    models.first_login.proceed()
    answer_all(companion.onboarding)
    models.first_login.changed()
    companion.pair_error = GlassesSaidNo("pairing_closed")
    models.pair.set_code("ABCD-EFGH")
    await models.pair.pair()
    await window.settle()
    yield "pair-refused"
    companion.pair_error = None
    await models.pair.pair()
    await window.settle()
    yield "live-empty"
    await models.home.take()
    companion.refuse("light_unseen")
    await window.settle()
    yield "live-proven"
    if sheets:
        async for name in every_list(window):
            yield name
    models.open_room(Room.ASK)
    companion.light = UNPROVEN
    await models.home.take()
    companion.sharing.endpoints.set_region("DE")
    models.ask.set_question("What does the sign say?")
    models.ask.choose(companion.remote.card.id)
    await models.ask.ask()
    await models.ask.share.tap(0.15, 0.5)
    await window.settle()
    yield "share-sheet"
    models.ask.share.face_stays()
    await window.settle()
    await models.ask.agree(**window.app.sheet.named)
    if sheets:
        async for name in every_sheet(window, companion):
            yield name
    companion.said_hello = hello("development")
    companion.journal_verdict = Verdict(3, (Finding(Damage.EDITED, 1),))
    companion.fail_unasked(LinkLost())
    await window.settle()
    yield "ask-answered"
    models.open_room(Room.LIVE)
    await window.settle()
    yield "live-troubled"


async def every_list(window: Window) -> AsyncIterator[str]:
    """The rooms that list what there is."""
    models = window.models
    models.open_room(Room.GALLERY)
    await window.settle()
    yield "gallery"
    models.gallery.open(models.home.picture.id)
    await window.settle()
    yield "gallery-item"
    assert models.back()
    for room in (Room.LEDGER, Room.SETTINGS):
        models.open_room(room)
        await window.settle()
        yield room.value


async def every_page_of_settings(window: Window) -> AsyncIterator[str]:
    """Behind each door of the settings room."""
    settings = window.models.settings
    window.models.open_room(Room.SETTINGS)
    for block in tuple(settings.blocks()):
        if isinstance(block, Door) and block.key != "askers":
            job = block.do()
            if job is not None:
                await job
            await window.settle()
            yield f"settings-{block.key}"
            assert settings.back()


async def every_sheet(window: Window, companion: FakeCompanion) -> AsyncIterator[str]:
    """What left, who can be asked, and a live session, after something was shared."""
    models = window.models
    models.open_left(models.ask.answered.receipt_id)
    models.receipt.take_back()
    await window.settle()
    yield "receipt"
    models.close_sheet()
    models.open_askers()
    models.askers.set("region", "Atlantis")
    models.askers.save_region()
    await window.settle()
    yield "who-can-be-asked"
    models.close_sheet()
    companion.said_hello = replace(hello("locked"), level="software")
    models.open_live()
    await window.settle()
    yield "live-sheet"
    models.live.start.allow_unproven_light(True)
    window.app.sheet.agree()
    await window.until(lambda: companion.view is not None, "the glasses show what they see")
    companion.view.show(photograph(), verdict="unproven", level="software")
    await window.until(lambda: models.live.state.sent == 1, "a frame was asked about")
    models.open_askers()
    await window.settle()
    yield "live-over-a-sheet"
    await window.touch("Stop")
    assert not models.live.running, "one touch, whatever lies on top"
    assert not window.says("Live to api.openai.com")
    models.close_sheet()
    await companion.end_background()


def inside(box: tuple[int, int, int, int], label: object) -> tuple[int, int, int, int]:
    """The part of `box` without the border that fields and buttons draw."""
    border = 9 if isinstance(label, (Action, FieldInput)) else 0
    return box[0] + border, box[1] + border, box[2] - border, box[3] - border


def legibility(crop: Image.Image) -> float:
    """Contrast of the strongest ink in `crop` to its commonest colour, 1 for an empty one."""
    colours = Counter(dict((colour, count) for count, colour in crop.getcolors(crop.width * crop.height) or []))
    ground = colours.most_common(1)[0][0]
    return max(ratio([c / 255 for c in colour], [c / 255 for c in ground]) for colour in colours)


async def gone_through(
    window: Window, size: tuple[int, int] = environment.PHONE_SIZE_DP
) -> tuple[dict[Any, float], set[Any]]:
    """Legibility of each text that was seen whole, and what was within reach.

    What is drawn late moves the rest: the list is gone through again while something is unread and that finds more.
    """
    read: dict[Any, float] = {}
    reached: set[Any] = set()
    before = -1
    while before < len(read) and set(window.labels()) - set(read):
        before = len(read)
        async for _ in window.scrolled_through():
            picture = window.picture()
            reached |= within_reach(window, size)
            for label in window.labels():
                if label not in read and window.is_whole(label):
                    read[label] = legibility(picture.crop(inside(window.box(label), label)))
    return read, reached


@pytest.mark.parametrize("look", LOOKS)
async def test_text_can_be_read(look: str, open_window: OpenWindow, companion: FakeCompanion) -> None:
    window = await open_window(appearance=LOOKS[look], note="Simulated glasses")
    async for screen in every_screen(window, companion, sheets=look == "light"):
        await window.to_top()
        if look == "light":
            must_be_apart(window, screen)
            must_be_large(window, screen)
        read, reached = await gone_through(window)
        assert len(read) >= 5, screen
        assert set(read) == set(window.labels()), screen
        assert reached == set(window.targets()), screen
        for label, contrast in read.items():
            assert contrast >= LEAST_CONTRAST, (screen, label.text)


@pytest.mark.parametrize(
    ("scale", "size", "sheets"),
    [(1.6, (412, 892), False), (2.0, (360, 640), True), (1.0, (1180, 820), False)],
    ids=["large-text", "largest-text-on-a-small-phone", "desktop"],
)
async def test_everything_is_large_enough_within_reach_and_apart(
    scale: float, size: tuple[int, int], sheets: bool, open_window: OpenWindow, companion: FakeCompanion
) -> None:
    window = await open_window(size=size, appearance=Appearance(font_scale=scale), note="Simulated glasses")
    async for screen in every_screen(window, companion, sheets=sheets):
        await window.to_top()
        must_be_apart(window, screen)
        must_be_large(window, screen)
        if screen == "receipt":  # a long letter: scrolled through once, at the usual size, is enough
            continue
        reached = set()
        async for _ in window.scrolled_through():
            reached |= within_reach(window, size)
        assert reached == set(window.targets()), screen
        for label in window.labels():
            left, _, right, _ = window.box(label)
            assert 0 <= left < right <= size[0], (screen, label.text)


async def test_every_page_of_settings_is_readable_and_within_reach(
    open_window: OpenWindow, companion: FakeCompanion
) -> None:
    """Once, where it is hardest: the largest text on a small phone, in the dark."""
    size = (360, 640)
    answer_all(companion.onboarding)
    companion.be_paired()
    window = await open_window(size=size, appearance=Appearance(dark=True, font_scale=2.0), note="Simulated glasses")
    pages = 0
    async for screen in every_page_of_settings(window):
        pages += 1
        await window.to_top()
        must_be_apart(window, screen)
        must_be_large(window, screen)
        if screen == "settings-licences":  # one row for each package: the rows are those of every other page
            continue
        read, reached = await gone_through(window, size)
        assert reached == set(window.targets()), screen
        for label, contrast in read.items():
            assert contrast >= LEAST_CONTRAST, (screen, label.text)
    assert pages >= 8


def must_be_large(window: Window, screen: str) -> None:
    targets = list(window.targets())
    assert targets, screen
    for target in targets:
        assert target.height >= LEAST_TARGET_DP, (screen, target)
        assert target.width >= LEAST_TARGET_DP, (screen, target)


def within_reach(window: Window, size: tuple[int, int]) -> set[object]:
    """What can be touched now; a target may be taller than a small window."""
    boxes = ((target, *window.box(target)) for target in window.targets())
    return {
        target
        for target, left, top, right, bottom in boxes
        if 0 <= left < right <= size[0] and 0 <= top <= bottom - LEAST_TARGET_DP and bottom <= size[1]
    }


def must_be_apart(window: Window, screen: str) -> None:
    labels = [(label, *label.to_window(*label.pos)) for label in window.labels()]
    for (one, x, y), (other, u, v) in itertools.combinations(labels, 2):
        beside = x + one.width <= u + 1 or u + other.width <= x + 1
        above = y + one.height <= v + 1 or v + other.height <= y + 1
        apart = beside or above or window.scroller(one) is not window.scroller(other)
        assert apart, (screen, one.text, other.text)
