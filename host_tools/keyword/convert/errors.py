"""Why a model can't be converted: one class each, with data; the text is one line and names the way out."""

from __future__ import annotations

from pathlib import Path

from host_tools.keyword.errors import KeywordError

_WAY_OUT = "only microWakeWord v2 streaming models, int8, are converted (docs/keyword-model.md)"


class ModelError(KeywordError):
    """Base of what is wrong with a model or its manifest."""


class NoSuchModel(ModelError):
    """Neither a file nor the name of a stock model; `name` is what was asked for, `known` the stock names."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        names = ", ".join(known) or "none is installed: install the extra `keyword`"
        super().__init__(f"{name}: no such file, and no stock model ({names})")
        self.name = name
        self.known = known


class Truncated(ModelError):
    """The file ends, or points outside itself, where `what` should be."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the model is cut off or damaged ({what}); fetch or train it again")
        self.what = what


class NotTflite(ModelError):
    """The file is something else."""

    def __init__(self) -> None:
        super().__init__(f"this is no .tflite file; {_WAY_OUT}")


class AlreadyConverted(ModelError):
    """What the glasses read, where the .tflite that it was made from is wanted."""

    def __init__(self) -> None:
        super().__init__("this is a converted model: give it the ending .kwm, and use it as it is")


class UnsupportedOperator(ModelError):
    """An operator the glasses have no kernel for, or used in a way they have none for; `name` is TFLite's."""

    def __init__(self, name: str, why: str = "the glasses have no kernel for it") -> None:
        super().__init__(f"the model uses {name}: {why}; {_WAY_OUT}")
        self.name = name
        self.why = why


class UnsupportedQuantisation(ModelError):
    """Numbers of a layer that the kernels' 32 bits do not hold; `layer` counts from 0."""

    def __init__(self, layer: int, why: str) -> None:
        super().__init__(f"layer {layer} of the model is quantised so that {why}; {_WAY_OUT}")
        self.layer = layer
        self.why = why


class WrongFeatures(ModelError):
    """The model hears something other than three frames of 40 features."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the model takes {found}, the glasses make int8 [1, 3, 40] each 30 ms; {_WAY_OUT}")
        self.found = found


class BadManifest(ModelError):
    """The .json beside a model; `path` is the file, `problem` what is wrong in it."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}; see docs/keyword-model.md for what a manifest holds")
        self.path = path
        self.problem = problem


class NoManifest(ModelError):
    """A model whose words and thresholds nothing names; `path` is where the manifest was looked for."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is missing: name the model's manifest with --manifest FILE")
        self.path = path


class WrongWords(ModelError):
    """The manifest names more or fewer words than the model has outputs."""

    def __init__(self, outputs: int, words: list[str]) -> None:
        named = f"{len(words)} ({', '.join(words)})"
        super().__init__(f"the model has {outputs} output(s), its manifest names {named}: list one word for each")
        self.outputs = outputs
        self.words = words


class OutputTaken(ModelError):
    """The file can't be written; `path` is where to, `problem` why not."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}; name another with -o FILE")
        self.path = path
        self.problem = problem


class UnreadableTflite(ModelError):
    """The file is there and can't be read; `path` is its, `problem` the system's word for it."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}; name a .tflite file that you may read")
        self.path = path
        self.problem = problem
