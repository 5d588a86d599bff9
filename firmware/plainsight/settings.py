"""What the owner has decided, in one small versioned file. Whatever is missing or makes no sense has its safe value.

The settings, their types and their safe values are `wire.SETTINGS`. The file is {"version": VERSION, "check": hex,
name: value, …}; one whose check is wrong, by a flipped bit or another hand, counts for nothing.
"""

import binascii
import hashlib
import json

from plainsight import files, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

VERSION = 1
_MAX_FILE_BYTES = 4096
_CHECK_BYTES = 8
# Each allows more to be recorded the higher it stands in its row of the table; True stands above False.
_PERMISSIONS = ("voice", "clip_audio", "clip_seconds", "button", "app", "interval", "burst", "keyword")


def _from_unversioned(fields: "dict[str, Any]") -> "dict[str, Any]":
    """The first layout: {"voice": …} and nothing else. Raises BadSetting where there is more: it was another file."""
    for name in fields:
        if name != "voice":
            raise BadSetting("version")
    return fields


# version: what makes its fields those of the next version.
MIGRATIONS = {0: _from_unversioned}


class BadSetting(Exception):
    """There is no such setting, or it can't have this value; `name` says which."""

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


class Settings:
    """The decisions in `values`, the same dict for ever; nothing but `limit` and `change` changes them."""

    def __init__(self, path: str):
        self._path = path
        self._differs = False  # the file, once read, is not what `values` would be written as
        self.values = safe_values()

    def load(self, note: "Callable[[str], None]") -> None:
        """Read the file; never raises for what is in it. `note(what)` is called for all that is not obeyed."""
        self.values.update(safe_values())
        self._differs = False
        for name, value in self._migrated(self._read(note), note).items():
            if _fits(name, value):
                self.values[name] = value
            else:
                self._differs = True
                note(name if name in wire.SETTINGS else "unknown name")

    def repair(self) -> None:
        """Write what `load` made of an old or damaged file; call it once that is on record. Raises OSError."""
        if self._differs:
            self._write(self.values)

    def allows_less(self, name: str, value: object) -> bool:
        """True where `value` permits less to be recorded than what is in force."""
        if name not in _PERMISSIONS:
            return False
        return _rank(name, value) < _rank(name, self.values[name])

    def limit(self, changes: "dict[str, Any]") -> None:
        """Let these take effect in memory alone: a permission that is taken back waits for no flash."""
        check(changes)
        self.values.update(changes)

    def change(self, changes: "dict[str, Any]") -> None:
        """All of the changes or none, on flash before in memory. Raises BadSetting, OSError."""
        check(changes)
        changed = dict(self.values)
        changed.update(changes)
        self._write(changed)
        self.values.update(changes)

    def _write(self, values: "dict[str, Any]") -> None:
        files.write_atomic(self._path, encoded(values))
        self._differs = False

    def _read(self, note: "Callable[[str], None]") -> "dict[str, Any]":
        """What the file says; a file that is missing says nothing."""
        try:
            size = files.size(self._path)
            if size is None:
                return _nothing()
            if size <= _MAX_FILE_BYTES:
                return wire.parse_json(files.read(self._path) or b"")
        except (OSError, wire.BadBody):
            pass
        self._differs = True
        note("unreadable")
        return _nothing()

    def _migrated(self, fields: "dict[str, Any]", note: "Callable[[str], None]") -> "dict[str, Any]":
        """The fields in today's layout; nothing of a version that only a later firmware knows."""
        version = fields.pop("version", 0)
        if not isinstance(version, int) or isinstance(version, bool) or not 0 <= version <= VERSION:
            self._differs = True
            note("version")
            return {}
        try:
            if version and fields.pop("check", None) != _check(fields):
                raise BadSetting("check")
            for older in range(version, VERSION):
                self._differs = True
                fields = MIGRATIONS[older](fields)
        except BadSetting as bad:
            self._differs = True
            note(bad.name)
            return {}
        return fields


def safe_values() -> "dict[str, Any]":
    """Every setting as it is until the owner decides."""
    return {name: safe for name, (_, safe) in wire.SETTINGS.items()}


def encoded(values: "dict[str, Any]") -> bytes:
    """The file that holds these values."""
    fields = {"version": VERSION, "check": _check(values)}
    fields.update(values)
    return json.dumps(fields).encode()


def check(changes: "dict[str, Any]") -> None:
    """Raise BadSetting for the first change that can't be."""
    for name, value in changes.items():
        if not _fits(name, value):
            raise BadSetting(name)


def _nothing() -> "dict[str, Any]":
    return {"version": VERSION, "check": _check({})}


def _check(values: "dict[str, Any]") -> str:
    """A hash of names and values in alphabetical order: MicroPython's dicts have none of their own."""
    text = json.dumps([[name, values[name]] for name in sorted(values)])
    return binascii.hexlify(hashlib.sha256(text.encode()).digest()[:_CHECK_BYTES]).decode()


def _fits(name: str, value: object) -> bool:
    if name not in wire.SETTINGS:
        return False
    try:
        wire.check_fields({name: value}, (wire.SETTINGS[name][0],))
    except wire.BadBody:
        return False
    return True


def _rank(name: str, value: object) -> int:
    row = wire.SETTINGS[name][0]
    if row[1] == "choice":
        return row[2:].index(value)
    return int(value)  # pyright: ignore[reportArgumentType] - int or bool: it fits its row
