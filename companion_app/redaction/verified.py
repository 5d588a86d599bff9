"""The only type that sharing takes: a picture whose bytes a second, independent look found nothing in."""

from __future__ import annotations

import hashlib
from typing import Any, Final, NoReturn, final

from companion_app.redaction.area import Area
from companion_app.redaction.kind import Reason
from companion_app.redaction.making import Redacted
from companion_app.redaction.region import Region

_SEAL: Final = object()


@final
class Verified:
    """What `Redactor.redact` returns and nothing else can make: not by its constructor, a copy, a pickle, a subclass.
    Areas in px of the upright original."""

    __slots__ = ("_redacted",)
    _redacted: Redacted

    def __init__(self, redacted: Redacted, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("a Verified comes from Redactor.redact")
        if hashlib.sha256(redacted.jpeg).hexdigest() != redacted.sha256:
            raise TypeError("these are not the bytes that were looked at")
        object.__setattr__(self, "_redacted", redacted)

    def __init_subclass__(cls, **settings: Any) -> NoReturn:
        raise TypeError("Verified has no kinds")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} is fixed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name} is fixed")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Verified lives in one process")

    def __repr__(self) -> str:
        return f"Verified({self.width}×{self.height}, {len(self.jpeg)} bytes, sha256 {self.sha256})"

    @property
    def jpeg(self) -> bytes:
        """The bytes that may leave."""
        return self._redacted.jpeg

    @property
    def sha256(self) -> str:
        """Hex, of `jpeg`."""
        return self._redacted.sha256

    @property
    def original_sha256(self) -> str:
        """Hex, of the file that it was made from."""
        return self._redacted.original_sha256

    @property
    def width(self) -> int:
        """Px of what leaves."""
        return self._redacted.width

    @property
    def height(self) -> int:
        """Px of what leaves."""
        return self._redacted.height

    @property
    def crop(self) -> Area | None:
        """The part of the original that leaves, None for all of it."""
        return self._redacted.crop

    @property
    def masked(self) -> tuple[Region, ...]:
        """What was filled, as far as it lies in what leaves."""
        return self._redacted.masked

    @property
    def kept(self) -> tuple[tuple[Region, Reason], ...]:
        """What was found and stays visible, and why."""
        return self._redacted.kept


def vouch(redacted: Redacted) -> Verified:
    """For `Redactor.redact` alone, after the second look."""
    return Verified(redacted, _SEAL)
