"""The code that a phone with the owner's recovery phrase pairs with, where no paired phone is left to invite it.

16 bytes that the owner's phone derives from the owner's private key. Whoever reads the flash can pair with it while a
hand on the glasses holds the window open; it opens no picture.
"""

import binascii
import json

from plainsight.setup_code import SECRET_BYTES
from plainsight.storage import checked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class RecoveryCode:
    """The code on flash; `secret` is None where none was registered."""

    def __init__(self, path: str):
        self._path = path
        self.secret: bytes | None = None

    def load(self, note: "Callable[[str], None]") -> None:
        """Read the code; one that is damaged counts for nothing and is told to `note`."""
        self.secret = None
        try:
            text = checked.read(self._path)
            secret = binascii.unhexlify(json.loads(text)["secret"]) if text is not None else None
        except OSError:
            note("unreadable")
        except (checked.Damaged, ValueError, TypeError, KeyError, RuntimeError):
            note("damaged")
        else:
            if secret is None or len(secret) == SECRET_BYTES:
                self.secret = secret
            else:
                note("damaged")

    def keep(self, secret: bytes) -> None:
        """Register a code in place of any other. Raises OSError."""
        if secret == self.secret:
            return
        checked.write(self._path, json.dumps({"secret": binascii.hexlify(secret).decode()}).encode())
        self.secret = secret
