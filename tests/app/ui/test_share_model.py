"""The share sheet's model without a window: what is drawn, what may be agreed to, and what a touch changes."""

from __future__ import annotations

import asyncio
import io
import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from companion_app.redaction import Area, Kind, Seen
from companion_app.redaction.errors import RedactionUnavailable
from companion_app.ui.view_models.ask import AskModel
from companion_app.ui.view_models.sharing import telling
from companion_app.ui.view_models.sharing.history import History
from companion_app.ui.view_models.sharing.marks import Mark, Sides, area_of, around, sides_of, touched
from companion_app.ui.view_models.sharing.share import ShareModel, Stage, Tool
from companion_app.ui.view_models.sharing.share_tools import share_tools
from companion_app.ui.view_models.words.redaction import known_kinds, place, places, still_seen
from tests.app.redaction.scripted import seen
from tests.app.ui.fakes import FakeCompanion
from tests.app.waiting import until

pytestmark = pytest.mark.promise(2)

SIGN, FACE, CARD = (0.73, 0.48), (0.1625, 0.533), (0.5625, 0.867)
EMPTY = (0.4, 0.1)


async def opened(companion: FakeCompanion, *, region: str | None = "DE", local: bool = False) -> ShareModel:
    """The sheet's model, its picture checked."""
    companion.sharing.endpoints.set_region(region)
    card = (companion.local if local else companion.remote).card
    model = ShareModel(companion.sharing, companion.arrive(), card, "What does the sign say?")
    await model.open()
    return model


def captions(model: ShareModel) -> list[str]:
    return [tool.caption for tool in share_tools(model)]


