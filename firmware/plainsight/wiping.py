"""Erases all that belongs to an owner, whatever interrupts it: a marker first, pictures before keys, then the traces.

While the marker stands every boot goes on wiping before it does anything else. littlefs only forgets what is removed,
so at the end the whole free flash is written over once. What stays: the firmware, its releases, the time, the battery's
calibration. `wiped.json` is left for the next owner's journal, whose first record says that there was a reset.
"""

from plainsight import compat, files, small_file
from plainsight.compat import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# In this order: pictures go before the keys that could fetch them.
OWNED = ("media", "journal", "identity", "settings.json", "crashes.json")
_PERSONAL = OWNED[:4]  # a crash log begins with the first boot, whoever owns the glasses
GESTURE = "gesture"
PROVISIONING = "provisioning"
# More than any supported board's flash; nothing where the files lie on a computer's disk.
FILL_BYTES = 16 * 1024 * 1024 if compat.MICROPYTHON else 0

_MARKER = "/wiping.json"
_LEFT = "/wiped.json"
_FILL = "/wiping.fill"
_BLOCK_BYTES = const(4096)
_ENOSPC = const(28)
_VERSION = const(1)
_TABLE = (("why", "choice", GESTURE, PROVISIONING), ("time_s", "int", 0, 0x7FFFFFFFFFFF))


def is_due(root: str) -> bool:
    """A wipe has begun and has not come to its end."""
    return files.size(root + _MARKER) is not None


def is_empty(root: str) -> bool:
    """Nothing here belongs to anybody."""
    return not any(files.size(root + "/" + name) is not None for name in _PERSONAL)


def begin(root: str, why: str, time_s: int) -> None:
    """From here on there is no way back. Raises OSError; then nothing has begun."""
    small_file.save(root + _MARKER, _VERSION, {"why": why, "time_s": time_s})


def finish(root: str, tick: "Callable[[], None]") -> None:
    """Wipe, from the beginning or on from where a power cut came; calls tick() now and then. Raises OSError."""
    for name in OWNED:
        files.remove_tree(root + "/" + name)
        files.remove(root + "/" + name + files.BESIDE)
        tick()
    _write_over_free_flash(root + _FILL, tick)
    fields = small_file.load(root + _MARKER, _VERSION, _TABLE, _ignore) or {"why": GESTURE, "time_s": 0}
    small_file.save(root + _LEFT, _VERSION, fields)
    files.remove(root + _MARKER)


def what_was_wiped(root: str) -> "dict[str, object] | None":
    """`why` and `time_s` of the wipe that no journal has on record yet."""
    return small_file.load(root + _LEFT, _VERSION, _TABLE, _ignore)


def is_on_record(root: str) -> None:
    """A journal holds what was wiped. Raises OSError."""
    files.remove(root + _LEFT)


def _write_over_free_flash(path: str, tick: "Callable[[], None]") -> None:
    """Fill the file system, so that no free block keeps what it held, and give the room back."""
    files.remove(path)
    if not FILL_BYTES:
        return
    block = bytes(_BLOCK_BYTES)
    try:
        with open(path, "wb") as file:
            for _ in range(FILL_BYTES // _BLOCK_BYTES):
                file.write(block)
                tick()
    except OSError as error:
        if error.errno != _ENOSPC:
            raise
    files.remove(path)


def _ignore(_what: str) -> None:
    """A damaged marker wipes all the same."""
