"""The process that shows what is live: `python -m companion_app.service` on a desktop, the service of an Android app.

It is started by the app, which it hears on its standard input (desktop) or on the socket that its start names
(Android), and ends with it. Nothing of it can reach a network.
"""

from __future__ import annotations

import asyncio
import sys

from companion_app.ports.notices import system_notices
from companion_app.ports.system import on_android
from companion_app.service.channel import Channel
from companion_app.service.keeper import Keeper
from companion_app.service.openings import by_socket, by_standard_streams, named_by_android
from companion_app.sharing import egress


async def main() -> int:
    """Serve one app until it ends; 1 where it was gone already."""
    opening = by_socket(named_by_android()) if on_android() else by_standard_streams()
    try:
        channel: Channel = await opening
    except OSError:
        return 1
    await Keeper(channel, system_notices()).run()
    return 0


if __name__ == "__main__":
    egress.install()
    sys.exit(asyncio.run(main()))
