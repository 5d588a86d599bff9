"""The rows of the bench `redaction`. Measured on this computer; nothing is simulated."""

from __future__ import annotations

import io
import sys
from dataclasses import asdict

from PIL import Image

from companion_app.redaction import Redactor
from host_tools.bench.redaction import memory, residual, scenes, speed
from host_tools.bench.redaction.judges import Judges
from host_tools.bench.rows import Row

_SIZE = (640, 480)
_LARGE = (1600, 1200)
_MIB = 1 << 20
_KEEPS_NOTHING, _KEEPS_TEXT = "What is in front of me?", "What does this sign say?"


def measured(*, quick: bool) -> list[Row]:
    """Speed, memory, and what is left to see; `quick`: of a slice of the corpus."""
    per_kind, rounds = (2, 1) if quick else (scenes.PER_KIND, 3)
    small = [_resized(scene, _SIZE) for scene in scenes.scenes(1 if quick else 3)]
    nothing, text = speed.measure(small, (_KEEPS_NOTHING, _KEEPS_TEXT), rounds=rounds)
    return [
        *_speed_rows("nothing kept", nothing),
        *_speed_rows("text kept", text),
        *_memory_rows(small[0].jpeg),
        *_residual_rows(residual.measure(scenes.scenes(per_kind), Redactor(), Judges())),
    ]


def _resized(scene: scenes.Scene, size: tuple[int, int]) -> scenes.Scene:
    return scenes.Scene(scene.name, _jpeg(Image.open(io.BytesIO(scene.jpeg)).resize(size)), "", ())


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _speed_rows(what: str, found: speed.Speed) -> list[Row]:
    bare = Row(f"redaction, {what}: its models bare", round(1e3 * found.models_s, 1), "ms", simulated=False)
    whole = round(1e3 * found.whole_s, 1)
    return [
        bare,
        Row(f"redaction, {what}: end to end", whole, "ms", bare.name, round(found.ratio, 3), simulated=False),
        Row(f"redaction, {what}: 640×480", round(1 / found.whole_s, 2), "frames/s", simulated=False),
    ]


def _memory_rows(small: bytes) -> list[Row]:
    large = _jpeg(Image.open(io.BytesIO(small)).resize(_LARGE))
    alone = Row("redaction, peak memory: nothing loaded", round(memory.peak_bytes() / _MIB, 1), "MiB", simulated=False)
    rows = [alone]
    for name, content in (("640×480", small), ("1600×1200", large)):
        peak = memory.peak_bytes(content) / _MIB
        ratio = round(peak / alone.value, 2)
        rows.append(Row(f"redaction, peak memory: {name}", round(peak, 1), "MiB", alone.name, ratio, simulated=False))
    return rows


def _residual_rows(found: residual.Residual) -> list[Row]:
    """Before and after by judge; what was withheld or leaked is named on stderr."""
    for leak in (*found.leaks, *(f"{name}: withheld" for name in found.withheld)):
        print(f"redaction: {leak}", file=sys.stderr, flush=True)
    rows = [
        Row("redaction, scenes", found.scenes, "", simulated=False),
        Row("redaction, scenes the second look mended", found.mended, "", simulated=False),
        Row("redaction, scenes withheld", len(found.withheld), "", simulated=False),
    ]
    units = {"ours": "chars", "tesseract": "chars", "codes": "codes", "faces": "faces"}
    before, after = asdict(found.secret_before), asdict(found.secret_after)
    for judge, unit in units.items():
        was = Row(f"redaction, {judge} before", before[judge], unit, simulated=False)
        left = round(after[judge] / before[judge], 4) if before[judge] else None
        rows += [was, Row(f"redaction, {judge} after", after[judge], unit, was.name, left, simulated=False)]
    wanted = Row("redaction, kept sign read before", found.wanted_before, "chars", simulated=False)
    share = round(found.wanted_after / found.wanted_before, 3) if found.wanted_before else None
    return [
        *rows,
        wanted,
        Row("redaction, kept sign read after", found.wanted_after, "chars", wanted.name, share, simulated=False),
    ]
