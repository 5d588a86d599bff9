"""Who these glasses are: key, certificate, mode and level, put there by provisioning and read at each start."""

import binascii
import hashlib
import json

from plainsight import files, small_file, wiping
from plainsight.setup_code import SECRET_BYTES, write_code
from plainsight.update.lms import signature_bytes
from plainsight.version import FIRMWARE_VERSION

MODES = ("locked", "development")
LEVELS = ("software", "current", "optical")  # `supply` needs a gate in hardware that no supported board has
_LAYOUT_VERSION = 1
_SEQUENCE = 0x30
_TABLE = (
    ("mode", "choice") + MODES,
    ("level", "choice") + LEVELS,
    ("firmware", "str", 1, 32),
)


class NotProvisioned(Exception):
    """There is no whole identity on this flash. `damaged`: the file that makes no sense; "" where there is none."""

    def __init__(self, damaged: str = ""):
        super().__init__(damaged)
        self.damaged = damaged


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

    @property
    def recovery_path(self) -> str:
        """Where the recovery code stands."""
        return self.folder + "/recovery.json"


def load(root: str) -> Identity:
    """Read the identity under `root`. Raises NotProvisioned, and nothing else.

    device.json is the last that provisioning writes: where it stands and anything else is amiss, that is damage.
    """
    folder = root + "/identity"
    if wiping.is_due(root):
        raise NotProvisioned
    try:
        if files.size(folder + "/device.json") is None:
            raise NotProvisioned
    except OSError:
        raise NotProvisioned("device.json")
    device = small_file.load(folder + "/device.json", _LAYOUT_VERSION, _TABLE, _ignore)
    if device is None:
        raise NotProvisioned("device.json")
    certificate, key = _der(folder, "cert.der"), _der(folder, "key.der")
    identity = Identity(folder, device, certificate, key)
    try:
        identity.release_key = files.read(folder + "/release.key") or b""
    except OSError:
        identity.release_key = b""  # no updates then; everything else works
    return identity


def _der(folder: str, name: str) -> bytes:
    """One DER file whose outer length is right. Raises NotProvisioned."""
    try:
        content = files.read(folder + "/" + name) or b""
    except OSError:
        content = b""
    if not _is_der(content):
        raise NotProvisioned(name)
    return content


def _is_der(content: bytes) -> bool:
    """True for one ASN.1 SEQUENCE with a definite length and nothing after it (X.690, 8.1.3)."""
    if len(content) < 2 or content[0] != _SEQUENCE:
        return False
    length, start = content[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(content[2:start], "big")
    return start + length == len(content)


def _ignore(_what: str) -> None:
    """`load` names the file itself."""


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
    if not wiping.is_empty(root):
        wiping.begin(root, wiping.PROVISIONING, 0)
    if wiping.is_due(root):
        wiping.finish(root, _nobody_waits)
    folder = root + "/identity"
    files.make_folder(folder)
    files.write_atomic(folder + "/cert.der", cert)
    files.write_atomic(folder + "/key.der", key)
    if release_key:
        files.write_atomic(folder + "/release.key", release_key)
    write_code(folder + "/setup.json", code)
    _write_device(folder, mode, level)


def lock(root: str) -> None:
    """From the next boot on these glasses are locked. Raises NotProvisioned and OSError; then nothing has changed.

    The last step over a cable: a code that nobody got to see, because the cable was pulled, must not lock anybody out.
    """
    identity = load(root)
    _write_device(identity.folder, "locked", identity.level)


def _write_device(folder: str, mode: str, level: str) -> None:
    device = {"version": _LAYOUT_VERSION, "mode": mode, "level": level, "firmware": FIRMWARE_VERSION}
    files.write_atomic(folder + "/device.json", json.dumps(device).encode())


def summary(root: str) -> dict:
    """What stands on a flash, for the computer that provisions: works on an empty one too."""
    device = _stored(root + "/identity/device.json", {})
    phones = _stored(root + "/identity/phones.json", [])
    media = root + "/media"
    items = len([name for name in files.names(media) if name.endswith(".json")]) if files.is_folder(media) else 0
    return {
        "provisioned": bool(device) and not wiping.is_due(root),
        "level": device.get("level"),
        "mode": device.get("mode"),
        "phones": len(phones),
        "items": items,
        "certificate": _hash(root + "/identity/cert.der"),
        "wiping": wiping.is_due(root),
        "remains": not wiping.is_empty(root),
    }


def _hash(path: str) -> str:
    """SHA-256 of a file in hexadecimal, "" where there is none."""
    try:
        content = files.read(path)
    except OSError:
        content = None
    return "" if content is None else binascii.hexlify(hashlib.sha256(content).digest()).decode()


def _stored(path: str, empty):
    """A JSON object or list like `empty`, which is returned where the file makes no sense."""
    try:
        stored = json.loads(files.read(path) or b"null")
    except (OSError, ValueError, UnicodeError):
        return empty
    return stored if isinstance(stored, type(empty)) else empty


def _nobody_waits() -> None:
    """Provisioning has no light to show."""
