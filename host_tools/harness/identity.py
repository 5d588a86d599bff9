"""A new identity on a board at its REPL, by the same code that provisions glasses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from host_tools.cable.cable import Cable
    from host_tools.provisioning.setup_code import SetupCode

_INSTALL_S = 120.0  # wipes media first, and clears free flash


class _OverCable:
    """The board as provisioning knows it."""

    def __init__(self, cable: Cable) -> None:
        self._cable = cable

    async def execute(self, code: str) -> str:
        """Nothing else runs in this loop: it may block."""
        return self._cable.execute("import loader\nloader.visit()\n" + code, timeout_s=_INSTALL_S)


def provision_over(cable: Cable, *, level: str, mode: str) -> SetupCode:
    """What was on the board is wiped; the code that a phone pairs by. Raises LinkError, CableError."""
    from host_tools.provisioning.install import provision

    return asyncio.run(provision(_OverCable(cable), level=level, mode=mode))
