"""A small signed release for the cut run, in the JSON that its scenarios read."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from plainsight.update import bundle

from host_tools.release.lms import PrivateKey

_KEY = PrivateKey(seed=bytes(range(32)), identifier=bytes(range(16)), height=5, width=8)
_VERSION = "0.2.0"
_FILES = {
    "plainsight/__init__.py": b"",
    "plainsight/version.py": b'FIRMWARE_VERSION = "0.2.0"\n',
    "plainsight/glasses.py": b"# " + b"." * 6000 + b"\n",
    "plainsight/wire/__init__.py": b"# " + b"-" * 700 + b"\n",
    "board.py": b"# " + b"+" * 4100 + b"\n",
}


def write_release(path: Path) -> None:
    """Sign and write it."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in _FILES.items()}
    manifest = {
        "format": 1,
        "version": _VERSION,
        "floor": _VERSION,
        "board": "virtual",
        "files": [[name, len(content), hashes[name]] for name, content in _FILES.items()],
    }
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    tree = _KEY.tree()
    whole = bundle.pack_head(_KEY.sign(0, text, bytes(32)), text) + b"".join(_FILES.values())
    path.write_text(
        json.dumps(
            {
                "bundle": base64.b64encode(whole).decode(),
                "key": base64.b64encode(_KEY.public(tree)).decode(),
                "version": _VERSION,
                "files": hashes,
            }
        )
    )
