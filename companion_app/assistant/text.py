"""Reading: PP-OCR through rapidocr, with the weights inside its wheel."""

from __future__ import annotations

from typing import Any

from PIL import Image

from companion_app.assistant.errors import DetectorFailed
from companion_app.assistant.packages import file_of, load
from companion_app.assistant.picture import pixels
from companion_app.plain_text import plain_text

_ENGINE = "rapidocr.inference_engine.onnxruntime.main"
_LONGEST_PX = 640
# On plain photographs the reader sees "***" in medals; real lines of the same pictures score above 0.95.
_MIN_SCORE = 0.8
_MIN_LETTERS = 2
_MAX_LINES = 60
_MAX_LINE_CHARACTERS = 300


class TextReader:
    """Loads its networks at the first reading (1–3 s), then about 0.3 s a picture."""

    def __init__(self) -> None:
        self._engine: Any = None
        self._failures: tuple[type[Exception], ...] = ()

    def read(self, picture: Image.Image) -> tuple[str, ...]:
        """Lines of text, top to bottom. Raises AnswersNotInstalled, DetectorFailed."""
        if self._engine is None:
            self._engine = _make_engine()
            self._failures = (load("cv2").error, load(_ENGINE).ONNXRuntimeError)
        bgr = pixels(picture, _LONGEST_PX)[:, :, ::-1]
        try:
            found = self._engine(bgr)
        except self._failures as error:
            raise DetectorFailed("text", type(error).__name__) from error
        lines = [plain_text(text, _MAX_LINE_CHARACTERS) for text, score in _pairs(found) if score >= _MIN_SCORE]
        return tuple(line for line in lines if sum(map(str.isalnum, line)) >= _MIN_LETTERS)[:_MAX_LINES]


def _pairs(found: Any) -> list[tuple[str, float]]:
    """Text and score of each line; where rapidocr found nothing its result has neither."""
    texts = getattr(found, "txts", None)
    return list(zip(texts, found.scores, strict=True)) if texts else []


def _make_engine() -> Any:
    """Model files are named one by one: without that rapidocr checks, and may fetch, its own."""
    settings = {
        "Global.use_cls": False,
        "Global.log_level": "critical",
        "Global.max_side_len": _LONGEST_PX,
        "Det.limit_type": "max",
        "Det.limit_side_len": _LONGEST_PX,
        "Det.model_path": str(file_of("rapidocr", "models", "PP-OCRv6_det_small.onnx")),
        "Rec.model_path": str(file_of("rapidocr", "models", "PP-OCRv6_rec_small.onnx")),
    }
    return load("rapidocr").RapidOCR(params=settings)
