"""Where a model comes from: a file, or the name of a model in the package pymicro-wakeword."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from host_tools.keyword.convert.errors import NoManifest, NoSuchModel, UnreadableTflite

_PACKAGE = "pymicro_wakeword"
_MOST_BYTES = 4 << 20  # the largest published one has 60 kB


def names() -> tuple[str, ...]:
    """The stock models that are installed; empty without the package."""
    folder = _folder()
    return tuple(sorted(path.stem for path in folder.glob("*.tflite"))) if folder else ()


def find(name: str, manifest: Path | None = None) -> tuple[Path, Path]:
    """The model and its manifest: `name` is a path or a stock name. Raises NoSuchModel, NoManifest."""
    folder = _folder()
    path = Path(name)
    if not path.is_file() and folder and name in names():
        path = folder / f"{name}.tflite"
    if not path.is_file():
        raise NoSuchModel(name, names())
    beside = manifest or path.with_suffix(".json")
    if not beside.is_file():
        raise NoManifest(beside)
    return path, beside


def content(path: Path) -> bytes:
    """A model's bytes. Raises UnreadableTflite."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UnreadableTflite(path, f"has more than {_MOST_BYTES} bytes")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableTflite(path, error.strerror or "can't be read") from error


def _folder() -> Path | None:
    # The package itself is not imported: it loads a shared library, and only its data is wanted.
    spec = find_spec(_PACKAGE)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) / "models" if places else None
