"""What is odd about recordings that can be heard all the same: silence, clipping, an offset, missing parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from host_tools.keyword.recordings import Recording

_SILENT_PEAK = 32  # -60 dB of full scale
_FULL_SCALE = 32767
_CLIPPED_SHARE = 0.001
_OFFSET = 328  # 1 % of full scale
_SHORTEST_S = 0.2  # no word is shorter

_WHY = {
    "silent": "never above -60 dB of full scale: nothing can be recognised in them",
    "clipped": "more than one sample in a thousand is at full scale: recorded too loud",
    "offset": "a constant offset above 1 % of full scale; the glasses take that away from what their microphone gives",
    "short": "shorter than 0.2 s: no word fits in",
    "cut off": "the file ends before its header says so: scored as far as they go",
    "patchy": "parts that libsndfile refuses are heard as silence: `make setup` installs FFmpeg's decoder (PyAV)",
}


@dataclass(frozen=True)
class Oddity:
    """`kind` of _WHY, and the files that show it, by name."""

    kind: str
    files: tuple[str, ...]

    @property
    def text(self) -> str:
        """One line."""
        some = ", ".join(self.files[:3]) + (", …" if len(self.files) > 3 else "")
        return f"{len(self.files)} {self.kind} ({some}): {_WHY[self.kind]}"


def oddities(recordings: Sequence[Recording]) -> list[Oddity]:
    """What to warn of, by kind; nothing where all is well."""
    by_kind: dict[str, list[str]] = {}
    for recording in recordings:
        for kind in kinds(recording):
            by_kind.setdefault(kind, []).append(recording.path.name)
    return [Oddity(kind, tuple(by_kind[kind])) for kind in _WHY if kind in by_kind]


def kinds(recording: Recording) -> list[str]:
    """Everything odd about one recording."""
    samples = recording.samples.astype(np.int32)
    loudest = np.abs(samples)
    found = {
        "silent": int(loudest.max()) <= _SILENT_PEAK,
        "clipped": float((loudest >= _FULL_SCALE).mean()) > _CLIPPED_SHARE,
        "offset": abs(float(samples.mean())) > _OFFSET,
        "short": recording.seconds < _SHORTEST_S,
        "cut off": recording.cut_off,
        "patchy": recording.patchy is not None and not recording.mended,
    }
    return [kind for kind, is_so in found.items() if is_so]
