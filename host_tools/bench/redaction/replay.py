"""What an end-to-end run gave to its networks and decoders, kept, so that the same can be run again bare."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from companion_app.seeing.packages import load


class Tape:
    """Calls of models with their inputs, in order. `on` while an end-to-end run is recorded."""

    def __init__(self) -> None:
        self.on = False
        self.calls: list[Callable[[], object]] = []

    def note(self, call: Callable[[], object]) -> None:
        """Remember one call."""
        if self.on:
            self.calls.append(call)

    def again_s(self) -> float:
        """Seconds for all of it once more, one call after the other, without anything around it."""
        begun = time.perf_counter()
        for call in self.calls:
            call()
        return time.perf_counter() - begun


class _Net:
    """An OpenCV network whose inputs are kept."""

    def __init__(self, net: Any, tape: Tape) -> None:
        self._net, self._tape = net, tape
        self._input: Any = None

    def setInput(self, blob: Any) -> None:
        """As cv2.dnn.Net's."""
        self._input = blob
        self._net.setInput(blob)

    def forward(self, outputs: Any) -> Any:
        """As cv2.dnn.Net's."""
        blob, net = self._input, self._net

        def call() -> object:
            net.setInput(blob)
            return net.forward(outputs)

        self._tape.note(call)
        return net.forward(outputs)


class _Session:
    """An onnxruntime session whose inputs are kept."""

    def __init__(self, session: Any, tape: Tape) -> None:
        self._session, self._tape = session, tape

    def run(self, outputs: Any, inputs: Any) -> Any:
        """As InferenceSession's."""
        self._tape.note(lambda: self._session.run(outputs, inputs))
        return self._session.run(outputs, inputs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


@contextmanager
def recorded() -> Generator[Tape]:
    """Networks and decoders that are made inside the `with` write what they are given to the tape."""
    # Set before the library loads: what is measured here tells nobody.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    cv2, onnxruntime, zxingcpp = load("cv2"), load("onnxruntime"), load("zxingcpp")
    tape = Tape()
    barcodes: Any = zxingcpp.read_barcodes

    def read_barcodes(*given: Any, **settings: Any) -> Any:
        tape.note(lambda: barcodes(*given, **settings))
        return barcodes(*given, **settings)

    with (
        mock.patch.object(cv2.dnn, "readNetFromONNX", _wrapped(cv2.dnn.readNetFromONNX, _Net, tape)),
        mock.patch.object(cv2.dnn, "readNetFromTFLite", _wrapped(cv2.dnn.readNetFromTFLite, _Net, tape)),
        mock.patch.object(onnxruntime, "InferenceSession", _wrapped(onnxruntime.InferenceSession, _Session, tape)),
        mock.patch.object(zxingcpp, "read_barcodes", read_barcodes),
    ):
        yield tape


def _wrapped(make: Callable[..., Any], model: Callable[[Any, Tape], object], tape: Tape) -> Callable[..., object]:
    """A maker of models whose inputs are kept."""

    def made(*given: Any, **settings: Any) -> object:
        return model(make(*given, **settings), tape)

    return made
