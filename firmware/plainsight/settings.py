"""What the owner has decided, in one small file. Whatever is missing or makes no sense there has its safe value."""

import json

from plainsight import files

# name: (allowed values, safe value)
SETTINGS = {
    "voice": (("off", "keyword", "stream"), "off"),
}


class BadSetting(Exception):
    """There is no such setting, or it can't have this value; `name` says which."""

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


class Settings:
    """The decisions in `values`; change them with `change` only."""

    def __init__(self, path: str):
        self._path = path
        self.values = _safe_values()

    def load(self) -> None:
        """Read the file; never raises for what is in it."""
        stored = _parse(files.read(self._path))
        self.values = _safe_values()
        for name, (allowed, _) in SETTINGS.items():
            value = stored.get(name)
            if isinstance(value, str) and value in allowed:
                self.values[name] = value

    def change(self, **values: str) -> None:
        """All of the changes or none. Raises BadSetting, OSError."""
        for name, value in values.items():
            if name not in SETTINGS or value not in SETTINGS[name][0]:
                raise BadSetting(name)
        changed = dict(self.values)
        changed.update(values)
        files.write_atomic(self._path, json.dumps(changed).encode())
        self.values = changed


def _safe_values() -> dict[str, str]:
    return {name: safe for name, (_, safe) in SETTINGS.items()}


def _parse(data: bytes | None) -> dict[str, object]:
    try:
        stored = json.loads(data or b"{}")
    except (ValueError, TypeError, UnicodeError):
        return {}
    return stored if isinstance(stored, dict) else {}
