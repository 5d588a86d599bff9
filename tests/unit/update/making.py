"""Small releases under a small key, as a test wants them: whole, or broken in one place."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from plainsight.update import bundle

from host_tools.release.lms import PrivateKey
from host_tools.release.release import canonical

BOARD = "test board"
KEY = PrivateKey(bytes(range(32)), bytes(range(16)), height=5)
PUBLIC = KEY.public()
OTHER_KEY = PrivateKey(bytes(range(1, 33)), bytes(range(1, 17)), height=5)
FILES = {
    "board.py": b"name = 'test board'\n",
    "plainsight/__init__.py": b"",
    "plainsight/version.py": b'FIRMWARE_VERSION = "0.2.0"\n',
    "plainsight/update/long.py": bytes(range(256)) * 40,
}


def fields_of(contents: dict[str, bytes], version: str = "0.2.0", **changed: Any) -> dict[str, Any]:
    """A manifest's fields; `changed` replaces some."""
    rows = [[path, len(content), hashlib.sha256(content).hexdigest()] for path, content in contents.items()]
    return {"format": 1, "version": version, "floor": version, "board": BOARD, "files": rows} | changed


def signed(manifest: bytes, bodies: bytes, key: PrivateKey = KEY, number: int = 0) -> bytes:
    """A bundle whose signature is genuine."""
    return bundle.pack_head(key.sign(number, manifest, bytes(32)), manifest) + bodies


def release(
    files: dict[str, bytes] | None = None, version: str = "0.2.0", key: PrivateKey = KEY, **changed: Any
) -> bytes:
    """A whole release of these files."""
    files = FILES if files is None else files
    return signed(canonical(fields_of(files, version, **changed)), b"".join(files.values()), key)


def text(fields: object) -> bytes:
    """As canonical, for what is no object."""
    return json.dumps(fields).encode()
