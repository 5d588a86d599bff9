"""What is run on a board to look at its identity and to give it one, and what its answers mean.

`inspect` and `provision` do so through a board that executes at once (the virtual one, off); `over_cable` through a
serial port, where anything may be interrupted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from host_tools.exits import LinkError
from host_tools.printable import printable
from host_tools.provisioning.keys import DeviceIdentity, make_identity
from host_tools.provisioning.setup_code import SetupCode

SUMMARY_CODE = "import json, plainsight.identity as identity\nprint(json.dumps(identity.summary('.')))"
_DONE = "provisioned"
_SHOWN = 200
_T = TypeVar("_T")


class Executor(Protocol):
    """A board that runs a piece of MicroPython: firmware importable, its storage as the current directory."""

    async def execute(self, code: str) -> str:
        """What the code printed."""
        ...


@dataclass(frozen=True)
class BoardSummary:
    """What a board holds before it is provisioned (again). `certificate`: its SHA-256 (hexadecimal), "" for none.

    `wiping`: a wipe was interrupted, and goes on before anything else. `remains`: files are left, and be it of a
    provisioning that was interrupted.
    """

    provisioned: bool
    phones: int = 0
    items: int = 0
    mode: str = ""
    level: str = ""
    certificate: str = ""
    wiping: bool = False
    remains: bool = False

    @property
    def owned(self) -> bool:
        """Something on it belongs to somebody."""
        return self.provisioned or self.phones > 0 or self.items > 0

    @property
    def has_to_be_wiped(self) -> bool:
        """A new identity waits until all that is left of an old one is gone, which takes its time."""
        return self.owned or self.wiping or self.remains


async def inspect(board: Executor) -> BoardSummary:
    """What the board holds. Raises LinkError if it does not answer in the expected way."""
    return read_summary(await board.execute(SUMMARY_CODE))


def read_summary(output: str) -> BoardSummary:
    """The summary on the last line of what SUMMARY_CODE printed. Raises LinkError."""
    try:
        fields = json.loads(output.strip().splitlines()[-1])
        if not isinstance(fields, dict):
            raise TypeError
        return _summary(cast("Mapping[str, object]", fields))
    except (IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise LinkError("provisioning", _made_no_sense(output)) from error


def _summary(fields: Mapping[str, object]) -> BoardSummary:
    return BoardSummary(
        provisioned=_of(fields["provisioned"], bool),
        phones=_of(fields.get("phones", 0), int),
        items=_of(fields.get("items", 0), int),
        mode=printable(_of(fields.get("mode") or "", str)),
        level=printable(_of(fields.get("level") or "", str)),
        certificate=printable(_of(fields.get("certificate") or "", str)),
        wiping=_of(fields.get("wiping", False), bool),
        remains=_of(fields.get("remains", False), bool),
    )


def _of(value: object, kind: type[_T]) -> _T:
    """A value of exactly this kind: True is no number. Raises TypeError."""
    if type(value) is not kind:
        raise TypeError
    return cast("_T", value)


async def provision(board: Executor, *, level: str, mode: str = "locked", release_key: bytes = b"") -> SetupCode:
    """Make key, certificate and setup secret, and install them; the board wipes its media, journal and phones first.

    `release_key` is the public key of the releases that the board will take; without one it takes none.
    """
    identity = make_identity()
    code = SetupCode.new(identity.certificate_sha256)
    check_installed(await board.execute(install_code(identity, code.secret, level, mode, release_key)))
    return code


def install_code(made: DeviceIdentity, secret: bytes, level: str, mode: str, release_key: bytes) -> str:
    """Installs an identity; `check_installed` reads what it prints."""
    return (
        "import plainsight.identity as identity\n"
        f"identity.provision('.', cert={made.certificate!r}, key={made.private_key!r}, "
        f"secret={secret.hex()!r}, level={level!r}, mode={mode!r}, release_key={release_key!r})\n"
        f"print({_DONE!r})\n"
    )


def check_installed(output: str) -> None:
    """Raises LinkError unless the board has said that all of it stands."""
    if _DONE not in output.split():
        raise LinkError("provisioning", _made_no_sense(output))


def _made_no_sense(output: str) -> str:
    return f"the board answered {output.strip()[-_SHOWN:]!r}: restart it and run the same command again"
