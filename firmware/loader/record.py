"""The slot record: one small file that says what runs, replaced whole or not at all.

    {"slot": "a"|"b"|"", "before": "a"|"b"|"", "trial": bool, "attempts": int, "version": "1.2.3",
     "floor": "1.2.3", "next_floor": "1.2.3", "news": ""|"rolled_back"}

`version` is that of the release which was installed last, `floor` the oldest version that may be installed, and
`next_floor` what it becomes once that release is confirmed. `news`: what is not in the journal yet. The first line of
the file is the SHA-256 of the second.
"""

import binascii
import hashlib
import json
import os

FLASHED = ""
SLOTS = ("a", "b")
_FOLDER = "slots"
_NAME = "record"
_MOST_BYTES = 1024
_TEXTS = ("version", "floor", "next_floor", "news")
_ENOENT = 2


def folder(root: str, slot: str) -> str:
    """Where the files of a slot lie."""
    return "%s/%s/%s" % (root, _FOLDER, slot)


def empty() -> dict:
    """The record of glasses that never took a release."""
    fields: dict = {"slot": FLASHED, "before": FLASHED, "trial": False, "attempts": 0}
    fields.update({"version": "", "floor": "", "next_floor": "", "news": ""})
    return fields


def read(root: str) -> tuple:
    """The record, and `ok`; or an empty one, and `new` (there is none) or `damaged`. Never raises."""
    try:
        with open("%s/%s/%s" % (root, _FOLDER, _NAME), "rb") as file:
            digest, text = file.read(_MOST_BYTES).split(b"\n", 1)
        if binascii.hexlify(hashlib.sha256(text).digest()) != digest:
            return empty(), "damaged"
        fields = json.loads(text)
        return (fields, "ok") if _fits(fields) else (empty(), "damaged")
    except OSError as error:
        return empty(), "new" if error.errno == _ENOENT else "damaged"
    except (ValueError, TypeError):
        return empty(), "damaged"


def write(root: str, fields: dict) -> None:
    """Replace the record. Raises OSError, and then the old one stands."""
    text = json.dumps(fields).encode()
    path = "%s/%s/%s" % (root, _FOLDER, _NAME)
    with open(path + ".new", "wb") as file:
        file.write(binascii.hexlify(hashlib.sha256(text).digest()) + b"\n" + text)
        file.flush()
    os.rename(path + ".new", path)


def _fits(fields: object) -> bool:
    if not isinstance(fields, dict):
        return False
    return (
        fields.get("slot") in SLOTS + (FLASHED,)
        and fields.get("before") in SLOTS + (FLASHED,)
        and isinstance(fields.get("trial"), bool)
        and isinstance(fields.get("attempts"), int)
        and all([isinstance(fields.get(name), str) for name in _TEXTS])
    )
