"""Who these glasses are: key, certificate, mode and level, put there by provisioning and read at each start."""

import binascii
import hashlib
import json

from plainsight import files
from plainsight.setup_code import SECRET_BYTES, write_code
from plainsight.update.lms import signature_bytes
from plainsight.version import FIRMWARE_VERSION

MODES = ("locked", "development")
LEVELS = ("software", "current", "optical")  # `supply` needs a gate in hardware that no supported board has
_LAYOUT_VERSION = 1
_OWNED_FOLDERS = ("media", "journal", "identity")  # in this order: pictures go before the keys that could fetch them
_OWNED_FILES = ("settings.json",)


class NotProvisioned(Exception):
    """There is no whole identity on this flash."""


class Identity:
    """What provisioning wrote. `certificate` and `key` are DER."""

    def __init__(self, folder: str, device: dict, certificate: bytes, key: bytes):
        self.folder = folder
        self.mode: str = device["mode"]
        self.level: str = device["level"]
        self.certificate = certificate
        self.certificate_sha256 = hashlib.sha256(certificate).digest()
        self.key = key
        self.release_key = b""  # public half of the key that signs releases; without one there are no updates

    @property
    def phones_path(self) -> str:
        """Where the paired phones stand."""
        return self.folder + "/phones.json"

    @property
    def code_path(self) -> str:
        """Where the one-time code stands."""
        return self.folder + "/setup.json"


def load(root: str) -> Identity:
    """Read the identity under `root`. Raises NotProvisioned."""
    folder = root + "/identity"
    device = files.read(folder + "/device.json")
    certificate = files.read(folder + "/cert.der")
    key = files.read(folder + "/key.der")
    if device is None or not certificate or not key:
        raise NotProvisioned
    identity = Identity(folder, json.loads(device), certificate, key)
    identity.release_key = files.read(folder + "/release.key") or b""
    return identity


def provision(
    root: str, *, cert: bytes, key: bytes, secret: str, level: str, mode: str = "locked", release_key: bytes = b""
) -> None:
    """Give the glasses a new identity and erase all that belonged to the old one. `secret` is 32 hexadecimal digits.

    `release_key` is the public key that signs their updates; without one they take none.

    device.json is written last: after a power cut the glasses have no identity and are provisioned again.
    """
    if level not in LEVELS or mode not in MODES:
        raise ValueError("level or mode")
    if release_key and not signature_bytes(release_key):
        raise ValueError("release_key")
    code = binascii.unhexlify(secret)
    if len(code) != SECRET_BYTES:
        raise ValueError("secret")
    files.remove(root + "/identity/device.json")
    for name in _OWNED_FOLDERS:
        files.remove_tree(root + "/" + name)
    for name in _OWNED_FILES:
        files.remove(root + "/" + name)
    folder = root + "/identity"
    files.make_folder(folder)
    files.write_atomic(folder + "/cert.der", cert)
    files.write_atomic(folder + "/key.der", key)
    if release_key:
        files.write_atomic(folder + "/release.key", release_key)
    write_code(folder + "/setup.json", code)
    device = {"version": _LAYOUT_VERSION, "mode": mode, "level": level, "firmware": FIRMWARE_VERSION}
    files.write_atomic(folder + "/device.json", json.dumps(device).encode())


def summary(root: str) -> dict:
    """What stands on a flash, for the computer that provisions: works on an empty one too."""
    device = json.loads(files.read(root + "/identity/device.json") or b"{}")
    phones = json.loads(files.read(root + "/identity/phones.json") or b"[]")
    media = root + "/media"
    items = len([name for name in files.names(media) if name.endswith(".json")]) if files.is_folder(media) else 0
    return {
        "provisioned": bool(device),
        "level": device.get("level"),
        "mode": device.get("mode"),
        "phones": len(phones),
        "items": items,
    }
