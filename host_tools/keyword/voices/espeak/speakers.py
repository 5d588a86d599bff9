"""Speakers for espeak-ng: those it comes with, and made-up ones, each drawn from a number.

A made-up speaker is a voice variant file (docs/voices.md of espeak-ng): a vocal tract of some length, a pitch, a
way to stress, some breath. The program finds it in a data folder of ours that links to its own.
"""

from __future__ import annotations

import atexit
import random
import shutil
import tempfile
from functools import cache
from pathlib import Path

from host_tools.keyword.voices.espeak.program import data_folder

MADE_UP = "made"
_DATA = "espeak-ng-data"
# In the folder of variants, but no human being.
_MACHINES = ("robo", "Robot", "UniRobot", "Demonic", "croak", "Tweaky", "whisper", "fast", "Mr serious")
# Name, share, lengths of the vocal tract (as factors on the formants), pitch in Hz, widths of its range in Hz.
_KINDS = (
    ("man", 0.42, (0.93, 1.06), (75, 135), (15, 60)),
    ("woman", 0.42, (1.08, 1.22), (150, 230), (30, 110)),
    ("child", 0.16, (1.20, 1.36), (220, 310), (40, 120)),
)
_KLATT_SHARE = 0.2
_FORMANTS = 9


@cache
def shipped() -> tuple[str, ...]:
    """Variants that come with espeak-ng and sound like somebody; () where it is not installed."""
    folder = data_folder()
    if folder is None:
        return ()
    names = sorted(path.name for path in (folder / "voices" / "!v").iterdir() if path.is_file())
    return tuple(name for name in names if not any(machine in name for machine in _MACHINES))


def variant(seed: int) -> str:
    """The variant file of the made-up speaker with this number."""
    draw = random.Random(f"espeak speaker {seed}")
    kind, _, tract, pitch, width = draw.choices(_KINDS, weights=[share for _, share, *_ in _KINDS])[0]
    length, low = draw.uniform(*tract), draw.uniform(*pitch)
    lines = [
        "language variant",
        f"name {MADE_UP}{seed}",
        f"gender {'male' if kind == 'man' else 'female'}",
        f"pitch {low:.0f} {low + draw.uniform(*width):.0f}",
        f"flutter {draw.randint(0, 6)}",
        f"roughness {draw.choice((0, 0, 0, 1, 2, 3))}",
        f"intonation {draw.randint(1, 4)}",
        f"consonants {draw.randint(70, 130)} {draw.randint(70, 130)}",
    ]
    for number in range(_FORMANTS):
        scale = 100 * length * draw.uniform(0.96, 1.04)
        lines.append(f"formant {number} {scale:.0f} {draw.randint(75, 125)} {draw.randint(80, 150)}")
    if draw.random() < _KLATT_SHARE:
        lines.append(f"klatt {draw.randint(1, 4)}")
    if draw.random() < 0.4:
        lines.append("breath " + " ".join(str(draw.randint(0, 4)) for _ in range(8)))
    if draw.random() < 0.3:
        lines.append(f"echo {draw.randint(5, 60)} {draw.randint(2, 15)}")
    return "\n".join(lines) + "\n"


def path_of(seed: int) -> Path:
    """What `--path` needs so that the made-up speaker `made<seed>` exists."""
    folder = _own_data()
    path = folder / _DATA / "voices" / "!v" / f"{MADE_UP}{seed}"
    if not path.exists():
        path.write_text(variant(seed))
    return folder


@cache
def _own_data() -> Path:
    """A data folder for this process: links to espeak-ng's own, and a folder for made-up speakers."""
    theirs = data_folder()
    assert theirs is not None, "only asked for where espeak-ng is"
    folder = Path(tempfile.mkdtemp(prefix="plainsight-espeak-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / _DATA / "voices" / "!v").mkdir(parents=True)
    for path in theirs.iterdir():
        if path.name != "voices":
            (folder / _DATA / path.name).symlink_to(path)
    return folder