def pixels(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


async def test_what_is_drawn_is_what_the_proposal_holds_and_the_question_decides_what_is_seen(
    companion: FakeCompanion,
) -> None:
    model = await opened(companion)
    assert model.stage is Stage.READY
    assert model.proposal is not None
    assert model.jpeg == model.proposal.bytes
    assert sorted(model.masked) == ["card", "face", "face"]
    assert model.kept == (("text", "the question needs it"),)
    assert telling.masked(model) == "2 faces, 1 bank card"
    assert telling.kept(model) == "1 piece of text: the question needs it"
    assert companion.remote.asked == []


async def test_what_stays_here_is_the_picture_itself_and_nothing_is_masked(companion: FakeCompanion) -> None:
    model = await opened(companion, local=True)
    assert model.jpeg == companion.gallery.pictures()[0].read()
    assert model.can_agree
    assert not model.editable
    assert captions(model) == []
    await model.tap(*FACE)
    assert model.face is None


async def test_nothing_is_drawn_before_it_is_masked(companion: FakeCompanion) -> None:
    may_go_on, drawn = threading.Event(), []
    look = companion.sight.first

    def slow(image: Image.Image, *, reading: bool) -> object:
        may_go_on.wait(10)
        return look(image, reading=reading)

    companion.sight.first = slow  # type: ignore[method-assign, assignment]
    card = companion.remote.card
    model = ShareModel(companion.sharing, companion.arrive(), card, "What does the sign say?")
    model.observe(lambda: drawn.append((model.stage, model.jpeg)))
    opening = asyncio.create_task(model.open())
    await asyncio.sleep(0)
    assert drawn == [(Stage.LOOKING, None)]
    assert not model.can_agree
    may_go_on.set()
    await opening
    assert all(max(pixels(jpeg).getpixel((104, 256))) < 16 for _, jpeg in drawn if jpeg is not None)


async def test_a_tap_shows_one_thing_and_the_next_one_masks_it_again(companion: FakeCompanion) -> None:
    model = await opened(companion)
    first = model.proposal
    await model.tap(*CARD)
    assert "card" not in model.masked
    assert ("card", "the owner unmasked it") in model.kept
    assert model.proposal is not None
    assert model.proposal != first, "an agreement to the old bytes does not cover the new ones"
    await model.tap(*CARD)
    assert "card" in model.masked
    await model.undo()
    await model.undo()
    assert not model.can_undo
    assert sorted(model.masked) == ["card", "face", "face"]
    await model.undo()
    assert model.can_agree


async def test_a_face_needs_a_second_act_and_a_place_where_it_may_leave(companion: FakeCompanion) -> None:
    model = await opened(companion)
    await model.tap(*FACE)
    assert model.masked.count(Kind.FACE) == 2, "not by a tap alone"
    assert not model.can_agree
    assert captions(model) == ["Keep it masked", "They agreed: show it"]
    assert "api.openai.com" in telling.face_question(model)[1]
    model.face_stays()
    assert model.can_agree
    await model.tap(*FACE)
    await model.face_agreed()
    assert model.masked.count(Kind.FACE) == 1
    assert ("face", "the person shown agreed") in model.kept
    assert model.proposal is not None
    assert model.proposal.redactions is not None
    assert model.proposal.redactions.faces_agreed == 1


@pytest.mark.parametrize("region", [None, "US-IL"])
async def test_where_a_law_forbids_it_no_face_can_be_shown(companion: FakeCompanion, region: str | None) -> None:
    model = await opened(companion, region=region)
    await model.tap(*FACE)
    assert model.face is None
    assert model.masked.count(Kind.FACE) == 2
    assert telling.state(model).title.startswith("This face stays masked: ")
    assert model.can_agree, "the rest can still be shared"
    await model.face_agreed()
    assert model.masked.count(Kind.FACE) == 2


async def test_a_tap_or_a_drag_elsewhere_masks_more(companion: FakeCompanion) -> None:
    model = await opened(companion)
    await model.tap(*EMPTY)
    await model.drag(Sides(0.7, 0.05, 0.9, 0.3))
    assert model.masked.count(Kind.DRAWN) == 2
    assert model.proposal is not None
    left = pixels(model.proposal.bytes)
    assert max(left.getpixel((256, 48))) < 16
    assert max(left.getpixel((512, 80))) < 16
    assert telling.masked(model) == "2 faces, 2 places of your own choice, 1 bank card"


async def test_only_a_part_is_sent_as_suggested_or_as_drawn_and_then_the_whole_again(companion: FakeCompanion) -> None:
    model = await opened(companion)
    assert captions(model) == ["Send only what I ask about", "Send only a part…"]
    await model.crop_as_suggested()
    assert model.cropped
    assert model.proposal is not None
    assert pixels(model.proposal.bytes).width < 640
    assert model.masked == (), "what was masked is not in it at all"
    assert telling.part(model)
    await model.whole()
    model.take_tool(Tool.CROP)
    assert "Drag over the part" in telling.how_to(model)
    await model.drag(Sides(0.5, 0.25, 1.0, 0.75))
    assert model.tool is Tool.MASK, "one drag, one part"
    size = pixels(model.proposal.bytes).size
    assert size[0] <= 320
    assert size[1] <= 240
    await model.tap(0.5, 0.5)
    assert Kind.TEXT in model.masked, "a tap means the place that is drawn there, of the part that is shown"


async def test_a_part_that_is_none_is_refused_with_words_and_the_old_one_stands(companion: FakeCompanion) -> None:
    model = await opened(companion)
    before = model.jpeg
    model.take_tool(Tool.CROP)
    await model.drag(Sides(0.51, 0.51, 0.511, 0.511))
    assert model.problem is not None
    assert telling.state(model).kind == "caution"
    assert model.jpeg == before
    assert model.can_agree


async def test_what_the_second_look_sees_holds_it_back_until_it_is_masked(companion: FakeCompanion) -> None:
    def again(image: Image.Image) -> list[Seen]:
        return [] if max(image.getpixel((330, 100))) < 16 else [seen(Kind.PLATE, 300, 80, 360, 120)]

    companion.sight.again = again
    model = await opened(companion)
    assert model.stage is Stage.BLOCKED
    assert model.proposal is None
    assert not model.can_agree
    assert telling.state(model).title == "Held back: the second look still sees a number plate."
    assert model.marks[0].state == "missed"
    assert captions(model)[0] == "Mask these, too"
    await model.pick(model.marks[0])
    assert model.stage is Stage.READY
    assert model.masked.count(Kind.DRAWN) == 1


async def test_without_detectors_nothing_can_be_shared_and_nothing_is_drawn(companion: FakeCompanion) -> None:
    def missing(image: Image.Image, *, reading: bool) -> list[Seen]:
        raise RedactionUnavailable("rapidocr")

    companion.sight.first = missing  # type: ignore[method-assign]
    model = await opened(companion)
    assert model.stage is Stage.FAILED
    assert model.jpeg is None
    assert not model.can_agree
    assert telling.state(model).kind == "problem"
    assert telling.state(model).detail


async def test_changes_made_while_one_is_checked_are_taken_together_and_the_last_one_counts(
    companion: FakeCompanion,
) -> None:
    model = await opened(companion)
    looks: list[int] = []
    may_go_on = threading.Event()

    def slow(image: Image.Image) -> list[Seen]:
        looks.append(1)
        may_go_on.wait(10)
        return []

    companion.sight.again = slow
    first = asyncio.create_task(model.tap(*EMPTY))
    await until(lambda: bool(looks))
    await asyncio.gather(*(model.tap(0.3 + 0.1 * number, 0.1) for number in range(2, 6)))
    assert model.proposal is None, "what is being checked may not be agreed to"
    may_go_on.set()
    await first
    assert len(looks) == 2, "four changes, one look"
    assert model.masked.count(Kind.DRAWN) == 5
    assert model.proposal is not None
    assert model.proposal.redactions is not None
    assert dict(model.proposal.redactions.masked)["drawn"] == 5


async def test_a_sheet_that_was_closed_makes_no_proposal_any_more(companion: FakeCompanion) -> None:
    may_go_on = threading.Event()
    looks: list[int] = []

    def slow(image: Image.Image) -> list[Seen]:
        looks.append(1)
        may_go_on.wait(10)
        return []

    companion.sight.again = slow
    card = companion.remote.card
    model = ShareModel(companion.sharing, companion.arrive(), card, "What does the sign say?")
    opening = asyncio.create_task(model.open())
    await until(lambda: bool(looks))
    model.close()
    may_go_on.set()
    await opening
    assert model.proposal is None
    assert not model.can_agree


async def test_who_is_not_offered_here_is_shown_with_the_reason_and_not_chosen(companion: FakeCompanion) -> None:
    companion.remote.card = replace(companion.remote.card, only_in=("US",))
    companion.sharing.endpoints.set_region("DE")
    ask = AskModel(companion.sharing, lambda: None)
    assert companion.remote.card in ask.cards
    assert ask.barrier(companion.remote.card) is not None
    ask.choose(companion.remote.card.id)
    assert ask.endpoint == "local"
    companion.sharing.endpoints.set_region("US-OH")
    ask.choose(companion.remote.card.id)
    assert ask.endpoint == companion.remote.card.id


def test_every_kind_has_words_of_its_own() -> None:
    assert known_kinds() == set(Kind) - {Kind.DRAWN}
    assert place("face") == "1 face"
    assert place("drawn", 2) == "2 places of your own choice"
    assert places([]) == ""
    assert still_seen(["face", "text", "code"]) == "a face, readable text and a code"
    assert still_seen([]) == "something"


sides = st.tuples(*(st.floats(0, 1) for _ in range(4))).map(
    lambda s: Sides(min(s[0], s[2]), min(s[1], s[3]), max(s[0], s[2]), max(s[1], s[3]))
)
frames = st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(1, 900), st.integers(1, 900)).map(
    lambda f: Area(f[0], f[1], f[0] + f[2], f[1] + f[3])
)


