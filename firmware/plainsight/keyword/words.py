"""The words that these glasses listen for: finds the model's file and makes what recognises them.

An own phrase (`plainsight deploy --keyword FILE`) stands in the place of the words that ship. Where there is no model,
or one that is broken, the glasses do everything else.
"""

import sys

from plainsight import files
from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from plainsight.keyword.detector import Detector

OWN = "models/own.kwm"
SHIPPED = "models/look_stop.kwm"
NO_MODEL = "no_model"
BAD_MODEL = "bad_model"
MOST_BYTES = const(262144)  # the largest stock model has 43 kB


class NoWords(Exception):
    """`state`: no_model or bad_model; `why`: what is wrong with the file, in one word."""

    def __init__(self, state: str, why: str):
        super().__init__(state, why)
        self.state = state
        self.why = why


class Words:
    """What is recognised, and what each word asks for: `names` and `acts`, by number."""

    def __init__(self, detector: "Detector", names: "list[str]", acts: "list[str]"):
        self.detector = detector
        self.names = names
        self.acts = acts


def load(folders: "Sequence[str] | None" = None) -> Words:
    """The words of the first model along `folders`, where the application's modules lie. Raises NoWords."""
    # Here, so that glasses which never listen never hold the engine in memory.
    from plainsight.keyword.detector import Detector
    from plainsight.keyword.model import BadModel, read

    path = _find(sys.path if folders is None else folders)
    if path is None:
        raise NoWords(NO_MODEL, "missing")
    try:
        size = files.size(path) or 0
        if size > MOST_BYTES:
            raise NoWords(BAD_MODEL, "too_large")
        model = read(files.read(path) or b"")
        detector = Detector(model)
    except BadModel as bad:
        raise NoWords(BAD_MODEL, bad.reason)
    except OSError:
        raise NoWords(BAD_MODEL, "unreadable")
    except MemoryError:
        raise NoWords(BAD_MODEL, "memory")
    return Words(detector, [word.name for word in model.words], [word.act for word in model.words])


def _find(folders: "Sequence[str]") -> str | None:
    for name in (OWN, SHIPPED):
        for folder in folders:
            path = folder + "/" + name if folder else name
            try:
                if files.size(path) is not None:
                    return path
            except OSError:
                continue  # modules come from places that are no folders, too
    return None
