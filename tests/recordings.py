"""Real speech for tests: recordings that lie beside the repository, and those that ride in a package of every clone."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "data" / "audio"
ABSENT = "the recordings of real people are not beside the repository (../shared/data/audio)"
needs_recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=ABSENT)


def read_speech() -> Path:
    """Ten seconds of a book, 16 kHz mono, from the package moonshine-voice."""
    spec = find_spec("moonshine_voice")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "assets" / "beckett.wav"
