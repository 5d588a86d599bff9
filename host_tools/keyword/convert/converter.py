"""The whole way: bytes of a .tflite and its words to bytes of a .kwm."""

from __future__ import annotations

from pathlib import Path

from host_tools.keyword.convert import stock, tflite, words, writer
from host_tools.keyword.convert.errors import WrongWords
from host_tools.keyword.convert.plan import plan
from host_tools.keyword.convert.words import Word


def convert(content: bytes, spoken: list[Word]) -> bytes:
    """A .kwm of the streaming model in `content`, which has one output for each word. Raises ModelError."""
    planned = plan(tflite.read(content))
    if len(planned.outputs) != len(spoken):
        raise WrongWords(len(planned.outputs), [word.name for word in spoken])
    return writer.write(planned, spoken)


def convert_file(name: str, manifest: Path | None = None) -> bytes:
    """The same for a file, or a stock model by its name. Raises ModelError."""
    path, beside = stock.find(name, manifest)
    return convert(stock.content(path), words.read(beside))
