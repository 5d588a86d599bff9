"""Puts an identity on a board through the board's own MicroPython, whichever way that is reached."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol

from host_tools.exits import LinkError
from host_tools.provisioning.keys import DeviceIdentity, make_identity
from host_tools.provisioning.setup_code import SetupCode


class Executor(Protocol):
    """A board that runs a piece of MicroPython: firmware importable, its storage as the current directory."""

    async def execute(self, code: str) -> str:
        """What the code printed."""
        ...


@dataclass(frozen=True)
class BoardSummary:
    """What a board holds before it is provisioned (again)."""

    provisioned: bool
    phones: int = 0
    items: int = 0


async def inspect(board: Executor) -> BoardSummary:
    """What the board holds. Raises LinkError if it does not answer in the expected way."""
    text = await board.execute("import json, plainsight.identity as identity\nprint(json.dumps(identity.summary('.')))")
    try:
        fields = json.loads(text.strip().splitlines()[-1])
        return BoardSummary(bool(fields["provisioned"]), int(fields.get("phones", 0)), int(fields.get("items", 0)))
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise LinkError("provisioning", f"the board answered {text.strip()[-200:]!r}") from error


async def provision(board: Executor, *, level: str, mode: str = "locked", release_key: bytes = b"") -> SetupCode:
    """Make key, certificate and setup secret, and install them; the board wipes its media, journal and phones first.

    `release_key` is the public key of the releases that the board will take; without one it takes none.
    """
    identity = make_identity()
    code = SetupCode.new(identity.certificate_sha256)
    answer = await board.execute(_install_code(identity, code.secret, level, mode, release_key))
    if _DONE not in answer.split():
        raise LinkError("provisioning", f"the board answered {answer.strip()[-200:]!r}")
    return code


_DONE = "provisioned"


def _install_code(made: DeviceIdentity, secret: bytes, level: str, mode: str, release_key: bytes) -> str:
    return (
        "import plainsight.identity as identity\n"
        f"identity.provision('.', cert={made.certificate!r}, key={made.private_key!r}, "
        f"secret={secret.hex()!r}, level={level!r}, mode={mode!r}, release_key={release_key!r})\n"
        f"print({_DONE!r})\n"
    )
