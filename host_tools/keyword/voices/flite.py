"""flite: a small program with five American and Scottish voices, given phonemes as its own letters."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import tempfile
from functools import cache
from itertools import pairwise
from pathlib import Path

import soundfile

from host_tools.keyword.phrases.arpabet import PAUSES, WORD_BREAK, parted
from host_tools.keyword.voices.errors import EngineFailed, NoVoices
from host_tools.keyword.voices.resampling import resampled
from host_tools.keyword.voices.saying import SAMPLE_RATE_HZ, Saying, Voice, Wave

NAME = "flite"
PROGRAM = "flite"
_VERSION = re.compile(r"version:\s*(\S+)")
# `kal` is `kal16` at 8 kHz, `awb_time` only tells the time.
_ACCENTS = {"kal16": "en-us", "awb": "en-gb-scotland", "rms": "en-us", "slt": "en-us"}
_NATURAL_PITCH_HZ = {"kal16": 105, "awb": 125, "rms": 95, "slt": 170}
_PITCH_SPREAD = (0.8, 1.4)
_PATIENCE_S = 30


@cache
def version() -> str | None:
    """Its version; None where it is not installed."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    found = _VERSION.search(told.stdout + told.stderr)
    return found[1] if found else "unknown"