@given(sides, frames)
def test_what_is_drawn_over_the_picture_is_covered_whole_and_never_outside_it(drawn: Sides, frame: Area) -> None:
    area = area_of(drawn, frame)
    assert area.common(frame) == area
    back = sides_of(area, frame)
    assert back is not None
    assert back.left <= drawn.left or area.left == frame.right - 1
    assert back.right >= drawn.right - 1e-9 or area.right == frame.right
    assert back.bottom >= drawn.bottom - 1e-9 or area.bottom == frame.bottom


@given(st.floats(0, 1), st.floats(0, 1), frames)
def test_a_tap_masks_something_around_itself(x: float, y: float, frame: Area) -> None:
    assert around(x, y, frame).holds(x, y)
    assert area_of(around(x, y, frame), frame).pixels >= 1


def test_a_tap_means_the_smallest_place_and_a_near_one_only_where_none_is_hit() -> None:
    page = Mark("page", "text", "seen", Sides(0, 0, 1, 0.5))
    word = Mark("word", "text", "masked", Sides(0.4, 0.2, 0.5, 0.3))
    below = Mark("below", "face", "masked", Sides(0.4, 0.52, 0.5, 0.6))
    marks = (page, word, below)
    assert touched(marks, 0.45, 0.25) is word
    assert touched(marks, 0.45, 0.49, 0.1, 0.1) is page, "a hit goes before a near miss"
    assert touched(marks, 0.45, 0.65, 0.1, 0.1) is below
    assert touched(marks, 0.9, 0.9, 0.1, 0.1) is None


def test_the_first_value_is_never_taken_back_however_many_follow() -> None:
    history = History(0)
    for value in range(1, 300):
        history.add(value)
    while history.undo():
        pass
    assert history.now == 0
    assert not history.undo()
