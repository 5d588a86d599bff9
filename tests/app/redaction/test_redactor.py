"""From look to verified bytes, with detectors that find what each test says."""

from __future__ import annotations

from PIL import Image

from companion_app.redaction import Kind, Plan, Verified
from tests.app.redaction.scripted import decoded, png, redactor, seen


def test_the_question_keeps_the_sign_and_masks_the_card_beside_it() -> None:
    picture = png(Image.new("RGB", (320, 240), "white"))
    sign, card = seen(Kind.TEXT, 10, 10, 110, 40), seen(Kind.CARD, 200, 10, 300, 40)
    does = redactor(sign, card, seen(Kind.FACE, 10, 100, 90, 200))
    look = does.look(picture)
    done = does.redact(look, Plan.for_question(look, "What does this sign say?"))
    assert isinstance(done, Verified)
    shown = decoded(done.jpeg).convert("L")
    assert shown.getpixel((50, 25)) > 240
    assert shown.getpixel((250, 25)) < 12
    assert shown.getpixel((50, 150)) < 12
    assert [region.kind for region in done.masked] == [Kind.CARD, Kind.FACE]
