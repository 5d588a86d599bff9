"""The second look: what the plan keeps on purpose is no leak, everything else stops the picture."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest
from PIL import Image

from companion_app.redaction import Area, Kind, Plan, Redacted, Redactor, Seen, Verified
from companion_app.redaction.errors import FaceNeedsConsent, StillVisible
from tests.app.redaction.scripted import Script, decoded, png, redactor, seen

SIZE = (200, 100)
PICTURE = png(Image.new("RGB", SIZE, "white"))
SIGN, FACE = seen(Kind.TEXT, 10, 10, 90, 30), seen(Kind.FACE, 120, 10, 180, 90)


def second_look(
    *found: Seen, first: tuple[Seen, ...] = (SIGN, FACE), question: str = "Read this", **plan: object
) -> None:
    """Redact with a second look that finds `found`; `plan`: unmask=, agreed=, crop=, keep=."""
    does = redactor(*first, again=lambda _image: found)
    look = does.look(PICTURE)
    made = Plan.for_question(look, question)
    if "unmask" in plan:
        made = made.unmask(str(plan["unmask"]), somebody_agreed=True)
    if "crop" in plan:
        made = made.crop_to(plan["crop"])  # type: ignore[arg-type]
    does.redact(look, made)


def test_what_the_second_look_sees_stops_it_and_says_what_and_where() -> None:
    with pytest.raises(StillVisible) as caught:
        second_look(seen(Kind.FACE, 20, 40, 60, 80), seen(Kind.TEXT, 100, 92, 130, 99))
    assert caught.value.kinds == (Kind.FACE, Kind.TEXT)
    assert caught.value.areas == (Area(20, 40, 60, 80), Area(100, 92, 130, 99))


def test_in_a_crop_places_are_those_of_the_original() -> None:
    with pytest.raises(StillVisible) as caught:
        second_look(seen(Kind.CODE, 5, 5, 25, 25), crop=Area(100, 50, 200, 100))
    assert caught.value.areas == (Area(105, 55, 125, 75),)


def test_the_sign_that_the_question_keeps_is_no_leak_nor_is_a_mask() -> None:
    second_look(seen(Kind.TEXT, 12, 11, 88, 31), seen(Kind.FACE, 125, 15, 175, 88))


@pytest.mark.parametrize("kind", [Kind.CARD, Kind.DOCUMENT, Kind.PLATE, Kind.CONTACT, Kind.CODE, Kind.FACE])
def test_what_more_than_text_is_seen_in_a_kept_line_was_not_meant(kind: Kind) -> None:
    with pytest.raises(StillVisible):
        second_look(Seen(kind, SIGN.area, 0.9))


def test_a_line_that_the_owner_unmasked_may_be_a_card() -> None:
    second_look(Seen(Kind.CARD, SIGN.area, 0.9), question="Who?", unmask="text-1")


def test_a_face_whose_person_agreed_is_no_leak_but_another_one_is() -> None:
    second_look(seen(Kind.FACE, 110, 5, 170, 85), unmask="face-1")
    with pytest.raises(StillVisible):
        second_look(seen(Kind.FACE, 20, 5, 80, 85), unmask="face-1")
    with pytest.raises(StillVisible):
        second_look(seen(Kind.TEXT, 125, 20, 170, 40), unmask="face-1")


def test_a_face_on_what_the_owner_unmasked_is_a_leak() -> None:
    poster = seen(Kind.SCREEN, 10, 10, 90, 90)
    with pytest.raises(StillVisible):
        second_look(seen(Kind.FACE, 20, 20, 80, 80), first=(poster,), question="Who?", unmask="screen-1")


def test_text_beside_the_kept_line_is_a_leak() -> None:
    with pytest.raises(StillVisible):
        second_look(seen(Kind.TEXT, 12, 50, 88, 70))


def test_letters_that_stick_out_of_a_mask_are_a_leak() -> None:
    with pytest.raises(StillVisible):
        second_look(seen(Kind.TEXT, 150, 40, 200, 60))


def test_text_that_reaches_far_beyond_the_kept_line_is_a_leak() -> None:
    with pytest.raises(StillVisible):
        second_look(seen(Kind.TEXT, 10, 10, 90, 99))


@pytest.mark.parametrize(("right", "leaks"), [(128, False), (150, True)])
def test_half_a_face_beside_its_mask_is_a_leak(right: int, leaks: bool) -> None:
    """The mask covers x 60–110; of the face that is seen from 50 or 100 on, most or little is filled."""
    mask = seen(Kind.FACE, 60, 10, 110, 90)
    found = seen(Kind.FACE, 60 if not leaks else 100, 10, right, 90)
    if leaks:
        with pytest.raises(StillVisible):
            second_look(found, first=(mask,))
    else:
        second_look(found, first=(mask,))


def test_masking_more_goes_on_until_nothing_is_seen() -> None:
    def white(image: Image.Image) -> list[Seen]:
        levels = image.convert("L")
        spots = [Area(10, 60, 40, 90), Area(60, 60, 90, 90)]
        found = [spot for spot in spots if levels.getpixel((spot.left + 9, spot.top + 9)) == 255]
        return [Seen(Kind.FACE, spot, 0.9) for spot in found[:1]]

    does = redactor(again=white)
    look = does.look(PICTURE)
    with pytest.raises(StillVisible):
        does.redact(look, Plan.all_masked(look))
    done = does.redact(look, Plan.all_masked(look), mask_more=True)
    assert [region.id for region in done.masked] == ["face-1", "face-2"]


def test_masking_more_gives_up_where_the_second_look_never_rests() -> None:
    columns = iter(range(0, 200, 20))

    def elsewhere(_image: Image.Image) -> list[Seen]:
        left = next(columns)
        return [seen(Kind.CODE, left, 0, left + 10, 10)]

    does = redactor(again=elsewhere)
    look = does.look(PICTURE)
    with pytest.raises(StillVisible):
        does.redact(look, Plan.all_masked(look), mask_more=True)
    assert next(columns) == 80


def test_a_face_that_the_second_look_added_needs_consent_like_any_other() -> None:
    plan = Plan.all_masked(redactor().look(PICTURE)).mask_all([seen(Kind.FACE, 20, 40, 60, 80)])
    with pytest.raises(FaceNeedsConsent):
        plan.unmask("face-1")


@pytest.mark.parametrize("kind", [Kind.FACE, Kind.CODE, Kind.CARD, Kind.TEXT])
def test_what_is_seen_in_a_mask_itself_is_nothing(kind: Kind) -> None:
    second_look(seen(kind, 130, 20, 170, 60), question="Who?")


def test_the_second_look_sees_exactly_what_leaves() -> None:
    shown: list[Image.Image] = []
    script = Script((FACE,), again=lambda image: shown.append(image) or ())
    does = Redactor(script)
    look = does.look(PICTURE)
    done = does.redact(look, Plan.all_masked(look).crop_to(Area(60, 0, 200, 80)))
    assert shown[0].tobytes() == decoded(done.jpeg).tobytes()
    assert script.read == [True]


def test_looking_without_reading_is_passed_on() -> None:
    script = Script()
    Redactor(script).look(PICTURE, reading=False)
    assert script.read == [False]


def made() -> tuple[Redacted, Verified]:
    does = redactor(FACE)
    look = does.look(PICTURE)
    plan = Plan.all_masked(look)
    return does.make(look, plan), does.redact(look, plan)


def test_a_verified_picture_is_what_was_made() -> None:
    redacted, verified = made()
    for name in ("jpeg", "sha256", "original_sha256", "width", "height", "crop", "masked", "kept"):
        assert getattr(verified, name) == getattr(redacted, name), name
    assert redacted.jpeg.hex() not in repr(verified)


def test_nobody_makes_a_verified_picture_by_mistake() -> None:
    redacted, verified = made()
    attempts = [
        lambda: Verified(redacted, None),
        lambda: Verified(redacted, object()),
        lambda: copy.copy(verified),
        lambda: copy.deepcopy(verified),
        lambda: pickle.dumps(verified),
        lambda: dataclasses.replace(verified, jpeg=b""),  # type: ignore[type-var]
        lambda: type("Mine", (Verified,), {}),
    ]
    for attempt in attempts:
        with pytest.raises(TypeError):
            attempt()
    for act in (lambda: setattr(verified, "_redacted", redacted), lambda: delattr(verified, "_redacted")):
        with pytest.raises(AttributeError):
            act()
    assert isinstance(verified, Verified)
    assert not isinstance(redacted, Verified)


def test_bytes_that_were_changed_after_the_look_are_not_vouched_for() -> None:
    from companion_app.redaction.verified import vouch

    redacted, _ = made()
    with pytest.raises(TypeError):
        vouch(dataclasses.replace(redacted, jpeg=redacted.jpeg + b"more"))
