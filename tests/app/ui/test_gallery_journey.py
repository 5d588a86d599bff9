"""The gallery in a real window: only what is seen exists, a touch opens, a long one chooses, arrows walk."""

from __future__ import annotations

from typing import Any

import pytest

from companion_app.gallery.avi import avi_pieces
from companion_app.gallery.records import Piece
from companion_app.gallery.unsealing import Unsealed
from companion_app.ui.screens.gallery.tile import Tile
from companion_app.ui.view_models.rooms import Room
from tests.app.answered import answer_all
from tests.app.ui.conftest import OpenWindow
from tests.app.ui.fakes import PROVEN, UNPROVEN, FakeCompanion, photograph
from tests.app.ui.window import Window

pytestmark = pytest.mark.window

COUNT = 90


@pytest.fixture
def worn(companion: FakeCompanion) -> FakeCompanion:
    """A companion that was worn for a while."""
    answer_all(companion.onboarding)
    companion._paired = True
    jpeg = photograph()
    for number in range(COUNT):
        companion.gallery.add(
            jpeg, UNPROVEN if number % 5 else PROVEN, int(companion.now_s()) - 7200 * (COUNT - number)
        )
    return companion


async def test_the_gallery_by_touch_and_by_keys(open_window: OpenWindow, worn: FakeCompanion) -> None:
    """One window for all of it: opening one costs more than everything that is done in it."""
    clip = add_a_clip(worn)
    window = await open_window()
    window.models.open_room(Room.GALLERY)
    await window.until(lambda: any(tile.texture for tile in window.widgets(Tile)), "small pictures are drawn")
    await only_what_is_seen_exists_and_is_read(window, worn)
    await a_touch_opens_and_back_leads_to_the_same_place(window)
    await what_is_chosen_is_deleted_unless_undone(window, worn)
    await arrows_walk_on_the_wall_and_enter_opens(window)
    await a_clip_plays_in_its_page(window, clip)


def tile_of(window: Window, picture: str) -> Any:
    return next(tile for tile in window.widgets(Tile) if tile.picture == picture)


async def only_what_is_seen_exists_and_is_read(window: Window, worn: FakeCompanion) -> None:
    scroller = window.app.page.ids.scroller

    assert window.says(f"{COUNT + 1} pictures")
    assert len(list(window.widgets(Tile))) < 40
    before = set(worn.gallery.thumbs_read)
    assert len(before) < 40
    scroller.scroll_y = 0
    await window.until(lambda: any(tile.picture == "picture-1" for tile in window.widgets(Tile)), "the oldest is seen")
    await window.until(
        lambda: all(tile.texture or tile.broken for tile in window.widgets(Tile)), "all that is seen is drawn"
    )
    assert len(list(window.widgets(Tile))) < 40, "tiles are used again"
    assert len(worn.gallery.thumbs_read) < 75, "what was passed by was not read"
    oldest = tile_of(window, "picture-1")
    assert "lightbulb" not in oldest.spoken
    assert "UNPROVEN" not in oldest.spoken
    assert "UNPROVEN" in tile_of(window, "picture-2").spoken


async def a_touch_opens_and_back_leads_to_the_same_place(window: Window) -> None:
    scroller = window.app.page.ids.scroller
    scroller.scroll_y = 0.5
    await window.settle()
    tile = list(window.widgets(Tile))[len(list(window.widgets(Tile))) // 2]
    picture = tile.picture

    await window.touch_widget(tile)
    place = scroller.scroll_y
    await window.until(lambda: window.app.page.ids.get("player") is not None, "its page is shown")
    assert window.models.gallery.inside.picture.id == picture
    await window.until(lambda: window.app.page.ids.view.texture is not None, "it is drawn")
    assert window.says("Capture light UNPROVEN") or window.says("Capture light proven")
    assert window.says("What happened to it")
    await window.key("escape")
    assert window.app.page.ids.get("wall") is not None
    assert scroller.scroll_y == pytest.approx(place)


async def what_is_chosen_is_deleted_unless_undone(window: Window, worn: FakeCompanion) -> None:
    model = window.models.gallery
    await window.touch("Choose")
    for picture in ("picture-90", "picture-89"):
        await window.touch_widget(tile_of(window, picture))
    assert window.says("2 chosen")
    bar = window.app.page.bar
    delete = next(chip for chip in bar.ids.acts.children if chip.value == "delete")
    await window.touch_widget(delete)
    await window.until(lambda: model.leaving.can_undo, "they are about to go")
    assert not [tile for tile in window.widgets(Tile) if tile.picture == "picture-90"]
    assert window.says("will be deleted in")
    (undo,) = bar.ids.acts.children
    await window.touch_widget(undo)
    await window.until(lambda: tile_of(window, "picture-90") is not None, "they are there again")
    assert len(worn.gallery.kept) == COUNT + 1
    assert bar.height == 0 or bar.title == ""


async def arrows_walk_on_the_wall_and_enter_opens(window: Window) -> None:
    wall = window.app.page.ids.wall
    wall.focus_on(0)
    await window.settle()
    focused = window.focused()
    for _ in range(8):
        focused.dispatch("on_arrow", 1, 0)
        await window.settle()
        focused = window.focused()
        assert isinstance(focused, Tile), "the keyboard is somewhere"
    assert focused.number > 20
    await window.key("enter")
    assert window.models.gallery.inside is not None
    assert window.models.back()


async def a_clip_plays_in_its_page(window: Window, clip: str) -> None:
    window.models.gallery.open(clip)
    item = window.models.gallery.inside
    await window.until(lambda: item.player is not None, "it is read")
    await window.touch("One frame on")
    assert item.player.frame == 1
    assert window.says("Frame 2 of 3")
    await window.touch("Play")
    await window.until(lambda: item.player.frame == 2 and not item.player.playing, "it played to its end")
    assert item.problem is None


def add_a_clip(worn: FakeCompanion) -> str:
    """The id of a clip of three frames."""
    frames = tuple(Piece(100 * number, photograph(number)) for number in range(3))
    clip = Unsealed(1, "clip", 5, "app", "00" * 16, frames, (), "00" * 32, {}, "done", 300, True)
    avi = b"".join(avi_pieces(clip))
    return worn.gallery.add(avi, PROVEN, 1_700_000_000, kind="clip", frames=3, duration_ms=300).id
