"""Measures one filled gallery, in a process of its own so that its memory can be told: prints JSON.

`python -m host_tools.bench.gallery.opened FOLDER`
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

from companion_app.gallery import Gallery
from companion_app.gallery.days import by_day
from companion_app.gallery.filters import Filter, Library
from companion_app.gallery.words import Words
from companion_app.library import open_library
from companion_app.rooms import Rooms
from companion_app.vault import KeyBeside, Vault

_SEARCHES = ("ba", "ba de", "kal", "zzz", "tobu1")
_SHOWN = 200
_MS = 1000.0
_KIB_A_MIB = 1024.0


def measured(folder: Path) -> dict[str, float]:
    """Milliseconds of processor time, and MiB of resident memory that the opened gallery added.

    One thread does it all and the files are in memory by then: on a machine that does nothing else it is as long.
    """
    before_mib, begun = _resident_mib(), time.process_time()
    rooms = Rooms(Vault.open(folder, KeyBeside()))
    database = open_library(rooms.paths.library, rooms.vault)
    gallery = Gallery(database, rooms.gallery)
    words = Words(database)
    days = by_day(gallery.pictures())
    shown = time.process_time()
    library = Library(gallery, words.find, lambda _: (), lambda: ())
    first = _timed(lambda: library.find(Filter(text="warm")))
    searches = [_timed(lambda text=text: library.find(Filter(text=text))) for text in _SEARCHES * 4]
    thumbs = [_timed(lambda one=one: gallery.thumb(one)) for one in gallery.pictures()[:_SHOWN]]
    database.close()
    return {
        "pictures": len(gallery.pictures()),
        "days": len(days),
        "open_ms": (shown - begun) * _MS,
        "first_search_ms": first * _MS,
        "search_p95_ms": _p95(searches) * _MS,
        "thumb_p95_ms": _p95(thumbs) * _MS,
        "added_mib": _resident_mib() - before_mib,
    }


def _timed(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _resident_mib() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / _KIB_A_MIB
    return 0.0


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]))))
