"""The one-time code that lets one phone in: 16 random bytes, typed as 26 base32 characters, used once."""

import binascii
import hashlib
import json

from plainsight.compat import const, urandom
from plainsight.storage import checked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from plainsight.phones import Phones

SECRET_BYTES = const(16)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648


def base32(data: bytes) -> str:
    """RFC 4648 base32 without padding."""
    text = ""
    bits = 0
    held = 0
    for byte in data:
        held = (held << 8 | byte) & 0xFFF
        bits += 8
        while bits >= 5:
            bits -= 5
            text += _ALPHABET[held >> bits & 31]
    if bits:
        text += _ALPHABET[held << (5 - bits) & 31]
    return text


def code_sha256(secret: bytes) -> str:
    """What stays of a code once it is used."""
    return binascii.hexlify(hashlib.sha256(secret).digest()).decode()


class SetupCode:
    """The code on flash, and whether it may still be used."""

    def __init__(self, path: str):
        self._path = path
        self.secret: bytes | None = None

    def load(self, phones: "Phones", note: "Callable[[str], None]") -> None:
        """Read the code; one that is damaged counts for nothing and is told to `note`.

        One that let a phone in is void, even where the power went before that was written here.
        """
        self.secret = None
        try:
            secret = _unused(checked.read(self._path))
        except OSError:
            note("unreadable")
        except (checked.Damaged, ValueError, TypeError, KeyError, RuntimeError):
            note("damaged")
        else:
            if secret is not None and all(phone.code_sha256 != code_sha256(secret) for phone in phones.all()):
                self.secret = secret

    def renew(self) -> str:
        """Make a new code in place of any other; returns it as typed. Raises OSError."""
        secret = urandom(SECRET_BYTES)
        write_code(self._path, secret)
        self.secret = secret
        return base32(secret)

    def void(self) -> None:
        """Erase the code. In memory it is gone even where the flash fails (OSError)."""
        self.secret = None
        write_code(self._path, None)


def _unused(text: bytes | None) -> bytes | None:
    """The code in the file, None where it was used or there never was one. Raises ValueError, TypeError, KeyError."""
    if text is None:
        return None
    fields = json.loads(text)
    if fields["used"] is True and fields["secret"] is None:
        return None
    secret = binascii.unhexlify(fields["secret"])
    if fields["used"] is not False or len(secret) != SECRET_BYTES:
        raise ValueError
    return secret


def write_code(path: str, secret: bytes | None) -> None:
    """Put a code that may be used, or none, on flash."""
    fields = {"secret": binascii.hexlify(secret).decode() if secret else None, "used": secret is None}
    checked.write(path, json.dumps(fields).encode())
