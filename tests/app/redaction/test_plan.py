"""What stays visible: masks win, faces need a word, every change leaves the old plan as it was."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from companion_app.redaction import Area, Kind, Look, Plan, Reason, Seen
from companion_app.redaction.errors import (
    BadArea,
    CropTooSmall,
    FaceNeedsConsent,
    PlanError,
    PlanOfAnotherPicture,
    UnknownRegion,
)
from tests.app.redaction.scripted import decoded, png, redactor, seen

SIZE = (200, 100)
SIGN, CARD, FACE = seen(Kind.TEXT, 10, 10, 90, 30), seen(Kind.CARD, 110, 10, 190, 30), seen(Kind.FACE, 20, 40, 60, 90)


def look_at(*found: Seen) -> Look:
    return redactor(*found).look(png(Image.new("RGB", SIZE, "white")))


def is_filled(plan: Plan, look: Look, x: int, y: int) -> bool:
    level = decoded(redactor().make(look, plan).jpeg).convert("L").getpixel((x, y))
    assert isinstance(level, int)
    assert level < 40 or level > 215
    return level < 40


def test_what_nobody_asked_for_is_masked() -> None:
    look = look_at(SIGN, CARD, FACE)
    for plan in (Plan.all_masked(look), Plan.for_question(look, "Who is this?")):
        assert plan.masked == look.regions
        assert plan.kept == ()


def test_a_question_keeps_what_it_needs_and_suggests_a_crop_to_it() -> None:
    look = look_at(SIGN, CARD, FACE)
    plan = Plan.for_question(look, "What does this sign say?")
    assert [(region.id, why) for region, why in plan.kept] == [("text-1", Reason.QUESTION)]
    assert plan.crop is None
    assert plan.suggested_crop == Area(0, 0, 114, 54)
    cropped = redactor().make(look, plan.crop_to(plan.suggested_crop))
    assert (cropped.width, cropped.height, cropped.origin) == (114, 54, (0, 0))
    assert [region.id for region in cropped.masked] == ["card-1", "face-1"]


def test_no_crop_is_suggested_to_nothing_or_to_nearly_everything() -> None:
    assert Plan.for_question(look_at(FACE), "Read this").suggested_crop is None
    whole = look_at(seen(Kind.TEXT, 5, 5, 190, 90))
    assert Plan.for_question(whole, "Read this").suggested_crop is None


def test_what_could_not_be_read_is_not_kept_by_a_question() -> None:
    look = look_at(Seen(Kind.TEXT, Area(10, 10, 90, 30), 0.3))
    assert Plan.for_question(look, "Read this").kept == Plan.all_masked(look).keep(Kind.TEXT).kept == ()
    assert Plan.all_masked(look).unmask("text-1").kept == ((look.regions[0], Reason.OWNER),)


@pytest.mark.parametrize("over", [Kind.FACE, Kind.CARD, Kind.TEXT, Kind.SCREEN])
def test_an_unmasked_line_does_not_show_what_a_mask_covers(over: Kind) -> None:
    look = look_at(SIGN, seen(over, 60, 5, 120, 35))
    other = next(region.id for region in look.regions if region.area.left == 60)
    line = next(region.id for region in look.regions if region.area.left == 10)
    plan = Plan.all_masked(look).unmask(line)
    assert not is_filled(plan, look, 30, 20)
    assert is_filled(plan, look, 75, 20)
    assert is_filled(plan.mask(line), look, 30, 20)
    assert other in {region.id for region in plan.masked}


def test_what_masks_cover_wholly_is_not_called_kept() -> None:
    look = look_at(SIGN, seen(Kind.SCREEN, 0, 0, 150, 60))
    plan = Plan.all_masked(look).unmask("text-1")
    assert plan.kept
    assert redactor().make(look, plan).kept == ()


def test_a_code_that_nobody_could_decode_is_not_kept_by_a_question() -> None:
    look = look_at(Seen(Kind.CODE, Area(10, 10, 90, 90), 0.0), Seen(Kind.CODE, Area(100, 10, 180, 90), 1.0))
    assert [region.id for region, _why in Plan.for_question(look, "Scan the QR code").kept] == ["code-2"]


def test_without_reading_no_question_and_no_rule_keeps_what_is_written() -> None:
    look = redactor(SIGN, CARD).look(png(Image.new("RGB", SIZE, "white")), reading=False)
    assert Plan.for_question(look, "Read this").kept == Plan.all_masked(look).keep(Kind.TEXT).kept == ()


def test_a_plan_that_does_not_know_all_that_was_found_is_refused() -> None:
    look = look_at(SIGN, FACE)
    partial = dataclasses.replace(Plan.all_masked(look), regions=look.regions[:1])
    with pytest.raises(PlanOfAnotherPicture):
        redactor().make(look, partial)


def test_no_plan_keeps_a_face_for_another_reason_than_consent() -> None:
    plan = Plan.all_masked(look_at(FACE))
    for reason in set(Reason) - {Reason.AGREED}:
        with pytest.raises(FaceNeedsConsent):
            dataclasses.replace(plan, reasons=(("face-1", reason),))


def test_a_face_is_unmasked_only_with_the_word_that_somebody_agreed() -> None:
    look = look_at(FACE)
    plan = Plan.all_masked(look)
    with pytest.raises(FaceNeedsConsent) as caught:
        plan.unmask("face-1")
    assert caught.value.region == "face-1"
    with pytest.raises(FaceNeedsConsent):
        plan.keep(Kind.FACE)
    shown = plan.unmask("face-1", somebody_agreed=True)
    assert [why for _region, why in redactor().make(look, shown).kept] == [Reason.AGREED]
    assert not is_filled(shown, look, 40, 60)
    assert is_filled(plan, look, 40, 60)


def test_nobody_agrees_for_what_is_no_face() -> None:
    plan = Plan.all_masked(look_at(SIGN)).unmask("text-1", somebody_agreed=True)
    assert [why for _region, why in plan.kept] == [Reason.OWNER]


@pytest.mark.parametrize(
    "question",
    ["Read this", "What does the QR code on the sign say?", "Read the number plate", "read the screen", "Who is this?"],
)
def test_no_question_keeps_a_face_a_card_or_a_document(question: str) -> None:
    look = look_at(*(seen(kind, 10, 10, 90, 30) for kind in Kind))
    kept = {region.kind for region, _why in Plan.for_question(look, question).kept}
    assert not kept & {Kind.FACE, Kind.CARD, Kind.DOCUMENT, Kind.DRAWN}


def test_a_drawn_mask_is_a_region_that_unmasking_takes_away() -> None:
    look = look_at(SIGN)
    plan = Plan.all_masked(look).unmask("text-1").mask(Area(100, 50, 120, 70)).mask(Area(-5, 80, 30, 300))
    assert [region.id for region in plan.masked] == ["drawn-1", "drawn-2"]
    assert plan.masked[1].area == Area(0, 80, 30, 100)
    assert is_filled(plan, look, 110, 60)
    again = plan.unmask("drawn-1")
    assert [region.id for region in again.masked] == ["drawn-2"]
    assert [region.id for region in again.mask(Area(1, 1, 9, 9)).masked] == ["drawn-2", "drawn-1"]


def test_a_plan_is_a_value() -> None:
    look = look_at(SIGN, CARD)
    first = Plan.for_question(look, "Read this")
    second = first.mask("text-1").crop_to("card-1").unmask("card-1")
    assert first == Plan.for_question(look, "Read this")
    assert second != first
    assert second.whole().mask("card-1").unmask("text-1").masked == first.masked


@pytest.mark.parametrize("area", [Area(200, 0, 210, 10), Area(0, 100, 5, 105), Area(-9, -9, 0, 0)])
def test_an_area_outside_the_picture_is_refused(area: Area) -> None:
    plan = Plan.all_masked(look_at())
    with pytest.raises(BadArea):
        plan.mask(area)
    with pytest.raises(BadArea):
        plan.crop_to(area)


def test_an_unknown_region_and_a_foreign_plan_are_refused() -> None:
    look = look_at(SIGN)
    for act in (Plan.all_masked(look).mask, Plan.all_masked(look).unmask, Plan.all_masked(look).crop_to):
        with pytest.raises(UnknownRegion):
            act("face-7")
    other = redactor(SIGN).look(png(Image.new("RGB", SIZE, "grey")))
    with pytest.raises(PlanOfAnotherPicture):
        redactor().make(other, Plan.all_masked(look))


def test_a_crop_smaller_than_a_block_is_refused() -> None:
    import io

    out = io.BytesIO()
    Image.new("RGB", SIZE).save(out, "JPEG", subsampling=2)
    plan = Plan.all_masked(redactor().look(out.getvalue()))
    with pytest.raises(CropTooSmall):
        plan.crop_to(Area(20, 20, 40, 40))
    assert plan.crop_to(Area(20, 20, 80, 80)).crop == Area(33, 33, 79, 79)


ACTS = st.lists(
    st.tuples(st.sampled_from(["mask", "unmask", "crop", "whole", "drawn", "keep"]), st.integers(0, 9)), max_size=12
)


@given(ACTS)
def test_whatever_is_done_every_region_is_either_masked_or_kept(acts: list[tuple[str, int]]) -> None:
    look = look_at(SIGN, CARD, FACE, seen(Kind.CODE, 150, 40, 190, 80))
    plan = Plan.for_question(look, "Read this")
    for act, number in acts:
        region = plan.regions[number % len(plan.regions)]
        try:
            plan = {
                "mask": lambda plan, region=region: plan.mask(region.id),
                "unmask": lambda plan, region=region: plan.unmask(region.id),
                "crop": lambda plan, region=region: plan.crop_to(region.area),
                "whole": lambda plan: plan.whole(),
                "drawn": lambda plan, number=number: plan.mask(Area(number, number, number + 9, number + 9)),
                "keep": lambda plan, number=number: plan.keep(list(Kind)[number % len(Kind)]),
            }[act](plan)
        except PlanError:
            continue
    masked, kept = {region.id for region in plan.masked}, {region.id for region, _ in plan.kept}
    assert masked | kept == {region.id for region in plan.regions}
    assert not masked & kept
    assert "face-1" in masked
