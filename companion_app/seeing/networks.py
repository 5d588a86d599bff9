"""onnxruntime behind one thin door: a session of bounded threads that says nothing and sends nothing."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from companion_app.seeing.errors import DetectorFailed
from companion_app.seeing.packages import load

# Looks run two networks side by side: one thread each does more than two that wait for each other.
_THREADS = 1
_FATAL_ONLY = 4
_FAILURES = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NotImplemented", "RuntimeException")


class Network:
    """One ONNX file; float32 arrays in and out. onnxruntime lets several threads run it at once."""

    def __init__(self, path: Path, detector: str) -> None:
        """Raises AnswersNotInstalled, DetectorFailed."""
        # From 1.29 on onnxruntime reports usage to its maker, in native code, unless this is set before it loads; the
        # call alone lets a first report out.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        runtime = load("onnxruntime")
        runtime.disable_telemetry_events()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        # Pictures and lines come in many sizes: a plan of memory for each would be kept for ever.
        options.enable_mem_pattern = False
        options.log_severity_level = _FATAL_ONLY
        self._detector = detector
        # onnxruntime's own exceptions share no base but Exception; these are those that a model or a run raises.
        state = load("onnxruntime.capi.onnxruntime_pybind11_state")
        self._failures = tuple(getattr(state, name) for name in _FAILURES)
        try:
            self._session = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except self._failures as error:
            raise DetectorFailed(detector, type(error).__name__) from error
        self._input = self._session.get_inputs()[0].name

    def run(self, blob: Any) -> Any:
        """The first output. Raises DetectorFailed."""
        try:
            return self._session.run(None, {self._input: blob})[0]
        except self._failures as error:
            raise DetectorFailed(self._detector, type(error).__name__) from error

    def note(self, key: str) -> str:
        """A text that rides in the model file; empty where there is none."""
        return str(self._session.get_modelmeta().custom_metadata_map.get(key, ""))


@cache
def shared(path: Path, detector: str) -> Network:
    """One Network for each file, whoever asks: 20–60 MB each. Raises AnswersNotInstalled, DetectorFailed."""
    return Network(path, detector)
