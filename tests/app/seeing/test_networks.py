"""A model file that is broken, or that is given what it does not take, is a failure with a name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from companion_app.seeing.errors import DetectorFailed
from companion_app.seeing.networks import Network, shared
from companion_app.seeing.packages import file_of


@pytest.mark.parametrize("content", [b"", b"no model", bytes(1000)])
def test_a_broken_file_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(DetectorFailed) as caught:
        Network(path, "text")
    assert caught.value.detector == "text"


def test_a_file_is_loaded_once_and_refuses_what_it_does_not_take() -> None:
    path = file_of("rapidocr", "models", "PP-OCRv6_det_small.onnx")
    network = shared(path, "text")
    assert shared(path, "text") is network
    assert network.note("no such note") == ""
    with pytest.raises(DetectorFailed) as caught:
        network.run(np.zeros((1, 5, 7, 7), np.float32))
    assert caught.value.detector == "text"
