"""The slot record: one small file that says what runs, replaced whole or not at all.

    {"slot": "a"|"b"|"", "before": "a"|"b"|"", "trial": bool, "attempts": int, "version": "1.2.3",
     "floor": "1.2.3", "next_floor": "1.2.3", "news": "rolled_back deployed", "sha256": "<firmware hash>"}

`version` is that of the release which was installed last, `floor` the oldest version that may be installed, and
`next_floor` what it becomes once that release is confirmed. `news`: what is not in the journal yet, in words that a
space separates. `sha256` stands only where a cable brought what runs. The first line of the file is the SHA-256 of the
second. The computer that deploys reads and makes records with this very module.
"""

import binascii
import hashlib
import json
import os

FLASHED = ""
SLOTS = ("a", "b")
ROLLED_BACK = "rolled_back"
DEPLOYED = "deployed"
_FOLDER = "slots"
_NAME = "record"
_MOST_BYTES = 1024
_TEXTS = ("version", "floor", "next_floor", "news")
_ENOENT = 2


def folder(root: str, slot: str) -> str:
    """Where the files of a slot lie."""
    return "%s/%s/%s" % (root, _FOLDER, slot)


def empty() -> "dict[str, object]":
    """The record of glasses that never took a release."""
    fields: dict = {"slot": FLASHED, "before": FLASHED, "trial": False, "attempts": 0}
    fields.update({"version": "", "floor": "", "next_floor": "", "news": ""})
    return fields


def place(root: str) -> str:
    """Where the record lies."""
    return "%s/%s/%s" % (root, _FOLDER, _NAME)


def read(root: str) -> tuple:
    """The record, and `ok`; or an empty one, and `new` (there is none) or `damaged`. Never raises."""
    try:
        with open(place(root), "rb") as file:
            return unpack(file.read(_MOST_BYTES))
    except OSError as error:
        return empty(), "new" if error.errno == _ENOENT else "damaged"


def unpack(content: bytes) -> "tuple[dict[str, object], str]":
    """What the file says, and `ok`; or an empty record, and `damaged`. Never raises."""
    try:
        digest, text = content.split(b"\n", 1)
        if binascii.hexlify(hashlib.sha256(text).digest()) == digest:
            fields = json.loads(text)
            if _fits(fields):
                return fields, "ok"
    except (ValueError, TypeError):
        pass  # damaged
    return empty(), "damaged"


def pack(fields: "dict[str, object]") -> bytes:
    """The content of the file."""
    text = json.dumps(fields).encode()
    return binascii.hexlify(hashlib.sha256(text).digest()) + b"\n" + text


def write(root: str, fields: dict) -> None:
    """Replace the record. Raises OSError, and then the old one stands."""
    path = place(root)
    with open(path + ".new", "wb") as file:
        file.write(pack(fields))
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
        and isinstance(fields.get("sha256", ""), str)
    )
