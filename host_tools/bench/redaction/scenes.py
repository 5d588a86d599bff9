"""The corpus: pictures drawn from seeds, each with what must not be read afterwards and what must stay readable."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matplotlib
import segno
import zxingcpp
from PIL import Image, ImageEnhance

from host_tools.bench.redaction import invented, painting

KINDS = ("card", "document", "plate", "contact", "sign", "code", "screen", "face")
PER_KIND = 14
_SIZES = ((640, 480), (800, 600), (1024, 768), (1280, 960))
_PHOTOGRAPH = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
# Head and shoulders in that photograph (512 × 600 px).
_HEAD = (60, 20, 480, 500)


@dataclass(frozen=True)
class Scene:
    """`secret`: lines that must go, `wanted`: lines that `question` keeps; `codes` and `faces`: how many there are."""

    name: str
    jpeg: bytes = field(repr=False)
    question: str
    secret: tuple[str, ...]
    wanted: tuple[str, ...] = ()
    codes: int = 0
    faces: int = 0


@dataclass
class _Easel:
    """A picture being painted, and what has gone onto it."""

    chance: random.Random
    picture: Image.Image
    scale: float
    secret: list[str] = field(default_factory=list[str])
    wanted: list[str] = field(default_factory=list[str])
    codes: int = 0
    faces: int = 0

    def text_px(self) -> int:
        """Letters from small print to a poster's, in px of this picture."""
        return round(self.chance.choice((15, 20, 28, 40)) * self.scale)

    def put(self, thing: Image.Image, part: int = 0, of: int = 1, most_degrees: int = 20) -> None:
        """Somewhere, turned by at most so much."""
        turn = self.chance.choice((0, 0, self.chance.uniform(-most_degrees, most_degrees)))
        painting.put(self.chance, self.picture, thing, turn, part, of)


def scenes(per_kind: int = PER_KIND) -> Iterator[Scene]:
    """`per_kind` scenes of each of KINDS, the same at every call."""
    for kind in KINDS:
        for number in range(per_kind):
            yield _scene(kind, number)


def _scene(kind: str, number: int) -> Scene:
    chance = random.Random(f"{kind} {number}")
    size = _SIZES[number % len(_SIZES)]
    easel = _Easel(chance, painting.background(chance, size), size[0] / 800)
    _PAINT[kind](easel)
    question = "What does this sign say?" if kind == "sign" else "What is in front of me?"
    return Scene(
        f"{kind} {number}",
        painting.exposed(chance, easel.picture),
        question,
        tuple(easel.secret),
        tuple(easel.wanted),
        easel.codes,
        easel.faces,
    )


def _written(make: Callable[[random.Random], tuple[str, ...]], face: str | None = None) -> Callable[[_Easel], None]:
    """A painter of one board with what `make` invents."""

    def paint(easel: _Easel) -> None:
        lines = make(easel.chance)
        easel.secret += lines
        easel.put(painting.board(easel.chance, lines, easel.text_px(), face=face))

    return paint


def _sign_beside_card(easel: _Easel) -> None:
    wanted, secret = invented.sign(easel.chance), invented.card(easel.chance)
    easel.wanted += wanted
    easel.secret += secret
    easel.put(painting.board(easel.chance, wanted, round(30 * easel.scale)), 0, 2, 6)
    easel.put(painting.board(easel.chance, secret, round(22 * easel.scale)), 1, 2, 6)


def _code(easel: _Easel) -> None:
    if easel.chance.random() < 0.6:
        out = io.BytesIO()
        modules = easel.chance.choice((3, 4, 6)) * easel.scale
        segno.make_qr(invented.link(easel.chance)).save(out, kind="png", scale=max(2, round(modules)))
        drawn = Image.open(out).convert("RGB")
    else:
        create: Any = getattr(zxingcpp, "create_barcode")  # noqa: B009 – its own stub leaves its settings untyped
        made = create(invented.article(easel.chance), zxingcpp.BarcodeFormat.EAN13)
        bars = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=3)).convert("RGB")
        drawn = bars.resize((round(bars.width * easel.scale), round(90 * easel.scale)))
    easel.codes += 1
    easel.put(drawn, most_degrees=12)


def _screen(easel: _Easel) -> None:
    lines = invented.contact(easel.chance)
    easel.secret += lines
    content = painting.board(easel.chance, lines, easel.text_px(), ink=0)
    easel.put(painting.screen(content), most_degrees=8)


def _face(easel: _Easel) -> None:
    head = Image.open(_PHOTOGRAPH).convert("RGB").crop(_HEAD)
    head = ImageEnhance.Brightness(head).enhance(easel.chance.uniform(0.6, 1.2))
    height = easel.chance.choice((48, 90, 160, 300)) * easel.scale
    easel.faces += 1
    easel.put(head.resize((round(height * head.width / head.height), round(height))), most_degrees=12)


_PAINT: dict[str, Callable[[_Easel], None]] = {
    "card": _written(invented.card),
    "document": _written(invented.passport, "DejaVuSansMono"),
    "plate": _written(invented.plate, "DejaVuSans-Bold"),
    "contact": _written(invented.contact),
    "sign": _sign_beside_card,
    "code": _code,
    "screen": _screen,
    "face": _face,
}
